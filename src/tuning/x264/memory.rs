//! What x264 will allocate.
//!
//! x264 writes to stderr when an allocation fails ("malloc of size"), past the log that it is given. So it is only opened
//! where there is room for all that it will ask for, which follows from its source: frames to encode with their half-size copies
//! (`common/frame.c`), reconstructed ones with three interpolated planes, and a bit stream for each thread. The sum is
//! rounded up everywhere; it is compared with the address space and not allocated.

use super::Delay;

/// Larger ones are refused before x264 is opened.
const MAX_SIDE: u32 = 16_384;

/// Bytes of an encoder of `width` x `height` pixels with these numbers. `wide`: motion is searched for exhaustively, or far.
pub(super) fn bytes(width: u32, height: u32, delay: &Delay, refs: u32, wide: bool) -> u64 {
    let side = |side: u32| u64::from(side.min(MAX_SIDE));
    let (width, height) = (side(width), side(height));
    let (threads, bframes, refs) = (u64::from(delay.threads), u64::from(delay.bframes), u64::from(refs));
    let macroblocks = width.div_ceil(16) * height.div_ceil(16);
    // Padded on all sides, rows rounded up.
    let plane = |width: u64, height: u64| (width + 2 * 128) * (height + 2 * 64);
    let full = plane(width, height);
    // Costs and motion at each distance that a B-frame decision looks at.
    let decision = macroblocks * (16 * (bframes + 1) + 2 * (bframes + 2).pow(2) + 16)
        + height.div_ceil(16) * 4 * (bframes + 2).pow(2);
    let source = full + full / 2 + 4 * plane(width / 2, height / 2) + decision;
    let sums = if wide { 4 * full } else { 0 };
    let reconstructed = 4 * full + full / 2 + macroblocks * 160 + sums;
    // A bit stream begins with at most 4 bytes a pixel, and is copied with half as much again.
    let stream = (4 * width * height).clamp(1_000_000, u64::from(u32::MAX) / 6);
    let search = if wide { 40 << 20 } else { 1 << 20 };
    let a_thread = 2 * full + macroblocks * (96 + 4 * (refs + 4)) + stream + search;
    let stacks = 2 * threads * STACK; // those that encode, and those of the lookahead
    let costs = if wide { 64 << 20 } else { 4 << 20 };
    let sources = u64::from(delay.frames()) + bframes + 4;
    let reconstructions = refs + threads + 4;
    sources * source + reconstructions * reconstructed + threads * a_thread + stacks + 2 * stream + costs
}

/// A thread's stack: the system's default.
const STACK: u64 = 8 << 20;
