//! The configuration keys: WebCodecs member names, and ours. One row a key.

use super::Color;
use crate::error::{Error, Result};

/// What a key's value may be.
pub enum Form {
    /// A whole number in a range, both ends included.
    Integer(u64, u64),
    /// A positive decimal number.
    Positive,
    /// `true` or `false`.
    Bool,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One of these names, or its H.273 number.
    CodePoint(&'static [(&'static str, u8)]),
    /// A language as containers have it: three letters of ISO 639-2.
    Language,
    /// Anything.
    Text,
    /// Bytes, set with `fg_config_set_bytes`.
    Bytes,
}

/// A key: its name, what it takes, and its value when unset ("" where it has none).
pub struct Key {
    /// W3C's spelling, members of members with a dot.
    pub name: &'static str,
    /// What it takes.
    pub form: Form,
    /// Its value when unset.
    pub default: &'static str,
}

const fn key(name: &'static str, form: Form, default: &'static str) -> Key {
    Key { name, form, default }
}

use Form::{Bool, Bytes, CodePoint, Integer, Language, OneOf, Positive, Text};

const SIDE: Form = Integer(1, u32::MAX as u64);
/// W3C VideoColorPrimaries, with their H.273 numbers.
pub const PRIMARIES: &[(&str, u8)] =
    &[("bt709", 1), ("bt470bg", 5), ("smpte170m", 6), ("bt2020", 9), ("smpte432", 12)];
/// W3C VideoTransferCharacteristics, with their H.273 numbers.
pub const TRANSFERS: &[(&str, u8)] =
    &[("bt709", 1), ("smpte170m", 6), ("linear", 8), ("iec61966-2-1", 13), ("pq", 16), ("hlg", 18)];
/// W3C VideoMatrixCoefficients, with their H.273 numbers.
pub const MATRICES: &[(&str, u8)] =
    &[("rgb", 0), ("bt709", 1), ("bt470bg", 5), ("smpte170m", 6), ("bt2020-ncl", 9)];

/// Every key but `ffmpeg.<AVOption>`, which takes any text.
pub static KEYS: &[Key] = &[
    key("codec", Text, ""),
    key("width", SIDE, ""),
    key("height", SIDE, ""),
    key("displayWidth", SIDE, ""),
    key("displayHeight", SIDE, ""),
    key("displayAspectWidth", SIDE, ""),
    key("displayAspectHeight", SIDE, ""),
    key("codedWidth", SIDE, ""),
    key("codedHeight", SIDE, ""),
    key("bitrate", Integer(1, i64::MAX as u64), ""),
    key("framerate", Positive, ""),
    key("latencyMode", OneOf(&["quality", "realtime"]), "quality"),
    key("bitrateMode", OneOf(&["variable", "constant", "quantizer"]), "variable"),
    key("alpha", OneOf(&["discard", "keep"]), "discard"),
    key("scalabilityMode", Text, ""),
    key("contentHint", Text, ""),
    key(
        "hardwareAcceleration",
        OneOf(&["no-preference", "prefer-hardware", "prefer-software"]),
        "no-preference",
    ),
    key("optimizeForLatency", Bool, "false"),
    key("avc.format", OneOf(&["avc", "annexb"]), "avc"),
    key("rotation", OneOf(&["0", "90", "180", "270"]), "0"),
    key("flip", Bool, "false"),
    key("colorSpace.primaries", CodePoint(PRIMARIES), ""),
    key("colorSpace.transfer", CodePoint(TRANSFERS), ""),
    key("colorSpace.matrix", CodePoint(MATRICES), ""),
    key("colorSpace.fullRange", Bool, ""),
    key("description", Bytes, ""),
    key("sampleRate", Integer(1, u32::MAX as u64), ""),
    key("numberOfChannels", Integer(1, 255), ""),
    key("language", Language, ""),
    key("slots", Integer(1, 4096), "16"),
    key("maxBytes", Integer(1, i64::MAX as u64), ""),
    key("maxDelay", Integer(0, 256), "12"),
    key("threads", Integer(0, 64), "0"),
    key("bFrames", Integer(0, 16), ""),
    key("maxPixels", Integer(1, i64::MAX as u64), "67108864"),
    key("maxSide", SIDE, "16384"),
    key("maxSamples", Integer(1, i64::MAX as u64), "1048576"),
    key("ffmpeg.encoder", Text, ""),
    key("ffmpeg.decoder", Text, ""),
];

/// The prefix of the keys that go to FFmpeg as they are.
pub const FFMPEG: &str = "ffmpeg.";

static AV_OPTION: Key = key("ffmpeg.<AVOption>", Text, "");

/// No text needs more; errors quote what they are about.
const MAX_TEXT_BYTES: usize = 65_535;

/// # Errors
/// `InvalidArgument` naming what it is, its length and the longest.
pub fn check_length(what: &str, text: &str) -> Result<()> {
    match text.len() {
        ..=MAX_TEXT_BYTES => Ok(()),
        bytes => Err(Error::invalid(format!("{what} has {bytes} bytes, allowed are {MAX_TEXT_BYTES}"))),
    }
}

/// The row of `name`.
///
/// # Errors
/// `InvalidArgument` naming the key and listing those that exist.
pub fn find(name: &str) -> Result<&'static Key> {
    check_length("a key", name)?;
    if let Some(key) = KEYS.iter().find(|key| key.name == name) {
        return Ok(key);
    }
    if name.strip_prefix(FFMPEG).is_some_and(|option| !option.is_empty()) {
        return Ok(&AV_OPTION);
    }
    let names: Vec<_> = KEYS.iter().map(|key| key.name).chain([AV_OPTION.name]).collect();
    Err(Error::invalid(format!("unknown key \"{name}\", allowed are {}", names.join(", "))))
}

impl Key {
    /// Checks `value` and gives it in its one spelling (a code point's number becomes its name).
    ///
    /// # Errors
    /// `InvalidArgument` naming the key, the value and what is allowed.
    pub fn canonical(&self, name: &str, value: &str) -> Result<String> {
        check_length(name, value)?;
        let good = match &self.form {
            Integer(low, high) => value.parse().is_ok_and(|number: u64| (*low..=*high).contains(&number)),
            Positive => value.parse().is_ok_and(|number: f64| number.is_finite() && number > 0.0),
            Bool => matches!(value, "true" | "false"),
            OneOf(words) => words.contains(&value),
            CodePoint(names) => return code_point(names, value).ok_or_else(|| self.refuse(name, value)),
            Language => value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_lowercase()),
            Text => !value.contains('\0'),
            Bytes => false,
        };
        if good { Ok(value.to_owned()) } else { Err(self.refuse(name, value)) }
    }

    fn refuse(&self, name: &str, value: &str) -> Error {
        let allowed = match &self.form {
            Integer(low, high) => format!("whole numbers from {low} to {high}"),
            Positive => "positive numbers".to_owned(),
            Bool => "true and false".to_owned(),
            OneOf(words) => words.join(", "),
            CodePoint(names) => {
                let names: Vec<_> = names.iter().map(|(name, _)| *name).collect();
                format!("{} and H.273 numbers from 0 to 255", names.join(", "))
            }
            Language => "three small letters of ISO 639-2, such as eng".to_owned(),
            Text => "text".to_owned(),
            Bytes => "bytes (set them with fg_config_set_bytes)".to_owned(),
        };
        Error::invalid(format!("{name} is \"{value}\", allowed are {allowed}"))
    }
}

fn code_point(names: &[(&str, u8)], value: &str) -> Option<String> {
    if names.iter().any(|(name, _)| *name == value) {
        return Some(value.to_owned());
    }
    value.parse().ok().map(|number| code_point_name(names, number))
}

/// The W3C name of an H.273 number, or the number where W3C has none.
pub fn code_point_name(names: &[(&str, u8)], number: u8) -> String {
    let found = names.iter().find(|(_, code)| *code == number);
    found.map_or_else(|| number.to_string(), |(name, _)| (*name).to_owned())
}

/// The H.273 number of a checked value.
pub fn code_point_number(names: &[(&str, u8)], value: &str) -> Option<u8> {
    let found = names.iter().find(|(name, _)| *name == value);
    found.map(|(_, code)| *code).or_else(|| value.parse().ok())
}

/// The four keys of a colour, with their canonical values; unknown facts are left out.
pub fn color_entries(color: &Color) -> Vec<(&'static str, String)> {
    let mut entries = Vec::new();
    let names = [
        ("colorSpace.primaries", PRIMARIES, color.primaries),
        ("colorSpace.transfer", TRANSFERS, color.transfer),
        ("colorSpace.matrix", MATRICES, color.matrix),
    ];
    for (key, names, number) in names {
        entries.extend(number.map(|number| (key, code_point_name(names, number))));
    }
    entries.extend(color.full_range.map(|full| ("colorSpace.fullRange", full.to_string())));
    entries
}
