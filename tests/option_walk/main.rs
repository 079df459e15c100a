//! Every AVOption of every encoder and decoder of H.264, VP8 and VP9 of this FFmpeg, and every parameter of x264, each with odd values,
//! through `ffmpeg.<name>`. Whatever is said, a host's memory is not left (frames lie between pages that nobody may touch),
//! nothing is written to stderr or the working directory, and either an error says why not, or every input comes out, in the
//! configured size, and the codec never holds more than `maxDelay`.
//!
//! The walk runs in child processes. FRAMEGATE_OPTION_WALK=full, which `make options` sets, walks libx264 in all modes.

#[path = "../c_api/mod.rs"]
mod c_api;
mod guarded;
mod names;
#[path = "../support/mod.rs"]
mod support;
mod values;

use std::io::Write;
use std::path::Path;
use std::process::Command;

use c_api::clips::encoder_config;
use c_api::*;
use guarded::{SIDE, guarded_frames};
use names::{Role, codecs, options};
use values::values_of;

const FRAMES: usize = 20;
/// The default of the key.
const MAX_DELAY: u32 = 12;
/// Options that one child walks.
const BATCH: usize = 8;

/// A way to configure an encoder: codec string and further keys.
type Mode<'a> = (&'a str, &'static [(&'static str, &'static str)]);
const MODES: [Mode<'static>; 4] = [
    ("avc1.64001f", &[("threads", "2")]),
    ("avc1.42001f", &[("threads", "2"), ("latencyMode", "realtime")]),
    (
        "avc1.4d001f",
        &[("threads", "4"), ("avc.format", "annexb"), ("bitrate", "200000"), ("bitrateMode", "constant")],
    ),
    ("avc1.64001f", &[("threads", "1"), ("bitrateMode", "quantizer"), ("ffmpeg.preset", "veryslow")]),
];

/// Those that need no device, and are asked for here.
const WORKING: [&str; 6] = ["libx264", "h264", "libvpx", "libvpx-vp9", "vp8", "vp9"];

/// How many values of a walk did what.
#[derive(Default)]
struct Tally {
    done: usize,
    refused: usize,
    failed: usize,
}

fn modes() -> &'static [Mode<'static>] {
    if std::env::var("FRAMEGATE_OPTION_WALK").is_ok_and(|how| how == "full") { &MODES } else { &MODES[..1] }
}

#[test]
fn options_of_encoders_reach_nothing_of_the_hosts() {
    for (codec, string) in codecs(Role::Encoder) {
        let modes = if codec == "libx264" { modes() } else { &MODES[..1] };
        for mode in 0..modes.len() {
            let what = format!("encoder {codec} {string} {mode}");
            let tally = walk(&what, options(Role::Encoder, &codec).len());
            // An encoder that works takes some of the values; one whose device is not here opens never.
            assert!(
                !WORKING.contains(&&*codec) || tally.done > 300,
                "{codec}: {} of the values work",
                tally.done
            );
        }
    }
}

#[test]
fn options_of_decoders_reach_nothing_of_the_hosts() {
    for (codec, string) in codecs(Role::Decoder) {
        let tally = walk(&format!("decoder {codec} {string} 0"), options(Role::Decoder, &codec).len());
        assert!(!WORKING.contains(&&*codec) || tally.done > 30, "{codec}: {} of the values work", tally.done);
    }
}

#[test]
fn parameters_of_x264_reach_nothing_of_the_hosts() {
    for mode in 0..modes().len() {
        let tally = walk(&format!("parameter libx264 avc1 {mode}"), names::X264_PARAMETERS.len());
        assert!(tally.done > 300, "{} of the values work", tally.done);
    }
}

/// Runs children over `count` options, and adds up what they did.
fn walk(what: &str, count: usize) -> Tally {
    let mut tally = Tally::default();
    for first in (0..count).step_by(BATCH) {
        let child = format!("{what} {first}");
        let dir =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("option-walk-{}", child.replace(' ', "-")));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "one_batch", "--nocapture"]).current_dir(&dir);
        let output =
            command.env("FRAMEGATE_TEST_CHILD", &child).env_remove("FRAMEGATE_LOG").output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        let last = out.lines().rev().find(|line| line.contains(" = ")).unwrap_or("nothing").to_owned();
        assert!(output.status.success(), "{child}: {} at {last}\n{err}", output.status);
        assert_eq!(err, "", "{child}: something is on stderr");
        let files: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(files.is_empty(), "{child}: files were made: {files:?}");
        std::fs::remove_dir(&dir).unwrap();
        let sums = out.lines().find_map(|line| line.strip_prefix("sums ")).expect("the child ends with sums");
        let sums: Vec<usize> = sums.split(' ').map(|sum| sum.parse().unwrap()).collect();
        (tally.done, tally.refused, tally.failed) =
            (tally.done + sums[0], tally.refused + sums[1], tally.failed + sums[2]);
    }
    println!("{what}: {} values work, {} are refused, {} fail", tally.done, tally.refused, tally.failed);
    tally
}

/// Not a test of its own: the child.
#[test]
fn one_batch() {
    let Ok(child) = std::env::var("FRAMEGATE_TEST_CHILD") else { return };
    // SAFETY: no preconditions. Ends a child that hangs; nothing measures time.
    unsafe { libc::alarm(900) };
    let words: Vec<&str> = child.split(' ').collect();
    let &[kind, codec, string, mode, first] = words.as_slice() else { panic!("{child}") };
    let (mode, first): (usize, usize) = (mode.parse().unwrap(), first.parse().unwrap());
    let mut tally = Tally::default();
    match kind {
        "encoder" => {
            for option in options(Role::Encoder, codec).iter().skip(first).take(BATCH) {
                let mode = if string.starts_with("avc1") { MODES[mode] } else { (string, MODES[mode].1) };
                for value in values_of(option) {
                    encode(codec, mode, &format!("ffmpeg.{}", option.name), &value, &mut tally);
                }
            }
        }
        "decoder" => {
            let stream = stream(string);
            for option in options(Role::Decoder, codec).iter().skip(first).take(BATCH) {
                for value in values_of(option) {
                    decode(codec, &stream, &format!("ffmpeg.{}", option.name), &value, &mut tally);
                }
            }
        }
        _ => {
            for name in names::X264_PARAMETERS.iter().skip(first).take(BATCH) {
                for value in values::of_parameter() {
                    let text = format!("{name}={value}");
                    encode(codec, MODES[mode], "ffmpeg.x264-params", &text, &mut tally);
                }
                encode(codec, MODES[mode], "ffmpeg.x264opts", name, &mut tally);
                encode(codec, MODES[mode], "ffmpeg.x264-params", &format!("no-{name}"), &mut tally);
            }
        }
    }
    println!("sums {} {} {}", tally.done, tally.refused, tally.failed);
}

/// For who reads of a crash: what was tried last.
fn announce(key: &str, value: &str) {
    println!("{key} = {:?}", value.chars().take(100).collect::<String>());
    std::io::stdout().flush().unwrap();
}

fn is_clear(status: i32, text: &str) {
    let statuses =
        [FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED, FG_ERROR_ENCODING, FG_ERROR_OUT_OF_MEMORY];
    assert!(statuses.contains(&status) && text.len() > 10, "{status}: {text}");
}

/// Which key is to blame. Codecs of devices that are not here never get as far as to look at it, libx264rgb refuses the format.
fn names_key(codec: &str, key: &str, text: &str) {
    assert!(!WORKING.contains(&codec) || text.contains(key), "{key} is not named: {text}");
}

/// Checks what came out of a codec, and gives it if everything did. Where a codec fails, the last output says so, or, if
/// the host was not quick enough to be told so, the call that comes after.
fn all_came_out(outs: Result<Vec<Out>, Refused>, stats: &fg_stats, error: &str) -> Option<Vec<Out>> {
    assert!(stats.in_codec_peak <= MAX_DELAY, "{} frames were held, of {MAX_DELAY}", stats.in_codec_peak);
    let outs = match outs {
        Ok(outs) => outs,
        Err(refused) => {
            is_clear(refused.status, &refused.text);
            return None;
        }
    };
    match outs.last() {
        Some(last) if last.kind == FG_OUTPUT_ERROR => {
            is_clear(last.status, error);
            None
        }
        _ => {
            assert_eq!(outs.len(), FRAMES, "every input comes out");
            Some(outs)
        }
    }
}

fn encode(codec: &str, (string, keys): Mode<'_>, key: &str, value: &str, tally: &mut Tally) {
    announce(key, value);
    let side = SIDE as u32;
    let config = encoder_config(string, side, side, keys).with("ffmpeg.encoder", codec).with(key, value);
    let encoder = match Encoder::new(&config) {
        Ok(encoder) => encoder,
        Err(refused) => {
            is_clear(refused.status, &refused.text);
            names_key(codec, key, &refused.text);
            return tally.refused += 1;
        }
    };
    let chunks = encoder.encode(&guarded_frames(FRAMES));
    let Some(chunks) = all_came_out(chunks, &encoder.stats(), &encoder.error()) else {
        names_key(codec, key, &encoder.error());
        return tally.failed += 1;
    };
    tally.done += 1;
    let config = chunks[0].config.as_ref().expect("the first chunk has the decoder configuration");
    let decoder = Decoder::new(config).unwrap();
    let frames = decoder.decode(&chunks);
    let frames = all_came_out(frames, &decoder.stats(), &decoder.error());
    frames.unwrap_or_else(|| panic!("{}", decoder.error())).iter().for_each(has_size);
}

fn decode(codec: &str, stream: &[Out], key: &str, value: &str, tally: &mut Tally) {
    announce(key, value);
    let config = stream[0].config.as_ref().unwrap();
    let (string, description) = (config.get("codec"), config.description());
    let config = Config::new(&string, &[("ffmpeg.decoder", codec), (key, value)]);
    let config = if description.is_empty() { config } else { config.described(&description) };
    let decoder = match Decoder::new(&config) {
        Ok(decoder) => decoder,
        Err(refused) => {
            is_clear(refused.status, &refused.text);
            names_key(codec, key, &refused.text);
            return tally.refused += 1;
        }
    };
    let frames = decoder.decode(stream);
    if key == "ffmpeg.skip_frame" && decoder.error().is_empty() {
        assert!(frames.unwrap().len() <= FRAMES, "{value}");
        assert!(decoder.stats().in_codec_peak <= MAX_DELAY, "{value}");
        assert_eq!(decoder.stats().in_codec, 0, "{value}: nothing waits for what was skipped");
        return tally.done += 1;
    }
    let Some(frames) = all_came_out(frames, &decoder.stats(), &decoder.error()) else {
        return tally.failed += 1;
    };
    tally.done += 1;
    frames.iter().for_each(has_size);
}

fn has_size(out: &Out) {
    let info = out.frame.as_ref().unwrap().info();
    assert_eq!((info.visible_width, info.visible_height), (SIDE as u32, SIDE as u32));
}

/// Chunks; of H.264 with B-frames.
fn stream(codec: &str) -> Vec<Out> {
    let side = SIDE as u32;
    let bframes = [("threads", "1"), ("ffmpeg.b_strategy", "0")];
    let keys = if codec.starts_with("avc1") { &bframes[..] } else { &[] };
    let config = encoder_config(codec, side, side, keys);
    Encoder::new(&config).unwrap().encode(&guarded_frames(FRAMES)).unwrap()
}
