//! The machine: one generic handle, whatever the codec is. Knows neither FFmpeg nor C.
//!
//! A [`Session`] is what the host calls; it never waits but where its caller asks it to. Its worker thread,
//! started by the first enqueue, takes messages (configure, input, flush) in order from the session's desk,
//! feeds a [`Codec`], and puts outputs back on the desk. The gate's permits travel with inputs and outputs.
//!
//! - `codec`: the three verbs of a codec (send, receive, drain), and the recipe that opens one.
//! - `desk`: everything under the session's lock: phase, inbox, outbox.
//! - `session`: the host's side, `stats` its numbers.
//! - `waiting`: the one loop in which a host's call waits; `stuck`: when it would never end.
//! - `worker`: the codec's side, `pace` when it sleeps and wakes the host, `caught` what its panics become.
//! - `leases`: the tokens of outputs that hosts hold.
//! - `waitset`: where a host waits for many sessions at once.  `waker`: the wake descriptor.

mod caught;
mod codec;
mod desk;
mod leases;
mod pace;
mod session;
mod stats;
mod stuck;
mod waiting;
mod waitset;
#[cfg(not(loom))]
mod waker;
mod worker;

pub use codec::{Codec, Failure, Input, Output, Recipe};
pub use desk::Event;
pub use leases::Leases;
pub use session::Session;
pub use stats::Stats;
pub use waiting::{Callback, Flow, Timeout, Wait};
pub use waitset::WaitSet;
#[cfg(not(loom))]
pub use waker::descriptor;
