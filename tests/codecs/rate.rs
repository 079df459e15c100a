//! Bits a second by the timestamps, and another bitrate in mid-stream. tests/bitrate.rs has H.264 in more detail.

use crate::c_api::clips::encoder_config;
use crate::c_api::{FG_PIXEL_I420, Frame, Out, video_info};
use crate::{CASES, Encoder, support};

const WIDTH: u32 = 160;
const HEIGHT: u32 = 120;
const BITRATE: u64 = 300_000;

/// A moving test picture with some noise, which the rate has too few bits for.
fn busy(times_us: &[i64]) -> Vec<Frame> {
    let size = (WIDTH * HEIGHT * 3 / 2) as usize;
    let filter = format!("testsrc2=s={WIDTH}x{HEIGHT},noise=alls=12:allf=t");
    let arguments = format!("-f lavfi -i {filter} -frames:v {} -pix_fmt yuv420p -f rawvideo", times_us.len());
    let name = format!("codecs-busy-{}-{}.yuv", times_us.len(), times_us[1]);
    let bytes = std::fs::read(support::clip(&name, &arguments)).unwrap();
    let frame = |(picture, time_us): (&[u8], &i64)| {
        let mut info = video_info(FG_PIXEL_I420, WIDTH, HEIGHT);
        info.timestamp_us = *time_us;
        Frame::new(&info, picture).unwrap()
    };
    bytes.chunks(size).zip(times_us).map(frame).collect()
}

/// Bits a second between two seconds.
fn rate(chunks: &[Out], from: i64, to: i64) -> f64 {
    let inside =
        chunks.iter().filter(|chunk| (from * 1_000_000..to * 1_000_000).contains(&chunk.timestamp_us));
    inside.map(|chunk| chunk.data.len() as f64 * 8.0).sum::<f64>() / (to - from) as f64
}

fn times_us(fps: i64, seconds: i64) -> Vec<i64> {
    (0..fps * seconds).map(|index| index * 1_000_000 / fps).collect()
}

#[test]
fn bits_follow_the_timestamps_whatever_framerate_says() {
    for fps in [10, 60] {
        let frames = busy(&times_us(fps, 7));
        for case in CASES {
            for mode in ["constant", "variable"] {
                let keys = [
                    ("bitrate", "300000"),
                    ("framerate", "30"),
                    ("bitrateMode", mode),
                    ("latencyMode", "realtime"),
                ];
                let config = encoder_config(case.codec, WIDTH, HEIGHT, &keys);
                let chunks = Encoder::new(&config).unwrap().encode(&frames).unwrap();
                let part = rate(&chunks, 2, 7) / BITRATE as f64;
                // libvpx-vp9 takes 0.76 at 10 frames a second, in the ffmpeg command, too.
                let allowed = if mode == "constant" { 0.8..1.2 } else { 0.7..1.3 };
                assert!(allowed.contains(&part), "{} {mode} at {fps} fps: {part} of the bitrate", case.codec);
            }
        }
    }
}

#[test]
fn another_bitrate_in_mid_stream_needs_no_key() {
    let frames = busy(&times_us(30, 12));
    for case in CASES {
        let config = |bitrate: &str| {
            let keys = [("bitrate", bitrate), ("bitrateMode", "constant"), ("latencyMode", "realtime")];
            encoder_config(case.codec, WIDTH, HEIGHT, &keys)
        };
        let encoder = Encoder::new(&config("300000")).unwrap();
        let mut chunks = encoder.encode(&frames[..180]).unwrap();
        encoder.configure(&config("600000")).unwrap();
        chunks.extend(encoder.encode(&frames[180..]).unwrap());
        let (before, after) = (rate(&chunks, 2, 6) / BITRATE as f64, rate(&chunks, 8, 12) / BITRATE as f64);
        assert!(
            (0.8..1.2).contains(&before) && (1.6..2.4).contains(&after),
            "{}: {before}, {after}",
            case.codec
        );
    }
}

#[test]
fn a_quantizer_that_it_does_not_have_is_refused_by_its_range() {
    let frames = busy(&times_us(10, 1));
    for (case, most) in CASES.iter().zip([51, 127, 255]) {
        let keys = [("bitrateMode", "quantizer")];
        let encoder = Encoder::new(&encoder_config(case.codec, WIDTH, HEIGHT, &keys)).unwrap();
        for quantizer in [-2, i32::MIN, most + 1, 256, i32::MAX] {
            let refused = encoder.enqueue(&frames[0], (false, quantizer), 0).unwrap_err();
            let range = format!("quantizer is {quantizer}, ");
            assert!(
                refused.text.contains(&range) && refused.text.ends_with(&format!("0 to {most}")),
                "{refused:?}"
            );
        }
        assert_eq!(
            encoder.encode_with(&frames, |index| (false, [0, most, -1][index % 3])).unwrap().len(),
            10
        );
    }
}
