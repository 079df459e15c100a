//! The border with C inside the library: what FFmpeg calls back, the shim, and a function that takes ids which
//! the bindings may not have. The only `extern "C"` outside `ffi`; none of them is exported.

use std::any::Any;
use std::ffi::{CStr, c_char, c_int, c_void};

use ffmpeg_sys_next as ff;

/// What an `AVBufferRef` keeps alive.
pub type Owner = Box<dyn Any + Send + Sync>;

/// Hands `owner` over to [`drop_owner`].
pub fn into_opaque(owner: Owner) -> *mut c_void {
    Box::into_raw(Box::new(owner)).cast()
}

/// `av_buffer_create`'s free function: drops the owner made by [`into_opaque`]. May run on any thread.
///
/// # Safety
/// `opaque` comes from [`into_opaque`] and is passed here once; libavutil does so with the last reference.
pub unsafe extern "C" fn drop_owner(opaque: *mut c_void, _data: *mut u8) {
    // SAFETY: as the contract says. A panic must not cross into C: dropping owners here only frees.
    drop(unsafe { Box::from_raw(opaque.cast::<Owner>()) });
}

/// A log callback of the host's, whatever its parameters: only shim.c calls it.
pub type HostLog = Option<unsafe extern "C" fn()>;

unsafe extern "C" {
    /// In shim.c: sends FFmpeg's log lines up to the level `loudest` to `sink`.
    pub fn framegate_shim_log(
        sink: unsafe extern "C" fn(*mut c_void, c_int, *const c_char),
        is_ours: unsafe extern "C" fn(*mut c_void) -> c_int,
        loudest: c_int,
    );

    /// In shim.c: sends lines that are not ours to `callback`, a log callback of FFmpeg's type.
    pub fn framegate_shim_log_others(callback: HostLog);

    /// `avformat_query_codec`, with the id as the integer that it is: 0 for a codec that the format cannot hold.
    #[link_name = "avformat_query_codec"]
    pub fn query_codec(format: *const ff::AVOutputFormat, codec_id: u32, compliance: c_int) -> c_int;
}

/// Whether a line is ours, for the shim.
///
/// # Safety
/// As `log::is_ours`; called by shim.c with what libavutil gave it.
pub unsafe extern "C" fn log_is_ours(object: *mut c_void) -> c_int {
    // SAFETY: the contract is the same.
    unsafe { super::log::is_ours(object) }.into()
}

/// The shim's line sink.
///
/// # Safety
/// As `log::line`; called by shim.c with what libavutil gave it.
pub unsafe extern "C" fn log_line(object: *mut c_void, level: c_int, line: *const c_char) {
    // SAFETY: the contract is the same.
    unsafe { super::log::line(object, level, line) }
}

/// `AVIOContext.read_packet` of an [`Io`](super::io::Io).
///
/// # Safety
/// As `io::read`; libavformat's contract with what `Io::new` gave it.
pub unsafe extern "C" fn read_stream(opaque: *mut c_void, buffer: *mut u8, size: c_int) -> c_int {
    // SAFETY: the contract is the same.
    unsafe { super::io::read(opaque, buffer, size) }
}

/// The type of [`write_stream`].
pub type WriteStream = unsafe extern "C" fn(*mut c_void, *const u8, c_int) -> c_int;

/// `AVIOContext.write_packet` of an [`Io`](super::io::Io).
///
/// # Safety
/// As `io::write`.
pub unsafe extern "C" fn write_stream(opaque: *mut c_void, bytes: *const u8, size: c_int) -> c_int {
    // SAFETY: the contract is the same.
    unsafe { super::io::write(opaque, bytes, size) }
}

/// `AVIOContext.seek` of an [`Io`](super::io::Io).
///
/// # Safety
/// As `io::seek`.
pub unsafe extern "C" fn seek_stream(opaque: *mut c_void, offset: i64, whence: c_int) -> i64 {
    // SAFETY: the contract is the same.
    unsafe { super::io::seek(opaque, offset, whence) }
}

/// `AVFormatContext.io_open`: what a format asks for by name is never opened.
///
/// # Safety
/// None of the pointers is used.
pub unsafe extern "C" fn refuse_open(
    _context: *mut ff::AVFormatContext,
    _opened: *mut *mut ff::AVIOContext,
    _url: *const c_char,
    _flags: c_int,
    _options: *mut *mut ff::AVDictionary,
) -> c_int {
    ff::AVERROR(ff::EPERM)
}

/// `AVFormatContext.io_open` of what writes: what it wrote itself can be read, and nothing else is opened.
///
/// # Safety
/// As `read_back::open`.
pub unsafe extern "C" fn open_read_back(
    context: *mut ff::AVFormatContext,
    opened: *mut *mut ff::AVIOContext,
    url: *const c_char,
    flags: c_int,
    _options: *mut *mut ff::AVDictionary,
) -> c_int {
    // SAFETY: the contract is the same; a context's `url` and what a format asks for are NUL-terminated.
    unsafe {
        let itself = !url.is_null() && CStr::from_ptr(url) == CStr::from_ptr((*context).url);
        if itself { super::read_back::open(context, opened, flags) } else { ff::AVERROR(ff::EPERM) }
    }
}

/// `AVFormatContext.io_close2` of what writes.
///
/// # Safety
/// As `read_back::close`.
pub unsafe extern "C" fn close_read_back(_: *mut ff::AVFormatContext, io: *mut ff::AVIOContext) -> c_int {
    // SAFETY: the contract is the same.
    unsafe { super::read_back::close(io) };
    0
}

/// `AVIOContext.read_packet` of what is read back.
///
/// # Safety
/// As `read_back::read`.
pub unsafe extern "C" fn read_back(opaque: *mut c_void, buffer: *mut u8, size: c_int) -> c_int {
    // SAFETY: the contract is the same.
    unsafe { super::read_back::read(opaque, buffer, size) }
}

/// `AVIOContext.seek` of what is read back.
///
/// # Safety
/// As `read_back::seek`.
pub unsafe extern "C" fn seek_back(opaque: *mut c_void, offset: i64, whence: c_int) -> i64 {
    // SAFETY: the contract is the same.
    unsafe { super::read_back::seek(opaque, offset, whence) }
}

/// `AVCodecContext.get_format` of decoders: FFmpeg's own choice, unless the pictures are beyond the limits.
///
/// # Safety
/// libavcodec's contract: the context is the calling thread's, the list ends with AV_PIX_FMT_NONE.
pub unsafe extern "C" fn limited_format(
    context: *mut ff::AVCodecContext,
    formats: *const ff::AVPixelFormat,
) -> ff::AVPixelFormat {
    // SAFETY: the contract is the same.
    unsafe {
        match super::decoder::is_too_large(context) {
            true => ff::AVPixelFormat::AV_PIX_FMT_NONE,
            false => ff::avcodec_default_get_format(context, formats),
        }
    }
}
