//! The loops in which samples change places: those of two channels are converted on the way. With more of them the compiler
//! makes no vector code of both, and they are only moved.

use super::sample::{Sample, To};
use super::{readable, writable};

/// # Safety
/// As [`Kernels`](super::kernels::Kernels).
#[inline(always)]
pub unsafe fn pick<A: To<B>, B: Sample>(from: *const u8, to: *mut u8, frames: usize) {
    // SAFETY: the caller's.
    let to = unsafe { writable::<B::Bytes>(to, frames) };
    let from = from.cast::<A::Bytes>();
    for (frame, to) in to.iter_mut().enumerate() {
        // SAFETY: the caller's: a sample of each frame.
        *to = A::of(unsafe { *from.add(frame * 2) }).to().bytes();
    }
}

/// # Safety
/// As [`Kernels`](super::kernels::Kernels).
#[inline(always)]
pub unsafe fn join<A: To<B>, B: Sample>(left: *const u8, right: *const u8, to: *mut u8, frames: usize) {
    // SAFETY: the caller's.
    let (left, right, to) = unsafe {
        let [left, right] = [left, right].map(|plane| readable::<A::Bytes>(plane, frames));
        (left, right, writable::<[B::Bytes; 2]>(to, frames))
    };
    for ((to, left), right) in to.iter_mut().zip(left).zip(right) {
        B::put(A::of(*left).to().bytes(), A::of(*right).to().bytes(), to);
    }
}

/// # Safety
/// As [`Kernels`](super::kernels::Kernels).
#[inline(always)]
pub unsafe fn split<A: To<B>, B: Sample>(from: *const u8, left: *mut u8, right: *mut u8, frames: usize) {
    // SAFETY: the caller's.
    let (from, left, right) = unsafe {
        let from = readable::<[A::Bytes; 2]>(from, frames);
        (from, writable::<B::Bytes>(left, frames), writable::<B::Bytes>(right, frames))
    };
    for ((from, left), right) in from.iter().zip(left).zip(right) {
        *left = A::of(from[0]).to().bytes();
        *right = A::of(from[1]).to().bytes();
    }
}

/// # Safety
/// As [`Kernels`](super::kernels::Kernels).
#[inline(always)]
pub unsafe fn gather<A: To<B>, B: Sample>(from: *const u8, channels: usize, to: *mut u8, frames: usize) {
    // SAFETY: the caller's.
    let to = unsafe { writable::<A::Bytes>(to, frames) };
    let from = from.cast::<A::Bytes>();
    for (frame, to) in to.iter_mut().enumerate() {
        // SAFETY: the caller's: a sample of each frame.
        *to = unsafe { *from.add(frame * channels) };
    }
}

/// # Safety
/// As [`Kernels`](super::kernels::Kernels).
#[inline(always)]
pub unsafe fn spread<A: To<B>, B: Sample>(from: *const u8, to: *mut u8, channels: usize, frames: usize) {
    // SAFETY: the caller's.
    let from = unsafe { readable::<B::Bytes>(from, frames) };
    let to = to.cast::<B::Bytes>();
    for (frame, sample) in from.iter().enumerate() {
        // SAFETY: the caller's: a sample of each frame.
        unsafe { to.add(frame * channels).write(*sample) };
    }
}
