//! Chunks from a file.

mod seek;
mod told;

use super::about::About;
use super::check_track;
use super::demux_track::DemuxTrack;
use super::formats;
use super::picture_times::Settled;
use super::read_ahead::{Payload, ReadAhead};
use crate::av::{InputFile, Received, Stream};
use crate::error::{Error, Kind, Result};
use crate::media::{Bytes, ChunkRef, Config, Limits};
use crate::registry;

/// Reads the audio and video tracks of a file, in file order. One thread at a time.
///
/// Source: W3C WebCodecs leaves containers to others; the configurations are its VideoDecoderConfig and
/// AudioDecoderConfig.
pub struct Demuxer {
    input: InputFile,
    tracks: Vec<DemuxTrack>,
    /// Chunks that were read: an earlier one's times follow from what comes behind it, or another track is read first.
    ahead: ReadAhead,
    /// The times that are known now; kept for its room.
    settled: Vec<Settled>,
    /// The file has ended.
    ended: bool,
    /// The chunk of each track that was given out last.
    given: Vec<Payload>,
    about: About,
    /// How many reads have failed in a row, for damage.
    failures: u32,
}

/// After so many reads that fail for damage the file has ended: a format may stay where it cannot read.
const MOST_FAILURES: u32 = 256;

/// What was read.
struct Seen {
    /// `None` for what belongs to no track.
    track: Option<usize>,
    /// Its number in the file.
    place: u64,
    key: bool,
    /// When it is shown, as far as it says so.
    us: Option<i64>,
    dts_us: Option<i64>,
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
        Self::of_input(InputFile::open(path, limits, &formats::read())?)
    }

    /// The same for any bytes, from their first one on; `name` is what errors call them. A read that fails fails the call that it is
    /// needed for; the next call asks again.
    ///
    /// # Errors
    /// As [`open_limits`](Self::open_limits).
    pub fn open_stream(stream: impl Stream + 'static, name: &str, limits: Limits) -> Result<Self> {
        Self::of_input(InputFile::of_stream(stream, name, limits, &formats::read())?)
    }

    fn of_input(mut input: InputFile) -> Result<Self> {
        let mut tracks = Vec::new();
        for stream in 0..input.stream_count() {
            match input.config(stream, registry::name)? {
                Some(config) => tracks.push(DemuxTrack::new(&input, stream, config)),
                None => input.discard(stream, true),
            }
        }
        let streams: Vec<_> = tracks.iter().map(|track| track.stream).collect();
        let mut demuxer = Self {
            ahead: ReadAhead::new(tracks.len(), input.limits()),
            settled: Vec::new(),
            ended: false,
            given: tracks.iter().map(|_| Payload::Bytes(Bytes::empty())).collect(),
            about: About::of(&input, &streams),
            failures: 0,
            input,
            tracks,
        };
        // Of sound alone the first packet may say what is to be left out of it, which belongs to the configuration.
        if demuxer.tracks.len() == 1
            && demuxer.tracks[0].is_sound()
            && let Err(error) = demuxer.read_one()
        {
            demuxer.ahead.push_error(0, error); // the next read gives it
        }
        Ok(demuxer)
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

    /// Leaves a track out, or takes it in again, from where the file is read. What was read of it is dropped.
    ///
    /// # Errors
    /// `InvalidArgument` if there is no such track.
    pub fn select(&mut self, track: u32, selected: bool) -> Result<()> {
        let index = check_track(track, self.tracks.len())?;
        let was = std::mem::replace(&mut self.tracks[index].selected, selected);
        if was != selected {
            self.input.discard(self.tracks[index].stream, !selected);
            self.ahead.drop_track(index);
            self.tracks[index].restart();
        }
        Ok(())
    }

    /// Reads the next chunk and its track, in file order; `None` at the end. The bytes are valid until the next
    /// read. A chunk's id is its number in its track, from 0; after a seek it counts on.
    ///
    /// Times that the file does not say follow from others: decode times before the first known one from the frame rate,
    /// presentation times of pictures from their order in the stream, and else a chunk without a presentation time gets its
    /// decode time, or the end of the chunk before. For that some chunks are read ahead.
    ///
    /// # Errors
    /// `Data` if the chunk or the file is damaged: the file may end inside of the chunk. Another read tries what
    /// follows, if anything can be found there. `Io` if reading fails. `NotSupported` for a chunk that begins another
    /// sample description, where the codec does not take its parameter sets in band.
    pub fn read(&mut self) -> Result<Option<(u32, ChunkRef<'_>)>> {
        loop {
            match self.ahead.first() {
                Some(index) if self.ahead.is_settled(index) == Some(true) => {
                    return self.give(index).map(|chunk| chunk.map(|chunk| (index as u32, chunk)));
                }
                _ if self.ended => return Ok(None),
                _ if self.ahead.is_full() => self.settle_all(),
                _ => _ = self.read_one()?,
            }
        }
    }

    /// Reads the next chunk of one track; `None` at its end. Chunks of others are kept for when they are read. The bytes are valid until
    /// the next chunk of the track is read.
    ///
    /// # Errors
    /// As [`read`](Self::read), for chunks of this track. `InvalidArgument` if there is no such track, `InvalidState` if it is left
    /// out; `WouldDeadlock` if too much of others is kept: nothing is lost, and it goes on once they are read or left out.
    pub fn read_track(&mut self, track: u32) -> Result<Option<ChunkRef<'_>>> {
        let index = check_track(track, self.tracks.len())?;
        self.check_selected(index)?;
        loop {
            match self.ahead.is_settled(index) {
                Some(true) => return self.give(index),
                _ if self.ended => return Ok(None),
                Some(false) if self.ahead.is_full() => self.settle_all(),
                None if self.ahead.is_full() => return Err(self.full(track)),
                _ => _ = self.read_one()?,
            }
        }
    }

    fn check_selected(&self, index: usize) -> Result<()> {
        match self.tracks[index].selected {
            true => Ok(()),
            false => Err(Error::new(Kind::InvalidState, format!("track {index} was left out: select it"))),
        }
    }

    fn full(&self, track: u32) -> Error {
        let others = (0..self.tracks.len()).max_by_key(|index| self.ahead.chunks_of(*index)).unwrap_or(0);
        let size = self.ahead.size();
        Error::new(
            Kind::WouldDeadlock,
            format!("track {track}: the buffer is full, {size}: read track {others}, or leave it out"),
        )
    }

    /// Gives the first chunk of a track out.
    fn give(&mut self, index: usize) -> Result<Option<ChunkRef<'_>>> {
        let Some(mut first) = self.ahead.take(index) else { return Ok(None) };
        self.tracks[index].in_order(&mut first.info);
        self.given[index] = first.payload;
        let (data, alpha) = match &self.given[index] {
            Payload::Packet(packet) => (packet.data(), packet.alpha()),
            Payload::Bytes(bytes) => (&**bytes, None),
            Payload::Error(error) => return Err(error.clone()),
        };
        Ok(Some(ChunkRef { info: first.info, data, alpha }))
    }

    /// Reads one chunk, which waits then; `None` at the end, where the times of all that wait are known.
    fn read_one(&mut self) -> Result<Option<Seen>> {
        let read = self.input.read();
        let failed = read.as_ref().is_err_and(|error| error.kind == Kind::Data);
        self.failures = if failed { self.failures + 1 } else { 0 };
        let read = if self.failures > MOST_FAILURES { None } else { read? };
        let Some(received) = read else {
            self.ended = true;
            self.settle_all();
            return Ok(None);
        };
        let Received { key, pts_us, dts_us, .. } = received;
        let mut seen = Seen { track: None, place: 0, key, us: pts_us.or(dts_us), dts_us };
        let numbered = |track: &DemuxTrack| track.stream == received.stream && track.selected;
        let Some(index) = self.tracks.iter().position(numbered) else { return Ok(Some(seen)) };
        let info = self.tracks[index].read(&self.input, &received, &mut self.settled)?;
        // A failure is due in the chunk's place: times of others may be known with it.
        let payload = self.payload(index, info.id, &received).unwrap_or_else(Payload::Error);
        (seen.track, seen.place) = (Some(index), self.ahead.push(index, info, payload));
        self.settle(index);
        Ok(Some(seen))
    }

    fn payload(&mut self, index: usize, id: u64, received: &Received) -> Result<Payload> {
        let track = &mut self.tracks[index];
        let named = |error: Error| error.context(format_args!("track {index}, chunk {id}"));
        if received.damaged {
            return Err(Error::data(format!("track {index}: chunk {id} is damaged")));
        }
        track.change_description(self.input.packet()).map_err(named)?;
        match track.fit(self.input.packet().data()).map_err(named)? {
            None => self.input.take_packet().map(Payload::Packet),
            Some(bytes) => Bytes::copy_of(bytes).map(Payload::Bytes),
        }
    }

    fn settle_all(&mut self) {
        for index in 0..self.tracks.len() {
            self.tracks[index].end(&mut self.settled);
            self.settle(index);
        }
    }

    /// Notes the times that are known now, of chunks of a track.
    fn settle(&mut self, index: usize) {
        for times in self.settled.drain(..) {
            self.ahead.settle(index, &times);
        }
    }
}
