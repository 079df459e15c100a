//! The loops that convert: one for each pair of kinds of samples. They know nothing of channels.

use super::sample::{Sample, To};
use super::{readable, writable};
use crate::media::SampleFormat;

/// (from, to, count): converts samples that follow each other.
///
/// # Safety
/// So many samples can be read, and written, at any alignment, and do not overlap.
pub type Convert = unsafe fn(*const u8, *mut u8, usize);

/// The fastest loop that this machine has.
pub fn of(from: SampleFormat, to: SampleFormat) -> Convert {
    use SampleFormat::*;
    match (from.packed(), to.packed()) {
        (U8, U8) => copy::<1>,
        (U8, S16) => between::<u8, i16>(),
        (U8, S32) => between::<u8, i32>(),
        (U8, _) => between::<u8, f32>(),
        (S16, U8) => between::<i16, u8>(),
        (S16, S16) => copy::<2>,
        (S16, S32) => between::<i16, i32>(),
        (S16, _) => between::<i16, f32>(),
        (S32, U8) => between::<i32, u8>(),
        (S32, S16) => between::<i32, i16>(),
        (S32, S32) => copy::<4>,
        (S32, _) => between::<i32, f32>(),
        (_, U8) => between::<f32, u8>(),
        (_, S16) => between::<f32, i16>(),
        #[cfg(target_arch = "x86_64")]
        (_, S32) => super::x86::floats_to_ints(),
        #[cfg(not(target_arch = "x86_64"))]
        (_, S32) => between::<f32, i32>(),
        (_, _) => copy::<4>,
    }
}

fn between<A: To<B>, B: Sample>() -> Convert {
    #[cfg(target_arch = "x86_64")]
    if super::x86::has_avx512() {
        return avx512::<A, B>;
    } else if is_x86_feature_detected!("avx2") {
        return avx2::<A, B>;
    }
    convert::<A, B>
}

/// # Safety
/// This machine has AVX-512, as `has_avx512` says; and as [`Convert`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi")]
unsafe fn avx512<A: To<B>, B: Sample>(from: *const u8, to: *mut u8, count: usize) {
    // SAFETY: the caller's.
    unsafe { convert::<A, B>(from, to, count) }
}

/// # Safety
/// This machine has AVX2; and as [`Convert`].
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn avx2<A: To<B>, B: Sample>(from: *const u8, to: *mut u8, count: usize) {
    // SAFETY: the caller's.
    unsafe { convert::<A, B>(from, to, count) }
}

/// # Safety
/// As [`Convert`].
#[inline(always)]
unsafe fn convert<A: To<B>, B: Sample>(from: *const u8, to: *mut u8, count: usize) {
    // SAFETY: the caller's.
    let (from, to) = unsafe { (readable::<A::Bytes>(from, count), writable::<B::Bytes>(to, count)) };
    for (to, from) in to.iter_mut().zip(from) {
        *to = A::of(*from).to().bytes();
    }
}

/// Moves samples as they are, whatever bits a NaN has.
///
/// # Safety
/// As [`Convert`].
unsafe fn copy<const BYTES: usize>(from: *const u8, to: *mut u8, count: usize) {
    // SAFETY: the caller's.
    unsafe { std::ptr::copy_nonoverlapping(from, to, count * BYTES) }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    fn check<A: To<B>, B: Sample>() {
        let bytes: Vec<u8> = (0..40_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let count = bytes.len() / 4;
        let run = |convert: Convert| {
            let mut found = vec![0u8; count * 4];
            // SAFETY: both have so many samples of up to four bytes, beginning at one that is not aligned.
            unsafe { convert(bytes.as_ptr().add(1), found.as_mut_ptr().add(1), count - 1) };
            found
        };
        let exact = run(convert::<A, B>);
        if is_x86_feature_detected!("avx2") {
            assert!(run(avx2::<A, B>) == exact);
        }
        if super::super::x86::has_avx512() {
            assert!(run(avx512::<A, B>) == exact);
        }
    }

    /// What was compiled for newer processors gives what the oldest gives.
    #[test]
    fn all_processors_give_the_same() {
        check::<u8, i16>();
        check::<u8, i32>();
        check::<u8, f32>();
        check::<i16, u8>();
        check::<i16, i32>();
        check::<i16, f32>();
        check::<i32, u8>();
        check::<i32, i16>();
        check::<i32, f32>();
        check::<f32, u8>();
        check::<f32, i16>();
        check::<f32, i32>();
    }
}
