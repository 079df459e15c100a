//! The video encoder's configuration: what is checked before there is a frame.

mod encoding;

use std::any::Any;
use std::sync::{Arc, OnceLock};

use super::cores::Cores;
use super::layers::Layers;
use super::picture;
use super::running::Orientation;
use super::{EncodeOptions, EncoderInput, EncoderOffer, encoder_settings};
use crate::av::{Encoder, EncoderSettings};
use crate::error::{Error, Result};
use crate::gate::Weight;
use crate::machine::{Codec, Failure, Recipe};
use crate::media::keys::AlphaOption;
use crate::media::{Chunk, Color, Config, PixelFormat, keys};
use crate::registry::{Alpha, Framing, Registration, Video};
use encoding::VideoEncoder;

/// A checked configuration.
pub(super) struct VideoEncoderRecipe(Arc<Configured>);

/// What the encoders of one configuration share.
struct Configured {
    /// Kept for its Drop.
    _cores: Cores,
    /// What it was made of.
    config: Config,
    settings: EncoderSettings,
    video: Box<dyn Video>,
    framing: Arc<dyn Framing>,
    /// What is queued and encoded, the usual one first.
    formats: &'static [PixelFormat],
    layers: Layers,
    /// Of the first frame: all must have it (W3C: [[active orientation]]).
    orientation: OnceLock<Orientation>,
}

impl VideoEncoderRecipe {
    pub(super) fn new(config: &Config, registration: &Registration, video: Box<dyn Video>) -> Result<Self> {
        let cores = Cores::new();
        let framing = video.framing(config, None)?;
        let formats = formats(config, &*video)?;
        let layers = Layers::of(config, video.layers(), video.name())?;
        let codec = (registration.av_name, &*video, &*framing);
        let settings = encoder_settings::settings(config, &cores, codec, formats[0], layers.count())?;
        Encoder::check(&settings)?;
        let (orientation, config) = (OnceLock::new(), config.try_clone()?);
        let shared =
            Configured { _cores: cores, config, settings, video, framing, formats, layers, orientation };
        Ok(Self(Arc::new(shared)))
    }
}

/// The formats that are encoded: with `alpha` those of transparent pictures alone, so that each chunk has alpha.
fn formats(config: &Config, video: &dyn Video) -> Result<&'static [PixelFormat]> {
    match (config.value(&keys::ALPHA), video.alpha()) {
        (AlphaOption::Discard, _) => Ok(video.formats()),
        (AlphaOption::Keep, Some(Alpha { formats: formats @ [_, ..], .. })) => Ok(formats),
        (AlphaOption::Keep, _) => {
            let text = format!("alpha is \"keep\", {} \"{video}\" supports discard", video.name());
            Err(Error::not_supported(text))
        }
    }
}

impl Recipe<EncoderInput, Chunk> for VideoEncoderRecipe {
    fn open(&self) -> std::result::Result<Box<dyn Codec<EncoderInput, Chunk>>, Failure> {
        Ok(Box::new(VideoEncoder::new(Arc::clone(&self.0))))
    }

    fn probe(&self) -> Result<()> {
        Encoder::open(&self.0.settings).map(drop)
    }

    fn configuration(&self) -> Option<&dyn Any> {
        Some(self)
    }

    fn weight(&self, offer: EncoderOffer<'_>) -> Weight {
        Weight { slots: 1, bytes: picture::queued_bytes(offer.frame, self.0.formats) }
    }

    fn take(&self, offer: EncoderOffer<'_>) -> Result<EncoderInput> {
        Ok(EncoderInput { frame: picture::queued(offer.frame, self.0.formats)?, how: offer.how })
    }

    fn accept(&self, offer: EncoderOffer<'_>, _: bool) -> Result<()> {
        let info = offer.frame.video()?.info();
        self.0.check_quantizer(offer.how)?;
        let orientation = (info.rotation, info.flip);
        match self.0.orientation.get() {
            Some(first) if *first != orientation => Err(Error::data(format!(
                "rotation and flip are {orientation:?}, those of the first frame since configure are {first:?}"
            ))),
            _ => Ok(()),
        }
    }

    fn begun(&self, input: &EncoderInput) {
        if let Ok(frame) = input.frame.video() {
            self.0.orientation.get_or_init(|| (frame.info().rotation, frame.info().flip));
        }
    }
}

impl Configured {
    fn check_quantizer(&self, how: EncodeOptions) -> Result<()> {
        match how.quantizer {
            Some(_) if self.settings.quantizer.is_none() => {
                Err(Error::invalid("quantizer is set, but bitrateMode is not \"quantizer\""))
            }
            Some(quantizer) if !self.video.quantizers().contains(&quantizer) => {
                let (name, allowed) = (self.video.name(), self.video.quantizers());
                let (from, to) = (allowed.start(), allowed.end());
                Err(Error::invalid(format!("quantizer is {quantizer}, {name} allows {from} to {to}")))
            }
            _ => Ok(()),
        }
    }

    /// Microseconds from one frame to the next, as far as the configuration knows.
    fn frame_us(&self) -> f64 {
        1e6 / self.settings.framerate
    }

    /// The decoder configuration of a stream of that codec string and description.
    fn decoder_config(
        &self,
        (codec, description): (String, Option<Vec<u8>>),
        color: &Color,
        (rotation, flip): Orientation,
    ) -> Result<Config> {
        let mut config = Config::new(&codec)?;
        config.put(&keys::CODED_WIDTH, self.settings.width)?;
        config.put(&keys::CODED_HEIGHT, self.settings.height)?;
        let display = |key| self.config.value(key);
        if let Some((width, height)) = display(&keys::DISPLAY_WIDTH).zip(display(&keys::DISPLAY_HEIGHT)) {
            config.put(&keys::DISPLAY_ASPECT_WIDTH, width)?;
            config.put(&keys::DISPLAY_ASPECT_HEIGHT, height)?;
        }
        // Decoders have no use for it; muxers, which get this configuration, do.
        if self.config.is_set(keys::FRAMERATE.name) {
            config.put(&keys::FRAMERATE, self.config.text(&keys::FRAMERATE, keys::FRAMERATE.name))?;
        }
        config.put_description(description.as_deref().unwrap_or_default())?;
        config.put_color(color);
        if rotation != 0 || flip {
            config.put(&keys::ROTATION, rotation)?;
            config.put(&keys::FLIP, flip)?;
        }
        Ok(config)
    }
}
