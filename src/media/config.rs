//! A configuration: WebCodecs member names and values, as text, checked when they are set.

use std::collections::BTreeMap;

use super::key::{Key, Typed};
use super::value::Value;
use super::{Color, check_length, keys, memory};
use crate::error::{Error, Result};

/// A codec's configuration. Equality is W3C's deep equality: the same members with the same values.
///
/// Here are its values by the keys that Rust knows; by the names that hosts know they are in the registry, which knows the
/// codecs' own keys, too.
#[derive(Debug, PartialEq, Eq)]
pub struct Config {
    codec: String,
    texts: BTreeMap<String, String>,
    description: Option<Vec<u8>>,
}

impl Config {
    /// A configuration for a codec string; ASCII white space around it does not count.
    ///
    /// # Errors
    /// `InvalidArgument` if it is blank.
    pub fn new(codec: &str) -> Result<Self> {
        let codec = codec.trim_matches(|c: char| c.is_ascii_whitespace());
        if codec.is_empty() {
            return Err(Error::invalid("codec is blank, a codec string is needed"));
        }
        check_length("codec", codec)?;
        Ok(Self { codec: codec.to_owned(), texts: BTreeMap::new(), description: None })
    }

    /// A copy.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn try_clone(&self) -> Result<Self> {
        let description = match &self.description {
            Some(bytes) => Some(memory::copy("description", bytes, 0)?),
            None => None,
        };
        Ok(Self { codec: self.codec.clone(), texts: self.texts.clone(), description })
    }

    /// The codec string.
    pub fn codec(&self) -> &str {
        &self.codec
    }

    /// The codec's setup bytes.
    pub fn description(&self) -> Option<&[u8]> {
        self.description.as_deref()
    }

    /// A key's value: what was set, or its default.
    pub fn value<T: Value>(&self, key: &'static Typed<T>) -> T::Of<'_> {
        T::read(&key.form, self.text(key, key.name))
    }

    /// Sets a key.
    ///
    /// # Errors
    /// `InvalidArgument` naming the key, the value and what is allowed; nothing changes then.
    pub fn put<T>(&mut self, key: &'static Typed<T>, value: impl ToString) -> Result<()> {
        self.put_text(key, key.name, &value.to_string())
    }

    /// Sets a key of this name, which is not the key's own where it stands for many.
    ///
    /// # Errors
    /// As for [`Config::put`].
    pub fn put_text(&mut self, key: &Key, name: &str, value: &str) -> Result<()> {
        let value = key.form.canonical(name, value)?;
        if name == keys::CODEC.name {
            self.codec = Self::new(&value)?.codec;
        } else {
            self.texts.insert(name.to_owned(), value);
        }
        Ok(())
    }

    /// Sets the codec's setup bytes. Empty bytes unset them.
    ///
    /// # Errors
    /// `OutOfMemory`; nothing changes then.
    pub fn put_description(&mut self, bytes: &[u8]) -> Result<()> {
        let copy = memory::copy(keys::DESCRIPTION.name, bytes, 0)?;
        self.description = (!copy.is_empty()).then_some(copy);
        Ok(())
    }

    /// The text of a key of this name: what was set, or its default, or "" where it has none.
    pub fn text<'a>(&'a self, key: &'a Key, name: &str) -> &'a str {
        match name == keys::CODEC.name {
            true => &self.codec,
            false => self.texts.get(name).map_or(key.default, String::as_str),
        }
    }

    /// True if the host set a text key of this name.
    pub fn is_set(&self, name: &str) -> bool {
        self.texts.contains_key(name)
    }

    /// The names of the keys that are set, `codec` first.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let bytes = self.description.is_some().then_some(keys::DESCRIPTION.name);
        std::iter::once(keys::CODEC.name).chain(self.texts.keys().map(String::as_str)).chain(bytes)
    }

    /// True if both are the same, whatever these keys say.
    pub fn equals_but_for(&self, other: &Self, ignored: &[&Key]) -> bool {
        fn rest<'a>(
            config: &'a Config,
            ignored: &'a [&Key],
        ) -> impl Iterator<Item = (&'a String, &'a String)> {
            config.texts.iter().filter(|(name, _)| !ignored.iter().any(|key| key.name == *name))
        }
        let texts = rest(self, ignored).eq(rest(other, ignored));
        texts && self.codec == other.codec && self.description == other.description
    }

    /// The colour that the `colorSpace` keys spell.
    pub fn color(&self) -> Color {
        Color {
            primaries: self.value(&keys::COLOR_PRIMARIES),
            transfer: self.value(&keys::COLOR_TRANSFER),
            matrix: self.value(&keys::COLOR_MATRIX),
            full_range: self.value(&keys::COLOR_FULL_RANGE),
        }
    }

    /// Sets the `colorSpace` keys of what is known of `color`.
    pub fn put_color(&mut self, color: &Color) {
        self.texts.extend(keys::color_entries(color).map(|(name, value)| (name.to_owned(), value)));
    }

    /// The `ffmpeg.<AVOption>` keys, to keep.
    pub fn own_av_options(&self) -> Vec<(String, String)> {
        self.av_options().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The `ffmpeg.<AVOption>` keys, by option name, in alphabetical order.
    pub fn av_options(&self) -> impl Iterator<Item = (&str, &str)> {
        let ours = [keys::FFMPEG_ENCODER.name, keys::FFMPEG_DECODER.name];
        let others = self.texts.iter().filter(move |(name, _)| !ours.contains(&name.as_str()));
        others.filter_map(|(name, value)| Some((name.strip_prefix(keys::FFMPEG)?, value.as_str())))
    }
}
