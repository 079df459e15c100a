//! Which pair of formats is converted how.

use yuv::{
    YuvBiPlanarImage, YuvBiPlanarImageMut, YuvConversionMode, YuvError, YuvPlanarImage, YuvPlanarImageMut,
    YuvPlanarImageWithAlpha, YuvRange, YuvStandardMatrix,
};

use crate::media::PixelFormat::{self, *};

/// The way from one format to another.
pub enum Step {
    /// The formats are the same.
    Copy,
    /// The same samples in another order.
    Reorder(Reorder),
    /// Matrix and range.
    Arithmetic(Function),
    /// Matrix and range from 10 or 12 bits.
    Deep,
}

/// A change of order that loses nothing.
#[derive(Clone, Copy)]
pub enum Reorder {
    /// RGB to RGB: red and blue change places, or the fourth byte becomes 255, or both.
    Rgb { swap: bool, opaque: bool },
    /// I420 to NV12.
    Interleave,
    /// NV12 to I420.
    Separate,
}

/// A function of the `yuv` crate, by the kind of its picture.
pub enum Function {
    RgbToPlanar(RgbToPlanar),
    RgbToNv(RgbToNv),
    NvToRgb(NvToRgb),
    PlanarToRgb(PlanarToRgb),
    AlphaToRgb(AlphaToRgb),
}

type Outcome = Result<(), YuvError>;
pub type RgbToPlanar =
    fn(&mut YuvPlanarImageMut<'_, u8>, &[u8], u32, YuvRange, YuvStandardMatrix, YuvConversionMode) -> Outcome;
pub type RgbToNv = fn(
    &mut YuvBiPlanarImageMut<'_, u8>,
    &[u8],
    u32,
    YuvRange,
    YuvStandardMatrix,
    YuvConversionMode,
) -> Outcome;
pub type NvToRgb =
    fn(&YuvBiPlanarImage<'_, u8>, &mut [u8], u32, YuvRange, YuvStandardMatrix, YuvConversionMode) -> Outcome;
pub type PlanarToRgb = fn(&YuvPlanarImage<'_, u8>, &mut [u8], u32, YuvRange, YuvStandardMatrix) -> Outcome;
pub type AlphaToRgb =
    fn(&YuvPlanarImageWithAlpha<'_, u8>, &mut [u8], u32, YuvRange, YuvStandardMatrix, bool) -> Outcome;

/// The way from `source` to `dest`, `None` if there is none.
pub fn step(source: PixelFormat, dest: PixelFormat) -> Option<Step> {
    let is_bgr = |format| matches!(format, Bgra | Bgrx);
    let is_opaque = |format| matches!(format, Rgbx | Bgrx);
    match (source, dest) {
        _ if source == dest => Some(Step::Copy),
        (I420, Nv12) => Some(Step::Reorder(Reorder::Interleave)),
        (Nv12, I420) => Some(Step::Reorder(Reorder::Separate)),
        _ if source.is_rgb() && dest.is_rgb() => {
            let opaque = is_opaque(source) || is_opaque(dest);
            Some(Step::Reorder(Reorder::Rgb { swap: is_bgr(source) != is_bgr(dest), opaque }))
        }
        _ if source.is_rgb() => from_rgb(is_bgr(source), dest).map(Step::Arithmetic),
        _ if dest.is_rgb() && source.planes()[0].step_bytes == 2 => Some(Step::Deep),
        _ if dest.is_rgb() => {
            let bgr = is_bgr(dest);
            let with_alpha = (!is_opaque(dest)).then(|| alpha_to_rgb(source, bgr)).flatten();
            with_alpha.or_else(|| to_rgb(source, bgr)).map(Step::Arithmetic)
        }
        _ => None,
    }
}

fn from_rgb(bgr: bool, dest: PixelFormat) -> Option<Function> {
    Some(match dest {
        I420 => Function::RgbToPlanar(if bgr { yuv::bgra_to_yuv420 } else { yuv::rgba_to_yuv420 }),
        I422 => Function::RgbToPlanar(if bgr { yuv::bgra_to_yuv422 } else { yuv::rgba_to_yuv422 }),
        I444 => Function::RgbToPlanar(if bgr { yuv::bgra_to_yuv444 } else { yuv::rgba_to_yuv444 }),
        Nv12 => Function::RgbToNv(if bgr { yuv::bgra_to_yuv_nv12 } else { yuv::rgba_to_yuv_nv12 }),
        _ => return None,
    })
}

/// To RGB with an alpha of 255, whether the source has alpha or not.
fn to_rgb(source: PixelFormat, bgr: bool) -> Option<Function> {
    Some(match source {
        Nv12 => Function::NvToRgb(if bgr { yuv::yuv_nv12_to_bgra } else { yuv::yuv_nv12_to_rgba }),
        I420 | I420A => Function::PlanarToRgb(if bgr { yuv::yuv420_to_bgra } else { yuv::yuv420_to_rgba }),
        I422 | I422A => Function::PlanarToRgb(if bgr { yuv::yuv422_to_bgra } else { yuv::yuv422_to_rgba }),
        I444 | I444A => Function::PlanarToRgb(if bgr { yuv::yuv444_to_bgra } else { yuv::yuv444_to_rgba }),
        _ => return None,
    })
}

/// To RGB with the source's alpha, `None` if it has none.
fn alpha_to_rgb(source: PixelFormat, bgr: bool) -> Option<Function> {
    Some(match source {
        I420A => {
            Function::AlphaToRgb(if bgr { yuv::yuv420_alpha_to_bgra } else { yuv::yuv420_alpha_to_rgba })
        }
        I422A => {
            Function::AlphaToRgb(if bgr { yuv::yuv422_alpha_to_bgra } else { yuv::yuv422_alpha_to_rgba })
        }
        I444A => {
            Function::AlphaToRgb(if bgr { yuv::yuv444_alpha_to_bgra } else { yuv::yuv444_alpha_to_rgba })
        }
        _ => return None,
    })
}
