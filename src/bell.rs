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
//! What concerns only [`DEQUEUE`](Interest::DEQUEUE) is counted apart, so that nobody else hears it.
//!
//! Most rings are heard by nobody, and cost two atomic operations: the ringer counts the ring and then looks for
//! listeners, a listener makes itself known and then looks at the count. All four are in one order that everybody
//! agrees on (`add_in_order`, `load_in_order`), so that at least one of them sees the other.

use std::sync::atomic::Ordering;
use std::time::Instant;

use crossbeam_utils::CachePadded;

use crate::sync::{AtomicU64, Condvar, Mutex, add_in_order, load_in_order, spin_until};

/// What a host may wait for: a set of the calls that can be "not now", and of the codec's taking an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interest(u8);

impl Interest {
    /// Nothing.
    pub const NONE: Interest = Interest(0);
    /// Enqueue.
    pub const ENQUEUE: Interest = Interest(1);
    /// Poll.
    pub const POLL: Interest = Interest(2);
    /// Both calls.
    pub const BOTH: Interest = Interest(3);
    /// Fewer inputs wait for the codec.
    pub const DEQUEUE: Interest = Interest(4);

    /// True if the two have something in common.
    pub fn meets(self, other: Interest) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets together.
    #[must_use]
    pub fn and(self, other: Interest) -> Interest {
        Interest(self.0 | other.0)
    }

    const ALL: Interest = Interest(7);

    /// `FG_READY_` bits, which are the same.
    pub const fn bits(self) -> u32 {
        self.0 as u32
    }

    /// From `FG_READY_` bits; `None` if there are others, or none.
    pub fn from_bits(bits: u32) -> Option<Interest> {
        matches!(bits, 1..=7).then_some(Interest(bits as u8))
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
    /// The codec took an input: fewer wait for it. Concerns neither call.
    Taken,
    /// Anything: every call must look again.
    Any,
}

impl Change {
    fn sleepers(self) -> Interest {
        match self {
            Change::Slot => Interest::ENQUEUE,
            Change::Output => Interest::POLL,
            Change::Taken => Interest::DEQUEUE,
            Change::Any => Interest::ALL,
        }
    }

    fn armed(self) -> Interest {
        if self == Change::Output { Interest::BOTH } else { self.sleepers() }
    }
}

/// Something outside that is woken by a ring: the write end of a host's descriptor.
pub trait Wake: Send {
    /// Wakes it, without waiting. False if it is gone and need not be told again.
    fn wake(&mut self) -> bool;

    /// False if it is gone, without telling it anything.
    fn is_alive(&self) -> bool {
        true
    }

    /// The handle was closed and its thread has ended.
    fn end(&mut self) {}
}

/// The bell of one handle.
pub struct Bell {
    /// Counts rings, but those of `Change::Taken`. Padded: hosts read it while the worker rings.
    rings: CachePadded<AtomicU64>,
    /// Counts rings of `Change::Taken`: the worker's alone, unless somebody waits for a dequeue.
    takes: CachePadded<AtomicU64>,
    /// Sleepers, and one more while descriptors are armed: [`weight`]s. Changed under the lock only.
    listeners: CachePadded<AtomicU64>,
    waiters: Mutex<Waiters>,
    /// Where callers sleep, by what they wait for: `Interest` less one.
    queues: [Condvar; QUEUES],
}

const QUEUES: usize = Interest::ALL.0 as usize;

/// What a listener adds to the count: one in the lower half, and one in the upper half if it hears of dequeues.
fn weight(interest: Interest) -> u64 {
    u64::from(interest != Interest::NONE) | u64::from(interest.meets(Interest::DEQUEUE)) << 32
}

/// What the bell's lock protects.
struct Waiters {
    /// How many sleep in each queue.
    sleepers: [u32; QUEUES],
    armed: Interest,
    /// An armed ring came before there was anything to wake.
    missed: bool,
    wakes: Vec<Box<dyn Wake>>,
}

impl Bell {
    /// A silent bell.
    pub fn new() -> Self {
        let waiters =
            Waiters { sleepers: [0; QUEUES], armed: Interest::NONE, missed: false, wakes: Vec::new() };
        Self {
            rings: CachePadded::new(AtomicU64::new(0)),
            takes: CachePadded::new(AtomicU64::new(0)),
            listeners: CachePadded::new(AtomicU64::new(0)),
            waiters: Mutex::new(waiters),
            queues: Default::default(),
        }
    }

    /// How often it rang for `interest`; for [`wait`](Self::wait) and [`arm`](Self::arm), read before looking.
    pub fn rings(&self, interest: Interest) -> u64 {
        let rings = load_in_order(&self.rings);
        // Neither count falls, so their sum stays only if both stay.
        if interest.meets(Interest::DEQUEUE) { rings + load_in_order(&self.takes) } else { rings }
    }

    /// Says that something changed, but wakes nobody: a ring must follow.
    pub fn count(&self) {
        add_in_order(&self.rings, 1);
    }

    /// Says what changed. Called after the change is visible.
    pub fn ring(&self, change: Change) {
        let taken = change == Change::Taken;
        add_in_order(if taken { &self.takes } else { &self.rings }, 1);
        let listeners = load_in_order(&self.listeners);
        if listeners == 0 || (taken && listeners >> 32 == 0) {
            return;
        }
        let mut waiters = self.waiters.lock();
        self.fire(&mut waiters, change.armed());
        let sleepers = waiters.sleepers;
        drop(waiters);
        for (index, queue) in self.queues.iter().enumerate() {
            if sleepers[index] > 0 && Interest(index as u8 + 1).meets(change.sleepers()) {
                queue.notify_all();
            }
        }
    }

    /// Sleeps until a ring after `seen` that concerns `interest`, or until `deadline`. False if the time was up.
    /// May wake for nothing.
    pub fn wait(&self, seen: u64, interest: Interest, deadline: Option<Instant>) -> bool {
        if spin_until(|| self.rings(interest) != seen) {
            return true;
        }
        let queue = usize::from(interest.0).clamp(1, QUEUES) - 1;
        let mut waiters = self.waiters.lock();
        let mut in_time = true;
        waiters.sleepers[queue] += 1;
        if self.listen(interest) == seen {
            in_time = self.queues[queue].wait(&mut waiters, deadline);
        }
        waiters.sleepers[queue] -= 1;
        self.listeners.fetch_sub(weight(interest), Ordering::Relaxed);
        in_time
    }

    /// Arms the descriptors for a call that said "not now" after having seen `seen`. Rings since then count.
    pub fn arm(&self, seen: u64, interest: Interest) {
        let mut waiters = self.waiters.lock();
        let were_armed = waiters.armed;
        waiters.armed = were_armed.and(interest);
        waiters.missed = false;
        self.listen(waiters.armed);
        self.listeners.fetch_sub(weight(were_armed), Ordering::Relaxed); // armed counts once
        if self.rings(interest) != seen {
            self.fire(&mut waiters, interest);
        }
    }

    /// Adds something to wake. Woken at once if an armed ring was missed before it existed. What is gone makes room: an idle
    /// handle does not ring, and would collect what its host has closed.
    pub fn add_wake(&self, mut wake: Box<dyn Wake>) {
        let mut waiters = self.waiters.lock();
        waiters.wakes.retain(|wake| wake.is_alive());
        if std::mem::take(&mut waiters.missed) {
            wake.wake();
        }
        waiters.wakes.push(wake);
    }

    /// Says that the handle was closed and its thread has ended: nothing rings any more.
    pub fn end(&self) {
        self.waiters.lock().wakes.iter_mut().for_each(|wake| wake.end());
    }

    /// Makes the caller known, then looks at the count of rings. Under the lock.
    fn listen(&self, interest: Interest) -> u64 {
        add_in_order(&self.listeners, weight(interest));
        self.rings(interest)
    }

    fn fire(&self, waiters: &mut Waiters, whom: Interest) {
        if waiters.armed.meets(whom) {
            self.listeners.fetch_sub(weight(waiters.armed), Ordering::Relaxed);
            waiters.armed = Interest::NONE;
            waiters.missed = waiters.wakes.is_empty();
            waiters.wakes.retain_mut(|wake| wake.wake());
        }
    }
}

impl Default for Bell {
    fn default() -> Self {
        Self::new()
    }
}
