//! The video decoder's configuration: what is checked before there is a chunk.

mod decoding;
mod loss;

use std::sync::Arc;

use super::cores::Cores;
use super::delay;
use crate::av::{self, Decoder, DecoderSettings, Fit, Picture};
use crate::error::{Error, Result};
use crate::gate::Weight;
use crate::machine::{Codec, Failure, Recipe};
use crate::media::memory;
use crate::media::{Chunk, ChunkRef, Color, Config, Frame, Limits, SideKey, VideoInfo, keys};
use crate::registry::{Framing, Registration, Reorder, Video};
use crate::tuning::Holders;
use decoding::VideoDecoder;

/// A checked configuration.
pub(super) struct VideoDecoderRecipe(Arc<Configured>);

struct Configured {
    /// Kept for its Drop.
    _cores: Cores,
    settings: DecoderSettings,
    max_delay: u32,
    video: Box<dyn Video>,
    framing: Arc<dyn Framing>,
    /// What the configuration says of colour goes before what the stream says.
    color: Color,
    aspect: Option<(u32, u32)>,
    rotation: u16,
    flip: bool,
}

impl VideoDecoderRecipe {
    pub(super) fn new(config: &Config, registration: &Registration, video: Box<dyn Video>) -> Result<Self> {
        video.decodes()?;
        let framing = video.framing(config, config.description())?;
        let low_latency = config.value(&keys::OPTIMIZE_FOR_LATENCY);
        let cores = Cores::new();
        let max_delay = config.value(&keys::MAX_DELAY);
        let settings = DecoderSettings {
            codec: registration.av_name,
            title: video.name(),
            format_key: framing.format_key(),
            name: config.value(&keys::FFMPEG_DECODER).map(str::to_owned),
            alpha_name: video.alpha().map(|alpha| alpha.decoder),
            picture: picture(config, &*video)?,
            sound: None,
            extradata: memory::copy("description", framing.extradata(), 0)?,
            threads: threads(config, &cores, low_latency)?,
            low_latency,
            host_options: config.own_av_options(),
            limits: limits(config)?,
        };
        Decoder::check(&settings)?;
        Ok(Self(Arc::new(Configured {
            _cores: cores,
            settings,
            max_delay,
            video,
            framing,
            color: config.color(),
            aspect: pair(config, &keys::DISPLAY_ASPECT_WIDTH, &keys::DISPLAY_ASPECT_HEIGHT)?,
            rotation: config.value(&keys::ROTATION),
            flip: config.value(&keys::FLIP),
        })))
    }
}

/// The keys `maxPixels`, `maxSide` and `maxSamples`, which what the configuration itself says must be within.
pub(super) fn limits(config: &Config) -> Result<Limits> {
    let limits = Limits {
        max_pixels: config.value(&keys::MAX_PIXELS),
        max_side: config.value(&keys::MAX_SIDE),
        max_samples: config.value(&keys::MAX_SAMPLES),
        ..Limits::default()
    };
    let side = |key: SideKey| config.value(key).unwrap_or(0);
    limits.check_picture(side(&keys::CODED_WIDTH), side(&keys::CODED_HEIGHT), av::LIMIT_NAMES)?;
    Ok(limits)
}

/// Frame threads, each but one of which holds a frame: one more than the handle's cores, as FFmpeg itself chooses (one may wait
/// for the rows of another).
fn threads(config: &Config, cores: &Cores, low_latency: bool) -> Result<u32> {
    let cores = cores.threads();
    match config.value(&keys::THREADS) {
        0 if low_latency || cores == 1 => Ok(cores),
        0 => Ok(cores + 1),
        threads if low_latency => Ok(threads),
        threads => {
            let (who, less) = (format!("{threads} threads"), "fewer threads".to_owned());
            delay::check(config, threads - 1, &Holders::Several { who, less })?;
            Ok(threads)
        }
    }
}

/// What the configuration says of pictures, where chunks do not.
fn picture(config: &Config, video: &dyn Video) -> Result<Option<Picture>> {
    let Some(format) = video.told_format() else { return Ok(None) };
    let (width, height) = pair(config, &keys::CODED_WIDTH, &keys::CODED_HEIGHT)?.ok_or_else(|| {
        Error::invalid(format!(
            "codedWidth and codedHeight are needed: chunks of {} have no size",
            video.name()
        ))
    })?;
    Ok(Some(Picture { format, width, height }))
}

/// Two keys of which both or neither must be set.
fn pair(config: &Config, first: SideKey, second: SideKey) -> Result<Option<(u32, u32)>> {
    match (config.value(first), config.value(second)) {
        (Some(first), Some(second)) => Ok(Some((first, second))),
        (None, None) => Ok(None),
        _ => Err(Error::invalid(format!("{} and {} must both be set, or neither", first.name, second.name))),
    }
}

impl Recipe<Chunk, Frame> for VideoDecoderRecipe {
    fn open(&self) -> std::result::Result<Box<dyn Codec<Chunk, Frame>>, Failure> {
        Ok(Box::new(VideoDecoder::new(Arc::clone(&self.0))?))
    }

    fn probe(&self) -> Result<()> {
        Decoder::open(&self.0.settings, self.0.fit(self.0.video.reorder(), false)).map(drop)
    }

    fn weight(&self, offer: ChunkRef<'_>) -> Weight {
        Weight { slots: 1, bytes: offer.bytes() }
    }

    fn take(&self, offer: ChunkRef<'_>) -> Result<Chunk> {
        offer.to_chunk()
    }

    fn accept(&self, offer: ChunkRef<'_>, key_wanted: bool) -> Result<()> {
        if let Some(alpha) = offer.alpha.filter(|_| self.0.settings.alpha_name.is_none()) {
            let (bytes, name) = (alpha.len(), self.0.video.name());
            return Err(Error::invalid(format!(
                "chunk.alpha_size is {bytes}, allowed is 0: {name} has no alpha"
            )));
        }
        if key_wanted && offer.data.is_empty() {
            return Err(Error::data("a key chunk is wanted first: this one is empty"));
        }
        if key_wanted && !self.0.framing.is_key(offer.data)? {
            let needs = self.0.framing.key_needs();
            return Err(Error::data(format!(
                "a key chunk is wanted first: this one says that it is, but has neither {needs}"
            )));
        }
        Ok(())
    }
}

impl Configured {
    /// For a stream that is reordered so far: what it holds back goes before `maxDelay`, threads get the rest.
    fn fit(&self, reorder: Reorder, alpha: bool) -> Fit {
        if self.settings.low_latency {
            return Fit { threads: self.settings.threads, reorders_by_level: false, alpha };
        }
        let room = self.max_delay.saturating_sub(reorder.frames());
        Fit {
            threads: self.settings.threads.min(1 + room),
            reorders_by_level: matches!(reorder, Reorder::Derived(_)),
            alpha,
        }
    }

    /// What the configuration says goes before what the stream says.
    fn apply(&self, info: &mut VideoInfo) {
        let planes_are_rgb = info.is_gbr();
        info.color = self.color.or(self.video.color(info.color));
        if planes_are_rgb {
            info.color.matrix = Some(0); // what the planes are, nobody can say otherwise
        }
        (info.rotation, info.flip) = (self.rotation, self.flip);
        if let Some((width, height)) = self.aspect {
            (info.display_width, info.display_height) =
                grown(info.visible.width, info.visible.height, width, height);
        }
        if matches!(self.rotation, 90 | 270) {
            std::mem::swap(&mut info.display_width, &mut info.display_height);
        }
    }
}

/// `width` x `height` with one side grown to the ratio `aspect_width` : `aspect_height`.
fn grown(width: u32, height: u32, aspect_width: u32, aspect_height: u32) -> (u32, u32) {
    let wide = u64::from(width) * u64::from(aspect_height);
    let high = u64::from(height) * u64::from(aspect_width);
    let rounded = |product: u64, by: u32| {
        u32::try_from((product + u64::from(by) / 2) / u64::from(by)).unwrap_or(u32::MAX)
    };
    if wide < high { (rounded(high, aspect_height), height) } else { (width, rounded(wide, aspect_width)) }
}
