//! Chunks from a file.

use std::collections::VecDeque;

use super::check_track;
use super::demux_track::DemuxTrack;
use super::formats;
use super::picture_times::Settled;
use crate::av::{InputFile, Packet, Received, Stream};
use crate::error::{Error, Result};
use crate::media::{Bytes, ChunkInfo, ChunkRef, Config, Limits};
use crate::registry;

/// Chunks that wait for times of earlier ones, at most, and their bytes.
const MAX_WAITING: usize = 1024;
const MAX_WAITING_BYTES: usize = 64 << 20;

/// Reads the audio and video tracks of a file, in file order. One thread at a time.
///
/// Source: W3C WebCodecs leaves containers to others; the configurations are its VideoDecoderConfig and
/// AudioDecoderConfig.
pub struct Demuxer {
    input: InputFile,
    tracks: Vec<DemuxTrack>,
    /// Chunks that were read, in file order: the first one's times follow from what comes behind it.
    waiting: VecDeque<Waiting>,
    waiting_bytes: usize,
    /// The times that are known now; kept for its room.
    settled: Vec<Settled>,
    /// The file has ended.
    ended: bool,
    /// The chunk that was given out last.
    given: Payload,
}

/// A chunk that was read.
struct Waiting {
    track: usize,
    info: ChunkInfo,
    /// Its times are known.
    settled: bool,
    payload: Payload,
}

/// Where a chunk's bytes are.
enum Payload {
    /// As they were read.
    Packet(Packet),
    /// Changed.
    Bytes(Bytes),
    /// It is damaged, or memory ran out: an error is due in its place.
    Error(Error),
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
                None => input.discard(stream),
            }
        }
        let mut demuxer = Self {
            input,
            tracks,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            settled: Vec::new(),
            ended: false,
            given: Payload::Bytes(Bytes::empty()),
        };
        // Of sound alone the first packet may say what is to be left out of it, which belongs to the configuration.
        if demuxer.tracks.len() == 1 && demuxer.tracks[0].is_sound() {
            demuxer.read_one().unwrap_or_else(|error| demuxer.fail_in_place(error));
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

    /// What the file says of itself: "title"; "" where it says nothing.
    ///
    /// # Errors
    /// `InvalidArgument` naming an unknown key and what is allowed.
    pub fn get(&self, key: &str) -> Result<String> {
        match key {
            "title" => Ok(self.input.title().unwrap_or_default()),
            _ => {
                let key: String = key.chars().take(40).collect();
                Err(Error::invalid(format!("unknown key \"{key}\", allowed are title")))
            }
        }
    }

    /// Reads the next chunk and its track, in file order; `None` at the end. The bytes are valid until the next
    /// read. A chunk's id is its number in its track, from 0.
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
        while !self.waiting.front().is_some_and(|first| first.settled) {
            if self.ended || !self.read_one()? {
                break;
            }
        }
        let Some(mut first) = self.waiting.pop_front() else { return Ok(None) };
        self.tracks[first.track].in_order(&mut first.info);
        self.given = first.payload;
        let (data, alpha) = match &self.given {
            Payload::Packet(packet) => (packet.data(), packet.alpha()),
            Payload::Bytes(bytes) => (&**bytes, None),
            Payload::Error(error) => return Err(error.clone()),
        };
        self.waiting_bytes -= self.given.bytes();
        Ok(Some((first.track as u32, ChunkRef { info: first.info, data, alpha })))
    }

    /// Reads one chunk into `waiting`, or settles all if there is none, or room for none. False at the end.
    fn read_one(&mut self) -> Result<bool> {
        if self.waiting.len() >= MAX_WAITING || self.waiting_bytes >= MAX_WAITING_BYTES {
            self.settle_all();
            return Ok(true);
        }
        let Some(received) = self.input.read()? else {
            self.ended = true;
            self.settle_all();
            return Ok(false);
        };
        let numbered = |track: &DemuxTrack| track.stream == received.stream;
        let Some(index) = self.tracks.iter().position(numbered) else { return Ok(true) };
        let info = self.tracks[index].read(&self.input, &received, &mut self.settled)?;
        // A failure is due in the chunk's place: times of others may be known with it.
        let payload = self.payload(index, info.id, &received).unwrap_or_else(Payload::Error);
        self.waiting_bytes += payload.bytes();
        self.waiting.push_back(Waiting { track: index, info, settled: false, payload });
        self.settle(index);
        Ok(true)
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

    /// The next read gives the error, in its place.
    fn fail_in_place(&mut self, error: Error) -> bool {
        let (info, payload) = (ChunkInfo::default(), Payload::Error(error));
        self.waiting.push_back(Waiting { track: 0, info, settled: true, payload });
        true
    }

    fn settle_all(&mut self) {
        for index in 0..self.tracks.len() {
            self.tracks[index].end(&mut self.settled);
            self.settle(index);
        }
    }

    /// Notes the times that are known now, of chunks of `track` that wait; the newest are last.
    fn settle(&mut self, track: usize) {
        for times in self.settled.drain(..) {
            let is_it = |waiting: &&mut Waiting| waiting.track == track && waiting.info.id == times.id;
            if let Some(waiting) = self.waiting.iter_mut().rev().find(is_it) {
                waiting.info.timestamp_us = times.pts_us;
                (waiting.info.dts_us, waiting.info.duration_us) = (times.dts_us, times.duration_us);
                waiting.settled = true;
            }
        }
    }
}

impl Payload {
    fn bytes(&self) -> usize {
        match self {
            Self::Packet(packet) => packet.data().len() + packet.alpha().map_or(0, <[u8]>::len),
            Self::Bytes(bytes) => bytes.len(),
            Self::Error(_) => 0,
        }
    }
}
