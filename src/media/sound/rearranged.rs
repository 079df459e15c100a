//! Samples of more than two channels that are converted and change places, a block at a time: in between they are on the stack,
//! which is in the fastest cache, so that the loop that converts is vector code.

use std::mem::MaybeUninit;

use super::kernels::{Convert, Kernels};
use super::moves::Moves;
use crate::media::SampleFormat;

/// Frames of a block. What all channels read of one plane is read again before it leaves the cache.
pub const BLOCK_FRAMES: usize = 256;

/// Bytes of a block's channel, of the largest samples.
const CHANNEL_BYTES: usize = BLOCK_FRAMES * 4;

/// Samples of a channel, between moving and converting.
#[repr(align(64))]
struct Between(MaybeUninit<[u8; CHANNEL_BYTES]>);

impl Between {
    fn new() -> Self {
        Self(MaybeUninit::uninit())
    }

    /// The first sample.
    fn start(&mut self) -> *mut u8 {
        self.0.as_mut_ptr().cast()
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
    /// Of samples as they come, and as they go.
    moves: [Moves; 2],
}

impl Rearranged {
    /// From one format to another.
    pub fn new(from: SampleFormat, to: SampleFormat) -> Self {
        Self {
            convert: Kernels::of(from, to).convert,
            same: from.packed() == to.packed(),
            moves: [from, to].map(|format| Moves::of(format.bytes())),
        }
    }

    /// One channel of several in turn becomes a plane.
    ///
    /// # Safety
    /// See [`Rearranged`].
    pub unsafe fn gather(&self, from: *const u8, channels: usize, to: *mut u8, frames: usize) {
        let (mut between, gather) = (Between::new(), self.moves[0].gather);
        let middle = between.start();
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
        let middle = between.start();
        // SAFETY: the caller's; `between` has room for the channel.
        unsafe {
            if self.same {
                return spread(from, to, channels, frames);
            }
            (self.convert)(from, middle, frames);
            spread(middle, to, channels, frames);
        }
    }
}
