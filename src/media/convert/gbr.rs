//! Green, blue and red in planes of their own (4:4:4 with MatrixCoefficients 0 of H.273) to packed RGB.

use super::Picture;
use super::rows::{row, row_mut};
use super::table::Packing;

/// What a sample of each value becomes, for up to 12 bits.
type Levels = [u8; 1 << 12];

/// H.273 equations 20 to 22, solved for RGB of 8 bits and rounded. A range that is not known is the full one.
fn levels(picture: &Picture) -> Levels {
    let bits = picture.format.bits();
    let max = f64::from((1u32 << bits) - 1);
    let step = f64::from(1u32 << (bits - 8));
    let (black, size) = match picture.color.full_range {
        Some(false) => (16.0 * step, 219.0 * step),
        _ => (0.0, max),
    };
    // `as` keeps what is beyond black and white within 0 to 255.
    std::array::from_fn(|value| ((value as f64 - black) * 255.0 / size).round() as u8)
}

/// Converts such a picture to any RGB format.
///
/// # Safety
/// As for `super::convert`, for such pictures of one size.
pub unsafe fn to_rgb(source: &Picture, dest: &Picture, packing: Packing) {
    let levels = levels(source);
    let wide = source.format.bits() > 8;
    let max = (1u16 << source.format.bits()) - 1;
    let sample = |row: &[u8], x: usize| match wide {
        true => u16::from_le_bytes([row[2 * x], row[2 * x + 1]]).min(max),
        false => u16::from(row[x]),
    };
    let alpha = source.planes.iter().nth(3).filter(|_| packing.has_alpha);
    for y in 0..source.height {
        // SAFETY: the caller's; `y` is a row of each plane.
        let ([green, blue, red], alpha, pixels) = unsafe {
            let plane = |index| row(source.planes.get(index), y);
            ([0, 1, 2].map(plane), alpha.map(|plane| row(plane, y)), row_mut(dest.planes.get(0), y))
        };
        let (first, third) = if packing.bgr { (blue, red) } else { (red, blue) };
        for (x, pixel) in pixels.chunks_exact_mut(packing.bytes).enumerate() {
            let color = [first, green, third].map(|row| levels[usize::from(sample(row, x))]);
            pixel[..3].copy_from_slice(&color);
            if let Some(fourth) = pixel.get_mut(3) {
                // Alpha is always of the full range.
                let full = |row| (u32::from(sample(row, x)) * 255 + u32::from(max) / 2) / u32::from(max);
                *fourth = alpha.map_or(255, |row| full(row) as u8);
            }
        }
    }
}
