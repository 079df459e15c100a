//! The gate: at most `slots` items are in flight between a host and its codec.
//!
//! *In flight* are the inputs that the codec has not answered and the outputs that the host has not released.
//! Each holds a [`Permit`], a value whose `Drop` gives the slot back, so that no path can lose one: not an
//! error, a reset, a dropped frame, or a panicking worker.
//!
//! ```text
//!            try_admit            answered               polled
//!   host  ------------->  Queued ----------->  Ready  ------------>  Held  ---> drop = release
//!            (may say no)    |      swallowed
//!                            +-------------------> in the codec: holds no slot, is counted apart
//! ```
//!
//! Two rules keep it from ever deadlocking:
//!
//! - *Only the host is ever refused.* [`Gate::try_admit`] is the one place that says no, and only enqueue calls
//!   it. What comes out of the codec takes the permit of its input, or one that nobody is asked for
//!   ([`Gate::overshoot`]), so the worker never waits and draining, reset, close and free cannot hang.
//! - *The codec holds no slots.* An input that stays in the codec (lookahead, reordering) gives its permit back
//!   at once. Otherwise an encoder that wants 40 frames before its first output would starve behind 16 slots.
//!
//! Hence in flight + in the codec <= slots + the codec's delay, whatever the host does.

use crossbeam_utils::CachePadded;

use crate::bell::{Bell, Change};
use crate::crowd::Crowd;
use crate::sync::origin::Origin;
use crate::sync::{Arc, Mutex};

/// The gate of one handle, shared by the handle and every permit that it gave out.
pub struct Gate {
    origin: Origin,
    slots: u32,
    max_bytes: u64,
    ledger: CachePadded<Mutex<Ledger>>,
    bell: Bell,
}

/// What is where. All counts of one handle change under one lock, so a snapshot is one consistent moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Counts {
    /// Inputs that the codec has not answered yet.
    pub queued: u32,
    /// Outputs that wait for poll.
    pub ready: u32,
    /// Outputs that the host has not released.
    pub held: u32,
    /// Inputs that the codec keeps.
    pub in_codec: u32,
    /// The most that `in_flight` ever was.
    pub in_flight_peak: u32,
    /// The most that `in_codec` ever was.
    pub in_codec_peak: u32,
    /// Bytes in flight.
    pub bytes: u64,
    /// The most that `bytes` ever was.
    pub bytes_peak: u64,
    /// Outputs that the host released.
    pub releases: u64,
    /// Enqueues that waited for a slot.
    pub waits: u64,
    /// How long, together, microseconds.
    pub wait_us: u64,
}

/// In this order, what every frame changes is in one cache line.
#[repr(C)]
struct Ledger {
    counts: Counts,
    /// The bytes of the input that was last kept out; 0 once one was let in.
    refused_bytes: u64,
    consumers: Crowd,
}

/// Where a permit's item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Queued,
    Ready,
    Held,
}

impl Counts {
    /// Items that hold a permit.
    pub fn in_flight(&self) -> u32 {
        self.queued + self.ready + self.held
    }

    fn stage(&mut self, stage: Stage) -> &mut u32 {
        match stage {
            Stage::Queued => &mut self.queued,
            Stage::Ready => &mut self.ready,
            Stage::Held => &mut self.held,
        }
    }

    fn enter(&mut self, stage: Stage, bytes: u64) {
        *self.stage(stage) += 1;
        self.bytes += bytes;
        self.in_flight_peak = self.in_flight_peak.max(self.in_flight());
        self.bytes_peak = self.bytes_peak.max(self.bytes);
    }

    fn leave(&mut self, stage: Stage, bytes: u64) {
        *self.stage(stage) -= 1;
        self.bytes -= bytes;
    }

    fn set_in_codec(&mut self, in_codec: usize) {
        self.in_codec = u32::try_from(in_codec).unwrap_or(u32::MAX);
        self.in_codec_peak = self.in_codec_peak.max(self.in_codec);
    }
}

impl Gate {
    /// A gate of `slots` (at least 1), and of `max_bytes` if that is given.
    pub fn new(slots: u32, max_bytes: Option<u64>) -> Arc<Self> {
        let ledger = Ledger { counts: Counts::default(), refused_bytes: 0, consumers: Crowd::Nobody };
        let max_bytes = max_bytes.unwrap_or(u64::MAX);
        let (slots, ledger) = (slots.max(1), CachePadded::new(Mutex::new(ledger)));
        Arc::new(Self { origin: Origin::here(), slots, max_bytes, ledger, bell: Bell::new() })
    }

    /// Its width.
    pub fn slots(&self) -> u32 {
        self.slots
    }

    /// Rings on every change that could let a host's call go on.
    pub fn bell(&self) -> &Bell {
        &self.bell
    }

    /// The counts, all of one moment.
    pub fn counts(&self) -> Counts {
        self.ledger.lock().counts
    }

    /// Lets one input of `bytes` in, or gives the counts that kept it out. One item of any size passes when
    /// nothing else is in flight: a limit on bytes must not shut the gate for ever.
    pub fn try_admit(self: &Arc<Self>, bytes: u64) -> Result<Permit, Counts> {
        let mut ledger = self.ledger.lock();
        if !self.has_room(&ledger.counts, bytes) {
            ledger.refused_bytes = bytes;
            return Err(ledger.counts);
        }
        if ledger.refused_bytes != 0 {
            ledger.refused_bytes = 0; // written only when it changes: another cache line
        }
        ledger.counts.enter(Stage::Queued, bytes);
        Ok(self.permit(Stage::Queued, bytes))
    }

    /// The counts, if the gate would keep out the input that it kept out last (or, since then, any input). `consumes`:
    /// notes that the calling thread takes outputs.
    pub fn full(&self, consumes: bool) -> Option<Counts> {
        let mut ledger = self.ledger.lock();
        if consumes {
            ledger.consumers.note();
        }
        (!self.has_room(&ledger.counts, ledger.refused_bytes)).then_some(ledger.counts)
    }

    fn has_room(&self, counts: &Counts, bytes: u64) -> bool {
        let fits = counts.bytes.checked_add(bytes).is_some_and(|sum| sum <= self.max_bytes);
        counts.in_flight() == 0 || (counts.in_flight() < self.slots && fits)
    }

    /// A permit for an output that no input's permit is left for. Asks nobody.
    pub fn overshoot(self: &Arc<Self>, bytes: u64, in_codec: usize) -> Permit {
        let mut ledger = self.ledger.lock();
        ledger.counts.set_in_codec(in_codec);
        ledger.counts.enter(Stage::Ready, bytes);
        self.permit(Stage::Ready, bytes)
    }

    fn permit(self: &Arc<Self>, stage: Stage, bytes: u64) -> Permit {
        Permit { gate: Arc::clone(self), stage: Some(stage), origin: self.origin, bytes }
    }

    /// Notes how many inputs the codec keeps.
    pub fn set_in_codec(&self, in_codec: usize) {
        self.ledger.lock().counts.set_in_codec(in_codec);
    }

    /// Notes that the calling thread takes outputs.
    pub fn note_consumer(&self) {
        self.ledger.lock().consumers.note();
    }

    /// Notes that an enqueue waited.
    pub fn note_wait(&self, wait_us: u64) {
        let counts = &mut self.ledger.lock().counts;
        counts.waits += 1;
        counts.wait_us += wait_us;
    }

    /// True if the calling thread would wait for a slot for ever: the codec has answered everything, and no
    /// other thread ever took or released an output.
    pub fn only_i_can_free(&self) -> bool {
        let ledger = self.ledger.lock();
        ledger.counts.queued == 0 && ledger.counts.in_flight() > 0 && ledger.consumers.only_me()
    }
}

/// The right of one item to be in flight. Dropping it gives the slot back, on any thread, also when the handle
/// is long gone.
pub struct Permit {
    gate: Arc<Gate>,
    /// `None` once the slot has been given back.
    stage: Option<Stage>,
    /// The gate's. Here, because looking at the gate before its lock is taken costs a cache line's way twice.
    origin: Origin,
    bytes: u64,
}

impl Permit {
    /// True if `gate` gave it out.
    pub fn is_of(&self, gate: &Arc<Gate>) -> bool {
        Arc::ptr_eq(&self.gate, gate)
    }

    /// The codec answered the input with an output of `bytes`, which inherits the permit.
    pub fn answered(&mut self, bytes: u64, in_codec: usize) {
        self.advance(Stage::Ready, bytes, |ledger| ledger.counts.set_in_codec(in_codec));
    }

    /// The codec keeps the input: the slot is free again and the codec holds `in_codec`, both in one moment.
    pub fn swallowed(mut self, in_codec: usize) {
        self.give_back(|ledger| ledger.counts.set_in_codec(in_codec));
    }

    /// The host took the output.
    pub fn polled(&mut self) {
        self.advance(Stage::Held, self.bytes, |ledger| ledger.consumers.note());
    }

    fn advance(&mut self, stage: Stage, bytes: u64, also: impl FnOnce(&mut Ledger)) {
        let mut ledger = self.gate.ledger.lock();
        if let Some(stage) = self.stage.replace(stage) {
            ledger.counts.leave(stage, self.bytes);
        }
        ledger.counts.enter(stage, bytes);
        self.bytes = bytes;
        also(&mut ledger);
    }

    fn give_back(&mut self, also: impl FnOnce(&mut Ledger)) {
        let Some(stage) = self.stage.take() else { return };
        if !self.origin.is_here() {
            // A parent's gate: its lock may be held by a thread that this process does not have, and nobody waits
            // for the slot. One reference too many keeps the last one from closing the parent's descriptors.
            std::mem::forget(Arc::clone(&self.gate));
            return;
        }
        let mut ledger = self.gate.ledger.lock();
        ledger.counts.leave(stage, self.bytes);
        if stage == Stage::Held {
            ledger.counts.releases += 1;
            ledger.consumers.note();
        }
        also(&mut ledger);
        drop(ledger);
        // An input's permit that returns without an output changes what poll says, too: the codec wants more.
        self.gate.bell.ring(if stage == Stage::Queued { Change::Any } else { Change::Slot });
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.give_back(|_| ());
    }
}
