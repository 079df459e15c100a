//! What is decoded from files, frame by frame, against ffmpeg's framecrc: pictures, times and counts of whatever Debian's
//! libx264 can make.

mod c_api;
mod support;

use std::path::Path;
use std::process::Command;

use c_api::*;
use framegate::container::Demuxer;
use support::{clip, data, probe, run, text};

/// A frame: when it is shown, in microseconds, and Adler-32 of its bytes.
type Shown = (i64, u32);

/// RFC 1950's checksum with a start of 0, as FFmpeg's.
fn adler(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (0u32, 0u32);
    for chunk in bytes.chunks(3000) {
        for byte in chunk {
            low += u32::from(*byte);
            high += low;
        }
        (low, high) = (low % 65521, high % 65521);
    }
    high << 16 | low
}

/// The frames that ffmpeg shows of a file.
fn ffmpegs(path: &Path) -> Vec<Shown> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "fatal", "-nostdin", "-copyts", "-i"]).arg(path).args(["-autoscale", "0"]);
    command.args(["-map", "0:v", "-fps_mode", "passthrough", "-enc_time_base", "-1", "-c:v", "rawvideo"]);
    let output = String::from_utf8(run(command.args(["-f", "framecrc", "-"])).stdout).unwrap();
    let (mut base, mut shown) = (0.0, Vec::new());
    for line in output.lines() {
        if let Some(ratio) = line.strip_prefix("#tb 0: ") {
            let (num, den) = ratio.split_once('/').unwrap();
            base = num.parse::<f64>().unwrap() / den.parse::<f64>().unwrap();
        } else if !line.starts_with('#') {
            let fields: Vec<&str> = line.split(',').map(str::trim).collect();
            let time_us = (fields[2].parse::<f64>().unwrap() * base * 1e6).round();
            let sum = u32::from_str_radix(fields[5].trim_start_matches("0x"), 16).unwrap();
            shown.push((time_us as i64, sum));
        }
    }
    shown
}

/// The frames that this library shows of it.
fn ours(path: &Path, threads: &str) -> (Vec<Shown>, fg_stats, usize) {
    let mut demuxer = Demuxer::open(text(path)).unwrap();
    let track = demuxer.track(0).unwrap();
    let config = Config::new(track.get("codec").unwrap(), &[("threads", threads)]);
    let config = match track.description() {
        Some(description) => config.described(description),
        None => config,
    };
    let decoder = Decoder::new(&config).unwrap();
    let mut chunks = Vec::new();
    while let Some((_, chunk)) = demuxer.read().unwrap() {
        let info = &chunk.info;
        let out = Out::chunk(info.timestamp_us, info.key, chunk.data.to_vec());
        chunks.push(Out { discard: info.discard, ..out });
    }
    let outs = decoder.decode(&chunks).unwrap();
    let shown = |out: &Out| {
        let frame = out.frame.as_ref().unwrap_or_else(|| panic!("{path:?}: {}", decoder.error()));
        (out.timestamp_us, adler(&frame.bytes()))
    };
    (outs.iter().map(shown).collect(), decoder.stats(), chunks.len())
}

fn assert_as_ffmpeg(path: &Path) {
    assert_shows(path, &ffmpegs(path));
}

fn assert_shows(path: &Path, wanted: &[Shown]) {
    assert!(!wanted.is_empty(), "{path:?}");
    for threads in ["1", "2", "4"] {
        let (found, stats, chunks) = ours(path, threads);
        assert_eq!(found.len(), wanted.len(), "{path:?}, {threads} threads: frames");
        for (index, (found, wanted)) in found.iter().zip(wanted).enumerate() {
            assert!(
                (found.0 - wanted.0).abs() <= 1,
                "{path:?}, frame {index}: {} us, ffmpeg {}",
                found.0,
                wanted.0
            );
            assert!(found.1 == wanted.1, "{path:?}, {threads} threads: frame {index} is another picture");
        }
        assert_eq!((stats.in_codec, stats.dropped), (0, (chunks - found.len()) as u64), "{path:?}");
    }
}

const SOURCE: &str = "-f lavfi -i testsrc2=s=176x144:r=25:d=2";

#[test]
fn what_libx264_makes_decodes_as_in_ffmpeg() {
    for (name, options) in [
        ("pyramid.mp4", "-bf 8 -x264-params b-pyramid=normal:b-adapt=0"),
        ("strict-pyramid.mkv", "-bf 8 -x264-params b-pyramid=strict:b-adapt=0"),
        ("open-gop.mp4", "-x264-params open-gop=1:keyint=12:bframes=3:scenecut=0"),
        ("intra-refresh.mp4", "-x264-params intra-refresh=1:keyint=20:bframes=0"),
        ("mbaff.mp4", "-flags +ildct+ilme -x264-params tff=1"),
        ("mbaff-bff.mkv", "-flags +ildct+ilme -x264-params bff=1:bframes=3"),
        ("fake-interlaced.mp4", "-x264-params fake-interlaced=1"),
        ("slices.mp4", "-x264-params slices=4:sliced-threads=1"),
        ("references.mp4", "-refs 16 -x264-params mixed-refs=1:weightp=2"),
        ("cavlc.mp4", "-x264-params cabac=0:bframes=2"),
        ("lossless.mp4", "-qp 0"),
        ("baseline.mp4", "-profile:v baseline"),
        ("high10.mp4", "-pix_fmt yuv420p10le"),
        ("422.mp4", "-pix_fmt yuv422p"),
        ("422-10.mkv", "-pix_fmt yuv422p10le"),
        ("444.mp4", "-pix_fmt yuv444p"),
        ("444-10.mp4", "-pix_fmt yuv444p10le"),
        ("grey.mp4", "-pix_fmt gray"),
        ("grey10.mp4", "-pix_fmt gray10le"),
        ("odd-444.mp4", "-pix_fmt yuv444p -vf scale=65:49"),
        ("small.mp4", "-vf scale=16:16"),
        ("cropped.mp4", "-vf scale=178:150"),
        ("vfr.mp4", "-vf select='not(mod(n\\,3))+not(mod(n\\,7))' -fps_mode vfr"),
        ("late.mkv", "-output_ts_offset 3.5"),
        ("ts.ts", "-bf 2"),
    ] {
        let pixels = if options.contains("-pix_fmt") { "" } else { "-pix_fmt yuv420p" };
        let path = clip(&format!("crc-{name}"), &format!("{SOURCE} {pixels} -c:v libx264 {options}"));
        assert_as_ffmpeg(&path);
    }
}

#[test]
fn what_others_make_decodes_as_in_ffmpeg() {
    for name in ["src.mp4", "sei.mp4", "ed_trim.mp4", "two_descriptions.mp4", "pasp.mp4"] {
        assert_as_ffmpeg(&data(name));
    }
}

/// Times that do not increase: the ffmpeg command puts others in their place, ffprobe shows them.
#[test]
fn times_that_do_not_increase_are_the_files() {
    let path = data("zero.mp4");
    let times = probe(&path, "frame=pts_time").into_iter().filter_map(|frame| frame.get("pts_time").cloned());
    let times = times.map(|time| (time.parse::<f64>().unwrap() * 1e6).round() as i64);
    let wanted: Vec<Shown> = times.zip(ffmpegs(&path)).map(|(time_us, (_, sum))| (time_us, sum)).collect();
    assert_eq!(wanted.len(), 100);
    assert_shows(&path, &wanted);
}

#[test]
fn cut_files_decode_as_in_ffmpeg() {
    for (name, options) in [
        ("closed", "-g 12 -bf 3"),
        ("open", "-x264-params open-gop=1:keyint=12:bframes=3:scenecut=0"),
        ("refresh", "-x264-params intra-refresh=1:keyint=10:bframes=0"),
    ] {
        let whole =
            clip(&format!("whole-{name}.mp4"), &format!("{SOURCE} -pix_fmt yuv420p -c:v libx264 {options}"));
        for (end, container) in [("", "mp4"), ("-t 0.4", "mp4"), ("", "mkv")] {
            let cut = format!("-ss 0.9 -i {} {end} -c copy", text(&whole));
            assert_as_ffmpeg(&clip(&format!("cut-{name}{}.{container}", end.len()), &cut));
        }
    }
}

#[test]
fn size_changes_decode_as_in_ffmpeg() {
    let part = |name: &str, size: &str| {
        let options = format!("-f lavfi -i testsrc2=s={size}:r=25:d=0.6 -pix_fmt yuv420p -c:v libx264 -bf 2");
        std::fs::read(clip(name, &options)).unwrap()
    };
    let path = support::scratch("sizes.h264");
    let parts = [part("a.h264", "176x144"), part("b.h264", "64x48"), part("c.h264", "320x240")];
    std::fs::write(&path, parts.concat()).unwrap();
    let wanted: Vec<u32> = ffmpegs(&path).into_iter().map(|(_, sum)| sum).collect();
    assert_eq!(wanted.len(), 45);
    for threads in ["1", "2", "4"] {
        let found: Vec<u32> = ours(&path, threads).0.into_iter().map(|(_, sum)| sum).collect();
        assert!(found == wanted, "{threads} threads");
    }
}
