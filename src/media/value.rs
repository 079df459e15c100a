//! What the text of a configuration key is in Rust.

use super::code_points;
use super::form::Form;

/// How a checked value is read.
pub trait Value {
    /// What it is in Rust.
    type Of<'a>;

    /// The value of a text that was checked when it was set, or is a default.
    fn read<'a>(form: &Form, text: &'a str) -> Self::Of<'a>;
}

/// Text, `None` where it is empty.
pub struct Text;
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
