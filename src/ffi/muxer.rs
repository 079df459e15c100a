//! Muxers.

use std::ffi::c_char;

use super::config::fg_config;
use super::guard::{done, place, string};
use super::host_io::{self, HostIo, lock};
use super::output::chunk_ref;
use super::own::Opaque;
use super::own::bound::{self, Bound};
use super::own::plain;
use super::types::*;
use crate::container::Muxer;
use crate::sync::Mutex;

/// A file that is written: plain blocking I/O on the caller's thread, no gate.
///
/// Threads: any function on any thread; chunks of a track in decode order.
#[allow(non_camel_case_types)]
pub struct fg_muxer {
    _opaque: [u8; 0],
}

impl Opaque for fg_muxer {
    type Object = Mutex<Muxer>;
    const NAME: &'static str = "muxer";
}

impl Bound for fg_muxer {}

/// Makes a file, in the format that the path's ending names (".mp4"). An existing one is overwritten. No other file is
/// written. It may be a pipe, for formats that need not go back (all but MP4 and MOV without fragmentDuration): without a reader writing is FG_ERROR_IO,
/// and SIGPIPE, which the writing thread blocks for as long as it writes, does not come. Freed with fg_muxer_free.
///
/// FG_ERROR_IO: it cannot be written. FG_ERROR_NOT_SUPPORTED: no known ending.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_muxer_create(path: *const c_char, muxer: *mut *mut fg_muxer) -> fg_status {
    done(|| {
        let place = place(muxer, "muxer")?;
        // SAFETY: the C contract: a NUL-terminated string.
        let new = Muxer::create(unsafe { string(path, "path")? })?;
        // SAFETY: the C contract: a place for a pointer.
        unsafe { bound::lend(place, Mutex::new(new)) };
        Ok(())
    })
}

/// Writes a file to the host's own bytes. `format` is the ending that a file would have: "mp4", "mov", "mkv", "webm", "ts", "h264" ...
/// `io` is copied. Formats that go back to what they wrote need `seek` (mp4 and mov, unless fragmentDuration is set); the others are
/// written a chunk at a time without it, soon after it came (webm, mkv, ogg: 100 ms at the most), and then do not say how long
/// they are. fg_muxer_free may write what is held back. Freed with fg_muxer_free.
///
/// FG_ERROR_NOT_SUPPORTED: no known ending. FG_ERROR_INVALID_ARGUMENT: `write` is NULL. FG_ERROR_WOULD_DEADLOCK: in a
/// function of an fg_io. A later FG_ERROR_IO: a function of `io` failed; what was written is not complete, and nothing more can be.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_muxer_create_io(
    io: *const fg_io,
    format: *const c_char,
    muxer: *mut *mut fg_muxer,
) -> fg_status {
    done(|| {
        host_io::check_outside()?;
        let place = place(muxer, "muxer")?;
        // SAFETY: the C contract: a struct with its size whose functions keep fg_io's contract, a NUL-terminated string.
        let (io, format) = unsafe { (HostIo::new(io, true)?, string(format, "format")?) };
        let new = Muxer::create_stream(io, format, host_io::NAME)?;
        // SAFETY: the C contract: a place for a pointer.
        unsafe { bound::lend(place, Mutex::new(new)) };
        Ok(())
    })
}

/// Sets something of the whole file, before the first write:
///
/// - startAtZero: "true" makes the earliest timestamp 0 and moves all others with it. Else ("false") timestamps stay what
///   they are, also the first one.
/// - title: any text; "" for none.
/// - faststart (MP4, MOV): "true" puts the index in front, so that players need not look for it at the end. What was written is read
///   again for that, by fg_muxer_finish: an fg_io needs `read` and `seek`. In fragments it is in front anyway.
/// - fragmentDuration (MP4, MOV): microseconds, 1 to 2147483647. The file is written in fragments, each of which lasts so long at the most;
///   each key picture begins one. A fragment is written at once when it is complete, the first one together with the header, once each
///   track has a chunk. Nothing is gone back to, so that no `seek` is needed; set it before fg_muxer_add_track then. Unset: no fragments.
///
/// What belongs to a track is a key of its configuration: language, rotation, displayAspectWidth ...
///
/// FG_ERROR_INVALID_ARGUMENT: an unknown key, one that this kind of file does not have, or a bad value; the text names it and what is
/// allowed. FG_ERROR_INVALID_STATE: something was written already.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_muxer_set(
    muxer: *mut fg_muxer,
    key: *const c_char,
    value: *const c_char,
) -> fg_status {
    // SAFETY: the C contract: NULL or a live muxer, NUL-terminated strings.
    done(|| unsafe { lock(bound::borrow(muxer)?)?.set(string(key, "key")?, string(value, "value")?) })
}

/// Adds a track, before the first write: with the configuration of an encoder's first chunk, or of a demuxer's track,
/// whose chunks then pass through unchanged. Writes its number to track.
///
/// Its `framerate` says what a picture without a duration lasts, and gives MP4 its clock; its `language` is written. H.264
/// without a description (Annex B), and AAC without one (ADTS), is converted where the file has another form (MP4, Matroska).
///
/// FG_ERROR_NOT_SUPPORTED: this kind of file cannot hold it, and the text says what it can; or no track more; or it needs `seek`, or
/// for faststart `read`, too. FG_ERROR_INVALID_ARGUMENT: a key is missing.
/// FG_ERROR_INVALID_STATE: something was written already.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_muxer_add_track(
    muxer: *mut fg_muxer,
    decoder_config: *const fg_config,
    track: *mut u32,
) -> fg_status {
    done(|| {
        let place = place(track, "track")?;
        // SAFETY: the C contract: NULL or live objects.
        let (muxer, config) =
            unsafe { (bound::borrow(muxer)?, plain::borrow(decoder_config, "decoder_config")?) };
        let number = lock(muxer)?.add_track(config)?;
        // SAFETY: the C contract: a place for a number.
        unsafe { place.put(number) };
        Ok(())
    })
}

/// Writes a chunk; its bytes are copied before it returns. Chunks of a track come in decode order, with dts_us where
/// they are reordered (encoders and demuxers give it). A track that is far ahead of the others is kept in memory,
/// up to ten seconds of it. Equal timestamps are written a tick apart. Between two chunks of MP4 video there may be 99
/// minutes.
///
/// Chunks with FG_CHUNK_DISCARD are left out at the end of a track, and are hidden by an edit list (MP4, MOV) at its
/// beginning, where they need negative timestamps.
///
/// FG_ERROR_INVALID_ARGUMENT: there is no such track, or the times run backwards; nothing is written.
/// FG_ERROR_INVALID_STATE: finished. FG_ERROR_IO. FG_ERROR_DATA: the bytes are damaged, or a track of H.264 or AAC without a
/// description begins without its parameter sets or headers. FG_ERROR_NOT_SUPPORTED: the first write tells that this kind of file
/// cannot hold a track; or other chunks with FG_CHUNK_DISCARD than those: decode and encode the track instead.
/// FG_ERROR_OUT_OF_MEMORY: nothing is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_muxer_write(
    muxer: *mut fg_muxer,
    track: u32,
    chunk: *const fg_chunk,
) -> fg_status {
    // SAFETY: the C contract: NULL or a live muxer, a struct with its size and its bytes.
    done(|| unsafe { lock(bound::borrow(muxer)?)?.write(track, chunk_ref(chunk)?) })
}

/// Completes the file. Without it the file cannot be played.
///
/// FG_ERROR_IO. FG_ERROR_INVALID_STATE: finished before, or no track was added. FG_ERROR_DATA,
/// FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED: as fg_muxer_write, for chunks that were held until now.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_muxer_finish(muxer: *mut fg_muxer) -> fg_status {
    // SAFETY: the C contract: NULL or a live muxer.
    done(|| lock(unsafe { bound::borrow(muxer)? })?.finish())
}

/// Closes the file, finished or not, and frees the muxer. NULL is allowed. The last call on it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_muxer_free(muxer: *mut fg_muxer) {
    // SAFETY: the C contract: NULL, or made by fg_muxer_create, freed once, not in use.
    unsafe { bound::free(muxer) }
}
