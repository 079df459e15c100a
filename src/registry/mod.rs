//! The codecs that this library knows, a file or folder each, as the W3C codec registry describes them: strings, what a chunk's
//! bytes are, the description, which chunks are keys, what may be configured. Text and bytes only, no FFmpeg. Outside of this room
//! and `tuning` no code names a codec.

mod aac;
mod audio;
pub mod avc;
mod bits;
mod by_name;
mod flac;
mod mp3;
pub mod nal;
mod opus;
mod opus_packet;
mod pcm;
mod sound_length;
mod stream;
mod video;
mod vorbis;
mod vp8;
mod vp9;
mod whole;

pub use audio::{Audio, AudioFraming, AudioOption, Rates, SoundShape};
pub use by_name::{keys, w3c};
pub use sound_length::{Samples, SoundLength};
pub use stream::{Content, Reorder, Stream};
pub use video::{Alpha, Framing, Shape, Sides, Video};

use crate::error::{Error, Result};
use crate::media::{Config, Key, Named, PixelFormat, Setup, StreamFacts};

/// Every codec.
pub static CODECS: &[&Registration] = &[
    &avc::IT,
    &vp8::IT,
    &vp9::IT,
    &aac::IT,
    &opus::IT,
    &flac::IT,
    &mp3::IT,
    &vorbis::IT,
    &pcm::U8,
    &pcm::S16,
    &pcm::S24,
    &pcm::S32,
    &pcm::F32,
    &pcm::A_LAW,
    &pcm::MU_LAW,
];

/// What is known of a codec before there is a configuration.
pub struct Registration {
    /// What its codec strings begin with, before the first dot; or the whole of one, which goes before another's beginning.
    pub tags: &'static [&'static str],
    /// FFmpeg's name for it.
    pub av_name: &'static str,
    /// Its codec strings, in words.
    pub forms: &'static str,
    /// The members that W3C registers for its configurations.
    pub keys: &'static [&'static Key],
    /// Reads a codec string that begins with one of the tags.
    pub parse: fn(&str) -> Result<Parsed>,
    /// The codec string of a stream; `None` if it does not say enough.
    pub of_stream: fn(&StreamFacts<'_>) -> Option<String>,
    /// Its streams may have a description. What containers say of those of others is left alone.
    pub described: bool,
    /// Its parameter sets, where they may come with the chunks instead of a description.
    pub in_band: Option<InBand>,
    /// How containers have its description, where it is another form than decoders'.
    pub in_containers: Option<InContainers>,
}

/// A description in two forms.
pub struct InContainers {
    /// The container's of a decoder's. `Data` for a damaged one.
    pub setup: fn(&[u8]) -> Result<Vec<u8>>,
    /// A decoder's of a container's, if that is not a decoder's already.
    pub description: fn(&[u8]) -> Option<Vec<u8>>,
    /// The container's, completed with what is known when the stream has ended.
    pub complete: fn(&[u8], &Ended) -> Vec<u8>,
}

/// A stream that has ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ended {
    /// Samples of each channel; `u64::MAX` if that is not known.
    pub samples: u64,
    /// The bytes of the smallest chunk and of the largest.
    pub chunk_bytes: (usize, usize),
}

impl Ended {
    /// A chunk of so many bytes and samples came.
    pub fn pass(&mut self, bytes: usize, samples: Option<u32>) {
        let (least, most) = self.chunk_bytes;
        self.chunk_bytes = (if least == 0 { bytes } else { least.min(bytes) }, most.max(bytes));
        self.samples = self.samples.saturating_add(samples.map_or(u64::MAX, u64::from));
    }
}

/// Parameter sets that come with the chunks, as containers meet them.
pub struct InBand {
    /// Whether a stream's setup bytes are a description, and not parameter sets as they come in band.
    pub is_description: fn(&[u8]) -> bool,
    /// Checks what a host calls a description, for a container. `InvalidArgument` if it cannot be one.
    pub check: fn(&[u8]) -> Result<()>,
    /// The parameter sets of a chunk, as setup bytes. `Data` if it has none.
    pub sets: fn(&[u8]) -> Result<Vec<u8>>,
    /// FFmpeg's bitstream filter that takes them off the chunks, where containers do not do so themselves.
    pub filter: Option<&'static str>,
    /// Of a track that begins with this description, and goes on with others. `NotSupported` if those cannot go in band.
    pub changes: fn(&[u8]) -> Result<Box<dyn Changes>>,
}

/// How a track's chunks are changed to fit its first description: what differs goes in band.
pub trait Changes: Send {
    /// Another description begins with the next chunk.
    ///
    /// # Errors
    /// `Data` if it is none.
    fn change(&mut self, description: &[u8]) -> Result<()>;

    /// Whether the next chunk fits as it is.
    fn fits(&self) -> bool;

    /// The next chunk in the form of the first description.
    ///
    /// # Errors
    /// `Data` for a damaged chunk, or one that does not fit; `OutOfMemory`.
    fn fit(&mut self, chunk: &[u8]) -> Result<&[u8]>;
}

/// A codec string that was read.
pub enum Parsed {
    /// It has pictures.
    Video(Box<dyn Video>),
    /// It has sound.
    Audio(Box<dyn Audio>),
}

/// The registration of the codec that a codec string, or FFmpeg's name for a codec, stands for.
pub fn find(codec: &str) -> Option<&'static Registration> {
    let tag = tag(codec);
    let tagged = |tag: &str| CODECS.iter().copied().find(|codec| codec.tags.contains(&tag));
    tagged(codec)
        .or_else(|| tagged(tag))
        .or_else(|| CODECS.iter().copied().find(|codec| codec.av_name == tag))
}

/// The format of a stream's pictures, as far as its codec string says it and no description does.
pub fn format(codec: &str) -> Option<PixelFormat> {
    match parse(codec).ok()? {
        (Registration { in_band: None, .. }, Parsed::Video(video)) => video.formats().first().copied(),
        _ => None,
    }
}

/// How parameter sets of that codec come with the chunks, if they may.
pub fn in_band(codec: &str) -> Option<&'static InBand> {
    find(codec)?.in_band.as_ref()
}

/// What a stream is called that a container has.
pub fn name(facts: &StreamFacts<'_>) -> Named {
    let known = CODECS.iter().find(|codec| codec.av_name == facts.av_name);
    let in_band = known.and_then(|codec| codec.in_band.as_ref());
    let changed = || (known?.in_containers.as_ref()?.description)(facts.extradata);
    let setup = match in_band {
        _ if known.is_some_and(|codec| !codec.described) => Setup::None,
        Some(in_band) if !(in_band.is_description)(facts.extradata) => Setup::None,
        _ => changed().map_or(Setup::Description, Setup::Changed),
    };
    Named { codec: known.and_then(|codec| (codec.of_stream)(facts)), setup }
}

/// The setup bytes that a container is given in place of a configuration's description; `None`: that itself.
///
/// # Errors
/// `Data` for a damaged description.
pub fn setup(config: &Config) -> Result<Option<Vec<u8>>> {
    let Ok((registration, parsed)) = parse(config.codec()) else { return Ok(None) };
    match (config.description(), &registration.in_containers, parsed) {
        (Some(description), Some(forms), _) => (forms.setup)(description).map(Some),
        (None, _, Parsed::Audio(audio)) => Ok(audio.setup(config)),
        _ => Ok(None),
    }
}

/// The setup bytes of a container, `setup`, completed with what is known at the end; `None` if there is nothing to complete.
pub fn completed(codec: &str, setup: &[u8], ended: &Ended) -> Option<Vec<u8>> {
    find(codec)?.in_containers.as_ref().map(|forms| (forms.complete)(setup, ended))
}

/// Samples in front of the sound, where a configuration's description says how many.
pub fn described_priming(config: &Config) -> Option<u32> {
    let Parsed::Audio(audio) = parse(config.codec()).ok()?.1 else { return None };
    let framing = audio.framing(config, Some(config.description()?)).ok()?;
    Some(framing.priming()).filter(|samples| *samples > 0)
}

/// Reads a codec string.
///
/// # Errors
/// `NotSupported` naming the string and what is supported. An ambiguous string is not supported.
pub fn parse(codec: &str) -> Result<(&'static Registration, Parsed)> {
    let named = |known: &&Registration| known.tags.contains(&tag(codec)) || known.tags.contains(&codec);
    let known = find(codec).filter(named).ok_or_else(|| unknown(codec))?;
    Ok((known, (known.parse)(codec)?))
}

/// What comes before the first dot.
fn tag(codec: &str) -> &str {
    codec.split('.').next().unwrap_or(codec)
}

/// The error for a codec string that none of the registrations reads.
fn unknown(codec: &str) -> Error {
    let forms: Vec<_> = CODECS.iter().map(|codec| codec.forms).collect();
    Error::not_supported(format!("codec \"{codec}\" is not supported, supported are {}", forms.join("; ")))
}
