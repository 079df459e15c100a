//! How many threads a codec gets where the host does not say (key `threads`), and what is done when many are gone.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::sync::Mutex;
use crate::sync::lock::Lock;

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

/// Codecs that are open, and the most since memory was last given back.
static OPEN: Mutex<(u32, u32)> = Mutex::new((0, 0));

/// For fork.
pub fn lock() -> &'static dyn Lock {
    &OPEN
}

/// This process is a child that was just forked: its parent's codecs are not at work here, and will never be closed.
pub fn forked() {
    CREWS.store(0, Ordering::Relaxed);
    *OPEN.lock() = (0, 0);
}

/// Fewer open codecs than this have too little memory to go after.
const MANY: u32 = 8;

/// An open codec; the last field of a codec, so that it goes when the codec's memory has.
///
/// Codecs leave their memory in the heaps of many threads, from which the allocator gives little back by itself: after
/// 500 encoders and 500 decoders, 2.2 of 2.4 GB stayed. Whenever half of many codecs are gone, the thread that closed
/// the last of them asks for it: a few times in the fall of any number, at 0.1 ms a megabyte that is given back.
pub(super) struct Shift(());

impl Shift {
    pub(super) fn begin() -> Self {
        let mut open = OPEN.lock();
        open.0 += 1;
        open.1 = open.1.max(open.0);
        Self(())
    }
}

impl Drop for Shift {
    fn drop(&mut self) {
        let mut open = OPEN.lock();
        open.0 -= 1;
        if open.1 < MANY || open.0 > open.1 / 2 {
            return;
        }
        open.1 = open.0;
        drop(open);
        #[cfg(target_env = "gnu")]
        // SAFETY: takes no pointers and may be called on any thread at any time.
        unsafe {
            libc::malloc_trim(0);
        }
    }
}
