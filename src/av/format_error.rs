//! The errors of formats: the kinds of their codes, and what they said.

use std::ffi::c_int;

use ffmpeg_sys_next as ff;

use super::error::error;
use super::io::Io;
use super::log::Words;
use crate::error::{Error, Kind, Result};

/// The error for a negative code of a format, naming the file.
pub fn file_error(path: &str, code: c_int) -> Error {
    error(kind_of(code), &format!("{path:?}"), code)
}

/// `Ok(code)` for 0 and above, [`file_error`] below.
pub fn check_file(path: &str, code: c_int) -> Result<c_int> {
    if code >= 0 { Ok(code) } else { Err(file_error(path, code)) }
}

/// As [`check_file`]; a failure of the file itself goes first, whatever the format makes of it: some go on as if it were the end.
pub fn check_io(path: &str, io: &Io, code: c_int) -> Result<c_int> {
    io.failure(path).map_or_else(|| check_file(path, code), Err)
}

/// As [`check_io`], with what the format said.
pub fn check_said(path: &str, io: &Io, words: &Words, code: c_int) -> Result<c_int> {
    check_io(path, io, code).map_err(|error| match words.take() {
        None => error,
        Some(said) => Error { text: format!("{} ({})", error.text, said.words), ..error },
    })
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
