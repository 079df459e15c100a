//! H.264 encoder settings: how they follow from a WebCodecs configuration.

use super::crew::Crew;
use super::parameters::refused;
use super::{video_encoder, x264};
use crate::av::{EncoderName, EncoderSettings};
use crate::error::{Error, Result};
use crate::log::{self, Level};
use crate::media::avc::level;
use crate::media::codec_string::AvcString;
use crate::media::{Color, Config, PixelFormat};

/// x264 stops there, and so do the levels.
pub(super) const MAX_SIDE: u32 = 16_384;

/// Assumed where `framerate` is not given, as browsers do.
const DEFAULT_FRAMERATE: f64 = 30.0;

/// The buffer of a constant rate of which no more is known.
const CONSTANT_BUFFER_US: u64 = 1_000_000;

const BASELINE: u8 = 0x42;

/// The settings of `config`; format and colour are those of the first frame and filled in later.
///
/// # Errors
/// `InvalidArgument` and `NotSupported`, naming the key and what is allowed.
pub(super) fn settings(config: &Config, crew: &Crew, avc: AvcString) -> Result<EncoderSettings> {
    let name = EncoderName::find_h264(config.get("ffmpeg.encoder").ok().filter(|name| !name.is_empty()))?;
    let (width, height) = (side(config, "width")?, side(config, "height")?);
    let profile = profile_name(avc)?;
    refuse_extras(config)?;
    let framerate = framerate(config)?;
    let quantizer = config.is("bitrateMode", "quantizer");
    let bitrate = config.number("bitrate").filter(|_| !quantizer);
    let mut settings = EncoderSettings {
        name,
        width,
        height,
        format: PixelFormat::I420,
        color: Color::default(),
        sample_aspect: sample_aspect(config, width, height),
        framerate,
        bitrate,
        buffer_us: config.is("bitrateMode", "constant").then_some(CONSTANT_BUFFER_US),
        follows_bitrate: false,
        quantizer: quantizer.then_some(video_encoder::DEFAULT_QUANTIZER),
        threads: config.number("threads").unwrap_or(0),
        global_header: config.is("avc.format", "avc"),
        memory_bytes: 0,
        host_options: Vec::new(),
        options: Vec::new(),
    };
    if name.as_str().starts_with("libx264") {
        let tuning = x264::tune(config, crew, avc)?;
        settings.threads = tuning.threads;
        settings.memory_bytes = tuning.memory_bytes;
        settings.buffer_us = tuning.buffer_us;
        settings.follows_bitrate = tuning.follows_bitrate;
        settings.host_options = tuning.host_options;
        settings.options = tuning.options;
        settings.bitrate = bitrate.map(x264::bitrate).transpose()?;
        settings.set("profile", profile);
        settings.set_level(avc, tuning.refs, tuning.bframes);
    } else if quantizer {
        return Err(Error::not_supported(format!(
            "bitrateMode is \"quantizer\", which only libx264 does, not {}",
            name.as_str()
        )));
    } else {
        // What every encoder of FFmpeg understands, and no frame held back unless B-frames are asked for.
        settings.bitrate = bitrate.or(Some((f64::from(width) * f64::from(height) * framerate * 0.1) as u64));
        let others = config.av_options().filter(|(name, _)| *name != "bf");
        settings.host_options = others.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        settings.set("bf", &bframes(config)?.to_string());
    }
    Ok(settings)
}

impl EncoderSettings {
    fn set(&mut self, name: &str, value: &str) {
        self.options.push((name.to_owned(), value.to_owned()));
    }

    /// The level that was asked for, or the lowest that the pictures need. References that no level of the
    /// picture's size allows are given up.
    fn set_level(&mut self, avc: AvcString, refs: u32, bframes: u32) {
        let least_refs = if bframes > 0 { 2 } else { 1 };
        let needed =
            level::lowest(avc.profile_idc, self.width, self.height, self.framerate, self.bitrate, least_refs);
        let level_idc = avc.level_idc.max(needed);
        if level_idc != avc.level_idc {
            let (width, height, framerate) = (self.width, self.height, self.framerate);
            let (from, to) = (f64::from(avc.level_idc) / 10.0, f64::from(level_idc) / 10.0);
            let what = format!("{width}x{height} at {framerate} frames a second");
            log::say(
                Level::Warning,
                &format!("codec \"{avc}\": level {from} is too low for {what}, raised to {to}"),
            );
        }
        self.set("level", &level_idc.to_string());
        let allowed = level::max_reference_frames(level_idc, self.width, self.height).max(least_refs);
        if refs > allowed {
            self.set("refs", &allowed.to_string());
        }
    }
}

/// level_idc of a stream with these settings, where they say it.
pub(super) fn level_idc(settings: &EncoderSettings) -> Option<&str> {
    settings.options.iter().find(|(name, _)| name == "level").map(|(_, level_idc)| level_idc.as_str())
}

/// Frames a second, where a frame's time fits FFmpeg's fractions.
fn framerate(config: &Config) -> Result<f64> {
    let framerate = config.number("framerate").unwrap_or(DEFAULT_FRAMERATE);
    if (0.001..=1e6).contains(&framerate) {
        return Ok(framerate);
    }
    Err(Error::not_supported(format!("framerate is {framerate:e}, supported are 0.001 to 1000000")))
}

/// The B-frames that the host asks of an encoder of which no more is known: each holds a frame back.
fn bframes(config: &Config) -> Result<u32> {
    let option = config.av_options().find(|(name, _)| *name == "bf").map(|(_, value)| value);
    let (key, value) = match option {
        Some(_) if config.is_set("bFrames") => return Err(refused("ffmpeg.bf", "bFrames is set")),
        Some(value) => ("ffmpeg.bf", value),
        None => ("bFrames", config.get("bFrames").ok().filter(|value| !value.is_empty()).unwrap_or("0")),
    };
    let limit: u32 = config.number("maxDelay").unwrap_or(12);
    value.parse().ok().filter(|bframes| *bframes <= limit.min(16)).ok_or_else(|| {
        Error::invalid(format!(
            "{key} is \"{value}\", allowed are 0 to 16 and not more than maxDelay, {limit}"
        ))
    })
}

fn side(config: &Config, key: &str) -> Result<u32> {
    let side: u32 =
        config.number(key).ok_or_else(|| Error::invalid(format!("{key} is not set, an encoder needs it")))?;
    if side > MAX_SIDE || !side.is_multiple_of(2) {
        let allowed = format!("even numbers up to {MAX_SIDE}");
        return Err(Error::not_supported(format!("{key} is {side}, H.264 in 4:2:0 supports {allowed}")));
    }
    Ok(side)
}

/// x264's name of a profile.
pub(super) fn profile_name(avc: AvcString) -> Result<&'static str> {
    match avc.profile_idc {
        BASELINE => Ok("baseline"),
        0x4d => Ok("main"),
        0x64 => Ok("high"),
        other => Err(Error::not_supported(format!(
            "codec \"{avc}\": profile {other:02x} is not supported, supported are 42 (Baseline), 4d (Main) and 64 (High)"
        ))),
    }
}

fn refuse_extras(config: &Config) -> Result<()> {
    if config.is("alpha", "keep") {
        return Err(Error::not_supported("alpha is \"keep\", H.264 supports discard"));
    }
    match config.get("scalabilityMode")? {
        "" | "L1T1" => Ok(()),
        mode => Err(Error::not_supported(format!("scalabilityMode is \"{mode}\", H.264 supports L1T1 here"))),
    }
}

/// The pixels' aspect ratio that shows `width` x `height` as `displayWidth` x `displayHeight`.
fn sample_aspect(config: &Config, width: u32, height: u32) -> (u32, u32) {
    let shown = |key| config.number::<u64>(key);
    let (Some(display_width), Some(display_height)) = (shown("displayWidth"), shown("displayHeight")) else {
        return (1, 1);
    };
    let (mut num, mut den) = (display_width * u64::from(height), display_height * u64::from(width));
    while num > u64::from(u32::MAX) || den > u64::from(u32::MAX) {
        (num, den) = (num / 2, den / 2);
    }
    (num.max(1) as u32, den.max(1) as u32)
}
