//! Encoder libraries, a file each: which of their options follow from a configuration, and how much they hold and take. They get
//! what a profile means as arguments, and know no registration.

mod parameters;
mod plain;
mod sound;
mod vpx;
mod x264;

pub use sound::sound;

use crate::error::{Error, Result};
use crate::media::{Config, Follows, Quantize};

/// An encoder library.
pub struct Tuner {
    /// FFmpeg's names of its encoders.
    names: &'static [&'static str],
    /// It takes a profile's and level's options.
    pub takes_profile: bool,
    /// The options of a configuration.
    pub tune: fn(&Wish<'_>) -> Result<Tuning>,
}

static TUNERS: &[&Tuner] = &[&x264::IT, &vpx::IT];

/// What an encoder is to do.
pub struct Wish<'a> {
    /// The host's configuration, whose sides and frame rate were checked.
    pub config: &'a Config,
    /// Pictures' width.
    pub width: u32,
    /// Pictures' height.
    pub height: u32,
    /// Frames a second.
    pub framerate: f64,
    /// The handle's share of the machine's cores.
    pub cores: u32,
    /// FFmpeg's name of the encoder.
    pub encoder: &'a str,
    /// The codec string, for errors.
    pub codec: &'a str,
    /// The profile, as encoders call it.
    pub profile: &'a str,
    /// Temporal layers.
    pub layers: u32,
    /// Pictures have alpha.
    pub alpha: bool,
}

/// What makes a codec hold frames, for an error.
pub enum Holders {
    /// One key, whose value they are.
    Key {
        /// Its name.
        name: &'static str,
        /// What it may be, whatever `maxDelay` is.
        allowed: &'static str,
    },
    /// Several things.
    Several {
        /// Which.
        who: String,
        /// What else than `maxDelay` the host could change.
        less: String,
    },
}

impl Default for Holders {
    fn default() -> Self {
        Self::Several { who: String::new(), less: String::new() }
    }
}

/// How an encoder does it.
#[derive(Default)]
pub struct Tuning {
    /// The host's AVOptions that are left.
    pub host_options: Vec<(String, String)>,
    /// AVOptions, in order, after those.
    pub options: Vec<(String, String)>,
    /// Frames that it may hold, which `maxDelay` bounds.
    pub delay: u32,
    /// What holds them.
    pub holders: Holders,
    /// Codec threads.
    pub threads: u32,
    /// Bits a second; `None`: not bounded.
    pub bitrate: Option<u64>,
    /// What bounds the bits where the host does not; `None`: nothing.
    pub buffer_us: Option<u64>,
    /// How its bits follow the timestamps.
    pub follows: Follows,
    /// It makes as many temporal layers as are wished for.
    pub has_layers: bool,
    /// How a frame is told its quantizer; `None`: it cannot be.
    pub quantize: Option<Quantize>,
    /// Reference frames that the options ask for.
    pub references: u32,
    /// Consecutive B-frames.
    pub bframes: u32,
    /// What it will have allocated at the most; 0 where that is not known.
    pub memory_bytes: u64,
}

/// The library of an encoder.
pub fn of_encoder(name: &str) -> &'static Tuner {
    TUNERS.iter().copied().find(|tuner| tuner.names.contains(&name)).unwrap_or(&plain::IT)
}

/// Bits a second where no bitrate is asked for.
fn usual_bitrate(wish: &Wish<'_>) -> u64 {
    const BITS_A_PIXEL: f64 = 0.1;
    (f64::from(wish.width) * f64::from(wish.height) * wish.framerate * BITS_A_PIXEL) as u64
}

/// Those of `keys` that are set, in words.
fn set_of(config: &Config, keys: &[&str]) -> String {
    keys.iter().filter(|key| config.is_set(key)).copied().collect::<Vec<_>>().join(", ")
}

/// The error for something that a host may not set, and why, or what it sets instead.
fn refused(name: &str, why: &str) -> Error {
    Error::invalid(format!("{name} cannot be set: {why}"))
}
