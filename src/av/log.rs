//! FFmpeg's log: kept from the host's stderr, and read for the words of a failure.
//!
//! What a codec says before it fails ("error while decoding MB 7 3") only goes to the log, from whichever of its
//! threads. Each codec context carries a number in `opaque`, which its threads' copies share; the lines of
//! a context with a number are kept as its last words.

use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Once};

use ffmpeg_sys_next as ff;
use parking_lot::Mutex;

use super::callbacks::{framegate_shim_log, log_line};
use crate::log::{self, Level};

/// More than one sentence of a codec's helps nobody.
const MAX_WORDS_BYTES: usize = 400;

static WORDS: LazyLock<Mutex<HashMap<usize, String>>> = LazyLock::new(Default::default);
static INIT: Once = Once::new();

/// Takes over FFmpeg's log. Every function that opens an FFmpeg object calls it first.
pub fn init() {
    INIT.call_once(|| {
        let loudest = match () {
            () if log::wants(Level::Debug) => ff::AV_LOG_DEBUG,
            () if log::wants(Level::Info) => ff::AV_LOG_INFO,
            () if log::wants(Level::Warning) => ff::AV_LOG_WARNING,
            () => ff::AV_LOG_ERROR, // also when silent: for the words of failures
        };
        // SAFETY: `log_line` stays valid (the library is never unloaded: nodelete) and may run on any thread.
        unsafe { framegate_shim_log(log_line, loudest as c_int) };
    });
}

/// The number of one codec context, and what it said last.
pub struct Words(usize);

impl Words {
    /// A new number.
    pub fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        WORDS.lock().insert(number, String::new());
        Self(number)
    }

    /// For `AVCodecContext.opaque`: a number, not an address.
    pub fn as_opaque(&self) -> *mut c_void {
        std::ptr::without_provenance_mut(self.0)
    }

    /// What was said since the last time, or "".
    pub fn take(&self) -> String {
        WORDS.lock().get_mut(&self.0).map(std::mem::take).unwrap_or_default()
    }
}

impl Drop for Words {
    fn drop(&mut self) {
        WORDS.lock().remove(&self.0);
    }
}

/// One line of FFmpeg's log. Never calls the host.
///
/// # Safety
/// `object` is NULL or begins with a pointer to its AVClass; `line` is NUL-terminated. libavutil's contract.
pub unsafe fn line(object: *mut c_void, level: c_int, line: *const c_char) {
    // SAFETY: as the contract says.
    let text = unsafe { CStr::from_ptr(line) }.to_string_lossy();
    let level = match level {
        _ if level <= ff::AV_LOG_ERROR as c_int => Level::Error,
        _ if level <= ff::AV_LOG_WARNING as c_int => Level::Warning,
        _ if level <= ff::AV_LOG_INFO as c_int => Level::Info,
        _ => Level::Debug,
    };
    log::say(level, &text);
    if level == Level::Error && !object.is_null() {
        // SAFETY: the first member of any log object is its class; a codec context's class is avcodec's,
        // which makes the object an AVCodecContext.
        let number = unsafe {
            let class = object.cast::<*const ff::AVClass>().read();
            if class != ff::avcodec_get_class() {
                return;
            }
            (*object.cast::<ff::AVCodecContext>()).opaque.addr()
        };
        keep(number, text.trim());
    }
}

fn keep(number: usize, text: &str) {
    if let Some(words) = WORDS.lock().get_mut(&number)
        && words.len() + text.len() < MAX_WORDS_BYTES
    {
        let separator = if words.is_empty() { "" } else { "; " };
        words.push_str(separator);
        words.push_str(text);
    }
}
