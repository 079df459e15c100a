//! The one `AVIOContext`: what FFmpeg's formats read and write through, over any [`Stream`] of bytes.
//!
//! FFmpeg itself opens nothing: no path, no protocol. What a format asks for by name is refused
//! ([`refuse_open`](super::callbacks::refuse_open)), so that a file cannot make it read others.

use std::ffi::{c_int, c_void};
use std::io::{self, ErrorKind, SeekFrom};
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::slice;

use ffmpeg_sys_next as ff;

use super::callbacks::{WriteStream, read_stream, seek_stream, write_stream};
use super::error::{no_memory, text_of};
use crate::error::{Error, Kind, Result};

/// Bytes that formats read, or write. Errors carry the system's number where there is one.
pub trait Stream: Send {
    /// Reads some bytes, at least one unless the end is reached.
    fn read(&mut self, bytes: &mut [MaybeUninit<u8>]) -> io::Result<usize>;

    /// Writes some bytes, at least one.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Goes to a place and says where that is. Only called if it [can seek](Self::can_seek).
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64>;

    /// How many bytes there are.
    fn size_bytes(&mut self) -> io::Result<u64>;

    /// True if [`seek`](Self::seek) works.
    fn can_seek(&self) -> bool;

    /// True if what was written can be read.
    fn can_read_back(&self) -> bool;

    /// Ends it; nothing is called afterwards. What was written and is not safe yet is an error.
    fn close(&mut self) -> io::Result<()>;
}

/// What a context is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// A format reads.
    Read,
    /// A format writes.
    Write,
}

impl Direction {
    /// FFmpeg's own buffers for files are as large.
    fn buffer_bytes(self) -> usize {
        match self {
            Self::Read => 32 << 10,
            Self::Write => 256 << 10,
        }
    }
}

/// An `AVIOContext` and the stream behind it.
pub struct Io {
    context: NonNull<ff::AVIOContext>,
    /// Owned; FFmpeg has the same pointer, and only calls back while this value's owner calls FFmpeg.
    state: NonNull<State>,
}

pub(super) struct State {
    pub(super) stream: Box<dyn Stream>,
    direction: Direction,
    /// The first failure: formats report some of them as the end, or as damage, or not at all.
    failure: Option<io::Error>,
}

// SAFETY: the context and the stream belong to this value alone, and neither is tied to a thread (`Stream: Send`).
unsafe impl Send for Io {}

impl Io {
    /// A context over `stream`.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn new(stream: impl Stream + 'static, direction: Direction) -> Result<Self> {
        let (size, can_seek) = (direction.buffer_bytes(), stream.can_seek());
        // SAFETY: no preconditions.
        let buffer = unsafe { ff::av_malloc(size) }.cast::<u8>();
        if buffer.is_null() {
            return Err(no_memory(format_args!("a buffer of {size} bytes")));
        }
        let state = Box::into_raw(Box::new(State { stream: Box::new(stream), direction, failure: None }));
        let (writes, seek) = (direction == Direction::Write, can_seek.then_some(seek_stream as _));
        // SAFETY: the buffer is av_malloc'ed and the context's from here on; `state` outlives the context. Whether the
        // written bytes are const differs between FFmpeg's versions, which does not change the call.
        let context = unsafe {
            #[allow(clippy::missing_transmute_annotations)] // as above
            let write = std::mem::transmute::<WriteStream, _>(write_stream);
            let (read, write) = ((!writes).then_some(read_stream as _), writes.then_some(write));
            ff::avio_alloc_context(
                buffer,
                size as c_int,
                c_int::from(writes),
                state.cast(),
                read,
                write,
                seek,
            )
        };
        // SAFETY: `Box::into_raw` gives no NULL.
        let state = unsafe { NonNull::new_unchecked(state) };
        match NonNull::new(context) {
            Some(context) => Ok(Self { context, state }),
            None => {
                // SAFETY: the context took neither.
                unsafe {
                    ff::av_free(buffer.cast());
                    drop(Box::from_raw(state.as_ptr()));
                }
                Err(no_memory("avio_alloc_context"))
            }
        }
    }

    /// For a format context's `pb`, which must not outlive this value.
    pub fn as_ptr(&self) -> *mut ff::AVIOContext {
        self.context.as_ptr()
    }

    /// True if it can go back.
    pub fn can_seek(&self) -> bool {
        // SAFETY: the context is valid.
        unsafe { (*self.as_ptr()).seekable != 0 }
    }

    /// True if it can read what it wrote.
    pub fn can_read_back(&self) -> bool {
        // SAFETY: the state is ours, and nobody is in a callback.
        unsafe { self.state.as_ref() }.stream.can_read_back()
    }

    /// Where reading has come to, from the start.
    pub fn position_bytes(&self) -> i64 {
        // SAFETY: the context is valid.
        unsafe { ff::avio_seek(self.as_ptr(), 0, libc::SEEK_CUR) }
    }

    /// The error of the first read, write or seek that failed. What reads is asked again afterwards, as if nothing had been; what is
    /// written has a hole, and stays failed.
    pub fn failure(&self, name: &str) -> Option<Error> {
        // SAFETY: the state is ours, and nobody is in a callback.
        let state = unsafe { &mut *self.state.as_ptr() };
        let error = io_error(name, state.failure.as_ref()?);
        if state.direction == Direction::Read {
            state.failure = None;
            // SAFETY: the context is valid.
            unsafe { ((*self.as_ptr()).error, (*self.as_ptr()).eof_reached) = (0, 0) };
        }
        Some(error)
    }

    /// Writes what is buffered and closes the stream.
    ///
    /// # Errors
    /// `Io`: what failed first, now or before.
    pub fn close(mut self, name: &str) -> Result<()> {
        self.flush();
        // SAFETY: as above.
        let closed = unsafe { self.state.as_mut() }.stream.close();
        self.failure(name).map_or(Ok(()), Err)?;
        closed.map_err(|error| io_error(name, &error))
    }

    fn flush(&mut self) {
        // SAFETY: as above.
        if unsafe { self.state.as_ref() }.direction == Direction::Write {
            // SAFETY: the context is valid; failures are kept by `write`.
            unsafe { ff::avio_flush(self.as_ptr()) }
        }
    }
}

impl Drop for Io {
    fn drop(&mut self) {
        self.flush();
        let mut context = self.as_ptr();
        // SAFETY: both are ours and freed once; the buffer is the context's present one (FFmpeg may replace it).
        unsafe {
            ff::av_freep((&raw mut (*context).buffer).cast());
            ff::avio_context_free(&mut context);
            drop(Box::from_raw(self.state.as_ptr()));
        }
    }
}

const AVSEEK_SIZE: c_int = ff::AVSEEK_SIZE as c_int;

/// The state behind `opaque`.
///
/// # Safety
/// `opaque` is an [`Io`]'s state, in use by nobody else.
unsafe fn state<'a>(opaque: *mut c_void) -> &'a mut State {
    // SAFETY: the caller's promise.
    unsafe { &mut *opaque.cast::<State>() }
}

/// What `read_stream` does.
///
/// # Safety
/// As [`state`], and `size` bytes are writable at `buffer`.
pub(super) unsafe fn read(opaque: *mut c_void, buffer: *mut u8, size: c_int) -> c_int {
    // SAFETY: the caller's promise.
    let (state, bytes) = unsafe {
        (state(opaque), slice::from_raw_parts_mut(buffer.cast(), usize::try_from(size).unwrap_or(0)))
    };
    let result = without_interruptions(|| state.stream.read(bytes));
    match state.note(result) {
        Ok(0) => ff::AVERROR_EOF,
        Ok(count) => count as c_int,
        Err(code) => code,
    }
}

/// What `write_stream` does: all bytes or an error.
///
/// # Safety
/// As [`state`], and `size` bytes are readable at `bytes`.
pub(super) unsafe fn write(opaque: *mut c_void, bytes: *const u8, size: c_int) -> c_int {
    // SAFETY: the caller's promise.
    let (state, mut rest) =
        unsafe { (state(opaque), slice::from_raw_parts(bytes, usize::try_from(size).unwrap_or(0))) };
    while !rest.is_empty() {
        let result = without_interruptions(|| state.stream.write(rest));
        let some =
            result.and_then(|count| if count > 0 { Ok(count) } else { Err(ErrorKind::WriteZero.into()) });
        match state.note(some) {
            Ok(count) => rest = &rest[count..],
            Err(code) => return code,
        }
    }
    size
}

/// What `seek_stream` does.
///
/// # Safety
/// As [`state`].
pub(super) unsafe fn seek(opaque: *mut c_void, offset: i64, whence: c_int) -> i64 {
    // SAFETY: the caller's promise.
    let state = unsafe { state(opaque) };
    let start = u64::try_from(offset).map(SeekFrom::Start);
    let result = match whence & !(ff::AVSEEK_FORCE as c_int) {
        // Questions for the size, which may go without an answer.
        AVSEEK_SIZE => return place_of(state.stream.size_bytes()),
        libc::SEEK_END => return place_of(state.stream.seek(SeekFrom::End(offset))),
        libc::SEEK_SET => {
            start.map_err(|_| ErrorKind::InvalidInput.into()).and_then(|to| state.stream.seek(to))
        }
        libc::SEEK_CUR => state.stream.seek(SeekFrom::Current(offset)),
        _ => Err(ErrorKind::InvalidInput.into()),
    };
    match result {
        Err(error) if state.direction == Direction::Write || !is_of_the_place(&error) => {
            i64::from(state.keep(error))
        }
        result => place_of(result),
    }
}

/// True if a format asked for a place that cannot be, such as one before the start: no failure of the stream's. What is
/// written is only asked for places that were written.
fn is_of_the_place(error: &io::Error) -> bool {
    error.kind() == ErrorKind::InvalidInput
        || matches!(error.raw_os_error(), Some(libc::EINVAL | libc::ESPIPE))
}

/// A place, or FFmpeg's code for the failure.
pub(super) fn place_of(result: io::Result<u64>) -> i64 {
    match result {
        Ok(place) => i64::try_from(place).unwrap_or(i64::MAX),
        Err(error) => i64::from(code_of(&error)),
    }
}

impl State {
    /// Keeps the first failure; gives FFmpeg's code for it.
    pub(super) fn note(&mut self, result: io::Result<usize>) -> std::result::Result<usize, c_int> {
        result.map_err(|error| self.keep(error))
    }

    fn keep(&mut self, error: io::Error) -> c_int {
        let code = code_of(&error);
        self.failure.get_or_insert(error);
        code
    }
}

fn without_interruptions(mut work: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match work() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn code_of(error: &io::Error) -> c_int {
    ff::AVERROR(error.raw_os_error().unwrap_or(libc::EIO))
}

/// The error of a stream, naming it.
pub fn io_error(name: &str, error: &io::Error) -> Error {
    let kind = if error.kind() == ErrorKind::OutOfMemory { Kind::OutOfMemory } else { Kind::Io };
    let text = error.raw_os_error().map_or_else(|| error.to_string(), |number| text_of(ff::AVERROR(number)));
    Error::new(kind, format!("{name:?}: {text}"))
}
