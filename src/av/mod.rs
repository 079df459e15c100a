//! FFmpeg, and nothing else: the only room that names `ffmpeg_sys_next`.
//!
//! Each file wraps one FFmpeg object in a Rust value that owns it. Above this room there are no raw FFmpeg
//! pointers, and no other room is `unsafe` because of FFmpeg.

mod callbacks;
mod color;
mod error;
mod options;
mod packet;
mod scaler;
