//! Demuxers.

use std::ffi::c_char;

use super::config::fg_config;
use super::guard::{call, done, infallible, place, string};
use super::host_io::{self, HostIo, lock};
use super::output::hosts_chunk;
use super::own::Opaque;
use super::own::bound::{self, Bound};
use super::own::plain;
use super::pod;
use super::types::*;
use crate::container::Demuxer;
use crate::error::{Error, Result};
use crate::log::Inside;
use crate::media::Limits;
use crate::sync::Mutex;

/// A file that is read: plain blocking I/O on the caller's thread, no gate. Audio and video tracks are numbered from
/// 0; others are left out.
///
/// Threads: any function on any thread; a chunk's bytes are valid until the next read, whoever reads, and of
/// fg_demuxer_read_track until the next read of that track.
#[allow(non_camel_case_types)]
pub struct fg_demuxer {
    _opaque: [u8; 0],
}

impl Opaque for fg_demuxer {
    type Object = Mutex<Demuxer>;
    const NAME: &'static str = "demuxer";
}

impl Bound for fg_demuxer {}

/// As fg_demuxer_open_limits, with the default limits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_open(path: *const c_char, demuxer: *mut *mut fg_demuxer) -> fg_status {
    // SAFETY: the C contract: a NUL-terminated string, a place for a pointer.
    done(|| unsafe { open(path, Limits::default(), demuxer) })
}

/// Opens a file: MP4 and MOV, Matroska and WebM, AVI, MPEG-TS, Ogg, WAV, FLAC, MP3, ADTS (.aac), IVF, raw H.264 and HEVC; its
/// contents say which. No other file is ever opened: a path is never taken for a URL or a pattern, playlists and lists of
/// files are refused, and what a file refers to is left alone (a track that lies in another file has no chunks).
/// Freed with fg_demuxer_free. NULL limits are the defaults. What is added to the file while it is open is read, too; of a fragmented
/// MP4 the fragments that are there when it is opened are (through a pipe, all as they come).
///
/// FG_ERROR_IO: it cannot be read. FG_ERROR_DATA: it is damaged or of no known format. FG_ERROR_NOT_SUPPORTED: it is of a
/// format that is not read, or beyond a limit, which the text names with its value. FG_ERROR_OUT_OF_MEMORY.
/// FG_ERROR_INVALID_ARGUMENT: NULL, a wrong struct_size, or a reserved member that is not 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_open_limits(
    path: *const c_char,
    limits: *const fg_limits,
    demuxer: *mut *mut fg_demuxer,
) -> fg_status {
    // SAFETY: the C contract: a NUL-terminated string, NULL or a struct with its size, a place for a pointer.
    done(|| unsafe { open(path, read_limits(limits)?, demuxer) })
}

/// As fg_demuxer_open_io_limits, with the default limits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_open_io(io: *const fg_io, demuxer: *mut *mut fg_demuxer) -> fg_status {
    // SAFETY: the C contract: a struct with its size whose functions keep fg_io's contract, a place for a pointer.
    done(|| unsafe { open_io(io, Limits::default(), demuxer) })
}

/// Opens the host's bytes as fg_demuxer_open_limits opens a file; nothing but these bytes is read. `io` is copied. Formats need `seek`
/// for what stands at the end (an MP4 without faststart, durations); without it others are read as they come.
/// Freed with fg_demuxer_free. NULL limits are the defaults.
///
/// As fg_demuxer_open_limits. FG_ERROR_IO: a function of `io` failed, in this or a later call; that one fails, and the next asks it
/// again. FG_ERROR_INVALID_ARGUMENT: `read` is NULL. FG_ERROR_WOULD_DEADLOCK: in a function of an fg_io.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_open_io_limits(
    io: *const fg_io,
    limits: *const fg_limits,
    demuxer: *mut *mut fg_demuxer,
) -> fg_status {
    // SAFETY: the C contract: structs with their sizes, the first one's functions keep fg_io's contract, the second may be NULL; a
    // place for a pointer.
    done(|| unsafe { open_io(io, read_limits(limits)?, demuxer) })
}

/// # Safety
/// As [`fg_demuxer_open_io`].
unsafe fn open_io(io: *const fg_io, limits: Limits, demuxer: *mut *mut fg_demuxer) -> Result<()> {
    host_io::check_outside()?;
    let place = place(demuxer, "demuxer")?;
    // SAFETY: the caller's promise.
    let new = Demuxer::open_stream(unsafe { HostIo::new(io, false)? }, host_io::NAME, limits)?;
    // SAFETY: the caller's promise.
    unsafe { bound::lend(place, Mutex::new(new)) };
    Ok(())
}

/// # Safety
/// As [`fg_demuxer_open`].
unsafe fn open(path: *const c_char, limits: Limits, demuxer: *mut *mut fg_demuxer) -> Result<()> {
    let place = place(demuxer, "demuxer")?;
    // SAFETY: the caller's promise.
    let new = Demuxer::open_limits(unsafe { string(path, "path")? }, limits)?;
    // SAFETY: the caller's promise.
    unsafe { bound::lend(place, Mutex::new(new)) };
    Ok(())
}

/// The host's limits; 0 stands for the default.
///
/// # Safety
/// `limits` is NULL or a struct of the host's with its size.
unsafe fn read_limits(limits: *const fg_limits) -> Result<Limits> {
    let default = Limits::default();
    if limits.is_null() {
        return Ok(default);
    }
    // SAFETY: the caller's promise.
    let given = unsafe { pod::read(limits)? };
    pod::unused("limits.reserved", given.reserved)?;
    let or = |given: u64, default: u64| if given == 0 { default } else { given };
    Ok(Limits {
        max_streams: or(given.max_streams.into(), default.max_streams.into()) as u32,
        probe_bytes: or(given.probe_bytes, default.probe_bytes),
        max_pixels: or(given.max_pixels, default.max_pixels),
        max_side: or(given.max_side.into(), default.max_side.into()) as u32,
        max_samples: or(given.max_samples, default.max_samples),
        max_buffered_chunks: or(given.max_buffered_chunks, default.max_buffered_chunks),
        max_buffered_bytes: or(given.max_buffered_bytes, default.max_buffered_bytes),
    })
}

/// How many tracks there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_track_count(demuxer: *const fg_demuxer) -> u32 {
    infallible(0, || {
        // SAFETY: the C contract: NULL or a live demuxer.
        let demuxer = unsafe { bound::borrow(demuxer) };
        demuxer.and_then(lock).map_or(0, |demuxer| demuxer.track_count())
    })
}

/// Gives the decoder configuration of a track, which the host frees with fg_config_free. Beside what a decoder needs
/// it has `framerate` and `bitrate` where the file knows them.
///
/// FG_ERROR_INVALID_ARGUMENT: there is no such track. FG_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_track(
    demuxer: *const fg_demuxer,
    track: u32,
    decoder_config: *mut *mut fg_config,
) -> fg_status {
    done(|| {
        let place = place(decoder_config, "decoder_config")?;
        // SAFETY: the C contract: NULL or a live demuxer.
        let config = lock(unsafe { bound::borrow(demuxer)? })?.track(track)?.try_clone()?;
        // SAFETY: the C contract: a place for a pointer.
        unsafe { place.put(plain::lend(config)) };
        Ok(())
    })
}

/// Reads the next chunk of any track, in file order. Its bytes are valid until the next read or free; its id is its
/// number in its track, from 0 (after fg_demuxer_seek it counts on).
///
/// Its times are the ones at which it is shown and decoded by the file's edit list; chunks that the list leaves out and
/// others need have FG_CHUNK_DISCARD. Times that the file does not say follow from its frame rate and the order of pictures
/// (AVI, raw streams, Matroska's decode times). Where H.264 goes on with other parameter sets, they are in the chunk.
///
/// FG_OK. FG_END: no more. FG_ERROR_DATA: this chunk is damaged; the next read goes on after it (a loop that
/// ignores errors must have an end of its own). FG_ERROR_NOT_SUPPORTED: this chunk begins another sample description, of a
/// codec that cannot have its parameter sets in band here. FG_ERROR_IO. FG_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_read(
    demuxer: *mut fg_demuxer,
    track: *mut u32,
    chunk: *mut fg_chunk,
) -> fg_status {
    call(|| {
        let _inside = Inside::enter();
        let track = place(track, "track")?;
        // SAFETY: the C contract: NULL or a live demuxer, a struct with its size.
        let (demuxer, slot) = unsafe { (bound::borrow(demuxer)?, pod::slot(chunk)?) };
        let mut demuxer = lock(demuxer)?;
        let Some((number, chunk)) = demuxer.read()? else { return Ok(FG_END) };
        slot.put(&hosts_chunk(&chunk));
        // SAFETY: the C contract: a place for a number.
        unsafe { track.put(number) };
        Ok(FG_OK)
    })
}

/// Reads the next chunk of one track. Chunks of other tracks that are read on the way are kept for when they are read, by this
/// function or fg_demuxer_read, within fg_limits.max_buffered_chunks (4,096) and max_buffered_bytes (64 MiB). The chunk's bytes are
/// valid until the next chunk of this track is read, or free.
///
/// FG_OK. FG_END: no more of this track. FG_ERROR_WOULD_DEADLOCK: so much of other tracks is kept that no more may be read; the
/// text names the track that has most. Nothing is lost: the track goes on once the other is read, or left out by
/// fg_demuxer_select. FG_ERROR_INVALID_ARGUMENT: there is no such track. FG_ERROR_INVALID_STATE: it is left out. Else as
/// fg_demuxer_read, for chunks of this track.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_read_track(
    demuxer: *mut fg_demuxer,
    track: u32,
    chunk: *mut fg_chunk,
) -> fg_status {
    call(|| {
        let _inside = Inside::enter();
        // SAFETY: the C contract: NULL or a live demuxer, a struct with its size.
        let (demuxer, slot) = unsafe { (bound::borrow(demuxer)?, pod::slot(chunk)?) };
        let mut demuxer = lock(demuxer)?;
        let Some(chunk) = demuxer.read_track(track)? else { return Ok(FG_END) };
        slot.put(&hosts_chunk(&chunk));
        Ok(FG_OK)
    })
}

/// Leaves a track out (selected is 0), or takes it in again (1), as all are at first. Of a track that is left out nothing is read, nor
/// kept: what was kept of it is dropped. Taken in again, it goes on where the file is read; pictures then may begin with a chunk
/// that is no key.
///
/// FG_ERROR_INVALID_ARGUMENT: there is no such track, or selected is neither.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_select(demuxer: *mut fg_demuxer, track: u32, selected: u32) -> fg_status {
    done(|| {
        if selected > 1 {
            return Err(Error::invalid(format!("selected is {selected}, allowed are 0 and 1")));
        }
        // SAFETY: the C contract: NULL or a live demuxer.
        lock(unsafe { bound::borrow(demuxer)? })?.select(track, selected == 1)
    })
}

/// Goes to the key chunk of a track at or before a time, to where FFmpeg goes: to the first one if none is before, to the last one
/// past the end. All tracks go on from there in the file; another one of pictures may begin with a chunk that is no key. What
/// was kept for fg_demuxer_read_track is dropped. Sound whose container says so (Opus: 80 ms) begins as much
/// earlier, for its decoder to be right at the time; but its priming is at the track's beginning alone: elsewhere decode with
/// primingSamples 0. A decoder is to be reset; what it gives before the time is the host's to drop. After FG_END it works, too.
///
/// FG_ERROR_NOT_SUPPORTED: the file has no index or no times (raw H.264 and HEVC), or its bytes come one after another (a
/// pipe, an fg_io without seek); the text says which, and reading goes on where it was. FG_ERROR_INVALID_ARGUMENT: there is no such
/// track, or the time is beyond 2^53 microseconds. FG_ERROR_INVALID_STATE: the track is left out. FG_ERROR_IO, FG_ERROR_DATA, FG_ERROR_OUT_OF_MEMORY: where reading goes on is not
/// known then: seek again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_seek(
    demuxer: *mut fg_demuxer,
    track: u32,
    timestamp_us: i64,
) -> fg_status {
    // SAFETY: the C contract: NULL or a live demuxer.
    done(|| lock(unsafe { bound::borrow(demuxer)? })?.seek(track, timestamp_us))
}

/// Closes the file and frees the demuxer. NULL is allowed. The last call on it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_demuxer_free(demuxer: *mut fg_demuxer) {
    // SAFETY: the C contract: NULL, or made by fg_demuxer_open, freed once, not in use.
    unsafe { bound::free(demuxer) }
}
