//! The video decoder: H.264 chunks to frames.

use std::collections::VecDeque;
use std::sync::Arc;

use super::crew::{Crew, Shift};
use super::timeline::{Stamp, Timeline};
use crate::av::{self, Decoder, DecoderSettings, Packet};
use crate::error::{Error, Kind, Result};
use crate::machine::{Codec, Failure, Recipe};
use crate::media::avc::sps::Sps;
use crate::media::avc::{self, Content, Reorder, Sequence, avcc};
use crate::media::codec_string::AvcString;
use crate::media::memory;
use crate::media::{Bytes, Chunk, ChunkInfo, ChunkRef, Color, Config, Limits, VideoFrame, VideoInfo};

/// Packets whose times are remembered for failures: more than a decoder's threads can be at.
const IN_WORK: usize = 96;

/// Parameter sets and messages of a few frames are far smaller.
const MAX_AHEAD_BYTES: usize = 1 << 20;

/// How far streams are reordered, as long as they have not said so.
const USUAL_REORDER: Reorder = Reorder::Told(4);

/// profile_idc of what FFmpeg decodes: Baseline, Main, Extended, High, High 10, High 4:2:2, High 4:4:4 Predictive and
/// CAVLC 4:4:4 Intra.
const PROFILES: [u8; 8] = [66, 77, 88, 100, 110, 122, 244, 44];

/// A checked configuration.
pub(super) struct Plan(Arc<Shared>);

struct Shared {
    /// Kept for its Drop.
    _crew: Crew,
    settings: DecoderSettings,
    max_delay: u32,
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
        avc.check_level()?;
        let description = config.description().unwrap_or_default();
        let length_size = match config.description() {
            Some(description) => {
                avcc::check(description).map_err(|error| error.context("description"))?;
                check_form(description)?;
                Some(avcc::length_size(description)?)
            }
            None => None,
        };
        let low_latency = config.flag("optimizeForLatency");
        let crew = Crew::new();
        let max_delay = config.number("maxDelay").unwrap_or(12);
        let settings = DecoderSettings {
            reorders_by_level: false,
            name: config.get("ffmpeg.decoder").ok().filter(|name| !name.is_empty()).map(str::to_owned),
            extradata: memory::copy("description", description, 0)?,
            threads: threads(config, &crew, low_latency, max_delay)?,
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
            max_delay,
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

/// Checks that pictures of the description's parameter sets have a form here.
fn check_form(description: &[u8]) -> Result<()> {
    for sps in avcc::sets(description).filter_map(|set| Sps::parse(set).ok()) {
        let (luma, chroma) = (sps.bit_depth_luma, sps.bit_depth_chroma);
        if !matches!(luma, 8 | 10 | 12) || (chroma != luma && sps.chroma_format_idc != 0) {
            let text =
                format!("description: pictures of {luma} bits (chroma {chroma}), supported are 8, 10 and 12");
            return Err(Error::not_supported(text));
        }
    }
    Ok(())
}

/// Frame threads, each but one of which holds a frame: one more than the crew's cores, as FFmpeg itself chooses (one may wait
/// for the rows of another).
fn threads(config: &Config, crew: &Crew, low_latency: bool, max_delay: u32) -> Result<u32> {
    let cores = crew.threads();
    match config.number("threads").unwrap_or(0) {
        0 if low_latency || cores == 1 => Ok(cores),
        0 => Ok(cores + 1),
        threads if low_latency || threads - 1 <= max_delay => Ok(threads),
        threads => {
            let needed = threads - 1;
            let text = format!(
                "maxDelay is {max_delay}, but {threads} threads hold {needed} frames: set maxDelay to {needed}, or fewer threads"
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
        if key_wanted && offer.data.is_empty() {
            return Err(Error::data("a key chunk is wanted first: this one is empty"));
        }
        if key_wanted && !avc::is_key(offer.data, self.0.length_size)? {
            return Err(Error::data(
                "a key chunk is wanted first: this one says that it is, but has neither an IDR picture nor a recovery point",
            ));
        }
        Ok(())
    }
}

/// Which pictures refer to one that is missing.
#[derive(Clone, Copy)]
enum Loss {
    None,
    /// Those that are shown before this time.
    Before(i64),
    All,
}

impl Loss {
    /// After a picture of that kind, shown at `timestamp_us`.
    fn after(self, idr: bool, sound: bool, after_loss: bool, timestamp_us: i64) -> Self {
        match self {
            _ if idr => Loss::None,
            _ if after_loss && !sound => Loss::All,
            Loss::All if sound => Loss::Before(timestamp_us),
            loss => loss,
        }
    }

    fn shows_at(self, timestamp_us: i64) -> bool {
        match self {
            Loss::None => false,
            Loss::Before(sound_us) => timestamp_us < sound_us,
            Loss::All => true,
        }
    }
}

struct VideoDecoder {
    shared: Arc<Shared>,
    decoder: Decoder,
    /// What `decoder` was opened with.
    settings: DecoderSettings,
    sequence: Sequence,
    timeline: Timeline,
    /// Tick and time of the packets that the decoder's threads may be at, oldest first.
    in_work: VecDeque<(i64, i64)>,
    /// Chunks without a picture, which go in front of the next one.
    ahead: Vec<u8>,
    /// What came out of a decoder that another one has replaced.
    ready: VecDeque<VideoFrame>,
    loss: Loss,
    /// A picture that can be right has come out since decoding began, or it began with one.
    settled: bool,
    /// Pictures that were taken and not given out, since they were last told.
    dropped: u64,
    draining: bool,
    _shift: Shift,
}

type Outcome<T> = std::result::Result<T, Failure>;

impl VideoDecoder {
    fn new(shared: Arc<Shared>) -> Result<Self> {
        let sequence = Sequence::new(&shared.settings.extradata);
        let settings = shared.fitted(sequence.reorder().unwrap_or(USUAL_REORDER));
        Ok(Self {
            decoder: Decoder::open(&settings)?,
            settings,
            sequence,
            shared,
            timeline: Timeline::new(0.0),
            in_work: VecDeque::new(),
            ahead: Vec::new(),
            ready: VecDeque::new(),
            loss: Loss::None,
            settled: false,
            dropped: 0,
            draining: false,
            _shift: Shift::begin(),
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

    /// At a picture with which decoding can begin: opens the decoder that suits the stream's reordering, once what the
    /// one before it holds has come out.
    fn suit(&mut self, reorder: Reorder) -> Outcome<()> {
        let settings = self.shared.fitted(reorder);
        if settings == self.settings {
            return Ok(());
        }
        if !self.in_work.is_empty() {
            self.decoder.drain().map_err(|error| self.blame(error))?;
            while let Some(frame) = self.take()? {
                self.ready.push_back(frame);
            }
            self.end_sequence();
        }
        self.decoder = Decoder::open(&settings)?;
        self.settings = settings;
        Ok(())
    }

    /// Everything has come out that will.
    fn end_sequence(&mut self) {
        self.dropped += self.timeline.clear() as u64;
        self.in_work.clear();
        self.settled = false;
    }

    /// The next frame of the decoder.
    fn take(&mut self) -> Outcome<Option<VideoFrame>> {
        loop {
            match self.decoder.receive() {
                Ok(Some(frame)) if frame.is_corrupt() => {
                    self.decoder.forget(frame.pts());
                    self.dropped += u64::from(self.timeline.take(frame.pts()).is_some());
                }
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
        if self.settled || error.kind != Kind::Encoding {
            return Err(self.blame(error));
        }
        if let Some((tick, _)) = self.decoder.blamed().and_then(|tick| self.sent_at(tick)) {
            self.dropped += u64::from(self.timeline.take(tick).is_some());
        }
        Ok(())
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
        self.settled = true;
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
        let said = said.filter(|(tick, _)| self.settled || *tick == frame.pts() as u32);
        let (words, at) = match said {
            Some((tick, words)) => (words, self.sent_at(tick).map(|(_, timestamp_us)| timestamp_us)),
            None if frame.is_concealed() => ("parts of the picture are missing".to_owned(), None),
            None => return Ok(()),
        };
        let error = Error::new(Kind::Encoding, format!("the decoder failed ({words})"));
        Err(Failure { error, timestamp_us: at.or(Some(timestamp_us)) })
    }
}

impl Shared {
    /// The settings for a stream that is reordered so far: what it holds back goes before `maxDelay`, threads get the rest.
    fn fitted(&self, reorder: Reorder) -> DecoderSettings {
        let mut settings = self.settings.clone();
        if !settings.low_latency {
            settings.reorders_by_level = matches!(reorder, Reorder::Derived(_));
            let room = self.max_delay.saturating_sub(reorder.frames());
            settings.threads = settings.threads.min(1 + room);
        }
        settings
    }

    /// What the configuration says goes before what the stream says.
    fn apply(&self, info: &mut VideoInfo) {
        let planes_are_rgb = info.is_gbr();
        info.color = self.color.or(info.color);
        if planes_are_rgb {
            info.color.matrix = Some(0); // what the planes are, nobody can say otherwise
        }
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
    fn send(&mut self, input: Chunk) -> Outcome<()> {
        let info = input.info;
        if input.data.is_empty() {
            return Err(Error::new(Kind::Encoding, "the chunk is empty").into()); // to FFmpeg it would mean the end
        }
        let Content::Picture { idr, after_loss, sound } =
            self.sequence.look(&input.data, self.shared.length_size)
        else {
            return Ok(self.keep_side_information(&input.data)?);
        };
        if let Some(reorder) = self.sequence.reorder().filter(|_| idr || self.in_work.is_empty()) {
            self.suit(reorder)?;
        }
        self.settled |= idr;
        let mut packet = Packet::new()?;
        packet.set_bytes(self.behind_side_information(input.data)?)?;
        let ChunkInfo { timestamp_us, duration_us, id, discard, .. } = info;
        self.loss = self.loss.after(idr, sound, after_loss, timestamp_us);
        let reference_lost = self.loss.shows_at(timestamp_us);
        let stamp = Stamp { timestamp_us, duration_us, id, discard, reference_lost };
        let tick = match self.decoder.is_second_field(&packet) {
            true => self.timeline.push_second(stamp),
            false => self.timeline.push(stamp),
        };
        self.timeline.expire(self.decoder.delay());
        self.in_work.push_back((tick, timestamp_us));
        if self.in_work.len() > IN_WORK {
            self.in_work.pop_front();
        }
        packet.set_times(tick, info.key);
        self.decoder.send(&mut packet).or_else(|error| self.tolerate(error))
    }

    fn receive(&mut self) -> Outcome<Option<VideoFrame>> {
        if let Some(frame) = self.ready.pop_front() {
            return Ok(Some(frame));
        }
        let frame = self.take()?;
        if frame.is_none() && std::mem::take(&mut self.draining) {
            self.decoder.restart();
            self.end_sequence();
            self.sequence.restart();
            self.loss = Loss::None;
            self.ahead.clear();
        }
        Ok(frame)
    }

    fn drain(&mut self) -> Outcome<()> {
        self.draining = true;
        self.decoder.drain().map_err(|error| self.blame(error))
    }

    fn holding(&self) -> usize {
        self.timeline.len() + self.ready.len()
    }

    fn take_dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }
}
