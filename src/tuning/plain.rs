//! Any encoder of which no more is known: what every encoder of FFmpeg understands, and no frame held back unless B-frames are
//! asked for.

use super::{Holders, Tuner, Tuning, Wish, refused, usual_bitrate};
use crate::error::{Error, Result};
use crate::media::keys::{self, VideoEncoderBitrateMode};

/// What FFmpeg takes for B-frames.
const BFRAMES: &str = "0 to 16";

/// The buffer of a constant rate.
const CONSTANT_BUFFER_US: u64 = 1_000_000;

pub(super) static IT: Tuner = Tuner { names: &[], takes_profile: false, tune };

fn tune(wish: &Wish<'_>) -> Result<Tuning> {
    let config = wish.config;
    let mode = config.value(&keys::BITRATE_MODE);
    let (bframes, key) = bframes(wish)?;
    let others = config.av_options().filter(|(name, _)| *name != "bf");
    Ok(Tuning {
        host_options: others.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        // Threads of frames would hold some back, too.
        options: [("bf", bframes.to_string()), ("thread_type", "slice".to_owned())]
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec(),
        delay: bframes, // each holds a frame back
        holders: Holders::Key { name: key, allowed: BFRAMES },
        threads: config.value(&keys::THREADS),
        bitrate: config.value(&keys::BITRATE).or_else(|| Some(usual_bitrate(wish))),
        buffer_us: (mode == VideoEncoderBitrateMode::Constant).then_some(CONSTANT_BUFFER_US),
        ..Tuning::default()
    })
}

/// The B-frames that the host asks for, and the key that asks.
fn bframes(wish: &Wish<'_>) -> Result<(u32, &'static str)> {
    let option = wish.config.av_options().find(|(name, _)| *name == "bf").map(|(_, value)| value);
    match (wish.config.value(&keys::B_FRAMES), option) {
        (Some(_), Some(_)) => Err(refused("ffmpeg.bf", "bFrames is set")),
        (bframes, None) => Ok((bframes.unwrap_or(0), keys::B_FRAMES.name)),
        (None, Some(value)) => match value.parse() {
            Ok(bframes @ 0..=16) => Ok((bframes, "ffmpeg.bf")),
            _ => Err(Error::invalid(format!("ffmpeg.bf is \"{value}\", allowed are {BFRAMES}"))),
        },
    }
}
