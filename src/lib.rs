//! framegate: the W3C WebCodecs model as a C library over FFmpeg, with a gate that bounds every handle.

#[cfg(not(loom))]
mod av;
#[cfg(not(loom))]
pub mod media;

mod log;

pub mod bell;
pub mod error;
pub mod gate;
pub mod machine;
mod sync;
