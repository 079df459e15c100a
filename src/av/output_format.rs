//! A container that FFmpeg writes.

use std::ffi::{CStr, CString};
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as ff;

use super::callbacks::query_codec;
use super::descriptor::Descriptor;
use crate::error::{Error, Result};

/// The option of MP4 and MOV that only formats with edit lists have.
pub(super) const MOVIE_TIMESCALE: &CStr = c"movie_timescale";

/// One of FFmpeg's formats, a constant of the library.
#[derive(Clone, Copy)]
pub(super) struct OutputFormat(NonNull<ff::AVOutputFormat>);

impl OutputFormat {
    /// The one for a path's extension.
    ///
    /// # Errors
    /// `NotSupported` if there is none.
    pub(super) fn of_path(path: &str) -> Result<Self> {
        let name = CString::new(path).map_err(|_| Error::invalid("path has a NUL inside"))?;
        // SAFETY: `name` is NUL-terminated; the other two are optional.
        let format = unsafe { ff::av_guess_format(ptr::null(), name.as_ptr(), ptr::null()) };
        let format = NonNull::new(format.cast_mut()).map(Self);
        // NOFILE ones write other files than the one named.
        let format = format.filter(|format| format.fields().flags & ff::AVFMT_NOFILE == 0);
        let unknown = || Error::not_supported(format!("no container for the file name {path:?}, try .mp4"));
        format.ok_or_else(unknown)
    }

    /// The one for an extension, with or without its dot.
    ///
    /// # Errors
    /// `NotSupported` if there is none.
    pub(super) fn of_extension(extension: &str) -> Result<Self> {
        let extension = extension.strip_prefix('.').unwrap_or(extension);
        let plain = !extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let found = if plain { Self::of_path(&format!("file.{extension}")).ok() } else { None };
        found.ok_or_else(|| {
            Error::not_supported(format!("no container has the extension {extension:?}, try mp4"))
        })
    }

    pub(super) fn as_ptr(self) -> *mut ff::AVOutputFormat {
        self.0.as_ptr()
    }

    fn fields(self) -> &'static ff::AVOutputFormat {
        // SAFETY: `of_path` found it; such formats are constants of the library.
        unsafe { &*self.0.as_ptr() }
    }

    /// FFmpeg's name.
    pub(super) fn name(self) -> &'static str {
        // SAFETY: a format's name is NUL-terminated, and as constant.
        unsafe { CStr::from_ptr(self.fields().name) }.to_str().unwrap_or_default()
    }

    /// Whether it may hold a codec, as far as FFmpeg knows without more.
    pub(super) fn holds(self, codec: Descriptor) -> bool {
        let compliance = ff::FF_COMPLIANCE_EXPERIMENTAL;
        // SAFETY: the format is valid; an id that the bindings may not have is only passed on.
        unsafe { query_codec(self.as_ptr(), codec.id, compliance) != 0 }
    }

    /// Whether it has parameter sets apart from the chunks, at its beginning.
    pub(super) fn headers_apart(self) -> bool {
        self.fields().flags & ff::AVFMT_GLOBALHEADER != 0
    }

    /// Whether decode times may be equal.
    pub(super) fn equal_dts(self) -> bool {
        self.fields().flags & ff::AVFMT_TS_NONSTRICT != 0
    }

    /// Whether it places tracks by edit lists: MP4, MOV and their kin.
    pub(super) fn has_edit_lists(self) -> bool {
        let class = &raw const self.fields().priv_class;
        let (name, fake) = (MOVIE_TIMESCALE.as_ptr(), ff::AV_OPT_SEARCH_FAKE_OBJ);
        // SAFETY: the class, which may be NULL, is looked at as an object would be.
        unsafe {
            !(*class).is_null()
                && !ff::av_opt_find(class.cast_mut().cast(), name, ptr::null(), 0, fake).is_null()
        }
    }
}
