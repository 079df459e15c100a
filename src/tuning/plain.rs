//! Any encoder of which no more is known: what every encoder of FFmpeg understands, and no frame held back unless B-frames are
//! asked for.

use super::{Tuner, Tuning, Wish, refused};
use crate::error::{Error, Result};

/// The buffer of a constant rate.
const CONSTANT_BUFFER_US: u64 = 1_000_000;

/// Bits a pixel where no bitrate is asked for.
const BITS_A_PIXEL: f64 = 0.1;

pub(super) static IT: Tuner = Tuner { names: &[], takes_profile: false, tune };

fn tune(wish: &Wish<'_>) -> Result<Tuning> {
    let config = wish.config;
    if config.is("bitrateMode", "quantizer") {
        return Err(Error::not_supported(format!(
            "bitrateMode is \"quantizer\", which only libx264 does, not {}",
            wish.encoder
        )));
    }
    let usual = || (f64::from(wish.width) * f64::from(wish.height) * wish.framerate * BITS_A_PIXEL) as u64;
    let others = config.av_options().filter(|(name, _)| *name != "bf");
    Ok(Tuning {
        host_options: others.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        options: vec![("bf".to_owned(), bframes(wish)?.to_string())],
        threads: config.number("threads").unwrap_or(0),
        bitrate: config.number("bitrate").or_else(|| Some(usual())),
        buffer_us: config.is("bitrateMode", "constant").then_some(CONSTANT_BUFFER_US),
        ..Tuning::default()
    })
}

/// The B-frames that the host asks for: each holds a frame back.
fn bframes(wish: &Wish<'_>) -> Result<u32> {
    let config = wish.config;
    let option = config.av_options().find(|(name, _)| *name == "bf").map(|(_, value)| value);
    let (key, value) = match option {
        Some(_) if config.is_set("bFrames") => return Err(refused("ffmpeg.bf", "bFrames is set")),
        Some(value) => ("ffmpeg.bf", value),
        None => ("bFrames", config.get("bFrames").ok().filter(|value| !value.is_empty()).unwrap_or("0")),
    };
    let limit = config.max_delay();
    value.parse().ok().filter(|bframes| *bframes <= limit.min(16)).ok_or_else(|| {
        Error::invalid(format!(
            "{key} is \"{value}\", allowed are 0 to 16 and not more than maxDelay, {limit}"
        ))
    })
}
