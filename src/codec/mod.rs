//! The fillings of the machine. Each turns a configuration into a recipe, and a recipe into a codec.
//!
//! `video_encoder` and `video_decoder` are the codecs, `running` is an encoder at work, `pace` measures how fast frames
//! come, `encoder_settings` is how their settings follow from a configuration, `cores` says how many threads they get, `heap` gives back what closed ones leave, `picture`
//! makes frames what an encoder wants, `null_encoder` does nothing, to measure the gate with, and `timeline` carries what belongs
//! to a frame past FFmpeg, which knows only numbers. `audio_encoder` and `audio_decoder` are the codecs of sound, whose times are counted
//! in samples (`sample_clock`). They name no codec: what is a codec's own is in `registry`, what is an
//! encoder library's in `tuning`.

mod audio_decoder;
mod audio_encoder;
mod cores;
mod delay;
mod encoder_settings;
mod heap;
mod layers;
mod null_encoder;
mod pace;
mod picture;
mod running;
mod sample_clock;
mod timeline;
mod video_decoder;
mod video_encoder;

use std::sync::Arc;

pub use crate::av::locks as av_locks;
pub use crate::av::{Pulled, Resampler};
pub use heap::lock as heap_lock;
pub use picture::scaled;

use crate::error::{Error, Result};
use crate::machine::{Input, Output, Recipe};
use crate::media::{Chunk, ChunkRef, Config, Dictionary, Frame, keys};
use crate::registry::{self, Parsed};

/// What an encoder is given.
pub struct EncoderInput {
    frame: Arc<Frame>,
    how: EncodeOptions,
}

/// How to encode one frame: W3C `VideoEncoderEncodeOptions`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EncodeOptions {
    /// Make it a key frame.
    pub key_frame: bool,
    /// `bitrateMode` quantizer: its quantizer, by the codec's own numbers.
    pub quantizer: Option<i32>,
}

/// A frame that a host offers.
#[derive(Clone, Copy)]
pub struct EncoderOffer<'a> {
    /// The frame; taken by reference count.
    pub frame: &'a Arc<Frame>,
    /// How to encode it.
    pub how: EncodeOptions,
}

/// A checked encoder configuration.
pub type EncoderRecipe = Arc<dyn Recipe<EncoderInput, Chunk>>;
/// A checked decoder configuration.
pub type DecoderRecipe = Arc<dyn Recipe<Chunk, Frame>>;

/// This process is a child that was just forked: its parent's codecs are not at work here, and will never be closed.
pub fn forked() {
    cores::forked();
    heap::forked();
}

/// Checks an encoder's configuration.
///
/// # Errors
/// `InvalidArgument` and `NotSupported`, naming the key and what is allowed.
pub fn encoder_recipe(config: &Config) -> Result<EncoderRecipe> {
    if config.codec() == null_encoder::CODEC {
        config.check_is(Dictionary::VideoEncoder)?;
        return Ok(Arc::new(null_encoder::NullEncoder::default()));
    }
    let (registration, parsed) = registry::parse(config.codec())?;
    match parsed {
        Parsed::Video(video) => {
            config.check_is(Dictionary::VideoEncoder)?;
            Ok(Arc::new(video_encoder::VideoEncoderRecipe::new(config, registration, video)?))
        }
        Parsed::Audio(audio) => {
            config.check_is(Dictionary::AudioEncoder)?;
            Ok(Arc::new(audio_encoder::AudioEncoderRecipe::new(config, registration, audio)?))
        }
    }
}

/// Checks a decoder's configuration.
///
/// # Errors
/// `InvalidArgument` and `NotSupported`, naming the key and what is allowed.
pub fn decoder_recipe(config: &Config) -> Result<DecoderRecipe> {
    if config.codec() == null_encoder::CODEC {
        return Err(Error::not_supported(format!("codec \"{}\" only encodes", null_encoder::CODEC)));
    }
    let (registration, parsed) = registry::parse(config.codec())?;
    match parsed {
        Parsed::Video(video) => {
            config.check_is(Dictionary::VideoDecoder)?;
            Ok(Arc::new(video_decoder::VideoDecoderRecipe::new(config, registration, video)?))
        }
        Parsed::Audio(audio) => {
            config.check_is(Dictionary::AudioDecoder)?;
            audio_decoder::check_described(config, &*audio)?;
            Ok(Arc::new(audio_decoder::AudioDecoderRecipe::new(config, registration, audio)?))
        }
    }
}

/// Checks that an encoder of a configuration can be opened.
///
/// # Errors
/// As [`encoder_recipe`]; `OutOfMemory`.
pub fn encoder_support(config: &Config) -> Result<()> {
    encoder_recipe(config)?.probe()
}

/// Checks that a decoder of a configuration can be opened. As W3C has it, the question may come before there is a description: then
/// it is about the codec.
///
/// # Errors
/// As [`decoder_recipe`]; `OutOfMemory`.
pub fn decoder_support(config: &Config) -> Result<()> {
    if let Ok((registration, Parsed::Audio(audio))) = registry::parse(config.codec())
        && audio_decoder::check_described(config, &*audio).is_err()
    {
        config.check_is(Dictionary::AudioDecoder)?;
        return audio_decoder::AudioDecoderRecipe::new(config, registration, audio).map(drop);
    }
    decoder_recipe(config)?.probe()
}

/// The gate's measures in a configuration: `slots` and `maxBytes`.
pub fn gate_size(config: &Config) -> (u32, Option<u64>) {
    (config.value(&keys::SLOTS), config.value(&keys::MAX_BYTES))
}

impl Input for EncoderInput {
    type Offer<'a> = EncoderOffer<'a>;

    fn is_key(_: EncoderOffer<'_>) -> bool {
        true
    }

    fn timestamp_us(&self) -> i64 {
        self.frame.timestamp_us()
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
        self.as_ref().bytes()
    }
}

impl Output for Frame {
    fn bytes(&self) -> u64 {
        Frame::bytes(self)
    }
}
