//! Muxing into a pipe whose reader is gone is FG_ERROR_IO; SIGPIPE, which would end the process, does not come.

mod support;

use std::ffi::CString;
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicU32, Ordering};

use framegate::container::Muxer;
use framegate::error::{Error, Kind};
use framegate::media::{ChunkInfo, ChunkRef, Config};
use support::{scratch, text};

static SIGNALS: AtomicU32 = AtomicU32::new(0);

extern "C" fn count_signal(_: i32) {
    SIGNALS.fetch_add(1, Ordering::Relaxed);
}

/// Writes more than any buffer holds to a pipe whose reader has gone.
fn mux_for_nobody() -> Error {
    let pipe = scratch("pipe.h264");
    let name = CString::new(pipe.as_os_str().as_bytes()).unwrap();
    // SAFETY: a string.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || drop(File::open(pipe).unwrap())
    });
    let mut muxer = Muxer::create(text(&pipe)).unwrap();
    reader.join().unwrap();
    let mut config = Config::new("avc1.42001f").unwrap();
    config.set("codedWidth", "64").unwrap();
    config.set("codedHeight", "48").unwrap();
    muxer.add_track(&config).unwrap();
    let mut bytes = vec![1; 1 << 20];
    bytes[..5].copy_from_slice(&[0, 0, 0, 1, 0x65]);
    let info = ChunkInfo { key: true, ..ChunkInfo::default() };
    let written = muxer.write(0, ChunkRef { info, data: &bytes, alpha: None });
    written.and(muxer.finish()).unwrap_err()
}

fn mask(how: i32) -> bool {
    let mut set = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: the set is initialised before it is used.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), libc::SIGPIPE);
        libc::pthread_sigmask(how, set.as_ptr(), std::ptr::null_mut());
        libc::sigpending(set.as_mut_ptr());
        libc::sigismember(set.as_ptr(), libc::SIGPIPE) == 1
    }
}

#[test]
fn muxing_into_a_broken_pipe_is_an_io_error_and_no_signal() {
    // SAFETY: the handler only counts.
    unsafe { libc::signal(libc::SIGPIPE, count_signal as *const () as libc::sighandler_t) };
    let error = mux_for_nobody();
    assert_eq!(error.kind, Kind::Io, "{error}");
    assert!(error.text.contains("Broken pipe") && error.text.contains("pipe.h264"), "{error}");
    assert_eq!(SIGNALS.load(Ordering::Relaxed), 0);

    // A host's own SIGPIPE, which it has blocked, waits as before.
    assert!(!mask(libc::SIG_BLOCK), "none was left behind");
    // SAFETY: a signal to this thread, which has blocked it.
    unsafe { libc::raise(libc::SIGPIPE) };
    assert_eq!(mux_for_nobody().kind, Kind::Io);
    assert!(mask(libc::SIG_BLOCK), "the host's own was taken away");
    assert_eq!(SIGNALS.load(Ordering::Relaxed), 0);
    mask(libc::SIG_UNBLOCK);
    assert_eq!(SIGNALS.load(Ordering::Relaxed), 1, "the host's own, and one only");
}
