//! FFmpeg, and nothing else: the only room that names `ffmpeg_sys_next`.
//!
//! Each file wraps one FFmpeg object in a Rust value that owns it. Above this room there are no raw FFmpeg
//! pointers, and no other room is `unsafe` because of FFmpeg.

mod callbacks;
mod codec_name;
mod color;
mod error;
mod input;
mod io;
mod options;
mod orientation;
mod output;
mod packet;
mod parameters;
mod time;

pub use input::{Input, Received};
pub use output::{Output, Times};
pub use time::check_us;
