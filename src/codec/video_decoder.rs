//! The video decoder: H.264 chunks to frames.

use std::collections::VecDeque;
use std::sync::Arc;

use super::crew::{Crew, Shift};
use super::timeline::{Stamp, Timeline};
use crate::av::{self, Decoder, DecoderSettings, Packet};
use crate::error::{Error, Kind, Result};
use crate::machine::{Codec, Failure, Recipe};
use crate::media::avc::{self, avcc};
use crate::media::codec_string::AvcString;
use crate::media::memory;
use crate::media::{Bytes, Chunk, ChunkRef, Color, Config, Limits, VideoFrame, VideoInfo};

/// Packets whose times are remembered for failures: more than a decoder's threads can be at.
const IN_WORK: usize = 96;

/// Parameter sets and messages of a few frames are far smaller.
const MAX_AHEAD_BYTES: usize = 1 << 20;

/// Frames that a stream may hold back for reordering, which threads must leave room for in `maxDelay`.
const USUAL_REORDER: u32 = 4;

/// profile_idc of what FFmpeg decodes: Baseline, Main, Extended, High, High 10, High 4:2:2, High 4:4:4 Predictive and
/// CAVLC 4:4:4 Intra.
const PROFILES: [u8; 8] = [66, 77, 88, 100, 110, 122, 244, 44];

/// A checked configuration.
pub(super) struct Plan(Arc<Shared>);

struct Shared {
    /// Kept for its Drop.
    _crew: Crew,
    settings: DecoderSettings,
    /// Bytes of a NAL unit's length; `None` in Annex B.
    length_size: Option<usize>,
    /// What the configuration says of colour goes before what the stream says.
    color: Color,
    aspect: Option<(u32, u32)>,
    rotation: u16,
    flip: bool,
}

impl Plan {
    pub(super) fn new(config: &Config, avc: AvcString) -> Result<Self> {
        check_profile(avc)?;
        let description = config.description().unwrap_or_default();
        let length_size = match config.description() {
            Some(description) => {
                avcc::check(description).map_err(|error| error.context("description"))?;
                Some(avcc::length_size(description)?)
            }
            None => None,
        };
        let low_latency = config.flag("optimizeForLatency");
        let crew = Crew::new();
        let settings = DecoderSettings {
            name: config.get("ffmpeg.decoder").ok().filter(|name| !name.is_empty()).map(str::to_owned),
            extradata: memory::copy("description", description, 0)?,
            threads: threads(config, &crew, low_latency)?,
            low_latency,
            host_options: config
                .av_options()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            limits: limits(config)?,
        };
        Decoder::check(&settings)?;
        Ok(Self(Arc::new(Shared {
            _crew: crew,
            settings,
            length_size,
            color: config.color(),
            aspect: pair(config, "displayAspectWidth", "displayAspectHeight")?,
            rotation: config.number("rotation").unwrap_or(0),
            flip: config.flag("flip"),
        })))
    }
}

/// The keys `maxPixels`, `maxSide` and `maxSamples`, which what the configuration itself says must be within.
fn limits(config: &Config) -> Result<Limits> {
    let default = Limits::default();
    let limits = Limits {
        max_pixels: config.number("maxPixels").unwrap_or(default.max_pixels),
        max_side: config.number("maxSide").unwrap_or(default.max_side),
        max_samples: config.number("maxSamples").unwrap_or(default.max_samples),
        ..default
    };
    let side = |key| config.number(key).unwrap_or(0);
    limits.check_picture(side("codedWidth"), side("codedHeight"), av::LIMIT_NAMES)?;
    Ok(limits)
}

fn check_profile(avc: AvcString) -> Result<()> {
    if PROFILES.contains(&avc.profile_idc) {
        return Ok(());
    }
    let known = PROFILES.map(|profile| format!("{profile:02x}")).join(", ");
    let text = format!("codec \"{avc}\": profile {:02x} is not supported", avc.profile_idc);
    Err(Error::not_supported(format!("{text}, supported are {known}")))
}

/// Frame threads, each but one of which holds a frame: one more than the crew's cores, as FFmpeg itself chooses (one may wait
/// for the rows of another), as far as `maxDelay` has room for them.
fn threads(config: &Config, crew: &Crew, low_latency: bool) -> Result<u32> {
    let limit: u32 = config.number("maxDelay").unwrap_or(12);
    let cores = crew.threads();
    match config.number("threads").unwrap_or(0) {
        0 if low_latency => Ok(cores),
        0 if cores == 1 => Ok(1),
        0 => Ok((cores + 1).min(1 + limit.saturating_sub(USUAL_REORDER))),
        threads if low_latency || threads - 1 <= limit => Ok(threads),
        threads => {
            let needed = threads - 1;
            let text = format!(
                "maxDelay is {limit}, but {threads} threads hold {needed} frames: set maxDelay to {needed}, or fewer threads"
            );
            Err(Error::not_supported(text))
        }
    }
}

/// Two keys of which both or neither must be set.
fn pair(config: &Config, first: &str, second: &str) -> Result<Option<(u32, u32)>> {
    match (config.number(first), config.number(second)) {
        (Some(first), Some(second)) => Ok(Some((first, second))),
        (None, None) => Ok(None),
        _ => Err(Error::invalid(format!("{first} and {second} must both be set, or neither"))),
    }
}

impl Recipe<Chunk, VideoFrame> for Plan {
    fn open(&self) -> std::result::Result<Box<dyn Codec<Chunk, VideoFrame>>, Failure> {
        Ok(Box::new(VideoDecoder::new(Arc::clone(&self.0))?))
    }

    fn probe(&self) -> Result<()> {
        Decoder::open(&self.0.settings).map(drop)
    }

    fn accept(&self, offer: ChunkRef<'_>, key_wanted: bool) -> Result<()> {
        if offer.data.is_empty() {
            return Err(Error::data("the chunk is empty"));
        }
        if key_wanted && !avc::is_key(offer.data, self.0.length_size)? {
            return Err(Error::data(
                "a key chunk is wanted first: this one says that it is, but has no IDR picture",
            ));
        }
        Ok(())
    }
}

struct VideoDecoder {
    shared: Arc<Shared>,
    decoder: Decoder,
    timeline: Timeline,
    /// Tick and time of the packets that the decoder's threads may be at, oldest first.
    in_work: VecDeque<(i64, i64)>,
    /// Chunks without a picture, which go in front of the next one.
    ahead: Vec<u8>,
    draining: bool,
    _shift: Shift,
}

impl VideoDecoder {
    fn new(shared: Arc<Shared>) -> Result<Self> {
        let decoder = Decoder::open(&shared.settings)?;
        let (timeline, in_work, ahead) = (Timeline::new(0.0), VecDeque::new(), Vec::new());
        Ok(Self { shared, decoder, timeline, in_work, ahead, draining: false, _shift: Shift::begin() })
    }

    /// A failure belongs to the packet at which the decoder began to complain.
    fn blame(&self, error: Error) -> Failure {
        let blamed = self.decoder.blamed();
        let packet = self.in_work.iter().rev().find(|(tick, _)| Some(*tick as u32) == blamed);
        Failure { error, timestamp_us: packet.map(|(_, timestamp_us)| *timestamp_us) }
    }

    /// The chunk, behind what came before it without a picture; `None` if it has no picture either. FFmpeg takes a
    /// packet without one for damage.
    fn with_side_information(&mut self, data: Bytes) -> Result<Option<Bytes>> {
        let has_picture = !avc::is_side_information(&data, self.shared.length_size);
        if has_picture && self.ahead.is_empty() {
            return Ok(Some(data));
        }
        if self.ahead.len().saturating_add(data.len()) > MAX_AHEAD_BYTES && !has_picture {
            let text =
                format!("more than {MAX_AHEAD_BYTES} bytes of side information came without a picture");
            return Err(Error::new(Kind::Encoding, text));
        }
        memory::append("a chunk", &mut self.ahead, &data)?;
        has_picture.then(|| Bytes::from_vec(std::mem::take(&mut self.ahead))).transpose()
    }

    fn finish(&mut self, mut frame: av::Frame) -> std::result::Result<VideoFrame, Failure> {
        let tick = frame.pts();
        let stamp = self.timeline.take(tick);
        let unknown = || {
            Error::new(
                Kind::Internal,
                format!("the decoder gave a frame for tick {tick}, which no chunk has"),
            )
        };
        let Stamp { timestamp_us, duration_us, id } = stamp.ok_or_else(unknown)?;
        let at = |error| Failure { error, timestamp_us: Some(timestamp_us) };
        self.check_concealed(&frame).map_err(at)?;
        let mut info = frame.info().map_err(at)?;
        let limits = &self.shared.settings.limits;
        limits.check_picture(info.coded_width, info.coded_height, av::LIMIT_NAMES).map_err(at)?;
        self.shared.apply(&mut info);
        (info.timestamp_us, info.duration_us, info.id) = (timestamp_us, duration_us, id);
        frame.into_media(info).map_err(at)
    }

    /// Damage that FFmpeg painted over is an error here, as W3C has it. The log tells reliably; the flags of a
    /// frame are lost where threads pass it on.
    fn check_concealed(&self, frame: &av::Frame) -> Result<()> {
        let words = self.decoder.concealed(frame.pts());
        let words =
            words.or_else(|| frame.is_concealed().then(|| "parts of the picture are missing".to_owned()));
        words.map_or(Ok(()), |words| Err(Error::new(Kind::Encoding, format!("the decoder failed ({words})"))))
    }
}

impl Shared {
    /// What the configuration says goes before what the stream says.
    fn apply(&self, info: &mut VideoInfo) {
        info.color = self.color.or(info.color);
        (info.rotation, info.flip) = (self.rotation, self.flip);
        if let Some((width, height)) = self.aspect {
            (info.display_width, info.display_height) =
                grown(info.visible.width, info.visible.height, width, height);
        }
        if matches!(self.rotation, 90 | 270) {
            std::mem::swap(&mut info.display_width, &mut info.display_height);
        }
    }
}

/// `width` x `height` with one side grown to the ratio `aspect_width` : `aspect_height`.
fn grown(width: u32, height: u32, aspect_width: u32, aspect_height: u32) -> (u32, u32) {
    let wide = u64::from(width) * u64::from(aspect_height);
    let high = u64::from(height) * u64::from(aspect_width);
    let rounded = |product: u64, by: u32| {
        u32::try_from((product + u64::from(by) / 2) / u64::from(by)).unwrap_or(u32::MAX)
    };
    if wide < high { (rounded(high, aspect_height), height) } else { (width, rounded(wide, aspect_width)) }
}

impl Codec<Chunk, VideoFrame> for VideoDecoder {
    fn send(&mut self, input: Chunk) -> std::result::Result<(), Failure> {
        let info = input.info;
        let stamp = Stamp { timestamp_us: info.timestamp_us, duration_us: info.duration_us, id: info.id };
        let Some(data) = self.with_side_information(input.data)? else { return Ok(()) };
        let mut packet = Packet::new()?;
        packet.set_bytes(data)?;
        let tick = match self.decoder.is_second_field(&packet) {
            true => self.timeline.push_second(stamp),
            false => self.timeline.push(stamp),
        };
        self.timeline.expire(self.decoder.delay());
        self.in_work.push_back((tick, info.timestamp_us));
        if self.in_work.len() > IN_WORK {
            self.in_work.pop_front();
        }
        packet.set_times(tick, info.key);
        self.decoder.send(&mut packet).map_err(|error| self.blame(error))
    }

    fn receive(&mut self) -> std::result::Result<Option<VideoFrame>, Failure> {
        match self.decoder.receive().map_err(|error| self.blame(error))? {
            Some(frame) => self.finish(frame).map(Some),
            None => {
                if std::mem::take(&mut self.draining) {
                    self.decoder.restart();
                    self.timeline.clear();
                    self.in_work.clear();
                    self.ahead.clear();
                }
                Ok(None)
            }
        }
    }

    fn drain(&mut self) -> std::result::Result<(), Failure> {
        self.draining = true;
        self.decoder.drain().map_err(|error| self.blame(error))
    }

    fn holding(&self) -> usize {
        self.timeline.len()
    }
}
