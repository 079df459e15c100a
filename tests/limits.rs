//! The limits of demuxers and decoders: what a file or a stream claims is refused by the limit's name and value.

mod c_api;
mod support;

use std::ffi::CString;
use std::path::Path;
use std::process::Command;
use std::ptr;

use c_api::clips::access_units;
use c_api::*;
use framegate::container::Demuxer;
use framegate::error::Kind;
use framegate::media::Limits;
use support::{clip, text};

#[allow(non_camel_case_types)]
#[repr(C)]
struct fg_demuxer(u8);

unsafe extern "C" {
    fn fg_demuxer_open_limits(
        path: *const std::ffi::c_char,
        limits: *const fg_limits,
        demuxer: *mut *mut fg_demuxer,
    ) -> fg_status;
    fn fg_demuxer_free(demuxer: *mut fg_demuxer);
}

const SOUND: &str = "-f lavfi -i sine=d=1";

fn picture(size: &str) -> String {
    format!("-f lavfi -i testsrc2=s={size}:r=25:d=1")
}

fn refused(path: &Path, limits: Limits) -> String {
    let error =
        Demuxer::open_limits(text(path), limits).err().unwrap_or_else(|| panic!("{limits:?} let it through"));
    assert_eq!(error.kind, Kind::NotSupported, "{error}");
    assert!(error.text.contains(text(path)), "{error} names no file");
    error.text
}

#[test]
fn a_file_beyond_a_limit_is_refused_by_its_name() {
    for ending in ["mp4", "mkv", "ts", "avi"] {
        let options =
            format!("{} {SOUND} {SOUND} -map 0 -map 1 -map 2 -c:v libx264 -c:a mp2", picture("320x240"));
        let path = clip(&format!("limits.{ending}"), &options);
        let with = |change: fn(&mut Limits)| {
            let mut limits = Limits::default();
            change(&mut limits);
            limits
        };
        let fits = |limits: Limits| Demuxer::open_limits(text(&path), limits).unwrap().track_count();
        assert_eq!(fits(with(|limits| limits.max_streams = 3)), 3, "{ending}");
        let text = refused(&path, with(|limits| limits.max_streams = 2));
        assert!(text.contains("max_streams is 2"), "{text}");
        assert_eq!(fits(with(|limits| limits.max_pixels = 320 * 240)), 3, "{ending}");
        let text = refused(&path, with(|limits| limits.max_pixels = 320 * 240 - 1));
        assert!(text.contains("max_pixels is 76799") && text.contains("320x240"), "{text}");
        assert_eq!(fits(with(|limits| limits.max_side = 320)), 3, "{ending}");
        let text = refused(&path, with(|limits| limits.max_side = 319));
        assert!(text.contains("max_side is 319") && text.contains("320x240"), "{text}");
    }
}

#[test]
fn a_format_is_looked_for_in_the_first_bytes_only() {
    let path = clip("late.h264", &format!("{} -c:v libx264", picture("320x240")));
    let late = support::scratch("late-start.bin");
    std::fs::write(&late, [vec![0; 100_000], std::fs::read(&path).unwrap()].concat()).unwrap();
    assert!(Demuxer::open(text(&late)).is_ok());
    let error =
        Demuxer::open_limits(text(&late), Limits { probe_bytes: 10_000, ..Limits::default() }).err().unwrap();
    assert!(error.text.contains("first 10000 bytes (probe_bytes)"), "{error}");
}

/// What the decoders that look at a file take: the peak of a process that opens it.
#[test]
fn decoders_that_look_at_a_file_know_the_limit() {
    const VARIABLE: &str = "FRAMEGATE_TEST_OPEN";
    if let Ok(what) = std::env::var(VARIABLE) {
        let (max_pixels, path) = what.split_once(' ').unwrap();
        let limits = Limits { max_pixels: max_pixels.parse().unwrap(), ..Limits::default() };
        let _ = Demuxer::open_limits(path, limits);
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        println!("\npeak {}", peak.split_whitespace().nth(1).unwrap());
        return;
    }
    let options =
        "-f lavfi -i testsrc2=s=8192x4096:r=25 -frames:v 2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p";
    let frame_kb = 8192 * 4096 * 3 / 2 / 1024;
    let peak_kb = |path: &Path, max_pixels: u64| -> u64 {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["decoders_that_look_at_a_file_know_the_limit", "--exact", "--nocapture"]);
        let said = command.env(VARIABLE, format!("{max_pixels} {}", text(path))).output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        let line =
            said.lines().find_map(|line| line.strip_prefix("peak ")).unwrap_or_else(|| panic!("{said}"));
        line.parse().unwrap()
    };
    let raw = clip("huge.h264", options);
    let stream = clip("huge.ts", options);
    let without_tables = support::scratch("huge-no-tables.ts");
    let bytes = std::fs::read(&stream).unwrap();
    let packets = bytes
        .chunks(188)
        .filter(|packet| (0x100..0x1000).contains(&(u16::from_be_bytes([packet[1], packet[2]]) & 0x1fff)));
    std::fs::write(&without_tables, packets.flatten().copied().collect::<Vec<_>>()).unwrap();
    for path in [&raw, &stream, &without_tables] {
        let (all, limited) = (peak_kb(path, 8192 * 4096), peak_kb(path, 1 << 20));
        assert!(all > limited + frame_kb * 9 / 10, "{path:?}: {all} KB without a limit, {limited} KB with");
    }
}

#[test]
fn the_struct_of_limits_is_checked() {
    let path = clip("struct.mp4", &format!("{} -c:v libx264", picture("320x240")));
    let path = CString::new(text(&path)).unwrap();
    let open = |limits: *const fg_limits| {
        let mut demuxer = ptr::null_mut();
        // SAFETY: a string, NULL or a struct with its size, a place; freed once.
        let result = check(unsafe { fg_demuxer_open_limits(path.as_ptr(), limits, &mut demuxer) });
        // SAFETY: NULL or a demuxer.
        unsafe { fg_demuxer_free(demuxer) };
        result.map(drop)
    };
    open(ptr::null()).unwrap();
    let blank = || pod!(fg_limits);
    open(&blank()).unwrap();
    open(&fg_limits {
        max_pixels: u64::MAX,
        max_side: u32::MAX,
        probe_bytes: u64::MAX,
        max_samples: u64::MAX,
        max_streams: u32::MAX,
        ..blank()
    })
    .unwrap();
    let text = |limits: fg_limits| open(&limits).unwrap_err();
    assert!(text(fg_limits { max_pixels: 1, ..blank() }).text.contains("max_pixels is 1,"));
    assert_eq!(text(fg_limits { max_pixels: 1, ..blank() }).status, FG_ERROR_NOT_SUPPORTED);
    assert!(text(fg_limits { reserved: 1, ..blank() }).text.contains("limits.reserved is 1"));
    assert!(text(fg_limits { struct_size: 8, ..blank() }).text.contains("fg_limits.struct_size is 8"));
}

/// Small pictures, then, from a key picture on, large ones.
fn growing() -> Vec<Out> {
    let stream = |size: &str| {
        let path = clip(&format!("grow-{size}.h264"), &format!("{} -c:v libx264 -bf 0", picture(size)));
        access_units(&std::fs::read(path).unwrap())
    };
    [stream("64x48"), stream("640x480")].into_iter().flatten().collect()
}

#[test]
fn a_stream_that_grows_beyond_a_decoders_limit_ends_it_by_name() {
    let chunks = growing();
    for threads in ["1", "4"] {
        let decoder = |key: &str, value: &str| {
            Decoder::new(&Config::new("avc1.640033", &[(key, value), ("threads", threads)])).unwrap()
        };
        for (key, fits, exceeded) in [
            ("maxPixels", 640 * 480, 640 * 480 - 1),
            ("maxPixels", 640 * 480, 64 * 48),
            ("maxSide", 640, 639),
        ] {
            let outs = decoder(key, &fits.to_string()).decode(&chunks).unwrap();
            assert_eq!(outs.len(), chunks.len(), "{key} {fits}");
            let decoder = decoder(key, &exceeded.to_string());
            let (mut frames, mut sent) = (0, 0);
            let error = loop {
                let ready = decoder
                    .wait(FG_READY_POLL | if sent < chunks.len() { FG_READY_ENQUEUE } else { 0 })
                    .unwrap();
                if ready & FG_READY_POLL != 0 {
                    let out = decoder.poll(0).unwrap().unwrap();
                    match out.kind {
                        FG_OUTPUT_FRAME => frames += 1,
                        _ => break out,
                    }
                } else if decoder.enqueue(&chunks[sent], 0).unwrap() == FG_OK {
                    sent += 1;
                    if sent == chunks.len() {
                        decoder.flush().unwrap();
                    }
                }
            };
            let text = decoder.error();
            assert_eq!((error.kind, error.status), (FG_OUTPUT_ERROR, FG_ERROR_NOT_SUPPORTED), "{text}");
            assert!(text.contains(&format!("{key} is {exceeded}")) && text.contains("640x"), "{text}");
            assert!((1..=25).contains(&frames), "{key} {exceeded}: {frames} frames before");
        }
    }
}

#[test]
fn a_configuration_beyond_its_own_limits_is_refused() {
    let Err(refused) = Decoder::new(&Config::new(
        "avc1.640033",
        &[("codedWidth", "1920"), ("codedHeight", "1080"), ("maxPixels", "1000000")],
    )) else {
        panic!("it was made")
    };
    assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
    assert_eq!(refused.text, "maxPixels is 1000000, a picture has 1920x1080 pixels");
}
