//! Chunks into a file.

use super::check_track;
use crate::av::{Output, Times, check_us};
use crate::error::{Error, Kind, Result};
use crate::media::{ChunkInfo, ChunkRef, Config};

/// Writes audio and video tracks to a file. One thread at a time.
///
/// Dropping it without [`finish`](Self::finish) closes the file as it is; an MP4 file is not readable then.
pub struct Muxer {
    output: Output,
    state: State,
    tracks: Vec<Track>,
}

/// What may be called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Tracks may be added.
    Setup,
    /// The header is written.
    Writing,
    /// Nothing more: finished, or the header could not be written.
    Closed,
}

/// What a track's next chunk depends on.
#[derive(Default)]
struct Track {
    last_dts_us: Option<i64>,
}

impl Muxer {
    /// Creates or empties a file; its extension says the container (".mp4", ".mov").
    ///
    /// # Errors
    /// `NotSupported` if no container has the extension; `Io` if the file cannot be written.
    pub fn create(path: &str) -> Result<Self> {
        Ok(Self { output: Output::create(path)?, state: State::Setup, tracks: Vec::new() })
    }

    /// Adds a track for a decoder configuration, of an encoder or a demuxer, and gives its number, from 0.
    ///
    /// Video needs `codedWidth` and `codedHeight`, audio `sampleRate` and `numberOfChannels`; H.264 in MP4 and
    /// MOV needs its `description`, which encoders give with `avc.format` "avc".
    ///
    /// # Errors
    /// `InvalidState` after the first write; `InvalidArgument` if a key is missing or wrong; `NotSupported` if
    /// the container cannot hold the codec. A failure adds nothing.
    pub fn add_track(&mut self, config: &Config) -> Result<u32> {
        if self.state != State::Setup {
            return Err(self.wrong_state("add_track must come before the first write"));
        }
        self.output.add_stream(config)?;
        self.tracks.push(Track::default());
        Ok(self.tracks.len() as u32 - 1)
    }

    /// Writes a chunk. A track's chunks come in decode order. Chunks of different tracks may come in any order
    /// and are interleaved; up to 10 seconds of one track are held in memory while another is behind.
    ///
    /// A chunk without `dts_us` has its timestamp as its decode time; without `duration_us`, it lasts as long as
    /// the one before it took.
    ///
    /// # Errors
    /// `InvalidState` before the first track and after the end; `InvalidArgument` for a track that there is not,
    /// a chunk without bytes, and times out of range or order (decode times must grow, by less than 2^31 ticks,
    /// which are microseconds in MP4 video, and are at most their timestamps). These write nothing. `Io` if the
    /// file cannot be written, `NotSupported` if the container cannot hold the tracks together.
    pub fn write(&mut self, track: u32, chunk: ChunkRef<'_>) -> Result<()> {
        if self.state == State::Closed {
            return Err(self.wrong_state("nothing can be written"));
        }
        if self.tracks.is_empty() {
            return Err(self.wrong_state("add_track must come before write"));
        }
        let index = check_track(track, self.tracks.len())?;
        if chunk.data.is_empty() {
            return Err(Error::invalid("a chunk has no bytes"));
        }
        let times = self.tracks[index].times(&chunk.info)?;
        self.begin()?;
        self.output.write(index, times, chunk.info.key, chunk.data)?;
        self.tracks[index].last_dts_us = Some(times.dts_us);
        Ok(())
    }

    /// Writes what is left, and closes the file. No chunk need have been written.
    ///
    /// # Errors
    /// `InvalidState` if there is no track, or for the second time; `Io` if the file cannot be written. After any
    /// but the first of these the file is closed.
    pub fn finish(&mut self) -> Result<()> {
        if self.state == State::Closed {
            return Err(self.wrong_state("finish can be called once"));
        }
        if self.tracks.is_empty() {
            return Err(self.wrong_state("a file needs a track"));
        }
        self.begin()?;
        self.state = State::Closed;
        self.output.finish()
    }

    /// Writes the header if it is not yet written.
    fn begin(&mut self) -> Result<()> {
        if self.state == State::Setup {
            self.state = State::Closed;
            self.output.write_header().inspect_err(|_| _ = self.output.close())?;
            self.state = State::Writing;
        }
        Ok(())
    }

    fn wrong_state(&self, what: &str) -> Error {
        let state = match self.state {
            State::Setup if self.tracks.is_empty() => "the muxer has no track",
            State::Setup => "the muxer has not begun",
            State::Writing => "the muxer is writing",
            State::Closed => "the muxer has finished or failed",
        };
        Error::new(Kind::InvalidState, format!("{what}: {state}"))
    }
}

impl Track {
    /// The chunk's times, all known, in range and in order.
    fn times(&self, info: &ChunkInfo) -> Result<Times> {
        let pts_us = info.timestamp_us;
        let dts_us = info.dts_us.unwrap_or(pts_us);
        check_us("timestamp_us", pts_us)?;
        check_us("dts_us", dts_us)?;
        if dts_us > pts_us {
            return Err(Error::invalid(format!("dts_us is {dts_us}, after timestamp_us, {pts_us}")));
        }
        if let Some(last) = self.last_dts_us.filter(|last| dts_us <= *last) {
            let without = if info.dts_us.is_none() { " (the chunk has no dts_us of its own)" } else { "" };
            return Err(Error::invalid(format!(
                "dts_us is {dts_us}{without}, must be above {last}, the last"
            )));
        }
        let duration_us = match (info.duration_us, self.last_dts_us) {
            (Some(duration), _) if duration < 0 => {
                return Err(Error::invalid(format!("duration_us is {duration}, must not be negative")));
            }
            (Some(duration), _) if duration > 0 => duration,
            (_, last) => last.map_or(0, |last| dts_us - last),
        };
        Ok(Times { pts_us, dts_us, duration_us })
    }
}
