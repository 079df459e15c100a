//! Without memory, and without threads, there is FG_ERROR_OUT_OF_MEMORY: no end of the process, no other status, and what
//! comes afterwards works. Each test is a process of its own, because what is missing is missing for all of it.

mod c_api;
mod support;

use std::ffi::{CStr, CString, c_int};
use std::path::PathBuf;
use std::process::Command;
use std::ptr;

use c_api::clips::{access_units, encoder_config, moving};
use c_api::*;
use support::{clip, copy, scratch, text};

const CHILD: &str = "FRAMEGATE_TEST_CHILD";

/// Runs a test's body in a process of its own, with `preload` loaded before all else.
fn alone(test: &str, preload: Option<&PathBuf>, body: fn()) {
    if std::env::var_os(CHILD).is_some() {
        return body();
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--nocapture", "--test-threads=1"]).env(CHILD, "1");
    if let Some(library) = preload {
        command.env("LD_PRELOAD", library);
    }
    let output = command.output().unwrap();
    let said =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() && said.contains("1 passed"), "{}\n{said}", output.status);
}

/// What a run of a whole stream came to.
type Outcome = Result<usize, Refused>;

/// How many outputs there were, or what the handle ended with.
fn outcome(result: Result<Vec<Out>, Refused>, error: impl Fn() -> String) -> Outcome {
    let outs = result?;
    match outs.last() {
        Some(out) if out.kind == FG_OUTPUT_ERROR => Err(Refused { status: out.status, text: error() }),
        _ => Ok(outs.len()),
    }
}

fn encode(frames: &[Frame]) -> Outcome {
    let encoder = Encoder::new(&encoder_config(
        "avc1.64001f",
        320,
        240,
        &[("threads", "4"), ("ffmpeg.preset", "veryfast")],
    ))?;
    outcome(encoder.encode(frames), || encoder.error())
}

fn decode(chunks: &[Out]) -> Outcome {
    let decoder = Decoder::new(&Config::new("avc1.640033", &[("threads", "4")]))?;
    outcome(decoder.decode(chunks), || decoder.error())
}

fn stream() -> Vec<Out> {
    // Other tests make it at the same time, in processes of their own.
    let path = clip(
        &format!("memory-{}.h264", std::process::id()),
        "-f lavfi -i testsrc2=s=320x240:r=25:d=1 -pix_fmt yuv420p -c:v libx264",
    );
    let stream = std::fs::read(&path).unwrap();
    std::fs::remove_file(path).unwrap();
    access_units(&stream)
}

/// Success, or the one status that says what was missing.
fn check_outcome(what: &str, outcome: Outcome, wanted: usize) -> bool {
    match outcome {
        Ok(count) => assert_eq!(count, wanted, "{what}"),
        Err(refused) => {
            assert_eq!(refused.status, FG_ERROR_OUT_OF_MEMORY, "{what}: {}", refused.text);
            return false;
        }
    }
    true
}

/// A library of tests/missing, compiled.
fn preloaded(name: &str) -> PathBuf {
    let library = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.so"));
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut build = cc::Build::new();
    build.target(&host).host(&host).opt_level(1).warnings(true).cargo_metadata(false);
    let mut command = build.get_compiler().to_command();
    command.args(["-shared", "-fPIC", "-o"]).arg(&library);
    command.arg(format!("{}/tests/missing/{name}.c", env!("CARGO_MANIFEST_DIR"))).args(["-ldl", "-pthread"]);
    assert!(command.status().unwrap().success());
    library
}

/// A function of a preloaded library.
fn preloaded_function(name: &CStr) -> *mut std::ffi::c_void {
    // SAFETY: a string; the default search order.
    let function = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    assert!(!function.is_null(), "{name:?} is not loaded");
    function
}

#[test]
fn every_thread_that_cannot_start_is_memory_that_is_missing() {
    let library = std::env::var_os(CHILD).is_none().then(|| preloaded("threads"));
    alone("every_thread_that_cannot_start_is_memory_that_is_missing", library.as_ref(), || {
        // SAFETY: tests/missing/threads.c declares them so.
        let (fail, has_yet_to_fail) = unsafe {
            (
                std::mem::transmute::<*mut std::ffi::c_void, extern "C" fn(c_int)>(preloaded_function(
                    c"fail_thread",
                )),
                std::mem::transmute::<*mut std::ffi::c_void, extern "C" fn() -> c_int>(preloaded_function(
                    c"thread_has_yet_to_fail",
                )),
            )
        };
        let (frames, chunks) = (moving(320, 240, 20), stream());
        let work: [(&str, usize, &dyn Fn() -> Outcome); 2] = [
            ("encoding", frames.len(), &|| encode(&frames)),
            ("decoding", chunks.len(), &|| decode(&chunks)),
        ];
        for (what, wanted, run) in work {
            assert_eq!(run().unwrap(), wanted);
            let (mut call, mut refused) = (0, 0);
            loop {
                call += 1;
                fail(call);
                let result = run();
                let all_started = has_yet_to_fail() != 0;
                fail(0);
                refused += u32::from(!check_outcome(&format!("{what}, thread {call}"), result, wanted));
                assert_eq!(run().unwrap(), wanted, "{what} after thread {call} did not start");
                if all_started {
                    break;
                }
            }
            // The handle's own thread, and the codec's four.
            assert!(call > 4 && refused >= 2, "{what}: {call} calls, {refused} refused");
        }
    });
}

#[test]
fn a_handle_whose_thread_could_not_start_works_at_the_next_call() {
    let library = std::env::var_os(CHILD).is_none().then(|| preloaded("threads"));
    alone("a_handle_whose_thread_could_not_start_works_at_the_next_call", library.as_ref(), || {
        // SAFETY: as above.
        let fail = unsafe {
            std::mem::transmute::<*mut std::ffi::c_void, extern "C" fn(c_int)>(preloaded_function(
                c"fail_thread",
            ))
        };
        let frames = moving(320, 240, 5);
        let encoder = Encoder::new(&encoder_config("avc1.64001f", 320, 240, &[])).unwrap();
        fail(1);
        let refused = encoder.enqueue(&frames[0], (false, -1), 0).unwrap_err();
        assert_eq!(refused.status, FG_ERROR_OUT_OF_MEMORY, "{}", refused.text);
        assert!(refused.text.contains("thread"), "{}", refused.text);
        assert_eq!(encoder.encode(&frames).unwrap().len(), 5);
    });
}

/// Allows as many bytes more of address space; `None` as many as there are.
fn allow_more(bytes: Option<u64>) {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = pages.split_whitespace().next().unwrap().parse().unwrap();
    // SAFETY: a struct of that type.
    unsafe {
        assert_eq!(libc::getrlimit(libc::RLIMIT_AS, &mut limit), 0);
        limit.rlim_cur = bytes.map_or(limit.rlim_max, |bytes| pages * 4096 + bytes);
        assert_eq!(libc::setrlimit(libc::RLIMIT_AS, &limit), 0);
    }
}

/// Runs with only so much more memory.
fn with_only<T>(bytes: u64, body: impl FnOnce() -> T) -> T {
    allow_more(Some(bytes));
    let result = body();
    allow_more(None);
    result
}

fn chunk(data: Vec<u8>) -> Out {
    Out::chunk(0, true, data)
}

const LARGE: usize = 700_000_000;
const LITTLE: u64 = 100_000_000;

fn refused<T>(what: &str, result: Result<T, Refused>) {
    let Err(refused) = result else { panic!("{what}: there was memory for it") };
    assert_eq!(refused.status, FG_ERROR_OUT_OF_MEMORY, "{what}: {}", refused.text);
    assert!(refused.text.contains("bytes"), "{what}: {} does not say how large", refused.text);
}

#[test]
fn a_chunk_of_700_mb_without_memory_is_refused_and_the_handle_goes_on() {
    alone("a_chunk_of_700_mb_without_memory_is_refused_and_the_handle_goes_on", None, || {
        let chunks = stream();
        let mut data = vec![0; LARGE]; // zeros: no memory until they are read
        data[..6].copy_from_slice(&[0, 0, 0, 1, 0x65, 0x88]);
        let large = chunk(data);
        let decoder = Decoder::new(&Config::new("avc1.640033", &[])).unwrap();
        refused("a first chunk", with_only(LITTLE, || decoder.enqueue(&large, 0)));
        assert_eq!((decoder.stats().in_flight, decoder.stats().inputs), (0, 0));
        assert_eq!(decoder.decode(&chunks).unwrap().len(), chunks.len());
        refused("another chunk", with_only(LITTLE, || decoder.enqueue(&large, 0)));
        assert_eq!(decoder.decode(&chunks).unwrap().len(), chunks.len());
    });
}

#[test]
fn what_a_host_makes_large_is_refused() {
    alone("what_a_host_makes_large_is_refused", None, || {
        let large = vec![0; LARGE];
        let mut config = Raw::config();
        let set = |config: &Raw| config.set_bytes("description", &large);
        refused("a description", with_only(LITTLE, || set(&config)));
        set(&config).unwrap();
        refused("a copy of it", with_only(LITTLE, || config.copy().map(drop)));
        config = Raw::config();
        for (key, value) in [
            ("ffmpeg.preset", "x".repeat(70_000)),
            ("bitrate", "1".repeat(70_000)),
            (&*"k".repeat(70_000), "1".to_owned()),
        ] {
            let refused = config.set(key, &value).unwrap_err();
            assert_eq!(refused.status, FG_ERROR_INVALID_ARGUMENT);
            assert!(refused.text.len() < 1000 && refused.text.contains("70000"), "{}", refused.text);
        }
        let info = video_info(FG_PIXEL_RGBA, 16_384, 16_384);
        refused("a frame", with_only(LITTLE, || Frame::blank(&info).map(drop)));

        // What is converted on its way in, on the host's thread.
        let frame = Frame::blank(&video_info(FG_PIXEL_RGBA, 8192, 8192)).unwrap();
        let encoder = Encoder::new(&encoder_config("framegate.null", 8192, 8192, &[])).unwrap();
        refused("a converted frame", with_only(LITTLE / 2, || encoder.enqueue(&frame, (false, -1), 0)));
        assert_eq!((encoder.stats().in_flight, encoder.stats().inputs), (0, 0));

        let source =
            clip("memory.mp4", "-f lavfi -i testsrc2=s=320x240:r=25:d=1 -pix_fmt yuv420p -c:v libx264");
        let path = scratch("memory-out.mp4");
        let mut muxer = framegate::container::Muxer::create(text(&path)).unwrap();
        let demuxer = framegate::container::Demuxer::open(text(&source)).unwrap();
        muxer.add_track(demuxer.track(0).unwrap()).unwrap();
        let chunk = framegate::media::ChunkRef {
            info: framegate::media::ChunkInfo::default(),
            data: &large,
            alpha: None,
        };
        let error = with_only(LITTLE, || muxer.write(0, chunk)).unwrap_err();
        assert_eq!(error.kind, framegate::error::Kind::OutOfMemory, "{error}");
        assert!(error.text.contains("700000000 bytes"), "{error}");
    });
}

/// FFmpeg's own allocations are refused above a size, from small to large.
#[test]
fn memory_that_ffmpeg_lacks_is_told_as_such() {
    alone("memory_that_ffmpeg_lacks_is_told_as_such", None, || {
        let (frames, chunks) = (moving(320, 240, 10), stream());
        let source =
            clip("lacks.mp4", "-f lavfi -i testsrc2=s=320x240:r=25:d=1 -pix_fmt yuv420p -c:v libx264");
        let target = scratch("lacks-out.mp4");
        let mux = || -> Result<(), framegate::error::Error> {
            use framegate::container::{Demuxer, Muxer};
            let mut demuxer = Demuxer::open(text(&source))?;
            let mut muxer = Muxer::create(text(&target))?;
            muxer.add_track(demuxer.track(0)?)?;
            while let Some((track, chunk)) = demuxer.read()? {
                muxer.write(track, chunk)?;
            }
            muxer.finish()
        };
        let mut refused = [0; 3];
        for size in (6..27).flat_map(|power| [1 << power, 3 << (power - 1)]) {
            // SAFETY: no preconditions; it is meant for this.
            let with_most = |bytes: usize| unsafe { ffmpeg_sys_next::av_max_alloc(bytes) };
            with_most(size);
            let (encoded, decoded, muxed) = (encode(&frames), decode(&chunks), mux());
            with_most(i32::MAX as usize);
            refused[0] +=
                u32::from(!check_outcome(&format!("encoding, {size} bytes"), encoded, frames.len()));
            refused[1] +=
                u32::from(!check_outcome(&format!("decoding, {size} bytes"), decoded, chunks.len()));
            if let Err(error) = muxed {
                assert_eq!(error.kind, framegate::error::Kind::OutOfMemory, "muxing, {size} bytes: {error}");
                refused[2] += 1;
            }
            assert_eq!(decode(&chunks).unwrap(), chunks.len(), "after {size} bytes");
        }
        assert!(refused.iter().all(|count| *count > 3), "{refused:?}");
        assert_eq!(encode(&frames).unwrap(), frames.len());
        copy(&source, &target);
    });
}

/// x264 has its own allocator, and says nothing but that it failed.
#[test]
fn memory_that_x264_lacks_is_told_as_such() {
    alone("memory_that_x264_lacks_is_told_as_such", None, || {
        let frames = moving(4096, 4096, 1);
        let config = encoder_config("avc1.640034", 4096, 4096, &[("threads", "1")]);
        let run = || {
            let encoder = Encoder::new(&config)?;
            outcome(encoder.encode(&frames), || encoder.error())
        };
        let refused = with_only(LITTLE, run).unwrap_err();
        assert_eq!(refused.status, FG_ERROR_OUT_OF_MEMORY, "{}", refused.text);
        assert_eq!(run().unwrap(), 1);
    });
}

unsafe extern "C" {
    fn fg_config_new(codec: *const std::ffi::c_char, config: *mut *mut c_api_config) -> fg_status;
    fn fg_config_set(
        config: *mut c_api_config,
        key: *const std::ffi::c_char,
        value: *const std::ffi::c_char,
    ) -> fg_status;
    fn fg_config_set_bytes(
        config: *mut c_api_config,
        key: *const std::ffi::c_char,
        bytes: *const u8,
        size: usize,
    ) -> fg_status;
    fn fg_config_copy(config: *const c_api_config, copy: *mut *mut c_api_config) -> fg_status;
    fn fg_config_free(config: *mut c_api_config);
}

#[allow(non_camel_case_types)]
#[repr(C)]
struct c_api_config(u8);

/// A configuration whose every call may fail.
struct Raw(*mut c_api_config);

impl Raw {
    fn config() -> Self {
        let mut config = ptr::null_mut();
        // SAFETY: a string and a place.
        check(unsafe { fg_config_new(c"avc1.640033".as_ptr(), &mut config) }).unwrap();
        Self(config)
    }

    fn set(&self, key: &str, value: &str) -> Result<(), Refused> {
        let (key, value) = (CString::new(key).unwrap(), CString::new(value).unwrap());
        // SAFETY: a live configuration and strings.
        check(unsafe { fg_config_set(self.0, key.as_ptr(), value.as_ptr()) }).map(drop)
    }

    fn set_bytes(&self, key: &str, bytes: &[u8]) -> Result<(), Refused> {
        let key = CString::new(key).unwrap();
        // SAFETY: a live configuration, a string, bytes.
        check(unsafe { fg_config_set_bytes(self.0, key.as_ptr(), bytes.as_ptr(), bytes.len()) }).map(drop)
    }

    fn copy(&self) -> Result<Self, Refused> {
        let mut copy = ptr::null_mut();
        // SAFETY: a live configuration and a place.
        check(unsafe { fg_config_copy(self.0, &mut copy) }).map(|_| Self(copy))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: ours, freed once.
        unsafe { fg_config_free(self.0) }
    }
}
