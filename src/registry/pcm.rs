//! Samples as they are, and of 8 bits on a logarithmic scale: the W3C's "Linear PCM", "A-law PCM" and "u-law PCM WebCodecs
//! Registrations". Chunks are interleaved, little-endian, of any length.

use std::fmt;
use std::sync::Arc;

use super::audio::Bare;
use super::{Audio, AudioFraming, Parsed, Rates, Registration, Samples, unknown};
use crate::error::Result;
use crate::media::{Config, MAX_CHANNELS, keys};

/// A codec string, FFmpeg's name of the codec, what people call it, and the bytes of a sample.
macro_rules! rows {
    ($($it:ident: $string:literal, $av_name:literal, $name:literal, $bytes:literal;)*) => { $(
        /// What W3C registers.
        pub static $it: Registration = Registration {
            tags: &[$string],
            av_name: $av_name,
            forms: $string,
            keys: &[],
            parse: |codec| match codec == $string {
                true => Ok(Parsed::Audio(Box::new(Pcm { string: $string, name: $name, encoders: &[$av_name], bytes: $bytes }))),
                false => Err(unknown(codec)),
            },
            of_stream: |_| Some($string.to_owned()),
            described: false,
            in_band: None,
            in_containers: None,
        };
    )* };
}

rows! {
    U8: "pcm-u8", "pcm_u8", "PCM of 8 bits", 1;
    S16: "pcm-s16", "pcm_s16le", "PCM of 16 bits", 2;
    S24: "pcm-s24", "pcm_s24le", "PCM of 24 bits", 3;
    S32: "pcm-s32", "pcm_s32le", "PCM of 32 bits", 4;
    F32: "pcm-f32", "pcm_f32le", "PCM of 32-bit floats", 4;
    A_LAW: "alaw", "pcm_alaw", "A-law", 1;
    MU_LAW: "ulaw", "pcm_mulaw", "mu-law", 1;
}

struct Pcm {
    string: &'static str,
    name: &'static str,
    encoders: &'static [&'static str],
    bytes: u32,
}

impl Audio for Pcm {
    fn name(&self) -> &'static str {
        self.name
    }

    fn rates(&self) -> Rates {
        Rates::Any(1..=i32::MAX as u32)
    }

    fn channels(&self) -> u32 {
        MAX_CHANNELS
    }

    fn encoders(&self) -> &'static [&'static str] {
        self.encoders
    }

    fn samples(&self, config: &Config) -> Samples {
        let channels = config.value(&keys::NUMBER_OF_CHANNELS).unwrap_or(0);
        Samples::OfBytes(channels.saturating_mul(self.bytes))
    }

    fn framing(&self, _: &Config, _: Option<&[u8]>) -> Result<Arc<dyn AudioFraming>> {
        Ok(Arc::new(Bare))
    }
}

impl fmt::Display for Pcm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.string)
    }
}
