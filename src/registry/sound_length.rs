//! How long chunks of sound are by what they are, where containers count coarser than samples.

use super::{Parsed, parse};
use crate::media::{Config, keys};

/// How many samples of each channel the chunks of a stream are decoded to.
#[derive(Clone, Copy)]
pub enum Samples {
    /// Nothing here says it.
    Unknown,
    /// All the same.
    Fixed(u32),
    /// One for so many bytes.
    OfBytes(u32),
    /// The chunk's first bytes say it.
    Told(fn(&[u8]) -> Option<u32>),
}

/// The lengths of a stream's chunks.
#[derive(Clone, Copy)]
pub struct SoundLength {
    samples: Samples,
    /// At which they are decoded.
    decoded_rate: u32,
    /// That of the configuration.
    rate: u32,
}

/// Containers that count milliseconds are less than one beside the truth.
const COARSE_US: i64 = 1000;

impl SoundLength {
    /// Of the chunks of a configuration; `None` if it is not known.
    pub fn of(config: &Config) -> Option<Self> {
        let Parsed::Audio(audio) = parse(config.codec()).ok()?.1 else { return None };
        let rate = config.value(&keys::SAMPLE_RATE).filter(|rate| *rate > 0)?;
        match audio.samples(config) {
            Samples::Unknown => None,
            samples => Some(Self { samples, decoded_rate: audio.decoded_rate(rate), rate }),
        }
    }

    /// How many samples a chunk is decoded to.
    pub fn samples(&self, chunk: &[u8]) -> Option<u32> {
        match self.samples {
            Samples::Unknown => None,
            Samples::Fixed(samples) => Some(samples),
            Samples::OfBytes(bytes) => u32::try_from(chunk.len()).ok()?.checked_div(bytes),
            Samples::Told(tell) => tell(chunk),
        }
    }

    /// How long a chunk is, nothing taken off.
    fn whole_us(&self, chunk: &[u8]) -> Option<i64> {
        let samples = self.samples(chunk).map(i64::from);
        samples.map(|samples| scaled(samples, 1_000_000, self.decoded_rate)).filter(|us| *us > 0)
    }

    /// What a chunk lasts of which a container may say a duration, and that `skipped` samples at its end are not heard; `None`
    /// if the container knows better.
    pub fn exact_us(&self, chunk: &[u8], said_us: Option<i64>, skipped: u32) -> Option<i64> {
        let whole_us = self.whole_us(chunk)?;
        match skipped {
            0 => said_us.is_none_or(|said_us| is_coarse(said_us, whole_us)).then_some(whole_us),
            skipped => Some((whole_us - scaled(skipped.into(), 1_000_000, self.rate)).max(0)),
        }
    }

    /// Samples of the configuration's rate at the end of a chunk that are not heard, by what it lasts.
    pub fn padding(&self, chunk: &[u8], lasts_us: i64) -> u32 {
        let Some(whole_us) = self.whole_us(chunk).filter(|whole_us| !is_coarse(lasts_us, *whole_us)) else {
            return 0;
        };
        let left_us = (whole_us - lasts_us).max(0);
        u32::try_from((left_us * i64::from(self.rate) + 500_000) / 1_000_000).unwrap_or(0)
    }
}

/// Whole milliseconds that are `whole_us`, rounded up or down.
fn is_coarse(said_us: i64, whole_us: i64) -> bool {
    said_us % COARSE_US == 0 && (said_us - whole_us).abs() < COARSE_US
}

fn scaled(count: i64, to: i64, from: u32) -> i64 {
    let from = i64::from(from.max(1));
    (count * to + from / 2) / from
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_become_samples_and_what_is_short_is_padded() {
        let mp3 = SoundLength { samples: Samples::Fixed(1152), decoded_rate: 44_100, rate: 44_100 };
        assert_eq!(mp3.exact_us(b"", Some(26_000), 0), Some(26_122));
        assert_eq!(mp3.exact_us(b"", Some(27_000), 0), Some(26_122));
        assert_eq!(mp3.exact_us(b"", None, 0), Some(26_122));
        assert_eq!(mp3.exact_us(b"", Some(10_000), 0), None);
        assert_eq!(mp3.exact_us(b"", Some(10_000), 1000), Some(3446));
        assert_eq!(mp3.padding(b"", 26_122), 0);
        assert_eq!(mp3.padding(b"", 26_000), 0, "a container that counts milliseconds");
        assert_eq!(mp3.padding(b"", 3446), 1000);
        assert_eq!(mp3.padding(b"", 40_000), 0);
        let opus = SoundLength { samples: Samples::Fixed(960), decoded_rate: 48_000, rate: 24_000 };
        assert_eq!(opus.padding(b"", 10_000), 240);
        let pcm = SoundLength { samples: Samples::OfBytes(4), decoded_rate: 48_000, rate: 48_000 };
        assert_eq!(pcm.exact_us(&[0; 400], Some(2000), 0), Some(2083));
        assert_eq!(pcm.exact_us(&[0; 3], Some(0), 0), None);
    }
}
