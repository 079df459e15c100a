//! An `AVFormatContext` that is open for reading.

use std::ffi::CStr;
use std::ptr::NonNull;

use ffmpeg_sys_next as ff;

use crate::av::callbacks::refuse_open;
use crate::av::error::no_memory;
use crate::av::format_error::check_said;
use crate::av::io::Io;
use crate::av::log::Words;
use crate::av::options::Options;
use crate::av::probe;
use crate::av::stream_limits::{one_stream_more, too_many_streams};
use crate::error::Result;
use crate::media::Limits;

/// An owned format context. What it reads through outlives it.
pub(super) struct Opened(NonNull<ff::AVFormatContext>);

// SAFETY: a format context is not tied to the thread that opened it; `&mut self` of its file excludes simultaneous use.
unsafe impl Send for Opened {}

impl Opened {
    /// Reads the beginning of a file of `format`. No other file is ever opened, whatever this one says.
    ///
    /// # Errors
    /// `Io` if it cannot be read, `Data` if it is damaged, `NotSupported` if it is beyond `limits`.
    pub(super) fn open(
        path: &str,
        io: &Io,
        format: probe::Format,
        name: &CStr,
        limits: &Limits,
        formats: &[&str],
        words: &Words,
    ) -> Result<Self> {
        let mut options = Options::new();
        options.set("format_whitelist", &formats.join(","))?; // for formats inside of formats
        options.set("protocol_whitelist", "")?;
        // SAFETY: no preconditions.
        let mut context = unsafe { ff::avformat_alloc_context() };
        let fields = NonNull::new(context).ok_or_else(|| no_memory("avformat_alloc_context"))?.as_ptr();
        // SAFETY: the context is new, and frees neither `pb` nor `opaque`. A context that does not open is freed by the call.
        let code = unsafe {
            (*fields).pb = io.as_ptr();
            (*fields).flags |= ff::AVFMT_FLAG_CUSTOM_IO;
            (*fields).io_open = Some(refuse_open);
            (*fields).opaque = words.as_opaque(0);
            (*fields).max_streams = one_stream_more(limits);
            (*fields).probesize = i64::from(probe::bytes(limits));
            ff::avformat_open_input(&mut context, name.as_ptr(), format, options.as_mut_ptr())
        };
        // Some formats open although reading failed.
        let opened = NonNull::new(context).map(Self);
        check_said(path, io, words, code).map_err(|error| {
            match error.text.contains("max_streams parameter") {
                true => too_many_streams(limits, path), // the format says that memory ran out
                false => error,
            }
        })?;
        opened.ok_or_else(|| no_memory("avformat_open_input"))
    }

    pub(super) fn as_ptr(&self) -> *mut ff::AVFormatContext {
        self.0.as_ptr()
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let mut context = self.as_ptr();
        // SAFETY: opened by `open`, closed once; frees the streams; what it reads through is closed after it.
        unsafe { ff::avformat_close_input(&mut context) }
    }
}
