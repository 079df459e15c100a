//! The head of a sequence parameter set (H.264 7.3.2.1.1): profile, level, chroma format and bit depths.

use crate::error::{Error, Result};
use crate::registry::bits::Bits;
use crate::registry::nal;

/// The profiles whose parameter sets carry chroma_format_idc and the bit depths (H.264 7.3.2.1.1; 144 is the
/// withdrawn High 4:4:4 profile, which did too).
const HIGH_PROFILES: [u8; 14] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135, 144];

/// What a sequence parameter set says of the stream as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sps {
    /// profile_idc: 66 Baseline, 77 Main, 100 High ...
    pub profile_idc: u8,
    /// The constraint_set flags, set0 in the highest bit.
    pub constraint_flags: u8,
    /// level_idc: ten times the level.
    pub level_idc: u8,
    /// chroma_format_idc: 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.
    pub chroma_format_idc: u8,
    /// Bits of a luma sample, 8 to 14.
    pub bit_depth_luma: u8,
    /// Bits of a chroma sample, 8 to 14.
    pub bit_depth_chroma: u8,
}

impl Sps {
    /// Parses a NAL unit, header included, emulation prevention bytes and all.
    ///
    /// # Errors
    /// `Data` if it is no sequence parameter set, ends early, or holds a value that H.264 does not allow.
    pub fn parse(unit: &[u8]) -> Result<Self> {
        if nal::unit_type(unit) != nal::SPS {
            let text = format!("NAL unit type is {}, a sequence parameter set has 7", nal::unit_type(unit));
            return Err(Error::data(text));
        }
        Self::parse_payload(&unit[1..]).map_err(|error| error.context("sequence parameter set"))
    }

    fn parse_payload(payload: &[u8]) -> Result<Self> {
        let mut bits = Bits::new(nal::unescape(payload));
        let mut byte = || bits.number(8).map(|byte| byte as u8);
        let (profile_idc, constraint_flags, level_idc) = (byte()?, byte()?, byte()?);
        bits.golomb("seq_parameter_set_id", 31)?;
        let mut sps = Self {
            profile_idc,
            constraint_flags,
            level_idc,
            chroma_format_idc: 1,
            bit_depth_luma: 8,
            bit_depth_chroma: 8,
        };
        if HIGH_PROFILES.contains(&profile_idc) {
            sps.chroma_format_idc = bits.golomb("chroma_format_idc", 3)? as u8;
            if sps.chroma_format_idc == 3 {
                bits.flag()?; // separate_colour_plane_flag
            }
            sps.bit_depth_luma = 8 + bits.golomb("bit_depth_luma_minus8", 6)? as u8;
            sps.bit_depth_chroma = 8 + bits.golomb("bit_depth_chroma_minus8", 6)? as u8;
        }
        Ok(sps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_named() {
        let text = |unit: &[u8]| Sps::parse(unit).unwrap_err().text;
        assert_eq!(text(&[]), "NAL unit type is 0, a sequence parameter set has 7");
        assert_eq!(text(&[0x68, 1, 2, 3]), "NAL unit type is 8, a sequence parameter set has 7");
        assert_eq!(text(&[0x67, 0x42, 0]), "sequence parameter set: it ends too early");
        assert_eq!(text(&[0x67, 0x64, 0, 0x28]), "sequence parameter set: it ends too early");
        // id 0 is "1", chroma_format_idc 4 is "00101".
        let chroma = text(&[0x67, 0x64, 0, 0x28, 0b1001_0100]);
        assert_eq!(chroma, "sequence parameter set: chroma_format_idc is outside 0 to 3");
        // id 0, chroma_format_idc 1 is "010", bit_depth_luma_minus8 7 is "0001000".
        let depth = text(&[0x67, 0x64, 0, 0x28, 0b1010_0001, 0]);
        assert_eq!(depth, "sequence parameter set: bit_depth_luma_minus8 is outside 0 to 6");
    }
}
