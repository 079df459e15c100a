//! What runs: `lock`, crossbeam and std.

pub use super::lock::{Condvar, Mutex, MutexGuard};
pub use crossbeam_utils::sync::{Parker, Unparker};
pub use std::sync::Arc;
pub use std::sync::atomic::{AtomicBool, AtomicU64, fence};
pub use std::thread::{JoinHandle, ThreadId};

/// Looks a few times, for some microseconds in all, whether `ready` before the caller goes to sleep: waking a
/// sleeper costs more than that.
pub fn spin_until(ready: impl Fn() -> bool) -> bool {
    let backoff = crossbeam_utils::Backoff::new();
    while !ready() {
        if backoff.is_completed() {
            return false;
        }
        backoff.snooze();
    }
    true
}

/// The calling thread.
pub fn this_thread() -> ThreadId {
    std::thread::current().id()
}

/// Starts a named thread.
pub fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body)
}
