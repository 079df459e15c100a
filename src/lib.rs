//! framegate: the W3C WebCodecs model as a C library over FFmpeg, with a gate that bounds every handle.
//!
//! The rooms, from the heart outwards. Data goes one way through them: ffi -> codec -> machine -> gate, ffi -> container,
//! codec -> av -> media, codec -> tuning -> media, and codec, container -> registry -> media.
//!
//! - [`gate`] bounds what is in flight between host and codec. Read it first. [`bell`] is how it tells waiters, [`crowd`] whether
//!   anybody could.
//! - [`machine`] is one generic handle: a desk, a worker thread and a `Codec` trait with three verbs.
//! - `codec` holds the fillings of the machine: how a configuration becomes an encoder or decoder. It names no codec:
//! - [`registry`] knows the codecs, a file or folder each: strings, bytes of chunks, descriptions, profiles. No FFmpeg.
//! - `tuning` knows encoder libraries, a file each: which options follow from a configuration, what they hold and take.
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
#[cfg(not(loom))]
pub mod registry;
#[cfg(not(loom))]
mod tuning;

pub mod bell;
pub mod crowd;
pub mod error;
pub mod gate;
pub mod machine;
pub mod sync;
