//! Into files and back, against ffprobe and ffmpeg.

use std::path::{Path, PathBuf};
use std::process::Command;

use framegate::container::{Demuxer, Muxer};
use framegate::error::Kind;
use framegate::media::{ChunkInfo, ChunkRef, Config as OwnConfig};

use crate::c_api::Out;
use crate::c_api::clips::moving;
use crate::support::{packets, probe, run, scratch, text};
use crate::{CASES, Case, HEIGHT, WIDTH, decoder_of, pixels};

/// The configuration that the first chunk has, as containers take it.
fn track_of(chunks: &[Out]) -> OwnConfig {
    let given = chunks[0].config.as_ref().unwrap();
    let mut config = OwnConfig::new(&given.get("codec")).unwrap();
    for key in ["codedWidth", "codedHeight"] {
        config.set(key, &given.get(key)).unwrap();
    }
    if !given.description().is_empty() {
        config.set_bytes("description", &given.description()).unwrap();
    }
    config
}

fn lent(chunk: &Out) -> ChunkRef<'_> {
    let info = ChunkInfo {
        key: chunk.key,
        timestamp_us: chunk.timestamp_us,
        duration_us: (chunk.duration_us >= 0).then_some(chunk.duration_us),
        dts_us: Some(chunk.dts_us),
        ..ChunkInfo::default()
    };
    ChunkRef { info, data: &chunk.data, alpha: Some(&*chunk.alpha).filter(|alpha| !alpha.is_empty()) }
}

pub fn written(name: &str, chunks: &[Out]) -> Result<PathBuf, framegate::error::Error> {
    let path = scratch(name);
    let mut muxer = Muxer::create(text(&path))?;
    let track = muxer.add_track(&track_of(chunks))?;
    chunks.iter().try_for_each(|chunk| muxer.write(track, lent(chunk)))?;
    muxer.finish()?;
    Ok(path)
}

/// The track's codec string, and its chunks.
fn read(path: &Path) -> (String, Vec<Out>) {
    let mut demuxer = Demuxer::open(text(path)).unwrap();
    let codec = demuxer.track(0).unwrap().codec().to_owned();
    let mut chunks = Vec::new();
    while let Some((_, chunk)) = demuxer.read().unwrap() {
        let out = Out::chunk(chunk.info.timestamp_us, chunk.info.key, chunk.data.to_vec());
        chunks.push(Out { alpha: chunk.alpha.unwrap_or_default().to_vec(), ..out });
    }
    (codec, chunks)
}

fn tag(case: &Case) -> &'static str {
    case.codec.split('.').next().unwrap()
}

#[test]
fn chunks_survive_every_container_that_holds_their_codec() {
    let frames = moving(WIDTH, HEIGHT, 25);
    for case in CASES {
        let chunks =
            case.encoder(&[("bFrames", "0")]).encode_with(&frames, |index| (index == 10, -1)).unwrap();
        for ending in ["mp4", "mkv", "webm"] {
            let name = format!("codecs-{}.{ending}", tag(case));
            if !case.containers.contains(&ending) {
                let refused = written(&name, &chunks).unwrap_err();
                assert_eq!(refused.kind, Kind::NotSupported, "{name}: {refused}");
                assert!(refused.text.contains(case.codec), "{refused}");
                continue;
            }
            let path = written(&name, &chunks).unwrap_or_else(|error| panic!("{name}: {error}"));
            let theirs = &packets(&path)["0"];
            let keys: Vec<_> = theirs.iter().map(|packet| packet["flags"].starts_with('K')).collect();
            assert!(keys.iter().copied().eq(chunks.iter().map(|chunk| chunk.key)), "{name}: {keys:?}");
            for (packet, chunk) in theirs.iter().zip(&chunks) {
                let seconds: f64 = packet["pts_time"].parse().unwrap();
                assert!((seconds * 1e6 - chunk.timestamp_us as f64).abs() < 1000.0, "{name}: {packet:?}");
            }
            let (codec, found) = read(&path);
            assert_eq!(codec, case.codec, "{name}");
            assert!(
                found.iter().map(|chunk| &chunk.data).eq(chunks.iter().map(|chunk| &chunk.data)),
                "{name}"
            );
            assert_eq!(probe(&path, "stream=width,height")[0]["width"], WIDTH.to_string(), "{name}");
        }
    }
}

#[test]
fn alpha_survives_matroska_and_is_refused_by_others() {
    for case in CASES.iter().filter(|case| case.alpha) {
        let frames = crate::alpha::transparent(crate::FG_PIXEL_I420A, 12);
        let chunks = case.encoder(&[("alpha", "keep")]).encode(&frames).unwrap();
        let ours = pixels(&decoder_of(&chunks, &[]), &chunks);
        for ending in ["mkv", "webm"] {
            let path = written(&format!("codecs-alpha-{}.{ending}", tag(case)), &chunks).unwrap();
            let (_, found) = read(&path);
            assert!(
                found.iter().map(|chunk| &chunk.alpha).eq(chunks.iter().map(|chunk| &chunk.alpha)),
                "{path:?}"
            );
            let mut command = Command::new("ffmpeg");
            command.args(["-v", "error", "-nostdin", "-c:v", case.alpha_decoder, "-i"]).arg(&path);
            command.args(["-fps_mode", "passthrough", "-pix_fmt", "yuva420p", "-f", "rawvideo", "-"]);
            assert!(run(&mut command).stdout == ours.concat(), "{path:?}: other pictures than ffmpeg's");
            let says = |(name, value): (&String, &String)| {
                name.eq_ignore_ascii_case("TAG:alpha_mode") && value == "1"
            };
            assert!(probe(&path, "stream_tags")[0].iter().any(says), "{path:?}");
        }
        for ending in ["mp4", "ivf"] {
            let Err(refused) = written(&format!("codecs-alpha-{}.{ending}", tag(case)), &chunks) else {
                panic!("{ending}")
            };
            assert_eq!(refused.kind, Kind::NotSupported, "{refused}");
            let named = refused.text.contains("alpha_size") && refused.text.contains("webm");
            assert!(named || !case.containers.contains(&ending), "{refused}");
        }
    }
}

#[test]
fn what_a_container_cannot_hold_is_refused_by_name() {
    for (codec, ending) in
        [("vp8", "ts"), ("vp09.00.10.08", "ts"), ("vp8", "h264"), ("vp8", "mov"), ("flac", "ts")]
    {
        let mut config = OwnConfig::new(codec).unwrap();
        let keys = [("codedWidth", "16"), ("codedHeight", "16")];
        let sound = [("sampleRate", "48000"), ("numberOfChannels", "2")];
        for (key, value) in if codec == "flac" { sound } else { keys } {
            config.set(key, value).unwrap();
        }
        let error = Muxer::create(text(&scratch(&format!("refused.{ending}"))))
            .unwrap()
            .add_track(&config)
            .unwrap_err();
        assert_eq!(error.kind, Kind::NotSupported, "{error}");
        assert!(
            error.text.contains(codec) && error.text.contains("cannot hold"),
            "{codec} {ending}: {error}"
        );
    }
}
