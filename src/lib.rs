//! framegate: the W3C WebCodecs model as a C library over FFmpeg, with a gate that bounds every handle.
//!
//! The rooms, from the heart outwards. Data goes one way through them: ffi -> codec -> machine -> gate, and
//! ffi -> container, codec -> av -> media.
//!
//! - [`gate`] bounds what is in flight between host and codec. Read it first. [`bell`] is how it tells waiters.
//! - [`machine`] is one generic handle: a desk, a worker thread and a `Codec` trait with three verbs.
//! - `codec` holds the fillings of the machine: how a configuration becomes an encoder or decoder.
//! - [`media`] holds safe values: formats, frames, chunks, configurations, conversion. No FFmpeg names.
//! - [`container`] reads and writes files.
//! - `av` is the only room that names FFmpeg.
//! - `ffi` is the only room with exported functions: it checks, converts, calls, and converts back.
//! - [`error`], `log` and `sync` (locks, and what fork leaves of them) serve them all.
//!
//! `gate` and `machine` know neither FFmpeg nor C, so `--cfg loom` model-checks them with a codec of numbers.

#[cfg(not(loom))]
mod av;
#[cfg(not(loom))]
mod codec;
#[cfg(not(loom))]
pub mod container;
#[cfg(not(loom))]
mod ffi;
#[cfg(not(loom))]
mod log;
#[cfg(not(loom))]
pub mod media;

pub mod bell;
pub mod error;
pub mod gate;
pub mod machine;
pub mod sync;
