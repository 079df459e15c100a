//! What may be said of a file that is written: its keys.

use super::target::Target;
use crate::error::{Error, Result};
use crate::media::typed::keys;
use crate::media::value::Text;
use crate::media::{Dictionary, Key};

const FILE: &[Dictionary] = &[Dictionary::File];

keys! {
    /// All of them.
    pub static KEYS;
    START_AT_ZERO: bool = flag(), "startAtZero", FILE, "The earliest timestamp becomes 0, and the others move with it.";
    TITLE: Text = any(), "title", FILE, "The file's title.";
    FAST_START: bool = flag(), "faststart", FILE, "The index of MP4 or MOV comes first, so that players need not look for it at the end.";
    FRAGMENT_DURATION: Option<u32> = within(1, i32::MAX as u64), "fragmentDuration", FILE, "MP4 or MOV in fragments of so many microseconds at the most; each key picture begins one. They are written as soon as they are complete, without going back.";
}

/// Those of which only movies know.
const MOVIE: &[&Key] = &[FAST_START.key(), FRAGMENT_DURATION.key()];

/// The values, checked.
#[derive(Debug, Default)]
pub(super) struct MuxOptions {
    /// The earliest timestamp becomes 0, the others move with it.
    pub(super) start_at_zero: bool,
    /// The file's title; "" for none.
    pub(super) title: String,
    fast_start: bool,
    /// Microseconds, as they were set; `None`: no fragments.
    fragment_duration: Option<String>,
}

impl MuxOptions {
    /// Sets a key.
    ///
    /// # Errors
    /// `InvalidArgument` naming an unknown key, or the key and its value, and what is allowed; nothing changes then.
    pub(super) fn set(&mut self, target: &Target, name: &str, value: &str) -> Result<()> {
        let has = |key: &Key| target.row.movie || !MOVIE.iter().any(|movie| movie.name == key.name);
        let key = KEYS.iter().find(|key| key.name == name);
        let Some(key) = key.filter(|key| has(key)) else {
            let allowed: Vec<_> = KEYS.iter().filter(|key| has(key)).map(|key| key.name).collect();
            let (name, allowed): (String, _) = (name.chars().take(40).collect(), allowed.join(", "));
            return Err(Error::invalid(match key {
                Some(_) => {
                    format!("{name} is no key of the {} container, allowed are {allowed}", target.name)
                }
                None => format!("unknown key \"{name}\", allowed are {allowed}"),
            }));
        };
        let value = key.form.canonical(name, value)?;
        match name {
            _ if name == START_AT_ZERO.name => self.start_at_zero = value == "true",
            _ if name == FAST_START.name => self.fast_start = value == "true",
            _ if name == FRAGMENT_DURATION.name => self.fragment_duration = Some(value),
            _ => self.title = value,
        }
        Ok(())
    }

    /// The file is written in fragments.
    pub(super) fn in_fragments(&self) -> bool {
        self.fragment_duration.is_some()
    }

    /// FFmpeg's options, for a container and for what it is written to.
    ///
    /// # Errors
    /// `NotSupported` if that must be able to do more.
    pub(super) fn of_av(
        &self,
        Target { row, name }: &Target,
        (can_seek, can_read_back): (bool, bool),
    ) -> Result<Vec<(&'static str, String)>> {
        if row.movie && !can_seek && !self.in_fragments() {
            return Err(Error::not_supported(format!(
                "the {name} container goes back to what it wrote: without seek it needs {}, set before add_track",
                FRAGMENT_DURATION.name
            )));
        }
        let is_live = !can_seek || self.in_fragments();
        let live = if can_seek { &[] } else { row.live };
        let mut options: Vec<_> =
            row.options.iter().chain(live).map(|(name, value)| (*name, (*value).to_owned())).collect();
        // A packet at a time, or whole buffers: FFmpeg's own choice is for its own files.
        options.push(("flush_packets", u32::from(is_live).to_string()));
        match &self.fragment_duration {
            Some(duration) => {
                options.push(("frag_duration", duration.clone()));
                // The header waits for the first fragment: then its edit lists are known.
                options.push(("movflags", "frag_keyframe+delay_moov+default_base_moof".to_owned()));
            }
            None if self.fast_start && !can_read_back => {
                let name = FAST_START.name;
                let text = format!(
                    "{name} is \"true\": what is written must be read again, which needs read and seek"
                );
                return Err(Error::not_supported(text));
            }
            None if self.fast_start => options.push(("movflags", "faststart".to_owned())),
            None => (),
        }
        Ok(options)
    }
}
