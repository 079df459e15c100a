//! Pixel conversion between formats of one size: RGB to YUV and back, YUV of all kinds to 4:2:0 of 8 bits (with alpha or without) and to other depths and chroma, and the
//! reorderings that lose nothing.
//!
//! The arithmetic of 8 bits is the `yuv` crate's (its vector code takes luma below black for black); the reference is H.273 (the matrices) with samples rounded to
//! nearest. RGB to YUV takes the mean of the pixels that share a chroma sample, YUV to RGB repeats it.

mod alpha;
mod arithmetic;
mod deep;
mod gbr;
mod lanes;
mod reorder;
mod resample;
pub(super) mod rows;
pub(super) mod table;

use super::{Color, PixelFormat, Planes, Rect, VideoFrame, VideoInfo};
use crate::error::{Error, Result};
use table::{Packing, Step};

/// A picture in memory: what is converted from and to.
#[derive(Clone, Copy, Debug)]
pub struct Picture {
    /// How the pixels lie in memory.
    pub format: PixelFormat,
    /// The planes of `format` for `width` x `height`.
    pub planes: Planes,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Colour; that of the YUV side decides matrix and range, RGB is always full range. An unknown matrix is
    /// taken for BT.709, an unknown range for the limited one. With 4:4:4 and matrix 0 the planes are green, blue and
    /// red, and an unknown range is the full one.
    pub color: Color,
}

impl Picture {
    /// True if the planes are green, blue and red.
    pub fn is_gbr(&self) -> bool {
        self.color.matrix == Some(0) && self.format.is_444()
    }

    /// The part inside `rect`, which lies on sample boundaries inside the picture (`check_rect`).
    #[must_use]
    pub fn crop(&self, rect: Rect) -> Self {
        let planes = self.planes.crop(self.format, rect);
        Self { planes, width: rect.width, height: rect.height, ..*self }
    }
}

/// Copies `source`, of four bytes a pixel without alpha, to `dest` of the same format, with 255 in the unused byte.
///
/// # Safety
/// As for [`convert`].
pub unsafe fn copy_opaque(source: &Picture, dest: &Picture) {
    // SAFETY: the caller's; the formats are the same.
    unsafe { reorder::planes(table::Reorder::Rgb { swap: false, opaque: true }, source, dest) };
}

/// True if [`convert`] has a way from `source` to `dest`.
pub fn is_supported(source: PixelFormat, dest: PixelFormat) -> bool {
    table::step(source, dest).is_some()
}

/// Converts `source` to `dest`, which have the same size. Where `dest` has alpha and `source` has none, and in
/// the unused byte of RGBX and BGRX, it writes 255, unless the formats are the same; bytes between the rows of `dest` keep their values.
///
/// # Errors
/// `NotSupported` naming both formats, `InvalidArgument` if the sizes differ or a stride has 4 GiB or more.
///
/// # Safety
/// `source` is readable and `dest` writable, including the bytes between rows but nothing behind the last
/// sample; nobody writes to `source` or uses `dest` meanwhile, and they do not overlap. Both have the planes of
/// their format for their size, with strides no smaller than their rows.
pub unsafe fn convert(source: &Picture, dest: &Picture) -> Result<()> {
    let step = table::step(source.format, dest.format).ok_or_else(|| {
        let (from, to) = (source.format.name(), dest.format.name());
        Error::not_supported(format!("conversion from {from} to {to} is not supported"))
    })?;
    if (source.width, source.height) != (dest.width, dest.height) {
        let (from, to) = ((source.width, source.height), (dest.width, dest.height));
        let text = format!("conversion from {}x{} to {}x{} pixels: sizes differ", from.0, from.1, to.0, to.1);
        return Err(Error::invalid(text));
    }
    // SAFETY: the caller established both pictures; the sizes are equal, so `dest` has room for `source`.
    unsafe {
        if let Some(packing) = Packing::of(dest.format).filter(|_| source.is_gbr()) {
            gbr::to_rgb(source, dest, packing);
            return Ok(());
        }
        match step {
            Step::Copy => {
                source.planes.iter().zip(dest.planes.iter()).for_each(|(from, to)| from.copy_to(to));
                Ok(())
            }
            Step::Reorder(row) => {
                reorder::planes(row, source, dest);
                Ok(())
            }
            Step::Deep(packing) => {
                deep::to_rgb(source, dest, packing);
                Ok(())
            }
            Step::Resample => resample::planes(source, dest),
            Step::Via(format) => by_way_of(format, source, dest),
            Step::WithAlpha => alpha::to_i420a(source, dest),
            Step::Arithmetic(function) => arithmetic::convert(&function, source, dest),
        }
    }
}

/// Converts in two steps.
///
/// # Errors
/// As for [`convert`]; `OutOfMemory`.
///
/// # Safety
/// As for [`convert`].
unsafe fn by_way_of(format: PixelFormat, source: &Picture, dest: &Picture) -> Result<()> {
    let between = VideoFrame::allocate(VideoInfo::of_size(format, dest.width, dest.height))?;
    let between = Picture { format, planes: *between.planes(), ..*dest };
    // SAFETY: the caller's; the picture between is new and ours, and lives until the end.
    unsafe {
        convert(source, &between)?;
        convert(&between, dest)
    }
}
