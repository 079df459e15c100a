//! What goes into the containers: a track of each codec, encoded here once.

use std::sync::OnceLock;

use framegate::container::{Demuxer, Muxer};
use framegate::error::Result;
use framegate::media::{ChunkInfo, ChunkRef, Config as TrackConfig};

use crate::c_api::clips::{encoder_config, moving};
use crate::c_api::sound::audio_info;
use crate::c_api::*;

/// Samples of each channel that are encoded, and so come back.
pub const SAMPLES: usize = 50_000;
const WIDTH: u32 = 96;
const HEIGHT: u32 = 64;

/// A chunk, copied.
pub struct Chunk {
    pub info: ChunkInfo,
    pub data: Vec<u8>,
}

/// A track.
pub struct Source {
    pub name: &'static str,
    pub av_name: &'static str,
    pub config: TrackConfig,
    pub chunks: Vec<Chunk>,
    pub has_pictures: bool,
}

impl Source {
    pub fn add_to(&self, muxer: &mut Muxer) -> Result<u32> {
        muxer.add_track(&self.config)
    }

    pub fn write_to(&self, muxer: &mut Muxer, track: u32, range: std::ops::Range<usize>) {
        for chunk in &self.chunks[range] {
            muxer.write(track, ChunkRef { info: chunk.info, data: &chunk.data, alpha: None }).unwrap();
        }
    }
}

/// A track's configuration as it is read, and as decoders take it.
fn keys_of(config: &TrackConfig) -> Vec<(&str, &str)> {
    let named = config.keys().filter(|key| !["codec", "description"].contains(key));
    named.map(|key| (key, config.get(key).unwrap())).collect()
}

fn of(name: &'static str, av_name: &'static str, chunks: Vec<Out>, keys: &[&str]) -> Source {
    let given = chunks[0].config.as_ref().unwrap();
    let mut config = TrackConfig::new(&given.get("codec")).unwrap();
    for key in keys.iter().filter(|key| !given.get(key).is_empty()) {
        config.set(key, &given.get(key)).unwrap();
    }
    if !given.description().is_empty() {
        config.set_bytes("description", &given.description()).unwrap();
    }
    let chunk = |chunk: Out| {
        let info = ChunkInfo {
            key: chunk.key,
            timestamp_us: chunk.timestamp_us,
            duration_us: (chunk.duration_us >= 0).then_some(chunk.duration_us),
            dts_us: (chunk.dts_us != FG_NO_TIMESTAMP).then_some(chunk.dts_us),
            ..ChunkInfo::default()
        };
        Chunk { info, data: chunk.data }
    };
    let chunks = chunks.into_iter().map(chunk).collect();
    Source { name, av_name, config, chunks, has_pictures: keys.contains(&"codedWidth") }
}

fn pictures(name: &'static str, av_name: &'static str, codec: &str, more: &[(&str, &str)]) -> Source {
    let keys = [&[("framerate", "25")], more].concat();
    let encoder = Encoder::new(&encoder_config(codec, WIDTH, HEIGHT, &keys)).unwrap();
    let chunks = encoder.encode_with(&moving(WIDTH, HEIGHT, 30), |index| (index % 12 == 0, -1)).unwrap();
    let mut source = of(name, av_name, chunks, &["codedWidth", "codedHeight"]);
    source.config.set("framerate", "25").unwrap();
    source
}

fn sound(name: &'static str, av_name: &'static str, codec: &str, more: &[(&str, &str)]) -> Source {
    let keys = [&[("sampleRate", "48000"), ("numberOfChannels", "2")], more].concat();
    let encoder = Encoder::new(&Config::new(codec, &keys)).unwrap();
    let mut bytes = Vec::new();
    for at in 0..SAMPLES {
        for hertz in [310.0, 440.0] {
            let level = (at as f32 / 48_000.0 * hertz * std::f32::consts::TAU).sin() * 0.4;
            bytes.extend(level.to_le_bytes());
        }
    }
    let frame = Frame::sound(&audio_info(FG_SAMPLE_F32, 48_000, 2, SAMPLES as u32), &bytes).unwrap();
    let chunks = encoder.encode(&[frame]).unwrap();
    of(name, av_name, chunks, &["sampleRate", "numberOfChannels", "primingSamples"])
}

/// Every one.
pub fn sources() -> &'static [Source] {
    static SOURCES: OnceLock<Vec<Source>> = OnceLock::new();
    SOURCES.get_or_init(|| {
        vec![
            pictures("avc", "h264", "avc1.64000a", &[("bFrames", "2")]),
            pictures("annexb", "h264", "avc1.42000a", &[("avc.format", "annexb"), ("bFrames", "0")]),
            pictures("vp8", "vp8", "vp8", &[]),
            pictures("vp9", "vp9", "vp09.00.10.08", &[]),
            sound("aac", "aac", "mp4a.40.2", &[]),
            sound("adts", "aac", "mp4a.40.2", &[("aac.format", "adts")]),
            sound("opus", "opus", "opus", &[]),
            sound("flac", "flac", "flac", &[]),
            sound("mp3", "mp3", "mp3", &[]),
            sound("vorbis", "vorbis", "vorbis", &[]),
            sound("s16", "pcm_s16le", "pcm-s16", &[]),
            sound("f32", "pcm_f32le", "pcm-f32", &[]),
            sound("alaw", "pcm_alaw", "alaw", &[]),
        ]
    })
}

/// The only track of a file: its configuration and its chunks.
pub fn read(demuxer: &mut Demuxer) -> (TrackConfig, Vec<Chunk>) {
    assert_eq!(demuxer.track_count(), 1);
    let mut chunks = Vec::new();
    while let Some((_, chunk)) = demuxer.read().unwrap() {
        chunks.push(Chunk { info: chunk.info, data: chunk.data.to_vec() });
    }
    let given = demuxer.track(0).unwrap();
    let mut config = TrackConfig::new(given.codec()).unwrap();
    for (key, value) in keys_of(given) {
        config.set(key, value).unwrap();
    }
    config.set_bytes("description", given.description().unwrap_or_default()).unwrap();
    (config, chunks)
}

/// The samples that a decoder gives of a track, interleaved, its priming and padding left out.
pub fn decoded(config: &TrackConfig, chunks: &[Chunk]) -> Vec<u8> {
    let keys = [&keys_of(config)[..], &[("priming", "drop")]].concat();
    let decoder_config = Config::new(config.codec(), &keys);
    let decoder_config = match config.description() {
        Some(description) => decoder_config.described(description),
        None => decoder_config,
    };
    let decoder = Decoder::new(&decoder_config).unwrap();
    let encoded = chunks.iter().map(|Chunk { info, data }| Out {
        duration_us: info.duration_us.unwrap_or(-1),
        discard: info.discard,
        ..Out::chunk(info.timestamp_us, info.key, data.clone())
    });
    let outs = decoder.decode(&encoded.collect::<Vec<_>>()).unwrap();
    assert!(outs.iter().all(|out| out.kind == FG_OUTPUT_FRAME), "{}", decoder.error());
    outs.iter().flat_map(|out| out.frame.as_ref().unwrap().interleaved(FG_SAMPLE_F32)).collect()
}
