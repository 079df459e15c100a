//! Demuxers.

use std::ffi::c_char;

use super::config::{fg_config, lend};
use super::guard::{call, done, infallible, place, string};
use super::output::hosts_chunk;
use super::own::{self, Opaque};
use super::pod;
use super::types::*;
use crate::container::Demuxer;
use crate::sync::Mutex;

/// A file that is read: plain blocking I/O on the caller's thread, no gate. Audio and video tracks are numbered from
/// 0; others are left out.
///
/// Threads: any function on any thread; a chunk's bytes are valid until the next read, whoever reads.
#[allow(non_camel_case_types)]
pub struct fg_demuxer {
    _opaque: [u8; 0],
}

impl Opaque for fg_demuxer {
    type Object = Mutex<Demuxer>;
    const NAME: &'static str = "demuxer";
}

/// Opens a file: MP4, and whatever else this FFmpeg reads. A path is never taken for a URL. Freed with
/// fg_demuxer_free.
///
/// FG_ERROR_IO: it cannot be read. FG_ERROR_DATA: it is damaged or of no known format. FG_ERROR_NOT_SUPPORTED.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_open(path: *const c_char, demuxer: *mut *mut fg_demuxer) -> fg_status {
    done(|| {
        let place = place(demuxer, "demuxer")?;
        // SAFETY: the C contract: a NUL-terminated string.
        let new = Demuxer::open(unsafe { string(path, "path")? })?;
        // SAFETY: the C contract: a place for a pointer.
        unsafe { own::give(place, Mutex::new(new)) };
        Ok(())
    })
}

/// How many tracks there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_track_count(demuxer: *const fg_demuxer) -> u32 {
    // SAFETY: the C contract: NULL or a live demuxer.
    infallible(0, || unsafe { own::lent(demuxer) }.map_or(0, |demuxer| demuxer.lock().track_count()))
}

/// Gives the decoder configuration of a track, which the host frees with fg_config_free. Beside what a decoder needs
/// it has `framerate` and `bitrate` where the file knows them.
///
/// FG_ERROR_INVALID_ARGUMENT: there is no such track.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_track(
    demuxer: *const fg_demuxer,
    track: u32,
    decoder_config: *mut *mut fg_config,
) -> fg_status {
    done(|| {
        let place = place(decoder_config, "decoder_config")?;
        // SAFETY: the C contract: NULL or a live demuxer.
        let config = unsafe { own::lent(demuxer)? }.lock().track(track)?.clone();
        // SAFETY: the C contract: a place for a pointer.
        unsafe { place.put(lend(config)) };
        Ok(())
    })
}

/// Reads the next chunk of any track, in file order. Its bytes are valid until the next read or free; its id is its
/// number in its track, from 0.
///
/// FG_OK. FG_END: no more. FG_ERROR_DATA: this chunk is damaged; the next read goes on after it (a loop that
/// ignores errors must have an end of its own). FG_ERROR_IO.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_read(
    demuxer: *mut fg_demuxer,
    track: *mut u32,
    chunk: *mut fg_chunk,
) -> fg_status {
    call(|| {
        let track = place(track, "track")?;
        // SAFETY: the C contract: NULL or a live demuxer, a struct with its size.
        let (demuxer, slot) = unsafe { (own::lent(demuxer)?, pod::slot(chunk)?) };
        let mut demuxer = demuxer.lock();
        let Some((number, chunk)) = demuxer.read()? else { return Ok(FG_END) };
        slot.put(&hosts_chunk(&chunk));
        // SAFETY: the C contract: a place for a number.
        unsafe { track.put(number) };
        Ok(FG_OK)
    })
}

/// Closes the file and frees the demuxer. NULL is allowed. The last call on it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_free(demuxer: *mut fg_demuxer) {
    // SAFETY: the C contract: NULL, or made by fg_demuxer_open, freed once, not in use.
    unsafe { own::free(demuxer) }
}
