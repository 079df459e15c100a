//! YUV to YUV of other depth or chroma, which encoders take: a sample becomes the mean of those that share its place, or is repeated
//! where there are more places; it is rounded to nearest in the other depth. Alpha is left out.

use super::Picture;
use super::lanes::{LANES, Lanes, doubled, level, level_up_to, load};
use super::rows::{row, row_mut};
use crate::error::Result;
use crate::media::{Color, PixelFormat, Plane, memory};

/// Converts any YUV picture but NV12 to a planar format without alpha, or to NV12.
///
/// # Errors
/// `OutOfMemory`.
///
/// # Safety
/// As for `super::convert`, for such formats of one size.
pub unsafe fn planes(source: &Picture, dest: &Picture) -> Result<()> {
    let (from, to) = (&source.planes, &dest.planes);
    // SAFETY: the caller's; each plane is used with that of the same samples on the other side.
    unsafe {
        if dest.format != PixelFormat::Nv12 {
            for (index, (from, to)) in from.iter().zip(to.iter()).enumerate() {
                Plan::new(source, dest.format, index).plane(from, to);
            }
            return Ok(());
        }
        let [luma, chroma] = [0, 1].map(|index| Plan::new(source, PixelFormat::I420, index));
        luma.plane(from.get(0), to.get(0));
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

/// What becomes of neighbours along one side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Same,
    /// Two become one.
    Mean,
    /// One becomes two.
    Repeat,
}

impl Side {
    /// From and to one sample for so many pixels.
    fn of(from: u32, to: u32) -> Self {
        match (from, to) {
            (1, 2) => Self::Mean,
            (2, 1) => Self::Repeat,
            _ => Self::Same,
        }
    }
}

/// How the samples of a plane become those of another.
struct Plan {
    sample_bytes: usize,
    max: u16,
    dest_bytes: usize,
    dest_max: f32,
    across: Side,
    down: Side,
    /// Of the sum of the samples that become one.
    factor: f32,
    /// Behind the factor; rounds.
    offset: f32,
}

impl Plan {
    fn new(source: &Picture, dest: PixelFormat, index: usize) -> Self {
        let (from, to) = (source.format.planes()[index], dest.planes()[index]);
        let (across, down) = (Side::of(from.sub_x, to.sub_x), Side::of(from.sub_y, to.sub_y));
        let count = [across, down].into_iter().filter(|side| *side == Side::Mean).count();
        let (bits, dest_bits) = (source.format.bits(), dest.bits());
        let (factor, zero) = scale(&source.color, bits, dest_bits, index > 0);
        Self {
            sample_bytes: from.step_bytes as usize,
            max: ((1u32 << bits) - 1) as u16,
            dest_bytes: to.step_bytes as usize,
            dest_max: ((1u32 << dest_bits) - 1) as f32,
            across,
            down,
            factor: (factor / f64::from(1 << count)) as f32,
            offset: (zero + 0.5) as f32,
        }
    }

    /// # Safety
    /// `source` is readable, `dest` is writable and has the rows and samples that come out.
    unsafe fn plane(&self, source: &Plane, dest: &Plane) {
        // SAFETY: the caller's.
        unsafe {
            match (self.sample_bytes, self.dest_bytes, self.across, self.down) {
                (1, 1, Side::Same, Side::Same) => source.copy_to(dest),
                _ => (0..dest.rows).for_each(|y| self.row(source, y, row_mut(dest, y))),
            }
        }
    }

    /// Makes row `y` of the other plane.
    ///
    /// # Safety
    /// `source` is readable and has the row or the rows of which row `y` is made.
    unsafe fn row(&self, source: &Plane, y: u32, dest: &mut [u8]) {
        let first = match self.down {
            Side::Same => y,
            Side::Mean => 2 * y,
            Side::Repeat => y / 2,
        };
        let second = (first + 1).min(source.rows - 1);
        // SAFETY: the caller's; a last row without a partner is its own.
        let rows = unsafe { [row(source, first), row(source, second)] };
        for (index, levels) in dest.chunks_mut(LANES * self.dest_bytes).enumerate() {
            let mut sums = self.sums(rows[0], index);
            if self.down == Side::Mean {
                sums.iter_mut().zip(self.sums(rows[1], index)).for_each(|(sum, more)| *sum += more);
            }
            self.store(&sums, levels);
        }
    }

    #[inline(always)]
    fn store(&self, sums: &Lanes, levels: &mut [u8]) {
        if self.dest_bytes == 1 {
            for (to, sum) in levels.iter_mut().zip(sums) {
                *to = level(sum * self.factor + self.offset);
            }
            return;
        }
        for (to, sum) in levels.as_chunks_mut::<2>().0.iter_mut().zip(sums) {
            *to = level_up_to(sum * self.factor + self.offset, self.dest_max).to_le_bytes();
        }
    }

    /// The sums of neighbours across, for the samples from `index` x LANES on.
    #[inline(always)]
    fn sums(&self, row: &[u8], index: usize) -> Lanes {
        let from = |sample: usize| {
            load(row.get(sample * self.sample_bytes..).unwrap_or_default(), self.sample_bytes, self.max)
        };
        match self.across {
            Side::Same => from(index * LANES),
            Side::Repeat => doubled(&from(index * LANES / 2)),
            Side::Mean => {
                let mut sums = [0.0; LANES];
                let pairs = [from(2 * index * LANES), from((2 * index + 1) * LANES)];
                for (sum, [left, right]) in sums.iter_mut().zip(pairs.as_flattened().as_chunks::<2>().0) {
                    *sum = left + right;
                }
                sums
            }
        }
    }
}

/// Factor and offset that make samples of `to` bits of such of `from` (H.273 equations 20 to 28).
fn scale(color: &Color, from: u32, to: u32, chroma: bool) -> (f64, f64) {
    let [from, to] = [from, to].map(|bits| f64::from(1 << bits));
    if color.full_range != Some(true) {
        return (to / from, 0.0);
    }
    let factor = (to - 1.0) / (from - 1.0);
    (factor, if chroma { to / 2.0 - from / 2.0 * factor } else { 0.0 })
}
