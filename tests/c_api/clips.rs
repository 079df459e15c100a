//! Frames to encode, and what chunks become for ffmpeg.

use std::path::PathBuf;

use super::{Config, Frame, Out, types::*, video_info};

/// Between the frames of `moving`.
const FRAME_US: i64 = 40_000;

/// A moving pattern in I420, every frame with its own time and id.
pub fn moving(width: u32, height: u32, count: usize) -> Vec<Frame> {
    (0..count)
        .map(|index| {
            let mut info = video_info(FG_PIXEL_I420, width, height);
            (info.timestamp_us, info.duration_us) = (index as i64 * FRAME_US, FRAME_US);
            info.id = 1000 + index as u64;
            let (width, height) = (width as usize, height as usize);
            let luma = (0..width * height).map(|at| ((at % width) * 3 + (at / width) * 2 + index * 5) as u8);
            let chroma =
                (0..width.div_ceil(2) * height.div_ceil(2) * 2).map(|at| (at + index) as u8 / 4 + 96);
            Frame::new(&info, &luma.chain(chroma).collect::<Vec<u8>>()).unwrap()
        })
        .collect()
}

/// Noise, which costs bits.
pub fn noise(width: u32, height: u32, count: usize) -> Vec<Frame> {
    let mut state = 1u32;
    (0..count)
        .map(|index| {
            let mut info = video_info(FG_PIXEL_I420, width, height);
            info.timestamp_us = index as i64 * 33_333;
            let bytes: Vec<u8> = (0..width * height * 3 / 2)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 24) as u8
                })
                .collect();
            Frame::new(&info, &bytes).unwrap()
        })
        .collect()
}

/// The keys of an encoder of this size, and more.
pub fn encoder_config(codec: &str, width: u32, height: u32, more: &[(&str, &str)]) -> Config {
    let config = Config::new(codec, &[("width", &width.to_string()), ("height", &height.to_string())]);
    more.iter().fold(config, |config, (key, value)| config.with(key, value))
}

/// A raw file of Annex B chunks.
pub fn annexb_file(name: &str, chunks: &[Out]) -> PathBuf {
    let path = crate::support::scratch(name);
    std::fs::write(&path, chunks.iter().flat_map(|chunk| chunk.data.clone()).collect::<Vec<u8>>()).unwrap();
    path
}

/// Chunks of a raw Annex B stream, one an access unit: split before SPS, SEI or the first slice after a picture.
pub fn access_units(stream: &[u8]) -> Vec<Out> {
    let mut starts = Vec::new(); // of start codes, with the unit's type and first_mb_in_slice == 0
    let mut at = 0;
    while at + 4 < stream.len() {
        if stream[at..].starts_with(&[0, 0, 1]) {
            let zero = usize::from(at > 0 && stream[at - 1] == 0);
            starts.push((at - zero, stream[at + 3] & 31, stream[at + 4] & 0x80 != 0));
            at += 3;
        }
        at += 1;
    }
    let (mut units, mut begin, mut picture, mut key) = (Vec::new(), 0, false, false);
    for (start, kind, first_slice) in starts {
        if picture && (matches!(kind, 6..=9) || (kind <= 5 && first_slice)) {
            units.push((begin, start, key));
            (begin, picture, key) = (start, false, false);
        }
        (picture, key) = (picture || matches!(kind, 1 | 5), key || kind == 5);
    }
    units.push((begin, stream.len(), key));
    let chunk = |(index, (begin, end, key)): (usize, (usize, usize, bool))| Out {
        id: index as u64,
        ..Out::chunk(index as i64 * 1000, key, stream[begin..end].to_vec())
    };
    units.into_iter().enumerate().map(chunk).collect()
}
