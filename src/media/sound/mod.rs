//! Sound from any format to any other: kinds of samples ([`sample`] says what becomes of them), a plane a channel or all in one.
//!
//! For codecs: [`write()`] puts frames of an [`AudioData`] where an encoder wants them. For hosts: [`mod@copy`].

pub mod copy;
mod finite;
mod kernels;
mod moves;
mod rearranged;
mod sample;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use finite::make_finite;

use std::ops::Range;
use std::ptr::NonNull;

use super::{AudioData, SampleFormat};
use kernels::Kernels;
use rearranged::{BLOCK_FRAMES, Rearranged};

/// Where the samples of sound lie.
#[derive(Clone, Copy, Debug)]
pub struct Samples<'a> {
    /// How they lie in memory, in any alignment.
    pub format: SampleFormat,
    /// The first byte of each plane.
    pub planes: &'a [NonNull<u8>],
    /// Channels.
    pub channels: usize,
    /// The first frame that is meant.
    pub offset: usize,
}

impl<'a> Samples<'a> {
    /// Of sound, from a frame on.
    pub fn of(sound: &'a AudioData, offset: usize) -> Self {
        let info = sound.info();
        Self { format: info.format, planes: sound.planes(), channels: info.channels as usize, offset }
    }

    /// The same, so many frames later.
    fn after(self, frames: usize) -> Self {
        Self { offset: self.offset + frames, ..self }
    }

    /// The first sample of a channel.
    ///
    /// # Safety
    /// The planes have it.
    unsafe fn start(&self, channel: usize) -> *mut u8 {
        let bytes = self.format.bytes();
        // SAFETY: the caller's.
        unsafe {
            if self.format.is_planar() {
                self.planes[channel].as_ptr().add(self.offset * bytes)
            } else {
                self.planes[0].as_ptr().add((self.offset * self.channels + channel) * bytes)
            }
        }
    }
}

/// Writes frames of `source` to `planes` of `format`, which have all its channels, from their frame `at` on, in one pass. It
/// allocates nothing and calls nobody.
///
/// # Panics
/// If the source has not these frames, or `format` another number of planes.
///
/// # Safety
/// The planes have room for `at` and as many frames more, and do not overlap with each other or with the source.
pub unsafe fn write(
    source: &AudioData,
    frames: Range<u32>,
    format: SampleFormat,
    planes: &[NonNull<u8>],
    at: usize,
) {
    let info = source.info();
    assert!(frames.start <= frames.end && frames.end <= info.frames);
    assert_eq!(planes.len(), format.planes(info.channels));
    let dest = Samples { format, planes, channels: info.channels as usize, offset: at };
    // SAFETY: the source has the frames, as was checked; the rest is the caller's.
    unsafe { convert(&Samples::of(source, frames.start as usize), &dest, frames.len()) }
}

/// Converts frames, from the first ones that are meant on.
///
/// # Safety
/// Both have as many planes as their formats have, of the same number of channels. `from` can be read, and `to` written, for
/// as many frames; they do not overlap.
pub unsafe fn convert(from: &Samples<'_>, to: &Samples<'_>, frames: usize) {
    let (kernels, channels) = (Kernels::of(from.format, to.format), from.channels);
    let (from_planes, to_planes) = (from.format.is_planar(), to.format.is_planar());
    // SAFETY: the caller's: each plane has the samples of its channel, or of all.
    unsafe {
        match (from_planes, to_planes) {
            (true, true) => (0..channels).for_each(|channel| {
                (kernels.convert)(from.start(channel), to.start(channel), frames);
            }),
            _ if from_planes == to_planes || channels == 1 => {
                (kernels.convert)(from.start(0), to.start(0), frames * channels);
            }
            (false, _) if channels == 2 => {
                (kernels.split)(from.start(0), to.start(0), to.start(1), frames);
            }
            (true, _) if channels == 2 => {
                (kernels.join)(from.start(0), from.start(1), to.start(0), frames);
            }
            _ => rearrange(from, to, frames),
        }
    }
}

/// [`convert`] for more than two channels that become planes, or are them: a block at a time.
///
/// # Safety
/// As [`convert`].
unsafe fn rearrange(from: &Samples<'_>, to: &Samples<'_>, frames: usize) {
    let rearranged = Rearranged::new(from.format, to.format);
    for first in (0..frames).step_by(BLOCK_FRAMES) {
        let (from, to, frames) = (from.after(first), to.after(first), BLOCK_FRAMES.min(frames - first));
        for channel in 0..from.channels {
            // SAFETY: the caller's: the frames of the block are among those that there are.
            unsafe {
                let (source, dest) = (from.start(channel), to.start(channel));
                if to.format.is_planar() {
                    rearranged.gather(source, from.channels, dest, frames);
                } else {
                    rearranged.spread(source, dest, from.channels, frames);
                }
            }
        }
    }
}

/// Converts one channel to a plane of its own, which begins at `to`.
///
/// # Safety
/// As [`convert`]; `from` has the channel.
unsafe fn convert_channel(
    from: &Samples<'_>,
    channel: usize,
    format: SampleFormat,
    to: NonNull<u8>,
    frames: usize,
) {
    let kernels = Kernels::of(from.format, format);
    // SAFETY: the caller's.
    unsafe {
        if from.format.is_planar() || from.channels == 1 {
            return (kernels.convert)(from.start(channel), to.as_ptr(), frames);
        }
        if from.channels == 2 {
            return (kernels.pick)(from.start(channel), to.as_ptr(), frames);
        }
        let rearranged = Rearranged::new(from.format, format);
        for first in (0..frames).step_by(BLOCK_FRAMES) {
            let to = to.as_ptr().add(first * format.bytes());
            let frames = BLOCK_FRAMES.min(frames - first);
            rearranged.gather(from.after(first).start(channel), from.channels, to, frames);
        }
    }
}

/// # Safety
/// There are `count` readable `T`s, which nobody writes to during `'a`.
#[inline(always)]
unsafe fn readable<'a, T>(start: *const u8, count: usize) -> &'a [T] {
    const { assert!(align_of::<T>() == 1) };
    // SAFETY: the caller's; any alignment is right for arrays of bytes.
    unsafe { std::slice::from_raw_parts(start.cast(), count) }
}

/// # Safety
/// There are `count` writable `T`s, which nobody else uses during `'a`.
#[inline(always)]
unsafe fn writable<'a, T>(start: *mut u8, count: usize) -> &'a mut [T] {
    const { assert!(align_of::<T>() == 1) };
    // SAFETY: the caller's; any alignment is right for arrays of bytes.
    unsafe { std::slice::from_raw_parts_mut(start.cast(), count) }
}
