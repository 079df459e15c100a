//! libx264's options: which follow from a configuration, and how many frames they make it hold.
//!
//! x264 cannot be asked for its delay, but it can be computed. x264 holds the frames that B-frame decisions or
//! the rate control's lookahead need, whichever are more, and one for each further frame thread
//! (`encoder/encoder.c`, `frames.i_delay`; `sync-lookahead` is turned off and `force-cfr` on here, which
//! would add to it). The lookahead and the threads are chosen so that the sum stays within `maxDelay`.

use super::crew::Crew;
use crate::error::{Error, Result};
use crate::media::Config;

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
    preset("veryfast", 10, 3, 1, 1),
    preset("faster", 20, 3, 1, 2),
    preset("fast", 30, 3, 1, 2),
    preset("medium", 40, 3, 1, 3),
    preset("slow", 50, 3, 1, 5),
    preset("slower", 60, 3, 2, 8),
    preset("veryslow", 60, 8, 2, 16),
    preset("placebo", 60, 16, 2, 16),
];

/// Makes x264 give every frame the quantizer of `crf`, whatever its type and content, and add what a region of
/// interest says: that is how each frame gets its own (`qp` is read when x264 is opened, `crf` reaches only frames
/// that are not in the lookahead, and no key frames). Regions need adaptive quantization, which is next to off.
const EXACT_QUANTIZERS: &str = "qcomp=1:ipratio=1:pbratio=1:mbtree=0:aq-mode=1:aq-strength=0.0001";

/// x264 counts thousands of bits a second, and takes 0 of them for none given, which it refuses when it is opened.
pub(super) const LEAST_BITRATE: u64 = 1000;

/// What the rest of the settings must know of the options.
pub(super) struct Tuning {
    /// AVOptions, in order.
    pub(super) options: Vec<(String, String)>,
    /// Codec threads.
    pub(super) threads: u32,
    /// Reference frames that the options ask for.
    pub(super) refs: u32,
    /// Consecutive B-frames.
    pub(super) bframes: u32,
}

/// The numbers that decide the delay.
struct Delay {
    threads: u32,
    lookahead: u32,
    bframes: u32,
    b_adapt: u32,
}

impl Delay {
    fn frames(&self) -> u32 {
        self.decision().max(self.lookahead) + self.threads - 1
    }

    /// Frames that the B-frame decision looks at.
    fn decision(&self) -> u32 {
        match (self.bframes, self.b_adapt) {
            (0, _) => 0,
            (bframes, 2) => bframes.max(3) * 4,
            (bframes, _) => bframes,
        }
    }
}

/// The options of a configuration. `baseline`: the profile has no B-frames.
///
/// # Errors
/// `InvalidArgument` for an unknown preset; `NotSupported` if the host's own options hold more than `maxDelay`
/// frames, saying what would fit.
pub(super) fn tune(config: &Config, crew: &Crew, baseline: bool) -> Result<Tuning> {
    let asked = Asked::new(config);
    let realtime = config.is("latencyMode", "realtime");
    let preset = asked.preset(if realtime { "veryfast" } else { "medium" })?;
    let limit: u32 = config.number("maxDelay").unwrap_or(12);
    let zero_latency = realtime || limit == 0 || asked.tune().contains("zerolatency");

    let threads = match config.number("threads").unwrap_or(0) {
        0 => crew.threads().min(16),
        threads => threads,
    };
    let mut options = vec![("preset".to_owned(), preset.name.to_owned())];
    let mut set = |name: &str, value: String| options.push((name.to_owned(), value));
    let mut bframes =
        if baseline || zero_latency { 0 } else { asked.number("bf", "bframes").unwrap_or(preset.bframes) };
    let mut params = String::from("force-cfr=1:sync-lookahead=0");
    let threads = if zero_latency {
        set("tune", asked.tune_with_zerolatency());
        threads
    } else {
        let delay = fit(&asked, preset, bframes, threads, limit)?;
        bframes = delay.bframes;
        if let Some(tune) = asked.get("tune") {
            set("tune", tune.to_owned());
        }
        set("rc-lookahead", delay.lookahead.to_string());
        set("b_strategy", delay.b_adapt.to_string());
        delay.threads
    };
    set("bf", bframes.to_string());
    set("forced-idr", "1".to_owned());
    if config.is("bitrateMode", "quantizer") {
        params = format!("{params}:{EXACT_QUANTIZERS}");
    }
    if let Some(own) = asked.params() {
        params = format!("{params}:{own}");
    }
    set("x264-params", params);
    const SET_ABOVE: [&str; 6] = ["preset", "tune", "rc-lookahead", "b_strategy", "bf", "x264-params"];
    let others = config.av_options().filter(|(name, _)| !SET_ABOVE.contains(name) && *name != "x264opts");
    options.extend(others.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let refs = asked.number("refs", "ref").unwrap_or(preset.refs);
    Ok(Tuning { options, threads, refs, bframes })
}

/// Chooses lookahead and threads to fit `limit`; what the host set itself is kept or refused.
fn fit(asked: &Asked<'_>, preset: &Preset, bframes: u32, threads: u32, limit: u32) -> Result<Delay> {
    let own_threads = asked.config.number("threads").unwrap_or(0) > 0;
    let own_lookahead = asked.number("rc-lookahead", "rc-lookahead");
    let own_adapt = asked.number("b_strategy", "b-adapt");
    let mut delay = Delay {
        // A third of the delay for threads at the most: lookahead is worth more than a third thread.
        threads: if own_threads { threads } else { threads.min(1 + limit / 3) },
        lookahead: own_lookahead.unwrap_or(preset.lookahead),
        bframes,
        b_adapt: own_adapt.unwrap_or(preset.b_adapt),
    };
    let room = limit.saturating_sub(delay.threads - 1);
    if own_lookahead.is_none() {
        delay.lookahead = delay.lookahead.min(room).min(affordable_lookahead(asked.config));
    }
    if own_adapt.is_none() && delay.decision() > room {
        delay.b_adapt = delay.b_adapt.min(1);
    }
    if asked.number("bf", "bframes").is_none() {
        delay.bframes = delay.bframes.min(room);
    }
    match delay.frames() {
        frames if frames <= limit => Ok(delay),
        frames => Err(Error::not_supported(format!(
            "maxDelay is {limit}, but a lookahead of {}, {} B-frames and {} threads hold {frames} frames: \
             set maxDelay to {frames}, or ask for less",
            delay.lookahead, delay.bframes, delay.threads
        ))),
    }
}

/// Frames of lookahead that are worth their memory: x264 keeps each as it is and in four pictures of half the size,
/// 3.2 bytes a pixel. All that `maxDelay` has room for, where the host set that itself.
fn affordable_lookahead(config: &Config) -> u32 {
    const MOST_BYTES: u64 = 40_000_000;
    const FEWEST: u32 = 4;
    let side = |name| config.number(name).unwrap_or(0u64);
    let frame_bytes = side("width").saturating_mul(side("height")).saturating_mul(16) / 5;
    match MOST_BYTES.checked_div(frame_bytes) {
        Some(frames) if !config.is_set("maxDelay") => (frames.min(u64::from(u32::MAX)) as u32).max(FEWEST),
        _ => u32::MAX,
    }
}

/// The options that the host set itself, as AVOptions or inside `x264-params`.
struct Asked<'a> {
    config: &'a Config,
}

impl<'a> Asked<'a> {
    fn new(config: &'a Config) -> Self {
        Self { config }
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.config.av_options().find(|(option, _)| *option == name).map(|(_, value)| value)
    }

    fn params(&self) -> Option<&'a str> {
        self.get("x264-params").or_else(|| self.get("x264opts"))
    }

    /// A number by its AVOption's name or x264's own; x264's wins, as in FFmpeg.
    fn number(&self, av_option: &str, x264_name: &str) -> Option<u32> {
        let params = self.params().unwrap_or("").split(':');
        let own = params.filter_map(|entry| entry.split_once('=')).find(|(name, _)| *name == x264_name);
        own.map(|(_, value)| value).or_else(|| self.get(av_option)).and_then(|value| value.parse().ok())
    }

    fn preset(&self, default: &str) -> Result<&'static Preset> {
        let name = self.get("preset").unwrap_or(default);
        PRESETS.iter().find(|preset| preset.name == name).ok_or_else(|| {
            let names: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
            Error::invalid(format!("ffmpeg.preset is \"{name}\", allowed are {}", names.join(", ")))
        })
    }

    fn tune(&self) -> &'a str {
        self.get("tune").unwrap_or("")
    }

    fn tune_with_zerolatency(&self) -> String {
        match self.tune() {
            "" => "zerolatency".to_owned(),
            tune if tune.contains("zerolatency") => tune.to_owned(),
            tune => format!("{tune},zerolatency"),
        }
    }
}
