//! What may be said of a file that is written: the keys of `fg_muxer_set`.

use crate::error::{Error, Result};
use crate::media::keys::{Form, Key};

static START_AT_ZERO: Key = Key { name: "startAtZero", form: Form::Bool, default: "false" };
static TITLE: Key = Key { name: "title", form: Form::Text, default: "" };

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
        match name {
            _ if name == START_AT_ZERO.name => {
                self.start_at_zero = START_AT_ZERO.canonical(name, value)? == "true";
            }
            _ if name == TITLE.name => self.title = TITLE.canonical(name, value)?,
            _ => {
                let allowed = [START_AT_ZERO.name, TITLE.name].join(", ");
                let name: String = name.chars().take(40).collect();
                return Err(Error::invalid(format!("unknown key \"{name}\", allowed are {allowed}")));
            }
        }
        Ok(())
    }
}
