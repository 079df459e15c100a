//! Bytes of a host's own: demuxers read them, and muxers write them, as they do with files.

mod c_api;
mod support;

use std::ffi::{CString, c_char, c_void};
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::OnceLock;

use c_api::*;
use framegate::container::Demuxer;
use support::{clip, scratch, text};

#[allow(non_camel_case_types)]
#[repr(C)]
struct fg_demuxer(u8);
#[allow(non_camel_case_types)]
#[repr(C)]
struct fg_muxer(u8);
#[allow(non_camel_case_types)]
#[repr(C)]
struct fg_config(u8);

unsafe extern "C" {
    fn fg_demuxer_open_io(io: *const fg_io, demuxer: *mut *mut fg_demuxer) -> fg_status;
    fn fg_demuxer_open_io_limits(
        io: *const fg_io,
        limits: *const fg_limits,
        demuxer: *mut *mut fg_demuxer,
    ) -> fg_status;
    fn fg_demuxer_read(demuxer: *mut fg_demuxer, track: *mut u32, chunk: *mut fg_chunk) -> fg_status;
    fn fg_demuxer_seek(demuxer: *mut fg_demuxer, track: u32, timestamp_us: i64) -> fg_status;
    fn fg_demuxer_track_count(demuxer: *const fg_demuxer) -> u32;
    fn fg_demuxer_track(demuxer: *const fg_demuxer, track: u32, config: *mut *mut fg_config) -> fg_status;
    fn fg_demuxer_free(demuxer: *mut fg_demuxer);
    fn fg_muxer_create(path: *const c_char, muxer: *mut *mut fg_muxer) -> fg_status;
    fn fg_muxer_create_io(io: *const fg_io, format: *const c_char, muxer: *mut *mut fg_muxer) -> fg_status;
    fn fg_muxer_set(muxer: *mut fg_muxer, key: *const c_char, value: *const c_char) -> fg_status;
    fn fg_muxer_add_track(muxer: *mut fg_muxer, config: *const fg_config, track: *mut u32) -> fg_status;
    fn fg_muxer_write(muxer: *mut fg_muxer, track: u32, chunk: *const fg_chunk) -> fg_status;
    fn fg_muxer_finish(muxer: *mut fg_muxer) -> fg_status;
    fn fg_muxer_free(muxer: *mut fg_muxer);
    fn fg_config_free(config: *mut fg_config);
}

/// Bytes, as a host has them.
#[derive(Default)]
struct Own {
    bytes: Vec<u8>,
    at: usize,
    /// A call has so many at the most; 0: all.
    most: usize,
    calls: usize,
    /// This call fails, counted from 1, with this number.
    fails: Option<(usize, i64)>,
    /// What a call of a demuxer says from inside.
    inside: Option<(*mut fg_demuxer, fg_status)>,
}

impl Own {
    fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, ..Self::default() }
    }

    fn io(&mut self, can_seek: bool) -> fg_io {
        fg_io {
            opaque: ptr::from_mut(self).cast(),
            read: Some(read),
            write: Some(write),
            seek: if can_seek { Some(seek) } else { None },
            size: if can_seek { Some(size) } else { None },
            ..pod!(fg_io)
        }
    }

    fn failure(&mut self) -> Option<i64> {
        self.calls += 1;
        self.fails.filter(|(call, _)| *call == self.calls).map(|(_, number)| number)
    }

    fn count(&self, size: usize) -> usize {
        if self.most == 0 { size } else { size.min(self.most) }
    }
}

/// # Safety
/// Of all: `opaque` is an [`Own`] that nobody else uses, and so many bytes are there.
unsafe extern "C" fn read(opaque: *mut c_void, bytes: *mut u8, size: usize) -> i64 {
    // SAFETY: the caller's.
    let own = unsafe { &mut *opaque.cast::<Own>() };
    if let Some((demuxer, said)) = &mut own.inside {
        let (mut track, mut chunk) = (0, pod!(fg_chunk));
        // SAFETY: a live demuxer, or NULL.
        *said = unsafe { fg_demuxer_read(*demuxer, &mut track, &mut chunk) };
    }
    if let Some(number) = own.failure() {
        return number;
    }
    let count = own.count(size).min(own.bytes.len() - own.at);
    // SAFETY: the caller's; the bytes are there.
    unsafe { ptr::copy_nonoverlapping(own.bytes.as_ptr().add(own.at), bytes, count) };
    own.at += count;
    count as i64
}

/// # Safety
/// As [`read`].
unsafe extern "C" fn write(opaque: *mut c_void, bytes: *const u8, size: usize) -> i64 {
    // SAFETY: the caller's.
    let (own, given) = unsafe { (&mut *opaque.cast::<Own>(), std::slice::from_raw_parts(bytes, size)) };
    if let Some(number) = own.failure() {
        return number;
    }
    let given = &given[..own.count(size)];
    let end = own.at + given.len();
    own.bytes.resize(own.bytes.len().max(end), 0);
    own.bytes[own.at..end].copy_from_slice(given);
    own.at = end;
    given.len() as i64
}

/// # Safety
/// As [`read`].
unsafe extern "C" fn seek(opaque: *mut c_void, offset: i64, whence: i32) -> i64 {
    // SAFETY: the caller's.
    let own = unsafe { &mut *opaque.cast::<Own>() };
    let from = [0, own.at, own.bytes.len()][whence as usize] as i64;
    let place = from + offset;
    if place < 0 || place > own.bytes.len() as i64 {
        return -i64::from(libc::EINVAL);
    }
    own.at = place as usize;
    place
}

/// # Safety
/// As [`read`].
unsafe extern "C" fn size(opaque: *mut c_void) -> i64 {
    // SAFETY: the caller's.
    unsafe { &*opaque.cast::<Own>() }.bytes.len() as i64
}

fn open(io: &fg_io) -> Result<*mut fg_demuxer, Refused> {
    let mut demuxer = ptr::null_mut();
    // SAFETY: a struct with its size, a place.
    check(unsafe { fg_demuxer_open_io(io, &mut demuxer) }).map(|_| demuxer)
}

/// A chunk: track, time, duration, key, bytes.
type Read = (u32, i64, i64, bool, Vec<u8>);

fn next(demuxer: *mut fg_demuxer) -> Result<Option<Read>, Refused> {
    let (mut track, mut chunk) = (0, pod!(fg_chunk));
    // SAFETY: a live demuxer, places; the bytes are valid until the next read.
    unsafe {
        if check(fg_demuxer_read(demuxer, &mut track, &mut chunk))? == FG_END {
            return Ok(None);
        }
        let bytes = std::slice::from_raw_parts(chunk.data, chunk.size as usize).to_vec();
        Ok(Some((track, chunk.timestamp_us, chunk.duration_us, chunk.flags & FG_CHUNK_KEY != 0, bytes)))
    }
}

fn all(demuxer: *mut fg_demuxer) -> Vec<Read> {
    std::iter::from_fn(|| next(demuxer).unwrap()).collect()
}

fn of_path(path: &Path) -> Vec<Read> {
    let mut demuxer = Demuxer::open(text(path)).unwrap();
    let mut chunks = Vec::new();
    while let Some((track, chunk)) = demuxer.read().unwrap() {
        let info = chunk.info;
        chunks.push((
            track,
            info.timestamp_us,
            info.duration_us.unwrap_or(-1),
            info.key,
            chunk.data.to_vec(),
        ));
    }
    chunks
}

/// A file of each format that is read, and whether it can be read as it comes.
fn files() -> &'static [(PathBuf, bool)] {
    static FILES: OnceLock<Vec<(PathBuf, bool)>> = OnceLock::new();
    FILES.get_or_init(make_files)
}

fn make_files() -> Vec<(PathBuf, bool)> {
    let picture = "-f lavfi -i testsrc2=s=96x64:r=25:d=1";
    let sound = "-f lavfi -i sine=r=48000:d=1";
    let both = format!("{picture} {sound} -c:v libx264 -preset ultrafast -c:a aac");
    let vp8 = format!("{picture} {sound} -c:v libvpx -deadline realtime -c:a libopus");
    [
        ("mp4", both.clone(), false),
        ("fast.mp4", format!("{both} -movflags +faststart"), true),
        ("mov", both.clone(), false),
        ("mkv", both.clone(), true),
        ("webm", vp8, true),
        ("ts", both.clone(), true),
        ("avi", both.replace("aac", "mp2"), true),
        ("h264", format!("{picture} -c:v libx264 -preset ultrafast"), true),
        ("ivf", format!("{picture} -c:v libvpx -deadline realtime"), true),
        ("ogg", format!("{sound} -c:a libvorbis"), true),
        ("wav", sound.to_owned(), true),
        ("flac", sound.to_owned(), true),
        ("mp3", sound.to_owned(), true),
        ("aac", sound.to_owned(), true),
    ]
    .map(|(ending, options, comes)| (clip(&format!("host-io.{ending}"), &options), comes))
    .into()
}

#[test]
fn what_a_host_gives_is_read_as_a_file() {
    for (path, comes) in files() {
        let wanted = of_path(path);
        for (can_seek, most) in [(true, 0), (true, 7), (false, 0), (false, 1)] {
            if !can_seek && !*comes {
                continue;
            }
            let mut own = Own { most, ..Own::new(std::fs::read(path).unwrap()) };
            let demuxer = open(&own.io(can_seek)).unwrap();
            let found = all(demuxer);
            // SAFETY: the last call.
            unsafe { fg_demuxer_free(demuxer) };
            if can_seek {
                assert!(found == wanted, "{path:?}, {most} bytes a call");
            } else {
                // Times that stand at the end are not known.
                let bytes = |chunks: &[Read]| {
                    chunks.iter().map(|chunk| (chunk.0, chunk.4.clone())).collect::<Vec<_>>()
                };
                assert!(bytes(&found) == bytes(&wanted), "{path:?} as a pipe");
            }
        }
    }
}

/// What is small lies in one buffer of FFmpeg's, to which a read that finds the end must do nothing.
#[test]
fn what_was_read_to_its_end_is_read_again_after_a_seek() {
    for (path, _) in files().iter().filter(|(path, _)| !path.ends_with("host-io.h264")) {
        let mut file = Demuxer::open(text(path)).unwrap();
        while file.read().unwrap().is_some() {}
        file.seek(0, 0).unwrap();
        let mut wanted = Vec::new();
        while let Some((track, chunk)) = file.read().unwrap() {
            wanted.push((track, chunk.info.timestamp_us, chunk.data.to_vec()));
        }
        assert!(wanted.len() > 10, "{path:?}");
        let mut own = Own::new(std::fs::read(path).unwrap());
        let demuxer = open(&own.io(true)).unwrap();
        all(demuxer);
        // SAFETY: a live demuxer.
        check(unsafe { fg_demuxer_seek(demuxer, 0, 0) }).unwrap();
        let found: Vec<_> =
            all(demuxer).into_iter().map(|(track, us, _, _, bytes)| (track, us, bytes)).collect();
        assert!(found == wanted, "{path:?}: {} chunks, not {}", found.len(), wanted.len());
        // SAFETY: the last call.
        unsafe { fg_demuxer_free(demuxer) };
    }
}

/// Copies all tracks of a file to a muxer.
fn copy(from: &Path, muxer: *mut fg_muxer) -> Result<(), Refused> {
    let mut own = Own::new(std::fs::read(from).unwrap());
    let demuxer = open(&own.io(true)).unwrap();
    let (mut track, mut chunk) = (0, pod!(fg_chunk));
    let mut copied = || {
        // SAFETY: live objects and places.
        unsafe {
            for track in 0..fg_demuxer_track_count(demuxer) {
                let (mut config, mut number) = (ptr::null_mut(), 0);
                check(fg_demuxer_track(demuxer, track, &mut config)).unwrap();
                let added = check(fg_muxer_add_track(muxer, config, &mut number));
                fg_config_free(config);
                added?;
            }
            while check(fg_demuxer_read(demuxer, &mut track, &mut chunk)).unwrap() != FG_END {
                check(fg_muxer_write(muxer, track, &chunk))?;
            }
            check(fg_muxer_finish(muxer)).map(drop)
        }
    };
    let copied = copied();
    // SAFETY: the last calls.
    unsafe {
        fg_muxer_free(muxer);
        fg_demuxer_free(demuxer);
    }
    copied
}

fn create(io: &fg_io, format: &str) -> Result<*mut fg_muxer, Refused> {
    let (mut muxer, format) = (ptr::null_mut(), CString::new(format).unwrap());
    // SAFETY: a struct with its size, a string, a place.
    check(unsafe { fg_muxer_create_io(io, format.as_ptr(), &mut muxer) }).map(|_| muxer)
}

#[test]
fn what_a_host_takes_is_what_a_file_gets() {
    for (path, _) in files() {
        let ending = path.extension().unwrap().to_str().unwrap();
        let file = scratch(&format!("host-io-written.{ending}"));
        let mut muxer = ptr::null_mut();
        let name = CString::new(text(&file)).unwrap();
        // SAFETY: a string, a place.
        check(unsafe { fg_muxer_create(name.as_ptr(), &mut muxer) }).unwrap();
        copy(path, muxer).unwrap();
        for most in [0, 1000] {
            let mut own = Own { most, ..Own::default() };
            copy(path, create(&own.io(true), ending).unwrap()).unwrap();
            let written = std::fs::read(&file).unwrap();
            if matches!(ending, "mkv" | "webm" | "ogg") {
                // Each has a number of its own, drawn by lot.
                own.at = 0;
                let again = open(&own.io(true)).unwrap();
                assert!(all(again) == of_path(&file) && own.bytes.len() == written.len(), "{ending}");
                // SAFETY: the last call.
                unsafe { fg_demuxer_free(again) };
            } else {
                assert!(own.bytes == written, "{ending}, {most} bytes a call");
            }
        }
    }
}

#[test]
fn without_going_back_some_formats_are_written_and_others_refused() {
    for (path, _) in files() {
        let ending = path.extension().unwrap().to_str().unwrap();
        let mut own = Own::default();
        let written = create(&own.io(false), ending).and_then(|muxer| copy(path, muxer));
        if matches!(ending, "mp4" | "mov") {
            let refused = written.unwrap_err();
            assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED, "{ending}: {}", refused.text);
        } else {
            written.unwrap();
            let back = scratch(&format!("host-io-pipe.{ending}"));
            std::fs::write(&back, &own.bytes).unwrap();
            let packets = support::ffmpeg(&format!("-i {} -map 0 -c copy -f framecrc -", text(&back)));
            let lines = String::from_utf8(packets).unwrap();
            let found = lines.lines().filter(|line| !line.starts_with('#')).count();
            assert_eq!(found, of_path(path).len(), "{ending}");
        }
    }
}

fn set(muxer: *mut fg_muxer, key: &str, value: &str) {
    let (key, value) = (CString::new(key).unwrap(), CString::new(value).unwrap());
    // SAFETY: a live muxer, strings.
    check(unsafe { fg_muxer_set(muxer, key.as_ptr(), value.as_ptr()) }).unwrap();
}

#[test]
fn movies_are_written_in_fragments_without_going_back_and_with_their_index_in_front() {
    for (path, _) in files() {
        let ending = path.extension().unwrap().to_str().unwrap();
        if !matches!(ending, "mp4" | "mov") {
            continue;
        }
        let mut own = Own { most: 1000, ..Own::default() };
        let muxer = create(&own.io(false), ending).unwrap();
        set(muxer, "fragmentDuration", "300000");
        copy(path, muxer).unwrap();
        let at = |own: &Own, name: &[u8]| own.bytes.windows(4).position(|window| window == name).unwrap();
        assert!(at(&own, b"moov") < at(&own, b"moof") && at(&own, b"moof") < at(&own, b"mdat"), "{ending}");
        let mut front = Own { most: 1000, ..Own::default() };
        let muxer = create(&front.io(true), ending).unwrap();
        set(muxer, "faststart", "true");
        copy(path, muxer).unwrap();
        assert!(at(&front, b"moov") < at(&front, b"mdat"), "{ending}");
        for written in [&mut own, &mut front] {
            written.at = 0;
            let demuxer = open(&written.io(true)).unwrap();
            assert_eq!(all(demuxer).len(), of_path(path).len(), "{ending}");
            // SAFETY: the last call.
            unsafe { fg_demuxer_free(demuxer) };
        }
        let io = fg_io { read: None, ..front.io(true) };
        let muxer = create(&io, ending).unwrap();
        set(muxer, "faststart", "true");
        let refused = copy(path, muxer).unwrap_err();
        assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED, "{}", refused.text);
        assert!(refused.text.contains("faststart") && refused.text.contains("read"), "{}", refused.text);
    }
}

#[test]
fn a_read_that_fails_fails_that_call_and_the_next_asks_again() {
    for (path, _) in files() {
        let bytes = std::fs::read(path).unwrap();
        let calls = {
            let mut own = Own { most: 512, ..Own::new(bytes.clone()) };
            let demuxer = open(&own.io(true)).unwrap();
            all(demuxer);
            // SAFETY: the last call.
            unsafe { fg_demuxer_free(demuxer) };
            own.calls
        };
        for call in (1..=calls).step_by(1 + calls / 40) {
            let fails = Some((call, -i64::from(libc::ENOSPC)));
            let mut own = Own { most: 512, fails, ..Own::new(bytes.clone()) };
            let mut refused = Vec::new();
            match open(&own.io(true)) {
                Err(error) => refused.push(error),
                Ok(demuxer) => {
                    for _ in 0..1000 {
                        match next(demuxer) {
                            Ok(None) => break,
                            Ok(Some(_)) => (),
                            Err(error) => refused.push(error),
                        }
                    }
                    // SAFETY: the last call.
                    unsafe { fg_demuxer_free(demuxer) };
                }
            }
            let named = |error: &Refused| {
                error.status == FG_ERROR_IO && error.text.contains("No space left on device")
            };
            assert!(refused.iter().any(named), "{path:?}, call {call} of {calls}: {refused:?}");
        }
    }
}

#[test]
fn a_write_that_fails_ends_the_muxer_with_its_words() {
    let (path, _) = &files()[3];
    for call in [1, 2] {
        let mut own = Own { fails: Some((call, -i64::from(libc::EDQUOT))), most: 100, ..Own::default() };
        let refused = copy(path, create(&own.io(true), "mkv").unwrap()).unwrap_err();
        assert_eq!(refused.status, FG_ERROR_IO, "{}", refused.text);
        assert!(refused.text.contains("quota"), "{}", refused.text);
    }
}

#[test]
fn hostile_structs_and_answers_are_errors() {
    let bytes = std::fs::read(&files()[0].0).unwrap();
    let mut own = Own::new(bytes);
    let good = own.io(true);
    let with = |change: &dyn Fn(&mut fg_io)| {
        let mut io = fg_io { ..good };
        change(&mut io);
        io
    };
    let said = |io: &fg_io| open(io).unwrap_err();
    assert!(said(&with(&|io| io.read = None)).text.contains("io.read is NULL"));
    assert!(said(&with(&|io| io.reserved = 1)).text.contains("io.reserved is 1"));
    assert!(said(&with(&|io| io.struct_size = 8)).text.contains("fg_io.struct_size is 8"));
    let refused = create(&with(&|io| io.write = None), "mp4").unwrap_err();
    assert!(refused.text.contains("io.write is NULL"), "{}", refused.text);
    for format in ["", "xyz", "mp4/../../x", "m3u8", "%d.png"] {
        let refused = create(&good, format).unwrap_err();
        assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED, "{format}: {}", refused.text);
        assert!(refused.text.contains(&format!("{format:?}")), "{}", refused.text);
    }

    unsafe extern "C" fn too_many(_: *mut c_void, _: *mut u8, size: usize) -> i64 {
        size as i64 + 1
    }
    unsafe extern "C" fn lowest(_: *mut c_void, _: *mut u8, _: usize) -> i64 {
        i64::MIN
    }
    unsafe extern "C" fn nothing(_: *mut c_void, _: *mut u8, _: usize) -> i64 {
        0
    }
    let refused = said(&with(&|io| io.read = Some(too_many)));
    assert!(refused.status == FG_ERROR_IO && refused.text.contains("at the most"), "{}", refused.text);
    assert_eq!(said(&with(&|io| io.read = Some(lowest))).status, FG_ERROR_IO);
    assert_eq!(said(&with(&|io| io.read = Some(nothing))).status, FG_ERROR_DATA);
    // SAFETY: NULLs where a place is wanted.
    assert!(check(unsafe { fg_demuxer_open_io_limits(&good, ptr::null(), ptr::null_mut()) }).is_err());
}

#[test]
fn a_function_of_the_hosts_that_calls_its_demuxer_gets_an_error() {
    let mut own = Own::new(std::fs::read(&files()[6].0).unwrap());
    own.inside = Some((ptr::null_mut(), FG_OK));
    let demuxer = open(&own.io(true)).unwrap();
    own.inside = Some((demuxer, FG_OK));
    assert!(!all(demuxer).is_empty());
    assert_eq!(own.inside.unwrap().1, FG_ERROR_WOULD_DEADLOCK);
    // SAFETY: the last call.
    unsafe { fg_demuxer_free(demuxer) };
}
