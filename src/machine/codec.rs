//! What the machine asks of a codec.

use std::any::Any;

use crate::error::{Error, Result};
use crate::gate::Weight;

/// Something that takes inputs and, sooner or later, gives outputs. Lives on the worker thread alone.
pub trait Codec<I, O> {
    /// Takes one input. Only called when `receive` last said `None`.
    fn send(&mut self, input: I) -> std::result::Result<(), Failure>;

    /// The next output, or `None` if it wants another input first (or, when draining, has given everything).
    fn receive(&mut self) -> std::result::Result<Option<O>, Failure>;

    /// No input comes for now: `receive` must give everything that is held back, then `None`. After that
    /// `send` begins anew, as if just opened.
    fn drain(&mut self) -> std::result::Result<(), Failure>;

    /// Inputs taken that no output has answered.
    fn holding(&self) -> usize;

    /// Inputs that no output will answer, of those since it was asked last: pictures that are not to be shown.
    fn take_dropped(&mut self) -> u64 {
        0
    }

    /// Goes on under another configuration as it is: what it holds comes out as it would have, and the next input
    /// continues the stream. False if it cannot; nothing has changed then.
    fn carry_on(&mut self, configuration: &dyn Any) -> bool {
        let _ = configuration;
        false
    }

    /// Everything has come out: begins anew under another configuration, with what it knows of the outputs that the host
    /// has. False if it cannot; the recipe opens another codec then.
    fn renew(&mut self, configuration: &dyn Any) -> bool {
        let _ = configuration;
        false
    }
}

/// How to open a codec: a configuration that was checked.
pub trait Recipe<I: Input, O>: Send + Sync {
    /// Opens the codec, on the worker thread, at the first input.
    fn open(&self) -> std::result::Result<Box<dyn Codec<I, O>>, Failure>;

    /// Opens the codec and closes it again, to see whether it does.
    ///
    /// # Errors
    /// What [`open`](Self::open) would say.
    fn probe(&self) -> Result<()> {
        Ok(())
    }

    /// What [`Codec::carry_on`] and [`Codec::renew`] are told of the configuration; `None`: they are not asked.
    fn configuration(&self) -> Option<&dyn Any> {
        None
    }

    /// What an input will take in the gate, once it is taken.
    fn weight(&self, offer: I::Offer<'_>) -> Weight;

    /// The input as it waits for the codec, once a permit for it was given: a copy or a reference, in a form that the codec
    /// takes. Called without a lock, maybe on several threads at once, and again if another configuration came meanwhile.
    ///
    /// # Errors
    /// `OutOfMemory`, or what the input cannot become; it is not taken then.
    fn take(&self, offer: I::Offer<'_>) -> Result<I>;

    /// Looks at an input before it is taken, maybe more than once. `key_wanted`: the stream must begin with it.
    /// Changes nothing: an input that is acceptable may still be kept out by the gate. Goes by the input, `key_wanted`, and
    /// what [`begun`](Self::begun) noted.
    ///
    /// # Errors
    /// Refuses the input.
    fn accept(&self, offer: I::Offer<'_>, key_wanted: bool) -> Result<()> {
        let _ = (offer, key_wanted);
        Ok(())
    }

    /// The input was taken, under the lock, as the first since configure, flush or reset: what it fixes for those that
    /// follow is noted here.
    fn begun(&self, input: &I) {
        let _ = input;
    }
}

/// What a host enqueues.
pub trait Input: Send + Sized + 'static {
    /// The input while it still belongs to the host.
    type Offer<'a>: Copy;

    /// True if a codec can begin with it.
    fn is_key(offer: Self::Offer<'_>) -> bool;

    /// Its time, for the error output of a failure.
    fn timestamp_us(&self) -> i64;
}

/// What a codec gives.
pub trait Output: Send + 'static {
    /// What it weighs in the gate.
    fn bytes(&self) -> u64;
}

/// Why a codec cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What happened, in the codec's own words.
    pub error: Error,
    /// The time of the input that it happened to, where the codec knows better than the machine.
    pub timestamp_us: Option<i64>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, timestamp_us: None }
    }
}
