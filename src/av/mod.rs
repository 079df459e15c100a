//! FFmpeg, and nothing else: the only room that names `ffmpeg_sys_next`.
//!
//! Each file wraps one FFmpeg object in a Rust value that owns it. Above this room there are no raw FFmpeg
//! pointers, and no other room is `unsafe` because of FFmpeg.

mod callbacks;
mod color;
mod context;
mod decoder;
mod encoder;
mod error;
mod frame;
mod log;
mod options;
mod packet;
mod pixel_format;
mod version;

pub use decoder::{Decoder, DecoderSettings};
pub use encoder::{Encoder, EncoderName, EncoderSettings};
pub use frame::Frame;
pub use packet::Packet;
pub use version::version;
