//! What every codec of pictures promises, encoding and decoding: the same tests for all of the registry.

#[path = "../c_api/mod.rs"]
mod c_api;
mod files;
#[path = "../support/mod.rs"]
mod support;

mod alpha;
mod containers;
mod damage;
mod gate;
mod layers;
mod rate;
mod times;

use c_api::clips::encoder_config;
use c_api::*;

const WIDTH: u32 = 96;
const HEIGHT: u32 = 64;

/// A codec, by a string that encodes.
#[derive(Clone, Copy)]
struct Case {
    codec: &'static str,
    /// Temporal layers beyond one.
    layers: &'static [&'static str],
    alpha: bool,
    /// FFmpeg's decoder that gives alpha.
    alpha_decoder: &'static str,
    /// Which hold it.
    containers: &'static [&'static str],
    /// Its encoder begins scenes with key frames of its own.
    adds_keys: bool,
}

static CASES: &[Case] = &[
    Case {
        codec: "avc1.64000a",
        layers: &[],
        alpha: false,
        alpha_decoder: "",
        containers: &["mp4", "mkv"],
        adds_keys: true,
    },
    Case {
        codec: "vp8",
        layers: &["L1T2", "L1T3"],
        alpha: true,
        alpha_decoder: "libvpx",
        containers: &["mkv", "webm"],
        adds_keys: false,
    },
    Case {
        codec: "vp09.00.10.08",
        layers: &["L1T2", "L1T3"],
        alpha: true,
        alpha_decoder: "libvpx-vp9",
        containers: &["mp4", "mkv", "webm"],
        adds_keys: false,
    },
];

impl Case {
    fn config(&self, more: &[(&str, &str)]) -> Config {
        encoder_config(self.codec, WIDTH, HEIGHT, more)
    }

    fn encoder(&self, more: &[(&str, &str)]) -> Encoder {
        Encoder::new(&self.config(more))
            .unwrap_or_else(|refused| panic!("{} {more:?}: {refused:?}", self.codec))
    }
}

/// A decoder of what an encoder gave, configured as its first chunk says.
fn decoder_of(chunks: &[Out], more: &[(&str, &str)]) -> Decoder {
    Decoder::new(&config_of(chunks, more)).unwrap()
}

fn config_of(chunks: &[Out], more: &[(&str, &str)]) -> Config {
    let given = chunks[0].config.as_ref().expect("the first chunk has a configuration");
    let config = Config::new(&given.get("codec"), more);
    let description = given.description();
    if description.is_empty() { config } else { config.described(&description) }
}

/// The pixels of all frames.
fn pixels(decoder: &Decoder, chunks: &[Out]) -> Vec<Vec<u8>> {
    let outs = decoder.decode(chunks).unwrap();
    let bytes = |out: &Out| out.frame.as_ref().unwrap_or_else(|| panic!("{}", decoder.error())).bytes();
    outs.iter().map(bytes).collect()
}

#[test]
fn every_registration_is_tested() {
    for registration in framegate::registry::CODECS {
        if framegate::container::medium(registration.av_name) != Ok(framegate::media::Medium::Video) {
            continue; // tests/sounds
        }
        let tested = |case: &&Case| registration.tags.contains(&case.codec.split('.').next().unwrap());
        assert!(CASES.iter().any(|case| tested(&case)), "{:?} has no case", registration.tags);
    }
}
