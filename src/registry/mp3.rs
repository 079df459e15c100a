//! MP3: ISO/IEC 11172-3 and 13818-3 Layer III, and the W3C's "MP3 WebCodecs Registration".

use std::fmt;
use std::sync::Arc;

use super::audio::Bare;
use super::{Audio, AudioFraming, Parsed, Rates, Registration, Samples, unknown};
use crate::error::Result;
use crate::media::{Config, keys};

/// Those of MP4 have the object types of MPEG-1 and MPEG-2.
const STRINGS: [&str; 3] = ["mp3", "mp4a.6B", "mp4a.69"];

/// What W3C registers.
pub static IT: Registration = Registration {
    tags: &STRINGS,
    av_name: "mp3",
    forms: "mp3, mp4a.6B, mp4a.69",
    keys: &[],
    parse: |codec| match STRINGS.contains(&codec) {
        true => Ok(Parsed::Audio(Box::new(Mp3(codec.to_owned())))),
        false => Err(unknown(codec)),
    },
    of_stream: |_| Some(STRINGS[0].to_owned()),
    described: false,
    in_band: None,
    in_containers: None,
};

struct Mp3(String);

impl Audio for Mp3 {
    fn name(&self) -> &'static str {
        "MP3"
    }

    fn rates(&self) -> Rates {
        Rates::These(&[48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000])
    }

    fn channels(&self) -> u32 {
        2
    }

    fn encoders(&self) -> &'static [&'static str] {
        &["libmp3lame"]
    }

    fn samples(&self, config: &Config) -> Samples {
        const LEAST_OF_MPEG_1: u32 = 32_000;
        let rate = config.value(&keys::SAMPLE_RATE).unwrap_or(0);
        Samples::Fixed(if rate >= LEAST_OF_MPEG_1 { 1152 } else { 576 })
    }

    fn framing(&self, _: &Config, _: Option<&[u8]>) -> Result<Arc<dyn AudioFraming>> {
        Ok(Arc::new(Bare))
    }
}

impl fmt::Display for Mp3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
