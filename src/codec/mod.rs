//! The four small fillings of the machine. Each turns a configuration into a recipe, and a recipe into a codec.
//!
//! `video_encoder` and `video_decoder` are the codecs, `running` is an encoder at work, `pace` measures how fast frames
//! come, `h264` is how their settings follow from a configuration, `x264` and `parameters` are what a host may ask of
//! libx264, `crew` says how many threads they get, `picture` makes frames what an encoder wants, `null_encoder` does
//! nothing, to measure the gate with, and `timeline` carries what belongs to a frame past FFmpeg, which knows only numbers.

mod crew;
mod h264;
mod null_encoder;
mod pace;
mod parameters;
mod picture;
mod running;
mod timeline;
mod video_decoder;
mod video_encoder;
mod x264;

use std::sync::Arc;

pub use crate::av::locks as av_locks;
pub use crew::{forked, lock as heap_lock};
pub use picture::scaled;

use crate::error::Result;
use crate::machine::{Input, Output, Recipe};
use crate::media::codec_string::CodecString;
use crate::media::{Chunk, ChunkRef, Config, VideoFrame};

/// What an encoder is given.
pub struct EncoderInput {
    frame: Arc<VideoFrame>,
    how: EncodeOptions,
}

/// How to encode one frame: W3C `VideoEncoderEncodeOptions`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EncodeOptions {
    /// Make it a key frame.
    pub key_frame: bool,
    /// `bitrateMode` quantizer: its quantizer, 0 to 51.
    pub quantizer: Option<u8>,
}

/// A frame that a host offers.
#[derive(Clone, Copy)]
pub struct EncoderOffer<'a> {
    /// The frame; taken by reference count.
    pub frame: &'a Arc<VideoFrame>,
    /// How to encode it.
    pub how: EncodeOptions,
}

/// A checked encoder configuration.
pub type EncoderRecipe = Arc<dyn Recipe<EncoderInput, Chunk>>;
/// A checked decoder configuration.
pub type DecoderRecipe = Arc<dyn Recipe<Chunk, VideoFrame>>;

/// Checks an encoder's configuration.
///
/// # Errors
/// `InvalidArgument` and `NotSupported`, naming the key and what is allowed.
pub fn encoder_recipe(config: &Config) -> Result<EncoderRecipe> {
    match CodecString::parse(config.codec())? {
        CodecString::Avc(avc) => Ok(Arc::new(video_encoder::Plan::new(config, avc)?)),
        CodecString::Null => Ok(Arc::new(null_encoder::NullEncoder::default())),
    }
}

/// Checks a decoder's configuration.
///
/// # Errors
/// `InvalidArgument` and `NotSupported`, naming the key and what is allowed.
pub fn decoder_recipe(config: &Config) -> Result<DecoderRecipe> {
    match CodecString::parse(config.codec())? {
        CodecString::Avc(avc) => Ok(Arc::new(video_decoder::Plan::new(config, avc)?)),
        CodecString::Null => Err(crate::error::Error::not_supported("codec \"framegate.null\" only encodes")),
    }
}

/// The gate's measures in a configuration: `slots` and `maxBytes`.
pub fn gate_size(config: &Config) -> (u32, Option<u64>) {
    (config.number("slots").unwrap_or(16), config.number("maxBytes"))
}

impl Input for EncoderInput {
    type Offer<'a> = EncoderOffer<'a>;

    fn is_key(_: EncoderOffer<'_>) -> bool {
        true
    }

    fn timestamp_us(&self) -> i64 {
        self.frame.info().timestamp_us
    }
}

impl Input for Chunk {
    type Offer<'a> = ChunkRef<'a>;

    fn is_key(offer: ChunkRef<'_>) -> bool {
        offer.info.key
    }

    fn timestamp_us(&self) -> i64 {
        self.info.timestamp_us
    }
}

impl Output for Chunk {
    fn bytes(&self) -> u64 {
        self.data.len() as u64
    }
}

impl Output for VideoFrame {
    fn bytes(&self) -> u64 {
        self.planes().bytes()
    }
}
