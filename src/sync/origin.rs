//! Which process something belongs to: fork copies memory, but no threads, and descriptors are shared.
//!
//! So what one process made with threads and descriptors is of no use to its child: a worker that is waited for is not
//! there, a lock may stay locked. What can be asked for its [`Origin`] is told apart by a number that each child
//! advances once, which costs a look at one word and not a system call.

use std::sync::atomic::{AtomicU32, Ordering};

static GENERATION: AtomicU32 = AtomicU32::new(0);

/// The process that something was made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin(u32);

impl Origin {
    /// This process.
    pub fn here() -> Self {
        Self(GENERATION.load(Ordering::Relaxed))
    }

    /// False in a child of the process that it was made in.
    pub fn is_here(self) -> bool {
        self == Self::here()
    }
}

/// This process is a child that was just forked: what came before belongs to its parent.
pub fn forked() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}
