//! The bell: how a host learns that something changed, by sleeping here or through a descriptor.
//!
//! Every change that could let a call go on rings the bell. Waiting is one pattern everywhere:
//!
//! ```text
//! seen = bell.rings()              before looking
//! try; done? return
//! bell.wait(seen)                  returns at once if it rang since, so no ring is lost
//! ```
//!
//! A descriptor works by the *armed edge* rule. A call that says "not now" arms it; the next ring that
//! concerns that call wakes it once and disarms. Between two wakes there is always a call of the host's, so
//! wakes can neither pile up nor get lost.

use std::sync::atomic::Ordering;
use std::time::Instant;

use crossbeam_utils::CachePadded;

use crate::sync::{AtomicU64, Condvar, Mutex};

/// Whom a ring concerns, or what a waiter waits for: a set of the two calls that can be "not now".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interest(u8);

impl Interest {
    /// Nothing.
    pub const NONE: Interest = Interest(0);
    /// Enqueue.
    pub const ENQUEUE: Interest = Interest(1);
    /// Poll.
    pub const POLL: Interest = Interest(2);
    /// Both.
    pub const BOTH: Interest = Interest(3);

    /// True if the two have something in common.
    pub fn meets(self, other: Interest) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets together.
    #[must_use]
    pub fn and(self, other: Interest) -> Interest {
        Interest(self.0 | other.0)
    }

    /// `FG_READY_` bits, which are the same.
    pub const fn bits(self) -> u32 {
        self.0 as u32
    }

    /// From `FG_READY_` bits; `None` if there are others, or none.
    pub fn from_bits(bits: u32) -> Option<Interest> {
        matches!(bits, 1..=3).then_some(Interest(bits as u8))
    }
}

impl Default for Bell {
    fn default() -> Self {
        Self::new()
    }
}

/// Something outside that is woken by a ring: the write end of a host's descriptor.
pub trait Wake: Send {
    /// Wakes it, without waiting. False if it is gone and need not be told again.
    fn wake(&mut self) -> bool;
}

/// The bell of one handle.
pub struct Bell {
    /// Counts rings. Written under the lock, read without it. Padded: hosts read it while the worker rings.
    rings: CachePadded<AtomicU64>,
    rope: Mutex<Rope>,
    condvar: Condvar,
}

/// What the bell's lock protects.
struct Rope {
    sleepers: u32,
    armed: Interest,
    /// An armed ring came before there was anything to wake.
    missed: bool,
    wakes: Vec<Box<dyn Wake>>,
}

impl Bell {
    /// A silent bell.
    pub fn new() -> Self {
        let rope = Rope { sleepers: 0, armed: Interest::NONE, missed: false, wakes: Vec::new() };
        Self {
            rings: CachePadded::new(AtomicU64::new(0)),
            rope: Mutex::new(rope),
            condvar: Condvar::default(),
        }
    }

    /// How often it rang; for [`wait`](Self::wait) and [`arm`](Self::arm), read before looking.
    pub fn rings(&self) -> u64 {
        self.rings.load(Ordering::Acquire)
    }

    /// Says that something changed for `whom`. Called after the change is visible.
    pub fn ring(&self, whom: Interest) {
        let mut rope = self.rope.lock();
        self.rings.fetch_add(1, Ordering::Release);
        rope.fire(whom);
        let sleepers = rope.sleepers > 0;
        drop(rope);
        if sleepers {
            self.condvar.notify_all();
        }
    }

    /// Sleeps until a ring after `seen`, or until `deadline`. False if the time was up. May wake for nothing.
    pub fn wait(&self, seen: u64, deadline: Option<Instant>) -> bool {
        let mut rope = self.rope.lock();
        if self.rings() != seen {
            return true;
        }
        rope.sleepers += 1;
        let in_time = self.condvar.wait(&mut rope, deadline);
        rope.sleepers -= 1;
        in_time
    }

    /// Arms the descriptors for a call that said "not now" after having seen `seen`. Rings since then count.
    pub fn arm(&self, seen: u64, interest: Interest) {
        let mut rope = self.rope.lock();
        rope.armed = rope.armed.and(interest);
        rope.missed = false;
        if self.rings() != seen {
            rope.fire(interest);
        }
    }

    /// Adds something to wake. Woken at once if an armed ring was missed before it existed.
    pub fn add_wake(&self, mut wake: Box<dyn Wake>) {
        let mut rope = self.rope.lock();
        if std::mem::take(&mut rope.missed) {
            wake.wake();
        }
        rope.wakes.push(wake);
    }
}

impl Rope {
    fn fire(&mut self, whom: Interest) {
        if self.armed.meets(whom) {
            self.armed = Interest::NONE;
            self.missed = self.wakes.is_empty();
            self.wakes.retain_mut(|wake| wake.wake());
        }
    }
}
