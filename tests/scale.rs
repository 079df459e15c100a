//! fg_frame_scale: any size of nearly every format becomes any other.

mod c_api;
mod support;

use c_api::*;
use framegate::media::PixelFormat;

/// The sample at `x` and `y`, each from 0 to 1 inside the picture: a slope, steeper for each further component.
fn slope(component: usize, x: f64, y: f64) -> f64 {
    40.0 + 20.0 * component as f64 + 60.0 * x + 50.0 * y
}

/// Samples of every plane, in memory order, as numbers from 0 to 255: which component, at which place.
fn samples(format: PixelFormat, width: u32, height: u32) -> Vec<(usize, f64, f64)> {
    let word = if format.bits() > 8 { 2 } else { 1 };
    let mut all = Vec::new();
    for (plane, shape) in format.planes().iter().enumerate() {
        let (across, rows) = (width.div_ceil(shape.sub_x), height.div_ceil(shape.sub_y));
        for y in 0..rows {
            for x in 0..across {
                let place = |at: u32, side: u32| (f64::from(at) + 0.5) / f64::from(side);
                for sample in 0..shape.step_bytes / word {
                    all.push((plane + sample as usize, place(x, across), place(y, rows)));
                }
            }
        }
    }
    all
}

fn bytes(format: PixelFormat, values: impl Iterator<Item = f64>) -> Vec<u8> {
    let depth = f64::from(1 << (format.bits() - 8));
    match format.bits() {
        8 => values.map(|value| value.round() as u8).collect(),
        _ => values.flat_map(|value| ((value * depth).round() as u16).to_le_bytes()).collect(),
    }
}

fn values(format: PixelFormat, bytes: &[u8]) -> Vec<f64> {
    let depth = f64::from(1 << (format.bits() - 8));
    match format.bits() {
        8 => bytes.iter().map(|byte| f64::from(*byte)).collect(),
        _ => {
            bytes.as_chunks::<2>().0.iter().map(|word| f64::from(u16::from_le_bytes(*word)) / depth).collect()
        }
    }
}

fn frame(format: PixelFormat, width: u32, height: u32) -> Frame {
    let all = samples(format, width, height).into_iter().map(|(component, x, y)| slope(component, x, y));
    Frame::new(&video_info(format as i32, width, height), &bytes(format, all)).unwrap()
}

/// By arithmetic, over all formats: a slope stays a slope. (Beyond the first and last sample nothing is known.)
#[test]
fn every_format_is_scaled_to_any_size() {
    for format in PixelFormat::ALL {
        for (from, to) in [
            ((64, 48), (32, 24)),
            ((64, 48), (100, 90)),
            ((63, 47), (31, 95)),
            ((696, 59), (16, 720)),
            ((696, 59), (1, 3000)),
            ((6, 2483), (2376, 1)),
            ((2870, 4), (1, 2)),
        ] {
            let scaled = match frame(format, from.0, from.1).scaled(to.0, to.1) {
                Err(refused) if format == PixelFormat::I420AP12 => {
                    assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
                    assert!(refused.text.contains("I420AP12"), "{}", refused.text);
                    continue;
                }
                scaled => scaled.unwrap(),
            };
            let found = values(format, &scaled.bytes());
            let wanted = samples(format, to.0, to.1);
            assert_eq!(found.len(), wanted.len(), "{} {to:?}", format.name());
            for (found, (component, x, y)) in found.into_iter().zip(wanted) {
                let [across, down] = [from.0, from.1].map(|side| 1.0 / (f64::from(side) / 2.0).floor());
                let allowed = 60.0 * across + 50.0 * down + 2.0;
                let off = (found - slope(component, x, y)).abs();
                assert!(off <= allowed, "{} {from:?} to {to:?}: {off} at {component} {x} {y}", format.name());
            }
        }
    }
}

/// swscale's own way around long filters is by 8 bits and 4:2:0.
#[test]
fn samples_of_many_bits_keep_them_whatever_the_sizes() {
    for format in PixelFormat::ALL.into_iter().filter(|format| format.bits() > 8) {
        for (from, to) in [((2000, 4), (1, 1)), ((4, 1500), (3000, 1)), ((2000, 3), (1, 700))] {
            let value = (1u16 << format.bits()) / 5 * 4 + 1;
            let samples = samples(format, from.0, from.1).len();
            let info = video_info(format as i32, from.0, from.1);
            let flat = Frame::new(&info, &value.to_le_bytes().repeat(samples)).unwrap();
            let Ok(scaled) = flat.scaled(to.0, to.1) else {
                assert_eq!(format, PixelFormat::I420AP12);
                continue;
            };
            for found in scaled.bytes().as_chunks::<2>().0 {
                let off = u16::from_le_bytes(*found).abs_diff(value);
                assert!(off <= 2, "{} {from:?} to {to:?}: {off}", format.name());
            }
        }
    }
}

#[test]
fn the_visible_part_is_scaled_and_the_facts_stay() {
    let mut info = video_info(FG_PIXEL_I420, 64, 48);
    (info.visible_x, info.visible_y, info.visible_width, info.visible_height) = (32, 0, 32, 48);
    (info.display_width, info.display_height, info.rotation, info.flip) = (480, 640, 90, 1);
    (info.timestamp_us, info.duration_us, info.id, info.color_matrix) = (-7, 40, 9, 6);
    // Left of the visible part everything is 0, in it 100.
    let row = |side: usize| [vec![0u8; side / 2], vec![100u8; side / 2]].concat();
    let pixels = [vec![row(64); 48], vec![row(32); 48]].concat().concat();
    let scaled = Frame::new(&info, &pixels).unwrap().scaled(16, 12).unwrap();
    assert_eq!(scaled.bytes(), vec![100; 16 * 12 * 3 / 2]);
    let found = scaled.info();
    assert_eq!(
        (found.coded_width, found.coded_height, found.visible_width, found.visible_height),
        (16, 12, 16, 12)
    );
    assert_eq!((found.display_width, found.display_height), (120, 320), "width and height change places");
    assert_eq!((found.rotation, found.flip, found.color_matrix), (90, 1, 6));
    assert_eq!((found.timestamp_us, found.duration_us, found.id), (-7, 40, 9));
}

#[test]
fn impossible_sizes_are_refused() {
    let frame = frame(PixelFormat::I420, 4, 4);
    for (width, height) in [(0, 4), (4, 0), (32_769, 4), (4, u32::MAX)] {
        let Err(refused) = frame.scaled(width, height) else { panic!("{width}x{height}") };
        assert_eq!(refused.status, FG_ERROR_INVALID_ARGUMENT);
    }
}

/// swscale counts a plane's bytes in an int. The memory is asked for and not written to.
#[test]
fn planes_of_two_gib_are_refused() {
    let Err(refused) = self::frame(PixelFormat::Rgba, 4, 4).scaled(32_768, 32_768) else { panic!("4 GiB") };
    assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
    assert!(refused.text.contains("32768x32768") && refused.text.contains("2 GiB"), "{}", refused.text);
}

/// The encoder scales by the same: sizes that swscale refuses encode, too.
#[test]
fn frames_of_any_size_are_encoded() {
    for (from, to) in [((696, 59), (16, 720)), ((1, 1), (4096, 16)), ((2, 3000), (640, 2))] {
        let (width, height) = (to.0.to_string(), to.1.to_string());
        let config = Config::new("avc1.640033", &[("width", &width), ("height", &height)]);
        let outs =
            Encoder::new(&config).unwrap().encode(&[frame(PixelFormat::I420, from.0, from.1)]).unwrap();
        assert_eq!(outs[0].kind, FG_OUTPUT_CHUNK, "{from:?} to {to:?}");
    }
}
