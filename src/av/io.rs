//! What reading and writing files share: paths and the kinds of their errors.

use std::ffi::{CString, c_int};

use ffmpeg_sys_next as ff;

use super::error::error;
use crate::error::{Error, Kind, Result};

/// A path as FFmpeg takes it: always a file, also when it looks like a protocol ("concat:a|b") or an option.
///
/// # Errors
/// `InvalidArgument` if it is empty or has a NUL inside.
pub fn file_url(path: &str) -> Result<CString> {
    if path.is_empty() {
        return Err(Error::invalid("path is empty"));
    }
    CString::new(format!("file:{path}"))
        .map_err(|_| Error::invalid(format!("path {path:?} has a NUL inside")))
}

/// The error for a negative code of the formats and protocols, naming the file.
pub fn file_error(path: &str, code: c_int) -> Error {
    error(kind_of(code), &format!("{path:?}"), code)
}

/// `Ok(code)` for 0 and above, [`file_error`] below.
pub fn check_file(path: &str, code: c_int) -> Result<c_int> {
    if code >= 0 { Ok(code) } else { Err(file_error(path, code)) }
}

/// System errors are `Io`, except for the two that FFmpeg uses to say that the contents are wrong; of its own
/// codes, those that name something it lacks are `NotSupported`, and the rest is about the contents.
fn kind_of(code: c_int) -> Kind {
    const LAST_ERRNO: c_int = -4095;
    match code {
        _ if code == ff::AVERROR(ff::EINVAL) || code == ff::AVERROR(ff::ERANGE) => Kind::Data,
        LAST_ERRNO..=-1 => Kind::Io,
        ff::AVERROR_PATCHWELCOME
        | ff::AVERROR_DEMUXER_NOT_FOUND
        | ff::AVERROR_MUXER_NOT_FOUND
        | ff::AVERROR_DECODER_NOT_FOUND
        | ff::AVERROR_BSF_NOT_FOUND
        | ff::AVERROR_PROTOCOL_NOT_FOUND => Kind::NotSupported,
        _ => Kind::Data,
    }
}
