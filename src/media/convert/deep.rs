//! 10 and 12 bit YUV to RGB. The `yuv` crate's vector code for these panics at some widths (31 with 4:2:2, in
//! 0.8.20) and writes between rows, so they are converted here, one pixel at a time.

use super::Picture;
use super::arithmetic::matrix;
use super::rows::{row, row_mut};
use crate::media::{Color, PixelFormat};

/// Fractional bits of the factors. Products stay below 2^28: factors below 2^15 and samples of 12 bits.
const FRACTION: u32 = 16;

/// H.273 equations 20 to 28 and 38 to 43, solved for RGB of 8 bits; the factors have FRACTION bits.
struct ToRgb {
    black: i32,
    middle: i32,
    max: i32,
    luma: i32,
    red_cr: i32,
    green_cb: i32,
    green_cr: i32,
    blue_cb: i32,
}

impl ToRgb {
    fn new(color: &Color, bits: u32) -> Self {
        let weights = matrix(color).get_kr_kb();
        let (kr, kb) = (f64::from(weights.kr), f64::from(weights.kb));
        let kg = 1.0 - kr - kb;
        let max = (1 << bits) - 1;
        let (black, luma_size, chroma_size) = match color.full_range {
            Some(true) => (0, max, max),
            _ => (16 << (bits - 8), 219 << (bits - 8), 224 << (bits - 8)),
        };
        let scale = 255.0 * f64::from(1 << FRACTION);
        let luma = |factor: f64| (factor * scale / f64::from(luma_size)).round() as i32;
        let chroma = |factor: f64| (factor * scale / f64::from(chroma_size)).round() as i32;
        Self {
            black,
            middle: 1 << (bits - 1),
            max,
            luma: luma(1.0),
            red_cr: chroma(2.0 * (1.0 - kr)),
            green_cb: chroma(2.0 * (1.0 - kb) * kb / kg),
            green_cr: chroma(2.0 * (1.0 - kr) * kr / kg),
            blue_cb: chroma(2.0 * (1.0 - kb)),
        }
    }

    fn rgb(&self, y: i32, cb: i32, cr: i32) -> [u8; 3] {
        let y = self.luma * (y - self.black) + (1 << (FRACTION - 1));
        let (cb, cr) = (cb - self.middle, cr - self.middle);
        [y + self.red_cr * cr, y - self.green_cb * cb - self.green_cr * cr, y + self.blue_cb * cb]
            .map(|sample| (sample >> FRACTION).clamp(0, 255) as u8)
    }

    fn alpha(&self, alpha: i32) -> u8 {
        ((alpha * 255 + self.max / 2) / self.max) as u8
    }
}

/// Converts a 10 or 12 bit picture to any RGB format.
///
/// # Safety
/// As for `super::convert`, for such formats of one size.
pub unsafe fn to_rgb(source: &Picture, dest: &Picture) {
    let to_rgb = ToRgb::new(&source.color, bits(source.format));
    let mask = to_rgb.max; // samples above the bit depth are hostile: keep the products in range
    let sample = |row: &[u8], x: usize| i32::from(u16::from_le_bytes([row[2 * x], row[2 * x + 1]])) & mask;
    let bgr = matches!(dest.format, PixelFormat::Bgra | PixelFormat::Bgrx);
    let opaque = matches!(dest.format, PixelFormat::Rgbx | PixelFormat::Bgrx);
    let alpha_plane = source.planes.iter().nth(3).filter(|_| !opaque);
    let shape = source.format.planes()[1];
    for y in 0..source.height {
        // SAFETY: the caller's; `y` is a row of each plane, in chroma that of its group.
        let (luma, cb, cr, alpha, pixels) = unsafe {
            let chroma = |index| row(source.planes.get(index), y / shape.sub_y);
            let alpha = alpha_plane.map(|plane| row(plane, y));
            (row(source.planes.get(0), y), chroma(1), chroma(2), alpha, row_mut(dest.planes.get(0), y))
        };
        for (x, pixel) in pixels.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let group = x / shape.sub_x as usize;
            let [r, g, b] = to_rgb.rgb(sample(luma, x), sample(cb, group), sample(cr, group));
            let alpha = alpha.map_or(255, |row| to_rgb.alpha(sample(row, x)));
            *pixel = if bgr { [b, g, r, alpha] } else { [r, g, b, alpha] };
        }
    }
}

/// Bits of a sample.
fn bits(format: PixelFormat) -> u32 {
    use PixelFormat::*;
    match format {
        I420P12 | I420AP12 | I422P12 | I422AP12 | I444P12 | I444AP12 => 12,
        _ => 10,
    }
}
