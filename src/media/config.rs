//! A configuration: WebCodecs member names and values, as text, checked when they are set.

use std::collections::BTreeMap;

use super::keys::{self, Form};
use super::{Color, memory};
use crate::error::{Error, Result};

/// A codec's configuration. Equality is W3C's deep equality: the same members with the same values.
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
        keys::check_length("codec", codec)?;
        Ok(Self { codec: codec.to_owned(), texts: BTreeMap::new(), description: None })
    }

    /// The codec string.
    pub fn codec(&self) -> &str {
        &self.codec
    }

    /// Sets a text key.
    ///
    /// # Errors
    /// `InvalidArgument` naming the key, the value and what is allowed; nothing changes then.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let value = keys::find(name)?.canonical(name, value)?;
        if name == "codec" {
            self.codec = Self::new(&value)?.codec;
        } else {
            self.texts.insert(name.to_owned(), value);
        }
        Ok(())
    }

    /// Sets a bytes key. Empty bytes unset it.
    ///
    /// # Errors
    /// `InvalidArgument` if the key is unknown or takes text, `OutOfMemory`; nothing changes then.
    pub fn set_bytes(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        check_bytes_key(name)?;
        let copy = memory::copy(name, bytes, 0)?;
        self.description = (!copy.is_empty()).then_some(copy);
        Ok(())
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

    /// A key's value: what was set, or its default, or "" where it has none.
    ///
    /// # Errors
    /// `InvalidArgument` if the key is unknown or takes bytes.
    pub fn get(&self, name: &str) -> Result<&str> {
        let key = keys::find(name)?;
        match key.form {
            Form::Bytes => {
                Err(Error::invalid(format!("{name} holds bytes, read it with fg_config_get_bytes")))
            }
            _ if name == "codec" => Ok(&self.codec),
            _ => Ok(self.texts.get(name).map_or(key.default, String::as_str)),
        }
    }

    /// A bytes key's value, `None` if unset.
    ///
    /// # Errors
    /// `InvalidArgument` if the key is unknown or takes text, `OutOfMemory`; nothing changes then.
    pub fn get_bytes(&self, name: &str) -> Result<Option<&[u8]>> {
        check_bytes_key(name)?;
        Ok(self.description())
    }

    /// The codec's setup bytes.
    pub fn description(&self) -> Option<&[u8]> {
        self.description.as_deref()
    }

    /// A number key's value or default, `None` where it has neither. For names of [`keys::KEYS`] only.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).ok().and_then(|value| value.parse().ok())
    }

    /// Frames that a codec may hold: the key `maxDelay`.
    pub fn max_delay(&self) -> u32 {
        self.number("maxDelay").unwrap_or(0) // it has a default
    }

    /// True if both are the same, whatever these text keys say.
    pub fn equals_but_for(&self, other: &Self, names: &[&str]) -> bool {
        fn rest<'a>(config: &'a Config, names: &'a [&str]) -> impl Iterator<Item = (&'a String, &'a String)> {
            config.texts.iter().filter(|(name, _)| !names.contains(&name.as_str()))
        }
        let texts = rest(self, names).eq(rest(other, names));
        texts && self.codec == other.codec && self.description == other.description
    }

    /// True if the host set a text key.
    pub fn is_set(&self, name: &str) -> bool {
        self.texts.contains_key(name)
    }

    /// The keys that are set, `codec` first.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let bytes = self.description.is_some().then_some(DESCRIPTION);
        std::iter::once("codec").chain(self.texts.keys().map(String::as_str)).chain(bytes)
    }

    /// True if a Bool key says true.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name) == Ok("true")
    }

    /// True if a key's value or default is `word`.
    pub fn is(&self, name: &str, word: &str) -> bool {
        self.get(name) == Ok(word)
    }

    /// The colour that the `colorSpace` keys spell.
    pub fn color(&self) -> Color {
        let number = |key, names| self.texts.get(key).and_then(|value| keys::code_point_number(names, value));
        Color {
            primaries: number("colorSpace.primaries", keys::PRIMARIES),
            transfer: number("colorSpace.transfer", keys::TRANSFERS),
            matrix: number("colorSpace.matrix", keys::MATRICES),
            full_range: self.texts.get("colorSpace.fullRange").map(|value| value == "true"),
        }
    }

    /// Sets the `colorSpace` keys of what is known of `color`.
    pub fn set_color(&mut self, color: &Color) {
        self.texts.extend(keys::color_entries(color).into_iter().map(|(key, value)| (key.to_owned(), value)));
    }

    /// The `ffmpeg.<AVOption>` keys, by option name, in alphabetical order.
    pub fn av_options(&self) -> impl Iterator<Item = (&str, &str)> {
        let named = self.texts.iter().filter(|(name, _)| !keys::KEYS.iter().any(|key| key.name == **name));
        named.filter_map(|(name, value)| Some((name.strip_prefix(keys::FFMPEG)?, value.as_str())))
    }
}

const DESCRIPTION: &str = "description";

fn check_bytes_key(name: &str) -> Result<()> {
    match keys::find(name)?.form {
        Form::Bytes => Ok(()),
        _ => Err(Error::invalid(format!("{name} holds text, use fg_config_set and fg_config_get"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::new(" vp8\n").unwrap()
    }

    #[test]
    fn errors_name_the_key_the_value_and_what_is_allowed() {
        let text = |name, value| config().set(name, value).unwrap_err().text;
        assert_eq!(text("latencyMode", "fast"), "latencyMode is \"fast\", allowed are quality, realtime");
        assert_eq!(text("slots", "0"), "slots is \"0\", allowed are whole numbers from 1 to 4096");
        assert!(text("bitrate", "-1").contains("bitrate is \"-1\""));
        assert!(text("framerate", "NaN").contains("positive numbers"));
        assert!(text("widht", "1").contains("unknown key \"widht\", allowed are codec, width"));
        assert!(text("description", "x").contains("fg_config_set_bytes"));
        assert!(text("ffmpeg.", "x").contains("unknown key"));
        assert!(Config::new(" \t").is_err());
    }

    #[test]
    fn keys_are_those_that_are_set() {
        let mut config = config();
        assert_eq!(config.keys().collect::<Vec<_>>(), ["codec"]);
        config.set("slots", "16").unwrap();
        config.set("ffmpeg.preset", "slow").unwrap();
        config.set_bytes("description", b"setup").unwrap();
        assert_eq!(config.keys().collect::<Vec<_>>(), ["codec", "ffmpeg.preset", "slots", "description"]);
        config.set_bytes("description", b"").unwrap();
        assert!(!config.keys().any(|key| key == "description"));
        for key in keys::KEYS.iter().filter(|key| matches!(key.form, Form::Bytes)) {
            assert_eq!(key.name, DESCRIPTION);
        }
    }

    #[test]
    fn values_default_and_canonicalise() {
        let mut config = config();
        assert_eq!(config.codec(), "vp8");
        assert_eq!(config.get("slots"), Ok("16"));
        assert_eq!(config.get("bitrate"), Ok(""));
        config.set("colorSpace.matrix", "6").unwrap();
        assert_eq!(config.get("colorSpace.matrix"), Ok("smpte170m"));
        config.set("colorSpace.primaries", "22").unwrap();
        assert_eq!(config.color(), Color { primaries: Some(22), matrix: Some(6), ..Color::default() });
        config.set("ffmpeg.preset", "slow").unwrap();
        config.set("ffmpeg.encoder", "libvpx").unwrap();
        assert_eq!(config.av_options().collect::<Vec<_>>(), [("preset", "slow")]);
    }
}
