//! Samples of more than two channels that are converted and change places, a block at a time: in between they are on the stack,
//! which is in the fastest cache, so that the loop that converts is vector code.

use std::mem::MaybeUninit;

use super::kernels::Kernels;
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
    kernels: Kernels,
    /// The formats are the same but for planes.
    same: bool,
}

impl Rearranged {
    /// From one format to another.
    pub fn new(from: SampleFormat, to: SampleFormat) -> Self {
        Self { kernels: Kernels::of(from, to), same: from.packed() == to.packed() }
    }

    /// One channel of several in turn becomes a plane.
    ///
    /// # Safety
    /// See [`Rearranged`].
    pub unsafe fn gather(&self, from: *const u8, channels: usize, to: *mut u8, frames: usize) {
        let (mut between, gather) = (Between::new(), self.kernels.gather);
        let middle = between.start();
        // SAFETY: the caller's; `between` has room for the channel.
        unsafe {
            if self.same {
                return gather(from, channels, to, frames);
            }
            gather(from, channels, middle, frames);
            (self.kernels.convert)(middle, to, frames);
        }
    }

    /// A plane becomes one channel of several in turn.
    ///
    /// # Safety
    /// See [`Rearranged`].
    pub unsafe fn spread(&self, from: *const u8, to: *mut u8, channels: usize, frames: usize) {
        let (mut between, spread) = (Between::new(), self.kernels.spread);
        let middle = between.start();
        // SAFETY: the caller's; `between` has room for the channel.
        unsafe {
            if self.same {
                return spread(from, to, channels, frames);
            }
            (self.kernels.convert)(from, middle, frames);
            spread(middle, to, channels, frames);
        }
    }
}
