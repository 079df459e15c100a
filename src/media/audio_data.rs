//! Sound: what an audio decoder gives and an audio encoder takes.

use std::any::Any;
use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::SampleFormat;
use super::pool::{ALIGN_BYTES, Buffer};
use crate::error::{Error, Kind, Result};

/// Channels, at most: what a configuration may say, and MP4's and FFmpeg's own numbers can.
pub const MAX_CHANNELS: u32 = 255;

/// Samples a second, at most: above every format's.
pub const MAX_SAMPLE_RATE: u32 = 16_000_000;

/// The facts of sound beside its samples: W3C `AudioData`'s attributes. A frame is a sample of each channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioInfo {
    /// How the samples lie in memory.
    pub format: SampleFormat,
    /// Samples a second, of each channel.
    pub sample_rate: u32,
    /// Channels.
    pub channels: u32,
    /// Samples of each channel.
    pub frames: u32,
    /// When the first one is heard, microseconds.
    pub timestamp_us: i64,
    /// The host's own number.
    pub id: u64,
    /// Of decoded sound: samples at its beginning that an encoder has put in front of it.
    pub priming: u32,
    /// Samples at its end that one has put behind it.
    pub padding: u32,
}

impl AudioInfo {
    /// Sound of time 0, without a number, priming or padding.
    pub fn of(format: SampleFormat, sample_rate: u32, channels: u32, frames: u32) -> Self {
        Self { format, sample_rate, channels, frames, timestamp_us: 0, id: 0, priming: 0, padding: 0 }
    }

    /// How long it lasts, microseconds, as W3C computes it: rounded down.
    pub fn duration_us(&self) -> i64 {
        (u64::from(self.frames) * 1_000_000 / u64::from(self.sample_rate.max(1))) as i64
    }

    /// Bytes of one plane.
    pub fn plane_bytes(&self) -> usize {
        let samples = self.frames as usize * if self.format.is_planar() { 1 } else { self.channels as usize };
        samples * self.format.bytes()
    }

    /// Planes.
    pub fn planes(&self) -> usize {
        self.format.planes(self.channels)
    }

    /// Bytes of all planes.
    pub fn bytes(&self) -> u64 {
        self.planes() as u64 * self.plane_bytes() as u64
    }

    /// Checks what the types cannot.
    ///
    /// # Errors
    /// `InvalidArgument` naming the member and what is allowed.
    pub fn check(&self) -> Result<()> {
        let within = |name: &str, value: u32, most: u32| match value {
            _ if (1..=most).contains(&value) => Ok(()),
            _ => Err(Error::invalid(format!("{name} is {value}, allowed are 1 to {most}"))),
        };
        within("sample_rate", self.sample_rate, MAX_SAMPLE_RATE)?;
        within("channels", self.channels, MAX_CHANNELS)?;
        // With this many, no product of the above leaves the address space.
        within("frames", self.frames, i32::MAX as u32)
    }
}

/// Sound. Its samples are the host's to write until it is first enqueued; from then on nobody writes.
pub struct AudioData {
    info: AudioInfo,
    /// The first byte of each plane.
    planes: Box<[NonNull<u8>]>,
    frozen: AtomicBool,
    /// Kept for its Drop, which frees the memory.
    owner: Arc<dyn Any + Send + Sync>,
}

// SAFETY: the planes are addresses in memory of the owner, which is Send and Sync; nobody writes once they are shared.
unsafe impl Send for AudioData {}
// SAFETY: as above.
unsafe impl Sync for AudioData {}

impl AudioData {
    /// Writable sound with memory from the pool, planes aligned to 64 bytes.
    ///
    /// # Errors
    /// `InvalidArgument` for impossible facts, `OutOfMemory`.
    pub fn allocate(info: AudioInfo) -> Result<Self> {
        info.check()?;
        let stride_bytes = info.plane_bytes().next_multiple_of(ALIGN_BYTES);
        let buffer = Buffer::take(stride_bytes.saturating_mul(info.planes()))?;
        let start = buffer.start();
        // SAFETY: the buffer has so many bytes for each plane.
        let planes = (0..info.planes()).map(|plane| unsafe { start.add(plane * stride_bytes) }).collect();
        Ok(Self { info, planes, frozen: AtomicBool::new(false), owner: Arc::new(buffer) })
    }

    /// Sound in memory of `owner`, which is dropped (on whatever thread) with the last reference.
    ///
    /// # Errors
    /// `InvalidArgument` if `info` is impossible; `owner` is dropped then, too.
    ///
    /// # Safety
    /// `planes` are `info.planes()` addresses of `info.plane_bytes()` bytes each, which are readable until
    /// `owner` is dropped, and nobody writes to them while the sound is being read.
    pub unsafe fn wrap(
        info: AudioInfo,
        planes: Box<[NonNull<u8>]>,
        owner: Arc<dyn Any + Send + Sync>,
    ) -> Result<Self> {
        info.check()?;
        Ok(Self { info, planes, frozen: AtomicBool::new(false), owner })
    }

    /// The facts.
    pub fn info(&self) -> &AudioInfo {
        &self.info
    }

    /// The first byte of each plane.
    pub fn planes(&self) -> &[NonNull<u8>] {
        &self.planes
    }

    /// How many share the memory.
    pub fn sharers(&self) -> usize {
        Arc::strong_count(&self.owner)
    }

    /// Ends the host's right to write: the codec reads the samples from now on.
    pub fn freeze(&self) {
        self.frozen.store(true, Ordering::Release);
    }

    /// Fills it from bytes in its own format, plane after plane.
    ///
    /// # Errors
    /// `InvalidState` once enqueued, `InvalidArgument` if the size is not exactly that of the samples.
    pub fn copy_from(&self, bytes: &[u8]) -> Result<()> {
        if self.frozen.load(Ordering::Acquire) {
            let text = "frame: it was enqueued, its samples cannot change any more";
            return Err(Error::new(Kind::InvalidState, text));
        }
        let AudioInfo { format, channels, frames, .. } = self.info;
        if bytes.len() as u64 != self.info.bytes() {
            let (name, got, want) = (format.name(), bytes.len(), self.info.bytes());
            return Err(Error::invalid(format!(
                "size is {got}, {frames} frames of {channels} channels of {name} have {want} bytes"
            )));
        }
        for (plane, bytes) in self.planes.iter().zip(bytes.chunks_exact(self.info.plane_bytes())) {
            // SAFETY: a plane has that many bytes, which are writable until it is frozen, as was checked; the C contract
            // forbids enqueueing it during this call.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), plane.as_ptr(), bytes.len()) };
        }
        Ok(())
    }
}

impl fmt::Debug for AudioData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AudioData").field("info", &self.info).finish_non_exhaustive()
    }
}
