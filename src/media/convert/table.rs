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
    Deep(Packing),
    /// YUV to other depths and chroma.
    Resample,
    /// In two steps, by way of this format.
    Via(PixelFormat),
    /// All to 4:2:0 of 8 bits with alpha.
    WithAlpha,
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
    /// RGB to RGB, to or from three bytes a pixel.
    Shuffle(Shuffle),
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
pub type Shuffle = fn(&[u8], u32, &mut [u8], u32, u32, u32) -> Outcome;

/// The way from `source` to `dest`, `None` if there is none.
pub fn step(source: PixelFormat, dest: PixelFormat) -> Option<Step> {
    match (source, dest) {
        _ if source == dest => return Some(Step::Copy),
        (I420, Nv12) => return Some(Step::Reorder(Reorder::Interleave)),
        (Nv12, I420) => return Some(Step::Reorder(Reorder::Separate)),
        (_, I420A) => return Some(Step::WithAlpha),
        _ => {}
    }
    match (Packing::of(source), Packing::of(dest)) {
        (Some(from), Some(to)) => Some(rgb_to_rgb(from, to)),
        (Some(from), None) => {
            from_rgb(from, dest).map(Step::Arithmetic).or_else(|| shallow(dest).map(Step::Via))
        }
        (None, Some(to)) if source.planes()[0].step_bytes == 2 => Some(Step::Deep(to)),
        (None, Some(to)) => {
            let with_alpha = if to.has_alpha { alpha_to_rgb(source, to) } else { None };
            with_alpha.or_else(|| to_rgb(source, to)).map(Step::Arithmetic)
        }
        (None, None) if dest != dest.opaque() => None,
        (None, None) if source == Nv12 => Some(Step::Via(I420)),
        (None, None) => Some(Step::Resample),
    }
}

/// The same with 8 bits, of a deep format without alpha.
fn shallow(format: PixelFormat) -> Option<PixelFormat> {
    match format {
        I420P10 | I420P12 => Some(I420),
        I422P10 | I422P12 => Some(I422),
        I444P10 | I444P12 => Some(I444),
        _ => None,
    }
}

/// How an RGB format packs its pixels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Packing {
    /// Blue comes first.
    pub bgr: bool,
    /// 4, or 3.
    pub bytes: usize,
    /// The fourth byte is alpha.
    pub has_alpha: bool,
}

impl Packing {
    /// That of a format, `None` for YUV.
    pub fn of(format: PixelFormat) -> Option<Self> {
        let packing = |bgr, bytes, has_alpha| Some(Self { bgr, bytes, has_alpha });
        match format {
            Rgba => packing(false, 4, true),
            Rgbx => packing(false, 4, false),
            Bgra => packing(true, 4, true),
            Bgrx => packing(true, 4, false),
            Rgb24 => packing(false, 3, false),
            Bgr24 => packing(true, 3, false),
            _ => None,
        }
    }

    /// The function for this packing.
    fn pick<T>(self, [rgba, bgra, rgb, bgr]: [T; 4]) -> T {
        if self.bytes == 4 { self.pick_order(rgba, bgra) } else { self.pick_order(rgb, bgr) }
    }

    /// The function for this order.
    fn pick_order<T>(self, rgb: T, bgr: T) -> T {
        if self.bgr { bgr } else { rgb }
    }
}

fn rgb_to_rgb(from: Packing, to: Packing) -> Step {
    if (from.bytes, to.bytes) == (4, 4) {
        let opaque = !from.has_alpha || !to.has_alpha;
        return Step::Reorder(Reorder::Rgb { swap: from.bgr != to.bgr, opaque });
    }
    let function: Shuffle = match (from.bytes, to.bytes, from.bgr) {
        (3, 3, _) => yuv::rgb_to_bgr, // the formats differ, and it goes both ways
        (3, _, false) => to.pick_order(yuv::rgb_to_rgba, yuv::rgb_to_bgra),
        (3, _, true) => to.pick_order(yuv::bgr_to_rgba, yuv::bgr_to_bgra),
        (_, _, false) => to.pick_order(yuv::rgba_to_rgb, yuv::rgba_to_bgr),
        (_, _, true) => to.pick_order(yuv::bgra_to_rgb, yuv::bgra_to_bgr),
    };
    Step::Arithmetic(Function::Shuffle(function))
}

fn from_rgb(from: Packing, dest: PixelFormat) -> Option<Function> {
    use yuv::*;
    Some(match dest {
        I420 => Function::RgbToPlanar(from.pick::<RgbToPlanar>([
            rgba_to_yuv420,
            bgra_to_yuv420,
            rgb_to_yuv420,
            bgr_to_yuv420,
        ])),
        I422 => Function::RgbToPlanar(from.pick::<RgbToPlanar>([
            rgba_to_yuv422,
            bgra_to_yuv422,
            rgb_to_yuv422,
            bgr_to_yuv422,
        ])),
        I444 => Function::RgbToPlanar(from.pick::<RgbToPlanar>([
            rgba_to_yuv444,
            bgra_to_yuv444,
            rgb_to_yuv444,
            bgr_to_yuv444,
        ])),
        Nv12 => Function::RgbToNv(from.pick::<RgbToNv>([
            rgba_to_yuv_nv12,
            bgra_to_yuv_nv12,
            rgb_to_yuv_nv12,
            bgr_to_yuv_nv12,
        ])),
        _ => return None,
    })
}

/// To RGB, with an alpha of 255 if there is a fourth byte, whether the source has alpha or not.
fn to_rgb(source: PixelFormat, to: Packing) -> Option<Function> {
    use yuv::*;
    Some(match source {
        Nv12 => Function::NvToRgb(to.pick::<NvToRgb>([
            yuv_nv12_to_rgba,
            yuv_nv12_to_bgra,
            yuv_nv12_to_rgb,
            yuv_nv12_to_bgr,
        ])),
        I420 | I420A => Function::PlanarToRgb(to.pick::<PlanarToRgb>([
            yuv420_to_rgba,
            yuv420_to_bgra,
            yuv420_to_rgb,
            yuv420_to_bgr,
        ])),
        I422 | I422A => Function::PlanarToRgb(to.pick::<PlanarToRgb>([
            yuv422_to_rgba,
            yuv422_to_bgra,
            yuv422_to_rgb,
            yuv422_to_bgr,
        ])),
        I444 | I444A => Function::PlanarToRgb(to.pick::<PlanarToRgb>([
            yuv444_to_rgba,
            yuv444_to_bgra,
            yuv444_to_rgb,
            yuv444_to_bgr,
        ])),
        _ => return None,
    })
}

/// To RGB with the source's alpha, `None` if it has none.
fn alpha_to_rgb(source: PixelFormat, to: Packing) -> Option<Function> {
    let function: AlphaToRgb = match source {
        I420A => to.pick_order(yuv::yuv420_alpha_to_rgba, yuv::yuv420_alpha_to_bgra),
        I422A => to.pick_order(yuv::yuv422_alpha_to_rgba, yuv::yuv422_alpha_to_bgra),
        I444A => to.pick_order(yuv::yuv444_alpha_to_rgba, yuv::yuv444_alpha_to_bgra),
        _ => return None,
    };
    Some(Function::AlphaToRgb(function))
}
