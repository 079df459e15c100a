//! How much memory and time a stream may take: what input that nobody has checked can claim is larger than any machine.

use super::keys;
use crate::error::{Error, Result};

/// Limits for files and streams. Defaults let everything through that the codecs' levels allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Streams of a file, of any kind.
    pub max_streams: u32,
    /// Bytes that are read to find out what a file is and what its streams are.
    pub probe_bytes: u64,
    /// Pixels of a picture: its coded width times its coded height.
    pub max_pixels: u64,
    /// Pixels of a picture's longer side.
    pub max_side: u32,
    /// Samples, a channel, that one chunk of sound decodes to.
    pub max_samples: u64,
    /// Chunks that a demuxer keeps for tracks that are not read as far as others.
    pub max_buffered_chunks: u64,
    /// Their bytes.
    pub max_buffered_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_streams: 256,
            probe_bytes: 5_000_000,
            max_pixels: keys::MAX_PIXELS.preset(), // the highest levels of today's codecs end at little more than half of it
            max_side: keys::MAX_SIDE.preset(),
            max_samples: keys::MAX_SAMPLES.preset(), // 20 s at 48 kHz
            max_buffered_chunks: 4096,
            max_buffered_bytes: 64 << 20,
        }
    }
}

/// What the two limits of a picture are called where they are set: members of a struct, or keys.
#[derive(Clone, Copy)]
pub struct PictureLimitNames {
    /// Of `max_pixels`.
    pub pixels: &'static str,
    /// Of `max_side`.
    pub side: &'static str,
}

impl Limits {
    /// Checks the size of a picture.
    ///
    /// # Errors
    /// `NotSupported` naming the limit, its value and the size.
    pub fn check_picture(&self, width: u32, height: u32, names: PictureLimitNames) -> Result<()> {
        if width.max(height) > self.max_side {
            let (name, most) = (names.side, self.max_side);
            return Err(Error::not_supported(format!(
                "{name} is {most}, a picture has {width}x{height} pixels"
            )));
        }
        if u64::from(width) * u64::from(height) > self.max_pixels {
            let (name, most) = (names.pixels, self.max_pixels);
            return Err(Error::not_supported(format!(
                "{name} is {most}, a picture has {width}x{height} pixels"
            )));
        }
        Ok(())
    }
}
