//! Frames of sound.

use std::ptr;

use super::frame::fg_frame;
use super::media::Frame;
use super::{Refused, check, pod, types::*};

unsafe extern "C" {
    fn fg_frame_new_audio(info: *const fg_audio_info, frame: *mut *mut fg_frame) -> fg_status;
    fn fg_frame_audio_info(frame: *const fg_frame, info: *mut fg_audio_info) -> fg_status;
    fn fg_frame_copy_from(frame: *mut fg_frame, bytes: *const u8, size: usize) -> fg_status;
    fn fg_frame_copy_to(
        frame: *const fg_frame,
        options: *const fg_copy_options,
        dest: *mut u8,
        size: usize,
    ) -> fg_status;
}

/// Facts of sound.
pub fn audio_info(format: i32, sample_rate: u32, channels: u32, frames: u32) -> fg_audio_info {
    let mut info = pod!(fg_audio_info);
    (info.format, info.sample_rate, info.channels, info.frames) = (format, sample_rate, channels, frames);
    info
}

impl Frame {
    /// Sound with these bytes, plane after plane.
    pub fn sound(info: &fg_audio_info, bytes: &[u8]) -> Result<Self, Refused> {
        let mut frame = ptr::null_mut();
        // SAFETY: a struct with its size, and a place.
        check(unsafe { fg_frame_new_audio(info, &mut frame) })?;
        let frame = Self(frame);
        // SAFETY: a live frame that nothing else uses, and so many bytes.
        check(unsafe { fg_frame_copy_from(frame.0, bytes.as_ptr(), bytes.len()) })?;
        Ok(frame)
    }

    /// Its facts, as sound.
    pub fn audio_info(&self) -> Result<fg_audio_info, Refused> {
        let mut info = pod!(fg_audio_info);
        // SAFETY: a live frame, and a struct with its size.
        check(unsafe { fg_frame_audio_info(self.0, &mut info) })?;
        Ok(info)
    }

    /// The samples of one channel.
    pub fn channel(&self, channel: u32) -> Vec<f32> {
        let mut samples = vec![0f32; self.audio_info().unwrap().frames as usize];
        let mut options = pod!(fg_copy_options);
        (options.format, options.plane) = (FG_SAMPLE_F32_PLANAR, channel);
        // SAFETY: a live frame, a struct with its size, and as many bytes as the samples have.
        let status =
            unsafe { fg_frame_copy_to(self.0, &options, samples.as_mut_ptr().cast(), samples.len() * 4) };
        check(status).unwrap();
        samples
    }

    /// All samples of all channels in turn, in its own format.
    pub fn interleaved(&self, format: i32) -> Vec<u8> {
        let info = self.audio_info().unwrap();
        let bytes = [1, 2, 4, 4][format as usize - 1];
        let mut samples = vec![0u8; info.frames as usize * info.channels as usize * bytes];
        let mut options = pod!(fg_copy_options);
        options.format = format;
        // SAFETY: as above.
        check(unsafe { fg_frame_copy_to(self.0, &options, samples.as_mut_ptr(), samples.len()) }).unwrap();
        samples
    }
}
