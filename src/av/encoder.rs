//! A video encoder of FFmpeg.

use ffmpeg_sys_next as ff;

use super::color::color_fields;
use super::context::{Answer, Context};
use super::encoder_name::EncoderName;
use super::frame::Frame;
use super::host_options;
use super::packet::Packet;
use super::picture::Picture;
use super::rate::{self, Rate};
use super::{pixel_format, room};
use crate::error::{Error, Result};
use crate::media::{Color, Follows, PixelFormat, Quantize};

/// How to open an encoder.
#[derive(Clone, Debug, PartialEq)]
pub struct EncoderSettings {
    /// Which one.
    pub name: EncoderName,
    /// Pictures' width.
    pub width: u32,
    /// Pictures' height.
    pub height: u32,
    /// How they lie in memory: I420 or NV12.
    pub format: PixelFormat,
    /// Colour to signal.
    pub color: Color,
    /// Width to height of a pixel.
    pub sample_aspect: (u32, u32),
    /// Frames a second; a tick of the internal time is one frame.
    pub framerate: f64,
    /// Bits a second.
    pub bitrate: Option<u64>,
    /// Where the host does not bound the bits itself, no more than the bitrate come out, over this many microseconds.
    pub buffer_us: Option<u64>,
    /// How its bits follow the timestamps; by a bitrate only if it was opened with one that is bounded by itself.
    pub follows: Follows,
    /// Codec threads.
    pub threads: u32,
    /// The quantizer of the first frame, or of those without one of their own, in place of `bitrate`; and how it is told.
    pub quantizer: Option<(i32, Quantize)>,
    /// What it will have allocated at the most; 0 where that is not known.
    pub memory_bytes: u64,
    /// Parameter sets in `extradata` and not in band.
    pub global_header: bool,
    /// The key that decides where parameter sets are, for errors.
    pub format_key: Option<&'static str>,
    /// The host's AVOptions.
    pub host_options: Vec<(String, String)>,
    /// AVOptions after those, later ones win.
    pub options: Vec<(String, String)>,
    /// AVOptions after those: what brings the stream into its profile and level.
    pub profile: Vec<(String, String)>,
}

/// An open encoder.
pub struct Encoder {
    context: Context,
    quantizer: Option<(i32, Quantize)>,
    rate: Rate,
}

impl Encoder {
    /// Checks that the encoder exists and has the options, without opening it.
    ///
    /// # Errors
    /// As [`Context::set_options`]; `InvalidArgument` for an option that a host may not set, with what to use instead.
    pub fn check(settings: &EncoderSettings) -> Result<()> {
        Self::prepare(settings).map(drop)
    }

    /// Opens an encoder.
    ///
    /// # Errors
    /// As [`check`](Self::check) and [`Context::open`]; `OutOfMemory`.
    pub fn open(settings: &EncoderSettings) -> Result<Self> {
        let mut context = Self::prepare(settings)?;
        room::check(settings.name.as_str(), settings.memory_bytes)?;
        let named = || host_options::with(settings.name.as_str(), &settings.host_options);
        context.open().map_err(|error| error.context(named()))?;
        let rate = Rate::of(&context, settings);
        Ok(Self { context, quantizer: settings.quantizer, rate })
    }

    /// The bitrate that it was opened with, if it can be kept to another one while it runs.
    pub fn bitrate(&self) -> Option<u64> {
        self.rate.bitrate()
    }

    /// The next frame is worth `frame_us`, at `bits` a second; without effect if it has no [`bitrate`](Self::bitrate).
    pub fn keep_pace(&mut self, bits: u64, frame_us: f64) {
        self.rate.keep(&self.context, bits, frame_us);
    }

    /// Fits its buffer, of `buffer_us`, to another bitrate; not for a buffer of the host's.
    pub fn fit_buffer(&mut self, bits: u64, buffer_us: u64) {
        self.rate.fit_buffer(&self.context, bits, buffer_us);
    }

    fn prepare(settings: &EncoderSettings) -> Result<Context> {
        // SAFETY: a NUL-terminated static name.
        let codec = unsafe { ff::avcodec_find_encoder_by_name(settings.name.0.as_ptr()) };
        // SAFETY: from a find function, which found it by the same name before.
        let mut context = unsafe { Context::new(codec)? };
        host_options::set(&mut context, &settings.host_options, &host_options::ENCODER, settings.format_key)?;
        check_format(codec, settings)?;
        // What follows goes over what the host's options did.
        let EncoderSettings { format, width, height, .. } = *settings;
        Picture { format, width, height }.tell(&context)?;
        // SAFETY: the context is valid and not open.
        unsafe { fill(context.as_ptr(), settings) };
        context.set_options(&settings.options)?;
        context.set_options(&settings.profile)?;
        // SAFETY: as above.
        unsafe { rate::bound(context.as_ptr(), settings) };
        match settings.quantizer {
            Some((quantizer, Quantize::Offset)) => {
                context.set_options(&[("crf".to_owned(), quantizer.to_string())])?;
            }
            // What it is opened with is the widest that a frame may have.
            Some((_, Quantize::Bound(table))) => set_bound(&context, nearest(table, i32::MAX)),
            None => (),
        }
        Ok(context)
    }

    /// The parameter sets, if they are not in band.
    pub fn extradata(&self) -> &[u8] {
        self.context.extradata()
    }

    /// Gives it a frame at the time of `tick`; `key` asks for a key frame, `quantizer` for that quantizer (if
    /// the settings have one).
    pub fn send(&mut self, frame: &mut Frame, tick: i64, key: bool, quantizer: Option<i32>) -> Result<()> {
        match (self.quantizer, quantizer) {
            (Some((base, Quantize::Offset)), Some(quantizer)) => frame.set_quantizer(base, quantizer)?,
            (Some((_, Quantize::Bound(table))), Some(quantizer)) => {
                set_bound(&self.context, nearest(table, quantizer))
            }
            _ => (),
        }
        let picture_type =
            if key { ff::AVPictureType::AV_PICTURE_TYPE_I } else { ff::AVPictureType::AV_PICTURE_TYPE_NONE };
        let pts = self.rate.begin(&self.context, tick);
        // SAFETY: frame and context are valid; the encoder takes its own reference.
        let code = unsafe {
            (*frame.as_ptr()).pts = pts;
            (*frame.as_ptr()).pict_type = picture_type;
            ff::avcodec_send_frame(self.context.as_ptr(), frame.as_ptr())
        };
        self.context.sent("the encoder failed", code)
    }

    /// Says that no frame follows.
    pub fn drain(&mut self) -> Result<()> {
        // SAFETY: the context is valid; NULL means the end.
        let code = unsafe { ff::avcodec_send_frame(self.context.as_ptr(), std::ptr::null()) };
        self.context.sent("the encoder failed", code)
    }

    /// The next packet, `None` if it wants a frame or has given everything.
    pub fn receive(&mut self) -> Result<Option<Packet>> {
        let mut packet = Packet::new()?;
        // SAFETY: both are valid.
        let code = unsafe { ff::avcodec_receive_packet(self.context.as_ptr(), packet.as_ptr()) };
        match self.context.answer("the encoder failed", code)? {
            Answer::Done => {
                self.rate.end(&mut packet);
                Ok(Some(packet))
            }
            Answer::Again | Answer::End => Ok(None),
        }
    }
}

/// The worst quantizer, by its own numbers, that an encoder may take for the next frame.
fn set_bound(context: &Context, quantizer: i32) {
    // SAFETY: the context is valid, and nobody else uses it.
    unsafe { ((*context.as_ptr()).qmin, (*context.as_ptr()).qmax) = (0, quantizer) };
}

/// The place in a rising table of what is nearest to `quantizer`; the lower of two.
fn nearest(table: &[u8], quantizer: i32) -> i32 {
    let places = (0..).zip(table);
    places.min_by_key(|(_, value)| i32::from(**value).abs_diff(quantizer)).map_or(0, |(place, _)| place)
}

/// Checks that the encoder takes the pictures, as far as FFmpeg tells.
///
/// # Errors
/// `NotSupported` naming both.
fn check_format(codec: *const ff::AVCodec, settings: &EncoderSettings) -> Result<()> {
    let wanted = pixel_format::to_av(settings.format).map_or(-1, |format| format as i32);
    // SAFETY: FFmpeg's codecs are static. The list, where there is one, ends with AV_PIX_FMT_NONE; read as numbers,
    // because a newer FFmpeg may have more than the bindings know.
    let takes = unsafe {
        let mut format = (*codec).pix_fmts.cast::<i32>();
        let mut takes = format.is_null();
        while !takes && *format != ff::AVPixelFormat::AV_PIX_FMT_NONE as i32 {
            takes = *format == wanted;
            format = format.add(1);
        }
        takes
    };
    if takes {
        return Ok(());
    }
    let (name, format) = (settings.name.as_str(), settings.format.name());
    Err(Error::not_supported(format!("ffmpeg.encoder: {name} does not encode {format}")))
}

/// # Safety
/// `context` is valid and not open.
unsafe fn fill(context: *mut ff::AVCodecContext, settings: &EncoderSettings) {
    // SAFETY: the caller's promise. av_d2q has no preconditions.
    unsafe {
        let framerate = ff::av_d2q(settings.framerate, 1_001_000);
        (*context).framerate = framerate;
        (*context).time_base = match settings.follows {
            Follows::Durations => ff::AVRational { num: 1, den: rate::TICKS_A_SECOND },
            _ => ff::AVRational { num: framerate.den, den: framerate.num },
        };
        let (num, den) = settings.sample_aspect;
        ff::av_reduce(
            &mut (*context).sample_aspect_ratio.num,
            &mut (*context).sample_aspect_ratio.den,
            i64::from(num),
            i64::from(den),
            i64::from(u16::MAX),
        );
        (*context).bit_rate = i64::try_from(settings.bitrate.unwrap_or(0)).unwrap_or(i64::MAX);
        (*context).thread_count = settings.threads as i32;
        if settings.global_header {
            (*context).flags |= ff::AV_CODEC_FLAG_GLOBAL_HEADER as i32;
        }
        color_fields!(context, colorspace).write(&settings.color);
    }
}
