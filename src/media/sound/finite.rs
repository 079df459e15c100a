//! Floats that are fit for encoders: some libraries end the process at others (LAME's assertions).

use std::ptr::NonNull;

use crate::media::SampleFormat;

/// Forty decibels above full scale, to either side.
const MOST: f32 = 100.0;

/// Makes silence of what is no number in planes of so many samples each, and bounds the rest. Without effect on integers.
///
/// # Safety
/// The planes have so many samples of `format`, aligned to them, and nobody else uses them.
pub unsafe fn make_finite(format: SampleFormat, planes: &[NonNull<u8>], samples: usize) {
    if format.planar() != SampleFormat::F32Planar {
        return;
    }
    for plane in planes {
        // SAFETY: the caller's promise.
        let samples = unsafe { std::slice::from_raw_parts_mut(plane.as_ptr().cast::<f32>(), samples) };
        // Sound as it should be is only read, without a branch for each sample.
        for part in samples.chunks_mut(256) {
            if !part.iter().fold(true, |fit, sample| fit & (sample.abs() <= MOST)) {
                part.iter_mut().for_each(|sample| *sample = fit(*sample));
            }
        }
    }
}

fn fit(sample: f32) -> f32 {
    if sample.is_nan() { 0.0 } else { sample.clamp(-MOST, MOST) }
}
