//! copyTo's colorSpace against floating point arithmetic from the standards: H.273 (primaries and transfers),
//! IEC 61966-2-1 (sRGB), SMPTE EG 432-1 (P3), ST 2084 (PQ), BT.2100 (HLG); and against ffmpeg's zscale.

mod support;

use std::process::Command;

use framegate::media::copy::{ColorSpace, CopyOptions, copy_to};
use framegate::media::{Color, PixelFormat, PixelFormat::*, VideoFrame, VideoInfo};

type Matrix = [[f64; 3]; 3];

const BT709: [[f64; 2]; 3] = [[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]];
const P3: [[f64; 2]; 3] = [[0.680, 0.320], [0.265, 0.690], [0.150, 0.060]];

/// Chromaticities of H.273 table 2 with a white of D65.
const PRIMARIES: [(u8, [[f64; 2]; 3]); 6] = [
    (1, BT709),
    (5, [[0.64, 0.33], [0.29, 0.60], [0.15, 0.06]]),
    (6, [[0.630, 0.340], [0.310, 0.595], [0.155, 0.070]]),
    (9, [[0.708, 0.292], [0.170, 0.797], [0.131, 0.046]]),
    (12, P3),
    (22, [[0.630, 0.340], [0.295, 0.605], [0.155, 0.077]]),
];

const TRANSFERS: [u8; 10] = [1, 4, 5, 6, 8, 13, 14, 16, 17, 18];

/// Solves `matrix` x = `right` by elimination.
fn solve(mut matrix: Matrix, mut right: [f64; 3]) -> [f64; 3] {
    for pivot in 0..3 {
        let best =
            (pivot..3).max_by(|a, b| matrix[*a][pivot].abs().total_cmp(&matrix[*b][pivot].abs())).unwrap();
        matrix.swap(pivot, best);
        right.swap(pivot, best);
        for row in (0..3).filter(|row| *row != pivot) {
            let factor = matrix[row][pivot] / matrix[pivot][pivot];
            (0..3).for_each(|column| matrix[row][column] -= factor * matrix[pivot][column]);
            right[row] -= factor * right[pivot];
        }
    }
    [0, 1, 2].map(|row| right[row] / matrix[row][row])
}

fn times(matrix: &Matrix, vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
}

/// Linear RGB to CIE XYZ, white being D65.
fn to_xyz(primaries: [[f64; 2]; 3]) -> Matrix {
    let xyz = |[x, y]: [f64; 2]| [x / y, 1.0, (1.0 - x - y) / y];
    let columns = primaries.map(xyz);
    let matrix: Matrix = [0, 1, 2].map(|row| [0, 1, 2].map(|column| columns[column][row]));
    let scale = solve(matrix, xyz([0.3127, 0.3290]));
    matrix.map(|row| [0, 1, 2].map(|column| row[column] * scale[column]))
}

/// Light of a signal from 0 to 1; 1 is SDR white. Cameras' curves (1, 6, 14) are shown as sRGB.
fn light(transfer: u8, signal: f64) -> f64 {
    match transfer {
        4 => signal.powf(2.2),
        5 => signal.powf(2.8),
        8 => signal,
        16 => {
            let (m1, m2) = (2610.0 / 16384.0, 2523.0 / 32.0);
            let (c1, c2, c3) = (3424.0 / 4096.0, 2413.0 / 128.0, 2392.0 / 128.0);
            let power = signal.powf(1.0 / m2);
            ((power - c1).max(0.0) / (c2 - c3 * power)).powf(1.0 / m1) * 10_000.0 / 203.0
        }
        17 => signal.powf(2.6) * 52.37 / 48.0,
        18 => {
            let (a, b, c) = (0.178_832_77, 0.284_668_92, 0.559_910_73);
            let scene = |signal: f64| {
                if signal <= 0.5 { signal * signal / 3.0 } else { (((signal - c) / a).exp() + b) / 12.0 }
            };
            scene(signal) / scene(0.75)
        }
        _ if signal <= 0.04045 => signal / 12.92,
        _ => ((signal + 0.055) / 1.055).powf(2.4),
    }
}

fn srgb_signal(light: f64) -> f64 {
    let light = light.clamp(0.0, 1.0);
    if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

/// A colour of 8 bits in another space, before rounding.
fn exact(rgb: [u8; 3], transfer: u8, from: [[f64; 2]; 3], to: [[f64; 2]; 3]) -> [f64; 3] {
    let linear = rgb.map(|level| light(transfer, f64::from(level) / 255.0));
    let linear = solve(to_xyz(to), times(&to_xyz(from), linear));
    linear.map(|light| srgb_signal(light) * 255.0)
}

/// Every 15th level of each channel.
fn colors() -> Vec<[u8; 3]> {
    let levels = || (0..=255).step_by(15);
    levels().flat_map(|r| levels().flat_map(move |g| levels().map(move |b| [r, g, b]))).collect()
}

fn color(primaries: u8, transfer: u8) -> Color {
    Color { primaries: Some(primaries), transfer: Some(transfer), ..Color::SRGB }
}

/// The colours as one row of RGBA with an alpha of 7, copied as `format`.
fn copied(colors: &[[u8; 3]], color: Color, format: PixelFormat, color_space: ColorSpace) -> Vec<u8> {
    let info = VideoInfo { color, ..VideoInfo::of_size(Rgba, colors.len() as u32, 1) };
    let frame = VideoFrame::allocate(info).unwrap();
    frame.copy_from(&colors.iter().flat_map(|[r, g, b]| [*r, *g, *b, 7]).collect::<Vec<u8>>()).unwrap();
    let mut bytes = vec![0xa5; colors.len() * format.planes()[0].step_bytes as usize];
    copy_to(&frame, &CopyOptions { format: Some(format), color_space, ..CopyOptions::default() }, &mut bytes)
        .unwrap();
    bytes
}

#[test]
fn every_primaries_and_transfer_comes_out_within_one_of_exact() {
    let colors = colors();
    for ((number, from), transfer) in
        PRIMARIES.iter().flat_map(|primaries| TRANSFERS.map(|transfer| (*primaries, transfer)))
    {
        for (space, to) in [(ColorSpace::Srgb, BT709), (ColorSpace::DisplayP3, P3)] {
            let bytes = copied(&colors, color(number, transfer), Rgba, space);
            for (rgb, pixel) in colors.iter().zip(bytes.as_chunks::<4>().0) {
                let exact = exact(*rgb, transfer, from, to);
                let near = exact
                    .iter()
                    .zip(pixel)
                    .all(|(exact, got)| (exact.round() - f64::from(*got)).abs() <= 1.0);
                assert!(near, "{number} {transfer} to {space:?}: {rgb:?} is {exact:?}, not {pixel:?}");
                assert_eq!(pixel[3], 7, "alpha stays");
            }
        }
    }
}

/// CSS Color 4 and every browser: red of sRGB is color(display-p3 0.9175 0.2003 0.1387).
#[test]
fn known_colours_come_out() {
    let one = |rgb, color, space| copied(&[rgb], color, Rgb24, space);
    assert_eq!(one([255, 0, 0], Color::SRGB, ColorSpace::DisplayP3), [234, 51, 35]);
    assert_eq!(one([255, 0, 0], Color::default(), ColorSpace::DisplayP3), [234, 51, 35]);
    assert_eq!(one([234, 51, 35], color(12, 13), ColorSpace::Srgb), [255, 0, 0]);
    assert_eq!(one([1, 2, 3], color(12, 13), ColorSpace::DisplayP3), [1, 2, 3]);
    // HDR: reference white (58 % of PQ, 75 % of HLG) is white, what is brighter is clipped.
    assert_eq!(one([148; 3], color(9, 16), ColorSpace::Srgb), [255; 3]);
    assert_eq!(one([192; 3], color(9, 18), ColorSpace::Srgb), [255; 3]);
    assert_eq!(one([255; 3], color(9, 16), ColorSpace::Srgb), [255; 3]);
    // White stays white where it is not D65: DCI P3, illuminant C, illuminant E.
    for primaries in [4, 8, 10, 11] {
        assert_eq!(one([255; 3], color(primaries, 13), ColorSpace::Srgb), [255; 3], "{primaries}");
    }
}

#[test]
fn grey_stays_grey_at_every_level() {
    let greys: Vec<_> = (0..=255).map(|level| [level; 3]).collect();
    for (primaries, _) in PRIMARIES {
        for space in [ColorSpace::Srgb, ColorSpace::DisplayP3] {
            assert_eq!(
                copied(&greys, color(primaries, 1), Rgb24, space),
                greys.concat(),
                "{primaries} {space:?}"
            );
        }
    }
}

#[test]
fn every_rgb_format_gets_the_same_colours() {
    let colors = colors();
    let rgba = copied(&colors, color(9, 14), Rgba, ColorSpace::Srgb);
    for format in [Rgbx, Bgra, Bgrx, Rgb24, Bgr24] {
        let pixel = |rgba: &[u8; 4]| {
            let [r, g, b, alpha] = *rgba;
            let [first, third] = if matches!(format, Bgra | Bgrx | Bgr24) { [b, r] } else { [r, b] };
            let alpha = if matches!(format, Rgbx | Bgrx) { 255 } else { alpha };
            [first, g, third, alpha].into_iter().take(format.planes()[0].step_bytes as usize)
        };
        let wanted: Vec<u8> = rgba.as_chunks::<4>().0.iter().flat_map(pixel).collect();
        assert_eq!(copied(&colors, color(9, 14), format, ColorSpace::Srgb), wanted, "{}", format.name());
    }
}

/// BT.709, sRGB and unknown colour need nothing, and the frame's own format and `Source` ask for nothing.
#[test]
fn what_needs_no_change_is_not_changed() {
    let colors = colors();
    let plain: Vec<u8> = colors.concat();
    let unknown = Color { primaries: Some(200), transfer: Some(200), ..Color::default() };
    for color in [Color::default(), unknown, Color::SRGB, Color::BT709, color(1, 6), color(1, 14)] {
        assert_eq!(copied(&colors, color, Rgb24, ColorSpace::Srgb), plain, "{color:?}");
    }
    assert_eq!(copied(&colors, color(9, 16), Rgb24, ColorSpace::Source), plain);
    let info = VideoInfo { color: color(12, 13), ..VideoInfo::of_size(Rgb24, colors.len() as u32, 1) };
    let frame = VideoFrame::allocate(info).unwrap();
    frame.copy_from(&plain).unwrap();
    let mut bytes = vec![0; plain.len()];
    let options = CopyOptions { color_space: ColorSpace::DisplayP3, ..CopyOptions::default() };
    copy_to(&frame, &options, &mut bytes).unwrap();
    assert_eq!(bytes, plain);
}

/// YUV has its matrix undone first; rows stay within their bytes.
#[test]
fn yuv_frames_are_managed_inside_their_layout() {
    let color = Color { matrix: Some(6), full_range: Some(false), ..color(6, 6) };
    let frame = VideoFrame::allocate(VideoInfo { color, ..VideoInfo::of_size(I420, 5, 3) }).unwrap();
    frame.copy_from(&[[81; 15].as_slice(), &[90; 6], &[240; 6]].concat()).unwrap(); // BT.601's red
    let mut bytes = vec![0xa5; 3 + 20 * 3];
    let layout = Some(vec![(3, 20)]);
    copy_to(&frame, &CopyOptions { format: Some(Rgb24), layout, ..CopyOptions::default() }, &mut bytes)
        .unwrap();
    let wanted = exact([255, 0, 0], 6, PRIMARIES[2].1, BT709).map(f64::round);
    for (at, byte) in bytes.iter().enumerate() {
        match at.checked_sub(3).filter(|at| at % 20 < 15) {
            Some(at) => {
                assert!((f64::from(*byte) - wanted[at % 20 % 3]).abs() <= 1.0, "{at}: {byte} of {wanted:?}")
            }
            None => assert_eq!(*byte, 0xa5, "a stray write at {at}"),
        }
    }
}

#[test]
fn ffmpeg_agrees() {
    let colors = colors();
    let path = support::scratch("color-space.raw");
    std::fs::write(&path, colors.concat()).unwrap();
    for (number, name) in [(5, "bt470bg"), (6, "smpte170m"), (9, "bt2020"), (12, "smpte432")] {
        let curve = "iec61966-2-1";
        let filter = format!(
            "format=gbrp,zscale=min=gbr:m=gbr:rin=full:r=full:pin={number}:p=bt709:tin={curve}:t={curve},format=rgb24"
        );
        let mut command = Command::new("ffmpeg");
        command
            .args(["-v", "error", "-nostdin", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "324x18", "-i"]);
        command.arg(&path);
        command.args(["-vf", &filter, "-f", "rawvideo", "-"]);
        let theirs = support::run(&mut command).stdout;
        let ours = copied(&colors, color(number, 13), Rgb24, ColorSpace::Srgb);
        let far = ours.iter().zip(&theirs).map(|(ours, theirs)| ours.abs_diff(*theirs)).max();
        assert!(ours.len() == theirs.len() && far <= Some(1), "{name}: {far:?}");
    }
}
