//! The video encoder at work: frames to chunks.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::Arc;

use super::{Configured, VideoEncoderRecipe};
use crate::av::{EncoderSettings, Packet};
use crate::codec::EncoderInput;
use crate::codec::heap::OpenCodec;
use crate::codec::layers::Layers;
use crate::codec::pace::Pace;
use crate::codec::picture::{Fitter, Look};
use crate::codec::running::{Orientation, Running};
use crate::codec::timeline::{Stamp, Timeline};
use crate::error::{Error, Kind, Result};
use crate::machine::{Codec, Failure};
use crate::media::keys::{self, LatencyMode};
use crate::media::{Bytes, Chunk, ChunkInfo, Config, SharedVideoFrame, VideoInfo};

pub(super) struct VideoEncoder {
    shared: Arc<Configured>,
    running: Option<Running>,
    /// The running encoder gives what it has and ends.
    draining: bool,
    timeline: Timeline,
    pace: Pace,
    fitter: Fitter,
    layers: Layers,
    /// What an encoder gave when it was drained for another look.
    finished: VecDeque<Chunk>,
    /// The decoder configuration that was last given out.
    config: Option<Arc<Config>>,
    _open: OpenCodec,
}

impl VideoEncoder {
    pub(super) fn new(shared: Arc<Configured>) -> Self {
        let (timeline, pace) = (
            Timeline::new(shared.frame_us()),
            Pace::new(shared.frame_us(), shared.config.value(&keys::LATENCY_MODE) == LatencyMode::Quality),
        );
        let fitter = Fitter::new(shared.settings.width, shared.settings.height);
        let layers = shared.layers;
        let (running, finished, config) = (None, VecDeque::new(), None);
        let _open = OpenCodec::begin();
        Self { shared, running, draining: false, timeline, pace, fitter, layers, finished, config, _open }
    }

    /// The encoder for frames of `look` and `orientation`; one for others is drained first. `quantizer` is the first frame's.
    fn encoder(
        &mut self,
        look: Look,
        orientation: Orientation,
        quantizer: Option<i32>,
    ) -> Result<&mut Running> {
        if self.running.as_ref().is_some_and(|running| !running.takes(look, orientation)) {
            self.drain_encoder()?;
            while let Some(chunk) = self.next_chunk()? {
                self.finished.push_back(chunk);
            }
        }
        match &mut self.running {
            Some(running) => Ok(running),
            none => {
                let Look { format, color } = look;
                // Frames of the first one's quantizer need no correction. Encoders that are opened for 0 are lossless, which
                // is a profile of its own, and 1 is next to 0.
                let base = quantizer.map(|quantizer| if quantizer == 0 { 2 } else { quantizer });
                let settings = &self.shared.settings;
                let quantizer = settings.quantizer.map(|(usual, how)| (base.unwrap_or(usual), how));
                let settings = EncoderSettings { format, color, quantizer, ..settings.clone() };
                Ok(none.insert(Running::open(&settings, look, orientation)?))
            }
        }
    }

    /// How a frame is encoded; in the format of the frames before it if only that would differ.
    fn look_of(&self, info: &VideoInfo) -> Look {
        let look = Look::of(info, self.shared.formats);
        match &self.running {
            Some(running) if running.look.color == look.color => running.look,
            _ => look,
        }
    }

    fn drain_encoder(&mut self) -> Result<()> {
        self.draining = true;
        self.running.as_mut().map_or(Ok(()), |running| running.encoder.drain())
    }

    /// The next chunk of the running encoder.
    fn next_chunk(&mut self) -> Result<Option<Chunk>> {
        let Some(running) = &mut self.running else {
            self.draining = false;
            return Ok(None);
        };
        match running.encoder.receive()? {
            Some(packet) => self.chunk(packet).map(Some),
            None => {
                if std::mem::take(&mut self.draining) {
                    self.running = None; // it does not begin again; the next frame opens another encoder
                    self.timeline.clear();
                }
                Ok(None)
            }
        }
    }

    fn chunk(&mut self, packet: Packet) -> Result<Chunk> {
        let (pts, dts, key) = packet.times();
        let stamp = self.timeline.take(pts).ok_or_else(|| {
            Error::new(
                Kind::Internal,
                format!("the encoder gave a packet for tick {pts}, which no frame has"),
            )
        })?;
        let config = self.changed_config(&packet, key)?;
        let Stamp { timestamp_us, duration_us, id, .. } = stamp;
        let dts_us = Some(self.timeline.decode_us(dts));
        let temporal_layer = self.layers.next(key);
        let info =
            ChunkInfo { key, timestamp_us, duration_us, dts_us, id, temporal_layer, ..ChunkInfo::default() };
        let alpha = packet.alpha().map(Bytes::copy_of).transpose()?.map(Box::new);
        let data = match self.shared.framing.chunk(packet.data())? {
            Some(changed) => Bytes::from_vec(changed)?,
            None => packet.into_bytes(),
        };
        Ok(Chunk { info, data, alpha, config })
    }

    /// The decoder configuration, if it is not the one that was last given out.
    fn changed_config(&mut self, packet: &Packet, key: bool) -> Result<Option<Arc<Config>>> {
        let Some(running) = self.running.as_ref().filter(|_| key) else { return Ok(None) };
        let described = self.shared.framing.describe(running.encoder.extradata(), packet.data())?;
        let config = self.shared.decoder_config(described, &running.look.color, running.orientation)?;
        if self.config.as_deref() == Some(&config) {
            return Ok(None);
        }
        self.config = Some(Arc::new(config));
        Ok(self.config.clone())
    }
}

impl Codec<EncoderInput, Chunk> for VideoEncoder {
    fn send(&mut self, input: EncoderInput) -> std::result::Result<(), Failure> {
        let frame = SharedVideoFrame::of(input.frame)?;
        let info = *frame.info();
        let (look, orientation) = (self.look_of(&info), (info.rotation, info.flip));
        let quantizer = input.how.quantizer.or(self.shared.settings.quantizer.map(|(usual, _)| usual));
        self.encoder(look, orientation, quantizer)?;
        let mut picture = self.fitter.fit(&frame, look)?;
        drop(frame); // the encoder's reference is enough; a converted source is free already
        let VideoInfo { timestamp_us, duration_us, id, .. } = info;
        let stamp = Stamp { timestamp_us, duration_us, id, discard: false, reference_lost: false };
        let tick = self.timeline.push(stamp);
        let frame_us = self.pace.next_us(info.timestamp_us, info.duration_us);
        let running = self.encoder(look, orientation, quantizer)?;
        running.keep_pace(frame_us);
        running.encoder.send(&mut picture, tick, input.how.key_frame, quantizer)?;
        Ok(())
    }

    fn receive(&mut self) -> std::result::Result<Option<Chunk>, Failure> {
        if let Some(chunk) = self.finished.pop_front() {
            return Ok(Some(chunk));
        }
        Ok(self.next_chunk()?)
    }

    fn drain(&mut self) -> std::result::Result<(), Failure> {
        Ok(self.drain_encoder()?)
    }

    fn holding(&self) -> usize {
        self.timeline.len()
    }

    fn carry_on(&mut self, configuration: &dyn Any) -> bool {
        let (Some(running), Some(VideoEncoderRecipe(next))) =
            (&mut self.running, configuration.downcast_ref())
        else {
            return false;
        };
        let same = self.shared.config.equals_but_for(&next.config, &[&keys::BITRATE, &keys::FRAMERATE]);
        if !same || !running.carry_on(&self.shared.settings, &next.settings) {
            return false;
        }
        self.shared = Arc::clone(next);
        self.timeline.set_frame_us(next.frame_us());
        self.pace.set_usual_us(next.frame_us());
        true
    }

    fn renew(&mut self, configuration: &dyn Any) -> bool {
        let Some(VideoEncoderRecipe(next)) = configuration.downcast_ref() else { return false };
        let config = self.config.take();
        *self = Self { config, ..Self::new(Arc::clone(next)) };
        true
    }
}
