//! What may be said of a file that is written: its keys.

use crate::error::{Error, Result};
use crate::media::Dictionary;
use crate::media::typed::keys;
use crate::media::value::Text;

const FILE: &[Dictionary] = &[Dictionary::File];

keys! {
    /// All of them.
    pub static KEYS;
    START_AT_ZERO: bool = flag(), "startAtZero", FILE, "The earliest timestamp becomes 0, and the others move with it.";
    TITLE: Text = any(), "title", FILE, "The file's title.";
}

/// The values, checked.
#[derive(Debug, Default)]
pub(super) struct MuxOptions {
    /// The earliest timestamp becomes 0, the others move with it.
    pub(super) start_at_zero: bool,
    /// The file's title; "" for none.
    pub(super) title: String,
}

impl MuxOptions {
    /// Sets a key.
    ///
    /// # Errors
    /// `InvalidArgument` naming an unknown key, or the key and its value, and what is allowed; nothing changes then.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let Some(key) = KEYS.iter().find(|key| key.name == name) else {
            let allowed: Vec<_> = KEYS.iter().map(|key| key.name).collect();
            let (name, allowed): (String, _) = (name.chars().take(40).collect(), allowed.join(", "));
            return Err(Error::invalid(format!("unknown key \"{name}\", allowed are {allowed}")));
        };
        let value = key.form.canonical(name, value)?;
        match name {
            _ if name == START_AT_ZERO.name => self.start_at_zero = value == "true",
            _ => self.title = value,
        }
        Ok(())
    }
}
