//! Files by path: the one that the host named, and no other.

use std::fs;
use std::io::{self, Seek, SeekFrom};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, IntoRawFd};

use super::io::{Stream, io_error};
use crate::error::{Error, Kind, Result};

/// A file that is read or written.
pub struct File {
    /// `None` once closed.
    file: Option<fs::File>,
    can_seek: bool,
    can_read_back: bool,
}

/// Checks a path, which is never anything but the name of a file.
///
/// # Errors
/// `InvalidArgument` if it is empty or has a NUL inside, `Io` if it is longer than any path.
pub fn check_path(path: &str) -> Result<()> {
    match path {
        "" => Err(Error::invalid("path is empty")),
        path if path.len() >= libc::PATH_MAX as usize => Err(Error::new(
            Kind::Io,
            format!("path has {} bytes, allowed are {}", path.len(), libc::PATH_MAX - 1),
        )),
        path if path.contains('\0') => Err(Error::invalid(format!("path {path:?} has a NUL inside"))),
        _ => Ok(()),
    }
}

impl File {
    /// Opens a file for reading.
    ///
    /// # Errors
    /// As [`check_path`]; `Io` if it cannot be opened.
    pub fn open(path: &str) -> Result<Self> {
        check_path(path)?;
        fs::File::open(path).map(Self::of).map_err(|error| io_error(path, &error))
    }

    /// Creates or empties a file for writing.
    ///
    /// # Errors
    /// As [`check_path`]; `Io` if it cannot be created.
    pub fn create(path: &str) -> Result<Self> {
        check_path(path)?;
        let mut both = fs::OpenOptions::new();
        both.read(true).write(true).create(true).truncate(true);
        // A pipe that is its own reader would never break.
        let is_other = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
        let read_back = if is_other { None } else { both.open(path).ok() };
        let can_read_back = read_back.is_some();
        let file = read_back.map_or_else(|| fs::File::create(path), Ok);
        file.map(|file| Self { can_read_back, ..Self::of(file) }).map_err(|error| io_error(path, &error))
    }

    fn of(mut file: fs::File) -> Self {
        let can_seek = file.stream_position().is_ok();
        Self { file: Some(file), can_seek, can_read_back: false }
    }

    fn file(&mut self) -> io::Result<&mut fs::File> {
        self.file.as_mut().ok_or_else(|| io::Error::from_raw_os_error(libc::EBADF))
    }
}

impl Stream for File {
    fn read(&mut self, bytes: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        let file = self.file()?;
        // SAFETY: the descriptor is open, and the bytes are writable.
        counted(unsafe { libc::read(file.as_raw_fd(), bytes.as_mut_ptr().cast(), bytes.len()) })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let quiet = !self.can_seek;
        let file = self.file()?;
        // SAFETY: the descriptor is open, and the bytes are readable.
        let write = || counted(unsafe { libc::write(file.as_raw_fd(), bytes.as_ptr().cast(), bytes.len()) });
        if quiet { without_sigpipe(write) } else { write() }
    }

    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file()?.seek(to)
    }

    fn size_bytes(&mut self) -> io::Result<u64> {
        Ok(self.file()?.metadata()?.len())
    }

    fn can_seek(&self) -> bool {
        self.can_seek
    }

    fn can_read_back(&self) -> bool {
        self.can_read_back
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        // SAFETY: the descriptor is ours and closed once. Network file systems tell here what did not arrive.
        counted(unsafe { libc::close(file.into_raw_fd()) } as isize).map(drop)
    }
}

fn counted(result: isize) -> io::Result<usize> {
    usize::try_from(result).map_err(|_| io::Error::last_os_error())
}

/// Writes to what may be a pipe without a reader, which is an error (EPIPE) and must not end the process: SIGPIPE comes
/// to the writing thread, so that thread blocks it for as long as it writes, and takes away the one that it caused.
/// (Sockets have MSG_NOSIGNAL for this, pipes have nothing.) One that was waiting before is left to wait.
fn without_sigpipe(write: impl FnOnce() -> io::Result<usize>) -> io::Result<usize> {
    let mut pipe = empty_set();
    // SAFETY: the sets are initialised; the mask is this thread's and put back as it was below.
    let (before, waits) = unsafe {
        libc::sigaddset(&mut pipe, libc::SIGPIPE);
        let (mut before, mut pending) = (empty_set(), empty_set());
        libc::pthread_sigmask(libc::SIG_BLOCK, &pipe, &mut before);
        libc::sigpending(&mut pending);
        (before, libc::sigismember(&pending, libc::SIGPIPE) == 1)
    };
    let result = write();
    let broken = result.as_ref().is_err_and(|error| error.raw_os_error() == Some(libc::EPIPE));
    // SAFETY: as above; a NULL place asks for no details, and a time of 0 does not wait.
    unsafe {
        if broken && !waits {
            let at_once = libc::timespec { tv_sec: 0, tv_nsec: 0 };
            libc::sigtimedwait(&pipe, std::ptr::null_mut(), &at_once);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, &before, std::ptr::null_mut());
    }
    result
}

fn empty_set() -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: sigemptyset initialises the set.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        set.assume_init()
    }
}
