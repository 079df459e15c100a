//! Chunks from a file.

use super::check_track;
use crate::av::{Input, Received};
use crate::error::{Error, Result};
use crate::media::{ChunkInfo, ChunkRef, Config, Limits};

/// Reads the audio and video tracks of a file, in file order. One thread at a time.
///
/// Source: W3C WebCodecs leaves containers to others; the configurations are its VideoDecoderConfig and
/// AudioDecoderConfig.
pub struct Demuxer {
    input: Input,
    tracks: Vec<Track>,
}

/// A numbered stream.
struct Track {
    stream: usize,
    config: Config,
    next_id: u64,
    /// Where the last chunk ended: the time of a chunk whose file knows none.
    end_us: i64,
}

impl Demuxer {
    /// Opens a file within the default limits; see [`open_limits`](Self::open_limits).
    ///
    /// # Errors
    /// As [`open_limits`](Self::open_limits).
    pub fn open(path: &str) -> Result<Self> {
        Self::open_limits(path, Limits::default())
    }

    /// Opens a file. Only this file is ever opened: a path is never taken for a URL or a pattern, playlists and lists of
    /// files are not read, and what a file refers to is left alone (a track that lies in another file has no chunks).
    ///
    /// # Errors
    /// `Io` if it cannot be read (missing, a directory, no permission), `Data` if it is damaged or of no known format,
    /// `NotSupported` if it is of a format that is not read, or beyond `limits`.
    pub fn open_limits(path: &str, limits: Limits) -> Result<Self> {
        let mut input = Input::open(path, limits)?;
        let mut tracks = Vec::new();
        for stream in 0..input.stream_count() {
            match input.config(stream)? {
                Some(config) => tracks.push(Track { stream, config, next_id: 0, end_us: 0 }),
                None => input.discard(stream),
            }
        }
        Ok(Self { input, tracks })
    }

    /// How many audio and video tracks there are. Others (subtitles, time codes, covers) are left out.
    pub fn track_count(&self) -> u32 {
        self.tracks.len() as u32
    }

    /// The decoder configuration of a track, counted from 0.
    ///
    /// # Errors
    /// `InvalidArgument` if there is no such track.
    pub fn track(&self, track: u32) -> Result<&Config> {
        check_track(track, self.tracks.len()).map(|index| &self.tracks[index].config)
    }

    /// Reads the next chunk and its track, in file order; `None` at the end. The bytes are valid until the next
    /// read. A chunk's id is its number in its track, from 0.
    ///
    /// A chunk without a presentation time gets its decode time, or the end of the chunk before.
    ///
    /// # Errors
    /// `Data` if the chunk or the file is damaged: the file may end inside of the chunk. Another read tries what
    /// follows, if anything can be found there. `Io` if reading fails.
    pub fn read(&mut self) -> Result<Option<(u32, ChunkRef<'_>)>> {
        while let Some(received) = self.input.read()? {
            let numbered = |track: &Track| track.stream == received.stream;
            if let Some(index) = self.tracks.iter().position(numbered) {
                let info = self.tracks[index].next_info(&received);
                if received.damaged {
                    return Err(Error::data(format!("track {index}: chunk {} is damaged", info.id)));
                }
                return Ok(Some((index as u32, ChunkRef { info, data: self.input.data() })));
            }
        }
        Ok(None)
    }
}

impl Track {
    fn next_info(&mut self, received: &Received) -> ChunkInfo {
        let timestamp_us = received.pts_us.or(received.dts_us).unwrap_or(self.end_us);
        let id = self.next_id;
        self.next_id += 1;
        self.end_us = timestamp_us.saturating_add(received.duration_us.unwrap_or(0));
        ChunkInfo {
            discard: false,
            key: received.key,
            timestamp_us,
            duration_us: received.duration_us,
            dts_us: received.dts_us,
            id,
        }
    }
}
