//! What a demuxer tells of its file, beside what decoders need.

use std::ffi::c_char;

use super::demuxer::fg_demuxer;
use super::guard::{call, done, lend_bytes, place, put_text, string};
use super::host_io::lock;
use super::own::bound;
use super::pod;
use super::types::*;
use crate::error::Error;

/// Tells how long the file is, when it begins, and what it has.
///
/// FG_ERROR_INVALID_ARGUMENT: NULL, or a wrong struct_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_info(demuxer: *const fg_demuxer, info: *mut fg_file_info) -> fg_status {
    done(|| {
        // SAFETY: the C contract: NULL or a live demuxer, a struct with its size.
        let (demuxer, slot) = unsafe { (lock(bound::borrow(demuxer)?)?, pod::slot(info)?) };
        let extent = demuxer.extent();
        slot.put(&fg_file_info {
            flags: if demuxer.can_seek() { FG_FILE_SEEKABLE } else { 0 },
            duration_us: extent.duration_us.unwrap_or(-1),
            start_us: extent.start_us.unwrap_or(FG_NO_TIMESTAMP),
            track_count: demuxer.track_count(),
            chapter_count: demuxer.chapter_count(),
            cover_count: demuxer.cover_count(),
            ..Default::default()
        });
        Ok(())
    })
}

/// Tells how long a track is, when it begins, how many chunks it has, and what it is for. Its language, rotation, frame rate
/// and bit rate are keys of its configuration, see fg_demuxer_track; its tags are told by fg_demuxer_get.
///
/// FG_ERROR_INVALID_ARGUMENT: NULL, a wrong struct_size, or there is no such track.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_track_info(
    demuxer: *const fg_demuxer,
    track: u32,
    info: *mut fg_track_info,
) -> fg_status {
    done(|| {
        // SAFETY: the C contract: NULL or a live demuxer, a struct with its size.
        let (demuxer, slot) = unsafe { (lock(bound::borrow(demuxer)?)?, pod::slot(info)?) };
        let extent = demuxer.track_extent(track)?;
        slot.put(&fg_track_info {
            disposition: demuxer.disposition(track)?,
            stream: demuxer.stream(track)? as u32,
            frames: extent.frames.unwrap_or(-1),
            duration_us: extent.duration_us.unwrap_or(-1),
            start_us: extent.start_us.unwrap_or(FG_NO_TIMESTAMP),
            ..Default::default()
        });
        Ok(())
    })
}

/// Writes what the file says of itself to text, "" where it says nothing. Numbers count from 0. Keys:
///
/// - title; format: FFmpeg's name of the file's format ("mov,mp4,m4a,3gp,3g2,mj2").
/// - `tags.<name>`: artist, album, comment ..., by FFmpeg's names; `tracks.<n>.tags.<name>`: those of a track.
/// - `chapters.<n>.start`, `chapters.<n>.end`: microseconds; `chapters.<n>.title`.
/// - `covers.<n>`: the picture's type ("image/jpeg"); fg_demuxer_get_bytes has its bytes.
///
/// 65,536 bytes are enough for what fg_muxer_set takes. fg_demuxer_key tells which of them this file has.
///
/// FG_ERROR_INVALID_ARGUMENT: an unknown key, which the text names with what is allowed, or a capacity that is too small.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_get(
    demuxer: *const fg_demuxer,
    key: *const c_char,
    text: *mut c_char,
    capacity: usize,
) -> fg_status {
    done(|| {
        // SAFETY: the C contract: NULL or a live demuxer, a NUL-terminated string.
        let (demuxer, key) = unsafe { (lock(bound::borrow(demuxer)?)?, string(key, "key")?) };
        // SAFETY: the C contract: `capacity` writable bytes.
        unsafe { put_text(text, capacity, &demuxer.get(key)?, "text") }
    })
}

/// Writes a key for which fg_demuxer_get has a value to text; index 0 is the first.
///
/// FG_OK. FG_END: there are not so many; text is untouched. FG_ERROR_INVALID_ARGUMENT: a capacity that is too small.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_key(
    demuxer: *const fg_demuxer,
    index: usize,
    text: *mut c_char,
    capacity: usize,
) -> fg_status {
    call(|| {
        // SAFETY: the C contract: NULL or a live demuxer.
        let demuxer = lock(unsafe { bound::borrow(demuxer)? })?;
        let Some((key, _)) = demuxer.entries().get(index) else { return Ok(FG_END) };
        // SAFETY: the C contract: `capacity` writable bytes.
        unsafe { put_text(text, capacity, key, "text")? };
        Ok(FG_OK)
    })
}

/// Gives the bytes of a key, which are the demuxer's and valid until it is freed: `covers.<n>`, a picture that belongs to the file,
/// such as the cover of an album, in a format of pictures (JPEG, PNG).
///
/// FG_ERROR_INVALID_ARGUMENT: there is no such cover, or a key that holds text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_get_bytes(
    demuxer: *const fg_demuxer,
    key: *const c_char,
    bytes: *mut *const u8,
    size: *mut usize,
) -> fg_status {
    done(|| {
        let (bytes, size) = (place(bytes, "bytes")?, place(size, "size")?);
        // SAFETY: the C contract: NULL or a live demuxer, a NUL-terminated string.
        let (demuxer, key) = unsafe { (lock(bound::borrow(demuxer)?)?, string(key, "key")?) };
        let number = key.strip_prefix("covers.").and_then(|number| number.parse().ok());
        let cover = demuxer.cover(number.ok_or_else(|| {
            let key: String = key.chars().take(40).collect();
            Error::invalid(format!("no bytes have the key \"{key}\", allowed is covers.<n>"))
        })?)?;
        // SAFETY: the C contract: places for a pointer and a size.
        unsafe { lend_bytes(bytes, size, Some(cover.bytes).filter(|bytes| !bytes.is_empty())) };
        Ok(())
    })
}
