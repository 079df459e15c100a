//! Codec strings: which codec, profile and level a configuration asks for.
//!
//! Source: W3C WebCodecs Codec Registry; for AVC, RFC 6381 section 3.3.

use super::avc::level;
use crate::error::{Error, Result};

/// A codec string that this library knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodecString {
    /// `avc1.PPCCLL` or `avc3.PPCCLL`.
    Avc(AvcString),
    /// `framegate.null`: an encoder that does nothing, to measure the gate and to test hosts with.
    Null,
}

/// The six hexadecimal digits of an AVC codec string: bytes 1 to 3 of the sequence parameter set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AvcString {
    /// True for `avc3`: parameter sets may come in band.
    pub in_band: bool,
    /// profile_idc (0x42 Baseline, 0x4D Main, 0x64 High).
    pub profile_idc: u8,
    /// The constraint_set flags, set0 in the highest bit.
    pub constraint_flags: u8,
    /// level_idc: ten times the level.
    pub level_idc: u8,
}

impl CodecString {
    /// Parses a codec string.
    ///
    /// # Errors
    /// `NotSupported` naming the string and what is supported. An ambiguous string ("avc1"), and one with a level that does not
    /// exist, is not supported.
    pub fn parse(codec: &str) -> Result<Self> {
        let unknown = || {
            let allowed = "avc1.PPCCLL and avc3.PPCCLL with six hexadecimal digits";
            Error::not_supported(format!("codec \"{codec}\" is not supported, supported are {allowed}"))
        };
        if codec == "framegate.null" {
            return Ok(Self::Null);
        }
        let (tag, digits) = codec.split_once('.').ok_or_else(unknown)?;
        let in_band = match tag {
            "avc1" => false,
            "avc3" => true,
            _ => return Err(unknown()),
        };
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(unknown());
        }
        let [_, profile_idc, constraint_flags, level_idc] =
            u32::from_str_radix(digits, 16).map_err(|_| unknown())?.to_be_bytes();
        let avc = AvcString { in_band, profile_idc, constraint_flags, level_idc };
        avc.check_level()?;
        Ok(Self::Avc(avc))
    }
}

impl AvcString {
    /// Checks that its level exists: a typo is not to be taken for a level that must be raised.
    fn check_level(&self) -> Result<()> {
        if level::exists(self.level_idc) {
            return Ok(());
        }
        let level = self.level_idc;
        let known = level::all().map(|level| format!("{level:02x}")).collect::<Vec<_>>().join(", ");
        Err(Error::not_supported(format!(
            "codec \"{self}\": level {level:02x} does not exist, these do: {known}"
        )))
    }

    /// True if a decoder of this profile and level decodes a stream that says `stream` of itself (H.264 A.2 and A.3): what
    /// Main and High decode includes Baseline where constraint_set1 says that it has nothing of its own.
    pub fn decodes(self, stream: Self) -> bool {
        const IS_MAIN: u8 = 0x40;
        let plain = stream.profile_idc == 0x42 && stream.constraint_flags & IS_MAIN != 0;
        let profile = match self.profile_idc {
            0x42 if self.constraint_flags & IS_MAIN != 0 => plain,
            0x4d => stream.profile_idc == 0x4d || plain,
            0x64 => matches!(stream.profile_idc, 0x4d | 0x64) || plain,
            own => stream.profile_idc == own,
        };
        profile && stream.level_idc <= self.level_idc
    }
}

impl std::fmt::Display for AvcString {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tag = if self.in_band { "avc3" } else { "avc1" };
        write!(f, "{tag}.{:02x}{:02x}{:02x}", self.profile_idc, self.constraint_flags, self.level_idc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn avc_strings_round_trip() {
        for text in ["avc1.42001f", "avc3.64002a", "avc1.4de028"] {
            let CodecString::Avc(avc) = CodecString::parse(text).unwrap() else { panic!("{text}") };
            assert_eq!(avc.to_string(), text);
        }
        let upper = CodecString::parse("avc1.64002A").unwrap();
        assert_eq!(upper, CodecString::parse("avc1.64002a").unwrap());
    }

    #[test]
    fn everything_else_is_refused_by_name() {
        for text in [
            "avc1",
            "avc1.",
            "avc1.42001",
            "avc1.42001ff",
            "avc1.+2001f",
            "h264",
            "AVC1.42001f",
            "avc1.４２001f",
            "",
        ] {
            let error = CodecString::parse(text).unwrap_err();
            assert!(error.text.contains(&format!("\"{text}\"")), "{error}");
        }
    }
}
