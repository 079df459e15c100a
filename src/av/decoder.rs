//! A video decoder of FFmpeg.

use ffmpeg_sys_next as ff;

use super::callbacks::limited_format;
use super::context::{Answer, Context};
use super::descriptor::Descriptor;
use super::frame::Frame;
use super::host_options;
use super::packet::Packet;
use super::parser::Parser;
use super::picture::Picture;
use super::sound::Sound;
use crate::error::{Error, Result};
use crate::media::{Limits, PictureLimitNames, keys};

/// How to open a decoder.
#[derive(Clone, Debug, PartialEq)]
pub struct DecoderSettings {
    /// FFmpeg's name of the codec.
    pub codec: &'static str,
    /// What people call it, for errors.
    pub title: &'static str,
    /// FFmpeg's name of the decoder; its own choice without one.
    pub name: Option<String>,
    /// FFmpeg's name of the decoder for packets with alpha.
    pub alpha_name: Option<&'static str>,
    /// Setup bytes; empty without any.
    pub extradata: Vec<u8>,
    /// What pictures are, where chunks do not tell.
    pub picture: Option<Picture>,
    /// What sound is; `None`: there are pictures.
    pub sound: Option<Sound>,
    /// Codec threads at the most.
    pub threads: u32,
    /// Threads only inside a frame, so that no frame waits for another.
    pub low_latency: bool,
    /// The key that decides where parameter sets are, for errors.
    pub format_key: Option<&'static str>,
    /// The host's AVOptions.
    pub host_options: Vec<(String, String)>,
    /// What pictures and sound may take; the stream decides how much they would.
    pub limits: Limits,
}

/// How a decoder fits a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// Codec threads.
    pub threads: u32,
    /// Holds pictures back as the stream's level has memory for, because the stream does not say how far they are reordered.
    pub reorders_by_level: bool,
    /// Packets have alpha.
    pub alpha: bool,
}

/// What the limits are called in a decoder's configuration.
pub const LIMIT_NAMES: PictureLimitNames = PictureLimitNames { pixels: "maxPixels", side: "maxSide" };

/// An open decoder.
pub struct Decoder {
    context: Context,
    parser: Option<Parser>,
    /// Decoded into, and moved out of: one allocation for all frames.
    frame: Frame,
    limits: Limits,
}

impl Decoder {
    /// Checks that the decoder exists and has the options, without opening it.
    ///
    /// # Errors
    /// `NotSupported` naming a decoder that this FFmpeg does not have; `InvalidArgument` for an option that it does not
    /// have or a host may not set, with what to use instead.
    pub fn check(settings: &DecoderSettings) -> Result<()> {
        Self::prepare(settings, false).map(drop)
    }

    /// Opens a decoder.
    ///
    /// # Errors
    /// As [`check`](Self::check) and [`Context::open`].
    pub fn open(settings: &DecoderSettings, fit: Fit) -> Result<Self> {
        let mut context = Self::prepare(settings, fit.alpha)?;
        // SAFETY: the context is valid and not open.
        unsafe {
            let fields = &mut *context.as_ptr();
            fields.thread_count = fit.threads as i32;
            if fit.reorders_by_level {
                fields.strict_std_compliance = ff::FF_COMPLIANCE_STRICT;
            }
        }
        context.open()?;
        let parser = match settings.sound {
            // SAFETY: the context's codec is from a find function.
            None => unsafe { Parser::new((*context.as_ptr()).codec, &settings.extradata)? },
            Some(_) => None,
        };
        Ok(Self { context, parser, frame: Frame::new()?, limits: settings.limits })
    }

    fn prepare(settings: &DecoderSettings, alpha: bool) -> Result<Context> {
        let codec = find(settings, alpha)?;
        // SAFETY: from a find function.
        let mut context = unsafe { Context::new(codec)? };
        host_options::set(&mut context, &settings.host_options, &host_options::DECODER, settings.format_key)?;
        // What follows goes over what the host's options did.
        context.set_extradata(&settings.extradata)?;
        let slices = ff::FF_THREAD_SLICE;
        // SAFETY: the context is valid and not open.
        unsafe {
            let fields = &mut *context.as_ptr();
            fields.thread_type = if settings.low_latency { slices } else { slices | ff::FF_THREAD_FRAME };
            fields.time_base = ff::AVRational { num: 1, den: 1_000_000 };
            fields.pkt_timebase = fields.time_base;
            // After a start in the middle of a stream, pictures that cannot be right come out marked.
            fields.flags |= OUTPUT_CORRUPT;
            fields.max_pixels = guarded_pixels(&settings.limits);
            fields.max_samples = i64::from(i32::try_from(settings.limits.max_samples).unwrap_or(i32::MAX));
            fields.get_format = Some(limited_format);
        }
        settings.picture.map_or(Ok(()), |picture| picture.tell(&context))?;
        if let Some(sound) = settings.sound {
            sound.tell(&context)?;
            // What is priming and padding the timestamps and the configuration say, not the packets. Damage is an error.
            // SAFETY: the context is valid and not open.
            unsafe {
                (*context.as_ptr()).flags2 |= ff::AV_CODEC_FLAG2_SKIP_MANUAL;
                (*context.as_ptr()).err_recognition |=
                    ff::AV_EF_CRCCHECK | ff::AV_EF_BITSTREAM | ff::AV_EF_BUFFER | ff::AV_EF_EXPLODE;
            }
        }
        Ok(context)
    }

    /// True if the packet is the second field of a frame. To be asked of each packet once, in order.
    pub fn is_second_field(&mut self, packet: &Packet) -> bool {
        self.parser.as_mut().is_some_and(|parser| parser.is_second_field(packet))
    }

    /// How many further pictures the decoder may want before it gives one: its threads hold all but one of theirs, and the
    /// stream's order others. What did not come out by then was dropped.
    pub fn delay(&self) -> u32 {
        // SAFETY: the context is valid; FFmpeg changes these fields in calls of this thread's only.
        unsafe {
            let context = &*self.context.as_ptr();
            let frame_threads = context.active_thread_type & ff::FF_THREAD_FRAME != 0;
            let threads = if frame_threads { context.thread_count } else { 1 };
            u32::try_from(threads + context.has_b_frames).unwrap_or(0)
        }
    }

    /// Gives it a packet.
    pub fn send(&mut self, packet: &mut Packet) -> Result<()> {
        self.context.sends(packet.times().0);
        // SAFETY: both are valid; the decoder takes its own reference.
        let code = unsafe { ff::avcodec_send_packet(self.context.as_ptr(), packet.as_ptr()) };
        self.context.sent("the decoder failed", code).map_err(|error| self.name_limit(error))
    }

    /// Says that no packet follows for now. What cannot be right does not come out then: FFmpeg would not mark it.
    pub fn drain(&mut self) -> Result<()> {
        // SAFETY: the context is valid and open; FFmpeg takes the flag over with the packet that is sent next.
        unsafe { (*self.context.as_ptr()).flags &= !OUTPUT_CORRUPT };
        // SAFETY: the context is valid; NULL means the end.
        let code = unsafe { ff::avcodec_send_packet(self.context.as_ptr(), std::ptr::null()) };
        self.context.sent("the decoder failed", code).map_err(|error| self.name_limit(error))
    }

    /// The next frame, `None` if it wants a packet or has given everything.
    ///
    /// # Errors
    /// `Encoding` if the decoder fails; `NotSupported` if the frame is beyond the limits.
    pub fn receive(&mut self) -> Result<Option<Frame>> {
        // SAFETY: both are valid; the frame is empty (moved out of, or unreferenced by the call).
        let code = unsafe { ff::avcodec_receive_frame(self.context.as_ptr(), self.frame.as_ptr()) };
        match self.context.answer("the decoder failed", code).map_err(|error| self.name_limit(error))? {
            Answer::Done => Ok(Some(self.frame.take()?)),
            Answer::Again | Answer::End => Ok(None),
        }
    }

    fn name_limit(&self, error: Error) -> Error {
        let Limits { max_pixels, max_samples, .. } = self.limits;
        let (name, most) = match &error.text {
            text if text.contains(TOO_MANY_PIXELS) => (LIMIT_NAMES.pixels, max_pixels),
            text if text.contains(TOO_MANY_SAMPLES) => (keys::MAX_SAMPLES.name, max_samples),
            _ => return error,
        };
        Error::not_supported(format!("{name} is {most}: {}", error.text))
    }

    /// What the decoder said of damage up to the packet of `tick`, whose picture has come out: the low 32 bits of the
    /// damaged packet's tick, and its words. Forgets what it said up to there.
    pub fn take_damage(&self, tick: i64) -> Option<(u32, String)> {
        self.context.words().take_damage(tick).map(|said| (said.tick, said.words))
    }

    /// Forgets what the decoder said of the packet of `tick`.
    pub fn forget(&self, tick: i64) {
        self.context.words().forget(tick);
    }

    /// The low 32 bits of the tick of the packet that the last failure's words came from.
    pub fn blamed(&self) -> Option<u32> {
        self.context.blamed()
    }

    /// After a drain: begins anew.
    pub fn restart(&mut self) {
        // SAFETY: the context is valid and open.
        unsafe {
            (*self.context.as_ptr()).flags |= OUTPUT_CORRUPT;
            ff::avcodec_flush_buffers(self.context.as_ptr());
        }
    }
}

const OUTPUT_CORRUPT: i32 = ff::AV_CODEC_FLAG_OUTPUT_CORRUPT as i32;

/// How FFmpeg says it.
const TOO_MANY_PIXELS: &str = "exceeds specified max pixel count";
const TOO_MANY_SAMPLES: &str = "exceeds max_samples";

/// What FFmpeg is told: it counts pixels of rows that are padded to 64. The exact limit is checked with the frame.
fn guarded_pixels(limits: &Limits) -> i64 {
    const PADDING: u64 = 64;
    let pixels = limits.max_pixels.saturating_add(PADDING * u64::from(limits.max_side));
    i64::try_from(pixels).unwrap_or(i64::MAX)
}

/// What `limited_format` does: true if the coming pictures are beyond the limit, before tables and pictures of that size
/// are allocated.
///
/// # Safety
/// `context` is a codec context of this file's, in use by the calling thread.
pub(super) unsafe fn is_too_large(context: *const ff::AVCodecContext) -> bool {
    // SAFETY: the caller's promise.
    let (width, height, most) =
        unsafe { ((*context).coded_width, (*context).coded_height, (*context).max_pixels) };
    if i64::from(width) * i64::from(height) <= most {
        return false;
    }
    // SAFETY: as above.
    unsafe { super::log::say_of(context, &format!("picture size {width}x{height} {TOO_MANY_PIXELS}")) };
    true
}

/// The decoder that the host names, or FFmpeg's choice; with `alpha` the one that gives it.
fn find(settings: &DecoderSettings, alpha: bool) -> Result<*const ff::AVCodec> {
    super::log::init();
    let name = settings.name.as_deref().or(settings.alpha_name.filter(|_| alpha));
    let text = std::ffi::CString::new(name.unwrap_or_default())
        .map_err(|_| Error::invalid("ffmpeg.decoder has a NUL inside"))?;
    let codec =
        Descriptor::of_name(settings.codec).and_then(|codec| codec.decoder(name.map(|_| text.as_c_str())));
    codec.ok_or_else(|| {
        let (title, name) = (settings.title, name.unwrap_or(settings.codec));
        Error::not_supported(format!("ffmpeg.decoder: this FFmpeg has no {title} decoder {name}"))
    })
}
