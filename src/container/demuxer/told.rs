//! What the file says beside its chunks.

use super::Demuxer;
use crate::av::{Cover, Extent};
use crate::container::check_track;
use crate::error::{Error, Result};

impl Demuxer {
    /// The times of the whole file.
    pub fn extent(&self) -> Extent {
        self.input.extent()
    }

    /// True if [`seek`](Self::seek) works, as far as is known without trying.
    pub fn can_seek(&self) -> bool {
        self.input.check_seek().is_ok()
    }

    /// What the file says of itself, as keys and values; the keys are those of [`get`](Self::get).
    pub fn entries(&self) -> &[(String, String)] {
        self.about.entries()
    }

    /// How many chapters there are.
    pub fn chapter_count(&self) -> u32 {
        self.about.chapter_count()
    }

    /// How many pictures belong to the file and are no tracks.
    pub fn cover_count(&self) -> u32 {
        self.about.cover_count()
    }

    /// One of them.
    ///
    /// # Errors
    /// `InvalidArgument` if there is no such picture.
    pub fn cover(&self, number: u32) -> Result<Cover<'_>> {
        let count = self.cover_count();
        let found = self.input.covers().nth(number as usize);
        found.ok_or_else(|| Error::invalid(format!("cover is {number}, there are {count}, counted from 0")))
    }

    /// What the file says of itself, by key; "" where it says nothing.
    ///
    /// # Errors
    /// `InvalidArgument` naming an unknown key and what is allowed.
    pub fn get(&self, key: &str) -> Result<String> {
        self.about.get(key).map(str::to_owned)
    }

    /// The times of a track, and how many chunks it has by the file's word.
    ///
    /// # Errors
    /// `InvalidArgument` if there is no such track.
    pub fn track_extent(&self, track: u32) -> Result<Extent> {
        self.stream(track).map(|stream| self.input.stream_extent(stream))
    }

    /// What a track is for, a bit each: see [`InputFile::disposition`](crate::av::InputFile::disposition).
    ///
    /// # Errors
    /// `InvalidArgument` if there is no such track.
    pub fn disposition(&self, track: u32) -> Result<u32> {
        self.stream(track).map(|stream| self.input.disposition(stream))
    }

    /// A track's number among all streams of the file.
    ///
    /// # Errors
    /// `InvalidArgument` if there is no such track.
    pub fn stream(&self, track: u32) -> Result<usize> {
        check_track(track, self.tracks.len()).map(|index| self.tracks[index].stream)
    }
}
