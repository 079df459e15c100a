//! What profiles of VP9 mean for encoders and decoders.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::header;
use super::signal::{Chroma, RGB};
use super::string::Vp9String;
use crate::error::{Error, Result};
use crate::media::{Color, Config, PixelFormat};
use crate::registry::whole::Whole;
use crate::registry::{Alpha, Framing, Reorder, Sides, Video};

impl Video for Vp9String {
    fn name(&self) -> &'static str {
        "VP9"
    }

    fn encodes(&self) -> Result<()> {
        if self.signal.is_some_and(|signal| signal.matrix == RGB) {
            return Err(Error::not_supported(format!(
                "codec \"{self}\": matrix coefficients 00 (RGB) are not encoded, others are"
            )));
        }
        Ok(())
    }

    fn reorder(&self) -> Reorder {
        Reorder::Told(0)
    }

    /// An open profile 1 or 3 is 4:4:4: who asks for it wants more than 4:2:0.
    fn formats(&self) -> &'static [PixelFormat] {
        use PixelFormat::{I420, I420P10, I420P12, I422, I422P10, I422P12, I444, I444P10, I444P12};
        let open = if self.profile.is_multiple_of(2) { Some(Chroma::C420) } else { None };
        match (self.depth, self.signal.map(|signal| signal.chroma()).or(open)) {
            (8, Some(Chroma::C420)) => &[I420],
            (8, Some(Chroma::C422)) => &[I422],
            (8, Some(Chroma::C444)) => &[I444],
            (8, None) => &[I444, I422],
            (10, Some(Chroma::C420)) => &[I420P10],
            (10, Some(Chroma::C422)) => &[I422P10],
            (10, Some(Chroma::C444)) => &[I444P10],
            (10, None) => &[I444P10, I422P10],
            (_, Some(Chroma::C420)) => &[I420P12],
            (_, Some(Chroma::C422)) => &[I422P12],
            (_, Some(Chroma::C444)) => &[I444P12],
            (_, None) => &[I444P12, I422P12],
        }
    }

    /// color_space names systems, of which FFmpeg tells the matrix alone: VP9 7.2.2.
    fn color(&self, told: Color) -> Color {
        let transfer_2020 = match self.depth {
            8 => 1,
            10 => 14,
            _ => 15,
        };
        let (primaries, transfer) = match told.matrix {
            Some(0) => (1, 13),
            Some(1) => (1, 1),
            Some(5 | 6) => (6, 6),
            Some(7) => (7, 7),
            Some(9) => (9, transfer_2020),
            _ => return told,
        };
        told.or(Color { primaries: Some(primaries), transfer: Some(transfer), ..told })
    }

    /// Alpha is 4:2:0 of 8 bits in FFmpeg's encoder.
    fn alpha(&self) -> Option<Alpha> {
        let formats: &[_] = if self.profile == 0 { &[PixelFormat::I420A] } else { &[] };
        Some(Alpha { formats, decoder: "libvpx-vp9" })
    }

    /// The frame header has room for 65,536 (VP9 7.2.3); Debian builds libvpx for a quarter, and it fails with the first frame
    /// beyond that.
    fn sides(&self) -> Sides {
        Sides { most: 16_384, multiple: 1, of: "VP9" }
    }

    fn quantizers(&self) -> RangeInclusive<i32> {
        0..=255 // base_q_idx, VP9 7.2.9
    }

    fn default_quantizer(&self) -> i32 {
        120
    }

    fn layers(&self) -> &'static [&'static str] {
        &["L1T1", "L1T2", "L1T3"]
    }

    fn encoders(&self) -> &'static [&'static str] {
        &["libvpx-vp9"]
    }

    fn framing(&self, config: &Config, description: Option<&[u8]>) -> Result<Arc<dyn Framing>> {
        Ok(Arc::new(Whole::new(config, description, header::header)?))
    }
}

/// The profile of pictures; `None` if VP9 has no such pictures.
pub(super) fn of_format(format: PixelFormat) -> Option<u8> {
    match format {
        PixelFormat::I420 => Some(0),
        PixelFormat::I422 | PixelFormat::I444 => Some(1),
        PixelFormat::I420P10 | PixelFormat::I420P12 => Some(2),
        PixelFormat::I422P10 | PixelFormat::I444P10 | PixelFormat::I422P12 | PixelFormat::I444P12 => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_follow_from_the_string() {
        use PixelFormat::{I420, I420P10, I422, I422P10, I422P12, I444, I444P10};
        for (text, wanted) in [
            ("vp09.00.10.08", &[I420][..]),
            ("vp09.00.10.08.00.01.01.01.00", &[I420]),
            ("vp09.01.10.08", &[I444, I422]),
            ("vp09.01.10.08.02.01.01.01.00", &[I422]),
            ("vp09.01.10.08.03.01.01.01.00", &[I444]),
            ("vp09.02.10.10", &[I420P10]),
            ("vp09.03.10.10", &[I444P10, I422P10]),
            ("vp09.03.10.12.02.01.01.01.00", &[I422P12]),
        ] {
            assert_eq!(Vp9String::parse(text).unwrap().formats(), wanted, "{text}");
        }
    }

    /// All formats of a string have its profile and depth.
    #[test]
    fn formats_and_profiles_agree() {
        for profile in 0..4 {
            for depth in if profile < 2 { &[8][..] } else { &[10, 12] } {
                let text = format!("vp09.{profile:02}.10.{depth:02}");
                let string = Vp9String::parse(&text).unwrap();
                for format in string.formats() {
                    assert_eq!((of_format(*format), format.bits()), (Some(profile), *depth), "{text}");
                }
            }
        }
    }

    #[test]
    fn rgb_is_decoded_only() {
        let rgb = Vp9String::parse("vp09.01.10.08.03.01.13.00.01").unwrap();
        assert!(rgb.decodes().is_ok());
        let error = rgb.encodes().unwrap_err();
        assert!(error.text.contains("\"vp09.01.10.08.03.01.13.00.01\""), "{error}");
    }
}
