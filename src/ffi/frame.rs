//! Frames.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};

use super::guard::{done, infallible, null, place, slice};
use super::host_memory::HostMemory;
use super::own::Opaque;
use super::own::shared::{self, Shared};
use super::picture::{copy_options, hosts_info, picture_planes, video_info, wrapped_planes};
use super::pod;
use super::sound::{sound_copy_options, sound_planes};
use super::types::*;
use crate::error::{Error, Result};
use crate::media::{Frame, VideoFrame, copy, sound};

/// A picture or sound, reference counted: made by the host (fg_frame_new_video, fg_frame_wrap_video, fg_frame_new_audio,
/// fg_frame_wrap_audio) or by a decoder. What is for one of them gives FG_ERROR_INVALID_ARGUMENT for the other.
///
/// Its planes may be written until it is first enqueued; from then on, and when a decoder made it, they are only
/// read. Every reference is given back with fg_frame_release.
///
/// Threads: any function on any thread; writing to the planes beside nothing else.
#[allow(non_camel_case_types)]
pub struct fg_frame {
    _opaque: [u8; 0],
}

impl Opaque for fg_frame {
    type Object = Frame;
    const NAME: &'static str = "frame";
}

impl Shared for fg_frame {}

/// The picture of a pointer.
///
/// # Safety
/// NULL, or a frame of this library that is alive for `'a`.
unsafe fn picture<'a>(pointer: *const fg_frame) -> Result<&'a VideoFrame> {
    // SAFETY: the caller's promise.
    unsafe { shared::borrow(pointer) }?.video()
}

/// A new frame's pointer.
pub(super) fn to_host(frame: Frame) -> *mut fg_frame {
    shared::lend(Arc::new(frame))
}

/// Makes a frame with memory of the library's own, rows aligned to 64 bytes. Fill its planes (fg_frame_planes,
/// fg_frame_copy_from) before enqueueing it. Memory comes from a pool: addresses recur, contents are undefined.
///
/// FG_ERROR_INVALID_ARGUMENT: an impossible size, rectangle, turn or format. FG_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_new_video(
    info: *const fg_video_info,
    frame: *mut *mut fg_frame,
) -> fg_status {
    done(|| {
        let place = place(frame, "frame")?;
        // SAFETY: the C contract: a struct with its size, a place for a pointer.
        unsafe { place.put(to_host(Frame::Video(VideoFrame::allocate(video_info(info)?)?))) };
        Ok(())
    })
}

/// Makes a frame around memory of the host's, without a copy. planes gives data and stride of each plane of the
/// coded picture (rows may be 0). on_free(opaque), if not NULL, is called once when the last reference is gone,
/// on whatever thread that happens; until then the memory must stay as it is.
///
/// on_free often runs on a codec's own thread, which does nothing else meanwhile. So it should be short: free or
/// recycle the memory, tell another thread. It may call any function of this library, also on its own handle, close
/// and free among them (free does not wait for the thread there), but a call that could wait does not: with another
/// timeout_ms than 0, enqueue, poll and wait give FG_ERROR_WOULD_DEADLOCK. It must not throw or longjmp.
///
/// FG_ERROR_INVALID_ARGUMENT: as fg_frame_new_video, or planes that do not fit the format; on_free is not
/// called then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_wrap_video(
    info: *const fg_video_info,
    planes: *const fg_planes,
    on_free: Option<unsafe extern "C" fn(opaque: *mut c_void)>,
    opaque: *mut c_void,
    frame: *mut *mut fg_frame,
) -> fg_status {
    done(|| {
        let place = place(frame, "frame")?;
        // SAFETY: the C contract: structs with their sizes.
        let (info, planes) = unsafe { (video_info(info)?, pod::read(planes)?) };
        info.check()?;
        let planes = wrapped_planes(&info, &planes)?;
        // SAFETY: the C contract: the planes were checked against the format and stay as they are until
        // `on_free`. `info` was checked, so the owner is not dropped by an error here.
        let wrapped = unsafe { VideoFrame::wrap(info, planes, Arc::new(HostMemory { on_free, opaque }))? };
        // SAFETY: the C contract: a place for a pointer.
        unsafe { place.put(to_host(Frame::Video(wrapped))) };
        Ok(())
    })
}

/// Makes a frame of another's pixels with other facts: time, id, visible part, shown size, turn, colour. Nothing is
/// copied; the two share the memory, either may be released first, and neither may be written to any more.
/// fg_frame_video_info of the frame gives an info to begin with.
///
/// FG_ERROR_INVALID_ARGUMENT: as fg_frame_new_video; another coded size; a format that is neither the frame's nor
/// its opaque form (I420 for I420A, RGBX for RGBA).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_derive(
    frame: *mut fg_frame,
    info: *const fg_video_info,
    derived: *mut *mut fg_frame,
) -> fg_status {
    done(|| {
        let place = place(derived, "derived")?;
        // SAFETY: the C contract: a live frame, a struct with its size, a place for a pointer.
        unsafe { place.put(to_host(Frame::Video(picture(frame)?.derive(video_info(info)?)?))) };
        Ok(())
    })
}

/// Makes a frame of the visible part in another size, any to any: the mean of the area where it shrinks, bicubic where it
/// grows. It has memory of its own, writable until it is enqueued, and the frame's format, colour, turn, time and id; the
/// size in which it is shown changes in proportion. RGB is scaled as YUV of full resolution, so a component may be off by 2.
///
/// FG_ERROR_INVALID_ARGUMENT: a side of 0 or above 32768. FG_ERROR_NOT_SUPPORTED: FG_PIXEL_I420AP12, which FFmpeg does not
/// have; a plane of 2 GiB or more. FG_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_scale(
    frame: *const fg_frame,
    width: u32,
    height: u32,
    scaled: *mut *mut fg_frame,
) -> fg_status {
    done(|| {
        let place = place(scaled, "scaled")?;
        // SAFETY: the C contract: a live frame, a place for a pointer.
        unsafe { place.put(to_host(Frame::Video(crate::codec::scaled(picture(frame)?, width, height)?))) };
        Ok(())
    })
}

/// Writes a picture's facts to info.
///
/// FG_ERROR_INVALID_ARGUMENT: NULL, a wrong struct_size, or the frame is sound.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_video_info(frame: *const fg_frame, info: *mut fg_video_info) -> fg_status {
    done(|| {
        // SAFETY: the C contract: a live frame, a struct with its size.
        let (frame, slot) = unsafe { (picture(frame)?, pod::slot(info)?) };
        slot.put(&hosts_info(frame.info()));
        Ok(())
    })
}

/// Writes where the planes of the coded picture, or of the sound, lie to planes. Valid as long as the frame; to be written to only
/// in a frame that the host made and has not enqueued.
///
/// FG_ERROR_INVALID_ARGUMENT: NULL, or a wrong struct_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_planes(frame: *const fg_frame, planes: *mut fg_planes) -> fg_status {
    done(|| {
        // SAFETY: the C contract: a live frame, a struct with its size.
        let (frame, slot) = unsafe { (shared::borrow(frame)?, pod::slot(planes)?) };
        let value = match frame {
            Frame::Video(picture) => picture_planes(picture),
            Frame::Audio(sound) => sound_planes(sound),
        };
        slot.put(&value);
        Ok(())
    })
}

/// Fills the coded picture, or the sound, from bytes: tightly packed, plane after plane, in the frame's own format.
///
/// FG_ERROR_INVALID_ARGUMENT: size is not that of the picture or sound. FG_ERROR_INVALID_STATE: the frame was enqueued
/// or decoded.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_copy_from(
    frame: *mut fg_frame,
    bytes: *const u8,
    size: usize,
) -> fg_status {
    done(|| {
        // SAFETY: the C contract: a live frame that nothing else uses, `size` readable bytes.
        unsafe {
            let bytes = || slice(bytes, size, "bytes");
            match shared::borrow(frame)? {
                Frame::Video(picture) => picture.copy_from(bytes()?),
                Frame::Audio(sound) => sound.copy_from(bytes()?),
            }
        }
    })
}

/// How many bytes fg_frame_copy_to needs with these options.
///
/// FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED: as fg_frame_copy_to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_allocation_size(
    frame: *const fg_frame,
    options: *const fg_copy_options,
    size: *mut usize,
) -> fg_status {
    done(|| {
        let size = place(size, "size")?;
        // SAFETY: the C contract: a live frame, NULL or a struct with its size, a place for a number.
        unsafe {
            size.put(match shared::borrow(frame)? {
                Frame::Video(picture) => copy::allocation_size(picture, &copy_options(options)?)?,
                Frame::Audio(sound) => sound::copy::allocation_size(sound, &sound_copy_options(options)?)?,
            });
        }
        Ok(())
    })
}

/// Copies a frame, or a part of it, to dest.
///
/// A picture: converts to RGB if options say so, and to their colour space. W3C VideoFrame.copyTo. The unused byte of RGBX and BGRX is 255 where options have a format, also the frame's own.
///
/// Sound: converts to any FG_SAMPLE_ format. To an interleaved one all channels are written, to a planar one the channel that
/// options.plane says. W3C AudioData.copyTo. What a format cannot say exactly is rounded to the nearest, of two as near to the
/// even one; what is beyond its ends becomes its end; NaN is silence. No dither.
///
/// FG_ERROR_INVALID_ARGUMENT: size is too small (fg_frame_allocation_size tells), the rectangle or layout does not fit, an
/// unknown colour space, frames or a plane that the sound does not have, an option that means nothing for this kind of frame.
/// FG_ERROR_NOT_SUPPORTED: that conversion does not exist. dest is untouched then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_copy_to(
    frame: *const fg_frame,
    options: *const fg_copy_options,
    dest: *mut u8,
    size: usize,
) -> fg_status {
    done(|| {
        if dest.is_null() {
            return Err(null("dest"));
        }
        if size > isize::MAX as usize {
            return Err(Error::invalid(format!("size is {size}, which exceeds the address space")));
        }
        // SAFETY: the C contract: a live frame, NULL or a struct with its size, `size` writable bytes.
        unsafe {
            let dest = std::slice::from_raw_parts_mut(dest, size);
            match shared::borrow(frame)? {
                Frame::Video(picture) => copy::copy_to(picture, &copy_options(options)?, dest),
                Frame::Audio(sound) => sound::copy::copy_to(sound, &sound_copy_options(options)?, dest),
            }
        }
    })
}

/// Takes another reference to a frame and gives it back, for convenience. A decoded frame that is kept this way
/// leaves the gate: releasing its output frees the slot, the frame stays. NULL gives NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_retain(frame: *mut fg_frame) -> *mut fg_frame {
    infallible(frame, || {
        // SAFETY: the C contract: NULL or a live frame.
        let _ = unsafe { shared::share(frame) }.map(shared::lend::<fg_frame>);
        frame
    })
}

/// How many references to the frame there are, the host's and the library's, and frames that share its memory;
/// 0 for NULL. 1 means that only the caller has it: memory wrapped without on_free may be used again once this last
/// reference is released. For hosts that cannot be called back on other threads. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_references(frame: *const fg_frame) -> u32 {
    infallible(0, || {
        // SAFETY: the C contract: NULL or a live frame.
        let Ok(own) = (unsafe { shared::share(frame) }) else { return 0 };
        // `own` is one more than there were.
        let count = Arc::strong_count(&own) - 1 + own.sharers() - 1;
        // What others did to the memory before they let go of it comes before what the caller does next.
        fence(Ordering::Acquire);
        u32::try_from(count).unwrap_or(u32::MAX)
    })
}

/// Gives a reference back. NULL is allowed. Never for the frame inside an fg_output, unless it was retained.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_release(frame: *mut fg_frame) {
    // SAFETY: the C contract: NULL, or a reference that is the host's.
    unsafe { shared::release(frame) }
}
