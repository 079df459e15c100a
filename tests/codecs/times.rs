//! Key frames, times and pictures.

use crate::c_api::clips::{moving, noise};
use crate::files::ffmpegs;
use crate::{CASES, HEIGHT, WIDTH, decoder_of, pixels};

#[test]
fn keys_are_where_they_are_asked_for_and_nowhere_else() {
    // Two scenes: encoders like to begin the second with a key frame of their own.
    let frames: Vec<_> = moving(WIDTH, HEIGHT, 20).into_iter().chain(noise(WIDTH, HEIGHT, 20)).collect();
    for case in CASES {
        for latency in ["quality", "realtime"] {
            for mode in ["variable", "constant", "quantizer"] {
                let encoder = case.encoder(&[("latencyMode", latency), ("bitrateMode", mode)]);
                let chunks = encoder.encode_with(&frames, |index| (index == 7 || index == 33, -1)).unwrap();
                let keys: Vec<_> = (0..chunks.len()).filter(|index| chunks[*index].key).collect();
                let asked = [0, 7, 33].iter().all(|key| keys.contains(key));
                assert!(
                    asked && (keys.len() == 3 || case.adds_keys),
                    "{} {latency} {mode}: {keys:?}",
                    case.codec
                );
                assert_eq!(chunks.len(), frames.len(), "{} {latency} {mode}", case.codec);
                let found = pixels(&decoder_of(&chunks, &[]), &chunks[33..]);
                assert_eq!(found.len(), 7, "{} {latency} {mode}: a decoder begins there", case.codec);
            }
        }
    }
}

#[test]
fn times_durations_and_ids_are_kept_whatever_they_are() {
    let times_us = [0, 40_000, 40_000, 10_000, 5_000_000, -70_000, 1 << 50, (1 << 50) + 1, 0, 20_000];
    for case in CASES {
        for latency in ["quality", "realtime"] {
            let frames: Vec<_> = moving(WIDTH, HEIGHT, times_us.len())
                .into_iter()
                .zip(times_us)
                .enumerate()
                .map(|(index, (frame, timestamp_us))| {
                    let mut info = frame.info();
                    (info.timestamp_us, info.duration_us) =
                        (timestamp_us, if index % 3 == 0 { -1 } else { index as i64 });
                    info.id = u64::MAX - index as u64;
                    crate::Frame::new(&info, &frame.bytes()).unwrap()
                })
                .collect();
            let chunks = case.encoder(&[("latencyMode", latency), ("bFrames", "0")]).encode(&frames).unwrap();
            let outs = decoder_of(&chunks, &[]).decode(&chunks).unwrap();
            for found in [&chunks, &outs] {
                assert_eq!(found.len(), frames.len(), "{} {latency}", case.codec);
                for (frame, found) in frames.iter().zip(found) {
                    let info = frame.info();
                    let wanted = (info.timestamp_us, info.duration_us, info.id);
                    assert_eq!(
                        (found.timestamp_us, found.duration_us, found.id),
                        wanted,
                        "{} {latency}",
                        case.codec
                    );
                }
            }
        }
    }
}

#[test]
fn ffmpeg_decodes_the_same_pictures() {
    let frames = moving(WIDTH, HEIGHT, 30);
    for case in CASES {
        let tag = case.codec.split('.').next().unwrap();
        let format: &[_] = if tag == "avc1" { &[("avc.format", "annexb"), ("bFrames", "0")] } else { &[] };
        for latency in ["quality", "realtime"] {
            let chunks =
                case.encoder(&[format, &[("latencyMode", latency)]].concat()).encode(&frames).unwrap();
            let ours = pixels(&decoder_of(&chunks, &[]), &chunks);
            assert!(
                ours == ffmpegs(case, &format!("codecs-{tag}-{latency}"), &chunks),
                "{} {latency}",
                case.codec
            );
        }
    }
}
