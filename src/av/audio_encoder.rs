//! An audio encoder of FFmpeg.

use std::ptr::NonNull;

use ffmpeg_sys_next as ff;

use super::audio_frame::nearest;
use super::context::{Answer, Context};
use super::encoder_name::EncoderName;
use super::frame::Frame;
use super::packet::Packet;
use super::sound::Sound;
use super::{host_options, sample_format};
use crate::error::{Error, Kind, Result};
use crate::media::SampleFormat;

/// How to open an audio encoder.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioEncoderSettings {
    /// Which one.
    pub name: EncoderName,
    /// Rate and channels.
    pub sound: Sound,
    /// Bits a second; the encoder's own choice without.
    pub bitrate: Option<u64>,
    /// The host's AVOptions.
    pub host_options: Vec<(String, String)>,
    /// AVOptions after those, later ones win.
    pub options: Vec<(String, String)>,
    /// AVOptions that older encoders do not have, and that go without then.
    pub hints: Vec<(String, String)>,
}

/// An open audio encoder.
pub struct AudioEncoder {
    context: Context,
    /// What is filled before it is sent; the encoder keeps no reference.
    frame: Option<Frame>,
    /// Received into, and given away: no allocation where there is nothing.
    packet: Packet,
    /// Samples that were sent.
    sent: i64,
}

impl AudioEncoder {
    /// Opens an encoder for samples of `format`, or of what is nearest to it.
    ///
    /// # Errors
    /// As [`Context::set_options`] and [`Context::open`]; `InvalidArgument` for an option that a host may not set, with what to
    /// use instead; `OutOfMemory`.
    pub fn open(settings: &AudioEncoderSettings, format: SampleFormat) -> Result<Self> {
        let mut context = Self::prepare(settings)?;
        let takes = formats(&context);
        let format = nearest(format, &takes).ok_or_else(|| {
            Error::not_supported(format!("{} takes no sample format of W3C's", settings.name.as_str()))
        })?;
        // SAFETY: the context is valid and not open.
        unsafe { (*context.as_ptr()).sample_fmt = sample_format::to_av(format) };
        let named = || host_options::with(settings.name.as_str(), &settings.host_options);
        context.open().map_err(|error| error.context(named()))?;
        Ok(Self { context, frame: None, packet: Packet::new()?, sent: 0 })
    }

    fn prepare(settings: &AudioEncoderSettings) -> Result<Context> {
        // SAFETY: a NUL-terminated static name.
        let codec = unsafe { ff::avcodec_find_encoder_by_name(settings.name.0.as_ptr()) };
        // SAFETY: from a find function, which found it by the same name before.
        let mut context = unsafe { Context::new(codec)? };
        host_options::set(&mut context, &settings.host_options, &host_options::ENCODER, None)?;
        // What follows goes over what the host's options did.
        settings.sound.tell(&context)?;
        // SAFETY: the context is valid and not open.
        unsafe {
            let fields = &mut *context.as_ptr();
            if let Some(bitrate) = settings.bitrate {
                fields.bit_rate = i64::try_from(bitrate).unwrap_or(i64::MAX);
            }
            fields.thread_count = 1;
            fields.flags |= ff::AV_CODEC_FLAG_GLOBAL_HEADER as i32;
        }
        context.set_options(&settings.options)?;
        for hint in &settings.hints {
            match context.set_options(std::slice::from_ref(hint)) {
                Err(error) if error.kind == Kind::OutOfMemory => return Err(error),
                _ => (),
            }
        }
        Ok(context)
    }

    /// The setup bytes.
    pub fn extradata(&self) -> &[u8] {
        self.context.extradata()
    }

    /// Samples of a frame; `None` if it takes any number.
    pub fn frame_samples(&self) -> Option<u32> {
        // SAFETY: the context is valid and open; FFmpeg's codecs are static.
        let (size, any) = unsafe {
            let context = &*self.context.as_ptr();
            let any = (*context.codec).capabilities & ff::AV_CODEC_CAP_VARIABLE_FRAME_SIZE as i32 != 0;
            (context.frame_size, any)
        };
        u32::try_from(size).ok().filter(|size| *size > 0 && !any)
    }

    /// Samples that it puts in front of the sound.
    pub fn priming_samples(&self) -> u32 {
        // SAFETY: the context is valid and open.
        u32::try_from(unsafe { (*self.context.as_ptr()).initial_padding }).unwrap_or(0)
    }

    /// The format that it takes.
    pub fn format(&self) -> SampleFormat {
        // SAFETY: the context is valid and open; its format was one of W3C's.
        let format = unsafe { (*self.context.as_ptr()).sample_fmt as i32 };
        sample_format::from_av(format).unwrap_or(SampleFormat::F32)
    }

    /// The planes of a frame of so many samples, to be filled and then sent.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn planes(&mut self, samples: u32) -> Result<&[NonNull<u8>]> {
        // SAFETY: the frame is valid.
        let fits = |frame: &mut Frame| unsafe {
            frame.samples() == samples && ff::av_frame_is_writable(frame.as_ptr()) != 0
        };
        if !self.frame.as_mut().is_some_and(fits) {
            self.frame = Some(Frame::for_encoder(&self.context, samples)?);
        }
        // SAFETY: the context is valid and open.
        let channels = unsafe { (*self.context.as_ptr()).ch_layout.nb_channels };
        let planes = self.format().planes(u32::try_from(channels).unwrap_or(0));
        self.frame.as_mut().map_or(Ok(&[]), |frame| frame.sound_planes(planes))
    }

    /// Sends the first `samples` of the frame that was filled.
    ///
    /// # Errors
    /// `Encoding`.
    pub fn send(&mut self, samples: u32) -> Result<()> {
        let Some(frame) = &mut self.frame else {
            return Err(Error::new(Kind::Internal, "no frame was filled"));
        };
        // SAFETY: frame and context are valid; the frame has at least as many samples.
        let code = unsafe {
            let fields = &mut *frame.as_ptr();
            let whole = fields.nb_samples;
            (fields.nb_samples, fields.pts) = (samples as i32, self.sent);
            let code = ff::avcodec_send_frame(self.context.as_ptr(), fields);
            fields.nb_samples = whole;
            code
        };
        self.sent += i64::from(samples);
        self.context.sent("the encoder failed", code)
    }

    /// Says that no frame follows.
    ///
    /// # Errors
    /// `Encoding`.
    pub fn drain(&mut self) -> Result<()> {
        // SAFETY: the context is valid; NULL means the end.
        let code = unsafe { ff::avcodec_send_frame(self.context.as_ptr(), std::ptr::null()) };
        self.context.sent("the encoder failed", code)
    }

    /// The next packet, `None` if it wants a frame or has given everything.
    ///
    /// # Errors
    /// `Encoding`, `OutOfMemory`.
    pub fn receive(&mut self) -> Result<Option<Packet>> {
        loop {
            // SAFETY: both are valid.
            let code = unsafe { ff::avcodec_receive_packet(self.context.as_ptr(), self.packet.as_ptr()) };
            match self.context.answer("the encoder failed", code)? {
                // What FLAC ends with has no sound, only the setup bytes anew.
                Answer::Done if self.packet.data().is_empty() => (),
                Answer::Done => return Ok(Some(std::mem::replace(&mut self.packet, Packet::new()?))),
                Answer::Again | Answer::End => return Ok(None),
            }
        }
    }
}

/// Those of W3C's formats that an encoder takes.
fn formats(context: &Context) -> Vec<SampleFormat> {
    let mut takes = Vec::new();
    // SAFETY: FFmpeg's codecs are static. The list, where there is one, ends with AV_SAMPLE_FMT_NONE; read as numbers, because
    // a newer FFmpeg may have more than the bindings know.
    unsafe {
        let mut format = (*(*context.as_ptr()).codec).sample_fmts.cast::<i32>();
        if format.is_null() {
            return SampleFormat::ALL.to_vec();
        }
        while *format != ff::AVSampleFormat::AV_SAMPLE_FMT_NONE as i32 {
            takes.extend(sample_format::from_av(*format));
            format = format.add(1);
        }
    }
    takes
}
