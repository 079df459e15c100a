//! A configuration key: its name, what it takes, where it belongs, and what its value is in Rust.

use std::marker::PhantomData;
use std::ops::Deref;

use super::form::Form;
use super::value::Value;

/// Where keys belong: W3C's dictionaries, what containers say of a track, and what is set of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dictionary {
    /// W3C `VideoEncoderConfig`, and ours.
    VideoEncoder,
    /// W3C `VideoDecoderConfig`, and ours.
    VideoDecoder,
    /// W3C `AudioEncoderConfig`, and ours.
    AudioEncoder,
    /// W3C `AudioDecoderConfig`, and ours.
    AudioDecoder,
    /// A container's track of pictures.
    VideoTrack,
    /// A container's track of sound.
    AudioTrack,
    /// A file that is written.
    File,
}

impl Dictionary {
    /// Every one.
    pub const ALL: [Self; 7] = [
        Self::VideoEncoder,
        Self::VideoDecoder,
        Self::AudioEncoder,
        Self::AudioDecoder,
        Self::VideoTrack,
        Self::AudioTrack,
        Self::File,
    ];

    /// Those of codecs and tracks: all but the last.
    pub const CODECS: &'static [Self] = Self::ALL.split_at(Self::ALL.len() - 1).0;

    /// In words, for errors and documentation.
    pub fn title(self) -> &'static str {
        match self {
            Self::VideoEncoder => "a video encoder",
            Self::VideoDecoder => "a video decoder",
            Self::AudioEncoder => "an audio encoder",
            Self::AudioDecoder => "an audio decoder",
            Self::VideoTrack => "a video track",
            Self::AudioTrack => "an audio track",
            Self::File => "a file",
        }
    }

    /// That of what configurations for this one may say beside it, without effect: a demuxer's are given to decoders as they are.
    pub fn ignored(self) -> Option<Self> {
        match self {
            Self::VideoDecoder => Some(Self::VideoTrack),
            Self::AudioDecoder => Some(Self::AudioTrack),
            _ => None,
        }
    }
}

/// A key, whatever the type of its value.
pub struct Key {
    /// W3C's spelling, members of members with a dot.
    pub name: &'static str,
    /// What it takes.
    pub form: Form,
    /// Its value when unset; "" where it has none.
    pub default: &'static str,
    /// The dictionaries that have it.
    pub of: &'static [Dictionary],
    /// What it means, for the reference.
    pub meaning: &'static str,
}

/// A key whose value is a `T` in Rust.
pub struct Typed<T> {
    key: Key,
    value: PhantomData<fn() -> T>,
}

impl<T> Typed<T> {
    /// Of the form and the default that one of the constructors below gives.
    pub const fn new(
        name: &'static str,
        (form, default): (Form, &'static str),
        of: &'static [Dictionary],
        meaning: &'static str,
    ) -> Self {
        Self { key: Key { name, form, default, of, meaning }, value: PhantomData }
    }

    /// The key without its type.
    pub const fn key(&self) -> &Key {
        &self.key
    }
}

impl<T: Value> Typed<T> {
    /// Its value when unset.
    pub fn preset(&'static self) -> T::Of<'static> {
        T::read(&self.form, self.default)
    }
}

impl<T> Deref for Typed<T> {
    type Target = Key;

    fn deref(&self) -> &Key {
        &self.key
    }
}

/// The key of a length in pixels.
pub type SideKey = &'static Typed<Option<u32>>;
