//! A container that FFmpeg writes.

use std::ffi::{CStr, CString};
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as ff;

use super::callbacks::query_codec;
use super::descriptor::Descriptor;

/// One of FFmpeg's formats, a constant of the library.
#[derive(Clone, Copy)]
pub(super) struct OutputFormat(NonNull<ff::AVOutputFormat>);

impl OutputFormat {
    /// The one of that name; `None` if this FFmpeg has none.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let name = CString::new(name).ok()?;
        // SAFETY: `name` is NUL-terminated; the other two are optional.
        NonNull::new(unsafe { ff::av_guess_format(name.as_ptr(), ptr::null(), ptr::null()) }.cast_mut())
            .map(Self)
    }

    /// The one for the ending of a file's name, without its dot.
    pub(super) fn of_extension(extension: &str) -> Option<Self> {
        let plain = !extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let name = CString::new(format!("file.{extension}")).ok().filter(|_| plain)?;
        // SAFETY: `name` is NUL-terminated; the other two are optional.
        let format = unsafe { ff::av_guess_format(ptr::null(), name.as_ptr(), ptr::null()) };
        // NOFILE ones write other files than the one named.
        let writes_one = |format: &Self| format.fields().flags & ff::AVFMT_NOFILE == 0;
        NonNull::new(format.cast_mut()).map(Self).filter(writes_one)
    }

    pub(super) fn as_ptr(self) -> *mut ff::AVOutputFormat {
        self.0.as_ptr()
    }

    fn fields(self) -> &'static ff::AVOutputFormat {
        // SAFETY: `av_guess_format` gave it; such formats are constants of the library.
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
}
