//! The audio decoder at work: chunks to sound.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::Configured;
use crate::av::{self, Decoder, Packet};
use crate::codec::heap::OpenCodec;
use crate::codec::sample_clock::{duration_us, samples_in};
use crate::error::{Error, Kind, Result};
use crate::machine::{Codec, Failure};
use crate::media::{AudioInfo, Chunk, Frame};

/// Chunks that are remembered until their sound comes: more than a decoder holds.
const IN_WORK: usize = 96;

pub(super) struct AudioDecoder {
    shared: Arc<Configured>,
    decoder: Decoder,
    /// Chunks that were sent, oldest first; the last that was answered stays, for what else comes of it.
    stamps: VecDeque<Stamp>,
    next_tick: i64,
    /// Samples of priming that are still to come.
    priming_left: u64,
    /// With `drops`: the newest sound, which is cut if it is the last.
    held: Option<Held>,
    /// Chunks that were taken and of which nothing comes, since they were last told.
    dropped: u64,
    draining: bool,
    _open: OpenCodec,
}

/// What is known of a chunk.
#[derive(Clone, Copy)]
struct Stamp {
    tick: i64,
    timestamp_us: i64,
    duration_us: Option<i64>,
    id: u64,
    discard: bool,
    /// Samples that have come of it.
    decoded: u64,
}

/// Sound that came out of the decoder.
struct Held {
    frame: av::Frame,
    info: AudioInfo,
    /// What of it is given out.
    range: Range<u32>,
    /// Where the chunk ends that it is of, in its samples.
    end: Option<u32>,
}

type Outcome<T> = std::result::Result<T, Failure>;

impl AudioDecoder {
    /// Opens it.
    pub(super) fn new(shared: Arc<Configured>) -> Result<Self> {
        Ok(Self {
            decoder: shared.open()?,
            stamps: VecDeque::new(),
            next_tick: 0,
            priming_left: u64::from(shared.priming),
            shared,
            held: None,
            dropped: 0,
            draining: false,
            _open: OpenCodec::begin(),
        })
    }

    fn blame(&self, error: Error) -> Failure {
        let tick = self.decoder.blamed();
        let stamp = self.stamps.iter().rev().find(|stamp| Some(stamp.tick as u32) == tick);
        Failure { error, timestamp_us: stamp.map(|stamp| stamp.timestamp_us) }
    }

    /// The chunk that sound of `tick` is of; those before it give nothing any more.
    fn stamp(&mut self, tick: i64) -> Option<&mut Stamp> {
        while self.stamps.len() > 1 && self.stamps[0].tick < tick {
            let passed = self.stamps.pop_front();
            self.dropped += u64::from(passed.is_some_and(|stamp| stamp.decoded == 0));
        }
        self.stamps.front_mut()
    }

    /// Sound that the decoder gave, with what belongs to it; `None` if nothing of it is given out.
    fn place(&mut self, mut frame: av::Frame) -> Outcome<Option<Held>> {
        let mut info = frame.sound_info()?;
        let unknown = || Error::new(Kind::Internal, "the decoder gave sound before there was a chunk");
        let stamp = self.stamp(frame.pts()).ok_or_else(unknown)?;
        let (before, chunk) = (stamp.decoded, *stamp);
        stamp.decoded += u64::from(info.frames);
        let lasts = chunk.duration_us.map(|us| samples_in(us, info.sample_rate).saturating_sub(before));
        let end = lasts.and_then(|lasts| u32::try_from(lasts).ok()).filter(|end| *end < info.frames);
        let priming = u64::from(info.frames).min(self.priming_left);
        self.priming_left -= priming;
        if chunk.discard {
            self.dropped += u64::from(before == 0);
            return Ok(None);
        }
        let priming = priming as u32;
        let from = if self.shared.drops { priming } else { 0 };
        (info.priming, info.padding) = (priming - from, 0);
        let later_us = duration_us(before + u64::from(from), info.sample_rate);
        let sooner_us = match self.shared.drops && !self.shared.is_timed {
            true => duration_us(u64::from(self.shared.priming), info.sample_rate),
            false => 0,
        };
        info.timestamp_us = chunk.timestamp_us.saturating_add(later_us).saturating_sub(sooner_us);
        info.id = chunk.id;
        if from == info.frames {
            return Ok(None);
        }
        let range = from..info.frames;
        Ok(Some(Held { frame, info, range, end }))
    }

    /// The next sound of the decoder that is given out.
    fn take(&mut self) -> Outcome<Option<Frame>> {
        while let Some(frame) = self.decoder.receive().map_err(|error| self.blame(error))? {
            let Some(placed) = self.place(frame)? else { continue };
            if !self.shared.drops {
                return placed.give(false).map(Some);
            }
            if let Some(whole) = self.held.replace(placed) {
                return whole.give(false).map(Some);
            }
        }
        Ok(None)
    }

    /// The end of a sequence: what was held, cut where its chunk ends.
    fn end(&mut self) -> Outcome<Option<Frame>> {
        let last = self.held.take().filter(|held| held.end.is_none_or(|end| end > held.range.start));
        self.decoder.restart();
        self.stamps.clear();
        self.priming_left = u64::from(self.shared.priming);
        last.map(|held| held.give(true)).transpose()
    }
}

impl Held {
    fn give(self, is_last: bool) -> Outcome<Frame> {
        let Self { frame, mut info, mut range, end } = self;
        if let Some(end) = end {
            match is_last {
                true => range.end = end,
                false => info.padding = (info.frames - end).min(range.end - range.start),
            }
        }
        Ok(Frame::Audio(frame.into_sound(info, range)?))
    }
}

impl Codec<Chunk, Frame> for AudioDecoder {
    fn send(&mut self, input: Chunk) -> Outcome<()> {
        if input.data.is_empty() {
            return Err(Error::new(Kind::Encoding, "the chunk is empty").into()); // to FFmpeg it would mean the end
        }
        let tick = self.next_tick;
        self.next_tick += 1;
        let info = input.info;
        self.stamps.push_back(Stamp {
            tick,
            timestamp_us: info.timestamp_us,
            duration_us: info.duration_us,
            id: info.id,
            discard: info.discard,
            decoded: 0,
        });
        if self.stamps.len() > IN_WORK {
            self.stamps.pop_front();
            self.dropped += 1;
        }
        let mut packet = Packet::new()?;
        packet.set_bytes(input.data)?;
        packet.set_times(tick, info.key);
        self.decoder.send(&mut packet).map_err(|error| self.blame(error))
    }

    fn receive(&mut self) -> Outcome<Option<Frame>> {
        match self.take()? {
            None if std::mem::take(&mut self.draining) => self.end(),
            frame => Ok(frame),
        }
    }

    fn drain(&mut self) -> Outcome<()> {
        self.draining = true;
        self.decoder.drain().map_err(|error| self.blame(error))
    }

    fn holding(&self) -> usize {
        usize::from(self.held.is_some())
    }

    fn take_dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }
}
