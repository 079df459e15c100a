//! A wait set: one place where a host waits for thousands of sessions.
//!
//! A session that joined has a seat, which its bell wakes as it would wake a descriptor (so by the armed-edge rule
//! of `bell`). A woken seat stands in the set's line, once, until its key is taken: whoever waited longest comes
//! first, and a busy session cannot starve the others. The set has a bell of its own, for callers that sleep and
//! for its descriptor.
//!
//! Locks are taken in one order: a session's bell, its seat, the set's line, the set's bell.

use std::collections::VecDeque;
use std::sync::Weak;
use std::sync::atomic::Ordering;

use super::waiting::{Flow, Timeout, Wait, wait_until};
use crate::bell::{Bell, Change, Interest, Wake};
use crate::error::Result;
use crate::sync::{Arc, AtomicBool, Mutex};

/// The keys of sessions where a call may now go on.
pub struct WaitSet {
    line: Mutex<VecDeque<Arc<Member>>>,
    bell: Bell,
}

/// What one joining made.
struct Member {
    key: u64,
    /// Weak: the host frees a set whenever it likes, and its descriptor's peer closes then.
    set: Weak<WaitSet>,
    /// Changed under the line's lock only.
    in_line: AtomicBool,
}

impl WaitSet {
    /// A set that nobody has joined.
    pub fn new() -> Arc<Self> {
        Arc::new(Self { line: Mutex::new(VecDeque::new()), bell: Bell::new() })
    }

    /// Takes keys from the line into `keys`, waiting for the first as long as `timeout` says. Gives how many.
    ///
    /// # Errors
    /// None yet.
    pub fn wait(&self, keys: &mut [u64], timeout: Timeout) -> Result<Flow<usize>> {
        let take = || {
            let mut line = self.line.lock();
            let count = keys.len().min(line.len());
            for (place, member) in keys.iter_mut().zip(line.drain(..count)) {
                member.in_line.store(false, Ordering::Relaxed);
                *place = member.key;
            }
            Ok(if count > 0 { Flow::Done(count) } else { Flow::Wait(Wait::Codec) })
        };
        wait_until(&self.bell, Interest::POLL, timeout, take, || None)
    }

    /// The bell, for wake descriptors.
    pub fn bell(&self) -> &Bell {
        &self.bell
    }
}

impl Member {
    /// Puts the member in line, unless it stands there.
    fn raise(self: &Arc<Self>) {
        let Some(set) = self.set.upgrade() else { return };
        let mut line = set.line.lock();
        if !self.in_line.swap(true, Ordering::Relaxed) {
            line.push_back(Arc::clone(self));
            drop(line);
            set.bell.ring(Change::Output);
        }
    }

    fn leave(self: &Arc<Self>) {
        let Some(set) = self.set.upgrade() else { return };
        let mut line = set.line.lock();
        if self.in_line.swap(false, Ordering::Relaxed) {
            line.retain(|other| !Arc::ptr_eq(other, self));
        }
    }
}

/// A session's place in a wait set, or none.
#[derive(Clone)]
pub(super) struct Seat(Arc<Seated>);

struct Seated {
    member: Mutex<Option<Arc<Member>>>,
    /// The session is closed: its key comes up once more, at its end. Changed under the member's lock.
    closed: AtomicBool,
}

impl Default for Seat {
    fn default() -> Self {
        Self(Arc::new(Seated { member: Mutex::new(None), closed: AtomicBool::new(false) }))
    }
}

impl Seat {
    /// Leaves one set and joins another.
    pub(super) fn change(&self, set: Option<(&Arc<WaitSet>, u64)>) {
        let mut place = self.0.member.lock();
        if let Some(member) = place.take() {
            member.leave();
        }
        if let Some((set, key)) = set {
            let set = Arc::downgrade(set);
            let member = Arc::new(Member { key, set, in_line: AtomicBool::new(false) });
            member.raise();
            *place = Some(member);
        }
    }

    /// From now on only the session's end counts.
    pub(super) fn close(&self) {
        let place = self.0.member.lock();
        if !self.0.closed.swap(true, Ordering::Relaxed)
            && let Some(member) = &*place
        {
            member.leave();
        }
    }
}

impl Wake for Seat {
    fn wake(&mut self) -> bool {
        let place = self.0.member.lock();
        if let Some(member) = &*place
            && !self.0.closed.load(Ordering::Relaxed)
        {
            member.raise();
        }
        true
    }

    fn end(&mut self) {
        if let Some(member) = &*self.0.member.lock() {
            member.raise();
        }
    }
}
