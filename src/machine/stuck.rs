//! Waits that could never end, because only the thread that waits could end them; in words.

use super::codec::Input;
use super::desk::Desk;
use crate::gate::Gate;

/// Why an enqueue would wait for ever.
pub(super) fn enqueue(gate: &Gate) -> Option<&'static str> {
    gate.only_i_can_free().then_some(
        "enqueue would wait for ever: every slot is taken by outputs that only this thread polls and releases",
    )
}

/// Why a poll would.
pub(super) fn poll<I: Input, O>(desk: &Desk<I, O>, gate: &Gate) -> Option<&'static str> {
    if desk.is_working() || !desk.outbox.is_empty() || !desk.feeders.only_me() {
        return None;
    }
    Some(match gate.full(false) {
        Some(_) => "poll would wait for ever: every slot is taken by outputs that were polled: release them",
        None => {
            "poll would wait for ever: nothing is in flight and only this thread enqueues: enqueue or flush"
        }
    })
}
