//! What an H.264 stream says of colour, and what its pixels are, against ffprobe and exact arithmetic.

mod c_api;
mod support;

use std::process::Command;

use c_api::clips::{annexb_file, encoder_config};
use c_api::*;
use framegate::media::{PixelFormat, PlaneShape};
use support::{probe, run};

const BEST: [(&str, &str); 2] = [("bitrateMode", "quantizer"), ("avc.format", "annexb")];

/// Encodes one frame at a low quantizer to 64x48; ffprobe's colour words, and ffmpeg's planes.
fn round_trip(name: &str, frame: &Frame) -> ([String; 4], Vec<u8>) {
    let encoder = Encoder::new(&encoder_config("avc1.64001f", 64, 48, &BEST)).unwrap();
    let how = (true, 4);
    assert_eq!(encoder.enqueue(frame, how, 0), Ok(FG_OK));
    encoder.flush().unwrap();
    let path = annexb_file(&format!("color-{name}.h264"), &encoder.until_flushed().unwrap());
    let stream = probe(&path, "stream=color_primaries,color_transfer,color_space,color_range").remove(0);
    let words =
        ["color_primaries", "color_transfer", "color_space", "color_range"].map(|key| stream[key].clone());
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-i"]).arg(path);
    (words, run(command.args(["-f", "rawvideo", "-"])).stdout)
}

/// BT.709, limited range, in exact arithmetic.
fn yuv([red, green, blue]: [u8; 3]) -> [f64; 3] {
    let [red, green, blue] = [red, green, blue].map(|level| f64::from(level) / 255.0);
    let luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    [16.0 + 219.0 * luma, 128.0 + 224.0 * (blue - luma) / 1.8556, 128.0 + 224.0 * (red - luma) / 1.5748]
}

fn assert_uniform(what: &str, planes: &[u8], wanted: [f64; 3]) {
    assert_eq!(planes.len(), 64 * 48 * 3 / 2, "{what}");
    let (luma, chroma) = planes.split_at(64 * 48);
    let (u, v) = chroma.split_at(32 * 24);
    for (plane, wanted) in [luma, u, v].into_iter().zip(wanted) {
        let worst = plane.iter().map(|level| (f64::from(*level) - wanted).abs()).fold(0.0, f64::max);
        assert!(worst <= 2.0, "{what}: {worst} levels off {wanted}");
    }
}

#[test]
fn rgb_becomes_bt709_at_any_size() {
    let sizes = [(64, 48), (128, 96), (33, 17), (1, 1), (16, 4096)];
    for (name, color) in
        [("red", [255, 0, 0]), ("green", [0, 255, 0]), ("blue", [0, 0, 255]), ("grey", [128; 3])]
    {
        for (width, height) in sizes {
            let formats = [
                (FG_PIXEL_RGBA, false, 4),
                (FG_PIXEL_BGRA, true, 4),
                (FG_PIXEL_RGB24, false, 3),
                (FG_PIXEL_BGR24, true, 3),
            ];
            for (format, swapped, bytes) in formats {
                let [red, green, blue] = color;
                let pixel = if swapped { [blue, green, red, 255] } else { [red, green, blue, 255] };
                let bytes = pixel[..bytes].repeat((width * height) as usize);
                let frame = Frame::new(&video_info(format, width, height), &bytes).unwrap();
                let what = format!("{name}-{width}x{height}-{format}");
                let (words, planes) = round_trip(&what, &frame);
                assert_eq!(words, ["bt709", "bt709", "bt709", "tv"], "{what}");
                assert_uniform(&what, &planes, yuv(color));
            }
        }
    }
}

#[test]
fn yuv_is_signalled_as_it_says_and_stays_what_it_is() {
    let cases = [
        ([9, 16, 9, 0], ["bt2020", "smpte2084", "bt2020nc", "tv"]),
        ([1, 1, 1, 1], ["bt709", "bt709", "bt709", "pc"]),
        ([6, 6, 6, 0], ["smpte170m", "smpte170m", "smpte170m", "tv"]),
        ([-1, -1, -1, -1], ["unknown", "unknown", "unknown", "unknown"]),
    ];
    for (numbers, words) in cases {
        for format in [FG_PIXEL_I420, FG_PIXEL_NV12] {
            let mut info = video_info(format, 64, 48);
            [info.color_primaries, info.color_transfer, info.color_matrix, info.color_range] = numbers;
            let mut bytes = vec![200; 64 * 48];
            match format {
                FG_PIXEL_I420 => bytes.extend([[90; 32 * 24], [160; 32 * 24]].concat()),
                _ => bytes.extend([90, 160].repeat(32 * 24)),
            }
            let (found, planes) =
                round_trip(&format!("yuv-{}-{format}", words[0]), &Frame::new(&info, &bytes).unwrap());
            assert_eq!(found, words, "{numbers:?}");
            assert_uniform(words[0], &planes, [200.0, 90.0, 160.0]);
        }
    }
}

/// Samples of one value a plane, in a format of 8, 10 or 12 bits.
fn uniform(format: i32, bits: u32, (width, height): (u32, u32), levels: [u16; 4]) -> Vec<u8> {
    let shapes = PixelFormat::from_number(format).unwrap().planes();
    let plane = |(shape, level): (&PlaneShape, u16)| {
        let samples = width.div_ceil(shape.sub_x) * height.div_ceil(shape.sub_y);
        let sample = (level << (bits - 8)).to_le_bytes();
        sample[..shape.step_bytes as usize].repeat(samples as usize)
    };
    shapes.iter().zip(levels).flat_map(plane).collect()
}

/// At the encoder's size, and at others, where the picture is converted and scaled.
#[test]
fn every_planar_format_is_encoded_as_its_samples_in_8_bits() {
    let deep = [(0, 8), (FG_PIXEL_I420P10 - FG_PIXEL_I420, 10), (FG_PIXEL_I420P12 - FG_PIXEL_I420, 12)];
    let formats =
        (FG_PIXEL_I420..=FG_PIXEL_I444A).flat_map(|format| deep.map(|(more, bits)| (format + more, bits)));
    for (format, bits) in formats {
        for (width, height) in [(64, 48), (33, 17), (128, 96), (2, 200)] {
            let mut info = video_info(format, width, height);
            (info.color_primaries, info.color_transfer, info.color_matrix) = (9, 14, 9);
            let bytes = uniform(format, bits, (width, height), [200, 90, 160, 77]);
            let what = format!("planar-{format}-{width}x{height}");
            let (words, planes) = round_trip(&what, &Frame::new(&info, &bytes).unwrap());
            assert_eq!(words[..3], ["bt2020", "bt2020-10", "bt2020nc"], "{what}");
            assert_uniform(&what, &planes, [200.0, 90.0, 160.0]);
        }
    }
}

/// Chroma that differs in every column and row: what x264 gets is what ffmpeg's converter makes of it.
#[test]
fn a_gradient_in_4_4_4_of_10_bits_is_what_ffmpeg_makes_of_it() {
    let sample = |plane: usize, x: usize, y: usize| (260 + plane * 60 + x * 4 + y * 3) as u16;
    let plane =
        |plane| (0..48).flat_map(move |y| (0..64).flat_map(move |x| sample(plane, x, y).to_le_bytes()));
    let bytes: Vec<u8> = (0..3).flat_map(plane).collect();
    let path = support::scratch("gradient.raw");
    std::fs::write(&path, &bytes).unwrap();
    let mut command = Command::new("ffmpeg");
    command.args([
        "-v",
        "error",
        "-nostdin",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "yuv444p10le",
        "-s",
        "64x48",
        "-i",
    ]);
    command.arg(path).args([
        "-vf",
        "scale=flags=area+accurate_rnd",
        "-pix_fmt",
        "yuv420p",
        "-f",
        "rawvideo",
        "-",
    ]);
    let theirs = run(&mut command).stdout;
    let frame = Frame::new(&video_info(FG_PIXEL_I444P10, 64, 48), &bytes).unwrap();
    let (_, ours) = round_trip("gradient", &frame);
    let far = ours.iter().zip(&theirs).map(|(ours, theirs)| ours.abs_diff(*theirs)).max();
    assert!(ours.len() == theirs.len() && far <= Some(4), "{far:?}");
}

#[test]
fn only_the_visible_rectangle_is_encoded() {
    let mut info = video_info(FG_PIXEL_RGBA, 80, 60);
    (info.visible_x, info.visible_y, info.visible_width, info.visible_height) = (6, 4, 31, 29);
    let inside = |at: usize| (6..37).contains(&(at % 80)) && (4..33).contains(&(at / 80));
    let pixel = |at| if inside(at) { [0, 255, 0, 255] } else { [255, 0, 255, 255] };
    let bytes: Vec<u8> = (0..80 * 60).flat_map(pixel).collect();
    let (_, planes) = round_trip("visible", &Frame::new(&info, &bytes).unwrap());
    assert_uniform("visible", &planes, yuv([0, 255, 0]));
    // Where chroma is not shared, the rectangle may begin anywhere, and its pixels are shared with no others.
    info.format = FG_PIXEL_I444;
    (info.visible_x, info.visible_y) = (7, 5);
    let inside = |at: usize| (7..38).contains(&(at % 80)) && (5..34).contains(&(at / 80));
    let plane = |level| (0..80 * 60).map(move |at| if inside(at) { level } else { 255 - level });
    let bytes: Vec<u8> = [200, 90, 160].into_iter().flat_map(plane).collect();
    let (_, planes) = round_trip("visible-444", &Frame::new(&info, &bytes).unwrap());
    assert_uniform("visible-444", &planes, [200.0, 90.0, 160.0]);
}

#[test]
fn another_colour_is_another_decoder_configuration() {
    let encoder = Encoder::new(&encoder_config("avc1.64001f", 64, 48, &[])).unwrap();
    let frames: Vec<_> = [1, 1, 6, 6, 1]
        .map(|matrix| {
            let mut info = video_info(FG_PIXEL_I420, 64, 48);
            info.color_matrix = matrix;
            Frame::new(&info, &vec![128; 64 * 48 * 3 / 2]).unwrap()
        })
        .into();
    let chunks = encoder.encode(&frames).unwrap();
    let matrices: Vec<_> = chunks
        .iter()
        .map(|chunk| chunk.config.as_ref().map(|config| config.get("colorSpace.matrix")))
        .collect();
    let (bt709, smpte170m) = (Some("bt709".to_owned()), Some("smpte170m".to_owned()));
    assert_eq!(matrices, [bt709.clone(), None, smpte170m, None, bt709]);
}

#[test]
fn another_memory_layout_of_the_same_colour_is_not() {
    let encoder = Encoder::new(&encoder_config("avc1.64001f", 64, 48, &[])).unwrap();
    let frames: Vec<_> = [
        (FG_PIXEL_NV12, 8),
        (FG_PIXEL_I420, 8),
        (FG_PIXEL_I420A, 8),
        (FG_PIXEL_I422P10, 10),
        (FG_PIXEL_I444AP12, 12),
        (FG_PIXEL_NV12, 8),
    ]
    .map(|(format, bits)| {
        let bytes = uniform(format, bits, (64, 48), [128; 4]);
        Frame::new(&video_info(format, 64, 48), &bytes).unwrap()
    })
    .into();
    let chunks = encoder.encode(&frames).unwrap();
    let keys: Vec<_> = chunks.iter().map(|chunk| chunk.key).collect();
    assert_eq!(keys, [true, false, false, false, false, false]);
}
