//! Samples in another order: RGB swizzles, I420 to NV12 and back. Row by row, any stride.

use super::Picture;
use super::rows::{row, row_mut};
use super::table::Reorder;

/// Carries out `order` on all planes.
///
/// # Safety
/// As for `convert`; the formats are those of `order`, the sizes are equal.
pub unsafe fn planes(order: Reorder, source: &Picture, dest: &Picture) {
    let (from, to) = (&source.planes, &dest.planes);
    // SAFETY: the caller's; each plane is used with the plane of the same rows on the other side.
    unsafe {
        match order {
            Reorder::Rgb { swap, opaque } => {
                (0..from.get(0).rows)
                    .for_each(|y| rgb(row(from.get(0), y), row_mut(to.get(0), y), swap, opaque));
            }
            Reorder::Interleave => {
                from.get(0).copy_to(to.get(0));
                let (u, v, uv) = (from.get(1), from.get(2), to.get(1));
                (0..uv.rows).for_each(|y| interleave(row(u, y), row(v, y), row_mut(uv, y)));
            }
            Reorder::Separate => {
                from.get(0).copy_to(to.get(0));
                let (uv, u, v) = (from.get(1), to.get(1), to.get(2));
                (0..uv.rows).for_each(|y| separate(row(uv, y), row_mut(u, y), row_mut(v, y)));
            }
        }
    }
}

/// One row; whole pixels as 32-bit numbers, so that the loops become vector code.
fn rgb(source: &[u8], dest: &mut [u8], swap: bool, opaque: bool) {
    let alpha = if opaque { 0xff00_0000 } else { 0 };
    if swap {
        pixels(source, dest, |rgba| rgba & 0xff00_ff00 | rgba >> 16 & 0xff | (rgba & 0xff) << 16 | alpha);
    } else {
        pixels(source, dest, |rgba| rgba | alpha);
    }
}

fn pixels(source: &[u8], dest: &mut [u8], change: impl Fn(u32) -> u32) {
    for (to, from) in dest.as_chunks_mut::<4>().0.iter_mut().zip(source.as_chunks::<4>().0) {
        *to = change(u32::from_le_bytes(*from)).to_le_bytes();
    }
}

/// One row of pairs.
pub fn interleave(u: &[u8], v: &[u8], uv: &mut [u8]) {
    for ((pair, u), v) in uv.as_chunks_mut::<2>().0.iter_mut().zip(u).zip(v) {
        *pair = [*u, *v];
    }
}

fn separate(uv: &[u8], u: &mut [u8], v: &mut [u8]) {
    for ((pair, u), v) in uv.as_chunks::<2>().0.iter().zip(u).zip(v) {
        [*u, *v] = *pair;
    }
}
