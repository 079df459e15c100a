//! Which forms a key of each type may have, and the rows in which keys are written.

use super::form::Form;
use super::key::Typed;
use super::value::{CodePoint, Raw, Text, Unsigned, Words};

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

        impl $crate::media::value::Words for $name {
            const NAME: &'static str = stringify!($name);
            const WORDS: &'static [&'static str] = &[$($word),*];
        }

        impl $crate::media::value::Value for $name {
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
