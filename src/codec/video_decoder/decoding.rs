//! The video decoder at work: chunks to frames.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Configured;
use super::loss::Loss;
use crate::av::{self, Decoder, Fit, Packet};
use crate::codec::heap::OpenCodec;
use crate::codec::timeline::{Stamp, Timeline};
use crate::error::{Error, Kind, Result};
use crate::machine::{Codec, Failure};
use crate::media::memory;
use crate::media::{Bytes, Chunk, ChunkInfo, Frame, VideoFrame};
use crate::registry::{Content, Reorder, Stream};

/// Packets whose times are remembered for failures: more than a decoder's threads can be at.
const IN_WORK: usize = 96;

/// Parameter sets and messages of a few frames are far smaller.
const MAX_AHEAD_BYTES: usize = 1 << 20;

/// A decoder, and what it needs beside FFmpeg's.
pub(super) struct VideoDecoder {
    shared: Arc<Configured>,
    decoder: Decoder,
    /// What `decoder` was opened for.
    fit: Fit,
    stream: Box<dyn Stream>,
    timeline: Timeline,
    /// Tick and time of the packets that the decoder's threads may be at, oldest first.
    in_work: VecDeque<(i64, i64)>,
    /// Chunks without a picture, which go in front of the next one.
    ahead: Vec<u8>,
    /// What came out of a decoder that another one has replaced.
    ready: VecDeque<VideoFrame>,
    loss: Loss,
    /// From where on pictures must be right. `None` after a start in the middle of the stream.
    settled: Option<Settled>,
    /// Pictures that were taken and not given out, since they were last told.
    dropped: u64,
    draining: bool,
    _open: OpenCodec,
}

/// From where on pictures must be right: those that are sent from `tick` on and shown from `timestamp_us` on.
#[derive(Clone, Copy)]
struct Settled {
    tick: i64,
    timestamp_us: i64,
}

impl Settled {
    const ALWAYS: Self = Self { tick: i64::MIN, timestamp_us: i64::MIN };
}

type Outcome<T> = std::result::Result<T, Failure>;

impl VideoDecoder {
    /// Opens it.
    pub(super) fn new(shared: Arc<Configured>) -> Result<Self> {
        let stream = shared.framing.stream();
        let fit = shared.fit(stream.reorder().unwrap_or(shared.video.reorder()), false);
        Ok(Self {
            decoder: Decoder::open(&shared.settings, fit)?,
            fit,
            stream,
            shared,
            timeline: Timeline::new(0.0),
            in_work: VecDeque::new(),
            ahead: Vec::new(),
            ready: VecDeque::new(),
            loss: Loss::None,
            settled: None,
            dropped: 0,
            draining: false,
            _open: OpenCodec::begin(),
        })
    }

    /// A failure belongs to the packet at which the decoder began to complain.
    fn blame(&self, error: Error) -> Failure {
        let packet = self.decoder.blamed().and_then(|tick| self.sent_at(tick));
        Failure { error, timestamp_us: packet.map(|(_, timestamp_us)| timestamp_us) }
    }

    /// Tick and time of a packet, by the low bits of its tick.
    fn sent_at(&self, low_tick: u32) -> Option<(i64, i64)> {
        self.in_work.iter().rev().find(|(tick, _)| *tick as u32 == low_tick).copied()
    }

    /// The chunk, behind what came before it without a picture.
    fn behind_side_information(&mut self, data: Bytes) -> Result<Bytes> {
        if self.ahead.is_empty() {
            return Ok(data);
        }
        memory::append("a chunk", &mut self.ahead, &data)?;
        Bytes::from_vec(std::mem::take(&mut self.ahead))
    }

    /// Keeps a chunk without a picture for the next one: FFmpeg takes a packet without one for damage.
    fn keep_side_information(&mut self, data: &[u8]) -> Result<()> {
        if self.ahead.len().saturating_add(data.len()) > MAX_AHEAD_BYTES {
            let text =
                format!("more than {MAX_AHEAD_BYTES} bytes of side information came without a picture");
            return Err(Error::new(Kind::Encoding, text));
        }
        memory::append("a chunk", &mut self.ahead, data)
    }

    /// At a picture with which decoding can begin: opens the decoder that suits the stream's reordering and alpha, once what
    /// the one before it holds has come out.
    fn suit(&mut self, reorder: Reorder, alpha: bool) -> Outcome<()> {
        let fit = self.shared.fit(reorder, alpha);
        if fit == self.fit {
            return Ok(());
        }
        if !self.in_work.is_empty() {
            self.decoder.drain().map_err(|error| self.blame(error))?;
            while let Some(frame) = self.take()? {
                self.ready.push_back(frame);
            }
            self.end_sequence();
        }
        self.decoder = Decoder::open(&self.shared.settings, fit)?;
        self.fit = fit;
        Ok(self.repeat()?)
    }

    /// Puts what came so far, and a new decoder has not seen, in front of the next chunk.
    fn repeat(&mut self) -> Result<()> {
        let mut ahead = Vec::new();
        self.stream.repeat(&mut ahead)?;
        memory::append("a chunk", &mut ahead, &self.ahead)?;
        self.ahead = ahead;
        Ok(())
    }

    /// Everything has come out that will.
    fn end_sequence(&mut self) {
        self.timeline.clear();
        self.in_work.clear();
        self.settled = None;
    }

    /// The next frame of the decoder.
    fn take(&mut self) -> Outcome<Option<VideoFrame>> {
        loop {
            match self.decoder.receive() {
                Ok(Some(frame)) if frame.is_corrupt() => {
                    self.decoder.forget(frame.pts());
                    self.dropped += u64::from(self.timeline.take(frame.pts()).is_some());
                }
                Ok(Some(frame)) if self.timeline.passes_over(frame.pts()) => (),
                Ok(Some(frame)) => match self.finish(frame)? {
                    None => self.dropped += 1,
                    frame => return Ok(frame),
                },
                Ok(None) => return Ok(None),
                Err(error) => self.tolerate(error)?,
            }
        }
    }

    /// After a start in the middle of the stream, a picture that cannot be decoded for what was before is none.
    fn tolerate(&mut self, error: Error) -> Outcome<()> {
        let blamed = self.decoder.blamed().and_then(|tick| self.sent_at(tick));
        if error.kind != Kind::Encoding || self.is_settled(blamed) {
            return Err(self.blame(error));
        }
        // It is remembered: FFmpeg may blame a picture, and paint over what is missing of it all the same.
        if let Some((tick, _)) = blamed {
            self.timeline.give_up(tick);
        }
        Ok(())
    }

    /// True if the picture of that tick and time (or, if it is not known, any) must be right.
    fn is_settled(&self, sent: Option<(i64, i64)>) -> bool {
        let is_behind = |from: Settled| {
            sent.is_none_or(|(tick, timestamp_us)| tick >= from.tick && timestamp_us >= from.timestamp_us)
        };
        self.settled.is_some_and(is_behind)
    }

    /// The frame with what belongs to it; `None` if it is not to be shown.
    fn finish(&mut self, mut frame: av::Frame) -> Outcome<Option<VideoFrame>> {
        let tick = frame.pts();
        let stamp = self.timeline.take(tick);
        let unknown = || {
            Error::new(
                Kind::Internal,
                format!("the decoder gave a frame for tick {tick}, which no chunk has"),
            )
        };
        let Stamp { timestamp_us, duration_us, id, discard, reference_lost } = stamp.ok_or_else(unknown)?;
        let at = |error| Failure { error, timestamp_us: Some(timestamp_us) };
        self.check_damage(&frame, timestamp_us)?;
        self.settled = Some(Settled::ALWAYS);
        if discard {
            return Ok(None);
        }
        let mut info = frame.info().map_err(at)?;
        let limits = &self.shared.settings.limits;
        limits.check_picture(info.coded_width, info.coded_height, av::LIMIT_NAMES).map_err(at)?;
        self.shared.apply(&mut info);
        (info.timestamp_us, info.duration_us, info.id) = (timestamp_us, duration_us, id);
        info.reference_lost = reference_lost;
        frame.into_media(info).map(Some).map_err(at)
    }

    /// Damage that FFmpeg painted over is an error here, as W3C has it. The log tells reliably; the flags of a
    /// frame are lost where threads pass it on. What is wrong in pictures from before a start in the middle is not told.
    fn check_damage(&self, frame: &av::Frame, timestamp_us: i64) -> Outcome<()> {
        let said = self.decoder.take_damage(frame.pts());
        let said = said.map(|(tick, words)| (self.sent_at(tick), words));
        let of_frame = |sent: Option<(i64, i64)>| sent.is_none_or(|(tick, _)| tick == frame.pts());
        let said = said.filter(|(sent, _)| of_frame(*sent) || self.is_settled(*sent));
        let (words, at) = match said {
            Some((sent, words)) => (words, sent.map(|(_, timestamp_us)| timestamp_us)),
            None if frame.is_concealed() => ("parts of the picture are missing".to_owned(), None),
            None => return Ok(()),
        };
        let error = Error::new(Kind::Encoding, format!("the decoder failed ({words})"));
        Err(Failure { error, timestamp_us: at.or(Some(timestamp_us)) })
    }
}

impl Codec<Chunk, Frame> for VideoDecoder {
    fn send(&mut self, input: Chunk) -> Outcome<()> {
        let info = input.info;
        if input.data.is_empty() {
            return Err(Error::new(Kind::Encoding, "the chunk is empty").into()); // to FFmpeg it would mean the end
        }
        let Content::Picture { idr, after_loss, sound, shown } = self.stream.look(&input.data) else {
            return Ok(self.keep_side_information(&input.data)?);
        };
        if let Some(reorder) = self.stream.reorder().filter(|_| idr || self.in_work.is_empty()) {
            self.suit(reorder, input.alpha.is_some())?;
        }
        if self.fit.alpha && input.alpha.is_none() {
            return Err(Error::new(Kind::Encoding, "the chunk has no alpha, those before it have").into());
        }
        if !self.fit.alpha && input.alpha.is_some() {
            let text = "the chunk has alpha, those before it have none: it may begin with a key chunk";
            return Err(Error::new(Kind::Encoding, text).into());
        }
        let mut packet = Packet::new()?;
        packet.set_bytes(self.behind_side_information(input.data)?)?;
        input.alpha.map_or(Ok(()), |alpha| packet.set_alpha(&alpha))?;
        let ChunkInfo { timestamp_us, duration_us, id, discard, .. } = info;
        self.loss = self.loss.after(idr, sound, after_loss, timestamp_us);
        let reference_lost = self.loss.shows_at(timestamp_us);
        let stamp = Stamp { timestamp_us, duration_us, id, discard, reference_lost };
        let tick = match (shown, self.decoder.is_second_field(&packet)) {
            (0, _) => self.timeline.push_hidden(stamp),
            (_, true) => self.timeline.push_second(stamp),
            (shown, false) => self.timeline.push_several(stamp, shown),
        };
        self.dropped += u64::from(shown == 0);
        if sound {
            let shown_from_us = if idr { i64::MIN } else { timestamp_us };
            self.settled.get_or_insert(Settled { tick, timestamp_us: shown_from_us });
        }
        self.timeline.expire(self.decoder.delay());
        self.in_work.push_back((tick, timestamp_us));
        if self.in_work.len() > IN_WORK {
            self.in_work.pop_front();
        }
        packet.set_times(tick, info.key);
        self.decoder.send(&mut packet).or_else(|error| self.tolerate(error))
    }

    fn receive(&mut self) -> Outcome<Option<Frame>> {
        if let Some(frame) = self.ready.pop_front() {
            return Ok(Some(Frame::Video(frame)));
        }
        let frame = self.take()?;
        if frame.is_none() && std::mem::take(&mut self.draining) {
            self.decoder.restart();
            self.end_sequence();
            self.stream.restart();
            self.loss = Loss::None;
            self.ahead.clear();
        }
        Ok(frame.map(Frame::Video))
    }

    fn drain(&mut self) -> Outcome<()> {
        self.draining = true;
        self.decoder.drain().map_err(|error| self.blame(error))
    }

    fn holding(&self) -> usize {
        self.timeline.len() + self.ready.len()
    }

    fn take_dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped) + self.timeline.take_lost() as u64
    }
}
