//! Bytes of the host's, which demuxers read and muxers write.

use std::cell::Cell;
use std::ffi::c_void;
use std::io::{self, SeekFrom};
use std::mem::MaybeUninit;

use super::pod;
use super::types::fg_io;
use crate::container::Stream;
use crate::error::{Error, Kind, Result};
use crate::sync::{Mutex, MutexGuard};

/// What errors call them.
pub(super) const NAME: &str = "fg_io";

/// The functions of an [`fg_io`].
pub(super) struct HostIo(fg_io);

// SAFETY: the C contract of fg_io says that the functions are called by whichever thread is in a call; `opaque` is only handed
// to them.
unsafe impl Send for HostIo {}

thread_local! {
    /// This thread is in a function of a host's.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Locks a demuxer or muxer, which in a function of a host's this thread may have locked before.
///
/// # Errors
/// As [`check_outside`].
pub(super) fn lock<T>(object: &Mutex<T>) -> Result<MutexGuard<'_, T>> {
    check_outside().map(|()| object.lock())
}

/// Checks that this thread is in no function of a host's.
///
/// # Errors
/// `WouldDeadlock`.
pub(super) fn check_outside() -> Result<()> {
    match INSIDE.get() {
        false => Ok(()),
        true => Err(Error::new(
            Kind::WouldDeadlock,
            "functions of fg_io may not call demuxers and muxers: one of them waits for this one",
        )),
    }
}

/// A call of the host's, its count or place, or its failure.
fn asked(call: impl FnOnce() -> i64) -> io::Result<u64> {
    let before = INSIDE.replace(true);
    let said = call();
    INSIDE.set(before);
    u64::try_from(said).map_err(|_| match i32::try_from(said.unsigned_abs()) {
        Ok(number @ 1..=4095) => io::Error::from_raw_os_error(number),
        _ => io::Error::from_raw_os_error(libc::EIO),
    })
}

/// A count of bytes, which is one of `size` at the most.
fn counted(name: &str, size: usize, call: impl FnOnce() -> i64) -> io::Result<usize> {
    let count = asked(call)?;
    let fits = usize::try_from(count).ok().filter(|count| *count <= size);
    fits.ok_or_else(|| {
        io::Error::other(format!("{name} gave {count}, it was asked for {size} bytes at the most"))
    })
}

impl HostIo {
    /// Of a host's struct, for reading or for writing.
    ///
    /// # Errors
    /// `InvalidArgument`.
    ///
    /// # Safety
    /// `io` is NULL or a struct of the host's with its size, whose functions keep the contract of fg_io as long as this lives.
    pub(super) unsafe fn new(io: *const fg_io, writes: bool) -> Result<Self> {
        // SAFETY: the caller's promise.
        let io = unsafe { pod::read(io)? };
        pod::unused("io.reserved", io.reserved)?;
        let (needed, is_set) = match writes {
            true => ("io.write is NULL, a muxer needs it", io.write.is_some()),
            false => ("io.read is NULL, a demuxer needs it", io.read.is_some()),
        };
        if is_set { Ok(Self(io)) } else { Err(Error::invalid(needed)) }
    }

    fn opaque(&self) -> *mut c_void {
        self.0.opaque
    }
}

fn missing() -> io::Error {
    io::Error::from_raw_os_error(libc::ENOSYS)
}

impl Stream for HostIo {
    fn read(&mut self, bytes: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        let read = self.0.read.ok_or_else(missing)?;
        // SAFETY: the contract of fg_io, and so many writable bytes.
        counted("read", bytes.len(), || unsafe {
            read(self.opaque(), bytes.as_mut_ptr().cast(), bytes.len())
        })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let write = self.0.write.ok_or_else(missing)?;
        // SAFETY: the contract of fg_io, and so many readable bytes.
        counted("write", bytes.len(), || unsafe { write(self.opaque(), bytes.as_ptr(), bytes.len()) })
    }

    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let seek = self.0.seek.ok_or_else(missing)?;
        let (offset, whence) = match to {
            SeekFrom::Start(place) => (i64::try_from(place).unwrap_or(i64::MAX), libc::SEEK_SET),
            SeekFrom::Current(offset) => (offset, libc::SEEK_CUR),
            SeekFrom::End(offset) => (offset, libc::SEEK_END),
        };
        // SAFETY: the contract of fg_io.
        let place = asked(|| unsafe { seek(self.opaque(), offset, whence) });
        place.map_err(|error| match error.raw_os_error() {
            Some(libc::EPERM) => io::Error::from_raw_os_error(libc::EINVAL), // -1, as lseek gives it
            _ => error,
        })
    }

    fn size_bytes(&mut self) -> io::Result<u64> {
        let size = self.0.size.ok_or_else(missing)?;
        // SAFETY: the contract of fg_io.
        asked(|| unsafe { size(self.opaque()) })
    }

    fn can_seek(&self) -> bool {
        self.0.seek.is_some()
    }

    fn can_read_back(&self) -> bool {
        self.0.seek.is_some() && self.0.read.is_some()
    }

    fn close(&mut self) -> io::Result<()> {
        Ok(())
    }
}
