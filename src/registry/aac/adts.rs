//! ADTS headers: ISO/IEC 14496-3, 1.A.3.2.

use crate::error::{Error, Result};
use crate::media::memory;
use crate::registry::{AudioFraming, SoundShape};

/// The sample rates that have a number, in the order of the numbers.
pub(super) const RATES: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

const HEADER_BYTES: usize = 7;

/// 13 bits, the header's among them.
const MOST_BYTES: usize = (1 << 13) - 1;

/// An encoder's chunks, with a header each.
pub(super) struct Adts {
    rate_index: u8,
    channel_configuration: u8,
}

impl Adts {
    /// # Errors
    /// `NotSupported` for what headers cannot say.
    pub(super) fn new(shape: SoundShape) -> Result<Self> {
        let rate_index = RATES.iter().position(|rate| *rate == shape.rate).unwrap_or(RATES.len()) as u8;
        let channel_configuration = match shape.channels {
            channels @ 1..=6 => channels as u8,
            8 => 7,
            channels => {
                return Err(Error::not_supported(format!(
                    "numberOfChannels is {channels}, with aac.format adts AAC supports 1 to 6, and 8"
                )));
            }
        };
        Ok(Self { rate_index, channel_configuration })
    }
}

impl AudioFraming for Adts {
    fn chunk(&self, packet: &[u8]) -> Result<Option<Vec<u8>>> {
        let bytes = HEADER_BYTES + packet.len();
        if bytes > MOST_BYTES {
            return Err(Error::not_supported(format!(
                "aac.format is adts, whose chunks have {MOST_BYTES} bytes at most: one has {bytes}"
            )));
        }
        let (rate, channels, length) = (self.rate_index, self.channel_configuration, bytes as u32);
        let low_complexity = 1; // the object type, less one
        let header = [
            0xff,
            0xf1, // MPEG-4, no checksum
            low_complexity << 6 | rate << 2 | channels >> 2,
            channels << 6 | (length >> 11) as u8,
            (length >> 3) as u8,
            (length << 5) as u8 | 0x1f, // a buffer of variable rate: 11 bits set
            0xfc,
        ];
        let mut chunk = memory::copy("a chunk", &header, packet.len() + crate::media::PADDING_BYTES)?;
        chunk.extend_from_slice(packet);
        Ok(Some(chunk))
    }
}
