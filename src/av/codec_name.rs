//! Codec strings and FFmpeg's codec descriptors.
//!
//! Codecs are identified by their descriptor and their id as an integer: the bindings' enum cannot hold the
//! ids of an FFmpeg that is newer than the headers.

use std::ffi::{CStr, CString};
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as ff;

use crate::error::{Error, Result};
use crate::media::codec_string::AvcString;

/// What a codec's samples are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// Pictures.
    Video,
    /// Sound.
    Audio,
}

impl Medium {
    /// Of the integer in an `AVMediaType` field; `None` for subtitles, data and the like.
    pub fn of_raw(raw: i32) -> Option<Self> {
        match raw {
            _ if raw == ff::AVMediaType::AVMEDIA_TYPE_VIDEO as i32 => Some(Self::Video),
            _ if raw == ff::AVMediaType::AVMEDIA_TYPE_AUDIO as i32 => Some(Self::Audio),
            _ => None,
        }
    }
}

/// A codec that this FFmpeg knows by name.
#[derive(Clone, Copy)]
pub struct Codec {
    /// Its `AVCodecID`.
    pub id: u32,
    /// Video or audio.
    pub medium: Medium,
    /// FFmpeg's name for it.
    pub name: &'static str,
}

/// The first part of a codec string where it is not FFmpeg's name (RFC 6381, W3C codec registry).
const PREFIXES: &[(&str, &str)] = &[
    ("avc1", "h264"),
    ("avc3", "h264"),
    ("hvc1", "hevc"),
    ("hev1", "hevc"),
    ("vp09", "vp9"),
    ("av01", "av1"),
    ("mp4a", "aac"),
    ("ac-3", "ac3"),
    ("ec-3", "eac3"),
    ("ulaw", "pcm_mulaw"),
    ("alaw", "pcm_alaw"),
];

impl Codec {
    /// The codec that a codec string or FFmpeg's own name stands for.
    ///
    /// # Errors
    /// `NotSupported` naming the string.
    pub fn of_string(codec: &str) -> Result<Self> {
        let prefix = codec.split('.').next().unwrap_or(codec);
        let name = PREFIXES.iter().find(|(short, _)| *short == prefix).map_or(codec, |(_, name)| name);
        let found = CString::new(name).ok().and_then(|name| {
            // SAFETY: `name` is NUL-terminated.
            Self::of_descriptor(unsafe { ff::avcodec_descriptor_get_by_name(name.as_ptr()) })
        });
        found.ok_or_else(|| Error::not_supported(format!("no container knows the codec \"{codec}\"")))
    }

    /// The codec with this `AVCodecID`, if it is a video or audio codec.
    pub fn of_id(id: u32) -> Option<Self> {
        let mut descriptor = ptr::null();
        loop {
            // SAFETY: NULL or a pointer from the call before.
            descriptor = unsafe { ff::avcodec_descriptor_next(descriptor) };
            // SAFETY: a descriptor is a constant of the library; the id is read as an integer of its width.
            if descriptor.is_null() || unsafe { (&raw const (*descriptor).id).cast::<u32>().read() } == id {
                return Self::of_descriptor(descriptor);
            }
        }
    }

    fn of_descriptor(descriptor: *const ff::AVCodecDescriptor) -> Option<Self> {
        let descriptor = NonNull::new(descriptor.cast_mut())?.as_ptr();
        // SAFETY: a descriptor is a constant of the library, its name is NUL-terminated ASCII; the enums are
        // read as integers of their width.
        unsafe {
            Some(Self {
                id: (&raw const (*descriptor).id).cast::<u32>().read(),
                medium: Medium::of_raw((&raw const (*descriptor).type_).cast::<i32>().read())?,
                name: CStr::from_ptr((*descriptor).name).to_str().ok()?,
            })
        }
    }
}

/// The codec string of an H.264 stream: from its avcC, its in-band parameter sets, or `(profile, level)`.
pub fn avc_string(in_band: bool, extradata: &[u8], profile: i32, level: i32) -> Option<String> {
    let [profile_idc, constraint_flags, level_idc] = match extradata {
        [1, profile, flags, level, ..] => [*profile, *flags, *level],
        _ => in_band_profile(extradata).or_else(|| {
            let level = u8::try_from(level).ok().filter(|level| *level > 0)?;
            let constrained = profile & ff::FF_PROFILE_H264_CONSTRAINED != 0;
            let intra = profile & ff::FF_PROFILE_H264_INTRA != 0;
            let flags = if constrained { 0x40 } else { 0 } | if intra { 0x10 } else { 0 };
            u8::try_from(profile)
                .ok()
                .or(u8::try_from(profile & 0xff).ok().filter(|_| profile > 0))
                .map(|profile| [profile, flags, level])
        })?,
    };
    Some(AvcString { in_band, profile_idc, constraint_flags, level_idc }.to_string())
}

/// The three bytes after the header of the first sequence parameter set of an Annex B stream.
fn in_band_profile(annexb: &[u8]) -> Option<[u8; 3]> {
    const SPS: u8 = 7;
    let found = annexb.windows(7).find(|bytes| bytes[..3] == [0, 0, 1] && bytes[3] & 0x1f == SPS)?;
    Some([found[4], found[5], found[6]])
}

/// The codec string of an AAC stream, by the object type in its AudioSpecificConfig (ISO/IEC 14496-3 section
/// 1.6.2.1: five bits, or 31 and six more), or by FFmpeg's profile.
pub fn aac_string(specific_config: &[u8], profile: i32) -> String {
    let object_type = match specific_config {
        [first, second, ..] if first >> 3 == 31 => 32 + i32::from((first & 7) << 3 | second >> 5),
        [first, _, ..] => i32::from(first >> 3),
        _ if (0..96).contains(&profile) => profile + 1,
        _ => 2,
    };
    format!("mp4a.40.{object_type}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_ids_meet() {
        for (string, name) in
            [("avc1.42001f", "h264"), ("mp4a.40.2", "aac"), ("opus", "opus"), ("mp3", "mp3"), ("ac-3", "ac3")]
        {
            let codec = Codec::of_string(string).unwrap();
            assert_eq!(codec.name, name);
            assert_eq!(Codec::of_id(codec.id).unwrap().name, name);
        }
        for string in ["", "nothing", "mov_text", "op\0us", "bin_data"] {
            assert!(Codec::of_string(string).is_err(), "{string:?}");
        }
        assert!(Codec::of_id(0).is_none());
        assert!(Codec::of_id(u32::MAX).is_none());
    }

    #[test]
    fn avc_strings_come_from_wherever_the_profile_is() {
        let avc = |extradata, profile, level| avc_string(false, extradata, profile, level);
        assert_eq!(avc(&[1, 0x64, 0, 0x28, 0xff], -99, -99).unwrap(), "avc1.640028");
        assert_eq!(avc(&[0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1e], -99, -99).unwrap(), "avc1.42c01e");
        assert_eq!(avc(&[0, 0, 0, 1, 0x68, 0x42, 0xc0, 0x1e], 100, 31).unwrap(), "avc1.64001f");
        let constrained_baseline = 66 | ff::FF_PROFILE_H264_CONSTRAINED;
        assert_eq!(avc(&[], constrained_baseline, 30).unwrap(), "avc1.42401e");
        assert_eq!(avc(&[1, 2], -99, 30), None);
        assert_eq!(avc(&[], 100, -99), None);
        assert_eq!(avc_string(true, &[1, 77, 0, 31], 0, 0).unwrap(), "avc3.4d001f");
    }

    #[test]
    fn aac_object_types() {
        assert_eq!(aac_string(&[0x11, 0x90], -99), "mp4a.40.2");
        assert_eq!(aac_string(&[0x2b, 0x92], -99), "mp4a.40.5");
        assert_eq!(aac_string(&[0xf9, 0x40], -99), "mp4a.40.42"); // xHE-AAC
        assert_eq!(aac_string(&[], 4), "mp4a.40.5");
        assert_eq!(aac_string(&[0x11], -99), "mp4a.40.2");
    }
}
