//! VP9 through the C API, against ffmpeg and the VP9 bitstream specification.

mod c_api;
mod support;

use std::collections::BTreeSet;

use c_api::clips::{encoder_config, moving, noise};
use c_api::*;

const CODEC: &str = "vp09.00.10.08";

fn encoder(codec: &str, more: &[(&str, &str)]) -> Encoder {
    Encoder::new(&encoder_config(codec, 96, 64, more)).unwrap()
}

/// Bits, the highest first.
struct Bits<'a>(&'a [u8], usize);

impl Bits<'_> {
    fn number(&mut self, count: usize) -> u32 {
        let bit = |at: usize| u32::from(self.0[at / 8] >> (7 - at % 8) & 1);
        let number = (self.1..self.1 + count).fold(0, |number, at| number << 1 | bit(at));
        self.1 += count;
        number
    }
}

/// What the uncompressed header of a key frame says (VP9 6.2).
#[derive(Debug, Default, PartialEq, Eq)]
struct Header {
    profile: u32,
    bits: u32,
    color_space: u32,
    full_range: u32,
    base_q_idx: u32,
}

/// Of the first frame of a chunk.
fn header(chunk: &[u8]) -> Header {
    let mut bits = Bits(chunk, 0);
    let mut found = Header { bits: 8, ..Header::default() };
    assert_eq!(bits.number(2), 2, "frame_marker");
    found.profile = bits.number(1) | bits.number(1) << 1;
    if found.profile == 3 {
        bits.number(1);
    }
    assert_eq!(bits.number(1), 0, "show_existing_frame");
    assert_eq!(bits.number(1), 0, "frame_type: a key frame");
    let (_shown, resilient) = (bits.number(1), bits.number(1) == 1);
    assert_eq!(bits.number(24), 0x49_83_42, "frame_sync_code");
    if found.profile >= 2 {
        found.bits = 10 + 2 * bits.number(1);
    }
    found.color_space = bits.number(3);
    assert_ne!(found.color_space, 7, "RGB");
    found.full_range = bits.number(1);
    if found.profile % 2 == 1 {
        bits.number(3); // subsampling_x, subsampling_y, reserved_zero
    }
    bits.number(16 + 16); // frame_size
    if bits.number(1) == 1 {
        bits.number(16 + 16); // render_size
    }
    if !resilient {
        bits.number(2); // refresh_frame_context, frame_parallel_decoding_mode
    }
    bits.number(2); // frame_context_idx
    found.base_q_idx = loop_filter_and_quantizer(&mut bits);
    found
}

/// base_q_idx of a shown inter frame (VP9 6.2): what is before it has a fixed size but for sizes and filters.
fn inter_quantizer(chunk: &[u8]) -> u32 {
    let mut bits = Bits(chunk, 0);
    bits.number(4); // frame_marker, profile 0
    assert_eq!(bits.number(1), 0, "show_existing_frame");
    assert_eq!(bits.number(1), 1, "frame_type");
    let (shown, resilient) = (bits.number(1) == 1, bits.number(1) == 1);
    let intra_only = !shown && bits.number(1) == 1;
    assert!(!intra_only);
    if !resilient {
        bits.number(2); // reset_frame_context
    }
    bits.number(8); // refresh_frame_flags
    for _ in 0..3 {
        bits.number(3 + 1);
    } // ref_frame_idx, ref_frame_sign_bias
    let found_size = (0..3).any(|_| bits.number(1) == 1); // found_ref
    assert!(found_size, "the size is that of a reference");
    if bits.number(1) == 1 {
        bits.number(16 + 16); // render_size
    }
    bits.number(1); // allow_high_precision_mv
    if bits.number(1) == 0 {
        bits.number(2); // raw_interpolation_filter
    }
    if !resilient {
        bits.number(2); // refresh_frame_context, frame_parallel_decoding_mode
    }
    bits.number(2); // frame_context_idx
    loop_filter_and_quantizer(&mut bits)
}

fn loop_filter_and_quantizer(bits: &mut Bits<'_>) -> u32 {
    bits.number(6 + 3); // loop_filter_level, loop_filter_sharpness
    if bits.number(1) == 1 && bits.number(1) == 1 {
        for _ in 0..4 + 2 {
            if bits.number(1) == 1 {
                bits.number(7); // su(6)
            }
        }
    }
    bits.number(8)
}

fn quantizer(chunk: &[u8]) -> u32 {
    // frame_type, of profile 0
    if chunk[0] >> 2 & 1 == 0 { header(chunk).base_q_idx } else { inter_quantizer(chunk) }
}

/// Exact where frames take bits. After still pictures libvpx may take a better one than was asked for: it gives each frame 200
/// bits, and still ones need less.
#[test]
fn each_frame_has_the_quantizer_that_is_nearest_to_its_own() {
    let (width, height) = (320, 240);
    let mut reached = BTreeSet::new();
    for (name, latency, step) in [
        ("noise", "realtime", 1),
        ("noise", "quality", 7),
        ("moving", "realtime", 3),
        ("still", "realtime", 3),
    ] {
        // Up and down, by one and by many.
        let up_and_down = |index: i32| if index % 2 == 0 { index / 2 } else { 255 - index / 2 };
        let asked: Vec<i32> = (0..256).step_by(step).map(up_and_down).collect();
        let frames = match name {
            "noise" => noise(width, height, asked.len()),
            "moving" => moving(width, height, asked.len()),
            _ => asked.iter().map(|_| moving(width, height, 1).remove(0)).collect(),
        };
        let keys = [("bitrateMode", "quantizer"), ("latencyMode", latency)];
        let encoder = Encoder::new(&encoder_config(CODEC, width, height, &keys)).unwrap();
        let chunks = encoder.encode_with(&frames, |index| (index % 50 == 0, asked[index])).unwrap();
        let found: Vec<i32> = chunks.iter().map(|chunk| quantizer(&chunk.data) as i32).collect();
        if step == 1 {
            reached.extend(&found);
            assert_eq!((reached.len(), reached.first(), reached.last()), (64, Some(&0), Some(&255)));
        }
        for (index, (asked, found)) in asked.iter().zip(&found).enumerate() {
            let nearest = *reached.iter().min_by_key(|reached| (*reached - asked).abs()).unwrap();
            let exact = (found - asked).abs() == (nearest - asked).abs();
            let better = name == "still" && *found < nearest;
            assert!(exact || better, "{name} {latency} {index}: {asked} became {found}");
        }
    }
}

/// A frame of that format, whose samples are a gradient.
fn gradient(format: i32, bits: u32, halves: (u32, u32)) -> Frame {
    let (width, height) = (96u32, 64u32);
    let sample = |at: u32| (at * 7 % (1 << bits)) as u16;
    let samples = width * height + 2 * (width / halves.0) * (height / halves.1);
    let bytes: Vec<u8> = match bits {
        8 => (0..samples).map(|at| sample(at) as u8).collect(),
        _ => (0..samples).flat_map(|at| sample(at).to_le_bytes()).collect(),
    };
    let mut info = video_info(format, width, height);
    (info.color_primaries, info.color_transfer, info.color_matrix, info.color_range) = (9, 16, 9, 1);
    Frame::new(&info, &bytes).unwrap()
}

#[test]
fn every_profile_and_depth_is_encoded_without_a_detour_and_says_its_colour() {
    for (codec, format, profile, bits, halves) in [
        ("vp09.00.10.08", FG_PIXEL_I420, 0, 8, (2, 2)),
        ("vp09.01.10.08.02.09.16.09.01", FG_PIXEL_I422, 1, 8, (2, 1)),
        ("vp09.01.10.08", FG_PIXEL_I422, 1, 8, (2, 1)),
        ("vp09.01.10.08.03.09.16.09.01", FG_PIXEL_I444, 1, 8, (1, 1)),
        ("vp09.02.10.10", FG_PIXEL_I420P10, 2, 10, (2, 2)),
        ("vp09.02.10.12", FG_PIXEL_I420P12, 2, 12, (2, 2)),
        ("vp09.03.10.10", FG_PIXEL_I444P10, 3, 10, (1, 1)),
        ("vp09.03.10.12.02.09.16.09.01", FG_PIXEL_I422P12, 3, 12, (2, 1)),
    ] {
        let frame = gradient(format, bits, halves);
        let lossless = [("ffmpeg.lossless", "1"), ("latencyMode", "realtime")];
        let chunks = encoder(codec, &lossless).encode(std::slice::from_ref(&frame)).unwrap();
        let found = header(&chunks[0].data);
        let wanted = Header { profile, bits, color_space: 5, full_range: 1, base_q_idx: 0 }; // CS_BT_2020
        assert_eq!(found, wanted, "{codec}");
        let config = chunks[0].config.as_ref().unwrap();
        assert_eq!(config.get("codec"), codec);
        assert_eq!(
            (config.get("colorSpace.matrix"), config.get("colorSpace.fullRange")),
            ("bt2020-ncl".into(), "true".into())
        );
        let outs = Decoder::new(&Config::new(codec, &[])).unwrap().decode(&chunks).unwrap();
        let decoded = outs[0].frame.as_ref().unwrap();
        let info = decoded.info();
        assert_eq!((info.format, info.color_matrix, info.color_range), (format, 9, 1), "{codec}");
        let transfer = [(8, 1), (10, 14), (12, 15)].into_iter().find(|(depth, _)| *depth == bits).unwrap().1;
        assert_eq!((info.color_primaries, info.color_transfer), (9, transfer), "BT.2020, as VP9 has it");
        assert!(decoded.bytes() == frame.bytes(), "{codec}: lossless, and not the same");
    }
}

#[test]
fn alpha_of_more_than_8_bits_and_rgb_are_refused_by_name() {
    for (codec, keys, words) in [
        ("vp09.02.10.10", &[("alpha", "keep")][..], "alpha is \"keep\""),
        ("vp09.01.10.08.03.01.13.00.01", &[], "RGB"),
    ] {
        let refused = encoder_config(codec, 96, 64, keys).encoder_support().unwrap_err();
        assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
        assert!(refused.text.contains(words) && refused.text.contains(codec), "{}", refused.text);
    }
}

#[test]
fn a_chunk_that_is_no_key_is_refused_first_whatever_its_flag_says() {
    let chunks = encoder(CODEC, &[]).encode(&moving(96, 64, 3)).unwrap();
    let decoder = Decoder::new(&Config::new(CODEC, &[])).unwrap();
    for data in [chunks[1].data.clone(), vec![0x82, 0x49], vec![0x88], vec![0, 1, 2, 3]] {
        let refused = decoder.enqueue(&Out::chunk(0, true, data), -1).unwrap_err();
        assert_eq!(refused.status, FG_ERROR_DATA, "{}", refused.text);
    }
    assert_eq!(decoder.decode(&chunks).unwrap().len(), 3);
}

/// As in a stream of spatial layers: what the first picture shows, nobody sees (libvpx does so, too).
#[test]
fn of_several_pictures_in_a_superframe_the_last_is_shown() {
    let chunks = encoder(CODEC, &[]).encode(&moving(96, 64, 4)).unwrap();
    let both = |index: usize| {
        let (first, second) = (&chunks[index].data, &chunks[index + 1].data);
        let mark = 0b1100_1001; // two sizes of two bytes
        let sizes = [first.len() as u16, second.len() as u16].map(u16::to_le_bytes).concat();
        let bytes = [&first[..], second, &[mark], &sizes, &[mark]].concat();
        Out::chunk(chunks[index].timestamp_us, index == 0, bytes)
    };
    let pixels = |chunks: &[Out]| -> Vec<Vec<u8>> {
        let decoder = Decoder::new(&Config::new(CODEC, &[])).unwrap();
        let outs = decoder.decode(chunks).unwrap();
        assert_eq!((decoder.stats().in_codec, decoder.stats().dropped), (0, 0));
        outs.iter()
            .map(|out| out.frame.as_ref().unwrap_or_else(|| panic!("{}", decoder.error())).bytes())
            .collect()
    };
    let whole = pixels(&chunks);
    assert!(pixels(&[both(0), both(2)]) == [whole[1].clone(), whole[3].clone()]);
}

/// libvpx would say of each frame on standard output that it is too large.
#[test]
fn layers_need_even_sides() {
    for (width, height, named) in [(95, 64, "width is 95"), (96, 63, "height is 63")] {
        assert!(encoder_config(CODEC, width, height, &[]).encoder_support().is_ok());
        let refused = encoder_config(CODEC, width, height, &[("scalabilityMode", "L1T2")]).encoder_support();
        let refused = refused.unwrap_err();
        assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
        assert!(refused.text.contains(named) && refused.text.contains("even"), "{}", refused.text);
    }
}

/// What opens and then fails with the first frame is not supported.
#[test]
fn sides_that_libvpx_is_not_built_for_are_refused() {
    for (width, height) in [(16_384, 16), (16, 16_384)] {
        let encoder =
            Encoder::new(&encoder_config(CODEC, width, height, &[("latencyMode", "realtime")])).unwrap();
        assert_eq!(encoder.encode(&moving(width, height, 1)).unwrap().len(), 1, "{width}x{height}");
    }
    for (width, height, named) in [(16_385, 16, "width is 16385"), (16, 65_535, "height is 65535")] {
        let refused = encoder_config(CODEC, width, height, &[]).encoder_support().unwrap_err();
        assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
        assert!(refused.text.contains(named) && refused.text.contains("16384"), "{}", refused.text);
    }
}
