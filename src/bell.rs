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
//!
//! Most rings are heard by nobody, and cost two atomic operations: the ringer counts the ring and then looks for
//! listeners, a listener makes itself known and then looks at the count. With a sequentially consistent fence
//! between the two steps on both sides, at least one of them sees the other.

use std::sync::atomic::Ordering;
use std::time::Instant;

use crossbeam_utils::CachePadded;

use crate::sync::{AtomicU32, AtomicU64, Condvar, Mutex, fence, spin_until};

/// The two calls that can be "not now": a set of them.
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

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The host gave a slot back: enqueue may go on.
    Slot,
    /// An output is ready: poll may go on. An enqueue that sleeps sleeps on, for it frees no slot; but a host that
    /// went away with "not now" has something to do.
    Output,
    /// Anything: every call must look again.
    Any,
}

impl Change {
    fn sleepers(self) -> Interest {
        match self {
            Change::Slot => Interest::ENQUEUE,
            Change::Output => Interest::POLL,
            Change::Any => Interest::BOTH,
        }
    }

    fn armed(self) -> Interest {
        if self == Change::Slot { Interest::ENQUEUE } else { Interest::BOTH }
    }
}

/// Something outside that is woken by a ring: the write end of a host's descriptor.
pub trait Wake: Send {
    /// Wakes it, without waiting. False if it is gone and need not be told again.
    fn wake(&mut self) -> bool;
}

/// The bell of one handle.
pub struct Bell {
    /// Counts rings. Padded: hosts read it while the worker rings.
    rings: CachePadded<AtomicU64>,
    /// Sleepers, and one more while descriptors are armed. Changed under the lock only.
    listeners: CachePadded<AtomicU32>,
    rope: Mutex<Rope>,
    /// Where callers sleep, by what they wait for: `Interest` less one.
    beds: [Condvar; 3],
}

/// What the bell's lock protects.
struct Rope {
    /// How many sleep in each bed.
    sleepers: [u32; 3],
    armed: Interest,
    /// An armed ring came before there was anything to wake.
    missed: bool,
    wakes: Vec<Box<dyn Wake>>,
}

impl Bell {
    /// A silent bell.
    pub fn new() -> Self {
        let rope = Rope { sleepers: [0; 3], armed: Interest::NONE, missed: false, wakes: Vec::new() };
        Self {
            rings: CachePadded::new(AtomicU64::new(0)),
            listeners: CachePadded::new(AtomicU32::new(0)),
            rope: Mutex::new(rope),
            beds: Default::default(),
        }
    }

    /// How often it rang; for [`wait`](Self::wait) and [`arm`](Self::arm), read before looking.
    pub fn rings(&self) -> u64 {
        self.rings.load(Ordering::Acquire)
    }

    /// Says what changed. Called after the change is visible.
    pub fn ring(&self, change: Change) {
        self.rings.fetch_add(1, Ordering::AcqRel);
        fence(Ordering::SeqCst); // before looking for listeners; pairs with the fence in `listen`
        if self.listeners.load(Ordering::Relaxed) == 0 {
            return;
        }
        let mut rope = self.rope.lock();
        self.fire(&mut rope, change.armed());
        let sleepers = rope.sleepers;
        drop(rope);
        for (index, bed) in self.beds.iter().enumerate() {
            if sleepers[index] > 0 && Interest(index as u8 + 1).meets(change.sleepers()) {
                bed.notify_all();
            }
        }
    }

    /// Sleeps until a ring after `seen` that concerns `interest`, or until `deadline`. False if the time was up.
    /// May wake for nothing.
    pub fn wait(&self, seen: u64, interest: Interest, deadline: Option<Instant>) -> bool {
        if spin_until(|| self.rings() != seen) {
            return true;
        }
        let bed = usize::from(interest.0.clamp(1, 3)) - 1;
        let mut rope = self.rope.lock();
        let mut in_time = true;
        rope.sleepers[bed] += 1;
        if self.listen() == seen {
            in_time = self.beds[bed].wait(&mut rope, deadline);
        }
        rope.sleepers[bed] -= 1;
        self.listeners.fetch_sub(1, Ordering::Relaxed);
        in_time
    }

    /// Arms the descriptors for a call that said "not now" after having seen `seen`. Rings since then count.
    pub fn arm(&self, seen: u64, interest: Interest) {
        let mut rope = self.rope.lock();
        let was_armed = rope.armed != Interest::NONE;
        rope.armed = rope.armed.and(interest);
        rope.missed = false;
        let rings = self.listen();
        if was_armed {
            self.listeners.fetch_sub(1, Ordering::Relaxed); // armed counts once
        }
        if rings != seen {
            self.fire(&mut rope, interest);
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

    /// Makes the caller known, then looks at the count of rings. Under the lock.
    fn listen(&self) -> u64 {
        self.listeners.fetch_add(1, Ordering::Relaxed);
        fence(Ordering::SeqCst); // before looking at the count; pairs with the fence in `ring`
        self.rings()
    }

    fn fire(&self, rope: &mut Rope, whom: Interest) {
        if rope.armed.meets(whom) {
            rope.armed = Interest::NONE;
            self.listeners.fetch_sub(1, Ordering::Relaxed);
            rope.missed = rope.wakes.is_empty();
            rope.wakes.retain_mut(|wake| wake.wake());
        }
    }
}

impl Default for Bell {
    fn default() -> Self {
        Self::new()
    }
}
