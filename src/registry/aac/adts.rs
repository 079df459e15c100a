//! ADTS headers: ISO/IEC 14496-3, 1.A.3.2.

use crate::error::{Error, Result};
use crate::media::memory;
use crate::registry::{AudioFraming, SoundShape};

/// The sample rates that have a number, in the order of the numbers.
pub(super) const RATES: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/// What a chunk's header says, as an AudioSpecificConfig.
///
/// # Errors
/// `Data` if it has none, or one that says too little.
pub(super) fn specific_config(chunk: &[u8]) -> Result<Vec<u8>> {
    let wrong = |what: &str| {
        Error::data(format!(
            "AAC without a description: the first chunk {what}, one is needed by the container"
        ))
    };
    let [0xff, sync, kinds, channels, _, _, _, ..] = *chunk else { return Err(wrong("has no ADTS header")) };
    let (object_type, rate_index) = ((kinds >> 6) + 1, kinds >> 2 & 0xf);
    let channel_configuration = (kinds & 1) << 2 | channels >> 6;
    match sync & 0xf6 {
        0xf0 if usize::from(rate_index) >= RATES.len() || channel_configuration == 0 => {
            Err(wrong("has an ADTS header without its rate or channels"))
        }
        0xf0 => Ok(vec![object_type << 3 | rate_index >> 1, rate_index << 7 | channel_configuration << 3]),
        _ => Err(wrong("has no ADTS header")),
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_says_what_an_audio_specific_config_does() {
        let chunk =
            Adts::new(SoundShape { rate: 44_100, channels: 2 }).unwrap().chunk(b"sound").unwrap().unwrap();
        assert_eq!(specific_config(&chunk), Ok(vec![0x12, 0x10]));
        for end in 0..HEADER_BYTES {
            assert!(specific_config(&chunk[..end]).is_err(), "{end}");
        }
        for (place, byte) in [(0, 0x7f), (1, 0xe1), (1, 0xf3), (2, 0x7d), (3, 0)] {
            let mut wrong = chunk.clone();
            wrong[place] = byte;
            assert_eq!(specific_config(&wrong).unwrap_err().kind, crate::error::Kind::Data, "{place}");
        }
    }
}
