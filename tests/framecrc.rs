//! What is decoded from files, frame by frame, against ffmpeg's framecrc: pictures, times and counts of whatever Debian's
//! libx264 can make.

mod c_api;
mod support;

use std::path::{Path, PathBuf};
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
    ffmpegs_by(path, &[])
}

/// With options before its input.
fn ffmpegs_by(path: &Path, options: &[&str]) -> Vec<Shown> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "fatal", "-nostdin", "-copyts"]).args(options).arg("-i").arg(path);
    command.args(["-autoscale", "0"]);
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
        let alpha = chunk.alpha.unwrap_or_default().to_vec();
        chunks.push(Out { discard: info.discard, alpha, ..out });
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
fn what_libvpx_makes_of_vp8_decodes_as_in_ffmpeg() {
    for (name, options) in [
        ("vp8.webm", "-deadline realtime -cpu-used 8"),
        ("vp8.ivf", "-g 10"),
        ("odd.mkv", "-vf scale=135:77"),
        ("partitions.webm", "-error-resilient partitions"),
        ("tiny.ivf", "-vf scale=16:2"),
    ] {
        let path =
            clip(&format!("framecrc-{name}"), &format!("{SOURCE} -pix_fmt yuv420p -c:v libvpx {options}"));
        assert_as_ffmpeg(&path);
    }
}

#[test]
fn what_libvpx_makes_of_vp9_decodes_as_in_ffmpeg() {
    for (name, pixels, options) in [
        ("vp9.webm", "yuv420p", "-deadline realtime -cpu-used 8"),
        ("vp9.ivf", "yuv420p", "-g 10 -lag-in-frames 0"),
        ("vp9.mp4", "yuv420p", "-g 20"),
        ("422.webm", "yuv422p", ""),
        ("444.mp4", "yuv444p", ""),
        ("gbr.mkv", "gbrp", ""),
        ("420p10.webm", "yuv420p10le", ""),
        ("420p12.ivf", "yuv420p12le", ""),
        ("422p10.mp4", "yuv422p10le", ""),
        ("422p12.mkv", "yuv422p12le", ""),
        ("444p10.mkv", "yuv444p10le", ""),
        ("444p12.webm", "yuv444p12le", ""),
        ("gbrp10.mkv", "gbrp10le", ""),
        ("odd.mkv", "yuv420p", "-vf scale=135:77"),
        ("odd-422.webm", "yuv422p", "-vf scale=37:19"),
        ("one.ivf", "yuv420p", "-vf scale=1:1"),
        ("two.webm", "yuv444p", "-vf scale=2:2"),
        ("long.webm", "yuv420p", "-vf scale=2:300"),
        ("tiles.webm", "yuv420p", "-vf scale=1024:64 -tile-columns 2 -tile-rows 1 -row-mt 1"),
        ("parallel.webm", "yuv420p", "-frame-parallel 1 -error-resilient default"),
        ("lossless.mkv", "yuv420p", "-lossless 1"),
        ("colour.mp4", "yuv420p", "-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc"),
        ("full.webm", "yuv420p", "-color_range pc -colorspace smpte170m"),
    ] {
        let options = format!("-t 0.6 -pix_fmt {pixels} -c:v libvpx-vp9 -cpu-used 5 {options}");
        assert_as_ffmpeg(&clip(&format!("framecrc9-{name}"), &format!("{SOURCE} {options}")));
    }
}

/// The frames of an IVF file: after a header of 32 bytes each has its size, its time and its bytes.
fn ivf_frames(path: &Path) -> Vec<Vec<u8>> {
    let file = std::fs::read(path).unwrap();
    let (mut rest, mut frames) = (&file[32..], Vec::new());
    while let Some((size, after)) = rest.split_first_chunk::<4>() {
        let size = u32::from_le_bytes(*size) as usize;
        frames.push(after[8..8 + size].to_vec());
        rest = &after[8 + size..];
    }
    frames
}

/// An IVF file of those frames; the header is that of another.
fn ivf_of(name: &str, header: &Path, frames: &[Vec<u8>]) -> PathBuf {
    let mut file = std::fs::read(header).unwrap()[..32].to_vec();
    for (time, frame) in (0u64..).zip(frames) {
        file.extend((frame.len() as u32).to_le_bytes());
        file.extend(time.to_le_bytes());
        file.extend(frame);
    }
    let path = support::scratch(name);
    std::fs::write(&path, file).unwrap();
    path
}

/// A superframe of frames of less than 64 KiB: VP9 Annex B.
fn superframe(frames: &[Vec<u8>]) -> Vec<u8> {
    let mark = 0xc8 | (frames.len() as u8 - 1);
    let sizes = frames.iter().flat_map(|frame| (frame.len() as u16).to_le_bytes());
    frames.concat().into_iter().chain([mark]).chain(sizes).chain([mark]).collect()
}

/// The frames of a chunk: VP9 Annex B.
fn parts(chunk: &[u8]) -> Vec<Vec<u8>> {
    let mark = *chunk.last().unwrap();
    let (width, count) = (usize::from(mark >> 3 & 3) + 1, usize::from(mark & 7) + 1);
    let index = chunk.len().checked_sub(2 + width * count).filter(|at| chunk[*at] == mark);
    let Some(index) = index.filter(|_| mark >> 5 == 6) else { return vec![chunk.to_vec()] };
    let (mut rest, mut frames) = (chunk, Vec::new());
    for size in chunk[index + 1..chunk.len() - 1].chunks(width) {
        let size = size.iter().rev().fold(0, |size, byte| size << 8 | usize::from(*byte));
        frames.push(rest[..size].to_vec());
        rest = &rest[size..];
    }
    frames
}

#[test]
fn vp8_with_hidden_frames_decodes_as_in_ffmpeg() {
    let hiding = "-pix_fmt yuv420p -c:v libvpx -auto-alt-ref 1 -lag-in-frames 16 -arnr-maxframes 7 -b:v 60k";
    let path = two_pass("framecrc8-hidden.mkv", &format!("{SOURCE} {hiding}"));
    assert!(ours(&path, "1").2 > ffmpegs(&path).len(), "nothing is hidden");
    assert_as_ffmpeg(&path);
}

/// FFmpeg's own decoders leave alpha out, libvpx's give it.
#[test]
fn alpha_decodes_as_with_libvpx() {
    for (name, decoder, options) in [
        ("8.webm", "libvpx", "-auto-alt-ref 0"),
        ("8-odd.mkv", "libvpx", "-auto-alt-ref 0 -vf format=yuva420p,scale=75:33"),
        ("9.webm", "libvpx-vp9", "-g 10"),
        ("9-realtime.mkv", "libvpx-vp9", "-deadline realtime -cpu-used 8"),
    ] {
        let fading = "testsrc2=s=176x144:r=25:d=2,format=yuva420p,fade=in:0:40:alpha=1";
        let options = format!("-f lavfi -i {fading} -pix_fmt yuva420p -c:v {decoder} {options}");
        let path = clip(&format!("framecrc-alpha-{name}"), &options);
        let wanted = ffmpegs_by(&path, &["-c:v", decoder]);
        assert!(wanted != ffmpegs(&path), "{name} has no alpha");
        assert_shows(&path, &wanted);
    }
}

/// As `clip`, in two passes: without a first one libvpx hides no frame.
fn two_pass(name: &str, options: &str) -> PathBuf {
    let log = support::scratch(&format!("{name}.log"));
    let pass = |number: u32| format!("{options} -pass {number} -passlogfile {}", text(&log));
    clip(&format!("{name}.first.mkv"), &pass(1));
    clip(name, &pass(2))
}

#[test]
fn vp9_of_two_passes_decodes_as_in_ffmpeg() {
    for (name, pixels, options) in [
        ("hidden.mkv", "yuv420p", "-auto-alt-ref 1 -lag-in-frames 16 -arnr-maxframes 7"),
        ("pyramid.mp4", "yuv420p", "-auto-alt-ref 6 -lag-in-frames 25"),
        ("pyramid.ivf", "yuv444p", "-auto-alt-ref 6 -lag-in-frames 25 -g 20"),
        ("pyramid.webm", "yuv422p10le", "-auto-alt-ref 6 -lag-in-frames 25"),
        ("pyramid12.mkv", "yuv420p12le", "-auto-alt-ref 6 -lag-in-frames 25 -vf scale=75:33"),
    ] {
        let options = format!("{SOURCE} -pix_fmt {pixels} -c:v libvpx-vp9 -cpu-used 5 -b:v 60k {options}");
        assert_as_ffmpeg(&two_pass(&format!("framecrc9-2-{name}"), &options));
    }
}

/// Chunks that libvpx does not make: hidden frames by themselves, frames that are shown again, both in superframes.
#[test]
fn vp9_of_other_chunks_decodes_as_in_ffmpeg() {
    let options = "-pix_fmt yuv420p -c:v libvpx-vp9 -cpu-used 5 -lag-in-frames 16 -auto-alt-ref 1 -b:v 400k";
    let made = two_pass("framecrc9-made.ivf", &format!("{SOURCE} {options}"));
    let chunks = ivf_frames(&made);
    let split: Vec<_> = chunks.iter().flat_map(|chunk| parts(chunk)).collect();
    assert!(split.len() > chunks.len(), "some were hidden");
    assert_as_ffmpeg(&ivf_of("framecrc9-split.ivf", &made, &split));

    // show_existing_frame, of each of the references.
    let again = |index: usize| vec![0x88 | (index % 8) as u8];
    let shown: Vec<_> =
        split.iter().enumerate().flat_map(|(index, frame)| [frame.clone(), again(index)]).collect();
    assert_as_ffmpeg(&ivf_of("framecrc9-again.ivf", &made, &shown));

    let alone: Vec<_> = split.iter().map(|frame| superframe(std::slice::from_ref(frame))).collect();
    assert_as_ffmpeg(&ivf_of("framecrc9-alone.ivf", &made, &alone));

    // A hidden frame, and another of which it makes the shown one.
    let hidden = |frame: &[u8]| frame[0] & 0x0a == 0;
    let mut joined: Vec<Vec<Vec<u8>>> = vec![Vec::new()];
    for (index, frame) in split.iter().enumerate() {
        joined.last_mut().unwrap().push(frame.clone());
        if hidden(frame) && index % 2 == 0 {
            joined.last_mut().unwrap().push(again(index));
        }
        if !hidden(frame) || index % 2 == 0 {
            joined.push(Vec::new());
        }
    }
    let joined: Vec<_> =
        joined.iter().filter(|frames| !frames.is_empty()).map(|frames| superframe(frames)).collect();
    assert_as_ffmpeg(&ivf_of("framecrc9-joined.ivf", &made, &joined));
}

#[test]
fn vp9_of_other_sizes_decodes_as_in_ffmpeg() {
    let part = |size: &str, pixels: &str| {
        let source = format!("-f lavfi -i testsrc2=s={size}:r=25:d=0.4 -pix_fmt {pixels}");
        clip(&format!("framecrc9-{size}-{pixels}.ivf"), &format!("{source} -c:v libvpx-vp9 -cpu-used 5"))
    };
    let sizes = ["176x144", "64x48", "321x241", "9x70"].map(|size| part(size, "yuv420p"));
    let frames: Vec<_> = sizes.iter().flat_map(|path| ivf_frames(path)).collect();
    assert_as_ffmpeg(&ivf_of("framecrc9-sizes.ivf", &sizes[0], &frames));
    // libvpx in one pass with rc_resize_allowed, which ffmpeg cannot set: a smaller frame that is no key, of larger references.
    assert_as_ffmpeg(&data("vp9_resized.ivf"));
}

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
