//! FFmpeg's return codes.

use std::ffi::{CStr, c_int};
use std::fmt::Display;

use ffmpeg_sys_next as ff;

use crate::error::{Error, Kind, Result};

/// FFmpeg's own words for a return code.
pub fn text_of(code: c_int) -> String {
    let mut text = [0; ff::AV_ERROR_MAX_STRING_SIZE];
    // SAFETY: av_strerror writes at most `text.len()` bytes, with a NUL among them, also for unknown codes.
    unsafe {
        ff::av_strerror(code, text.as_mut_ptr(), text.len());
        CStr::from_ptr(text.as_ptr()).to_string_lossy().into_owned()
    }
}

/// The error for a negative return code of the function `what`; out of memory keeps its own kind.
pub fn error(kind: Kind, what: &str, code: c_int) -> Error {
    let kind = if code == ff::AVERROR(ff::ENOMEM) { Kind::OutOfMemory } else { kind };
    Error::new(kind, format!("{what}: {}", text_of(code)))
}

/// `Ok(code)` for 0 and above, [`error`] below.
pub fn check(kind: Kind, what: &str, code: c_int) -> Result<c_int> {
    if code >= 0 { Ok(code) } else { Err(error(kind, what, code)) }
}

/// The error for a NULL from an FFmpeg allocator: what could not be allocated.
pub fn no_memory(what: impl Display) -> Error {
    Error::out_of_memory(format!("{what}: {}", text_of(ff::AVERROR(ff::ENOMEM))))
}
