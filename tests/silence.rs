//! Nothing reaches the host's stderr, unless FRAMEGATE_LOG asks. A child process does things that codecs talk about.

mod c_api;
#[allow(dead_code)] // the container tests use the rest
mod support;

use std::process::Command;

use c_api::clips::{access_units, encoder_config, moving};
use c_api::*;

/// Not a test of its own: what the child does.
#[test]
fn noisy_things() {
    if std::env::var_os("FRAMEGATE_TEST_CHILD").is_none() {
        return;
    }
    let low_level = encoder_config("avc1.42000a", 320, 240, &[("avc.format", "annexb")]);
    let chunks = Encoder::new(&low_level).unwrap().encode(&moving(320, 240, 20)).unwrap();
    let stream: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.data.clone()).collect();
    let mut units = access_units(&stream);
    let half = units[7].data.len() / 2;
    units[7].data[half..].fill(1);
    for threads in ["1", "2"] {
        let outs = Decoder::new(&Config::new("avc1.42c00d", &[("threads", threads)]))
            .unwrap()
            .decode(&units)
            .unwrap();
        assert_eq!(outs.last().unwrap().kind, FG_OUTPUT_ERROR);
    }
    let bad = encoder_config("avc1.640033", 320, 240, &[("ffmpeg.x264-params", "nonsense=1:ref=99")]);
    let _ = Encoder::new(&bad).map(|encoder| encoder.encode(&moving(320, 240, 2)).map(drop));
    let path = support::scratch("garbage.mp4");
    std::fs::write(&path, [0x47u8; 5000]).unwrap();
    assert!(framegate::container::Demuxer::open(support::text(&path)).is_err());
}

fn child(log: Option<&str>) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "noisy_things", "--nocapture"]).env("FRAMEGATE_TEST_CHILD", "1");
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
    assert_eq!(child(None), "");
}

#[test]
fn framegate_log_says_how_loud() {
    let (error, warning) = (child(Some("error")), child(Some("warning")));
    assert!(warning.contains("framegate: codec \"avc1.42000a\": level 1 is too low"), "{warning}");
    assert!(!error.contains("too low"), "{error}");
    assert!(error.contains("error while decoding MB"), "{error}");
    assert!(error.lines().all(|line| line.starts_with("framegate: ")), "{error}");
    let debug = child(Some("debug"));
    assert!(debug.lines().count() > warning.lines().count(), "{debug}");
}
