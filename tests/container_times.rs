//! The times of files, read and written, against ffprobe, ffmpeg and arithmetic.

mod shown;
mod support;

use std::path::Path;

use framegate::container::Muxer;
use framegate::error::Kind;
use framegate::media::{ChunkInfo, ChunkRef, Config};
use shown::shown;
use support::{chunk_infos, clip, copy, data, packets, probe, scratch, text, us};

const PICTURE: &str = "-f lavfi -i testsrc2=size=192x108:rate=25:duration=4";
const B_FRAMES: &str =
    "-c:v libx264 -preset ultrafast -bf 3 -b_strategy 0 -x264-params b-pyramid=normal -pix_fmt yuv420p";

fn video(keys: &[(&str, &str)]) -> Config {
    let mut config = Config::new("avc1.42001f").unwrap();
    config.set_bytes("description", &[1, 0x42, 0, 0x1f, 0xff, 0xe0, 0]).unwrap();
    config.set("codedWidth", "64").unwrap();
    config.set("codedHeight", "48").unwrap();
    keys.iter().for_each(|(key, value)| config.set(key, value).unwrap());
    config
}

/// A key chunk without dts or duration.
fn at(timestamp_us: i64) -> ChunkRef<'static> {
    let info = ChunkInfo { key: true, timestamp_us, ..ChunkInfo::default() };
    ChunkRef { info, data: &[0, 0, 0, 1, 0x65], alpha: None }
}

/// A file of chunks at these times.
fn write(name: &str, config: &Config, times_us: impl IntoIterator<Item = i64>) -> std::path::PathBuf {
    let path = scratch(name);
    let mut muxer = Muxer::create(text(&path)).unwrap();
    muxer.add_track(config).unwrap();
    for time_us in times_us {
        muxer.write(0, at(time_us)).unwrap();
    }
    muxer.finish().unwrap();
    path
}

fn all_us(path: &Path, key: &str) -> Vec<i64> {
    packets(path)["0"].iter().map(|packet| us(packet, key)).collect()
}

#[test]
fn a_picture_without_duration_lasts_one_of_the_frame_rate() {
    let path = write("one-picture.mp4", &video(&[("framerate", "25")]), [0]);
    assert_eq!(all_us(&path, "duration_time"), [40_000]);
    let path = write("one-picture-ntsc.mp4", &video(&[("framerate", "29.97")]), [0]);
    assert_eq!(all_us(&path, "duration_time"), [33_367]);
    let path = write("last-picture.mp4", &video(&[("framerate", "25")]), [0, 80_000]);
    assert_eq!(all_us(&path, "duration_time"), [80_000, 40_000]);
    let path = write("fast-picture.mp4", &video(&[("framerate", "1000000000")]), [0]);
    assert!(
        probe(&path, "stream=duration_ts")[0]["duration_ts"].parse::<i64>().unwrap() > 0,
        "a tick at least"
    );
    let path = write("unknown-rate.mp4", &video(&[]), [0]);
    assert!(all_us(&path, "duration_time")[0] > 0);
    for name in ["one-picture.mp4", "unknown-rate.mp4"] {
        let flags = probe(&Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), "packet=flags");
        assert_eq!(flags[0]["flags"], "K_", "its edit list shows it");
    }
}

#[test]
fn one_picture_without_duration_in_a_file_is_shown() {
    let source = data("one.mp4");
    assert_eq!(shown(&source).len(), 0, "as it was written");
    let path = scratch("one-copied.mp4");
    assert_eq!(copy(&source, &path), 1);
    assert_eq!(shown(&path).len(), 1);
    assert_eq!(all_us(&path, "duration_time"), [33_333]);
    assert!(!chunk_infos(&source)[0].discard);
}

#[test]
fn zero_deltas_are_remuxed() {
    let (source, path) = (data("zero.mp4"), scratch("zero-copied.mp4"));
    assert_eq!(copy(&source, &path), 100);
    assert_eq!(shown(&source), shown(&path));
    assert_eq!(shown(&path).len(), 100);
    for key in ["pts_time", "dts_time"] {
        let near = |(before, after): (i64, i64)| (before - after).abs() <= 5;
        assert!(all_us(&source, key).into_iter().zip(all_us(&path, key)).all(near), "{key}");
    }
}

#[test]
fn equal_timestamps_are_written() {
    let path = write("equal.mp4", &video(&[("framerate", "25")]), [0, 40_000, 40_000, 40_000, 80_000]);
    let times = all_us(&path, "pts_time");
    assert_eq!((times[0], times[1], times[4]), (0, 40_000, 80_000));
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
    assert!(times[3] - times[1] < 10, "{times:?}");
    // Matroska's milliseconds make neighbours equal.
    let path = write("equal.mkv", &video(&[]), (0..50).map(|number| number * 100));
    assert_eq!(all_us(&path, "pts_time").len(), 50);
    assert_eq!(all_us(&path, "pts_time")[49], 5000);
    let mut muxer = Muxer::create(text(&scratch("backwards.mp4"))).unwrap();
    muxer.add_track(&video(&[])).unwrap();
    muxer.write(0, at(40_000)).unwrap();
    let error = muxer.write(0, at(39_999)).unwrap_err();
    assert_eq!(error.kind, Kind::InvalidArgument, "times that run back are still refused");
}

#[test]
fn the_clock_follows_the_frame_rate() {
    for (rate, num, den) in [
        ("30", 30, 1),
        ("25", 25, 1),
        ("29.97002997002997", 30_000, 1001),
        ("59.94", 60_000, 1001),
        ("23.976", 24_000, 1001),
    ] {
        // Integer division, as programs do it.
        let times = (0..600).map(|frame| frame * 1_000_000 * den / num);
        let path = write("rate.mp4", &video(&[("framerate", rate)]), times);
        let stream = &probe(&path, "stream=r_frame_rate,avg_frame_rate")[0];
        let fraction = format!("{num}/{den}");
        assert_eq!((&stream["r_frame_rate"], &stream["avg_frame_rate"]), (&fraction, &fraction), "{rate}");
        let exact: Vec<_> =
            (0..600).map(|frame| ((frame * 1_000_000 * den) as f64 / num as f64).round() as i64).collect();
        assert_eq!(all_us(&path, "pts_time"), exact, "{rate}");
    }
}

/// The size of the first box of this name in a file.
fn box_bytes(path: &Path, name: &[u8; 4]) -> u32 {
    let bytes = std::fs::read(path).unwrap();
    let at = bytes.windows(4).rposition(|window| window == name).expect("the box is there");
    u32::from_be_bytes(bytes[at - 4..at].try_into().unwrap())
}

#[test]
fn an_hour_of_5994_needs_no_megabyte_of_times() {
    const HOUR: i64 = 3600 * 60_000 / 1001;
    for (name, rate) in [("hour.mp4", 59.94), ("hour-exact.mp4", 60_000.0 / 1001.0)] {
        let times = (0..HOUR).map(|frame| (frame as f64 * 1e6 / rate).round() as i64);
        let path = write(name, &video(&[("framerate", &rate.to_string())]), times);
        let bytes = box_bytes(&path, b"stts");
        assert!(bytes < 100_000, "{name}: {bytes} bytes");
    }
}

#[test]
fn other_times_than_the_frame_rate_s_stay() {
    let times: Vec<i64> = (0..200).map(|number| number * 40_000 + (number * 7919) % 1000 * 10).collect();
    for keys in [&[("framerate", "30")][..], &[]] {
        let path = write("variable.mp4", &video(keys), times.iter().copied());
        let near = |(before, after): (&i64, i64)| (before - after).abs() <= 2;
        assert!(times.iter().zip(all_us(&path, "pts_time")).all(near), "{keys:?}");
    }
}

#[test]
fn a_pause_of_forty_minutes_is_written() {
    for (name, keys) in
        [("pause.mp4", &[][..]), ("pause-rate.mp4", &[("framerate", "30")]), ("pause.mkv", &[])]
    {
        let times = [0, 40_000, 2_400_040_000, 2_400_080_000];
        let path = write(name, &video(keys), times);
        assert_eq!(all_us(&path, "pts_time"), times, "{name}");
    }
    let mut muxer = Muxer::create(text(&scratch("pause-long.mp4"))).unwrap();
    muxer.add_track(&video(&[])).unwrap();
    muxer.write(0, at(0)).unwrap();
    let error = muxer.write(0, at(6_000_000_000)).unwrap_err();
    assert!(error.text.contains("too far from the chunk before"), "{error}");
    muxer.write(0, at(5_900_000_000)).unwrap();
}

#[test]
fn matroska_with_b_frames_is_remuxed() {
    let reference = clip("reference.mp4", &format!("{PICTURE} {B_FRAMES}"));
    let source = clip("b-frames.mkv", &format!("-i {} -c copy", text(&reference)));
    let want: Vec<_> = chunk_infos(&reference);
    for (want, found) in want.iter().zip(chunk_infos(&source)) {
        assert_eq!((found.timestamp_us, found.dts_us), (want.timestamp_us, want.dts_us));
    }
    let path = scratch("from-matroska.mp4");
    assert_eq!(copy(&source, &path), 100);
    for key in ["pts_time", "dts_time"] {
        assert_eq!(all_us(&reference, key), all_us(&path, key));
    }
    assert_eq!(shown(&reference), shown(&path));
}

#[test]
fn avi_and_raw_streams_have_right_times() {
    let reference = clip("ordered.mp4", &format!("{PICTURE} {B_FRAMES}"));
    let avi = clip("ordered.avi", &format!("-i {} -c copy -bsf:v h264_mp4toannexb", text(&reference)));
    let raw = clip("ordered.h264", &format!("-i {} -c copy", text(&reference)));
    let open_gop =
        clip("plain-ordered.h264", &format!("{PICTURE} -c:v libx264 -preset ultrafast -bf 0 -g 10"));
    let first_us = chunk_infos(&reference).iter().map(|info| info.timestamp_us).min().unwrap();
    let want: Vec<_> = chunk_infos(&reference).iter().map(|info| info.timestamp_us - first_us).collect();
    for path in [&avi, &raw] {
        let infos = chunk_infos(path);
        assert_eq!(infos.iter().map(|info| info.timestamp_us).collect::<Vec<_>>(), want, "{path:?}");
        assert!(infos.iter().all(|info| info.dts_us.unwrap() <= info.timestamp_us));
        assert!(infos.windows(2).all(|pair| pair[0].dts_us < pair[1].dts_us));
        assert!(infos.iter().all(|info| info.duration_us == Some(40_000)));
    }
    let plain: Vec<_> = chunk_infos(&open_gop).iter().map(|info| info.timestamp_us).collect();
    assert_eq!(plain, (0..100).map(|number| number * 40_000).collect::<Vec<_>>());
    for (source, name) in [(&avi, "from-avi.mp4"), (&raw, "from-raw.mp4")] {
        let path = scratch(name);
        copy(source, &path);
        assert_eq!(all_us(&path, "pts_time"), want, "{name}");
        assert_eq!(shown(&reference), shown(&path), "{name}");
    }
}

#[test]
fn fields_of_a_raw_stream_have_their_own_times() {
    let infos = chunk_infos(&data("paff.h264"));
    assert!(infos.iter().all(|info| info.duration_us == Some(20_000)));
    let mut times: Vec<_> = infos.iter().map(|info| info.timestamp_us).collect();
    times.sort_unstable();
    assert_eq!(times, (0..infos.len() as i64).map(|number| number * 20_000).collect::<Vec<_>>());
}
