//! How many threads a codec gets where the host does not say (key `threads`).

use std::sync::atomic::{AtomicU32, Ordering};

/// Crews of this process.
static CREWS: AtomicU32 = AtomicU32::new(0);

/// A handle's share of the cores, kept as long as its configuration. Every handle has a thread of its own anyway, so
/// a process with many of them keeps all cores busy without codec threads, which would only cost memory: the first two
/// get all cores, each later one what is left when those alive share them.
pub(super) struct Crew {
    threads: u32,
}

impl Crew {
    /// A share for one more handle.
    pub(super) fn new() -> Self {
        let others = CREWS.fetch_add(1, Ordering::Relaxed);
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32);
        Self { threads: cores.div_ceil(others.max(1)) }
    }

    /// Threads for the codec.
    pub(super) fn threads(&self) -> u32 {
        self.threads
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        CREWS.fetch_sub(1, Ordering::Relaxed);
    }
}
