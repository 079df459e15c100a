//! framegate: the W3C WebCodecs model as a C library over FFmpeg, with a gate that bounds every handle.

mod av;
pub mod container;
pub mod error;
pub mod media;
