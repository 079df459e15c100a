//! The numbers of a session.

use super::codec::Input;
use super::desk::Desk;
use crate::gate::{Counts, Gate};

/// What a session has done and has in hand; all of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// The gate's width.
    pub slots: u32,
    /// The gate's counts.
    pub counts: Counts,
    /// Of `counts.queued`, those that the worker has not begun with.
    pub waiting: u32,
    /// Inputs taken.
    pub inputs: u64,
    /// Outputs polled.
    pub outputs: u64,
    /// Inputs that the codec took and gives no output for.
    pub dropped: u64,
}

impl Stats {
    /// Under the desk's lock, so that both are of one moment.
    pub(super) fn of<I: Input, O>(desk: &Desk<I, O>, gate: &Gate) -> Self {
        Self {
            slots: gate.slots(),
            counts: gate.counts(),
            waiting: desk.waiting(),
            inputs: desk.inputs,
            outputs: desk.outputs,
            dropped: desk.dropped,
        }
    }
}
