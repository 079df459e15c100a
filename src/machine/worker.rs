//! The codec's side of a handle: one thread that never waits for the host.

use std::any::Any;
use std::sync::atomic::Ordering;

use crossbeam_utils::CachePadded;

use super::caught::{Outcome, caught, drop_caught};
use super::codec::{Codec, Failure, Input, Output, Recipe};
use super::desk::{Desk, Event, Message, Phase};
use super::pace::Pace;
use crate::bell::Change;
use crate::error::{Error, Kind, Result};
use crate::gate::{Gate, Permit};
use crate::sync::{Arc, AtomicBool, Mutex, MutexGuard, Parker, Unparker, spawn};

/// What session and worker share.
pub(super) struct Shared<I, O> {
    gate: Arc<Gate>,
    desk: CachePadded<Mutex<Desk<I, O>>>,
    unparker: Unparker,
    /// Something came since the worker last looked at the desk.
    mail: CachePadded<AtomicBool>,
}

impl<I: Input, O: Output> Shared<I, O> {
    pub(super) fn new(gate: Arc<Gate>) -> Arc<Self> {
        let parker = Parker::new();
        let unparker = parker.unparker().clone();
        Arc::new(Self {
            gate,
            desk: CachePadded::new(Mutex::new(Desk::new(parker))),
            unparker,
            mail: CachePadded::new(AtomicBool::new(false)),
        })
    }

    pub(super) fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }

    pub(super) fn desk(&self) -> MutexGuard<'_, Desk<I, O>> {
        self.desk.lock()
    }

    /// Tells the worker to look at the desk. One that has not started looks when it does.
    pub(super) fn wake_worker(&self) {
        self.mail.store(true, Ordering::Release);
        self.unparker.unpark();
    }

    /// Does `work` at the desk, unless `era` is over. False if it is.
    fn in_era(&self, era: u64, work: impl FnOnce(&mut Desk<I, O>)) -> bool {
        let mut desk = self.desk();
        let current = desk.era == era;
        if current {
            work(&mut desk);
        }
        current
    }

    /// Puts an event on the desk. If its era is not over: how many messages wait.
    fn post(&self, era: u64, event: impl FnOnce() -> Event<O>) -> Option<usize> {
        let mut queued = 0;
        let current = self.in_era(era, |desk| {
            desk.outbox.push_back(event());
            queued = desk.inbox.len();
        });
        current.then_some(queued)
    }

    /// Puts an output on the desk, with a slot of its input's `permit` or, without one, past the gate. As [`post`](Self::post).
    fn deliver(&self, era: u64, output: O, permit: &mut Option<Permit>, in_codec: usize) -> Option<usize> {
        let bytes = output.bytes();
        // What an era that is over leaves untaken drops after the lock, with the closure.
        self.post(era, || {
            let own = match permit.take() {
                Some(inputs) => {
                    let (own, left) = inputs.answered(bytes, in_codec);
                    *permit = left;
                    own
                }
                None => self.gate.overshoot(bytes, in_codec),
            };
            Event::Output(output, own)
        })
    }

    fn fail(&self, era: u64, failure: Failure) {
        let mut swept = None;
        self.in_era(era, |desk| {
            self.gate.set_in_codec(0);
            swept = Some(desk.fail(failure));
        });
        self.gate.bell().ring(Change::Any);
    }
}

/// The worker thread's own.
pub(super) struct Worker<I, O> {
    shared: Arc<Shared<I, O>>,
    era: u64,
    recipe: Option<Arc<dyn Recipe<I, O>>>,
    pace: Pace,
}

type Open<I, O> = Option<Box<dyn Codec<I, O>>>;
type Verb<I, O> = fn(&mut dyn Codec<I, O>, &dyn Any) -> bool;

enum Next<I, O> {
    Message(Message<I, O>),
    NewEra,
    Idle,
    End,
}

impl<I: Input, O: Output> Worker<I, O> {
    /// Starts the worker of `shared`, whose desk this is, unless it was started before.
    pub(super) fn ensure(shared: &Arc<Shared<I, O>>, desk: &mut Desk<I, O>) -> Result<()> {
        if desk.worker.is_some() {
            return Ok(());
        }
        let worker = Self { shared: Arc::clone(shared), era: desk.era, recipe: None, pace: Pace::new() };
        let thread = spawn("framegate", move || worker.run())
            .map_err(|error| Error::out_of_memory(format!("the handle's thread could not start: {error}")))?;
        desk.worker = Some(thread);
        Ok(())
    }

    fn run(mut self) {
        // Taken by the thread itself, so that an attempt to start it that fails leaves it for the next.
        let Some(parker) = self.shared.desk().parker.take() else { return };
        let mut codec: Open<I, O> = None;
        loop {
            match self.next() {
                Next::Message(message) => self.handle(message, &mut codec),
                Next::NewEra => drop_caught(codec.take()),
                Next::Idle => self.pace.rest(|| self.shared.mail.load(Ordering::Acquire), || parker.park()),
                Next::End => break,
            }
        }
        drop_caught(codec.take());
        self.recipe = None;
        let closed = self.shared.desk().end_worker();
        if closed {
            self.shared.gate.bell().end();
        }
    }

    fn next(&mut self) -> Next<I, O> {
        self.shared.mail.store(false, Ordering::Relaxed); // before looking: what comes later sets it again
        let mut desk = self.shared.desk();
        if matches!(desk.phase, Phase::Closed | Phase::Failed(_)) {
            desk.busy = false;
            return Next::End;
        }
        if self.era != desk.era {
            self.era = desk.era;
            self.recipe = None;
            return Next::NewEra;
        }
        if let Some(message) = desk.inbox.pop_front() {
            desk.busy = true;
            drop(desk);
            if matches!(message, Message::Input(..)) {
                self.shared.gate.bell().ring(Change::Taken);
            } else if self.pace.has_untold() {
                self.shared.gate.bell().ring(Change::Output);
            }
            return Next::Message(message);
        }
        let was_busy = std::mem::take(&mut desk.busy);
        drop(desk);
        if was_busy {
            // Poll's advice changes from "wait" to "enqueue", and a wait for the codec may now be for ever.
            self.shared.gate.bell().ring(Change::Any);
        }
        Next::Idle
    }

    fn handle(&mut self, message: Message<I, O>, codec: &mut Open<I, O>) {
        let (mut permit, mut at) = (None, None);
        let result = caught(|| match message {
            Message::Input(input, its_permit) => {
                permit = Some(its_permit);
                at = Some(input.timestamp_us());
                self.feed(input, &mut permit, codec)
            }
            Message::Flush(id) => {
                self.drain(codec)?;
                if self.shared.post(self.era, || Event::Flushed(id)).is_some() {
                    self.shared.gate.bell().ring(Change::Output);
                }
                Ok(())
            }
            Message::Configure(recipe) => self.reconfigure(recipe, codec),
        });
        if let Err(failure) = result {
            let timestamp_us = failure.timestamp_us.or(at);
            self.shared.fail(self.era, Failure { timestamp_us, ..failure });
            drop_caught(codec.take());
        }
        // The permit of an input that failed returns here, after the failure can be seen.
        drop(permit);
    }

    /// Gives the codec an input, whose `permit` goes to its outputs, and what they leave of it back.
    fn feed(&mut self, input: I, permit: &mut Option<Permit>, codec: &mut Open<I, O>) -> Outcome {
        let codec = self.open(codec)?;
        codec.send(input)?;
        while let Some(output) = codec.receive()? {
            if !self.deliver(output, permit, codec.holding()) {
                return Ok(());
            }
        }
        let (dropped, holding) = (codec.take_dropped(), codec.holding());
        let swallowed = permit.take();
        if dropped > 0 || swallowed.is_some() {
            self.shared.in_era(self.era, |desk| {
                desk.dropped += dropped;
                match swallowed {
                    Some(permit) => permit.swallowed(holding),
                    None => self.shared.gate.set_in_codec(holding),
                }
            });
        }
        Ok(())
    }

    fn open<'a>(
        &self,
        codec: &'a mut Open<I, O>,
    ) -> std::result::Result<&'a mut Box<dyn Codec<I, O>>, Failure> {
        match codec {
            Some(codec) => Ok(codec),
            none => {
                let unknown = || Error::new(Kind::Internal, "an input came before a configuration");
                Ok(none.insert(self.recipe.as_ref().ok_or_else(unknown)?.open()?))
            }
        }
    }

    /// Keeps the codec where it can go on, or at least begin anew.
    fn reconfigure(&mut self, recipe: Arc<dyn Recipe<I, O>>, codec: &mut Open<I, O>) -> Outcome {
        let asked = |codec: &mut Open<I, O>, verb: Verb<I, O>| match (codec, recipe.configuration()) {
            (Some(codec), Some(configuration)) => verb(&mut **codec, configuration),
            _ => false,
        };
        if !asked(codec, |codec, configuration| codec.carry_on(configuration)) {
            self.drain(codec)?;
            if !asked(codec, |codec, configuration| codec.renew(configuration)) {
                *codec = None;
            }
        }
        self.recipe = Some(recipe);
        Ok(())
    }

    /// Gives an output, and tells the host of it in its time. False if its era is over.
    fn deliver(&mut self, output: O, permit: &mut Option<Permit>, in_codec: usize) -> bool {
        let Some(queued) = self.shared.deliver(self.era, output, permit, in_codec) else { return false };
        let bell = self.shared.gate.bell();
        if self.pace.tells(queued) {
            bell.ring(Change::Output)
        } else {
            bell.count()
        }
        true
    }

    fn drain(&mut self, codec: &mut Open<I, O>) -> Outcome {
        let Some(codec) = codec else { return Ok(()) };
        codec.drain()?;
        while let Some(output) = codec.receive()? {
            if !self.deliver(output, &mut None, codec.holding()) {
                return Ok(());
            }
        }
        let (dropped, holding) = (codec.take_dropped(), codec.holding());
        self.shared.in_era(self.era, |desk| {
            desk.dropped += dropped;
            self.shared.gate.set_in_codec(holding);
        });
        Ok(())
    }
}
