//! RGB of 8 bits from one set of primaries and transfer to another, in linear light, by tables.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use super::convert::Picture;
use super::convert::rows::row_mut;
use super::convert::table::Packing;
use super::{Color, primaries, transfer};

/// Steps of linear light from black to white. Where sRGB is steepest, one is 0.8 of a level.
const STEPS: usize = 4096;

/// Fractional bits of a step. The brightest light of PQ, 50 times white, stays below 2^30.
const FRACTION: u32 = 10;

/// What a level of red, green or blue adds to the three that come out, in fractions of a step.
type Shares = [[i32; 3]; 256];

/// The change of colour space. Out come colours with the curve of sRGB; what the space does not have is clipped.
pub struct Gamut {
    red: Shares,
    green: Shares,
    blue: Shares,
}

impl Gamut {
    /// From the primaries and transfer of `source` to the primaries of `dest` and sRGB's curve; `None` if that is
    /// the same. What is not known is BT.709, and sRGB's curve.
    pub fn between(source: &Color, dest: &Color) -> Option<Box<Self>> {
        let (from, to) = (primaries::known(source.primaries), primaries::known(dest.primaries));
        let curve = transfer::known(source.transfer);
        if from == to && curve == transfer::SRGB {
            return None;
        }
        let matrix = primaries::conversion(from, to);
        let shares = |channel: usize| {
            let half = if channel == 0 { 0.5 } else { 0.0 }; // rounds, once in each sum
            std::array::from_fn(|level| {
                let steps = transfer::light(curve, level as f64 / 255.0) * (STEPS - 1) as f64;
                let share = |out: usize| {
                    ((steps * matrix[out][channel] + half) * f64::from(1 << FRACTION)).round() as i32
                };
                [share(0), share(1), share(2)]
            })
        };
        Some(Box::new(Self { red: shares(0), green: shares(1), blue: shares(2) }))
    }

    /// Changes the pixels of an RGB picture; alpha stays.
    ///
    /// # Safety
    /// The picture is writable and nobody else uses it.
    pub unsafe fn apply(&self, picture: &Picture) {
        let Some(packing) = Packing::of(picture.format) else { return };
        let plane = picture.planes.get(0);
        for y in 0..plane.rows {
            // SAFETY: the caller's; `y` is a row of the plane.
            let row = unsafe { row_mut(plane, y) };
            match (packing.bytes, packing.bgr) {
                (4, false) => self.row::<4, 0>(row),
                (4, true) => self.row::<4, 2>(row),
                (_, false) => self.row::<3, 0>(row),
                (_, true) => self.row::<3, 2>(row),
            }
        }
    }

    /// One row of pixels of `BYTES` bytes, red being that of number `RED`.
    fn row<const BYTES: usize, const RED: usize>(&self, row: &mut [u8]) {
        let levels = srgb_levels();
        for pixel in row.as_chunks_mut::<BYTES>().0 {
            let [red, green, blue] = [RED, 1, 2 - RED].map(|at| usize::from(pixel[at]));
            let (red, green, blue) = (&self.red[red], &self.green[green], &self.blue[blue]);
            let step = |out: usize| {
                let sum = (red[out] + green[out] + blue[out]) >> FRACTION;
                levels[sum.clamp(0, STEPS as i32 - 1) as usize]
            };
            [pixel[RED], pixel[1], pixel[2 - RED]] = [step(0), step(1), step(2)];
        }
    }
}

/// The sRGB level of each step.
fn srgb_levels() -> &'static [u8; STEPS] {
    // No `OnceLock`, which a fork could find half way. Two threads may both compute it; one result stays.
    static LEVELS: AtomicPtr<[u8; STEPS]> = AtomicPtr::new(ptr::null_mut());
    // SAFETY: NULL, or a table that stays for good and that nobody writes to.
    if let Some(levels) = unsafe { LEVELS.load(Ordering::Acquire).as_ref() } {
        return levels;
    }
    let level = |step| (transfer::srgb_signal(step as f64 / (STEPS - 1) as f64) * 255.0).round() as u8;
    let new = Box::into_raw(Box::new(std::array::from_fn(level)));
    match LEVELS.compare_exchange(ptr::null_mut(), new, Ordering::AcqRel, Ordering::Acquire) {
        // SAFETY: as above.
        Ok(_) => unsafe { &*new },
        Err(first) => {
            // SAFETY: `new` was not published; `first` as above.
            unsafe {
                drop(Box::from_raw(new));
                &*first
            }
        }
    }
}
