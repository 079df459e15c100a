//! Which format a file has, by its first bytes.

use std::ffi::{CStr, CString};
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as ff;

use super::format_error::check_io;
use super::io::Io;
use crate::error::{Error, Kind, Result};
use crate::media::Limits;

pub(super) type Format = *const ff::AVInputFormat;

/// A name for the file's format to be guessed with: its ending is a hint, and nothing else of it is looked at, neither
/// protocols nor patterns.
pub(super) fn name_of(path: &str) -> Result<CString> {
    let file = path.rsplit('/').next().unwrap_or(path);
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
    let plain = ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    CString::new(format!("file.{}", if plain { ending } else { "" }))
        .map_err(|_| Error::invalid("path has a NUL inside"))
}

/// The format of what is read, one of `formats`.
pub(super) fn format(path: &str, io: &Io, name: &CStr, limits: &Limits, formats: &[&str]) -> Result<Format> {
    let (mut format, most) = (ptr::null(), bytes(limits).min(1 << 20));
    // SAFETY: the context is valid; the call gives a constant of the library's, and goes back to the start.
    let code = unsafe {
        let none = ptr::null_mut();
        ff::av_probe_input_buffer2(io.as_ptr(), &mut format, name.as_ptr(), none, 0, most as u32)
    };
    check_io(path, io, code).map_err(|error| match error.kind {
        Kind::Data => error.context(format_args!("no known format in its first {most} bytes (probe_bytes)")),
        _ => error,
    })?;
    let format_name = NonNull::new(format.cast_mut()).map_or(c"", |format| {
        // SAFETY: a format's name is NUL-terminated and constant.
        unsafe { CStr::from_ptr(format.as_ref().name) }
    });
    let format_name = format_name.to_string_lossy();
    if formats.contains(&&*format_name) {
        return Ok(format);
    }
    let allowed = formats.join("; ");
    Err(Error::not_supported(format!(
        "{path:?}: files of the format {format_name} are not opened, these are: {allowed}"
    )))
}

/// FFmpeg wants 32 bytes at least and counts in `int`.
pub(super) fn bytes(limits: &Limits) -> i32 {
    at_most(limits.probe_bytes.max(2048))
}

pub(super) fn at_most(limit: u64) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}
