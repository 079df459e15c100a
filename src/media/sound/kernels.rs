//! The loops that convert, and those in which samples change places: for each pair of kinds of samples.

use super::moves::{gather, join, pick, split, spread};
use super::sample::{Sample, To};
use super::{readable, writable};
use crate::media::SampleFormat;

/// (from, to, count): converts samples that follow each other.
///
/// # Safety
/// So many samples can be read, and written, at any alignment, and do not overlap.
pub type Convert = unsafe fn(*const u8, *mut u8, usize);

/// What converts one kind of samples to another.
///
/// # Safety
/// Of all: so many samples can be read, and written, as the counts say, at any alignment; what is read and what is written do
/// not overlap, nor do two planes that are written.
#[derive(Clone, Copy)]
pub struct Kernels {
    /// See [`Convert`].
    pub convert: Convert,
    /// (from, to, frames): one channel of two in turn, from its first sample on, becomes a plane.
    pub pick: unsafe fn(*const u8, *mut u8, usize),
    /// (left, right, to, frames): two planes become both in turn.
    pub join: unsafe fn(*const u8, *const u8, *mut u8, usize),
    /// (from, left, right, frames): and back.
    pub split: unsafe fn(*const u8, *mut u8, *mut u8, usize),
    /// (from, channels, to, frames): one channel of several in turn becomes a plane, but is not converted yet.
    pub gather: unsafe fn(*const u8, usize, *mut u8, usize),
    /// (from, to, channels, frames): a plane that is converted already becomes one channel of several in turn.
    pub spread: unsafe fn(*const u8, *mut u8, usize, usize),
}

impl Kernels {
    /// The fastest loops that this machine has.
    pub fn of(from: SampleFormat, to: SampleFormat) -> Self {
        let kernels = Self::compiled(from, to);
        #[cfg(target_arch = "x86_64")]
        if let Some(convert) = super::x86::convert(from, to) {
            return Self { convert, ..kernels };
        }
        kernels
    }

    fn compiled(from: SampleFormat, to: SampleFormat) -> Self {
        use SampleFormat::*;
        match (from.packed(), to.packed()) {
            (U8, U8) => Self::same::<1>(),
            (U8, S16) => Self::between::<u8, i16>(),
            (U8, S32) => Self::between::<u8, i32>(),
            (U8, _) => Self::between::<u8, f32>(),
            (S16, U8) => Self::between::<i16, u8>(),
            (S16, S16) => Self::same::<2>(),
            (S16, S32) => Self::between::<i16, i32>(),
            (S16, _) => Self::between::<i16, f32>(),
            (S32, U8) => Self::between::<i32, u8>(),
            (S32, S16) => Self::between::<i32, i16>(),
            (S32, S32) => Self::same::<4>(),
            (S32, _) => Self::between::<i32, f32>(),
            (_, U8) => Self::between::<f32, u8>(),
            (_, S16) => Self::between::<f32, i16>(),
            (_, S32) => Self::between::<f32, i32>(),
            (_, _) => Self::same::<4>(),
        }
    }

    fn same<const BYTES: usize>() -> Self {
        Self { convert: copy::<BYTES>, ..Self::between::<[u8; BYTES], [u8; BYTES]>() }
    }

    fn between<A: To<B>, B: Sample>() -> Self {
        #[cfg(target_arch = "x86_64")]
        if super::x86::has_avx512() {
            return avx512::kernels::<A, B>();
        } else if is_x86_feature_detected!("avx2") {
            return avx2::kernels::<A, B>();
        }
        Self::plain::<A, B>()
    }

    /// For any processor.
    fn plain<A: To<B>, B: Sample>() -> Self {
        Self {
            convert: convert::<A, B>,
            pick: pick::<A, B>,
            join: join::<A, B>,
            split: split::<A, B>,
            gather: gather::<A, B>,
            spread: spread::<A, B>,
        }
    }
}

/// # Safety
/// As [`Convert`].
#[inline(always)]
pub unsafe fn convert<A: To<B>, B: Sample>(from: *const u8, to: *mut u8, count: usize) {
    // SAFETY: the caller's.
    let (from, to) = unsafe { (readable::<A::Bytes>(from, count), writable::<B::Bytes>(to, count)) };
    for (to, from) in to.iter_mut().zip(from) {
        *to = A::of(*from).to().bytes();
    }
}

/// Moves samples as they are.
///
/// # Safety
/// As [`Convert`].
unsafe fn copy<const BYTES: usize>(from: *const u8, to: *mut u8, count: usize) {
    // SAFETY: the caller's.
    unsafe { std::ptr::copy_nonoverlapping(from, to, count * BYTES) }
}

/// The same, compiled for what newer processors have.
#[cfg(target_arch = "x86_64")]
macro_rules! compiled {
    ($module:ident for $features:literal: $($name:ident($($argument:ident: $type:ty),*);)*) => {
        mod $module {
            use super::{Kernels, Sample, To};

            pub fn kernels<A: To<B>, B: Sample>() -> Kernels {
                Kernels { $($name: $name::<A, B>),* }
            }

            $(
                /// # Safety
                /// This machine has these features; and as [`Kernels`].
                #[target_feature(enable = $features)]
                unsafe fn $name<A: To<B>, B: Sample>($($argument: $type),*) {
                    // SAFETY: the caller's.
                    unsafe { super::$name::<A, B>($($argument),*) }
                }
            )*
        }
    };
    ($module:ident for $features:literal) => {
        compiled! {
            $module for $features:
            convert(from: *const u8, to: *mut u8, count: usize);
            pick(from: *const u8, to: *mut u8, frames: usize);
            join(left: *const u8, right: *const u8, to: *mut u8, frames: usize);
            split(from: *const u8, left: *mut u8, right: *mut u8, frames: usize);
            gather(from: *const u8, channels: usize, to: *mut u8, frames: usize);
            spread(from: *const u8, to: *mut u8, channels: usize, frames: usize);
        }
    };
}

#[cfg(target_arch = "x86_64")]
compiled! { avx2 for "avx2" }
#[cfg(target_arch = "x86_64")]
compiled! { avx512 for "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi" }

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    const FRAMES: usize = 5000;

    /// What all loops write, from samples and to places that begin at no alignment.
    fn run(kernels: &Kernels, bytes: &[u8]) -> [Vec<u8>; 7] {
        let mut found = [(); 7].map(|()| vec![0u8; 1 + FRAMES * 8]);
        let [all, picked, both, left, right, gathered, spread] =
            found.each_mut().map(|found| found[1..].as_mut_ptr());
        let (from, second) = (bytes[1..].as_ptr(), bytes[1 + FRAMES * 4..].as_ptr());
        // SAFETY: each has so many frames of two samples of up to four bytes.
        unsafe {
            (kernels.convert)(from, all, FRAMES * 2 - 1);
            (kernels.pick)(from, picked, FRAMES);
            (kernels.join)(from, second, both, FRAMES);
            (kernels.split)(from, left, right, FRAMES);
            (kernels.gather)(from, 2, gathered, FRAMES);
            (kernels.spread)(from, spread, 2, FRAMES);
        }
        found
    }

    fn check<A: To<B>, B: Sample>() {
        let bytes: Vec<u8> =
            (0..=FRAMES as u32 * 8).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let exact = run(&Kernels::plain::<A, B>(), &bytes);
        if is_x86_feature_detected!("avx2") {
            assert!(run(&avx2::kernels::<A, B>(), &bytes) == exact);
        }
        if super::super::x86::has_avx512() {
            assert!(run(&avx512::kernels::<A, B>(), &bytes) == exact);
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
        check::<[u8; 1], [u8; 1]>();
        check::<[u8; 2], [u8; 2]>();
        check::<[u8; 4], [u8; 4]>();
    }
}
