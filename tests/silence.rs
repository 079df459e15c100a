//! Nothing reaches the host's stderr, unless FRAMEGATE_LOG asks. A child process does things that codecs talk about.

mod c_api;
mod support;

use std::process::Command;

use c_api::clips::{access_units, encoder_config, moving};
use c_api::*;

/// What a child does, one thing a process: whichever part of FFmpeg is used first must be silent already.
const THINGS: [(&str, fn()); 8] = [
    ("damage", decode_damage),
    ("options", refuse_options),
    ("tunes", refuse_tunes),
    ("lossless", refuse_lossless),
    ("memory", run_out_of_memory),
    ("demuxer", open_garbage),
    ("muxer", mux_nonsense),
    ("scaler", scale_alone),
];

/// Not a test of its own: the child.
#[test]
fn noisy_things() {
    let Ok(wanted) = std::env::var("FRAMEGATE_TEST_CHILD") else { return };
    THINGS.iter().filter(|(name, _)| *name == wanted).for_each(|(_, act)| act());
}

fn decode_damage() {
    let low_level = encoder_config("avc1.42000a", 320, 240, &[("avc.format", "annexb")]);
    let chunks = Encoder::new(&low_level).unwrap().encode(&moving(320, 240, 20)).unwrap();
    let stream: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.data.clone()).collect();
    let mut units = access_units(&stream);
    let half = units[7].data.len() / 2;
    units[7].data[half..].fill(1);
    for threads in ["1", "2"] {
        let decoder = Decoder::new(&Config::new("avc1.42c00d", &[("threads", threads)])).unwrap();
        assert_eq!(decoder.decode(&units).unwrap().last().unwrap().kind, FG_OUTPUT_ERROR);
    }
}

fn refuse_options() {
    let bad = encoder_config("avc1.640033", 320, 240, &[("ffmpeg.x264-params", "nonsense=1:ref=99")]);
    let _ = Encoder::new(&bad).map(|encoder| encoder.encode(&moving(320, 240, 2)).map(drop));
}

/// What x264 would write to stderr itself: "invalid tune", "only 1 psy tuning can be used".
fn refuse_tunes() {
    for tune in ["movie", "film,grain", "zerolatency,"] {
        for latency in ["quality", "realtime"] {
            let keys = [("ffmpeg.tune", tune), ("latencyMode", latency)];
            let encoder = Encoder::new(&encoder_config("avc1.640033", 320, 240, &keys));
            let _ = encoder.map(|encoder| encoder.encode(&moving(320, 240, 2)).map(drop));
        }
    }
}

/// "baseline profile doesn't support lossless", and what else it says of profiles.
fn refuse_lossless() {
    let lossless =
        [("crf", "0"), ("crf", "0.5"), ("qp", "0"), ("x264-params", "qp=0"), ("x264-params", "interlaced=1")];
    for codec in ["avc1.42001f", "avc1.4d001f", "avc1.64001f"] {
        for (option, value) in
            lossless.into_iter().chain([("flags", "+ildct"), ("x264opts", "fake-interlaced")])
        {
            let keys = [(&*format!("ffmpeg.{option}"), value)];
            let encoder = Encoder::new(&encoder_config(codec, 320, 240, &keys));
            let _ = encoder.map(|encoder| encoder.encode(&moving(320, 240, 2)).map(drop));
        }
    }
}

/// "malloc of size": address space for a part of what x264 needs, more each time, until there is enough.
fn run_out_of_memory() {
    let frames = moving(1280, 720, 16);
    // The fastest way to all that is allocated: frames of lookahead, and two threads.
    let keys = [("threads", "2"), ("ffmpeg.preset", "veryfast"), ("ffmpeg.subq", "1")];
    let (mut refused, mut done) = (0, 0);
    for megabytes in (32..).step_by(16) {
        let config = encoder_config("avc1.64001f", 1280, 720, &keys);
        let encoder = Encoder::new(&config).unwrap();
        // The handle's thread starts before memory is short: what is meant here is x264's.
        encoder.flush().unwrap();
        assert_eq!(encoder.poll(-1).unwrap().unwrap().kind, FG_OUTPUT_FLUSHED);
        // Looked at when there is memory again: a panic needs some.
        let status = match with_address_space(megabytes << 20, || encoder.encode(&frames)) {
            Ok(outs) => outs.last().unwrap().status,
            Err(refused) => refused.status,
        };
        match status {
            FG_OK => done += 1,
            status => {
                assert_eq!(status, FG_ERROR_OUT_OF_MEMORY, "{}", encoder.error());
                refused += 1;
            }
        }
        if done == 3 {
            break;
        }
    }
    println!("{refused} times too little, then {done} times enough");
    assert!(refused > 4, "{refused}");
}

/// Does `work` while this process may have `more` bytes of addresses than it has.
fn with_address_space<T>(more: u64, work: impl FnOnce() -> T) -> T {
    let pages: u64 =
        std::fs::read_to_string("/proc/self/statm").unwrap().split(' ').next().unwrap().parse().unwrap();
    let limit = |bytes| {
        let limit = libc::rlimit { rlim_cur: bytes, rlim_max: libc::RLIM_INFINITY };
        // SAFETY: a struct.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) }, 0);
    };
    limit(pages * 4096 + more);
    let result = work();
    limit(libc::RLIM_INFINITY);
    result
}

fn open_garbage() {
    let path = support::scratch("silence-garbage.mp4");
    std::fs::write(&path, b"\0\0\0\x10ftypmp42\0\0\0\0\0\0\0\x10mdatAAAAAAAA").unwrap();
    assert!(framegate::container::Demuxer::open(support::text(&path)).is_err());
}

fn mux_nonsense() {
    let path = support::scratch("silence-nonsense.mp4");
    let mut muxer = framegate::container::Muxer::create(support::text(&path)).unwrap();
    let mut config = framegate::media::Config::new("mp4a.40.2").unwrap();
    config.set("sampleRate", "48000").unwrap();
    config.set("numberOfChannels", "2").unwrap();
    muxer.add_track(&config).unwrap();
    let info = framegate::media::ChunkInfo { key: true, ..Default::default() };
    let _ = muxer.write(
        0,
        framegate::media::ChunkRef { info, data: &[0xff, 0xf1, 0x50, 0x80, 0, 0x1f, 0xfc, 0], alpha: None },
    );
    let _ = muxer.finish();
}

fn scale_alone() {
    let encoder = Encoder::new(&encoder_config("avc1.42001f", 64, 48, &[])).unwrap();
    encoder.encode(&moving(322, 242, 2)).unwrap();
}

fn child(thing: &str, log: Option<&str>) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "noisy_things", "--nocapture"]).env("FRAMEGATE_TEST_CHILD", thing);
    command.env_remove("FRAMEGATE_LOG").env_remove("RUST_LOG");
    if let Some(level) = log {
        command.env("FRAMEGATE_LOG", level);
    }
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success() && text(&output.stdout).contains("1 passed"), "{}", text(&output.stderr));
    text(&output.stderr)
}

#[test]
fn stderr_stays_empty() {
    for (thing, _) in THINGS {
        assert_eq!(child(thing, None), "", "{thing}");
    }
}

#[test]
fn framegate_log_says_how_loud() {
    let (error, warning) = (child("damage", Some("error")), child("damage", Some("warning")));
    assert!(warning.contains("framegate: codec \"avc1.42000a\": level 1 is too low"), "{warning}");
    assert!(!error.contains("too low"), "{error}");
    assert!(error.contains("error while decoding MB"), "{error}");
    assert!(error.lines().all(|line| line.starts_with("framegate: ")), "{error}");
    let debug = child("damage", Some("debug"));
    assert!(debug.lines().count() > warning.lines().count(), "{debug}");
}
