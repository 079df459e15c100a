//! A configuration key: its name, what it takes, where it belongs, and what its value is in Rust.

use std::marker::PhantomData;
use std::ops::Deref;

use super::code_points;
use super::form::Form;

/// Where keys belong: W3C's dictionaries, what containers say of a track, and what is set of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dictionary {
    /// W3C `VideoEncoderConfig`, and ours.
    VideoEncoder,
    /// W3C `VideoDecoderConfig`, and ours.
    VideoDecoder,
    /// A container's track of pictures.
    VideoTrack,
    /// A container's track of sound.
    AudioTrack,
    /// A file that is written: `fg_muxer_set`.
    File,
}

impl Dictionary {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::VideoEncoder, Self::VideoDecoder, Self::VideoTrack, Self::AudioTrack, Self::File];

    /// In words, for errors and documentation.
    pub fn title(self) -> &'static str {
        match self {
            Self::VideoEncoder => "a video encoder",
            Self::VideoDecoder => "a video decoder",
            Self::VideoTrack => "a video track",
            Self::AudioTrack => "an audio track",
            Self::File => "a file",
        }
    }

    /// That of what configurations for this one may say beside it, without effect: a demuxer's are given to decoders as they are.
    pub fn ignored(self) -> Option<Self> {
        (self == Self::VideoDecoder).then_some(Self::VideoTrack)
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

/// How a checked value is read.
pub trait Value {
    /// What it is in Rust.
    type Of<'a>;

    /// The value of a text that was checked when it was set, or is a default.
    fn read<'a>(form: &Form, text: &'a str) -> Self::Of<'a>;
}

/// Text, `None` where it is empty.
pub struct Text;
/// A language, `None` where it is not known.
pub struct Language;
/// An H.273 number, `None` where it is not known.
pub struct CodePoint;
/// Bytes, which `Config::description` gives.
pub struct Raw;

macro_rules! parsed {
    ($($number:ty),*) => { $(
        impl Value for $number {
            type Of<'a> = Self;

            fn read(_: &Form, text: &str) -> Self {
                text.parse().unwrap_or_default() // no other text comes here
            }
        }

        impl Value for Option<$number> {
            type Of<'a> = Self;

            fn read(_: &Form, text: &str) -> Self {
                text.parse().ok()
            }
        }
    )* };
}

parsed!(u16, u32, u64, f64, bool);

impl Value for Text {
    type Of<'a> = Option<&'a str>;

    fn read<'a>(_: &Form, text: &'a str) -> Option<&'a str> {
        (!text.is_empty()).then_some(text)
    }
}

impl Value for Language {
    type Of<'a> = Option<&'a str>;

    fn read<'a>(form: &Form, text: &'a str) -> Option<&'a str> {
        Text::read(form, text)
    }
}

impl Value for CodePoint {
    type Of<'a> = Option<u8>;

    fn read(form: &Form, text: &str) -> Option<u8> {
        match form {
            Form::CodePoint(names) => code_points::number(names, text),
            _ => None,
        }
    }
}

/// The words that a key takes, each a variant.
pub trait Words: Copy + 'static {
    /// What W3C calls the enumeration.
    const NAME: &'static str;
    /// In the order of the variants.
    const WORDS: &'static [&'static str];
}

/// Unsigned numbers that hold everything up to here.
pub trait Unsigned {
    /// The largest.
    const MOST: u64;
}

impl Unsigned for u32 {
    const MOST: u64 = u32::MAX as u64;
}

impl Unsigned for u64 {
    /// More is not a number to FFmpeg, whose 64 bits are signed.
    const MOST: u64 = i64::MAX as u64;
}

impl<T: Unsigned> Typed<T> {
    /// A whole number from `low` to `high`.
    pub const fn whole(low: u64, high: u64, default: &'static str) -> (Form, &'static str) {
        assert!(low <= high && high <= T::MOST);
        match u64::from_str_radix(default, 10) {
            Ok(number) => assert!(low <= number && number <= high),
            Err(_) => panic!("a default that is no whole number"),
        }
        (Form::Integer(low, high), default)
    }
}

impl<T: Unsigned> Typed<Option<T>> {
    /// A whole number from `low` to `high`, or nothing.
    pub const fn within(low: u64, high: u64) -> (Form, &'static str) {
        assert!(low <= high && high <= T::MOST);
        (Form::Integer(low, high), "")
    }

    /// A whole number above 0, or nothing.
    pub const fn some() -> (Form, &'static str) {
        Self::within(1, T::MOST)
    }
}

impl Typed<Option<f64>> {
    /// A number above 0, or nothing.
    pub const fn positive() -> (Form, &'static str) {
        (Form::Positive, "")
    }
}

impl Typed<u16> {
    /// One of these numbers, the first of which is the default.
    pub const fn one_of(numbers: &'static [&'static str]) -> (Form, &'static str) {
        (Form::OneOf { of: "", words: numbers }, numbers[0])
    }
}

impl Typed<bool> {
    /// False unless set.
    pub const fn flag() -> (Form, &'static str) {
        (Form::Bool, "false")
    }
}

impl Typed<Option<bool>> {
    /// Unknown unless set.
    pub const fn known() -> (Form, &'static str) {
        (Form::Bool, "")
    }
}

impl<W: Words> Typed<W> {
    /// One of the words, the first of which is the default.
    pub const fn word() -> (Form, &'static str) {
        (Form::OneOf { of: W::NAME, words: W::WORDS }, W::WORDS[0])
    }
}

impl Typed<Text> {
    /// Any text.
    pub const fn any() -> (Form, &'static str) {
        (Form::Text, "")
    }
}

impl Typed<Language> {
    /// A language.
    pub const fn spoken() -> (Form, &'static str) {
        (Form::Language, "")
    }
}

impl Typed<CodePoint> {
    /// One of these names, or a number.
    pub const fn named(names: &'static [(&'static str, u8)]) -> (Form, &'static str) {
        (Form::CodePoint(names), "")
    }
}

impl Typed<Raw> {
    /// Bytes.
    pub const fn raw() -> (Form, &'static str) {
        (Form::Bytes, "")
    }
}

/// An enumeration of W3C's: a variant a word, and its key's value; the first is the default.
macro_rules! words {
    ($(#[$meta:meta])* $visibility:vis enum $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visibility enum $name { $($(#[$doc])* $variant,)* }

        impl $crate::media::key::Words for $name {
            const NAME: &'static str = stringify!($name);
            const WORDS: &'static [&'static str] = &[$($word),*];
        }

        impl $crate::media::key::Value for $name {
            type Of<'a> = Self;

            fn read(_: &$crate::media::Form, text: &str) -> Self {
                let all = [$(Self::$variant),*];
                let named = [$($word),*].iter().position(|word| *word == text);
                all[named.unwrap_or(0)] // no other text comes here
            }
        }
    };
}

/// Keys, a row each, and the list of them: name in Rust, type of the value, form, name, dictionaries, meaning.
macro_rules! keys {
    (
        $(#[$meta:meta])* $visibility:vis static $list:ident;
        $($name:ident: $value:ty = $form:ident($($argument:expr),*), $text:literal, $of:expr, $meaning:literal;)*
    ) => {
        $(
            #[doc = concat!("`", $text, "`: ", $meaning)]
            $visibility static $name: $crate::media::Typed<$value> = $crate::media::Typed::<$value>::new(
                $text,
                $crate::media::Typed::<$value>::$form($($argument),*),
                $of,
                $meaning,
            );
        )*
        $(#[$meta])*
        $visibility static $list: &[&$crate::media::Key] = &[$($name.key()),*];
    };
}

pub(crate) use {keys, words};
