//! What an audio codec string stands for.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::Samples;
use crate::error::{Error, Result};
use crate::media::{Config, keys};

/// An audio codec with its profile, as a codec string says it; displayed, it is that string.
pub trait Audio: Display + Send + Sync {
    /// What people call the codec.
    fn name(&self) -> &'static str;

    /// # Errors
    /// `NotSupported` if streams of this profile are not decoded, saying which are.
    fn decodes(&self) -> Result<()> {
        Ok(())
    }

    /// # Errors
    /// `NotSupported` if streams of this profile are not encoded, saying which are.
    fn encodes(&self) -> Result<()> {
        Ok(())
    }

    /// Samples a second that it encodes.
    fn rates(&self) -> Rates;

    /// Channels that it encodes, at most.
    fn channels(&self) -> u32;

    /// How many samples count as one item in flight, of an encoder whose frames have so many.
    fn item_samples(&self, frame_samples: u32) -> u32 {
        frame_samples
    }

    /// At how many samples a second comes out what was encoded at `rate`.
    fn decoded_rate(&self, rate: u32) -> u32 {
        rate
    }

    /// FFmpeg's names of the encoders that are preferred to others, the best first.
    fn encoders(&self) -> &'static [&'static str];

    /// AVOptions that the codec's own members of a configuration stand for.
    ///
    /// # Errors
    /// `InvalidArgument`, `NotSupported` naming the member and what is allowed.
    fn options(&self, _: &Config) -> Result<Vec<AudioOption>> {
        Ok(Vec::new())
    }

    /// How many of the samples that containers and encoders call priming are decoded at all.
    fn decoded_priming(&self, samples: u32) -> u32 {
        samples
    }

    /// Chunks of so many channels cannot be decoded without a description.
    fn needs_description(&self, _channels: u32) -> bool {
        false
    }

    /// What chunks look like under a configuration, and with a decoder's description: encoders have none.
    ///
    /// # Errors
    /// `Data` for a damaged description, `InvalidArgument` and `NotSupported` where something is missing or has no form.
    fn framing(&self, config: &Config, description: Option<&[u8]>) -> Result<Arc<dyn AudioFraming>>;

    /// How many samples the chunks of a configuration are decoded to.
    fn samples(&self, _: &Config) -> Samples {
        Samples::Unknown
    }

    /// The setup bytes that a container needs of a stream that has no description.
    fn setup(&self, _: &Config) -> Option<Vec<u8>> {
        None
    }
}

/// An option of an encoder.
pub struct AudioOption {
    /// FFmpeg's name of it.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// A hint, without which it goes as well: older encoders do not have it.
    pub hint: bool,
}

/// Which sample rates a codec has.
pub enum Rates {
    /// These.
    These(&'static [u32]),
    /// Every one of a range.
    Any(RangeInclusive<u32>),
}

impl Rates {
    /// # Errors
    /// `NotSupported` naming what is allowed.
    pub fn check(&self, rate: u32, codec: &str) -> Result<()> {
        let (has, allowed) = match self {
            Self::These(rates) => {
                (rates.contains(&rate), rates.iter().map(u32::to_string).collect::<Vec<_>>().join(", "))
            }
            Self::Any(rates) => (rates.contains(&rate), format!("{} to {}", rates.start(), rates.end())),
        };
        if has {
            return Ok(());
        }
        let name = keys::SAMPLE_RATE.name;
        Err(Error::not_supported(format!("{name} is {rate}, {codec} supports {allowed}")))
    }
}

/// How much sound there is at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoundShape {
    /// Samples a second of each channel.
    pub rate: u32,
    /// Channels.
    pub channels: u32,
}

impl SoundShape {
    /// What a configuration says; `who` needs it.
    ///
    /// # Errors
    /// `InvalidArgument` naming the key that is not set.
    pub fn of(config: &Config, who: &str) -> Result<Self> {
        let missing = |key: &str| Error::invalid(format!("{key} is not set, {who} needs it"));
        Ok(Self {
            rate: config.value(&keys::SAMPLE_RATE).ok_or_else(|| missing(keys::SAMPLE_RATE.name))?,
            channels: config
                .value(&keys::NUMBER_OF_CHANNELS)
                .ok_or_else(|| missing(keys::NUMBER_OF_CHANNELS.name))?,
        })
    }
}

/// What chunks of sound look like.
pub trait AudioFraming: Send + Sync {
    /// What the sound is by the description; `None`: by the configuration.
    fn shape(&self) -> Option<SoundShape> {
        None
    }

    /// The setup bytes of decoders.
    fn extradata(&self) -> &[u8] {
        &[]
    }

    /// Samples, as they are decoded, that a description says are to be left out at the beginning.
    fn priming(&self) -> u32 {
        0
    }

    /// The chunk of an encoder's packet; `None`: the packet as it is.
    ///
    /// # Errors
    /// `NotSupported` if it has no such form, `OutOfMemory`.
    fn chunk(&self, _: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    /// The description of an encoder's stream, by its setup bytes.
    ///
    /// # Errors
    /// `Data` if what the encoder gave cannot be described.
    fn describe(&self, _: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }
}

/// Chunks that are what encoders give and decoders take, without a description.
pub(super) struct Bare;

impl AudioFraming for Bare {}
