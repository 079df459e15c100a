//! YUV of any kind to 4:2:0 of 8 bits, which encoders take: chroma samples become the mean of those that share
//! a place, samples of 10 and 12 bits are rounded, alpha is left out.

use super::Picture;
use super::lanes::{LANES, Lanes, level, load};
use super::rows::{row, row_mut};
use crate::error::Result;
use crate::media::{Color, PixelFormat, Plane, PlaneShape, memory};

/// Converts any YUV picture but NV12 to I420 or NV12.
///
/// # Errors
/// `OutOfMemory`.
///
/// # Safety
/// As for `super::convert`, for such formats of one size.
pub unsafe fn to_420(source: &Picture, dest: &Picture) -> Result<()> {
    let (from, to) = (&source.planes, &dest.planes);
    let [luma, chroma] = [0, 1].map(|index| Reduction::new(source, index));
    // SAFETY: the caller's; each plane is used with that of the same samples on the other side.
    unsafe {
        luma.plane(from.get(0), to.get(0));
        if dest.format != PixelFormat::Nv12 {
            [1, 2].into_iter().for_each(|index| chroma.plane(from.get(index), to.get(index)));
            return Ok(());
        }
        let width = to.get(1).row_bytes / 2;
        let row_of_part = || memory::filled("a row", 0, width);
        let mut parts = [row_of_part()?, row_of_part()?];
        for y in 0..to.get(1).rows {
            for (index, part) in parts.iter_mut().enumerate() {
                chroma.row(from.get(index + 1), y, part);
            }
            super::reorder::interleave(&parts[0], &parts[1], row_mut(to.get(1), y));
        }
    }
    Ok(())
}

/// How the samples of a plane become fewer and shorter.
struct Reduction {
    sample_bytes: usize,
    max: u16,
    /// Samples that become one, across and down: 1 or 2.
    across: usize,
    down: u32,
    /// Of the sum of those samples.
    factor: f32,
    /// Behind the factor; rounds.
    offset: f32,
}

impl Reduction {
    fn new(source: &Picture, index: usize) -> Self {
        let PlaneShape { step_bytes, sub_x, sub_y } = source.format.planes()[index];
        let group = if index == 0 { 1 } else { 2 };
        let (across, down) = (group / sub_x, group / sub_y);
        let bits = source.format.bits();
        let (factor, zero) = to_8_bits(&source.color, bits, index > 0);
        Self {
            sample_bytes: step_bytes as usize,
            max: ((1u32 << bits) - 1) as u16,
            across: across as usize,
            down,
            factor: (factor / f64::from(across * down)) as f32,
            offset: (zero + 0.5) as f32,
        }
    }

    /// # Safety
    /// `source` is readable, `dest` is writable and has the rows and samples that come out.
    unsafe fn plane(&self, source: &Plane, dest: &Plane) {
        // SAFETY: the caller's.
        unsafe {
            match (self.sample_bytes, self.across, self.down) {
                (1, 1, 1) => source.copy_to(dest),
                _ => (0..dest.rows).for_each(|y| self.row(source, y, row_mut(dest, y))),
            }
        }
    }

    /// Makes row `y` of the smaller plane.
    ///
    /// # Safety
    /// `source` is readable and has the row or the rows of which row `y` is made.
    unsafe fn row(&self, source: &Plane, y: u32, dest: &mut [u8]) {
        let first = y * self.down;
        let second = (first + self.down - 1).min(source.rows - 1);
        // SAFETY: the caller's; a last row without a partner is its own.
        let rows = unsafe { [row(source, first), row(source, second)] };
        for (index, levels) in dest.chunks_mut(LANES).enumerate() {
            let mut sums = self.sums(rows[0], index);
            if self.down == 2 {
                sums.iter_mut().zip(self.sums(rows[1], index)).for_each(|(sum, more)| *sum += more);
            }
            for (to, sum) in levels.iter_mut().zip(sums) {
                *to = level(sum * self.factor + self.offset);
            }
        }
    }

    /// The sums of neighbours across, for the samples from `index` x LANES on.
    fn sums(&self, row: &[u8], index: usize) -> Lanes {
        let bytes = LANES * self.sample_bytes;
        let load = |at: usize| load(row.get(at * bytes..).unwrap_or_default(), self.sample_bytes, self.max);
        if self.across == 1 {
            return load(index);
        }
        let mut sums = [0.0; LANES];
        let pairs = [load(2 * index), load(2 * index + 1)];
        for (sum, [left, right]) in sums.iter_mut().zip(pairs.as_flattened().as_chunks::<2>().0) {
            *sum = left + right;
        }
        sums
    }
}

/// Factor and offset that make samples of 8 bits of such of `bits` (H.273 equations 20 to 28).
fn to_8_bits(color: &Color, bits: u32, chroma: bool) -> (f64, f64) {
    if color.full_range != Some(true) {
        return (1.0 / f64::from(1 << (bits - 8)), 0.0);
    }
    let factor = 255.0 / f64::from((1 << bits) - 1);
    let middle = if chroma { f64::from(1 << (bits - 1)) } else { 0.0 };
    (factor, if chroma { 128.0 - middle * factor } else { 0.0 })
}
