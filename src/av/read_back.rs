//! What is written, read again: a format that puts its index in front of what it wrote moves that, and opens
//! its own file a second time for it. It gets a second `AVIOContext` over the same stream, with a place of its own.

use std::ffi::{c_int, c_void};
use std::io::{self, SeekFrom};
use std::slice;

use ffmpeg_sys_next as ff;

use super::callbacks::{read_back, seek_back};
use super::io::{State, place_of};

/// FFmpeg's own buffers for files are as large.
const BUFFER_BYTES: usize = 32 << 10;

/// What a second context reads.
struct Reader {
    state: *mut State,
    at: u64,
}

/// What `open_read_back` does: the context over what `context` writes, for reading; an error for anything else.
///
/// # Safety
/// libavformat's contract: `context` is one of ours, with an [`Io`](super::io::Io) or without any, and `opened` a place.
pub(super) unsafe fn open(
    context: *mut ff::AVFormatContext,
    opened: *mut *mut ff::AVIOContext,
    flags: c_int,
) -> c_int {
    // SAFETY: the caller's promise. What is allocated is the context's, or freed here.
    unsafe {
        let written = (*context).pb;
        if written.is_null() || flags != ff::AVIO_FLAG_READ as c_int {
            return ff::AVERROR(ff::EPERM);
        }
        let buffer = ff::av_malloc(BUFFER_BYTES).cast::<u8>();
        if buffer.is_null() {
            return ff::AVERROR(ff::ENOMEM);
        }
        let reader = Box::into_raw(Box::new(Reader { state: (*written).opaque.cast(), at: 0 }));
        let (size, read, seek) = (BUFFER_BYTES as c_int, Some(read_back as _), Some(seek_back as _));
        *opened = ff::avio_alloc_context(buffer, size, 0, reader.cast(), read, None, seek);
        if (*opened).is_null() {
            ff::av_free(buffer.cast());
            drop(Box::from_raw(reader));
            return ff::AVERROR(ff::ENOMEM);
        }
        0
    }
}

/// What `close_read_back` does.
///
/// # Safety
/// `context` is NULL or one that [`open`] opened, and is not used again.
pub(super) unsafe fn close(mut context: *mut ff::AVIOContext) {
    if context.is_null() {
        return;
    }
    // SAFETY: the caller's promise; the buffer is the context's present one.
    unsafe {
        drop(Box::from_raw((*context).opaque.cast::<Reader>()));
        ff::av_freep((&raw mut (*context).buffer).cast());
        ff::avio_context_free(&mut context);
    }
}

/// What `read_back` does.
///
/// # Safety
/// `opaque` is a [`Reader`] whose stream nobody uses at the same time, and `size` bytes are writable at `buffer`.
pub(super) unsafe fn read(opaque: *mut c_void, buffer: *mut u8, size: c_int) -> c_int {
    // SAFETY: the caller's promise.
    let (reader, bytes) = unsafe {
        let bytes = slice::from_raw_parts_mut(buffer.cast(), usize::try_from(size).unwrap_or(0));
        (&mut *opaque.cast::<Reader>(), bytes)
    };
    // SAFETY: the state lives as long as the context that writes.
    let state = unsafe { &mut *reader.state };
    let result = state.aside(reader.at, bytes);
    match state.note(result) {
        Ok(0) => ff::AVERROR_EOF,
        Ok(count) => {
            reader.at += count as u64;
            count as c_int
        }
        Err(code) => code,
    }
}

/// What `seek_back` does: to places from the start.
///
/// # Safety
/// `opaque` is a [`Reader`].
pub(super) unsafe fn seek(opaque: *mut c_void, offset: i64, whence: c_int) -> i64 {
    // SAFETY: the caller's promise.
    let reader = unsafe { &mut *opaque.cast::<Reader>() };
    let to = match (whence & !(ff::AVSEEK_FORCE as c_int), u64::try_from(offset)) {
        (libc::SEEK_SET, Ok(to)) => Ok(to),
        _ => Err(io::Error::from_raw_os_error(libc::EINVAL)),
    };
    if let Ok(to) = to {
        reader.at = to;
    }
    place_of(to)
}

impl State {
    /// Reads at a place, and leaves the stream where it was.
    fn aside(&mut self, at: u64, bytes: &mut [std::mem::MaybeUninit<u8>]) -> io::Result<usize> {
        let here = self.stream.seek(SeekFrom::Current(0))?;
        self.stream.seek(SeekFrom::Start(at))?;
        let read = self.stream.read(bytes);
        self.stream.seek(SeekFrom::Start(here))?;
        read
    }
}
