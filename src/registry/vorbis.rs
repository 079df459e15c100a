//! Vorbis: the Vorbis I specification, and the W3C's "Vorbis WebCodecs Registration". All input may be hostile.

use std::fmt;
use std::sync::Arc;

use super::{Audio, AudioFraming, Parsed, Rates, Registration, SoundShape, unknown};
use crate::error::{Error, Result};
use crate::media::{Config, memory};

const STRING: &str = "vorbis";

/// What W3C registers.
pub static IT: Registration = Registration {
    tags: &[STRING],
    av_name: STRING,
    forms: STRING,
    keys: &[],
    parse: |codec| if codec == STRING { Ok(Parsed::Audio(Box::new(Vorbis))) } else { Err(unknown(codec)) },
    of_stream: |_| Some(STRING.to_owned()),
    described: true,
    in_band: None,
    in_containers: None,
};

struct Vorbis;

impl Audio for Vorbis {
    fn name(&self) -> &'static str {
        "Vorbis"
    }

    fn rates(&self) -> Rates {
        Rates::Any(8_000..=192_000) // what libvorbis has modes for
    }

    fn channels(&self) -> u32 {
        8
    }

    fn item_samples(&self, _: u32) -> u32 {
        1_024 // libvorbis takes 64 at a time, and mostly gives a packet of 1,024
    }

    fn decoded_priming(&self, _: u32) -> u32 {
        0 // the first packet gives nothing, it is half of what the second does
    }

    fn encoders(&self) -> &'static [&'static str] {
        &["libvorbis"]
    }

    fn framing(&self, _: &Config, description: Option<&[u8]>) -> Result<Arc<dyn AudioFraming>> {
        let (shape, headers) = match description {
            None => (None, Vec::new()),
            Some(bytes) => (Some(shape(bytes)?), memory::copy("description", bytes, 0)?),
        };
        Ok(Arc::new(Headers { shape, headers }))
    }

    fn needs_description(&self, _: u32) -> bool {
        true
    }
}

impl fmt::Display for Vorbis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(STRING)
    }
}

/// The three headers, in the lacing of Xiph: how many less one, the lengths of all but the last, and the headers.
struct Headers {
    shape: Option<SoundShape>,
    headers: Vec<u8>,
}

impl AudioFraming for Headers {
    fn shape(&self) -> Option<SoundShape> {
        self.shape
    }

    fn extradata(&self) -> &[u8] {
        &self.headers
    }

    fn describe(&self, extradata: &[u8]) -> Result<Option<Vec<u8>>> {
        shape(extradata)?;
        memory::copy("description", extradata, 0).map(Some)
    }
}

/// What the identification header says: Vorbis I, 4.2.2.
fn shape(description: &[u8]) -> Result<SoundShape> {
    let wrong = || Error::data("description is not the three headers of Vorbis in Xiph's lacing");
    let [2, lacing @ ..] = description else { return Err(wrong()) };
    let mut lengths = lacing;
    for _ in 0..2 {
        let whole = lengths.iter().take_while(|byte| **byte == 255).count();
        lengths = lengths.get(whole + 1..).ok_or_else(wrong)?;
    }
    let header = lengths.strip_prefix(b"\x01vorbis\0\0\0\0").ok_or_else(wrong)?;
    let [channels, a, b, c, d, ..] = *header else { return Err(wrong()) };
    let rate = u32::from_le_bytes([a, b, c, d]);
    match (channels, rate) {
        (0, _) | (_, 0) => Err(wrong()),
        (channels, rate) => Ok(SoundShape { rate, channels: u32::from(channels) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_header_says_what_the_sound_is() {
        let mut description = vec![2, 30, 255, 10];
        description.extend(b"\x01vorbis\0\0\0\0\x02\x44\xac\0\0");
        assert_eq!(shape(&description), Ok(SoundShape { rate: 44_100, channels: 2 }));
        for end in 0..description.len() {
            assert!(shape(&description[..end]).is_err(), "{end}");
        }
    }
}
