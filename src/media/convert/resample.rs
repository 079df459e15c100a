//! Planar YUV to planar YUV of other depth or chroma: a sample becomes the mean of those that share its place, or is repeated
//! where there are more places; and it is rounded to nearest in the other depth. Alpha is left out.

use super::Picture;
use super::rows::{row, row_mut};
use crate::media::PlaneShape;

/// Converts between planar formats; `dest` has no alpha.
///
/// # Safety
/// As for `super::convert`, for such formats of one size.
pub unsafe fn planes(source: &Picture, dest: &Picture) {
    for (index, (from, to)) in source.planes.iter().zip(dest.planes.iter()).enumerate() {
        let plan = Plan::new(source, dest, index);
        for y in 0..to.rows {
            let [first, second] = plan.rows(y).map(|row| row.min(from.rows - 1));
            // SAFETY: the caller's; both are rows of `from`, and `y` is one of `to`.
            let (rows, to) = unsafe { ([row(from, first), row(from, second)], row_mut(to, y)) };
            plan.row(rows, to);
        }
    }
}

/// How the samples of one plane become those of another.
struct Plan {
    from: PlaneShape,
    to: PlaneShape,
    max: u32,
    factor: f32,
    /// Behind the factor; rounds.
    offset: f32,
}

impl Plan {
    fn new(source: &Picture, dest: &Picture, index: usize) -> Self {
        let [from_bits, to_bits] = [source, dest].map(|picture| picture.format.bits());
        let (factor, offset) = scale(from_bits, to_bits, index > 0, source.color.full_range == Some(true));
        let [from, to] = [source, dest].map(|picture| picture.format.planes()[index]);
        Self { from, to, max: (1 << to_bits) - 1, factor: factor as f32, offset: (offset + 0.5) as f32 }
    }

    /// The two rows, or twice the one, that row `y` is made of.
    fn rows(&self, y: u32) -> [u32; 2] {
        match (self.from.sub_y, self.to.sub_y) {
            (1, 2) => [2 * y, 2 * y + 1],
            (2, 1) => [y / 2, y / 2],
            _ => [y, y],
        }
    }

    fn row(&self, rows: [&[u8]; 2], to: &mut [u8]) {
        match (self.from.step_bytes, self.to.step_bytes) {
            (1, 1) => {
                self.samples(rows, |row, x| u32::from(row[x]), to.iter_mut(), |to, level| *to = level as u8)
            }
            (1, _) => {
                self.samples(rows, |row, x| u32::from(row[x]), to.as_chunks_mut::<2>().0.iter_mut(), wide)
            }
            (_, 1) => self.samples(rows, deep, to.iter_mut(), |to, level| *to = level as u8),
            _ => self.samples(rows, deep, to.as_chunks_mut::<2>().0.iter_mut(), wide),
        }
    }

    #[inline(always)]
    fn samples<T>(
        &self,
        [first, second]: [&[u8]; 2],
        sample: impl Fn(&[u8], usize) -> u32,
        to: impl Iterator<Item = T>,
        put: impl Fn(T, u32),
    ) {
        let last = (first.len() / self.from.step_bytes as usize).saturating_sub(1);
        let (from_x, to_x) = (self.from.sub_x, self.to.sub_x);
        for (x, to) in to.enumerate() {
            let [left, right] = match (from_x, to_x) {
                (1, 2) => [2 * x, 2 * x + 1],
                (2, 1) => [x / 2, x / 2],
                _ => [x, x],
            };
            let places = [left.min(last), right.min(last)];
            let sum: u32 = places.iter().map(|place| sample(first, *place) + sample(second, *place)).sum();
            let level = (sum as f32 * 0.25).mul_add(self.factor, self.offset);
            put(to, (level.max(0.0) as u32).min(self.max));
        }
    }
}

fn deep(row: &[u8], x: usize) -> u32 {
    u32::from(u16::from_le_bytes([row[2 * x], row[2 * x + 1]]))
}

fn wide(to: &mut [u8; 2], level: u32) {
    *to = (level as u16).to_le_bytes();
}

/// Factor and offset from samples of one depth to those of another (H.273 equations 20 to 28).
fn scale(from_bits: u32, to_bits: u32, chroma: bool, full_range: bool) -> (f64, f64) {
    let [from, to] = [from_bits, to_bits].map(|bits| f64::from(1 << bits));
    if !full_range {
        return (to / from, 0.0);
    }
    let factor = (to - 1.0) / (from - 1.0);
    (factor, if chroma { to / 2.0 - from / 2.0 * factor } else { 0.0 })
}
