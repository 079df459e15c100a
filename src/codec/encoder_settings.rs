//! A video encoder's settings: how they follow from a WebCodecs configuration.

use super::cores::Cores;
use super::delay;
use crate::av::{EncoderName, EncoderSettings};
use crate::error::{Error, Result};
use crate::media::keys::{self, AlphaOption, VideoEncoderBitrateMode};
use crate::media::{Color, Config, SideKey};
use crate::registry::{Framing, Registration, Shape, Sides, Video};
use crate::tuning::{self, Wish};

/// Assumed where `framerate` is not given, as browsers do.
const DEFAULT_FRAMERATE: f64 = 30.0;

/// The settings of `config`; format and colour are those of the first frame and filled in later.
///
/// # Errors
/// `InvalidArgument` and `NotSupported`, naming the key and what is allowed.
pub(super) fn settings(
    config: &Config,
    cores: &Cores,
    registration: &Registration,
    video: &dyn Video,
    framing: &dyn Framing,
) -> Result<EncoderSettings> {
    let asked = config.value(&keys::FFMPEG_ENCODER);
    let name = EncoderName::find(registration.av_name, video.name(), video.encoders(), asked)?;
    let (width, height) = (side(config, &keys::WIDTH, video)?, side(config, &keys::HEIGHT, video)?);
    video.encodes()?;
    refuse_extras(config, video)?;
    let framerate = framerate(config)?;
    let tuner = tuning::of_encoder(name.as_str());
    let tuning = (tuner.tune)(&Wish {
        config,
        width,
        height,
        framerate,
        cores: cores.threads(),
        encoder: name.as_str(),
        codec: &video.to_string(),
        profile: video.profile(),
    })?;
    delay::check(config, tuning.delay, &tuning.holders)?;
    let tuning::Tuning { bitrate, references, bframes, .. } = tuning;
    let shape = Shape { width, height, framerate, bitrate, references, bframes };
    Ok(EncoderSettings {
        name,
        width,
        height,
        format: video.formats()[0],
        color: Color::default(),
        sample_aspect: sample_aspect(config, width, height),
        framerate,
        bitrate,
        buffer_us: tuning.buffer_us,
        follows_bitrate: tuning.follows_bitrate,
        quantizer: (config.value(&keys::BITRATE_MODE) == VideoEncoderBitrateMode::Quantizer)
            .then(|| video.default_quantizer()),
        threads: tuning.threads,
        global_header: framing.sets_apart(),
        memory_bytes: tuning.memory_bytes,
        format_key: framing.format_key(),
        host_options: tuning.host_options,
        options: tuning.options,
        profile: if tuner.takes_profile { video.options(&shape) } else { Vec::new() },
    })
}

/// Frames a second, where a frame's time fits FFmpeg's fractions.
fn framerate(config: &Config) -> Result<f64> {
    let framerate = config.value(&keys::FRAMERATE).unwrap_or(DEFAULT_FRAMERATE);
    if (0.001..=1e6).contains(&framerate) {
        return Ok(framerate);
    }
    Err(Error::not_supported(format!("framerate is {framerate:e}, supported are 0.001 to 1000000")))
}

fn side(config: &Config, key: SideKey, video: &dyn Video) -> Result<u32> {
    let side: u32 = config
        .value(key)
        .ok_or_else(|| Error::invalid(format!("{} is not set, an encoder needs it", key.name)))?;
    let Sides { most, multiple, of } = video.sides();
    if side > most || !side.is_multiple_of(multiple) {
        let allowed = match multiple {
            1 => format!("numbers up to {most}"),
            2 => format!("even numbers up to {most}"),
            multiple => format!("multiples of {multiple} up to {most}"),
        };
        return Err(Error::not_supported(format!("{} is {side}, {of} supports {allowed}", key.name)));
    }
    Ok(side)
}

fn refuse_extras(config: &Config, video: &dyn Video) -> Result<()> {
    let name = video.name();
    if config.value(&keys::ALPHA) == AlphaOption::Keep {
        return Err(Error::not_supported(format!("alpha is \"keep\", {name} supports discard")));
    }
    let known = video.layers();
    if let Some(mode) = config.value(&keys::SCALABILITY_MODE).filter(|mode| !known.contains(mode)) {
        let known = known.join(", ");
        return Err(Error::not_supported(format!(
            "scalabilityMode is \"{mode}\", {name} supports {known} here"
        )));
    }
    Ok(())
}

/// The pixels' aspect ratio that shows `width` x `height` as `displayWidth` x `displayHeight`.
fn sample_aspect(config: &Config, width: u32, height: u32) -> (u32, u32) {
    let shown = |key: SideKey| config.value(key).map(u64::from);
    let (Some(display_width), Some(display_height)) =
        (shown(&keys::DISPLAY_WIDTH), shown(&keys::DISPLAY_HEIGHT))
    else {
        return (1, 1);
    };
    let (mut num, mut den) = (display_width * u64::from(height), display_height * u64::from(width));
    while num > u64::from(u32::MAX) || den > u64::from(u32::MAX) {
        (num, den) = (num / 2, den / 2);
    }
    (num.max(1) as u32, den.max(1) as u32)
}
