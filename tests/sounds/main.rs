//! What every codec of sound promises, encoding and decoding: the same tests for all of the registry.

#[path = "../c_api/mod.rs"]
mod c_api;
#[path = "../support/mod.rs"]
mod support;

mod clock;
mod errors;
mod files;
mod forms;
mod gate;
mod trips;

use c_api::sound::audio_info;
use c_api::*;
use framegate::container;
use framegate::media::Medium;

/// A codec.
#[derive(Clone, Copy)]
struct Case {
    codec: &'static str,
    rates: &'static [u32],
    channels: u32,
    /// How alike what comes out is to what went in, at the least, as a correlation.
    likeness: f64,
    /// The samples of what comes out are those that went in, of this format.
    exact: Option<i32>,
    /// It is decoded at this rate.
    decoded_rate: Option<u32>,
    /// Of 6, 7 and 8 channels the fourth is for low frequencies, and has no others.
    has_lfe: bool,
}

const CASE: Case = Case {
    codec: "",
    rates: &[8_000, 44_100, 48_000, 96_000, 192_000],
    channels: 8,
    likeness: 0.999,
    exact: None,
    decoded_rate: None,
    has_lfe: false,
};

static CASES: &[Case] = &[
    Case {
        codec: "mp4a.40.2",
        rates: &[8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 96_000],
        likeness: 0.99,
        has_lfe: true,
        ..CASE
    },
    Case { codec: "mp4a.67", rates: &[48_000], likeness: 0.99, has_lfe: true, ..CASE },
    Case {
        codec: "opus",
        rates: &[8_000, 12_000, 16_000, 24_000, 48_000],
        likeness: 0.99,
        decoded_rate: Some(48_000),
        has_lfe: true,
        ..CASE
    },
    Case { codec: "flac", exact: Some(FG_SAMPLE_S16), ..CASE },
    Case {
        codec: "mp3",
        rates: &[8_000, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000],
        channels: 2,
        ..CASE
    },
    Case { codec: "mp4a.6B", rates: &[44_100], channels: 2, ..CASE },
    Case { codec: "vorbis", likeness: 0.99, has_lfe: true, ..CASE },
    Case { codec: "pcm-u8", exact: Some(FG_SAMPLE_U8), ..CASE },
    Case { codec: "pcm-s16", exact: Some(FG_SAMPLE_S16), ..CASE },
    Case { codec: "pcm-s24", exact: Some(FG_SAMPLE_S16), ..CASE },
    Case { codec: "pcm-s32", exact: Some(FG_SAMPLE_S32), ..CASE },
    Case { codec: "pcm-f32", exact: Some(FG_SAMPLE_F32), ..CASE },
    Case { codec: "alaw", ..CASE },
    Case { codec: "ulaw", ..CASE },
];

impl Case {
    fn config(&self, rate: u32, channels: u32, more: &[(&str, &str)]) -> Config {
        let (rate, channels) = (rate.to_string(), channels.to_string());
        let keys = [("sampleRate", rate.as_str()), ("numberOfChannels", channels.as_str())];
        Config::new(self.codec, &[&keys[..], more].concat())
    }

    fn encoder(&self, rate: u32, channels: u32, more: &[(&str, &str)]) -> Encoder {
        let opened = Encoder::new(&self.config(rate, channels, more));
        opened.unwrap_or_else(|refused| panic!("{} {rate} {channels} {more:?}: {refused:?}", self.codec))
    }

    /// How many samples come of so many.
    fn decoded(&self, samples: usize, rate: u32) -> usize {
        (samples as u64 * u64::from(self.decoded_rate.unwrap_or(rate)) / u64::from(rate)) as usize
    }

    fn is_lfe(&self, channel: u32, channels: u32) -> bool {
        self.has_lfe && channels >= 6 && channel == 3
    }

    /// The tone of a channel, Hz.
    fn hertz(&self, channel: u32, channels: u32) -> f64 {
        match self.is_lfe(channel, channels) {
            true => 60.0,
            false => 310.0 + 130.0 * f64::from(channel),
        }
    }

    /// Sound of a tone a channel, from a sample on.
    fn tones(&self, rate: u32, channels: u32, from: usize, count: usize, format: i32) -> Frame {
        let mut bytes = Vec::new();
        for at in from..from + count {
            for channel in 0..channels {
                let turns = at as f64 / f64::from(rate) * self.hertz(channel, channels);
                let level = (turns * std::f64::consts::TAU).sin() * 0.5;
                match format {
                    FG_SAMPLE_U8 => bytes.push((level * 127.0 + 128.0).round() as u8),
                    FG_SAMPLE_S16 => bytes.extend(((level * 32_767.0).round() as i16).to_le_bytes()),
                    FG_SAMPLE_S32 => bytes.extend(((level * 2_147_483_647.0).round() as i32).to_le_bytes()),
                    _ => bytes.extend((level as f32).to_le_bytes()),
                }
            }
        }
        let mut info = audio_info(format, rate, channels, count as u32);
        info.timestamp_us = time_us(from, rate);
        info.id = from as u64;
        Frame::sound(&info, &bytes).unwrap()
    }

    /// Inputs of these lengths, one after the other.
    fn inputs(&self, rate: u32, channels: u32, lengths: &[usize]) -> Vec<Frame> {
        let format = self.exact.unwrap_or(FG_SAMPLE_F32);
        let begin = |index: usize| lengths[..index].iter().sum();
        let cut =
            |(index, length): (usize, &usize)| self.tones(rate, channels, begin(index), *length, format);
        lengths.iter().enumerate().map(cut).collect()
    }
}

/// The time of a sample, in microseconds.
fn time_us(sample: usize, rate: u32) -> i64 {
    ((sample as u128 * 1_000_000 + u128::from(rate) / 2) / u128::from(rate)) as i64
}

/// The decoder configuration of an encoder's chunks.
fn config_of(chunks: &[Out], more: &[(&str, &str)]) -> Config {
    let given = chunks[0].config.as_ref().expect("the first chunk has a configuration");
    let mut keys = Vec::new();
    for key in ["sampleRate", "numberOfChannels", "primingSamples"] {
        keys.push((key, given.get(key)));
    }
    let keys: Vec<_> =
        keys.iter().filter(|(_, text)| !text.is_empty()).map(|(key, text)| (*key, text.as_str())).collect();
    let config = Config::new(&given.get("codec"), &[&keys[..], more].concat());
    let description = given.description();
    if description.is_empty() { config } else { config.described(&description) }
}

/// What comes of chunks.
fn decode(chunks: &[Out], more: &[(&str, &str)]) -> Vec<Out> {
    let decoder = Decoder::new(&config_of(chunks, more)).unwrap();
    let outs = decoder.decode(chunks).unwrap();
    assert!(outs.iter().all(|out| out.kind == FG_OUTPUT_FRAME), "{}", decoder.error());
    outs
}

/// The samples of a channel of all sound.
fn channel(outs: &[Out], channel: u32) -> Vec<f32> {
    outs.iter().flat_map(|out| out.frame.as_ref().unwrap().channel(channel)).collect()
}

#[test]
fn every_registration_is_tested() {
    for registration in framegate::registry::CODECS {
        if container::medium(registration.av_name) != Ok(Medium::Audio) {
            continue;
        }
        let tested = |case: &Case| {
            let (found, _) = framegate::registry::parse(case.codec).unwrap();
            std::ptr::eq(found, *registration)
        };
        assert!(CASES.iter().any(tested), "{:?} has no case", registration.tags);
    }
}
