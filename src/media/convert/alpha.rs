//! The alpha plane of 4:2:0 of 8 bits, beside the colour.

use super::rows::{row, row_mut};
use super::table::Packing;
use super::{Picture, convert};
use crate::error::Result;
use crate::media::{PixelFormat, Planes};

/// Converts to I420A: the colour as to I420, and the source's alpha, 255 where it has none.
///
/// # Errors
/// As for [`convert`].
///
/// # Safety
/// As for [`convert`]; `dest` is I420A.
pub unsafe fn to_i420a(source: &Picture, dest: &Picture) -> Result<()> {
    let color = Picture {
        format: PixelFormat::I420,
        planes: Planes::from_parts(dest.planes.iter().take(3).copied()),
        ..*dest
    };
    // SAFETY: the caller's; the first three planes of I420A are those of I420.
    unsafe {
        convert(source, &color)?;
        write(source, dest);
    }
    Ok(())
}

/// # Safety
/// As for [`to_i420a`].
unsafe fn write(source: &Picture, dest: &Picture) {
    let to = dest.planes.get(3);
    let own = source.planes.iter().nth(3);
    let packed = Packing::of(source.format).filter(|packing| packing.has_alpha);
    for y in 0..dest.height {
        // SAFETY: the caller's; alpha planes have a row for each of the picture's, as packed pixels have.
        unsafe {
            let to = row_mut(to, y);
            match (own, packed) {
                (Some(own), _) if source.format.bits() > 8 => reduce(row(own, y), to, source.format.bits()),
                (Some(own), _) => to.copy_from_slice(row(own, y)),
                (None, Some(_)) => fourth(row(source.planes.get(0), y), to),
                (None, None) => to.fill(255),
            }
        }
    }
}

/// The last byte of each pixel.
fn fourth(pixels: &[u8], alpha: &mut [u8]) {
    for (to, [.., from]) in alpha.iter_mut().zip(pixels.as_chunks::<4>().0) {
        *to = *from;
    }
}

/// Samples of `bits` bits, rounded to nearest.
fn reduce(samples: &[u8], alpha: &mut [u8], bits: u32) {
    let max = (1u32 << bits) - 1;
    for (to, from) in alpha.iter_mut().zip(samples.as_chunks::<2>().0) {
        *to = ((u32::from(u16::from_le_bytes(*from)).min(max) * 255 + max / 2) / max) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_alpha_is_rounded_to_nearest() {
        for bits in [10, 12] {
            let max = (1u32 << bits) - 1;
            for sample in 0..=max {
                let mut alpha = [0];
                reduce(&(sample as u16).to_le_bytes(), &mut alpha, bits);
                let exact = f64::from(sample) * 255.0 / f64::from(max);
                assert!((f64::from(alpha[0]) - exact).abs() <= 0.5, "{sample} of {bits} bits: {alpha:?}");
            }
        }
    }
}
