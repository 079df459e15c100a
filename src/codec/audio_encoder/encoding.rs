//! The audio encoder at work: sound, cut to the codec's frames, to chunks.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::Arc;

use super::{AudioEncoderRecipe, Configured};
use crate::av::{self, Packet, Sound};
use crate::codec::EncoderInput;
use crate::codec::heap::OpenCodec;
use crate::codec::sample_clock::SampleClock;
use crate::error::{Error, Kind, Result};
use crate::machine::{Codec, Failure};
use crate::media::{AudioInfo, Bytes, Chunk, ChunkInfo, Config, Frame, sound};

pub(super) struct AudioEncoder {
    shared: Arc<Configured>,
    running: Option<Running>,
    /// What is being cut, and how many of its samples were taken.
    input: Option<(Arc<Frame>, u32)>,
    ending: Ending,
    /// The decoder configuration that was last given out.
    config: Option<Arc<Config>>,
    _open: OpenCodec,
}

/// How far a sequence is from its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// More may come.
    No,
    /// No more comes: what is left is to be sent.
    Asked,
    /// All was sent.
    Sent,
}

/// An open encoder, and a sequence of samples that go through it.
struct Running {
    encoder: av::AudioEncoder,
    /// Samples of a frame; `None`: any number.
    frame_samples: Option<u32>,
    /// Of the sequence as it is encoded, priming and all.
    clock: SampleClock,
    priming: u64,
    /// Samples of the frame that is being filled.
    filled: u32,
    /// Samples that were taken of the input.
    taken: u64,
    /// Samples that chunks were given for, with the priming.
    given: u64,
    /// Where the inputs end, by samples taken, and their ids.
    ids: VecDeque<(u64, u64)>,
}

impl AudioEncoder {
    pub(super) fn new(shared: Arc<Configured>) -> Self {
        let _open = OpenCodec::begin();
        Self { shared, running: None, input: None, ending: Ending::No, config: None, _open }
    }

    fn check(&self, info: &AudioInfo) -> Result<()> {
        let Sound { rate, channels, .. } = self.shared.settings.sound;
        if (info.sample_rate, info.channels) == (rate, channels) {
            return Ok(());
        }
        Err(Error::new(
            Kind::Encoding,
            format!(
                "the sound has {} Hz and {} channels, the configuration {rate} Hz and {channels}",
                info.sample_rate, info.channels
            ),
        ))
    }

    /// Moves samples from the input to the encoder until it has a frame; false if there are too few.
    fn cut(&mut self) -> Result<bool> {
        let (Some(running), Some((frame, from))) = (&mut self.running, &mut self.input) else {
            return Ok(false);
        };
        let data = frame.audio()?;
        let left = data.info().frames - *from;
        let whole = running.frame_samples.unwrap_or(left);
        let count = left.min(whole - running.filled);
        let format = running.encoder.format();
        let planes = running.encoder.planes(whole)?;
        // SAFETY: the sound was enqueued, so nobody writes to it any more; the encoder's frame has room for `whole` samples in
        // its planes, of which `filled` are taken.
        unsafe {
            sound::write(data, *from..*from + count, format, planes, running.filled as usize);
            if running.filled + count == whole {
                sound::make_finite(
                    format,
                    planes,
                    whole as usize * data.info().channels as usize / planes.len(),
                );
            }
        }
        *from += count;
        running.filled += count;
        running.taken += u64::from(count);
        if *from == data.info().frames {
            self.input = None;
        }
        if running.filled < whole {
            return Ok(false);
        }
        running.filled = 0;
        running.encoder.send(whole)?;
        Ok(true)
    }

    /// Sends what an ending sequence has left; false if that was all.
    fn end(&mut self) -> Result<bool> {
        let Some(running) = &mut self.running else {
            self.ending = Ending::No;
            return Ok(false);
        };
        match self.ending {
            Ending::No => Ok(false),
            Ending::Asked => {
                let filled = std::mem::take(&mut running.filled);
                if filled > 0 {
                    let (format, planes) =
                        (running.encoder.format(), running.encoder.planes(running.whole())?);
                    let samples =
                        filled as usize * self.shared.settings.sound.channels as usize / planes.len();
                    // SAFETY: so many samples of the encoder's frame were filled, and nobody else uses it.
                    unsafe { sound::make_finite(format, planes, samples) };
                    running.encoder.send(filled)?;
                } else {
                    running.encoder.drain()?;
                    self.ending = Ending::Sent;
                }
                Ok(true)
            }
            Ending::Sent => {
                self.running = None; // it does not begin again; the next input opens another encoder
                self.ending = Ending::No;
                Ok(false)
            }
        }
    }

    /// The chunk of a packet; `None` if no sound is in it.
    fn chunk(&mut self, packet: Packet) -> Result<Option<Chunk>> {
        let Some(running) = &mut self.running else { return Ok(None) };
        let first = running.given == 0;
        let Some(part) = running.next_part(&packet) else { return Ok(None) };
        let config = if first { self.changed_config()? } else { None };
        let info = ChunkInfo { key: true, dts_us: Some(part.timestamp_us), ..part };
        let data = match self.shared.framing.chunk(packet.data())? {
            Some(changed) => Bytes::from_vec(changed)?,
            None => packet.into_bytes(),
        };
        Ok(Some(Chunk { info, data, alpha: None, config }))
    }

    /// The decoder configuration, if it is not the one that was last given out.
    fn changed_config(&mut self) -> Result<Option<Arc<Config>>> {
        let Some(running) = &self.running else { return Ok(None) };
        let description = self.shared.framing.describe(running.encoder.extradata())?;
        let config = self.shared.decoder_config(description, running.priming)?;
        if self.config.as_deref() == Some(&config) {
            return Ok(None);
        }
        self.config = Some(Arc::new(config));
        Ok(self.config.clone())
    }
}

impl Running {
    /// Samples of the frame that is being filled.
    fn whole(&self) -> u32 {
        self.frame_samples.unwrap_or(self.filled)
    }

    /// Which part of the sequence a packet is.
    fn next_part(&mut self, packet: &Packet) -> Option<ChunkInfo> {
        let (pts, _, _) = packet.times();
        // Encoders that put something in front fill the last frame, too, of which FFmpeg says what is not filled.
        let lasts = self.frame_samples.filter(|_| self.priming > 0).map_or(packet.duration(), i64::from);
        // What comes before the priming is not decoded: Vorbis's first packet.
        let before = (-(self.priming as i64)).saturating_sub(pts).clamp(0, lasts.max(0));
        let whole = u64::try_from(lasts - before).unwrap_or(0);
        let left = (self.priming + self.taken).saturating_sub(self.given);
        let samples = whole.min(left);
        if samples == 0 && self.given > 0 {
            return None; // behind the end
        }
        let (timestamp_us, lasts_us) = self.clock.span_us(self.given, samples);
        let priming = self.priming.saturating_sub(self.given).min(samples);
        let info = ChunkInfo {
            timestamp_us,
            duration_us: Some(lasts_us),
            id: self.id(),
            priming: priming as u32,
            padding: (whole - samples) as u32,
            ..ChunkInfo::default()
        };
        self.given += samples;
        Some(info)
    }

    /// The id of the input that has the first sample which no chunk was given for.
    fn id(&mut self) -> u64 {
        let sample = self.given.saturating_sub(self.priming);
        while self.ids.len() > 1 && self.ids[0].0 <= sample {
            self.ids.pop_front();
        }
        self.ids.front().map_or(0, |(_, id)| *id)
    }
}

impl Codec<EncoderInput, Chunk> for AudioEncoder {
    fn send(&mut self, input: EncoderInput) -> std::result::Result<(), Failure> {
        let info = *input.frame.audio()?.info();
        self.check(&info)?;
        let running = match &mut self.running {
            Some(running) => running,
            none => {
                let encoder = av::AudioEncoder::open(&self.shared.settings, info.format)?;
                let frame_samples = encoder.frame_samples();
                let priming = u64::from(encoder.priming_samples());
                let clock = SampleClock::new(info.timestamp_us, info.sample_rate);
                let (filled, taken, given, ids) = (0, 0, 0, VecDeque::new());
                none.insert(Running { encoder, frame_samples, clock, priming, filled, taken, given, ids })
            }
        };
        running.ids.push_back((running.taken + u64::from(info.frames), info.id));
        self.input = Some((input.frame, 0));
        Ok(())
    }

    fn receive(&mut self) -> std::result::Result<Option<Chunk>, Failure> {
        loop {
            let Some(running) = &mut self.running else {
                self.ending = Ending::No;
                return Ok(None);
            };
            if let Some(packet) = running.encoder.receive()? {
                match self.chunk(packet)? {
                    None => continue,
                    chunk => return Ok(chunk),
                }
            }
            if !self.cut()? && (self.input.is_some() || !self.end()?) {
                return Ok(None);
            }
        }
    }

    fn drain(&mut self) -> std::result::Result<(), Failure> {
        self.ending = Ending::Asked;
        Ok(())
    }

    fn holding(&self) -> usize {
        let Some(running) = &self.running else { return 0 };
        let held = match running.taken {
            0 => 0,
            taken => (running.priming + taken).saturating_sub(running.given),
        };
        let item = self.shared.item_samples.map_or(u64::MAX, u64::from);
        usize::try_from(held.div_ceil(item)).unwrap_or(usize::MAX)
    }

    fn renew(&mut self, configuration: &dyn Any) -> bool {
        let Some(AudioEncoderRecipe(next)) = configuration.downcast_ref() else { return false };
        let config = self.config.take();
        *self = Self { config, ..Self::new(Arc::clone(next)) };
        true
    }
}
