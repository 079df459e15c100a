//! The configuration keys as dictionaries in other languages: members, and members of members.

use std::collections::BTreeMap;

use framegate::media::{Dictionary, Key};

/// What a dictionary has under one name.
pub enum Entry {
    Key(&'static Key),
    /// The members of a member, by their own names.
    Group(BTreeMap<&'static str, &'static Key>),
}

/// The dictionary of some keys, by name. FFmpeg's own options are left out: they are not members.
pub fn dictionary(keys: impl Iterator<Item = &'static Key>, of: Dictionary) -> BTreeMap<&'static str, Entry> {
    let mut entries = BTreeMap::new();
    for key in keys.filter(|key| key.of.contains(&of) && !key.name.starts_with("ffmpeg.")) {
        match key.name.split_once('.') {
            None => drop(entries.insert(key.name, Entry::Key(key))),
            Some((group, name)) => {
                let group = entries.entry(group).or_insert_with(|| Entry::Group(BTreeMap::new()));
                if let Entry::Group(members) = group {
                    members.insert(name, key);
                }
            }
        }
    }
    entries
}

/// What a key means, for whoever writes a configuration.
pub fn comment(key: &Key) -> String {
    match key.default {
        "" => key.meaning.to_owned(),
        default => format!("{} Default {default}.", key.meaning),
    }
}
