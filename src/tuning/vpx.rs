//! libvpx: VP8 and VP9. It holds no frame back: what it would see ahead changes nothing in one pass (VP9, libvpx 1.12: the same
//! bytes with 0, 13 and 25 frames).

use super::{Tuner, Tuning, Wish, refused, usual_bitrate};
use crate::error::{Error, Result};
use crate::media::keys::{self, LatencyMode, VideoEncoderBitrateMode};
use crate::media::{Follows, Quantize};

const VP8: &str = "libvpx";
const VP9: &str = "libvpx-vp9";

pub(super) static IT: Tuner = Tuner { names: &[VP8, VP9], takes_profile: false, tune };

/// After a still scene the buffer is full, and one frame may take nearly all of a small one.
const CONSTANT_REALTIME_US: u64 = 300_000;
const CONSTANT_QUALITY_US: u64 = 1_000_000;

/// Less than frames take; with layers each gets a different one in libvpx's thousands.
const LEAST_BITRATE: u64 = 1000;
const LEAST_LAYERED_BITRATE: u64 = 5000;

/// More frames than any stream has.
const KEY_DISTANCE: i32 = 1 << 30;

/// The y_ac_qi of libvpx's 64 quantizers (vp8/vp8_cx_iface.c, q_trans).
const VP8_QUANTIZERS: [u8; 64] = [
    0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 29, 30, 31, 33,
    35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 64, 67, 70, 73, 76, 79, 82, 85, 88, 91, 94, 97,
    100, 103, 106, 109, 112, 115, 118, 121, 124, 127,
];

/// The base_q_idx of libvpx's 64 quantizers (vp9/encoder/vp9_quantize.c, quantizer_to_qindex).
const VP9_QUANTIZERS: [u8; 64] = {
    let mut table = [0; 64];
    let mut index = 0;
    while index < 62 {
        table[index] = 4 * index as u8;
        index += 1;
    }
    (table[62], table[63]) = (249, 255);
    table
};

/// What the configuration sets itself, or would lose frames; and what to use instead.
const OURS: [(&str, &str); 5] = [
    ("ts-parameters", "use scalabilityMode"),
    ("crf", "use bitrate, or bitrateMode quantizer"),
    ("lag-in-frames", "how many frames a codec may hold is maxDelay"),
    ("rc_lookahead", "how many frames a codec may hold is maxDelay"),
    ("drop-threshold", "every frame is encoded"),
];

/// What is asked of one encoder.
struct Asked<'a, 'b> {
    wish: &'a Wish<'b>,
    vp9: bool,
    realtime: bool,
    mode: VideoEncoderBitrateMode,
    bitrate: u64,
    options: Vec<(String, String)>,
}

fn tune(wish: &Wish<'_>) -> Result<Tuning> {
    let config = wish.config;
    if let Some((name, instead)) = OURS.iter().find(|(name, _)| is_set(wish, name)) {
        return Err(refused(&format!("{}{name}", keys::FFMPEG), instead));
    }
    if wish.layers > 1 && is_set(wish, "g") {
        return Err(refused("ffmpeg.g", "key frames begin the pattern of layers: ask for each"));
    }
    check_sides(wish)?;
    let mut asked = Asked::of(wish);
    asked.set_speed();
    asked.set_keys();
    asked.set_threads();
    asked.set_rate();
    let constant = asked.is_constant();
    let Asked { bitrate, realtime, options, .. } = asked;
    let buffer_us = if realtime { CONSTANT_REALTIME_US } else { CONSTANT_QUALITY_US };
    Ok(Tuning {
        host_options: config.av_options().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        options,
        threads: threads(wish),
        bitrate: Some(bitrate),
        buffer_us: constant.then_some(buffer_us),
        follows: Follows::Durations,
        has_layers: true,
        quantize: Some(Quantize::Bound(if wish.encoder == VP8 { &VP8_QUANTIZERS } else { &VP9_QUANTIZERS })),
        ..Tuning::default()
    })
}

/// VP9 with layers makes sides even, finds them too large, and says so to standard output with each frame.
fn check_sides(wish: &Wish<'_>) -> Result<()> {
    for (name, side) in [(keys::WIDTH.name, wish.width), (keys::HEIGHT.name, wish.height)] {
        if wish.layers > 1 && wish.encoder == VP9 && !side.is_multiple_of(2) {
            let text = format!("{name} is {side}, {VP9} with scalabilityMode supports even numbers");
            return Err(Error::not_supported(text));
        }
    }
    Ok(())
}

fn is_set(wish: &Wish<'_>, option: &str) -> bool {
    wish.config.is_set(&format!("{}{option}", keys::FFMPEG))
}

impl<'a, 'b> Asked<'a, 'b> {
    fn of(wish: &'a Wish<'b>) -> Self {
        let config = wish.config;
        let vp9 = wish.encoder == VP9;
        let realtime = config.value(&keys::LATENCY_MODE) == LatencyMode::Realtime;
        let mode = match config.value(&keys::BITRATE_MODE) {
            // libvpx spreads a variable rate over layers badly: VP9's then take many times of what is asked for.
            VideoEncoderBitrateMode::Variable if wish.layers > 1 => VideoEncoderBitrateMode::Constant,
            mode => mode,
        };
        let least = if wish.layers > 1 { LEAST_LAYERED_BITRATE } else { LEAST_BITRATE };
        let bitrate = match mode {
            // FFmpeg hands on no lower bound but the first. So the rate asks for the worst that the upper bound, a frame's
            // quantizer, allows.
            VideoEncoderBitrateMode::Quantizer => least,
            _ => config.value(&keys::BITRATE).unwrap_or_else(|| usual_bitrate(wish)).max(least),
        };
        Self { wish, vp9, realtime, mode, bitrate, options: Vec::new() }
    }

    /// Sets an option, where the host has not.
    fn set(&mut self, name: &str, value: impl ToString) {
        if !is_set(self.wish, name) {
            self.options.push((name.to_owned(), value.to_string()));
        }
    }

    fn set_speed(&mut self) {
        if !is_set(self.wish, "quality") {
            self.set("deadline", if self.realtime { "realtime" } else { "good" });
        }
        if !is_set(self.wish, "speed") {
            self.set("cpu-used", self.speed());
        }
        self.set("lag-in-frames", 0);
        if self.wish.alpha {
            self.options.push(("auto-alt-ref".to_owned(), "0".to_owned())); // FFmpeg has them for colour alone
        }
    }

    /// It has libvpx's constant rate: VP9's other ones remember quantizers, and near a bound that jumps they miss it.
    fn is_constant(&self) -> bool {
        match self.mode {
            VideoEncoderBitrateMode::Constant => true,
            VideoEncoderBitrateMode::Quantizer => self.vp9,
            VideoEncoderBitrateMode::Variable => false,
        }
    }

    /// libvpx's cpu-used: the larger, the quicker and the worse. In realtime by the pixels of a second and core, so that a small
    /// machine keeps up with a camera; in quality by the picture's size.
    fn speed(&self) -> i32 {
        let wish = self.wish;
        let pixels = f64::from(wish.width) * f64::from(wish.height);
        // VP8 would measure its own time with positive numbers, and give other bytes on a busy machine.
        let steps = if self.vp9 { [5, 6, 7, 8] } else { [-6, -8, -12, -16] };
        match (self.realtime, pixels) {
            (true, _) => match pixels * wish.framerate / f64::from(wish.cores.max(1)) {
                ..5e6 => steps[0],
                ..15e6 => steps[1],
                ..35e6 => steps[2],
                _ => steps[3],
            },
            (false, ..100e3) => 1,
            (false, ..500e3) => 2,
            (false, ..1e6) => 3,
            (false, _) => 4,
        }
    }

    /// Key frames where they are asked for and nowhere else: with both distances the same libvpx does not choose.
    fn set_keys(&mut self) {
        if !is_set(self.wish, "g") {
            self.set("g", KEY_DISTANCE);
            self.set("keyint_min", KEY_DISTANCE);
        }
    }

    /// VP9's threads share tiles, which are 256 pixels wide at least, and rows.
    fn set_threads(&mut self) {
        if self.vp9 {
            let tiles = (self.wish.width / 256).clamp(1, threads(self.wish).max(1));
            self.set("tile-columns", tiles.ilog2());
            self.set("row-mt", 1);
        }
    }

    fn set_rate(&mut self) {
        if self.is_constant() {
            self.set("minrate", self.bitrate);
        }
        if self.wish.layers > 1 {
            self.options.push(("ts-parameters".to_owned(), self.layers()));
            self.options.push(("error-resilient".to_owned(), "default".to_owned()));
        }
    }

    /// FFmpeg's patterns 2 and 3, in which no frame refers to one of a higher layer. Each layer's rate has those below in it.
    fn layers(&self) -> String {
        let (parts, decimators): (&[u64], _) = match self.wish.layers {
            2 => (&[60, 100], "2,1"),
            _ => (&[40, 60, 100], "4,2,1"),
        };
        let rate = |part: &u64| (self.bitrate * part / 100_000).to_string(); // libvpx counts thousands
        let rates: Vec<_> = parts.iter().map(rate).collect();
        let layers = self.wish.layers;
        format!(
            "ts_number_layers={layers}:ts_layering_mode={layers}:ts_target_bitrate={}:ts_rate_decimator={decimators}",
            rates.join(",")
        )
    }
}

/// One for so many pixels. VP8's spin while they wait: below 720p they cost more than they give.
fn threads(wish: &Wish<'_>) -> u32 {
    let pixels = u64::from(wish.width) * u64::from(wish.height);
    let most = match wish.encoder {
        VP8 if pixels < 1280 * 720 => 1,
        VP8 => 4,
        _ => 1 + pixels / 150_000,
    };
    match wish.config.value(&keys::THREADS) {
        0 => wish.cores.min(u32::try_from(most).unwrap_or(u32::MAX)),
        threads => threads,
    }
}
