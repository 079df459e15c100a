//! The wake descriptor: one end of a socketpair, which a bell writes a byte to.
//!
//! A socket and not an eventfd, because event loops such as libuv's `net.Socket` refuse those.

use std::os::fd::{AsRawFd, IntoRawFd, RawFd};
use std::os::unix::net::UnixStream;

use crate::bell::{Bell, Wake};
use crate::error::{Error, Kind, Result};

/// Our end.
struct Waker(UnixStream);

/// Adds a descriptor to `bell` and gives the host's end: non-blocking, close-on-exec, the host's to close.
///
/// # Errors
/// `Io` if the process has no descriptors left.
pub fn descriptor(bell: &Bell) -> Result<RawFd> {
    let pair = || {
        let (ours, hosts) = UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        hosts.set_nonblocking(true)?;
        Ok((ours, hosts))
    };
    let (ours, hosts) =
        pair().map_err(|error: std::io::Error| Error::new(Kind::Io, format!("socketpair: {error}")))?;
    bell.add_wake(Box::new(Waker(ours)));
    Ok(hosts.into_raw_fd())
}

impl Wake for Waker {
    fn is_alive(&self) -> bool {
        let mut look = libc::pollfd { fd: self.0.as_raw_fd(), events: 0, revents: 0 };
        // SAFETY: one live struct. Without a timeout it only looks; a failure says nothing and keeps the descriptor.
        unsafe { libc::poll(&mut look, 1, 0) };
        look.revents & libc::POLLHUP == 0
    }

    fn wake(&mut self) -> bool {
        let byte = [1u8];
        // SAFETY: the descriptor is ours and open, and the byte is readable. MSG_NOSIGNAL: a host that closed
        // its end must not be killed by SIGPIPE.
        let sent = unsafe { libc::send(self.0.as_raw_fd(), byte.as_ptr().cast(), 1, libc::MSG_NOSIGNAL) };
        if sent == 1 {
            return true;
        }
        // A full socket has unread bytes, so its reader will wake; anything else means that the host's end is gone.
        std::io::Error::last_os_error().kind() == std::io::ErrorKind::WouldBlock
    }
}
