//! Transparency: a second picture beside each, or a refusal.

use crate::c_api::clips::moving;
use crate::c_api::{
    FG_ERROR_ENCODING, FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED, FG_OUTPUT_ERROR, FG_PIXEL_I420,
    FG_PIXEL_I420A, FG_PIXEL_RGBA, Frame, Out,
};
use crate::{CASES, Case, HEIGHT, WIDTH, decoder_of, video_info};

/// A gradient that moves, in the format of `info` (the alpha of RGBA, or a plane of its own).
pub fn transparent(format: i32, count: usize) -> Vec<Frame> {
    let alpha = |at: usize, index: usize| ((at % WIDTH as usize) * 2 + index * 3) as u8;
    moving(WIDTH, HEIGHT, count)
        .iter()
        .enumerate()
        .map(|(index, opaque)| {
            let info = opaque.info();
            let samples = 0..(WIDTH * HEIGHT) as usize;
            let bytes: Vec<u8> = match format {
                FG_PIXEL_I420A => {
                    opaque.bytes().into_iter().chain(samples.map(|at| alpha(at, index))).collect()
                }
                _ => samples.flat_map(|at| [90, at as u8, 200, alpha(at, index)]).collect(),
            };
            let mut info_of = video_info(format, WIDTH, HEIGHT);
            (info_of.timestamp_us, info_of.duration_us, info_of.id) =
                (info.timestamp_us, info.duration_us, info.id);
            Frame::new(&info_of, &bytes).unwrap()
        })
        .collect()
}

/// The alpha planes of decoded frames, and the alpha that went in.
fn assert_alike(case: &Case, outs: &[Out], wanted: impl Fn(usize, usize) -> u8) {
    let (width, size) = (WIDTH as usize, (WIDTH * HEIGHT) as usize);
    for (index, out) in outs.iter().enumerate() {
        let frame = out.frame.as_ref().unwrap();
        assert_eq!(frame.info().format, FG_PIXEL_I420A, "{}", case.codec);
        let bytes = frame.bytes();
        let alpha = &bytes[bytes.len() - size..];
        let error: f64 =
            (0..size).map(|at| (f64::from(alpha[at]) - f64::from(wanted(at % width, index))).powi(2)).sum();
        let error = error / size as f64;
        assert!(error < 40.0, "{}: frame {index} is off by {error}", case.codec);
    }
}

#[test]
fn alpha_comes_back_where_it_is_kept() {
    for case in CASES.iter().filter(|case| case.alpha) {
        for latency in ["quality", "realtime"] {
            for format in [FG_PIXEL_I420A, FG_PIXEL_RGBA, FG_PIXEL_I420] {
                let frames =
                    if format == FG_PIXEL_I420 { moving(WIDTH, HEIGHT, 20) } else { transparent(format, 20) };
                let keys = [("alpha", "keep"), ("latencyMode", latency), ("bitrate", "2000000")];
                let chunks = case.encoder(&keys).encode_with(&frames, |index| (index == 9, -1)).unwrap();
                assert!(chunks.iter().all(|chunk| !chunk.alpha.is_empty()), "each chunk has alpha");
                let outs = decoder_of(&chunks, &[]).decode(&chunks).unwrap();
                assert_eq!(outs.len(), frames.len());
                assert_alike(case, &outs, |x, index| match format {
                    FG_PIXEL_I420 => 255,
                    _ => (x * 2 + index * 3) as u8,
                });
            }
        }
    }
}

#[test]
fn without_its_alpha_a_chunk_decodes_to_the_same_colours() {
    for case in CASES.iter().filter(|case| case.alpha) {
        let chunks = case.encoder(&[("alpha", "keep")]).encode(&transparent(FG_PIXEL_I420A, 10)).unwrap();
        let opaque: Vec<_> = chunks
            .iter()
            .map(|chunk| Out::chunk(chunk.timestamp_us, chunk.key, chunk.data.clone()))
            .collect();
        let with = decoder_of(&chunks, &[]).decode(&chunks).unwrap();
        // From one to the other and back, at keys.
        let decoder = decoder_of(&chunks, &[]);
        for (chunks, format) in
            [(&opaque, FG_PIXEL_I420), (&chunks, FG_PIXEL_I420A), (&opaque, FG_PIXEL_I420)]
        {
            let outs = decoder.decode(chunks).unwrap();
            assert_eq!(outs.len(), 10, "{}: {}", case.codec, decoder.error());
            for (out, with) in outs.iter().zip(&with) {
                let (found, with) = (out.frame.as_ref().unwrap(), with.frame.as_ref().unwrap().bytes());
                let color = (WIDTH * HEIGHT * 3 / 2) as usize;
                assert_eq!(found.info().format, format, "{}", case.codec);
                assert!(found.bytes()[..color] == with[..color], "{}", case.codec);
            }
        }
    }
}

#[test]
fn a_chunk_without_alpha_after_one_with_is_an_error_that_says_so() {
    for case in CASES.iter().filter(|case| case.alpha) {
        let mut chunks = case.encoder(&[("alpha", "keep")]).encode(&transparent(FG_PIXEL_I420A, 4)).unwrap();
        chunks[2].alpha.clear();
        let decoder = decoder_of(&chunks, &[]);
        let outs = decoder.decode(&chunks).unwrap();
        assert_eq!(outs.last().unwrap().kind, crate::FG_OUTPUT_ERROR);
        assert!(decoder.error().contains("alpha"), "{}", decoder.error());
    }
}

#[test]
fn where_there_is_no_alpha_it_is_refused_by_name() {
    for case in CASES.iter().filter(|case| !case.alpha) {
        let refused = case.config(&[("alpha", "keep")]).encoder_support().unwrap_err();
        assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
        assert!(refused.text.contains("alpha is \"keep\""), "{}", refused.text);
        let mut chunks = case.encoder(&[]).encode(&moving(WIDTH, HEIGHT, 1)).unwrap();
        chunks[0].alpha = vec![1, 2, 3];
        let refused = decoder_of(&chunks, &[]).enqueue(&chunks[0], -1).unwrap_err();
        assert_eq!(refused.status, FG_ERROR_INVALID_ARGUMENT);
        assert!(refused.text.contains("chunk.alpha_size is 3"), "{}", refused.text);
    }
}

/// A stream has alpha from a key chunk on.
#[test]
fn alpha_that_begins_amid_a_group_is_an_error() {
    for case in CASES.iter().filter(|case| case.alpha) {
        let frames = transparent(FG_PIXEL_I420A, 6);
        let mut chunks = case.encoder(&[("alpha", "keep")]).encode(&frames).unwrap();
        for chunk in &mut chunks[..3] {
            chunk.alpha.clear();
        }
        let decoder = decoder_of(&chunks, &[]);
        let outs = decoder.decode(&chunks).unwrap();
        let last = outs.last().unwrap();
        assert_eq!((last.kind, last.status), (FG_OUTPUT_ERROR, FG_ERROR_ENCODING), "{}", case.codec);
        assert!(decoder.error().contains("those before it have none"), "{}", decoder.error());
    }
}
