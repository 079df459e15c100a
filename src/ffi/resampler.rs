//! Resamplers.

use super::frame::fg_frame;
use super::guard::{call, done, place};
use super::own::Opaque;
use super::own::bound::{self, Bound};
use super::own::shared;
use super::sound::audio_info;
use super::types::*;
use crate::codec::{Pulled, Resampler};
use crate::media::Frame;
use crate::sync::Mutex;
use std::sync::Arc;

/// Changes the rate, the format or the number of channels of sound (libswresample, its defaults). For commands and examples:
/// encoders take any format by themselves, and never change a rate or mix channels. No gate: what is pushed and not pulled is in
/// memory.
///
/// Threads: any function on any thread, one at a time.
#[allow(non_camel_case_types)]
pub struct fg_resampler {
    _opaque: [u8; 0],
}

impl Opaque for fg_resampler {
    type Object = Mutex<Resampler>;
    const NAME: &'static str = "resampler";
}

impl Bound for fg_resampler {}

/// Makes a resampler, by format, sample_rate and channels of from and to; their other members do not count, but frames must not
/// be 0. Freed with fg_resampler_free.
///
/// FG_ERROR_INVALID_ARGUMENT: an impossible member. FG_ERROR_NOT_SUPPORTED: FFmpeg does not do that. FG_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_resampler_new(
    from: *const fg_audio_info,
    to: *const fg_audio_info,
    resampler: *mut *mut fg_resampler,
) -> fg_status {
    done(|| {
        let place = place(resampler, "resampler")?;
        // SAFETY: the C contract: structs with their sizes, a place for a pointer.
        unsafe {
            let made = Resampler::new(audio_info(from)?, audio_info(to)?)?;
            bound::lend(place, Mutex::new(made));
        }
        Ok(())
    })
}

/// Takes sound; NULL for frame says that none follows. The frame stays the host's, and may be released at once.
///
/// FG_ERROR_INVALID_ARGUMENT: a picture, or sound of another format, rate or number of channels than from.
/// FG_ERROR_INVALID_STATE: the end was pushed before. FG_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_resampler_push(
    resampler: *mut fg_resampler,
    frame: *const fg_frame,
) -> fg_status {
    done(|| {
        // SAFETY: the C contract: a live resampler, a live frame or NULL.
        let resampler = unsafe { bound::borrow(resampler)? };
        let sound = match frame.is_null() {
            true => None,
            // SAFETY: as above.
            false => Some(unsafe { shared::borrow(frame) }?.audio()?),
        };
        resampler.lock().push(sound)
    })
}

/// Gives what is ready as a new frame, which the host releases. Its timestamp is counted from that of the first frame pushed.
///
/// FG_OK. FG_WAIT_INPUT: push first. FG_END: the end was pushed, and everything was given. FG_ERROR_OUT_OF_MEMORY.
/// On anything but FG_OK, frame is untouched.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_resampler_pull(
    resampler: *mut fg_resampler,
    frame: *mut *mut fg_frame,
) -> fg_status {
    call(|| {
        let place = place(frame, "frame")?;
        // SAFETY: the C contract: a live resampler.
        let resampler = unsafe { bound::borrow(resampler)? };
        match resampler.lock().pull()? {
            Pulled::Sound(sound) => {
                // SAFETY: the C contract: a place for a pointer.
                unsafe { place.put(shared::lend(Arc::new(Frame::Audio(sound)))) };
                Ok(FG_OK)
            }
            Pulled::Nothing => Ok(FG_WAIT_INPUT),
            Pulled::End => Ok(FG_END),
        }
    })
}

/// Frees a resampler, with what it holds. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_resampler_free(resampler: *mut fg_resampler) {
    // SAFETY: the C contract: NULL, or made by fg_resampler_new, freed once, not in use.
    unsafe { bound::free(resampler) }
}
