//! AudioSpecificConfig: ISO/IEC 14496-3, 1.6.2.1.

use crate::error::{Error, Result};
use crate::media::memory;
use crate::registry::AudioFraming;

/// A description that was looked at.
pub(super) struct SpecificConfig(Vec<u8>);

impl SpecificConfig {
    /// # Errors
    /// `Data` if it cannot be one.
    pub(super) fn read(description: &[u8]) -> Result<Self> {
        if description.len() < 2 || object_type(description) == 0 {
            let bytes = description.len();
            return Err(Error::data(format!("description ({bytes} bytes) is no AudioSpecificConfig")));
        }
        memory::copy("description", description, 0).map(Self)
    }
}

impl AudioFraming for SpecificConfig {
    fn extradata(&self) -> &[u8] {
        &self.0
    }
}

/// Five bits, or 31 and six more.
fn object_type(bytes: &[u8]) -> u32 {
    match bytes {
        [first, second, ..] if first >> 3 == 31 => 32 + u32::from((first & 7) << 3 | second >> 5),
        [first, ..] => u32::from(first >> 3),
        [] => 0,
    }
}

/// Frames of 960 samples and not 1024 (frameLengthFlag, behind rate and channels), of the object types up to 30.
pub(super) fn has_short_frames(description: &[u8]) -> bool {
    let at = |bit: usize| description.get(bit / 8).is_some_and(|byte| byte >> (7 - bit % 8) & 1 == 1);
    let rate_is_apart = (5..9).all(at);
    at(if rate_is_apart { 37 } else { 13 })
}

/// The codec string of a stream, by its setup bytes, or by FFmpeg's number of its profile.
pub(super) fn string(extradata: &[u8], profile: i32) -> String {
    let object_type = match object_type(extradata) {
        named if extradata.len() > 1 && named != 0 => named,
        _ => u32::try_from(profile).ok().filter(|profile| *profile < 96).map_or(2, |profile| profile + 1),
    };
    format!("mp4a.40.{object_type}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_types() {
        assert_eq!(string(&[0x11, 0x90], -99), "mp4a.40.2");
        assert_eq!(string(&[0x2b, 0x92], -99), "mp4a.40.5");
        assert_eq!(string(&[0xf9, 0x40], -99), "mp4a.40.42"); // xHE-AAC
        assert_eq!(string(&[], 4), "mp4a.40.5");
        assert_eq!(string(&[0x11], -99), "mp4a.40.2");
        assert!(!has_short_frames(&[0x11, 0x90]) && has_short_frames(&[0x11, 0x94]));
        assert!(has_short_frames(&[0x17, 0x80, 0, 0, 4]) && !has_short_frames(&[0x17, 0x80, 0, 0, 3]));
        assert!(SpecificConfig::read(&[0x11, 0x90]).is_ok());
        for wrong in [&[][..], &[0x11], &[0, 0x90]] {
            assert!(SpecificConfig::read(wrong).is_err(), "{wrong:?}");
        }
    }
}
