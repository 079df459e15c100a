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
//! An input of several outputs (sound, cut to the codec's frames) takes a slot for each; one of more than there are goes in alone.
//!
//! Hence in flight + in the codec <= slots (or those of one input, if they are more) + the codec's delay.

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

/// What an input takes in the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// Slots: one for each output that it will be at the most, at least 1.
    pub slots: u32,
    /// Bytes.
    pub bytes: u64,
}

/// What is where, in slots. All counts of one handle change under one lock, so a snapshot is one consistent moment.
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
    /// What was last kept out; [`ANY`] once something was let in.
    refused: Weight,
    consumers: Crowd,
}

/// The least that there is.
const ANY: Weight = Weight { slots: 1, bytes: 0 };

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

    fn enter(&mut self, stage: Stage, Weight { slots, bytes }: Weight) {
        *self.stage(stage) += slots;
        self.bytes += bytes;
        self.in_flight_peak = self.in_flight_peak.max(self.in_flight());
        self.bytes_peak = self.bytes_peak.max(self.bytes);
    }

    fn leave(&mut self, stage: Stage, Weight { slots, bytes }: Weight) {
        *self.stage(stage) -= slots;
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
        let ledger = Ledger { counts: Counts::default(), refused: ANY, consumers: Crowd::Nobody };
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

    /// Lets one input in, or gives the counts that kept it out. One item of any size passes when nothing else is in flight: no
    /// limit may shut the gate for ever.
    pub fn try_admit(self: &Arc<Self>, weight: Weight) -> Result<Permit, Counts> {
        let mut ledger = self.ledger.lock();
        if !self.has_room(&ledger.counts, weight) {
            ledger.refused = weight;
            return Err(ledger.counts);
        }
        if ledger.refused != ANY {
            ledger.refused = ANY; // written only when it changes: another cache line
        }
        ledger.counts.enter(Stage::Queued, weight);
        Ok(self.permit(Stage::Queued, weight))
    }

    /// The counts, if the gate would keep out the input that it kept out last (or, since then, any input). `consumes`:
    /// notes that the calling thread takes outputs.
    pub fn full(&self, consumes: bool) -> Option<Counts> {
        let mut ledger = self.ledger.lock();
        if consumes {
            ledger.consumers.note();
        }
        (!self.has_room(&ledger.counts, ledger.refused)).then_some(ledger.counts)
    }

    fn has_room(&self, counts: &Counts, Weight { slots, bytes }: Weight) -> bool {
        let fits = counts.bytes.checked_add(bytes).is_some_and(|sum| sum <= self.max_bytes);
        let in_flight = counts.in_flight();
        in_flight == 0 || (slots <= self.slots.saturating_sub(in_flight) && fits)
    }

    /// A permit for an output that no input's permit is left for. Asks nobody.
    pub fn overshoot(self: &Arc<Self>, bytes: u64, in_codec: usize) -> Permit {
        let mut ledger = self.ledger.lock();
        let weight = Weight { slots: 1, bytes };
        ledger.counts.set_in_codec(in_codec);
        ledger.counts.enter(Stage::Ready, weight);
        self.permit(Stage::Ready, weight)
    }

    fn permit(self: &Arc<Self>, stage: Stage, weight: Weight) -> Permit {
        Permit { gate: Arc::clone(self), stage: Some(stage), origin: self.origin, weight }
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

/// The right of one item to be in flight. Dropping it gives its slots back, on any thread, also when the handle
/// is long gone.
pub struct Permit {
    gate: Arc<Gate>,
    /// `None` once the slots have been given back.
    stage: Option<Stage>,
    /// The gate's. Here, because looking at the gate before its lock is taken costs a cache line's way twice.
    origin: Origin,
    weight: Weight,
}

impl Permit {
    /// True if `gate` gave it out.
    pub fn is_of(&self, gate: &Arc<Gate>) -> bool {
        Arc::ptr_eq(&self.gate, gate)
    }

    /// The codec answered the input with an output of `bytes`: its permit, which has a slot of the input's, and what is left of
    /// that.
    pub fn answered(mut self, bytes: u64, in_codec: usize) -> (Self, Option<Self>) {
        let last = self.weight.slots == 1;
        let taken = Weight { slots: 1, bytes: if last { self.weight.bytes } else { 0 } };
        let weight = Weight { slots: 1, bytes };
        let mut ledger = self.gate.ledger.lock();
        ledger.counts.leave(Stage::Queued, taken);
        ledger.counts.enter(Stage::Ready, weight);
        ledger.counts.set_in_codec(in_codec);
        drop(ledger);
        if last {
            (self.stage, self.weight) = (Some(Stage::Ready), weight);
            return (self, None);
        }
        self.weight.slots -= 1;
        (self.gate.permit(Stage::Ready, weight), Some(self))
    }

    /// The codec keeps the input: its slots are free again and the codec holds `in_codec`, both in one moment.
    pub fn swallowed(mut self, in_codec: usize) {
        self.give_back(|ledger| ledger.counts.set_in_codec(in_codec));
    }

    /// The host took the output.
    pub fn polled(&mut self) {
        let mut ledger = self.gate.ledger.lock();
        if let Some(stage) = self.stage.replace(Stage::Held) {
            *ledger.counts.stage(stage) -= self.weight.slots;
            *ledger.counts.stage(Stage::Held) += self.weight.slots;
        }
        ledger.consumers.note();
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
        ledger.counts.leave(stage, self.weight);
        if stage == Stage::Held {
            ledger.counts.releases += 1; // an output's permit is of one slot
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
