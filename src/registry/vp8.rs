//! VP8: RFC 6386, and the W3C's "VP8 WebCodecs Registration". All input may be hostile.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::whole::{Header, Whole};
use super::{Alpha, Framing, Parsed, Registration, Reorder, Sides, Video, unknown};
use crate::error::{Error, Result};
use crate::media::{Config, PixelFormat};

const STRING: &str = "vp8";

/// What W3C registers.
pub static IT: Registration = Registration {
    tags: &[STRING],
    av_name: "vp8",
    forms: STRING,
    keys: &[],
    parse: |codec| if codec == STRING { Ok(Parsed::Video(Box::new(Vp8))) } else { Err(unknown(codec)) },
    of_stream: |_| Some(STRING.to_owned()),
    described: false,
    in_band: None,
    in_containers: None,
};

struct Vp8;

impl Video for Vp8 {
    fn name(&self) -> &'static str {
        "VP8"
    }

    fn reorder(&self) -> Reorder {
        Reorder::Told(0)
    }

    fn formats(&self) -> &'static [PixelFormat] {
        &[PixelFormat::I420]
    }

    fn alpha(&self) -> Option<Alpha> {
        Some(Alpha { formats: &[PixelFormat::I420A], decoder: "libvpx" })
    }

    fn sides(&self) -> Sides {
        Sides { most: (1 << 14) - 1, multiple: 1, of: "VP8" } // 14 bits in the frame header, RFC 6386 9.1
    }

    fn quantizers(&self) -> RangeInclusive<i32> {
        0..=127 // y_ac_qi, RFC 6386 9.6
    }

    fn default_quantizer(&self) -> i32 {
        56
    }

    fn layers(&self) -> &'static [&'static str] {
        &["L1T1", "L1T2", "L1T3"]
    }

    fn encoders(&self) -> &'static [&'static str] {
        &["libvpx"]
    }

    fn framing(&self, config: &Config, description: Option<&[u8]>) -> Result<Arc<dyn Framing>> {
        Ok(Arc::new(Whole::new(config, description, header)?))
    }
}

impl fmt::Display for Vp8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(STRING)
    }
}

/// The frame tag, and of a key frame the start code: RFC 6386 9.1.
fn header(chunk: &[u8]) -> Result<Header> {
    const INTER: u8 = 1;
    const SHOWN: u8 = 1 << 4;
    const START_CODE: [u8; 3] = [0x9d, 0x01, 0x2a];
    match chunk {
        [tag, _, _, ..] if tag & INTER != 0 => Ok(Header { key: false, shown: u32::from(tag & SHOWN != 0) }),
        [tag, _, _, code @ ..] if code.starts_with(&START_CODE) => {
            Ok(Header { key: true, shown: u32::from(tag & SHOWN != 0) })
        }
        _ => Err(Error::data("the chunk is no frame of VP8: its tag or start code is wrong")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;

    #[test]
    fn the_string_is_one_word() {
        assert!(registry::parse("vp8").is_ok());
        for text in ["vp8.", "vp8.0", "VP8", "vp80", "vp08"] {
            let Err(error) = registry::parse(text) else { panic!("{text}") };
            assert!(error.text.contains(&format!("\"{text}\"")), "{error}");
        }
    }

    #[test]
    fn keys_have_their_mark_and_start_code() {
        let key = [0x10, 2, 0, 0x9d, 0x01, 0x2a, 64, 0, 48, 0];
        assert_eq!(header(&key), Ok(Header { key: true, shown: 1 }));
        assert_eq!(header(&[0x11, 2, 0]), Ok(Header { key: false, shown: 1 }));
        assert_eq!(header(&[0x01, 2, 0]), Ok(Header { key: false, shown: 0 }), "an alternate reference");
        for damaged in [&[][..], &[0x10], &[0x10, 2], &[0x11, 2], &[0x10, 2, 0, 0x9d, 0x01, 0x2b]] {
            assert!(header(damaged).is_err(), "{damaged:?}");
        }
    }
}
