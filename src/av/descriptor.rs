//! Codec strings and FFmpeg's codec descriptors.
//!
//! Codecs are identified by their descriptor and their id as an integer: the bindings' enum cannot hold the
//! ids of an FFmpeg that is newer than the headers.

use std::ffi::{CStr, CString};
use std::ptr::{self, NonNull};

use ffmpeg_sys_next as ff;

use crate::error::{Error, Result};
use crate::media::Medium;

/// Of the integer in an `AVMediaType` field; `None` for subtitles, data and the like.
pub fn medium_of_raw(raw: i32) -> Option<Medium> {
    match raw {
        _ if raw == ff::AVMediaType::AVMEDIA_TYPE_VIDEO as i32 => Some(Medium::Video),
        _ if raw == ff::AVMediaType::AVMEDIA_TYPE_AUDIO as i32 => Some(Medium::Audio),
        _ => None,
    }
}

/// What the codec of a codec string, or of FFmpeg's own name, has.
///
/// # Errors
/// As [`Descriptor::of_string`].
pub fn medium(codec: &str) -> Result<Medium> {
    Ok(Descriptor::of_string(codec)?.medium)
}

/// A codec that this FFmpeg knows by name.
#[derive(Clone, Copy)]
pub struct Descriptor {
    /// Its `AVCodecID`.
    pub id: u32,
    /// Video or audio.
    pub medium: Medium,
    /// FFmpeg's name for it.
    pub name: &'static str,
}

/// What this room must know of a codec by name.
struct Row {
    /// The first part of its codec strings, or the whole of one, where that is not FFmpeg's name (RFC 6381, W3C codec registry).
    prefix: &'static str,
    /// FFmpeg's name.
    name: &'static str,
    /// The prefix is also how MP4 tells that parameter sets may come in band.
    is_tag: bool,
    /// Its pictures have places in an order, which FFmpeg's parser tells.
    has_order: bool,
}

const fn row(prefix: &'static str, name: &'static str) -> Row {
    Row { prefix, name, is_tag: false, has_order: false }
}

const ROWS: &[Row] = &[
    Row { has_order: true, ..row("avc1", "h264") },
    Row { has_order: true, is_tag: true, ..row("avc3", "h264") },
    Row { has_order: true, ..row("hvc1", "hevc") },
    Row { has_order: true, ..row("hev1", "hevc") },
    row("vp09", "vp9"),
    row("av01", "av1"),
    row("mp4a", "aac"),
    row("mp4a.69", "mp3"),
    row("mp4a.6B", "mp3"),
    row("ac-3", "ac3"),
    row("ec-3", "eac3"),
    row("ulaw", "pcm_mulaw"),
    row("alaw", "pcm_alaw"),
    row("pcm-u8", "pcm_u8"),
    row("pcm-s16", "pcm_s16le"),
    row("pcm-s24", "pcm_s24le"),
    row("pcm-s32", "pcm_s32le"),
    row("pcm-f32", "pcm_f32le"),
];

/// The tag that a container must be told for a codec string; 0 for its usual one.
pub fn tag_of(codec: &str) -> u32 {
    let row = ROWS.iter().find(|row| row.is_tag && codec.split('.').next() == Some(row.prefix));
    row.map_or(0, |row| row.prefix.bytes().rev().fold(0, |tag, byte| tag << 8 | u32::from(byte)))
}

impl Descriptor {
    /// The codec that a codec string or FFmpeg's own name stands for.
    ///
    /// # Errors
    /// `NotSupported` naming the string.
    pub fn of_string(codec: &str) -> Result<Self> {
        let prefix = codec.split('.').next().unwrap_or(codec);
        let row = |prefix| ROWS.iter().find(|row| row.prefix == prefix);
        let name = row(codec).or_else(|| row(prefix)).map_or(codec, |row| row.name);
        Self::of_name(name)
            .ok_or_else(|| Error::not_supported(format!("no container knows the codec \"{codec}\"")))
    }

    /// The codec of that name of FFmpeg's.
    pub fn of_name(name: &str) -> Option<Self> {
        CString::new(name).ok().and_then(|name| {
            // SAFETY: `name` is NUL-terminated.
            Self::of_descriptor(unsafe { ff::avcodec_descriptor_get_by_name(name.as_ptr()) })
        })
    }

    /// FFmpeg's decoder for it: the one of that name, else its own choice.
    pub fn decoder(&self, name: Option<&CStr>) -> Option<*const ff::AVCodec> {
        // SAFETY: of one of FFmpeg's codecs.
        self.coder(name, |codec| unsafe { ff::av_codec_is_decoder(codec) != 0 })
    }

    /// FFmpeg's encoder for it: the one of that name, else its own choice.
    pub fn encoder(&self, name: Option<&CStr>) -> Option<*const ff::AVCodec> {
        // SAFETY: of one of FFmpeg's codecs.
        self.coder(name, |codec| unsafe { ff::av_codec_is_encoder(codec) != 0 })
    }

    /// As FFmpeg's find functions, for an id that the bindings may not have: what is experimental comes last.
    fn coder(&self, name: Option<&CStr>, is: fn(*const ff::AVCodec) -> bool) -> Option<*const ff::AVCodec> {
        let mut experimental = None;
        let mut position = ptr::null_mut();
        loop {
            // SAFETY: the position is NULL or what the call before left there.
            let codec = unsafe { ff::av_codec_iterate(&mut position) };
            if codec.is_null() {
                return experimental;
            }
            // SAFETY: FFmpeg's codecs and their names are static; the id is read as an integer of its width.
            let (id, own) =
                unsafe { ((&raw const (*codec).id).cast::<u32>().read(), CStr::from_ptr((*codec).name)) };
            if id != self.id || !is(codec) || name.is_some_and(|name| name != own) {
                continue;
            }
            // SAFETY: as above.
            if name.is_some() || unsafe { (*codec).capabilities } & ff::AV_CODEC_CAP_EXPERIMENTAL as i32 == 0
            {
                return Some(codec);
            }
            experimental = experimental.or(Some(codec));
        }
    }

    /// Its pictures have places in an order, which FFmpeg's parser tells.
    pub fn has_order(&self) -> bool {
        ROWS.iter().any(|row| row.name == self.name && row.has_order)
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
                medium: medium_of_raw((&raw const (*descriptor).type_).cast::<i32>().read())?,
                name: CStr::from_ptr((*descriptor).name).to_str().ok()?,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_ids_meet() {
        for (string, name) in [
            ("avc1.42001f", "h264"),
            ("mp4a.40.2", "aac"),
            ("opus", "opus"),
            ("mp3", "mp3"),
            ("mp4a.6B", "mp3"),
            ("pcm-s24", "pcm_s24le"),
            ("ac-3", "ac3"),
        ] {
            let codec = Descriptor::of_string(string).unwrap();
            assert_eq!(codec.name, name);
            assert_eq!(Descriptor::of_id(codec.id).unwrap().name, name);
        }
        for string in ["", "nothing", "mov_text", "op\0us", "bin_data"] {
            assert!(Descriptor::of_string(string).is_err(), "{string:?}");
        }
        assert!(Descriptor::of_id(0).is_none());
        assert!(Descriptor::of_id(u32::MAX).is_none());
    }
}
