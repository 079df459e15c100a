//! Files and chunks that end too early: errors and fewer frames, never others, never a crash.

use framegate::container::Demuxer;

use crate::c_api::clips::noise;
use crate::c_api::{FG_ERROR_ENCODING, FG_OUTPUT_ERROR, Out};
use crate::containers::written;
use crate::support::{scratch, text};
use crate::{CASES, Decoder, HEIGHT, WIDTH, decoder_of, pixels};

/// The frames before an error, if there is one.
fn shown(decoder: &Decoder, chunks: &[Out]) -> (Vec<Vec<u8>>, bool) {
    let outs = decoder.decode(chunks).unwrap();
    let failed = outs.last().is_some_and(|out| out.kind == FG_OUTPUT_ERROR);
    let frames = outs.iter().filter_map(|out| out.frame.as_ref()).map(crate::Frame::bytes).collect();
    assert!(!failed || outs.last().unwrap().status == FG_ERROR_ENCODING, "{}", decoder.error());
    (frames, failed)
}

#[test]
fn a_file_that_ends_at_any_kilobyte_gives_the_frames_before() {
    for case in CASES {
        let keys = [("bFrames", "0"), ("bitrate", "2000000"), ("latencyMode", "realtime")];
        let chunks = case.encoder(&keys).encode(&noise(WIDTH, HEIGHT, 12)).unwrap();
        let whole = pixels(&decoder_of(&chunks, &[]), &chunks);
        let tag = case.codec.split('.').next().unwrap();
        let bytes = std::fs::read(written(&format!("codecs-whole-{tag}.mkv"), &chunks).unwrap()).unwrap();
        assert!(bytes.len() > 8192, "{tag}: {} bytes", bytes.len());
        for end in (0..bytes.len()).step_by(1024) {
            let path = scratch(&format!("codecs-cut-{tag}.mkv"));
            std::fs::write(&path, &bytes[..end]).unwrap();
            let Ok(mut demuxer) = Demuxer::open(text(&path)) else { continue };
            let mut read = Vec::new();
            // A damaged chunk is an error, and the file may go on behind it.
            for _ in 0..=chunks.len() {
                if let Ok(Some((_, chunk))) = demuxer.read() {
                    read.push(Out::chunk(chunk.info.timestamp_us, chunk.info.key, chunk.data.to_vec()));
                }
            }
            assert!(read.len() <= chunks.len());
            if read.is_empty() {
                continue;
            }
            let (frames, _) = shown(&decoder_of(&chunks, &[]), &read);
            assert!(frames.len() <= read.len(), "{tag} {end}");
            let certain = frames.len().min(read.len() - 1);
            assert!(frames[..certain] == whole[..certain], "{tag} at byte {end}: other pictures");
        }
    }
}

#[test]
fn a_chunk_that_ends_anywhere_harms_none_before_it_and_none_after_the_next_key() {
    for case in CASES {
        let keys = [("bFrames", "0"), ("latencyMode", "realtime")];
        let chunks =
            case.encoder(&keys).encode_with(&noise(WIDTH, HEIGHT, 9), |index| (index == 6, -1)).unwrap();
        let whole = pixels(&decoder_of(&chunks, &[]), &chunks);
        let damaged = &chunks[3].data;
        for end in (1..damaged.len()).step_by(damaged.len() / 16 + 1) {
            let cut = |index: usize| {
                let data = &chunks[index].data;
                let data = if index == 3 { data[..end].to_vec() } else { data.clone() };
                Out::chunk(chunks[index].timestamp_us, chunks[index].key, data)
            };
            let decoder = decoder_of(&chunks, &[("threads", "1")]);
            let (frames, failed) = shown(&decoder, &(0..9).map(cut).collect::<Vec<_>>());
            assert!(frames.len() >= 3 && frames[..3] == whole[..3], "{} at {end}", case.codec);
            assert!(failed || frames.len() >= 8, "{} at {end}: {} frames", case.codec, frames.len());
            if !failed {
                assert!(frames[frames.len() - 3..] == whole[6..], "{} at {end}: after the key", case.codec);
            }
        }
    }
}
