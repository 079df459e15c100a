//! libswresample: sound in another rate, format or number of channels.

use std::ptr::{self, NonNull};
use std::sync::Arc;

use ffmpeg_sys_next as ff;

use super::error::{check, no_memory};
use super::sample_format;
use crate::error::{Error, Kind, Result};
use crate::media::{AudioData, AudioInfo};

/// Changes sound, by and by. One thread at a time.
pub struct Resampler {
    swr: NonNull<ff::SwrContext>,
    from: AudioInfo,
    to: AudioInfo,
    /// Of the first frame that came.
    begin_us: Option<i64>,
    /// Samples that were given out.
    given: u64,
    ended: bool,
}

// SAFETY: a context is not tied to the thread that made it; `&mut self` excludes simultaneous use.
unsafe impl Send for Resampler {}

/// What a pull gives.
pub enum Pulled {
    /// Sound.
    Sound(AudioData),
    /// More must be pushed first.
    Nothing,
    /// It has ended, and everything was given.
    End,
}

impl Resampler {
    /// From the format, rate and channels of `from` to those of `to`; the rest of both does not count.
    ///
    /// # Errors
    /// `InvalidArgument` for impossible facts, `NotSupported` with FFmpeg's words, `OutOfMemory`.
    pub fn new(from: AudioInfo, to: AudioInfo) -> Result<Self> {
        super::log::init();
        let (from, to) = (AudioInfo { frames: 1, ..from }, AudioInfo { frames: 1, ..to });
        from.check().map_err(|error| error.context("from"))?;
        to.check().map_err(|error| error.context("to"))?;
        let (mut source, mut dest) = (layout(&from), layout(&to));
        let mut context = ptr::null_mut();
        // SAFETY: the layouts are valid and copied; a context that is made is ours, also where it does not open.
        let code = unsafe {
            ff::swr_alloc_set_opts2(
                &mut context,
                &mut dest,
                sample_format::to_av(to.format),
                to.sample_rate as i32,
                &mut source,
                sample_format::to_av(from.format),
                from.sample_rate as i32,
                0,
                ptr::null_mut(),
            )
        };
        let swr = NonNull::new(context).ok_or_else(|| no_memory("swr_alloc_set_opts2"))?;
        let resampler = Self { swr, from, to, begin_us: None, given: 0, ended: false };
        check(Kind::NotSupported, "no such resampling", code)?;
        // SAFETY: the context is valid and ours.
        check(Kind::NotSupported, "no such resampling", unsafe { ff::swr_init(swr.as_ptr()) })?;
        Ok(resampler)
    }

    /// Takes sound, or its end. Everything is taken: who pushes much without pulling has it in memory.
    ///
    /// # Errors
    /// `InvalidArgument` for sound that is not as `from` says; `InvalidState` after the end; `OutOfMemory`.
    pub fn push(&mut self, sound: Option<&AudioData>) -> Result<()> {
        if self.ended {
            return Err(Error::new(Kind::InvalidState, "the resampler has been given the end"));
        }
        let Some(sound) = sound else {
            self.ended = true;
            return Ok(());
        };
        let (info, from) = (sound.info(), &self.from);
        let facts = |info: &AudioInfo| (info.format.name(), info.sample_rate, info.channels);
        if facts(info) != facts(from) {
            let (got, want) = (facts(info), facts(from));
            return Err(Error::invalid(format!("frame is {got:?}, this resampler takes {want:?}")));
        }
        self.begin_us.get_or_insert(info.timestamp_us);
        let planes: Vec<*const u8> = sound.planes().iter().map(|plane| plane.as_ptr().cast_const()).collect();
        // SAFETY: the context is open; the planes have that many samples, which are copied.
        let code = unsafe {
            ff::swr_convert(
                self.swr.as_ptr(),
                ptr::null_mut(),
                0,
                planes.as_ptr().cast_mut(),
                info.frames as i32,
            )
        };
        check(Kind::OutOfMemory, "the resampler takes no more", code).map(drop)
    }

    /// Gives what is ready. Its time is counted from that of the first sound that was pushed.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn pull(&mut self) -> Result<Pulled> {
        // SAFETY: the context is open.
        let most = unsafe { ff::swr_get_out_samples(self.swr.as_ptr(), 0) };
        let most = check(Kind::Internal, "the resampler", most)?;
        let room = AudioInfo { frames: u32::try_from(most).unwrap_or(0).max(1), ..self.to };
        let whole = AudioData::allocate(room)?;
        let mut planes: Vec<*mut u8> = whole.planes().iter().map(|plane| plane.as_ptr()).collect();
        let nothing = ptr::null_mut();
        // SAFETY: the context is open, the planes have room for so many samples. Before the end "no input" means what is left of
        // earlier input; after it, everything.
        let count = unsafe {
            let input = if self.ended { nothing } else { planes.as_mut_ptr().cast() };
            ff::swr_convert(self.swr.as_ptr(), planes.as_mut_ptr(), room.frames as i32, input, 0)
        };
        match u32::try_from(check(Kind::OutOfMemory, "the resampler", count)?).unwrap_or(0) {
            0 if self.ended => Ok(Pulled::End),
            0 => Ok(Pulled::Nothing),
            frames => self.part(whole, frames).map(Pulled::Sound),
        }
    }

    fn part(&mut self, whole: AudioData, frames: u32) -> Result<AudioData> {
        let rate = u128::from(self.to.sample_rate);
        let later_us = (u128::from(self.given) * 1_000_000 + rate / 2) / rate;
        let timestamp_us =
            self.begin_us.unwrap_or(0).saturating_add(i64::try_from(later_us).unwrap_or(i64::MAX));
        self.given += u64::from(frames);
        let info = AudioInfo { frames, timestamp_us, ..*whole.info() };
        let planes = whole.planes().into();
        // SAFETY: the planes have at least so many samples, and `whole` keeps them.
        unsafe { AudioData::wrap(info, planes, Arc::new(whole)) }
    }
}

fn layout(info: &AudioInfo) -> ff::AVChannelLayout {
    // SAFETY: all zeros is FFmpeg's empty layout; the usual one for a number has no map to free.
    unsafe {
        let mut layout = std::mem::zeroed();
        ff::av_channel_layout_default(&mut layout, info.channels as i32);
        layout
    }
}

impl Drop for Resampler {
    fn drop(&mut self) {
        let mut context = self.swr.as_ptr();
        // SAFETY: made by `new`, freed once.
        unsafe { ff::swr_free(&mut context) }
    }
}
