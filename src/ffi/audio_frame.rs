//! Frames of sound: what is not the same as with pictures.

use std::ffi::c_void;
use std::sync::Arc;

use super::frame::{fg_frame, to_host};
use super::guard::{done, place};
use super::host_memory::HostMemory;
use super::own::shared;
use super::pod;
use super::sound::{audio_info, hosts_audio_info, wrapped_sound};
use super::types::*;
use crate::media::{AudioData, Frame};

/// Makes a frame of sound with memory of the library's own, planes aligned to 64 bytes. Fill its planes (fg_frame_planes,
/// fg_frame_copy_from) before enqueueing it. Memory comes from a pool: addresses recur, contents are undefined.
///
/// FG_ERROR_INVALID_ARGUMENT: an impossible rate, number of channels or frames, or format. FG_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_new_audio(
    info: *const fg_audio_info,
    frame: *mut *mut fg_frame,
) -> fg_status {
    done(|| {
        let place = place(frame, "frame")?;
        // SAFETY: the C contract: a struct with its size, a place for a pointer.
        unsafe { place.put(to_host(Frame::Audio(AudioData::allocate(audio_info(info)?)?))) };
        Ok(())
    })
}

/// Makes a frame of sound around memory of the host's, without a copy, at any alignment. planes gives data, or with more than
/// four planes extended_data; stride and rows may be 0. on_free(opaque), if not NULL, is called once when the last reference is
/// gone, on whatever thread that happens; until then the memory must stay as it is. What fg_frame_wrap_video says of on_free
/// holds here, too.
///
/// FG_ERROR_INVALID_ARGUMENT: as fg_frame_new_audio, or planes that do not fit the facts; on_free is not called then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_wrap_audio(
    info: *const fg_audio_info,
    planes: *const fg_planes,
    on_free: Option<unsafe extern "C" fn(opaque: *mut c_void)>,
    opaque: *mut c_void,
    frame: *mut *mut fg_frame,
) -> fg_status {
    done(|| {
        let place = place(frame, "frame")?;
        // SAFETY: the C contract: structs with their sizes, extended_data as they say.
        let (info, planes) = unsafe {
            let info = audio_info(info)?;
            (info, wrapped_sound(&info, &pod::read(planes)?)?)
        };
        // SAFETY: the C contract: the planes were checked against the facts and stay as they are until `on_free`. `info` was
        // checked, so the owner is not dropped by an error here.
        let wrapped = unsafe { AudioData::wrap(info, planes, Arc::new(HostMemory { on_free, opaque }))? };
        // SAFETY: the C contract: a place for a pointer.
        unsafe { place.put(to_host(Frame::Audio(wrapped))) };
        Ok(())
    })
}

/// Writes the facts of sound to info.
///
/// FG_ERROR_INVALID_ARGUMENT: NULL, a wrong struct_size, or the frame is a picture.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_audio_info(frame: *const fg_frame, info: *mut fg_audio_info) -> fg_status {
    done(|| {
        // SAFETY: the C contract: a live frame, a struct with its size.
        let (frame, slot) = unsafe { (shared::borrow(frame)?, pod::slot(info)?) };
        slot.put(&hosts_audio_info(frame.audio()?.info()));
        Ok(())
    })
}
