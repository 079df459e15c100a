//! Opus: RFC 6716 and 7845, and the W3C's "Opus WebCodecs Registration". All input may be hostile.

use std::fmt;
use std::sync::Arc;

use super::audio::AudioOption;
use super::opus_packet;
use super::{Audio, AudioFraming, Parsed, Rates, Registration, Samples, SoundShape, unknown};
use crate::error::{Error, Result};
use crate::media::typed::{keys, words};
use crate::media::{Config, Dictionary, keys as shared, memory};

const STRING: &str = "opus";

/// What is decoded, whatever was encoded.
const DECODED_RATE: u32 = 48_000;

/// What W3C registers.
pub static IT: Registration = Registration {
    tags: &[STRING],
    av_name: STRING,
    forms: STRING,
    keys: KEYS,
    parse: |codec| if codec == STRING { Ok(Parsed::Audio(Box::new(Opus))) } else { Err(unknown(codec)) },
    of_stream: |_| Some(STRING.to_owned()),
    described: true,
    in_band: None,
    in_containers: None,
};

words! {
    /// W3C.
    enum OpusBitstreamFormat {
        /// Without a description.
        Opus = "opus",
        /// With one, as Ogg has it.
        Ogg = "ogg",
    }
}

words! {
    /// W3C.
    enum OpusSignal {
        /// Not known.
        Auto = "auto",
        /// Music.
        Music = "music",
        /// Speech.
        Voice = "voice",
    }
}

words! {
    /// W3C.
    enum OpusApplication {
        /// True to the original.
        Audio = "audio",
        /// Speech that is understood.
        Voip = "voip",
        /// As early as possible.
        LowDelay = "lowdelay",
    }
}

const ENCODER: &[Dictionary] = &[Dictionary::AudioEncoder];

keys! {
    /// W3C's members.
    static KEYS;
    FORMAT: OpusBitstreamFormat = word(), "opus.format", ENCODER, "With a description, as in Ogg, or without. More than two channels always have one.";
    SIGNAL: OpusSignal = word(), "opus.signal", ENCODER, "A hint: what the sound is; without effect where the encoder cannot be told.";
    APPLICATION: OpusApplication = word(), "opus.application", ENCODER, "What counts most.";
    FRAME_DURATION: u32 = whole(2_500, 120_000, "20000"), "opus.frameDuration", ENCODER, "Microseconds of a chunk: 2500, 5000, 10000, 20000, 40000, 60000, 80000, 100000 or 120000.";
    COMPLEXITY: Option<u32> = within(0, 10), "opus.complexity", ENCODER, "How long the encoder searches; unset: 10.";
    PACKET_LOSS: u32 = whole(0, 100, "0"), "opus.packetlossperc", ENCODER, "Percent of chunks that are expected to be lost.";
    IN_BAND_FEC: bool = flag(), "opus.useinbandfec", ENCODER, "Chunks have what restores the one before, where loss is expected.";
    DTX: bool = flag(), "opus.usedtx", ENCODER, "A hint: silence takes fewer chunks; without effect where the encoder cannot be told.";
}

struct Opus;

impl Audio for Opus {
    fn name(&self) -> &'static str {
        "Opus"
    }

    fn rates(&self) -> Rates {
        Rates::These(&[48_000, 24_000, 16_000, 12_000, 8_000])
    }

    fn channels(&self) -> u32 {
        8
    }

    fn decoded_rate(&self, _: u32) -> u32 {
        DECODED_RATE
    }

    fn encoders(&self) -> &'static [&'static str] {
        &["libopus"]
    }

    fn options(&self, config: &Config) -> Result<Vec<AudioOption>> {
        check_bitrate(config)?;
        let option = |name, value: &str| AudioOption { name, value: value.to_owned(), hint: false };
        let hint = |name, value: &str| AudioOption { hint: true, ..option(name, value) };
        let mut options = vec![
            option("application", config.text(&APPLICATION, APPLICATION.name)),
            option("frame_duration", frame_ms(config.value(&FRAME_DURATION))?),
            option("packet_loss", &config.value(&PACKET_LOSS).to_string()),
            option("fec", if config.value(&IN_BAND_FEC) { "1" } else { "0" }),
        ];
        if let Some(complexity) = config.value(&COMPLEXITY) {
            options.push(option("compression_level", &complexity.to_string()));
        }
        if config.value(&DTX) {
            options.push(hint("dtx", "1"));
        }
        if !matches!(config.value(&SIGNAL), OpusSignal::Auto) {
            options.push(hint("signal", config.text(&SIGNAL, SIGNAL.name)));
        }
        Ok(options)
    }

    fn framing(&self, config: &Config, description: Option<&[u8]>) -> Result<Arc<dyn AudioFraming>> {
        let channels = config.value(&shared::NUMBER_OF_CHANNELS);
        match description {
            Some(head) => Ok(Arc::new(Head::read(head)?)),
            None => {
                let ogg = matches!(config.value(&FORMAT), OpusBitstreamFormat::Ogg);
                let described = ogg || channels.is_some_and(|channels| self.needs_description(channels));
                Ok(Arc::new(Plain { described }))
            }
        }
    }

    fn samples(&self, _: &Config) -> Samples {
        Samples::Told(opus_packet::samples)
    }

    fn needs_description(&self, channels: u32) -> bool {
        channels > MOST_WITHOUT_DESCRIPTION
    }

    fn setup(&self, config: &Config) -> Option<Vec<u8>> {
        let channels = config.value(&shared::NUMBER_OF_CHANNELS)?;
        let priming = config.value(&shared::PRIMING_SAMPLES).unwrap_or(0);
        let (channels, priming) = (u8::try_from(channels).ok()?, u16::try_from(priming).ok()?);
        if self.needs_description(channels.into()) {
            return None;
        }
        let rate = config.value(&shared::SAMPLE_RATE).unwrap_or(DECODED_RATE);
        let mut head = [&SIGNATURE[..], &[1, channels]].concat();
        head.extend(priming.to_le_bytes());
        head.extend(rate.to_le_bytes());
        head.extend([0; 3]); // gain, and the mapping of one and two channels
        Some(head)
    }
}

impl fmt::Display for Opus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(STRING)
    }
}

/// libopus has so many bits a second.
fn check_bitrate(config: &Config) -> Result<()> {
    let most = 256_000 * u64::from(config.value(&shared::NUMBER_OF_CHANNELS).unwrap_or(1));
    match config.value(&shared::BITRATE) {
        Some(bitrate) if !(500..=most).contains(&bitrate) => {
            let name = shared::BITRATE.name;
            Err(Error::invalid(format!("{name} is {bitrate}, Opus of so many channels allows 500 to {most}")))
        }
        _ => Ok(()),
    }
}

/// How FFmpeg takes a frame's duration.
fn frame_ms(duration_us: u32) -> Result<&'static str> {
    match duration_us {
        2_500 => Ok("2.5"),
        5_000 => Ok("5"),
        10_000 => Ok("10"),
        20_000 => Ok("20"),
        40_000 => Ok("40"),
        60_000 => Ok("60"),
        80_000 => Ok("80"),
        100_000 => Ok("100"),
        120_000 => Ok("120"),
        _ => Err(Error::invalid(format!(
            "{} is \"{duration_us}\", allowed are 2500, 5000, 10000, 20000, 40000, 60000, 80000, 100000, 120000",
            FRAME_DURATION.name
        ))),
    }
}

/// Mapping family 0, RFC 7845 5.1.1.1.
const MOST_WITHOUT_DESCRIPTION: u32 = 2;
const SIGNATURE: [u8; 8] = *b"OpusHead";

/// Without a description.
struct Plain {
    /// An encoder gives one.
    described: bool,
}

impl AudioFraming for Plain {
    fn describe(&self, extradata: &[u8]) -> Result<Option<Vec<u8>>> {
        self.described.then(|| memory::copy("description", extradata, 0)).transpose()
    }
}

/// The identification header: RFC 7845 5.1.
struct Head {
    bytes: Vec<u8>,
    channels: u32,
    priming: u32,
}

impl Head {
    fn read(description: &[u8]) -> Result<Self> {
        let wrong = |what: &str| Error::data(format!("description is no OpusHead: {what}"));
        let rest = description.strip_prefix(&SIGNATURE).ok_or_else(|| wrong("its signature"))?;
        let [version, channels, low, high, _, _, _, _, _, _, family, mapping @ ..] = rest else {
            return Err(wrong("it is too short"));
        };
        if version >> 4 != 0 || *channels == 0 {
            return Err(wrong("its version or number of channels"));
        }
        // Streams, coupled streams, and a place for each channel.
        let needs = if *family == 0 { 0 } else { 2 + usize::from(*channels) };
        if mapping.len() < needs || (*family == 0 && *channels > 2) {
            return Err(wrong("its channel mapping"));
        }
        Ok(Self {
            bytes: memory::copy("description", description, 0)?,
            channels: u32::from(*channels),
            priming: u32::from(u16::from_le_bytes([*low, *high])),
        })
    }
}

impl AudioFraming for Head {
    fn shape(&self) -> Option<SoundShape> {
        Some(SoundShape { rate: DECODED_RATE, channels: self.channels })
    }

    fn extradata(&self) -> &[u8] {
        &self.bytes
    }

    fn priming(&self) -> u32 {
        self.priming
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_says_channels_and_priming() {
        let mut config = Config::new(STRING).unwrap();
        config.put(&shared::SAMPLE_RATE, 24_000).unwrap();
        config.put(&shared::NUMBER_OF_CHANNELS, 2).unwrap();
        config.put(&shared::PRIMING_SAMPLES, 312).unwrap();
        let head = Opus.setup(&config).unwrap();
        assert_eq!(head.len(), 19);
        let read = Head::read(&head).unwrap();
        assert_eq!((read.channels, read.priming), (2, 312));
        for end in 0..head.len() {
            assert!(Head::read(&head[..end]).is_err(), "{end}");
        }
        let mut family = head.clone();
        family[18] = 1;
        assert!(Head::read(&family).is_err(), "a mapping is missing");
        family.extend([1, 1, 0, 1]);
        assert!(Head::read(&family).is_ok());
    }
}
