//! A video encoder's settings: how they follow from a WebCodecs configuration.

use super::cores::Cores;
use super::delay;
use crate::av::{EncoderName, EncoderSettings};
use crate::error::{Error, Result};
use crate::media::keys::{self, VideoEncoderBitrateMode};
use crate::media::{Color, Config, PixelFormat, Quantize, SideKey};
use crate::registry::{Framing, Shape, Sides, Video};
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
    (av_name, video, framing): (&'static str, &dyn Video, &dyn Framing),
    format: PixelFormat,
    layers: u32,
) -> Result<EncoderSettings> {
    let asked = config.value(&keys::FFMPEG_ENCODER);
    let name = EncoderName::find(av_name, video.name(), video.encoders(), asked)?;
    let (width, height) = (side(config, &keys::WIDTH, video)?, side(config, &keys::HEIGHT, video)?);
    video.encodes()?;
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
        layers,
        alpha: format != format.opaque(),
    })?;
    check_layers(config, layers, &tuning, name.as_str())?;
    let quantizer =
        quantizer(config, tuning.quantize, name.as_str())?.map(|how| (video.default_quantizer(), how));
    delay::check(config, tuning.delay, &tuning.holders)?;
    let tuning::Tuning { bitrate, references, bframes, .. } = tuning;
    let shape = Shape { width, height, framerate, bitrate, references, bframes };
    Ok(EncoderSettings {
        name,
        width,
        height,
        format,
        color: Color::default(),
        sample_aspect: sample_aspect(config, width, height),
        framerate,
        bitrate,
        buffer_us: tuning.buffer_us,
        follows: tuning.follows,
        quantizer,
        threads: tuning.threads,
        global_header: framing.sets_apart(),
        memory_bytes: tuning.memory_bytes,
        format_key: framing.format_key(),
        host_options: tuning.host_options,
        options: tuning.options,
        profile: if tuner.takes_profile { video.options(&shape) } else { Vec::new() },
    })
}

/// How each frame is told its quantizer, if it has one.
fn quantizer(config: &Config, how: Option<Quantize>, encoder: &str) -> Result<Option<Quantize>> {
    match (config.value(&keys::BITRATE_MODE), how) {
        (VideoEncoderBitrateMode::Quantizer, None) => {
            Err(Error::not_supported(format!("bitrateMode is \"quantizer\", which {encoder} cannot do")))
        }
        (VideoEncoderBitrateMode::Quantizer, how) => Ok(how),
        _ => Ok(None),
    }
}

/// Checks that the encoder makes the layers that the codec has.
fn check_layers(config: &Config, layers: u32, tuning: &tuning::Tuning, encoder: &str) -> Result<()> {
    if layers == 1 || tuning.has_layers {
        return Ok(());
    }
    let mode = config.value(&keys::SCALABILITY_MODE).unwrap_or_default();
    Err(Error::not_supported(format!("scalabilityMode is \"{mode}\", {encoder} supports L1T1")))
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
