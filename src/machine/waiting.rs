//! The one loop in which a host's call waits.

use std::cell::Cell;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

use crate::bell::{Bell, Interest};
use crate::error::{Error, Kind, Result};
use crate::gate::Counts;

/// How a call ended that may be "not now".
#[derive(Debug, PartialEq, Eq)]
pub enum Flow<T> {
    /// It is done.
    Done(T),
    /// Not now; this is what the host must do about it.
    Wait(Wait),
}

/// What the host must do. The discriminants are the `FG_WAIT_` statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Wait: the codec is working.
    Codec = 1,
    /// Enqueue or flush: nothing is in flight.
    Input = 2,
    /// Poll: the gate is full and outputs are ready.
    Poll = 3,
    /// Release: the gate is full of outputs that the host holds.
    Release = 4,
}

impl Wait {
    /// What makes room in a full gate.
    pub(super) fn for_room(counts: &Counts) -> Self {
        match counts {
            Counts { ready: 1.., .. } => Self::Poll,
            Counts { queued: 1.., .. } => Self::Codec,
            _ => Self::Release,
        }
    }
}

/// How long a call may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeout {
    /// Not at all.
    Try,
    /// This long.
    For(Duration),
    /// As long as it takes.
    Forever,
    /// As long as it takes, in slices: comes back for the host to look around, and then to wait on.
    Slice(Duration),
}

impl Timeout {
    /// From the C parameter `timeout_ms`: 0 try, n wait at most, -1 wait, -n wait in slices.
    pub fn from_ms(timeout_ms: i32) -> Self {
        let time = Duration::from_millis(timeout_ms.unsigned_abs().into());
        match timeout_ms {
            0 => Timeout::Try,
            -1 => Timeout::Forever,
            1.. => Timeout::For(time),
            _ => Timeout::Slice(time),
        }
    }
}

thread_local! {
    /// Callbacks of the host's that this thread is in.
    static CALLBACKS: Cell<u32> = const { Cell::new(0) };
}

/// The calling thread is in a callback of the host's as long as this lives. It may be any handle's thread, so that
/// nothing it calls may wait: what it waited for could be what only that thread does.
pub struct Callback(PhantomData<*const ()>);

impl Callback {
    /// Enters a callback.
    pub fn enter() -> Self {
        CALLBACKS.set(CALLBACKS.get() + 1);
        Self(PhantomData)
    }

    /// True inside a callback.
    pub(super) fn is_running() -> bool {
        CALLBACKS.get() > 0
    }
}

impl Drop for Callback {
    fn drop(&mut self) {
        CALLBACKS.set(CALLBACKS.get() - 1);
    }
}

/// Tries until it is done, an error, or out of time. `stuck` gives the text for a wait that could never end.
pub(super) fn wait_until<T>(
    bell: &Bell,
    interest: Interest,
    timeout: Timeout,
    mut attempt: impl FnMut() -> Result<Flow<T>>,
    stuck: impl Fn() -> Option<&'static str>,
) -> Result<Flow<T>> {
    let deadline = match timeout {
        Timeout::For(time) | Timeout::Slice(time) => Instant::now().checked_add(time),
        Timeout::Try | Timeout::Forever => None,
    };
    let mut in_time = timeout != Timeout::Try;
    if in_time && Callback::is_running() {
        let text = "this thread is in on_free, where a call may not wait: its timeout must be 0";
        return Err(Error::new(Kind::WouldDeadlock, text));
    }
    loop {
        let seen = bell.rings(interest);
        let wait = match attempt()? {
            Flow::Wait(wait) => wait,
            done => return Ok(done),
        };
        if !in_time {
            bell.arm(seen, interest);
            return Ok(Flow::Wait(wait));
        }
        if matches!(timeout, Timeout::Forever | Timeout::Slice(_))
            && let Some(text) = stuck()
        {
            return Err(Error::new(Kind::WouldDeadlock, text));
        }
        // When the time is up, one more attempt tells what is to be done by then.
        in_time = bell.wait(seen, interest, deadline);
    }
}
