//! Bitrates are bits a second by the timestamps, whatever `framerate` says.

mod c_api;
mod support;

use c_api::clips::encoder_config;
use c_api::*;

/// Multiples of eight macroblocks: of other widths x264's macroblock tree reads memory with AVX-512 that it has not written, and
/// two encoders of the same pictures differ (Debian 12, also in the `ffmpeg` command).
const WIDTH: u32 = 128;
const HEIGHT: u32 = 128;
const BITRATE: u64 = 300_000;

/// Pictures that ffmpeg draws, I420, one after the other.
fn pictures(name: &str, filter: &str, count: usize) -> Vec<Vec<u8>> {
    let size = (WIDTH * HEIGHT * 3 / 2) as usize;
    let arguments = format!("-f lavfi -i {filter} -frames:v {count} -pix_fmt yuv420p -f rawvideo");
    let bytes = std::fs::read(support::clip(name, &arguments)).unwrap();
    assert_eq!(bytes.len(), size * count);
    bytes.chunks(size).map(<[u8]>::to_vec).collect()
}

fn frames(pictures: &[Vec<u8>], times_us: &[i64]) -> Vec<Frame> {
    let frame = |(picture, time_us): (&Vec<u8>, &i64)| {
        let mut info = video_info(FG_PIXEL_I420, WIDTH, HEIGHT);
        info.timestamp_us = *time_us;
        Frame::new(&info, picture).unwrap()
    };
    pictures.iter().zip(times_us).map(frame).collect()
}

fn bits_between(chunks: &[Out], from_us: i64, to_us: i64) -> f64 {
    let inside = chunks.iter().filter(|chunk| (from_us..to_us).contains(&chunk.timestamp_us));
    inside.map(|chunk| chunk.data.len() as f64 * 8.0).sum()
}

/// `keys` and `bitrate`.
fn config(bitrate: u64, keys: &[(&str, &str)]) -> Config {
    encoder_config("avc1.64001f", WIDTH, HEIGHT, keys).with("bitrate", &bitrate.to_string())
}

fn encode(frames: &[Frame], keys: &[(&str, &str)]) -> Vec<Out> {
    let encoder = Encoder::new(&config(BITRATE, keys)).unwrap();
    let chunks = encoder.encode(frames).unwrap();
    let realtime = keys.contains(&("latencyMode", "realtime"));
    let delay = encoder.stats().in_codec_peak;
    assert!(delay <= if realtime { 0 } else { 12 }, "{keys:?}: {delay} frames were held");
    chunks
}

/// Times of `fps` frames a second for seven seconds; 0: of frames that come now fast, now slowly.
fn times_us(fps: f64) -> Vec<i64> {
    const INTERVALS_US: [f64; 5] = [16_000.0, 50_000.0, 33_000.0, 100_000.0, 20_000.0];
    let (mut times, mut at) = (Vec::new(), 0.0);
    while at < 7e6 {
        times.push(at as i64);
        at += if fps > 0.0 { 1e6 / fps } else { INTERVALS_US[times.len() / 7 % 5] };
    }
    times
}

/// A moving test picture with some noise, which every rate has too few bits for.
fn busy(name: &str, fps: f64, count: usize) -> Vec<Vec<u8>> {
    pictures(name, &format!("testsrc2=s={WIDTH}x{HEIGHT}:r={fps},noise=alls=12:allf=t"), count)
}

const MODES: [[(&str, &str); 2]; 4] = [
    [("bitrateMode", "constant"), ("latencyMode", "realtime")],
    [("bitrateMode", "constant"), ("latencyMode", "quality")],
    [("bitrateMode", "variable"), ("latencyMode", "realtime")],
    [("bitrateMode", "variable"), ("latencyMode", "quality")],
];

/// Seconds 1 to 6, against the same pictures at the frame rate that is said, and against the bitrate itself.
#[test]
fn bits_a_second_go_by_the_timestamps_whatever_framerate_says() {
    for fps in [10.0, 15.0, 25.0, 60.0, 0.0] {
        let times = times_us(fps);
        let mean = times.len() as f64 / 7.0;
        let pictures = busy(&format!("bitrate-{fps}.yuv"), mean, times.len());
        let steady: Vec<i64> = (0..times.len()).map(|index| (index as f64 * 1e6 / mean) as i64).collect();
        for [mode, latency] in MODES {
            let rate = |times: &[i64], framerate: Option<f64>| {
                let mut keys = vec![mode, latency, ("threads", "1")];
                let text = framerate.map(|framerate| framerate.to_string());
                keys.extend(text.as_deref().map(|text| ("framerate", text)));
                bits_between(&encode(&frames(&pictures, times), &keys), 1_000_000, 6_000_000) / 5.0
            };
            let right = rate(&steady, Some(mean));
            let share = right / BITRATE as f64;
            assert!((0.85..1.15).contains(&share), "{fps} fps, {mode:?} {latency:?}: {share}");
            for framerate in [None, Some(10.0), Some(60.0)] {
                let found = rate(&times, framerate);
                let off = found / right - 1.0;
                println!(
                    "{fps} fps, framerate {framerate:?}, {mode:?} {latency:?}: {found:.0}, {:+.1} %",
                    off * 100.0
                );
                assert!(off.abs() < 0.1, "{fps} fps as {framerate:?}, {mode:?} {latency:?}: {off}");
            }
        }
    }
}

/// Encodes `frames`, configuring anew before those of the indices in `changes`.
fn encode_changing(first: &Config, frames: &[Frame], changes: &[(usize, &Config)]) -> Vec<Out> {
    let encoder = Encoder::new(first).unwrap();
    let mut chunks = Vec::new();
    for (index, frame) in frames.iter().enumerate() {
        for (_, config) in changes.iter().filter(|(at, _)| *at == index) {
            encoder.configure(config).unwrap();
        }
        while encoder.enqueue(frame, (false, -1), 0).unwrap() != FG_OK {
            chunks.push(encoder.poll(-1).unwrap().unwrap());
        }
    }
    encoder.flush().unwrap();
    chunks.extend(encoder.until_flushed().unwrap());
    assert_eq!(chunks.len(), frames.len());
    chunks
}

#[test]
fn another_bitrate_keeps_the_encoder_and_its_group_of_pictures() {
    let (fps, each) = (30.0, 120);
    let pictures = busy("bitrate-change.yuv", fps, 3 * each);
    let times: Vec<i64> = (0..3 * each as i64).map(|index| index * 33_333).collect();
    let frames = frames(&pictures, &times);
    for mode in MODES {
        let mut keys = mode.to_vec();
        keys.push(("ffmpeg.g", "1000"));
        let (lower, higher) = (config(BITRATE / 3, &keys), config(BITRATE * 2, &keys));
        let chunks =
            encode_changing(&config(BITRATE, &keys), &frames, &[(each, &lower), (2 * each, &higher)]);
        let count = |what: fn(&Out) -> bool| chunks.iter().filter(|chunk| what(chunk)).count();
        assert_eq!((count(|chunk| chunk.key), count(|chunk| chunk.config.is_some())), (1, 1), "{mode:?}");
        // The last two seconds of each four.
        for (part, bitrate) in [(0, BITRATE), (1, BITRATE / 3), (2, BITRATE * 2)] {
            let end = (part + 1) * 4_000_000;
            let share = bits_between(&chunks, end - 2_000_000, end) / 2.0 / bitrate as f64;
            println!("{mode:?} {bitrate}: {share}");
            assert!((0.6..1.4).contains(&share), "{mode:?} {bitrate}: {share}");
        }
    }
}

/// Nothing else changes than the bits: without a difference in them, the bytes are those of an encoder left alone.
#[test]
fn another_framerate_changes_nothing_where_timestamps_tell() {
    let times: Vec<i64> = (0..60).map(|index| index * 40_000).collect();
    let frames = frames(&busy("framerate-change.yuv", 25.0, 60), &times);
    let bytes = |chunks: Vec<Out>| {
        chunks.into_iter().map(|chunk| (chunk.id, chunk.dts_us, chunk.data)).collect::<Vec<_>>()
    };
    let crf = [("latencyMode", "quality"), ("ffmpeg.crf", "30")];
    for keys in MODES.iter().chain([&[("latencyMode", "quality"), ("bitrateMode", "quantizer")], &crf]) {
        let rate = keys[0].0 == "bitrateMode";
        let with = |framerate| {
            let keys = [keys[0], keys[1], ("framerate", framerate), ("threads", "1")];
            if rate { config(BITRATE, &keys) } else { encoder_config("avc1.64001f", WIDTH, HEIGHT, &keys) }
        };
        let alone = encode_changing(&with("25"), &frames, &[]);
        let changed = encode_changing(&with("25"), &frames, &[(30, &with("12")), (45, &with("50"))]);
        assert!(bytes(alone) == bytes(changed), "{keys:?}");
    }
}

/// A decoder configuration comes again only if it is another one (W3C).
#[test]
fn what_the_encoder_cannot_take_on_begins_anew_with_a_key_frame() {
    let times: Vec<i64> = (0..40).map(|index| index * 40_000).collect();
    let frames = frames(&busy("restart.yuv", 25.0, 40), &times);
    let hrd = [("ffmpeg.nal-hrd", "vbr"), ("ffmpeg.maxrate", "600000"), ("ffmpeg.bufsize", "600000")];
    let capped = [("ffmpeg.maxrate", "600000"), ("ffmpeg.bufsize", "600000")];
    let same = config(BITRATE, &[("latencyMode", "realtime")]);
    let wide = [("latencyMode", "realtime"), ("displayWidth", "320"), ("displayHeight", "120")];
    for (before, after, configs) in [
        (config(BITRATE, &hrd), config(BITRATE * 2, &hrd), 1),
        (config(BITRATE, &capped), config(BITRATE * 2, &capped), 1),
        (config(BITRATE, &[]), config(BITRATE, &[("latencyMode", "realtime")]), 2), // fewer references
        (encoder_config("avc1.64001f", WIDTH, HEIGHT, &[]), config(BITRATE, &[]), 2), // another pic_init_qp
        (same, config(BITRATE, &wide), 2),
        (config(BITRATE, &[]), config(60_000_000, &[]), 2), // which needs a higher level
    ] {
        let chunks = encode_changing(&before, &frames, &[(20, &after)]);
        let keys: Vec<_> = chunks.iter().filter(|chunk| chunk.key).map(|chunk| chunk.timestamp_us).collect();
        assert_eq!(keys, [0, times[20]]);
        let found: Vec<_> = chunks.iter().filter_map(|chunk| chunk.config.as_ref()).collect();
        let facts =
            |config: &Config| (config.get("codec"), config.get("displayAspectWidth"), config.description());
        assert_eq!(
            found.len(),
            configs,
            "{:?}",
            found.iter().map(|config| facts(config)).collect::<Vec<_>>()
        );
        assert!(found.windows(2).all(|pair| facts(pair[0]) != facts(pair[1])));
    }
}

/// What x264 writes into the stream of its settings.
fn setting(chunks: &[Out], name: &str) -> String {
    let text = String::from_utf8_lossy(&chunks[0].data).into_owned();
    let (_, rest) = text.split_once(&format!(" {name}=")).unwrap_or_else(|| panic!("no {name}"));
    rest.split([' ', '\0']).next().unwrap().to_owned()
}

#[test]
fn bufsize_and_maxrate_are_the_hosts() {
    let frames = frames(&busy("bufsize.yuv", 25.0, 3), &[0, 40_000, 80_000]);
    for [mode, latency] in MODES {
        let found = |keys: &[(&str, &str)]| {
            let keys: Vec<_> = [mode, latency].into_iter().chain(keys.iter().copied()).collect();
            let chunks = encode(&frames, &keys);
            [setting(&chunks, "vbv_maxrate"), setting(&chunks, "vbv_bufsize")]
        };
        assert_eq!(found(&[("ffmpeg.bufsize", "123000")]), ["300", "123"]);
        assert_eq!(found(&[("ffmpeg.bufsize", "500K"), ("ffmpeg.maxrate", "700K")]), ["700", "500"]);
        assert_eq!(found(&[("ffmpeg.x264-params", "vbv-bufsize=200:vbv-maxrate=400")]), ["400", "200"]);
    }
}

/// After a still scene the buffer of a constant rate is full. A line of that rate must not be blocked by one frame.
#[test]
fn a_cut_after_a_still_scene_takes_a_third_of_a_second_at_most_in_constant_realtime() {
    let still = format!("testsrc2=s={WIDTH}x{HEIGHT}:r=30,trim=end_frame=1,loop=loop=150:size=1");
    let mut all = pictures("still.yuv", &still, 150);
    all.extend(pictures("cut.yuv", &format!("mandelbrot=s={WIDTH}x{HEIGHT}:r=30,noise=alls=25:allf=t"), 60));
    let times: Vec<i64> = (0..all.len() as i64).map(|index| index * 33_333).collect();
    let chunks = encode(&frames(&all, &times), &MODES[0]);
    let largest = chunks.iter().map(|chunk| chunk.data.len() * 8).max().unwrap();
    assert!(largest as f64 / BITRATE as f64 <= 1.0 / 3.0, "{largest} bits of {BITRATE} a second");
    let share = bits_between(&chunks, 6_000_000, 7_000_000) / BITRATE as f64;
    assert!((0.85..1.15).contains(&share), "{share}");
}
