//! libx264's options: which follow from a configuration, and how many frames they make it hold.
//!
//! x264 cannot be asked for its delay, but it can be computed. x264 holds the frames that B-frame decisions or
//! the rate control's lookahead need, whichever are more, one for each further frame thread, and what a lookahead in a thread
//! of its own is ahead (`encoder/encoder.c`, `frames.i_delay`; `force-cfr` is on here, which would add to it).
//! Lookahead and threads are chosen so that the sum stays within `maxDelay`.

mod asked;
mod memory;
mod rate;
mod table;

use self::asked::{Asked, SyncLookahead};
use super::{Holders, Tuner, Tuning, Wish, refused, set_of};
use crate::error::Result;
use crate::media::keys::{self, LatencyMode, VideoEncoderBitrateMode};
use crate::media::{Config, Follows, Quantize};

const BASELINE: &str = "baseline";
const HIGH: &str = "high";

/// What an x264 preset sets of that which matters here (`common/base.c`, `param_apply_preset`).
struct Preset {
    name: &'static str,
    lookahead: u32,
    bframes: u32,
    b_adapt: u32,
    refs: u32,
}

const fn preset(name: &'static str, lookahead: u32, bframes: u32, b_adapt: u32, refs: u32) -> Preset {
    Preset { name, lookahead, bframes, b_adapt, refs }
}

static PRESETS: [Preset; 10] = [
    preset("ultrafast", 0, 0, 0, 1),
    preset("superfast", 0, 3, 1, 1),
    VERYFAST,
    preset("faster", 20, 3, 1, 2),
    preset("fast", 30, 3, 1, 2),
    MEDIUM,
    preset("slow", 50, 3, 1, 5),
    preset("slower", 60, 3, 2, 8),
    preset("veryslow", 60, 8, 2, 16),
    preset("placebo", 60, 16, 2, 16),
];
const VERYFAST: Preset = preset("veryfast", 10, 3, 1, 1);
const MEDIUM: Preset = preset("medium", 40, 3, 1, 3);

/// Make x264 give every frame the quantizer of `crf`, whatever its type and content, and add what a region of
/// interest says: that is how each frame gets its own (`qp` is read when x264 is opened, `crf` reaches only frames
/// that are not in the lookahead, and no key frames). Regions need adaptive quantization, which is next to off.
const EXACT_QUANTIZERS: [(&str, &str); 6] = [
    ("qcomp", "1"),
    ("ipratio", "1"),
    ("pbratio", "1"),
    ("mbtree", "0"),
    ("aq-mode", "1"),
    ("aq-strength", "0.0001"),
];

/// The keys by which a host makes x264 hold frames.
const HOLDING: [&str; 7] = [
    "threads",
    "bFrames",
    "ffmpeg.bf",
    "ffmpeg.b_strategy",
    "ffmpeg.rc-lookahead",
    "ffmpeg.x264-params",
    "ffmpeg.x264opts",
];

/// The library.
pub(super) static IT: Tuner = Tuner { names: &["libx264", "libx264rgb"], takes_profile: true, tune };

/// The numbers that decide the delay.
struct Delay {
    threads: u32,
    /// Threads share frames, instead of one frame each.
    sliced: bool,
    lookahead: u32,
    bframes: u32,
    b_adapt: u32,
    sync_lookahead: Option<SyncLookahead>,
}

impl Delay {
    fn frames(&self) -> u32 {
        self.decision().max(self.lookahead) + self.threading()
    }

    /// Frames that the B-frame decision looks at.
    fn decision(&self) -> u32 {
        match (self.bframes, self.b_adapt) {
            (0, _) => 0,
            (bframes, 2) => bframes.max(3) * 4,
            (bframes, _) => bframes,
        }
    }

    /// Frames that threads hold.
    fn threading(&self) -> u32 {
        if self.sliced { 0 } else { self.threads - 1 + self.ahead() }
    }

    /// Frames of the lookahead's own thread, which x264 starts only beside frame threads.
    fn ahead(&self) -> u32 {
        match self.sync_lookahead {
            _ if self.sliced || self.threads == 1 => 0,
            None => 0,
            Some(SyncLookahead::Auto) => self.bframes + 1,
            Some(SyncLookahead::Frames(frames)) => frames,
        }
    }

    /// In words.
    fn text(&self) -> String {
        let ahead = match self.ahead() {
            0 => String::new(),
            frames => format!(", {frames} frames of sync-lookahead"),
        };
        format!(
            "a lookahead of {}, {} B-frames{ahead} and {} threads",
            self.lookahead, self.bframes, self.threads
        )
    }
}

/// The options of a configuration.
///
/// # Errors
/// As [`Asked::new`] and [`rate::check`].
fn tune(wish: &Wish<'_>) -> Result<Tuning> {
    let config = wish.config;
    let mut asked = Asked::new(wish)?;
    rate::check(config, &asked)?;
    let realtime = config.value(&keys::LATENCY_MODE) == LatencyMode::Realtime;
    let preset = asked.preset.unwrap_or(if realtime { &VERYFAST } else { &MEDIUM });
    let limit = config.value(&keys::MAX_DELAY);
    let zero_latency = realtime || limit == 0 || asked.tunes.contains(&"zerolatency");
    if zero_latency && !asked.tunes.contains(&"zerolatency") {
        asked.tunes.push("zerolatency");
    }
    let mode = config.value(&keys::BITRATE_MODE);
    let delay = match zero_latency {
        true => preset_delay(&asked, &preset_without_delay(preset), wish, true),
        false => preset_delay(&asked, preset, wish, false),
    };
    let delay = fit(wish, &asked, delay, limit);

    let mut options = vec![("preset".to_owned(), preset.name.to_owned())];
    let mut set = |name: &str, value: String| options.push((name.to_owned(), value));
    if !asked.tunes.is_empty() {
        set("tune", asked.tunes.join(","));
    }
    set("rc-lookahead", delay.lookahead.to_string());
    set("b_strategy", delay.b_adapt.to_string());
    set("bf", delay.bframes.to_string());
    let refs = asked.refs.unwrap_or(preset.refs);
    if asked.refs.is_some() {
        set("refs", refs.to_string());
    }
    set("forced-idr", "1".to_owned());
    set("x264-params", parameters(config, &asked, &delay)?);
    let memory_bytes = memory::bytes(wish.width, wish.height, &delay, refs, asked.searches_wide());
    // x264 does not change the bounds of a stream that carries them (NAL HRD), and those follow from the framerate.
    let follows_bitrate = !asked.carries_bounds();
    let buffer_us = rate::buffer_us(config, realtime)
        .filter(|_| follows_bitrate || mode == VideoEncoderBitrateMode::Constant);
    let bitrate = config.value(&keys::BITRATE).filter(|_| mode != VideoEncoderBitrateMode::Quantizer);
    Ok(Tuning {
        has_layers: false,
        host_options: asked.options,
        options,
        delay: delay.frames(),
        holders: Holders::Several {
            who: delay.text(),
            less: format!("ask for less with {}", set_of(config, &HOLDING)),
        },
        threads: delay.threads,
        bitrate: bitrate.map(rate::bitrate).transpose()?,
        buffer_us,
        follows: if follows_bitrate { Follows::Bitrate } else { Follows::Nothing },
        quantize: Some(Quantize::Offset),
        references: refs,
        bframes: delay.bframes,
        memory_bytes,
    })
}

/// x264's own parameters: the host's, and those that must be as they are.
fn parameters(config: &Config, asked: &Asked, delay: &Delay) -> Result<String> {
    let mut parameters = asked.parameters.clone();
    if config.value(&keys::BITRATE_MODE) == VideoEncoderBitrateMode::Quantizer {
        let fixed = |name: &str| EXACT_QUANTIZERS.iter().any(|(fixed, _)| *fixed == name);
        let taken = asked.set_by(config, |name| fixed(name) || matches!(name, "i_qfactor" | "b_qfactor"));
        if let Some(key) = taken {
            return Err(refused(&key, "bitrateMode is \"quantizer\", which sets it"));
        }
        EXACT_QUANTIZERS.iter().for_each(|(name, value)| parameters.set(name, (*value).to_owned()));
    }
    if asked.sliced_threads.is_some() {
        parameters.set("sliced-threads", u32::from(delay.sliced).to_string());
    }
    parameters.set("sync-lookahead", delay.ahead().to_string());
    parameters.set("force-cfr", "1".to_owned());
    Ok(parameters.text())
}

/// `preset` as x264's tune `zerolatency` leaves it.
fn preset_without_delay(of: &Preset) -> Preset {
    preset(of.name, 0, 0, of.b_adapt, of.refs)
}

/// The host's numbers, and the preset's where it has none. One thread: [`fit`] chooses.
fn preset_delay(asked: &Asked, preset: &Preset, wish: &Wish<'_>, sliced: bool) -> Delay {
    Delay {
        threads: 1,
        sliced: asked.sliced_threads.unwrap_or(sliced),
        lookahead: asked.lookahead.unwrap_or(preset.lookahead),
        bframes: if wish.profile == BASELINE { 0 } else { asked.bframes.unwrap_or(preset.bframes) },
        b_adapt: asked.b_adapt.unwrap_or(preset.b_adapt),
        sync_lookahead: asked.sync_lookahead,
    }
}

/// Chooses threads, lookahead and B-frames to fit `limit`; what the host set itself is kept.
fn fit(wish: &Wish<'_>, asked: &Asked, mut delay: Delay, limit: u32) -> Delay {
    let config = wish.config;
    delay.threads = match config.value(&keys::THREADS) {
        0 if delay.sliced => wish.cores.min(16),
        // A third of the delay for threads at the most: lookahead is worth more than a third thread.
        0 => wish.cores.min(16).min(1 + limit / 3),
        threads => threads,
    };
    let room = limit.saturating_sub(delay.threading());
    if asked.lookahead.is_none() {
        delay.lookahead = delay.lookahead.min(room).min(affordable_lookahead(wish));
    }
    if asked.b_adapt.is_none() && delay.decision() > room {
        delay.b_adapt = delay.b_adapt.min(1);
    }
    if asked.bframes.is_none() {
        delay.bframes = delay.bframes.min(room);
    }
    delay
}

/// Frames of lookahead that are worth their memory: x264 keeps each as it is and in four pictures of half the size,
/// 3.2 bytes a pixel. All that `maxDelay` has room for, where the host set that itself.
fn affordable_lookahead(wish: &Wish<'_>) -> u32 {
    const MOST_BYTES: u64 = 40_000_000;
    const FEWEST: u32 = 4;
    let frame_bytes = u64::from(wish.width).saturating_mul(wish.height.into()).saturating_mul(16) / 5;
    match MOST_BYTES.checked_div(frame_bytes) {
        Some(frames) if !wish.config.is_set(keys::MAX_DELAY.name) => {
            (frames.min(u64::from(u32::MAX)) as u32).max(FEWEST)
        }
        _ => u32::MAX,
    }
}
