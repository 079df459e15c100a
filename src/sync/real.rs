//! What runs: `lock`, crossbeam and std.

pub use super::lock::{Condvar, Mutex, MutexGuard};
pub use crossbeam_utils::sync::{Parker, Unparker};
pub use std::sync::Arc;
pub use std::sync::atomic::{AtomicBool, AtomicU64};
pub use std::thread::JoinHandle;

use std::cell::Cell;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Adds, in the one order of all `add_in_order` and `load_in_order`: of two threads that each add to one count and then
/// look at the other's, at least one sees what the other added.
pub fn add_in_order(count: &AtomicU64, more: u64) {
    count.fetch_add(more, Ordering::SeqCst);
}

/// Loads, in that order.
pub fn load_in_order(count: &AtomicU64) -> u64 {
    count.load(Ordering::SeqCst)
}

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

/// Looks until `deadline` whether `ready`, and lets other threads have the core in between.
pub fn yield_until(ready: impl Fn() -> bool, deadline: Instant) -> bool {
    loop {
        if ready() {
            return true;
        }
        if now() >= deadline {
            return false;
        }
        std::thread::yield_now();
    }
}

/// The time.
pub fn now() -> Instant {
    Instant::now()
}

/// A thread, of all that ever ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadId(u64);

/// The calling thread. std's way counts a reference up and down, several times for each frame.
pub fn this_thread() -> ThreadId {
    thread_local!(static ME: Cell<u64> = const { Cell::new(0) });
    static THREADS: AtomicU64 = AtomicU64::new(0);
    if ME.get() == 0 {
        ME.set(1 + THREADS.fetch_add(1, Ordering::Relaxed));
    }
    ThreadId(ME.get())
}

/// Starts a named thread.
pub fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body)
}
