//! The desk between host and worker: what the session's lock protects.

use std::collections::VecDeque;

use super::codec::{Failure, Input, Recipe};
use super::waiting::Wait;
use crate::crowd::Crowd;
use crate::error::{Error, Kind, Result};
use crate::gate::Permit;
use crate::sync::{Arc, JoinHandle, Parker};

/// Where a session stands.
#[derive(Clone, Debug)]
pub(super) enum Phase {
    /// Takes inputs.
    Configured,
    /// After a reset: wants a configuration.
    Unconfigured,
    /// The codec failed.
    Failed(Box<Error>),
    /// The host closed it.
    Closed,
}

/// What the worker is told, in order.
pub(super) enum Message<I, O> {
    /// Finish what was sent under the old configuration, then go on with this one.
    Configure(Arc<dyn Recipe<I, O>>),
    /// Encode or decode this.
    Input(I, Permit),
    /// Give everything that is held back, then say that it is done.
    Flush(u64),
}

/// What comes out of a session, in order.
pub enum Event<O> {
    /// An output. Its slot is taken until the permit is dropped.
    Output(O, Permit),
    /// Everything before the flush of this number has come out.
    Flushed(u64),
    /// The codec failed; nothing follows.
    Failed(Failure),
}

/// In this order: the first cache line (with the lock) is what each side uses for every frame, and the second most of the rest.
#[repr(C)]
pub(super) struct Desk<I, O> {
    /// An input must be one that decoding can begin with.
    key_wanted: bool,
    /// The worker is at a message.
    pub(super) busy: bool,
    /// It has let go of its codec and is about to return.
    worker_ended: bool,
    /// Counts the changes of what [`check_offer`](Self::check_offer) goes by: while it is the same, so is the answer.
    pub(super) rules: u32,
    pub(super) phase: Phase,
    /// Counts resets and closes. What the worker began under an older number is dropped.
    pub(super) era: u64,
    pub(super) inbox: VecDeque<Message<I, O>>,
    pub(super) outbox: VecDeque<Event<O>>,
    /// What enqueue checks and takes inputs by: the newest configuration, which the worker may not have reached. `None` while
    /// the phase is `Unconfigured`.
    pub(super) recipe: Option<Arc<dyn Recipe<I, O>>>,
    pub(super) inputs: u64,
    pub(super) outputs: u64,
    /// Inputs that no output answers.
    pub(super) dropped: u64,
    /// Which threads enqueue and flush.
    pub(super) feeders: Crowd,
    pub(super) last_flush: u64,
    pub(super) worker: Option<JoinHandle<()>>,
    /// What the worker will sleep on, until it starts and takes it.
    pub(super) parker: Option<Parker>,
}

/// Messages and events that were taken off the desk. To be dropped without the lock: freeing an input may call
/// the host back.
#[must_use]
pub(super) struct Swept<I, O>(
    #[allow(dead_code)] VecDeque<Message<I, O>>,
    #[allow(dead_code)] VecDeque<Event<O>>,
);

impl<I: Input, O> Desk<I, O> {
    pub(super) fn new(parker: Parker) -> Self {
        Self {
            phase: Phase::Unconfigured,
            inbox: VecDeque::new(),
            outbox: VecDeque::new(),
            recipe: None,
            key_wanted: true,
            rules: 0,
            era: 0,
            busy: false,
            last_flush: 0,
            feeders: Crowd::Nobody,
            inputs: 0,
            outputs: 0,
            dropped: 0,
            worker: None,
            worker_ended: false,
            parker: Some(parker),
        }
    }

    /// The error of a session that has ended, for any call.
    pub(super) fn check_open(&self) -> Result<()> {
        match &self.phase {
            Phase::Closed => Err(Error::new(Kind::Closed, "the handle is closed")),
            Phase::Failed(error) => Err(Error::clone(error).context("the handle was closed by a failure")),
            Phase::Configured | Phase::Unconfigured => Ok(()),
        }
    }

    /// As [`check_open`](Self::check_open), and the session must be configured: with this.
    pub(super) fn configured(&self) -> Result<&Arc<dyn Recipe<I, O>>> {
        self.check_open()?;
        self.recipe.as_ref().ok_or_else(|| {
            Error::new(Kind::InvalidState, "the handle is not configured (it was reset): configure it")
        })
    }

    /// Checks that an input may be taken now, under the configuration that this gives.
    pub(super) fn check_offer(&self, offer: I::Offer<'_>) -> Result<&Arc<dyn Recipe<I, O>>> {
        let recipe = self.configured()?;
        if self.key_wanted && !I::is_key(offer) {
            return Err(Error::data(
                "a key chunk is wanted first (after configure, flush and reset), this is none",
            ));
        }
        recipe.accept(offer, self.key_wanted)?;
        Ok(recipe)
    }

    /// Takes a configuration, for what comes after everything that is queued.
    pub(super) fn configure(&mut self, recipe: Arc<dyn Recipe<I, O>>) {
        self.recipe = Some(Arc::clone(&recipe));
        self.inbox.push_back(Message::Configure(recipe));
        self.enter(Phase::Configured);
        self.want_key(true);
    }

    /// Takes a flush, and gives its number.
    pub(super) fn flush(&mut self) -> u64 {
        self.last_flush += 1;
        self.inbox.push_back(Message::Flush(self.last_flush));
        self.want_key(true);
        self.feeders.note();
        self.last_flush
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.rules = self.rules.wrapping_add(1);
    }

    fn want_key(&mut self, wanted: bool) {
        self.key_wanted = wanted;
        self.rules = self.rules.wrapping_add(1);
    }

    /// Takes an input that was checked.
    pub(super) fn take(&mut self, input: I, permit: Permit) {
        if self.key_wanted {
            if let Some(recipe) = &self.recipe {
                recipe.begun(&input);
            }
            self.want_key(false);
        }
        self.inbox.push_back(Message::Input(input, permit));
        self.inputs += 1;
        self.feeders.note();
    }

    /// True if the host closed the session.
    pub(super) fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed)
    }

    /// True if there is no worker, or none any more.
    pub(super) fn worker_has_ended(&self) -> bool {
        self.worker.is_none() || self.worker_ended
    }

    /// Takes note that the worker ends. True if the session was closed before: then it has ended altogether.
    pub(super) fn end_worker(&mut self) -> bool {
        self.worker_ended = true;
        self.is_closed()
    }

    /// True if the worker has something to do. A configuration waits for the worker to start, not the other way.
    pub(super) fn is_working(&self) -> bool {
        self.busy || (self.worker.is_some() && !self.inbox.is_empty())
    }

    /// Inputs that the worker has not begun with.
    pub(super) fn waiting(&self) -> u32 {
        self.inbox.iter().filter(|message| matches!(message, Message::Input(..))).count() as u32
    }

    /// What a host whose poll finds nothing must do.
    pub(super) fn poll_advice(&self) -> Wait {
        if self.is_working() { Wait::Codec } else { Wait::Input }
    }

    /// Begins a new era: everything queued and ready is taken off.
    pub(super) fn sweep(&mut self, phase: Phase) -> Swept<I, O> {
        self.enter(phase);
        self.era += 1;
        self.recipe = None;
        Swept(std::mem::take(&mut self.inbox), std::mem::take(&mut self.outbox))
    }

    /// The codec failed: what is queued goes, what is ready stays and the failure comes after it.
    pub(super) fn fail(&mut self, failure: Failure) -> Swept<I, O> {
        self.enter(Phase::Failed(Box::new(failure.error.clone())));
        self.outbox.push_back(Event::Failed(failure));
        Swept(std::mem::take(&mut self.inbox), VecDeque::new())
    }
}
