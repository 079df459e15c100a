//! What a file says of itself: title, tags, chapters, covers.

use crate::av::InputFile;
use crate::error::{Error, Result};

/// What is told by key, for errors.
const ALLOWED: &str = "title, format, tags.<name>, tracks.<n>.tags.<name>, chapters.<n>.start, chapters.<n>.end, \
    chapters.<n>.title and covers.<n>";

/// What is told of each chapter.
const OF_CHAPTER: [&str; 3] = ["start", "end", "title"];

/// Keys and values, and the pictures.
pub(super) struct About {
    entries: Vec<(String, String)>,
    covers: usize,
    tracks: usize,
    chapters: usize,
}

impl About {
    /// Of a file whose tracks are these streams.
    pub(super) fn of(input: &InputFile, streams: &[usize]) -> Self {
        let mut entries = vec![("format".to_owned(), input.format_name())];
        for (name, value) in input.tags() {
            if name.eq_ignore_ascii_case("title") {
                entries.push(("title".to_owned(), value.clone()));
            }
            entries.push((format!("tags.{name}"), value));
        }
        for (track, stream) in streams.iter().enumerate() {
            let tags = input.stream_tags(*stream).into_iter();
            entries.extend(tags.map(|(name, value)| (format!("tracks.{track}.tags.{name}"), value)));
        }
        let chapters = input.chapters();
        for (number, chapter) in chapters.iter().enumerate() {
            let time = |us: Option<i64>| us.map(|us| us.to_string());
            let told = [time(chapter.start_us), time(chapter.end_us), chapter.title.clone()];
            let told = OF_CHAPTER.iter().zip(told).filter_map(|(name, value)| Some((name, value?)));
            entries.extend(told.map(|(name, value)| (format!("chapters.{number}.{name}"), value)));
        }
        let types: Vec<_> = input.covers().map(|cover| cover.mime).collect();
        let numbered = types.iter().enumerate();
        entries.extend(numbered.map(|(number, mime)| (format!("covers.{number}"), (*mime).to_owned())));
        Self { entries, covers: types.len(), tracks: streams.len(), chapters: chapters.len() }
    }

    pub(super) fn entries(&self) -> &[(String, String)] {
        &self.entries
    }

    pub(super) fn chapter_count(&self) -> u32 {
        self.chapters as u32
    }

    pub(super) fn cover_count(&self) -> u32 {
        self.covers as u32
    }

    /// The value of a key; "" where the file says nothing. The case of tags' names does not matter.
    ///
    /// # Errors
    /// `InvalidArgument` naming an unknown key and what is allowed.
    pub(super) fn get(&self, key: &str) -> Result<&str> {
        let found = self.entries.iter().find(|(name, _)| match name.contains("tags.") {
            true => name.eq_ignore_ascii_case(key),
            false => name == key,
        });
        match found {
            Some((_, value)) => Ok(value),
            None if self.knows(key) => Ok(""),
            None => {
                let key: String = key.chars().take(40).collect();
                Err(Error::invalid(format!("unknown key \"{key}\", allowed are {ALLOWED}{}", self.counts())))
            }
        }
    }

    /// Whether there could be such a key in this file.
    fn knows(&self, key: &str) -> bool {
        let below = |number: &str, count| number.parse::<usize>().is_ok_and(|number| number < count);
        match *key.splitn(4, '.').collect::<Vec<_>>() {
            ["title" | "format"] => true,
            ["tags", _, ..] => true,
            ["tracks", track, "tags", _] => below(track, self.tracks),
            ["chapters", chapter, name] => below(chapter, self.chapters) && OF_CHAPTER.contains(&name),
            _ => false,
        }
    }

    fn counts(&self) -> String {
        let (tracks, chapters, covers) = (self.tracks, self.chapters, self.covers);
        format!("; there are {tracks} tracks, {chapters} chapters, {covers} covers, counted from 0")
    }
}
