//! The codec string of H.264: profile, constraints and level (RFC 6381 section 3.3).

use super::level;
use crate::error::{Error, Result};
use crate::media::StreamFacts;
use crate::registry::{self, nal};

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

impl AvcString {
    /// Reads a codec string whose tag is one of AVC's.
    ///
    /// # Errors
    /// `NotSupported` naming the string and what is supported. An ambiguous string ("avc1"), and one with a level that does not
    /// exist, is not supported.
    pub fn parse(codec: &str) -> Result<Self> {
        let unknown = || registry::unknown(codec);
        let (tag, digits) = codec.split_once('.').ok_or_else(unknown)?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(unknown());
        }
        let [_, profile_idc, constraint_flags, level_idc] =
            u32::from_str_radix(digits, 16).map_err(|_| unknown())?.to_be_bytes();
        let avc = Self { in_band: tag == "avc3", profile_idc, constraint_flags, level_idc };
        avc.check_level()?;
        Ok(avc)
    }

    /// Of a stream: from its avcC, its in-band parameter sets, or what FFmpeg says of profile and level.
    pub fn of_stream(facts: &StreamFacts<'_>) -> Option<Self> {
        let [profile_idc, constraint_flags, level_idc] = match facts.extradata {
            [1, profile, flags, level, ..] => [*profile, *flags, *level],
            annexb => Self::of_access_unit(annexb)
                .map(|avc| [avc.profile_idc, avc.constraint_flags, avc.level_idc])
                .or_else(|| numbers(facts.profile, facts.level))?,
        };
        Some(Self { in_band: facts.tag == *b"avc3", profile_idc, constraint_flags, level_idc })
    }

    /// What the first sequence parameter set of an Annex B access unit says.
    pub fn of_access_unit(annexb: &[u8]) -> Option<Self> {
        let sps = nal::annexb(annexb).find(|unit| nal::unit_type(unit) == nal::SPS)?;
        let &[_, profile_idc, constraint_flags, level_idc, ..] = sps else { return None };
        Some(Self { in_band: true, profile_idc, constraint_flags, level_idc })
    }

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
    pub fn covers(self, stream: Self) -> bool {
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

/// FFmpeg's numbers of a profile and a level: the profile has two of the constraints as flags.
fn numbers(profile: i32, level: i32) -> Option<[u8; 3]> {
    const CONSTRAINED: i32 = 1 << 9;
    const INTRA: i32 = 1 << 11;
    let level = u8::try_from(level).ok().filter(|level| *level > 0)?;
    let flag = |has: i32, flag: u8| if profile & has != 0 { flag } else { 0 };
    let flags = flag(CONSTRAINED, 0x40) | flag(INTRA, 0x10);
    let profile = u8::try_from(profile).ok().or(u8::try_from(profile & 0xff).ok().filter(|_| profile > 0))?;
    Some([profile, flags, level])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn avc_strings_round_trip() {
        for text in ["avc1.42001f", "avc3.64002a", "avc1.4de028"] {
            assert_eq!(AvcString::parse(text).unwrap().to_string(), text);
        }
        let upper = AvcString::parse("avc1.64002A").unwrap();
        assert_eq!(upper, AvcString::parse("avc1.64002a").unwrap());
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
            let Err(error) = registry::parse(text) else { panic!("{text}") };
            assert!(error.text.contains(&format!("\"{text}\"")), "{error}");
        }
    }

    #[test]
    fn of_a_stream_it_comes_from_wherever_the_profile_is() {
        let of = |tag: &[u8; 4], extradata: &[u8], profile, level| {
            let facts = StreamFacts {
                av_name: "h264",
                tag: *tag,
                extradata,
                profile,
                level,
                ..StreamFacts::default()
            };
            AvcString::of_stream(&facts).map(|avc| avc.to_string())
        };
        let avc = |extradata: &[u8], profile, level| of(b"avc1", extradata, profile, level);
        assert_eq!(avc(&[1, 0x64, 0, 0x28, 0xff], -99, -99).unwrap(), "avc1.640028");
        assert_eq!(avc(&[0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1e], -99, -99).unwrap(), "avc1.42c01e");
        assert_eq!(avc(&[0, 0, 0, 1, 0x68, 0x42, 0xc0, 0x1e], 100, 31).unwrap(), "avc1.64001f");
        assert_eq!(avc(&[], 66 | 1 << 9, 30).unwrap(), "avc1.42401e", "constrained Baseline");
        assert_eq!(avc(&[1, 2], -99, 30), None);
        assert_eq!(avc(&[], 100, -99), None);
        assert_eq!(of(b"avc3", &[1, 77, 0, 31], 0, 0).unwrap(), "avc3.4d001f");
    }
}
