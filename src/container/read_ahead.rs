//! Chunks that were read and not given out yet, by track.

use std::collections::VecDeque;

use super::picture_times::Settled;
use crate::av::Packet;
use crate::error::Error;
use crate::media::{Bytes, ChunkInfo, Limits};

/// A chunk that was read.
pub(super) struct Waiting {
    /// Its number in the file, in the order of reading.
    place: u64,
    pub(super) info: ChunkInfo,
    /// Its times are known.
    settled: bool,
    pub(super) payload: Payload,
}

/// Where a chunk's bytes are.
pub(super) enum Payload {
    /// As they were read.
    Packet(Packet),
    /// Changed.
    Bytes(Bytes),
    /// It is damaged, or memory ran out: an error is due in its place.
    Error(Error),
}

impl Payload {
    fn bytes(&self) -> u64 {
        let bytes = match self {
            Self::Packet(packet) => packet.data().len() + packet.alpha().map_or(0, <[u8]>::len),
            Self::Bytes(bytes) => bytes.len(),
            Self::Error(_) => 0,
        };
        bytes as u64
    }
}

/// The chunks of all tracks.
pub(super) struct ReadAhead {
    /// By track, in file order.
    queues: Vec<VecDeque<Waiting>>,
    next_place: u64,
    chunks: u64,
    bytes: u64,
    most_chunks: u64,
    most_bytes: u64,
}

impl ReadAhead {
    pub(super) fn new(tracks: usize, limits: &Limits) -> Self {
        Self {
            queues: (0..tracks).map(|_| VecDeque::new()).collect(),
            next_place: 0,
            chunks: 0,
            bytes: 0,
            most_chunks: limits.max_buffered_chunks,
            most_bytes: limits.max_buffered_bytes,
        }
    }

    /// Nothing more should be read.
    pub(super) fn is_full(&self) -> bool {
        self.chunks >= self.most_chunks || self.bytes >= self.most_bytes
    }

    /// What fills it, for errors.
    pub(super) fn size(&self) -> String {
        let (chunks, bytes) = (self.chunks, self.bytes);
        format!(
            "{chunks} chunks with {bytes} bytes wait (max_buffered_chunks is {}, max_buffered_bytes {})",
            self.most_chunks, self.most_bytes
        )
    }

    /// How many chunks of `track` wait.
    pub(super) fn chunks_of(&self, track: usize) -> usize {
        self.queues[track].len()
    }

    /// The track of the chunk that is the first in the file.
    pub(super) fn first(&self) -> Option<usize> {
        let fronts =
            self.queues.iter().enumerate().filter_map(|(track, queue)| Some((queue.front()?.place, track)));
        fronts.min().map(|(_, track)| track)
    }

    /// Whether the times of the first chunk of `track` are known; `None` if none waits.
    pub(super) fn is_settled(&self, track: usize) -> Option<bool> {
        self.queues[track].front().map(|first| first.settled)
    }

    /// Adds a chunk, whose times are not known; gives its number.
    pub(super) fn push(&mut self, track: usize, info: ChunkInfo, payload: Payload) -> u64 {
        self.chunks += 1;
        self.bytes += payload.bytes();
        let place = self.next_place;
        self.next_place += 1;
        self.queues[track].push_back(Waiting { place, info, settled: false, payload });
        place
    }

    /// Adds an error in a chunk's place.
    pub(super) fn push_error(&mut self, track: usize, error: Error) {
        self.push(track, ChunkInfo::default(), Payload::Error(error));
        if let Some(last) = self.queues[track].back_mut() {
            last.settled = true;
        }
    }

    /// Takes the first chunk of `track`.
    pub(super) fn take(&mut self, track: usize) -> Option<Waiting> {
        let first = self.queues[track].pop_front()?;
        self.chunks -= 1;
        self.bytes -= first.payload.bytes();
        Some(first)
    }

    /// Notes the times of a chunk of `track`, if it waits; the newest are last.
    pub(super) fn settle(&mut self, track: usize, times: &Settled) {
        let is_it = |waiting: &&mut Waiting| waiting.info.id == times.id;
        if let Some(waiting) = self.queues[track].iter_mut().rev().find(is_it) {
            waiting.info.timestamp_us = times.pts_us;
            (waiting.info.dts_us, waiting.info.duration_us) = (times.dts_us, times.duration_us);
            waiting.settled = true;
        }
    }

    /// Drops the chunks of `track`.
    pub(super) fn drop_track(&mut self, track: usize) {
        while self.take(track).is_some() {}
    }

    /// Drops all chunks that stand before `place` in the file.
    pub(super) fn drop_before(&mut self, place: u64) {
        for track in 0..self.queues.len() {
            while self.queues[track].front().is_some_and(|first| first.place < place) {
                self.take(track);
            }
        }
    }
}
