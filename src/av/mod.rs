//! FFmpeg, and nothing else: the only room that names `ffmpeg_sys_next`.
//!
//! Each file wraps one FFmpeg object in a Rust value that owns it. Above this room there are no raw FFmpeg
//! pointers, and no other room is `unsafe` because of FFmpeg.

mod audio_encoder;
mod audio_frame;
mod audio_parameters;
mod bitstream_filter;
mod block;
mod callbacks;
mod clock;
mod color;
mod context;
mod decoder;
mod descriptor;
mod encoder;
mod encoder_name;
mod error;
mod file;
mod format_error;
mod frame;
mod host_options;
mod input_file;
mod io;
mod language;
mod log;
mod metadata;
mod open_end;
mod opening;
mod options;
mod orientation;
mod output_file;
mod output_format;
mod output_streams;
mod packet;
mod parameters;
mod parser;
mod picture;
mod pixel_format;
mod probe;
mod rate;
mod read_back;
mod resampler;
mod room;
mod sample_format;
mod scaler;
mod sound;
mod stream_facts;
mod stream_limits;
mod time;
mod version;

pub use audio_encoder::{AudioEncoder, AudioEncoderSettings};
pub use block::{Block, Container, Times, Told};
pub use decoder::{Decoder, DecoderSettings, Fit, LIMIT_NAMES};
pub use descriptor::medium;
pub use encoder::{Encoder, EncoderSettings};
pub use encoder_name::EncoderName;
pub use frame::Frame;
pub use input_file::{Cover, Extent, InputFile, Received};
pub use io::Stream;
pub use log::set_others as set_log_of_others;
pub use output_file::OutputFile;
pub use packet::Packet;
pub use parser::Parser;
pub use picture::Picture;
pub use resampler::{Pulled, Resampler};
pub use scaler::Scaler;
pub use sound::Sound;
pub use time::check_us;
pub use version::version;

use crate::sync::lock::Lock;

/// For fork: this room's locks of the process, in the order in which they are taken.
pub fn locks() -> [&'static dyn Lock; 2] {
    [opening::lock(), log::lock()]
}
