//! How many threads a codec gets where the host does not say (key `threads`).

use std::sync::atomic::{AtomicU32, Ordering};

/// Shares of this process.
static HANDLES: AtomicU32 = AtomicU32::new(0);

/// A handle's share of the cores, kept as long as its configuration. Every handle has a thread of its own anyway, so
/// a process with many of them keeps all cores busy without codec threads, which would only cost memory: the first two
/// get all cores, each later one what is left when those alive share them.
pub(super) struct Cores {
    threads: u32,
}

impl Cores {
    /// A share for one more handle.
    pub(super) fn new() -> Self {
        let others = HANDLES.fetch_add(1, Ordering::Relaxed);
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32);
        Self { threads: cores.div_ceil(others.max(1)) }
    }

    /// Threads for the codec.
    pub(super) fn threads(&self) -> u32 {
        self.threads
    }
}

impl Drop for Cores {
    fn drop(&mut self) {
        HANDLES.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The parent's handles are not at work in a child that was just forked.
pub(super) fn forked() {
    HANDLES.store(0, Ordering::Relaxed);
}
