//! Which FFmpeg this is.

use std::ffi::CStr;

/// The version of the FFmpeg that is linked at run time.
pub fn version() -> &'static CStr {
    // SAFETY: a static, NUL-terminated string.
    unsafe { CStr::from_ptr(ffmpeg_sys_next::av_version_info()) }
}
