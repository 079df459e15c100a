//! The audio decoder's configuration: what is checked before there is a chunk.

mod decoding;

use std::sync::Arc;

use super::video_decoder::limits;
use crate::av::{Decoder, DecoderSettings, Fit, Sound};
use crate::error::{Error, Result};
use crate::gate::Weight;
use crate::machine::{Codec, Failure, Recipe};
use crate::media::keys::Priming;
use crate::media::{Chunk, ChunkRef, Config, Frame, keys, memory};
use crate::registry::{Audio, Registration, SoundShape};
use decoding::AudioDecoder;

/// Checks that a description that is needed is there.
///
/// # Errors
/// `InvalidArgument`.
pub(super) fn check_described(config: &Config, audio: &dyn Audio) -> Result<()> {
    let channels = config.value(&keys::NUMBER_OF_CHANNELS).unwrap_or(0);
    if config.description().is_some() || !audio.needs_description(channels) {
        return Ok(());
    }
    let name = audio.name();
    Err(Error::invalid(format!(
        "description is not set, a decoder of {name} with {channels} channels needs it"
    )))
}

/// A checked configuration; of a description, [`check_described`] knows.
pub(super) struct AudioDecoderRecipe(Arc<Configured>);

struct Configured {
    settings: DecoderSettings,
    name: &'static str,
    /// What is not in the sound that was encoded is left out.
    drops: bool,
    /// Samples of it at the beginning of a sequence.
    priming: u32,
    /// The timestamps count them.
    is_timed: bool,
}

impl AudioDecoderRecipe {
    pub(super) fn new(config: &Config, registration: &Registration, audio: Box<dyn Audio>) -> Result<Self> {
        audio.decodes()?;
        let asked = SoundShape::of(config, "a decoder")?;
        let framing = audio.framing(config, config.description())?;
        let SoundShape { rate, channels } = framing.shape().unwrap_or(asked);
        let settings = DecoderSettings {
            codec: registration.av_name,
            title: audio.name(),
            format_key: None,
            name: config.value(&keys::FFMPEG_DECODER).map(str::to_owned),
            alpha_name: None,
            picture: None,
            sound: Some(Sound { rate, channels, layout: None }),
            extradata: memory::copy("description", framing.extradata(), 0)?,
            threads: 1,
            low_latency: true,
            host_options: config.own_av_options(),
            limits: limits(config)?,
        };
        Decoder::check(&settings)?;
        Ok(Self(Arc::new(Configured {
            settings,
            name: audio.name(),
            drops: config.value(&keys::PRIMING) == Priming::Drop,
            priming: audio.decoded_priming(config.value(&keys::PRIMING_SAMPLES).unwrap_or(framing.priming())),
            is_timed: config.value(&keys::PRIMING_IS_TIMED),
        })))
    }
}

impl Configured {
    fn open(&self) -> Result<Decoder> {
        Decoder::open(&self.settings, Fit { threads: 1, reorders_by_level: false, alpha: false })
    }
}

impl Recipe<Chunk, Frame> for AudioDecoderRecipe {
    fn open(&self) -> std::result::Result<Box<dyn Codec<Chunk, Frame>>, Failure> {
        Ok(Box::new(AudioDecoder::new(Arc::clone(&self.0))?))
    }

    fn probe(&self) -> Result<()> {
        self.0.open().map(drop)
    }

    fn weight(&self, offer: ChunkRef<'_>) -> Weight {
        Weight { slots: 1, bytes: offer.bytes() }
    }

    fn take(&self, offer: ChunkRef<'_>) -> Result<Chunk> {
        offer.to_chunk()
    }

    fn accept(&self, offer: ChunkRef<'_>, key_wanted: bool) -> Result<()> {
        if let Some(alpha) = offer.alpha {
            let (bytes, name) = (alpha.len(), self.0.name);
            return Err(Error::invalid(format!(
                "chunk.alpha_size is {bytes}, allowed is 0: {name} has no alpha"
            )));
        }
        match key_wanted && offer.data.is_empty() {
            true => Err(Error::data("a key chunk is wanted first: this one is empty")),
            false => Ok(()),
        }
    }
}
