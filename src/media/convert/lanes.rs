//! Short arrays of samples for loops that the compiler makes vector code of.

/// Samples of an array; even, so that no chroma sample is torn apart.
pub const LANES: usize = 64;

/// Samples as numbers.
pub type Lanes = [f32; LANES];

/// The first samples of `row`, of one or two bytes each; behind the row's end its last one. Bits above `max` are
/// hostile, what comes out of them does not matter.
#[inline(always)]
pub fn load(row: &[u8], sample_bytes: usize, max: u16) -> Lanes {
    let mut lanes = [0.0; LANES];
    let sample = |bytes| f32::from(u16::from_le_bytes(bytes) & max);
    if sample_bytes == 2 {
        lanes.iter_mut().zip(row.as_chunks::<2>().0).for_each(|(lane, bytes)| *lane = sample(*bytes));
    } else {
        lanes.iter_mut().zip(row).for_each(|(lane, byte)| *lane = sample([*byte, 0]));
    }
    let count = row.len() / sample_bytes;
    if (1..LANES).contains(&count) {
        let last = lanes[count - 1];
        lanes[count..].fill(last);
    }
    lanes
}

/// `value` without its fraction, from 0 to 255. `value` is finite and inside of the range of an i32, as sums of
/// products of 12 bit samples are.
#[inline(always)]
pub fn level(value: f32) -> u8 {
    // SAFETY: clamped to the range of an i32.
    unsafe { value.clamp(0.0, 255.0).to_int_unchecked::<i32>() as u8 }
}

/// `value` without its fraction, from 0 to `max`, which is a level of at most 16 bits. `value` is as for [`level`].
#[inline(always)]
pub fn level_up_to(value: f32, max: f32) -> u16 {
    // SAFETY: clamped to the range of an i32.
    unsafe { value.clamp(0.0, max).to_int_unchecked::<i32>() as u16 }
}

/// Each of the first half of the samples twice.
#[inline(always)]
pub fn doubled(samples: &Lanes) -> Lanes {
    let mut doubled = [0.0; LANES];
    for (pair, sample) in doubled.as_chunks_mut::<2>().0.iter_mut().zip(samples) {
        *pair = [*sample, *sample];
    }
    doubled
}
