//! Configurations by name, as hosts have them: the keys that all codecs share, and each codec's own.

use super::CODECS;
use crate::error::{Error, Result};
use crate::media::keys::{AV_OPTION, FFMPEG, GATE, OURS, W3C};
use crate::media::{Config, Dictionary, Form, Key, check_length};

/// W3C's keys: those that all codecs share, and each codec's own.
pub fn w3c() -> impl Iterator<Item = &'static Key> {
    W3C.iter().chain(CODECS.iter().flat_map(|codec| codec.keys)).copied()
}

/// Every key but `ffmpeg.<AVOption>`.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    w3c().chain(GATE.iter().chain(OURS).copied())
}

/// The key of that name.
///
/// # Errors
/// `InvalidArgument` naming it and listing those that exist.
fn key(name: &str) -> Result<&'static Key> {
    check_length("a key", name)?;
    known(name)
        .ok_or_else(|| Error::invalid(format!("unknown key \"{name}\", allowed are {}", listed(|_| true))))
}

fn known(name: &str) -> Option<&'static Key> {
    let option = || name.strip_prefix(FFMPEG).filter(|option| !option.is_empty()).map(|_| AV_OPTION.key());
    keys().find(|key| key.name == name).or_else(option)
}

/// The names of some keys.
fn listed(of: impl Fn(&Key) -> bool) -> String {
    let names: Vec<_> = keys().chain([AV_OPTION.key()]).filter(|key| of(key)).map(|key| key.name).collect();
    names.join(", ")
}

impl Config {
    /// Sets a text key.
    ///
    /// # Errors
    /// `InvalidArgument` naming the key, the value and what is allowed; nothing changes then.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        self.put_text(key(name)?, name, value)
    }

    /// Sets a bytes key. Empty bytes unset it.
    ///
    /// # Errors
    /// `InvalidArgument` if the key is unknown or takes text, `OutOfMemory`; nothing changes then.
    pub fn set_bytes(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        check_bytes_key(name)?;
        self.put_description(bytes)
    }

    /// A key's value: what was set, or its default, or "" where it has none.
    ///
    /// # Errors
    /// `InvalidArgument` if the key is unknown or takes bytes.
    pub fn get(&self, name: &str) -> Result<&str> {
        let key = key(name)?;
        match key.form {
            Form::Bytes => Err(Error::invalid(format!("{name} holds bytes, which are not read as text is"))),
            _ => Ok(self.text(key, name)),
        }
    }

    /// A bytes key's value, `None` if unset.
    ///
    /// # Errors
    /// `InvalidArgument` if the key is unknown or takes text.
    pub fn get_bytes(&self, name: &str) -> Result<Option<&[u8]>> {
        check_bytes_key(name)?;
        Ok(self.description())
    }

    /// Checks that it has keys of one dictionary alone, and what that one ignores.
    ///
    /// # Errors
    /// `InvalidArgument` naming the first other key and what is allowed.
    pub fn check_is(&self, dictionary: Dictionary) -> Result<()> {
        let belongs = |key: &Key| key.of.contains(&dictionary);
        let ignored = |key: &Key| dictionary.ignored().is_some_and(|ignored| key.of.contains(&ignored));
        match self.keys().find(|name| !known(name).is_some_and(|key| belongs(key) || ignored(key))) {
            None => Ok(()),
            Some(name) => {
                let (title, allowed) = (dictionary.title(), listed(belongs));
                Err(Error::invalid(format!("{name} is no key of {title}, allowed are {allowed}")))
            }
        }
    }
}

fn check_bytes_key(name: &str) -> Result<()> {
    match key(name)?.form {
        Form::Bytes => Ok(()),
        _ => Err(Error::invalid(format!("{name} holds text, which is not set and read as bytes are"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Color, keys as shared};

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
        assert!(text("description", "x").contains("bytes, which are not set as text is"));
        assert!(text("ffmpeg.", "x").contains("unknown key"));
        assert!(Config::new(" \t").is_err());
    }

    #[test]
    fn names_are_of_one_key_each() {
        let names: Vec<_> = keys().map(|key| key.name).collect();
        let distinct: std::collections::BTreeSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
        for key in keys().filter(|key| matches!(key.form, Form::Bytes)) {
            assert_eq!(key.name, shared::DESCRIPTION.name, "the only bytes that a configuration holds");
        }
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
    }

    #[test]
    fn values_default_and_canonicalise() {
        let mut config = config();
        assert_eq!(config.codec(), "vp8");
        assert_eq!(config.get("slots"), Ok("16"));
        assert_eq!(config.value(&shared::SLOTS), 16);
        assert_eq!(config.get("bitrate"), Ok(""));
        assert_eq!(config.value(&shared::BITRATE), None);
        config.set("colorSpace.matrix", "6").unwrap();
        assert_eq!(config.get("colorSpace.matrix"), Ok("smpte170m"));
        config.set("colorSpace.primaries", "22").unwrap();
        assert_eq!(config.color(), Color { primaries: Some(22), matrix: Some(6), ..Color::default() });
        config.set("ffmpeg.preset", "slow").unwrap();
        config.set("ffmpeg.encoder", "libvpx").unwrap();
        assert_eq!(config.av_options().collect::<Vec<_>>(), [("preset", "slow")]);
    }

    #[test]
    fn a_key_belongs_to_some_dictionaries() {
        let mut config = config();
        config.set("rotation", "90").unwrap();
        assert_eq!(config.check_is(Dictionary::VideoDecoder), Ok(()));
        let error = config.check_is(Dictionary::VideoEncoder).unwrap_err().text;
        assert!(error.starts_with("rotation is no key of a video encoder, allowed are codec, width, height"));
        assert!(error.contains("avc.format") && error.ends_with("ffmpeg.<AVOption>"), "{error}");
        config.set("ffmpeg.preset", "slow").unwrap();
        assert!(
            config
                .check_is(Dictionary::VideoTrack)
                .unwrap_err()
                .text
                .starts_with("ffmpeg.preset is no key of")
        );
    }
}
