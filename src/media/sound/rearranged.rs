//! Samples that are converted and change places, a block at a time: in between they are on the stack, which is in the fastest
//! cache, so that each loop does one thing and is vector code.

use std::mem::MaybeUninit;

use super::kernels::{self, Convert};
use super::moves::Moves;
use crate::media::SampleFormat;

/// Frames of a block. What all channels read of one plane is read again before it leaves the cache.
pub const BLOCK_FRAMES: usize = 256;

/// Bytes of a block's channel, of the largest samples.
const CHANNEL_BYTES: usize = BLOCK_FRAMES * 4;

/// Samples of two channels, between moving and converting.
#[repr(align(64))]
struct Between(MaybeUninit<[u8; 2 * CHANNEL_BYTES]>);

impl Between {
    fn new() -> Self {
        Self(MaybeUninit::uninit())
    }

    /// The first sample of each channel; those of both in turn begin at the first.
    fn start(&mut self) -> [*mut u8; 2] {
        let start: *mut u8 = self.0.as_mut_ptr().cast();
        [start, start.wrapping_add(CHANNEL_BYTES)]
    }
}

/// How blocks are rearranged.
///
/// # Safety
/// Of all functions: `frames` is at most [`BLOCK_FRAMES`]. So many frames of the channels can be read and written, and do not
/// overlap.
pub struct Rearranged {
    convert: Convert,
    /// The formats are the same but for planes.
    same: bool,
    /// Samples become smaller, and so move better afterwards.
    shrinks: bool,
    /// Of samples as they come, and as they go.
    moves: [Moves; 2],
}

impl Rearranged {
    /// From one format to another.
    pub fn new(from: SampleFormat, to: SampleFormat) -> Self {
        Self {
            convert: kernels::of(from, to),
            same: from.packed() == to.packed(),
            shrinks: to.bytes() < from.bytes(),
            moves: [from, to].map(|format| Moves::of(format.bytes())),
        }
    }

    /// One channel of several in turn becomes a plane.
    ///
    /// # Safety
    /// See [`Rearranged`].
    pub unsafe fn gather(&self, from: *const u8, channels: usize, to: *mut u8, frames: usize) {
        let (mut between, gather) = (Between::new(), self.moves[0].gather);
        let [middle, _] = between.start();
        // SAFETY: the caller's; `between` has room for the channel.
        unsafe {
            if self.same {
                return gather(from, channels, to, frames);
            }
            gather(from, channels, middle, frames);
            (self.convert)(middle, to, frames);
        }
    }

    /// A plane becomes one channel of several in turn.
    ///
    /// # Safety
    /// See [`Rearranged`].
    pub unsafe fn spread(&self, from: *const u8, to: *mut u8, channels: usize, frames: usize) {
        let (mut between, spread) = (Between::new(), self.moves[1].spread);
        let [middle, _] = between.start();
        // SAFETY: the caller's; `between` has room for the channel.
        unsafe {
            if self.same {
                return spread(from, to, channels, frames);
            }
            (self.convert)(from, middle, frames);
            spread(middle, to, channels, frames);
        }
    }

    /// Two planes become one of both in turn.
    ///
    /// # Safety
    /// See [`Rearranged`].
    pub unsafe fn join(&self, from: [*const u8; 2], to: *mut u8, frames: usize) {
        let [before, after] = self.moves;
        let mut between = Between::new();
        let [left, right] = between.start();
        // SAFETY: the caller's; `between` has room for two channels.
        unsafe {
            if self.same {
                (before.join)(from[0], from[1], to, frames);
            } else if self.shrinks {
                (self.convert)(from[0], left, frames);
                (self.convert)(from[1], right, frames);
                (after.join)(left, right, to, frames);
            } else {
                (before.join)(from[0], from[1], left, frames);
                (self.convert)(left, to, frames * 2);
            }
        }
    }

    /// Two channels in turn become planes.
    ///
    /// # Safety
    /// See [`Rearranged`].
    pub unsafe fn split(&self, from: *const u8, to: [*mut u8; 2], frames: usize) {
        let [before, after] = self.moves;
        let mut between = Between::new();
        let [left, right] = between.start();
        // SAFETY: the caller's; `between` has room for two channels.
        unsafe {
            if self.same {
                (before.split)(from, to[0], to[1], frames);
            } else if self.shrinks {
                (self.convert)(from, left, frames * 2);
                (after.split)(left, to[0], to[1], frames);
            } else {
                (before.split)(from, left, right, frames);
                (self.convert)(left, to[0], frames);
                (self.convert)(right, to[1], frames);
            }
        }
    }
}
