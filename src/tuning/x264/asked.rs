//! What a host asks of x264: AVOptions and the lists `x264-params` and `x264opts`, taken apart and checked.

use super::table::{self, B_ADAPT, BFRAMES, CRF, DEBLOCK, LOOKAHEAD, PARTITIONS, PSY_RD, QP, REF, WEIGHTP};
use super::{BASELINE, HIGH, PRESETS, Preset};
use crate::error::{Error, Result};
use crate::media::{Config, keys};
use crate::tuning::parameters::{Kind, Parameters};
use crate::tuning::{Wish, refused, set_of};

/// x264's tunes that go with any other; of the rest it takes one.
const TUNES: [&str; 2] = ["fastdecode", "zerolatency"];
const PSY_TUNES: [&str; 7] = ["film", "animation", "grain", "stillimage", "psnr", "ssim", "touhou"];

/// AVOptions that are parameters of x264 by another name, and decide the delay or the level: AVOption, x264's name.
const SAME: [(&str, &str, Kind); 4] = [
    ("bf", "bframes", BFRAMES),
    ("refs", "ref", REF),
    ("rc-lookahead", "rc-lookahead", LOOKAHEAD),
    ("b_strategy", "b-adapt", B_ADAPT),
];

/// AVOptions whose values FFmpeg hands on unseen, or whose range it does not know.
const CHECKED: [(&str, Kind); 6] = [
    ("crf", CRF),
    ("qp", QP),
    ("psy-rd", PSY_RD),
    ("deblock", DEBLOCK),
    ("partitions", PARTITIONS),
    ("wpredp", WEIGHTP),
];

/// x264's parameters that a profile limits, and the AVOptions by which FFmpeg sets them before the profile: as parameters they
/// would be set after it.
const LIMITED: [(&str, &str); 3] = [("cabac", "coder"), ("8x8dct", "8x8dct"), ("weightp", "weightp")];

/// A lookahead in a thread of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SyncLookahead {
    /// One more than there are B-frames.
    Auto,
    Frames(u32),
}

/// What the host set; `None` and empty where it did not.
pub(super) struct Asked {
    pub(super) preset: Option<&'static Preset>,
    /// x264's tunes, without repetition.
    pub(super) tunes: Vec<&'static str>,
    pub(super) bframes: Option<u32>,
    pub(super) refs: Option<u32>,
    pub(super) lookahead: Option<u32>,
    pub(super) b_adapt: Option<u32>,
    pub(super) sync_lookahead: Option<SyncLookahead>,
    pub(super) sliced_threads: Option<bool>,
    /// All other parameters.
    pub(super) parameters: Parameters,
    /// All other AVOptions.
    pub(super) options: Vec<(String, String)>,
}

impl Asked {
    /// # Errors
    /// `InvalidArgument` naming the option or parameter, its value and what is allowed, or the key to use instead;
    /// `NotSupported` for what the profile does not have.
    pub(super) fn new(wish: &Wish<'_>) -> Result<Self> {
        let config = wish.config;
        let (mut preset, mut tunes) = (None, Vec::new());
        let (mut parameters, mut options) = (Parameters::default(), Vec::new());
        for (name, value) in config.av_options() {
            let key = |error: Error| Error { text: format!("ffmpeg.{}", error.text), ..error };
            if let Some((_, why)) = table::REFUSED_OPTIONS.iter().find(|(refused, _)| *refused == name) {
                return Err(key(refused(name, why)));
            }
            match name {
                "preset" => preset = Some(find_preset(value)?),
                "tune" => tunes = find_tunes(value)?,
                "x264-params" | "x264opts" => (),
                _ if value == "-1" && is_unset(name) => (),
                _ => {
                    if let Some((_, own, kind)) = SAME.iter().find(|(option, ..)| *option == name) {
                        parameters.set(own, kind.canonical(name, value).map_err(key)?);
                    } else if let Some((_, kind)) = CHECKED.iter().find(|(option, _)| *option == name) {
                        options.push((name.to_owned(), kind.canonical(name, value).map_err(key)?));
                    } else {
                        options.push((name.to_owned(), value.to_owned()));
                    }
                }
            }
        }
        // The order in which FFmpeg applies them.
        for name in ["x264opts", "x264-params"] {
            let text = config.av_options().find(|(option, _)| *option == name).map_or("", |(_, value)| value);
            parameters.add(table::TABLE, &format!("ffmpeg.{name}"), text)?;
        }
        keep_profile(wish, &mut parameters, &mut options)?;
        keep_bounds(&mut parameters, &mut options);
        let mut number = |name| parameters.take(name).and_then(|value| value.parse().ok());
        let (bframes, refs) = (b_frames(config, number("bframes"))?, number("ref"));
        let (lookahead, b_adapt) = (number("rc-lookahead"), number("b-adapt"));
        let sync_lookahead = parameters
            .take("sync-lookahead")
            .map(|value| value.parse().map_or(SyncLookahead::Auto, SyncLookahead::Frames));
        let sliced_threads = parameters.take("sliced-threads").map(|value| value == "1");
        if let Some(bframes @ 1..) = bframes.filter(|_| wish.profile == BASELINE) {
            let keys = set_of(config, &["bFrames", "ffmpeg.bf", "ffmpeg.x264-params", "ffmpeg.x264opts"]);
            return Err(Error::not_supported(format!(
                "codec \"{}\" is Baseline, which has no B-frames, but {bframes} are asked for with {keys}",
                wish.codec
            )));
        }
        Ok(Self {
            preset,
            tunes,
            bframes,
            refs,
            lookahead,
            b_adapt,
            sync_lookahead,
            sliced_threads,
            parameters,
            options,
        })
    }

    /// The option or parameter that fixes the quality, in place of a rate.
    pub(super) fn fixed_quality(&self, config: &Config) -> Option<String> {
        self.set_by(config, |name| matches!(name, "crf" | "qp"))
    }

    /// The key, and the parameter in it, that sets one of these.
    pub(super) fn set_by(&self, config: &Config, is_one: impl Fn(&str) -> bool) -> Option<String> {
        let option = self.options.iter().map(|(name, _)| name.as_str()).find(|name| is_one(name));
        let name = option.or_else(|| self.parameters.names().find(|name| is_one(name)))?;
        let key = format!("ffmpeg.{name}");
        Some(if config.is_set(&key) { key } else { parameter_key(config, name) })
    }

    /// True if the stream says how its bits are bounded.
    pub(super) fn carries_bounds(&self) -> bool {
        let carries = |name: &str, value: &str| name == "nal-hrd" && !matches!(value, "none" | "0");
        self.options.iter().any(|(name, value)| carries(name, value))
            || self.parameters.iter().any(|(name, value)| carries(name, value))
    }

    /// True if motion may be searched for exhaustively, or far.
    pub(super) fn searches_wide(&self) -> bool {
        const WIDE: [&str; 7] =
            ["me", "me_method", "motion-est", "merange", "me_range", "mvrange", "mvrange-thread"];
        let asked = self.options.iter().any(|(name, _)| WIDE.contains(&name.as_str()))
            || self.parameters.names().any(|name| WIDE.contains(&name));
        asked || self.preset.is_some_and(|preset| preset.name == "placebo")
    }
}

/// FFmpeg's word for "not set" is -1 there.
fn is_unset(name: &str) -> bool {
    SAME.iter().any(|(option, ..)| *option == name) || matches!(name, "crf" | "qp")
}

/// One of x264's parameters and the keys that may have set it, for an error.
fn parameter_key(config: &Config, parameter: &str) -> String {
    format!("{}: {parameter}", set_of(config, &["ffmpeg.x264-params", "ffmpeg.x264opts"]))
}

/// Parameters that profiles limit become AVOptions, which FFmpeg applies before the profile.
fn keep_profile(
    wish: &Wish<'_>,
    parameters: &mut Parameters,
    options: &mut Vec<(String, String)>,
) -> Result<()> {
    for (parameter, option) in LIMITED {
        if let Some(value) = parameters.take(parameter) {
            options.retain(|(name, _)| name != option);
            options.push((option.to_owned(), value));
        }
    }
    match parameters.names().find(|name| name.starts_with("cqm")) {
        Some(name) if wish.profile != HIGH => {
            let (name, codec) = (parameter_key(wish.config, name), wish.codec);
            Err(Error::not_supported(format!("{name} needs the High profile, codec \"{codec}\" has another")))
        }
        _ => Ok(()),
    }
}

/// What bounds the bits becomes AVOptions, which are bits and not thousands of them: FFmpeg would set the parameters back.
fn keep_bounds(parameters: &mut Parameters, options: &mut Vec<(String, String)>) {
    for (parameter, option) in [("vbv-maxrate", "maxrate"), ("vbv-bufsize", "bufsize")] {
        if let Some(thousands) = parameters.take(parameter) {
            options.push((option.to_owned(), format!("{thousands}000")));
        }
    }
}

/// B-frames by the key or by the host's options.
fn b_frames(config: &Config, option: Option<u32>) -> Result<Option<u32>> {
    match (config.value(&keys::B_FRAMES), option) {
        (Some(_), Some(_)) => Err(refused("ffmpeg.bf or x264's bframes", "bFrames is set")),
        (key, option) => Ok(key.or(option)),
    }
}

fn find_preset(name: &str) -> Result<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name).ok_or_else(|| {
        let names: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
        Error::invalid(format!("ffmpeg.preset is \"{}\", allowed are {}", shortened(name), names.join(", ")))
    })
}

/// x264 splits tunes at these characters, and says on stderr what it does not know, or what is more than one.
fn find_tunes(text: &str) -> Result<Vec<&'static str>> {
    let mut found: Vec<&'static str> = Vec::new();
    for word in text.split([',', '.', '/', '-', '+']).filter(|word| !word.is_empty()) {
        let tune = TUNES.iter().chain(&PSY_TUNES).find(|tune| tune.eq_ignore_ascii_case(word));
        match tune {
            Some(tune) if found.contains(tune) => (),
            Some(tune) => found.push(tune),
            None => return Err(bad_tune(text)),
        }
    }
    match found.iter().filter(|tune| PSY_TUNES.contains(tune)).count() {
        0 | 1 => Ok(found),
        _ => Err(bad_tune(text)),
    }
}

fn bad_tune(text: &str) -> Error {
    Error::invalid(format!(
        "ffmpeg.tune is \"{}\", allowed are one of {}, and {} with commas between them",
        shortened(text),
        PSY_TUNES.join(", "),
        TUNES.join(" and ")
    ))
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tunes_are_what_x264_takes_without_a_word() {
        assert_eq!(find_tunes("Film+zerolatency,fastdecode"), Ok(vec!["film", "zerolatency", "fastdecode"]));
        assert_eq!(find_tunes("film,film,,"), Ok(vec!["film"]));
        assert_eq!(find_tunes(""), Ok(vec![]));
        for bad in ["film,grain", "movie", "zero latency", " film"] {
            assert!(find_tunes(bad).unwrap_err().text.contains("one of film, animation"), "{bad}");
        }
    }
}
