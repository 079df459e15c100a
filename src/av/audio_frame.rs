//! An `AVFrame` with sound, to and from [`AudioData`].

use std::ops::Range;
use std::ptr::NonNull;
use std::sync::Arc;

use ffmpeg_sys_next as ff;

use super::context::Context;
use super::error::check;
use super::frame::Frame;
use super::sample_format;
use crate::error::{Error, Kind, Result};
use crate::media::{AudioData, AudioInfo, SampleFormat};

impl Frame {
    /// A frame with room for `samples` of what an open encoder takes.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub(super) fn for_encoder(context: &Context, samples: u32) -> Result<Self> {
        let mut frame = Self::new()?;
        // SAFETY: the context is valid and open; the frame is new and ours.
        unsafe {
            let (fields, context) = (&mut *frame.as_ptr(), &*context.as_ptr());
            fields.format = context.sample_fmt as i32;
            fields.sample_rate = context.sample_rate;
            fields.nb_samples = i32::try_from(samples).unwrap_or(i32::MAX);
            let code = ff::av_channel_layout_copy(&mut fields.ch_layout, &context.ch_layout);
            check(Kind::OutOfMemory, "a channel layout", code)?;
            check(Kind::OutOfMemory, "sound for an encoder", ff::av_frame_get_buffer(fields, 0))?;
        }
        Ok(frame)
    }

    /// The first byte of each of `count` planes, of sound.
    ///
    /// # Errors
    /// `Internal` if there are fewer.
    pub(super) fn sound_planes(&mut self, count: usize) -> Result<&[NonNull<u8>]> {
        // SAFETY: the frame is valid; of sound `extended_data` has a pointer for each plane, and lives as long as the frame.
        let planes = unsafe {
            let first = (*self.as_ptr()).extended_data.cast::<Option<NonNull<u8>>>();
            std::slice::from_raw_parts(first, count)
        };
        if planes.contains(&None) {
            return Err(Error::new(Kind::Internal, "a frame of FFmpeg's has fewer planes than channels"));
        }
        // SAFETY: an `Option<NonNull>` that is not `None` is that pointer, by its layout.
        Ok(unsafe { std::slice::from_raw_parts(planes.as_ptr().cast(), count) })
    }

    /// Samples of each channel.
    pub fn samples(&mut self) -> u32 {
        // SAFETY: the frame is valid.
        u32::try_from(unsafe { (*self.as_ptr()).nb_samples }).unwrap_or(0)
    }

    /// The facts that sound carries itself.
    ///
    /// # Errors
    /// `NotSupported` for a format that has no W3C name; `Encoding` for impossible facts.
    pub fn sound_info(&mut self) -> Result<AudioInfo> {
        // SAFETY: the frame is valid.
        let (format, rate, channels) = unsafe {
            let fields = &*self.as_ptr();
            (fields.format, fields.sample_rate, fields.ch_layout.nb_channels)
        };
        let format = sample_format::from_av(format).ok_or_else(|| {
            Error::not_supported(format!(
                "the stream decodes to a sample format (number {format}) that has no W3C name"
            ))
        })?;
        let number = |number: i32| u32::try_from(number).unwrap_or(0);
        let info = AudioInfo::of(format, number(rate), number(channels), self.samples());
        info.check().map_err(|error| Error { kind: Kind::Encoding, ..error }.context("the decoder"))?;
        Ok(info)
    }

    /// The samples of `range` as [`AudioData`] with the rest of `info` (from [`sound_info`](Self::sound_info), with times
    /// added), without a copy.
    ///
    /// # Errors
    /// `Internal` if the frame is not what `info` says.
    pub fn into_sound(mut self, info: AudioInfo, range: Range<u32>) -> Result<AudioData> {
        let step = if info.format.is_planar() { 1 } else { info.channels as usize } * info.format.bytes();
        let planes = self.sound_planes(info.planes())?;
        let skipped_bytes = range.start as usize * step;
        // SAFETY: the range is within the frame's samples, so each plane has that many bytes.
        let planes = planes.iter().map(|plane| unsafe { plane.add(skipped_bytes) }).collect();
        let info = AudioInfo { frames: range.end - range.start, ..info };
        // SAFETY: FFmpeg's frame has these planes of its format, refers to their memory until it is dropped, and nobody writes
        // to a frame that has left the decoder.
        unsafe { AudioData::wrap(info, planes, Arc::new(self)) }
    }
}

/// The format in which least is lost of `format`, of those that an encoder takes.
pub(super) fn nearest(format: SampleFormat, takes: &[SampleFormat]) -> Option<SampleFormat> {
    // Floats of 24 bits beside integers of 16 and 32.
    let bits = |format: SampleFormat| -> u32 {
        match format.planar() {
            SampleFormat::U8Planar => 8,
            SampleFormat::S16Planar => 16,
            SampleFormat::F32Planar => 24,
            _ => 32,
        }
    };
    let cost = |to: &SampleFormat| {
        let other = to.planar() != format.planar();
        (bits(format).saturating_sub(bits(*to)), other, bits(*to), *to != format)
    };
    takes.iter().copied().min_by_key(cost)
}
