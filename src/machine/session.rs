//! The host's side of a handle. Every function may be called from any thread beside any other.

use std::time::Instant;

use super::codec::{Input, Output, Recipe};
use super::desk::{Desk, Event, Phase};
use super::stats::Stats;
use super::stuck;
use super::waiting::{Callback, Flow, Timeout, Wait, wait_until};
use super::waitset::{Seat, WaitSet};
use super::worker::{Shared, Worker};
use crate::bell::{Bell, Change, Interest};
use crate::error::{Error, Result};
use crate::gate::{Gate, Permit};
use crate::sync::{Arc, Mutex, MutexGuard};

/// A handle: a gate, a desk, and (once something was enqueued) a worker thread with a codec.
///
/// Dropping it closes it and waits for the worker, which waits for nobody: at most for one call of the codec.
pub struct Session<I: Input, O: Output> {
    shared: Arc<Shared<I, O>>,
    /// Its place in a wait set, once it has joined one.
    seat: Mutex<Option<Seat>>,
}

impl<I: Input, O: Output> Session<I, O> {
    /// A session with a gate of its own, configured with `recipe`.
    pub fn new(slots: u32, max_bytes: Option<u64>, recipe: Arc<dyn Recipe<I, O>>) -> Result<Self> {
        let session = Self { shared: Shared::new(Gate::new(slots, max_bytes)), seat: Mutex::new(None) };
        session.configure(recipe)?;
        Ok(session)
    }

    fn desk(&self) -> MutexGuard<'_, Desk<I, O>> {
        self.shared.desk()
    }

    fn gate(&self) -> &Arc<Gate> {
        self.shared.gate()
    }

    /// Goes on with another configuration once everything sent before has come out.
    ///
    /// # Errors
    /// `Closed`, or the failure's kind, if the session has ended.
    pub fn configure(&self, recipe: Arc<dyn Recipe<I, O>>) -> Result<()> {
        let mut desk = self.desk();
        desk.check_open()?;
        desk.configure(recipe);
        drop(desk);
        self.shared.wake_worker();
        self.bell().ring(Change::Any); // who waits for either call may enqueue now
        Ok(())
    }

    /// Takes an input, waiting for a slot as long as `timeout` says. On anything but `Done`, takes nothing.
    ///
    /// # Errors
    /// `Closed` or the failure's kind, `InvalidState` unless configured, `Data` if a key chunk is due,
    /// `WouldDeadlock` if no slot can ever become free, what the recipe says of the input, `OutOfMemory` if
    /// the worker thread cannot start.
    pub fn enqueue(&self, offer: I::Offer<'_>, timeout: Timeout) -> Result<Flow<()>> {
        let mut began = None;
        let attempt = || {
            let flow = self.try_enqueue(offer)?;
            if flow != Flow::Done(()) && timeout != Timeout::Try {
                began.get_or_insert_with(Instant::now);
            }
            Ok(flow)
        };
        let result =
            wait_until(self.bell(), Interest::ENQUEUE, timeout, attempt, || stuck::enqueue(self.gate()));
        if let Some(began) = began {
            self.gate().note_wait(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
        }
        result
    }

    fn try_enqueue(&self, offer: I::Offer<'_>) -> Result<Flow<()>> {
        loop {
            // First: what is refused never has a slot, not for a moment. The recipe is kept beyond the lock.
            let (recipe, rules) = {
                let desk = self.desk();
                (Arc::clone(desk.check_offer(offer)?), desk.rules)
            };
            let permit = match self.gate().try_admit(recipe.weight(offer)) {
                Ok(permit) => permit,
                Err(counts) => return Ok(Flow::Wait(Wait::for_room(&counts))),
            };
            let input = recipe.take(offer)?;
            let mut desk = self.desk();
            // Another thread may have reset, flushed or configured meanwhile.
            if desk.rules != rules && !Arc::ptr_eq(desk.check_offer(offer)?, &recipe) {
                drop(desk); // before the permit, which rings the bell
                continue;
            }
            Worker::ensure(&self.shared, &mut desk)?;
            desk.take(input, permit);
            drop(desk);
            self.shared.wake_worker();
            return Ok(Flow::Done(()));
        }
    }

    /// Asks for everything that is held back; [`Event::Flushed`] with the returned number comes after it.
    ///
    /// # Errors
    /// `Closed` or the failure's kind, `InvalidState` unless configured, `OutOfMemory` if the worker cannot start.
    pub fn flush(&self) -> Result<u64> {
        let mut desk = self.desk();
        desk.configured()?;
        Worker::ensure(&self.shared, &mut desk)?;
        let id = desk.flush();
        drop(desk);
        self.shared.wake_worker();
        Ok(id)
    }

    /// The next event, waiting for it as long as `timeout` says.
    ///
    /// # Errors
    /// `Closed` or the failure's kind once everything was polled, `WouldDeadlock` if nothing can ever come.
    pub fn poll(&self, timeout: Timeout) -> Result<Flow<Event<O>>> {
        wait_until(
            self.bell(),
            Interest::POLL,
            timeout,
            || self.try_poll(),
            || stuck::poll(&self.desk(), self.gate()),
        )
    }

    fn try_poll(&self) -> Result<Flow<Event<O>>> {
        let mut desk = self.desk();
        match desk.outbox.pop_front() {
            Some(Event::Output(output, mut permit)) => {
                permit.polled();
                desk.outputs += 1;
                Ok(Flow::Done(Event::Output(output, permit)))
            }
            Some(event) => Ok(Flow::Done(event)),
            None => {
                self.gate().note_consumer();
                desk.check_open()?;
                Ok(Flow::Wait(desk.poll_advice()))
            }
        }
    }

    /// Waits until enqueue (for an input of any size) or poll may go on, or no input waits for the codec, whichever
    /// of `want` is first.
    ///
    /// # Errors
    /// As enqueue and poll.
    pub fn wait(&self, want: Interest, timeout: Timeout) -> Result<Flow<Interest>> {
        let stuck = || match (want.meets(Interest::ENQUEUE), want.meets(Interest::POLL)) {
            _ if want.meets(Interest::DEQUEUE) => None, // the codec waits for nobody
            (true, false) => stuck::enqueue(self.gate()),
            (false, _) => stuck::poll(&self.desk(), self.gate()),
            (true, true) => stuck::enqueue(self.gate()).and(stuck::poll(&self.desk(), self.gate())),
        };
        wait_until(self.bell(), want, timeout, || self.try_wait(want), stuck)
    }

    fn try_wait(&self, want: Interest) -> Result<Flow<Interest>> {
        let desk = self.desk();
        let (polls, enqueues) = (want.meets(Interest::POLL), want.meets(Interest::ENQUEUE));
        let configured = desk.configured().map(drop);
        let full = self.gate().full(polls);
        let mut ready = Interest::NONE;
        if polls && !desk.outbox.is_empty() {
            ready = ready.and(Interest::POLL);
        }
        if enqueues && configured.is_ok() && full.is_none() {
            ready = ready.and(Interest::ENQUEUE);
        }
        if want.meets(Interest::DEQUEUE) && desk.waiting() == 0 && desk.check_open().is_ok() {
            ready = ready.and(Interest::DEQUEUE);
        }
        if ready != Interest::NONE {
            return Ok(Flow::Done(ready));
        }
        desk.check_open()?;
        if !polls {
            configured?;
        }
        let wait =
            full.filter(|_| enqueues).map_or_else(|| desk.poll_advice(), |counts| Wait::for_room(&counts));
        Ok(Flow::Wait(wait))
    }

    /// Drops everything queued and ready; outputs that the host holds stay. The session wants a configuration then.
    ///
    /// # Errors
    /// `Closed` or the failure's kind.
    pub fn reset(&self) -> Result<()> {
        self.desk().check_open()?;
        self.end_era(Phase::Unconfigured);
        Ok(())
    }

    /// As reset, for good; every waiter gets `Closed`. Once is enough, more do no harm.
    pub fn close(&self) {
        if let Some(seat) = &*self.seat.lock() {
            seat.close();
        }
        self.end_era(Phase::Closed);
    }

    /// As close, for a host that is gone: dropping the session does not wait for the worker then, which lets go of its
    /// codec and ends by itself.
    pub fn abandon(&self) {
        self.close();
        drop(self.desk().worker.take());
    }

    /// True if the permit is of this session's gate.
    pub fn gave(&self, permit: &Permit) -> bool {
        permit.is_of(self.gate())
    }

    fn end_era(&self, phase: Phase) {
        let mut desk = self.desk();
        let was_closed = desk.is_closed();
        let swept = desk.sweep(phase);
        let over = !was_closed && desk.is_closed() && desk.worker_has_ended();
        self.gate().set_in_codec(0);
        drop(desk);
        drop(swept);
        self.shared.wake_worker();
        self.bell().ring(Change::Any);
        if over {
            self.bell().end(); // otherwise the worker says so
        }
    }

    /// The failure that ended the session, if one did and it was not closed since.
    pub fn failure(&self) -> Option<Error> {
        match &self.desk().phase {
            Phase::Failed(error) => Some(Error::clone(error)),
            _ => None,
        }
    }

    /// The statistics.
    pub fn stats(&self) -> Stats {
        Stats::of(&self.desk(), self.gate())
    }

    /// The bell, for wake descriptors.
    pub fn bell(&self) -> &Bell {
        self.gate().bell()
    }

    /// Joins a wait set as `key`, which comes up at once; leaves the one that it was in. `None` only leaves.
    pub fn join(&self, set: Option<(&Arc<WaitSet>, u64)>) {
        let mut seat = self.seat.lock();
        let seat = seat.get_or_insert_with(|| {
            let seat = Seat::default();
            self.bell().add_wake(Box::new(seat.clone()));
            seat
        });
        seat.change(set);
    }
}

impl<I: Input, O: Output> Drop for Session<I, O> {
    fn drop(&mut self) {
        self.close();
        if let Some(seat) = self.seat.lock().take() {
            seat.change(None);
        }
        let worker = self.desk().worker.take();
        // A host's callback runs on a worker, maybe this session's: it may not wait for any. The thread ends by itself.
        if let Some(worker) = worker.filter(|_| !Callback::is_running()) {
            // An error would be a panic outside the codec, which has been told on stderr; there is nobody else to tell.
            let _ = worker.join();
        }
    }
}
