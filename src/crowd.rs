//! Which threads have done something with a handle: it decides whether a wait could ever end.

use crate::sync::{ThreadId, this_thread};

/// The threads that have done something so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crowd {
    /// No thread yet; any may be about to.
    Nobody,
    /// Just this one.
    Only(ThreadId),
    /// More than one.
    Several,
}

impl Crowd {
    /// Notes the calling thread.
    pub fn note(&mut self) {
        let me = this_thread();
        *self = match *self {
            Crowd::Nobody => Crowd::Only(me),
            Crowd::Only(one) if one == me => return,
            _ => Crowd::Several,
        };
    }

    /// True if no thread but the calling one can be expected to act.
    pub fn only_me(self) -> bool {
        matches!(self, Crowd::Only(one) if one == this_thread())
    }
}
