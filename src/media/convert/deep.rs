//! 10 and 12 bit YUV to RGB. The `yuv` crate's vector code for these panics at some widths (31 with 4:2:2, in
//! 0.8.20), writes between rows and lacks half of the pairs, so they are converted here: plain loops that the
//! compiler makes vector code of.

use super::Picture;
use super::arithmetic::matrix;
use super::lanes::{LANES, Lanes, doubled, level, load};
use super::rows::{row, row_mut};
use super::table::Packing;
use crate::media::Color;

/// H.273 equations 20 to 28 and 38 to 43, solved for RGB of 8 bits. The offsets round.
struct ToRgb {
    max: u16,
    luma: f32,
    red_cr: f32,
    red: f32,
    green_cb: f32,
    green_cr: f32,
    green: f32,
    blue_cb: f32,
    blue: f32,
    alpha: f32,
}

impl ToRgb {
    fn new(color: &Color, bits: u32) -> Self {
        let weights = matrix(color).get_kr_kb();
        let (kr, kb) = (f64::from(weights.kr), f64::from(weights.kb));
        let kg = 1.0 - kr - kb;
        let max = (1u16 << bits) - 1;
        let step = f64::from(1u16 << (bits - 8));
        let (black, luma_size, chroma_size) = match color.full_range {
            Some(true) => (0.0, f64::from(max), f64::from(max)),
            _ => (16.0 * step, 219.0 * step, 224.0 * step),
        };
        let (luma, chroma) = (255.0 / luma_size, 255.0 / chroma_size);
        let (red_cr, blue_cb) = (2.0 * (1.0 - kr) * chroma, 2.0 * (1.0 - kb) * chroma);
        let (green_cr, green_cb) = (red_cr * kr / kg, blue_cb * kb / kg);
        let offset = |chroma: f64| (0.5 - luma * black - chroma * 128.0 * step) as f32;
        Self {
            max,
            luma: luma as f32,
            red_cr: red_cr as f32,
            red: offset(red_cr),
            green_cb: green_cb as f32,
            green_cr: green_cr as f32,
            green: offset(-green_cb - green_cr),
            blue_cb: blue_cb as f32,
            blue: offset(blue_cb),
            alpha: 255.0 / f32::from(max),
        }
    }
}

/// Converts a 10 or 12 bit picture to any RGB format.
///
/// # Safety
/// As for `super::convert`, for such formats of one size.
pub unsafe fn to_rgb(source: &Picture, dest: &Picture, packing: Packing) {
    let to_rgb = ToRgb::new(&source.color, source.format.bits());
    let alpha_plane = source.planes.iter().nth(3).filter(|_| packing.has_alpha);
    let shape = source.format.planes()[1];
    let convert = row_converter();
    for y in 0..source.height {
        // SAFETY: the caller's; `y` is a row of each plane, in chroma that of its group.
        let (yuva, pixels) = unsafe {
            let chroma = |index| row(source.planes.get(index), y / shape.sub_y);
            let [cb, cr] = [1, 2].map(chroma);
            let alpha = alpha_plane.map(|plane| row(plane, y));
            (Row { luma: row(source.planes.get(0), y), cb, cr, alpha }, row_mut(dest.planes.get(0), y))
        };
        convert(&to_rgb, &yuva, shape.sub_x == 2, pixels, packing);
    }
}

/// One row of samples, two bytes each.
struct Row<'a> {
    luma: &'a [u8],
    cb: &'a [u8],
    cr: &'a [u8],
    alpha: Option<&'a [u8]>,
}

type RowConverter = fn(&ToRgb, &Row<'_>, bool, &mut [u8], Packing);

/// The fastest one that this machine has.
fn row_converter() -> RowConverter {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        #[target_feature(enable = "avx2")]
        fn avx2(to_rgb: &ToRgb, row: &Row<'_>, halved: bool, pixels: &mut [u8], packing: Packing) {
            convert_row(to_rgb, row, halved, pixels, packing);
        }
        // SAFETY: this machine has AVX2.
        return |to_rgb, row, halved, pixels, packing| unsafe { avx2(to_rgb, row, halved, pixels, packing) };
    }
    convert_row
}

#[inline(always)]
fn convert_row(to_rgb: &ToRgb, row: &Row<'_>, halved: bool, pixels: &mut [u8], packing: Packing) {
    for (index, pixels) in pixels.chunks_mut(LANES * packing.bytes).enumerate() {
        let samples = |row: &[u8], per_pass: usize| load(&row[index * per_pass * 2..], 2, to_rgb.max);
        let chroma = |row| {
            if halved { doubled(&samples(row, LANES / 2)) } else { samples(row, LANES) }
        };
        let [red, green, blue] = colors(to_rgb, &samples(row.luma, LANES), &chroma(row.cb), &chroma(row.cr));
        let (first, third) = if packing.bgr { (&blue, &red) } else { (&red, &blue) };
        if packing.bytes == 3 {
            for (index, pixel) in pixels.as_chunks_mut::<3>().0.iter_mut().enumerate() {
                *pixel = [first[index], green[index], third[index]];
            }
            continue;
        }
        let alpha = match row.alpha {
            Some(row) => samples(row, LANES).map(|alpha| level(alpha * to_rgb.alpha + 0.5)),
            None => [255; LANES],
        };
        for (index, pixel) in pixels.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            *pixel = [first[index], green[index], third[index], alpha[index]];
        }
    }
}

#[inline(always)]
fn colors(to_rgb: &ToRgb, y: &Lanes, cb: &Lanes, cr: &Lanes) -> [[u8; LANES]; 3] {
    let [mut red, mut green, mut blue] = [[0; LANES]; 3];
    for at in 0..LANES {
        let (y, cb, cr) = (y[at] * to_rgb.luma, cb[at], cr[at]);
        red[at] = level(y + cr * to_rgb.red_cr + to_rgb.red);
        green[at] = level(y - cb * to_rgb.green_cb - cr * to_rgb.green_cr + to_rgb.green);
        blue[at] = level(y + cb * to_rgb.blue_cb + to_rgb.blue);
    }
    [red, green, blue]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::PixelFormat;

    /// The tests of whole pictures see the fastest converter only.
    #[test]
    fn every_machine_converts_alike() {
        const WIDTH: usize = 2 * LANES + 7;
        let samples = |factor: usize| -> Vec<u8> {
            (0..WIDTH).flat_map(|x| ((x * factor % 4096) as u16).to_le_bytes()).collect()
        };
        let (luma, cb, cr, alpha) = (samples(31), samples(1117), samples(2503), samples(613));
        let to_rgb = ToRgb::new(&Color::BT709, 12);
        for (format, halved) in
            PixelFormat::ALL.into_iter().flat_map(|format| [(format, false), (format, true)])
        {
            let Some(packing) = Packing::of(format) else { continue };
            let row = Row { luma: &luma, cb: &cb, cr: &cr, alpha: packing.has_alpha.then_some(&alpha) };
            let converted = |convert: RowConverter| {
                let mut pixels = vec![0; WIDTH * packing.bytes];
                convert(&to_rgb, &row, halved, &mut pixels, packing);
                pixels
            };
            assert_eq!(converted(row_converter()), converted(convert_row), "{}", format.name());
        }
    }
}
