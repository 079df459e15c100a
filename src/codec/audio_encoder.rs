//! The audio encoder's configuration: what is checked before there is a sample.

mod encoding;

use std::any::Any;
use std::sync::Arc;

use super::{EncoderInput, EncoderOffer};
use crate::av::{self, AudioEncoderSettings, EncoderName, Sound};
use crate::error::{Error, Result};
use crate::gate::Weight;
use crate::machine::{Codec, Failure, Recipe};
use crate::media::keys::{self, VideoEncoderBitrateMode};
use crate::media::{Chunk, Config, SampleFormat};
use crate::registry::{Audio, AudioFraming, Registration, SoundShape};
use crate::tuning;
use encoding::AudioEncoder;

/// A checked configuration.
pub(super) struct AudioEncoderRecipe(Arc<Configured>);

/// What the encoders of one configuration share.
struct Configured {
    /// What it was made of.
    config: Config,
    settings: AudioEncoderSettings,
    audio: Box<dyn Audio>,
    framing: Arc<dyn AudioFraming>,
    /// Samples that count as one item; `None`: each input is one.
    item_samples: Option<u32>,
}

impl AudioEncoderRecipe {
    pub(super) fn new(config: &Config, registration: &Registration, audio: Box<dyn Audio>) -> Result<Self> {
        audio.encodes()?;
        let settings = settings(config, registration, &*audio)?;
        let framing = audio.framing(config, None)?;
        // Only an open encoder says how many samples its frames have.
        let open = av::AudioEncoder::open(&settings, SampleFormat::F32)?;
        let item_samples = open.frame_samples().map(|samples| audio.item_samples(samples));
        let config = config.try_clone()?;
        Ok(Self(Arc::new(Configured { config, settings, audio, framing, item_samples })))
    }
}

fn settings(config: &Config, registration: &Registration, audio: &dyn Audio) -> Result<AudioEncoderSettings> {
    let asked = config.value(&keys::FFMPEG_ENCODER);
    let name = EncoderName::find(registration.av_name, audio.name(), audio.encoders(), asked)?;
    let SoundShape { rate, channels } = SoundShape::of(config, "an encoder")?;
    audio.rates().check(rate, audio.name())?;
    if channels > audio.channels() {
        let (codec, most) = (audio.name(), audio.channels());
        let text = format!("{} is {channels}, {codec} supports 1 to {most}", keys::NUMBER_OF_CHANNELS.name);
        return Err(Error::not_supported(text));
    }
    let mode = config.value(&keys::BITRATE_MODE);
    if mode == VideoEncoderBitrateMode::Quantizer {
        let text = "bitrateMode is \"quantizer\", allowed are variable, constant: sound has no quantizer";
        return Err(Error::invalid(text));
    }
    let tuning = tuning::sound(name.as_str(), channels, mode == VideoEncoderBitrateMode::Constant);
    let (mut options, mut hints) = (tuning.options, Vec::new());
    for option in audio.options(config)? {
        let list = if option.hint { &mut hints } else { &mut options };
        list.push((option.name.to_owned(), option.value));
    }
    Ok(AudioEncoderSettings {
        name,
        sound: Sound { rate, channels, layout: tuning.layout },
        bitrate: config.value(&keys::BITRATE),
        host_options: config.own_av_options(),
        options,
        hints,
    })
}

impl Recipe<EncoderInput, Chunk> for AudioEncoderRecipe {
    fn open(&self) -> std::result::Result<Box<dyn Codec<EncoderInput, Chunk>>, Failure> {
        Ok(Box::new(AudioEncoder::new(Arc::clone(&self.0))))
    }

    fn configuration(&self) -> Option<&dyn Any> {
        Some(self)
    }

    fn weight(&self, offer: EncoderOffer<'_>) -> Weight {
        let samples = offer.frame.audio().map_or(0, |sound| sound.info().frames);
        let slots = self.0.item_samples.map_or(1, |item| samples.div_ceil(item).max(1));
        Weight { slots, bytes: offer.frame.bytes() }
    }

    fn take(&self, offer: EncoderOffer<'_>) -> Result<EncoderInput> {
        Ok(EncoderInput { frame: Arc::clone(offer.frame), how: offer.how })
    }

    fn accept(&self, offer: EncoderOffer<'_>, _: bool) -> Result<()> {
        offer.frame.audio()?;
        match offer.how.quantizer {
            None => Ok(()),
            Some(quantizer) => {
                let text = format!("options.quantizer is {quantizer}, allowed is -1: sound has no quantizer");
                Err(Error::invalid(text))
            }
        }
    }
}

impl Configured {
    /// The decoder configuration of a stream of that description.
    fn decoder_config(&self, description: Option<Vec<u8>>, priming: u64) -> Result<Config> {
        let Sound { rate, channels, .. } = self.settings.sound;
        let decoded_rate = self.audio.decoded_rate(rate);
        let mut config = Config::new(self.config.codec())?;
        config.put(&keys::SAMPLE_RATE, decoded_rate)?;
        config.put(&keys::NUMBER_OF_CHANNELS, channels)?;
        config.put_description(description.as_deref().unwrap_or_default())?;
        if priming > 0 {
            let decoded = priming * u64::from(decoded_rate) / u64::from(rate.max(1));
            config.put(&keys::PRIMING_SAMPLES, decoded)?;
        }
        Ok(config)
    }
}
