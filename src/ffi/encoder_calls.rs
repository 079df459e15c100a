//! What can be done with an encoder beside feeding it, and word for word with a decoder: build.rs makes decoder_calls.rs of this
//! file, one word for the other.

use std::ffi::c_char;

use super::encoder::fg_encoder;
use super::estate::Belonging;
use super::guard::{call, done};
use super::own::bound;
use super::types::*;
use super::waitset::fg_waitset;

/// Asks for everything that the codec holds back. An FG_OUTPUT_FLUSHED with this flush_id comes after it.
/// Takes no slot and does not wait; enqueueing may go on at once. flush_id may be NULL.
///
/// FG_ERROR_INVALID_STATE: not configured. FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_flush(encoder: *mut fg_encoder, flush_id: *mut u64) -> fg_status {
    // SAFETY: the C contract: a live encoder or NULL, a place for a number or NULL.
    done(|| unsafe { bound::borrow(encoder)?.flush(flush_id) })
}

/// Takes the next output, in order, waiting for it at most timeout_ms (0 not at all, -1 as long as it takes).
/// If its token is not 0 it holds a slot until fg_release_output(token).
///
/// FG_OK. FG_WAIT_CODEC: the codec is working. FG_WAIT_INPUT: nothing is in flight: enqueue or flush.
/// FG_ERROR_WOULD_DEADLOCK: -1, nothing is in flight, and this thread is the only one that ever enqueued or flushed:
/// nothing will come. While no thread has, it waits: another may be about to.
/// FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended and everything was polled.
/// On anything but FG_OK, output is untouched.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_poll(
    encoder: *mut fg_encoder,
    output: *mut fg_output,
    timeout_ms: i32,
) -> fg_status {
    // SAFETY: the C contract: a live encoder or NULL, a struct with its size or NULL.
    call(|| unsafe { bound::borrow(encoder)?.poll(output, timeout_ms) })
}

/// Waits until one of the calls in want (FG_READY_ENQUEUE | FG_READY_POLL) can go on, at most timeout_ms, and writes
/// those that can to ready. For a host with one thread: waiting in poll would miss the slot that the codec frees,
/// waiting in enqueue the output that must be released first.
/// FG_READY_DEQUEUE in want is for W3C's dequeue event: no input waits for the codec any more; armed with it
/// (timeout_ms 0), descriptors and wait sets wake each time that the codec takes an input.
///
/// FG_OK. FG_WAIT_...: not yet, as the calls themselves would say. FG_ERROR_WOULD_DEADLOCK: -1, and each call that is
/// wanted would say so. FG_ERROR_INVALID_STATE: only FG_READY_ENQUEUE is wanted and it is not configured.
/// FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended and everything was polled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_wait(
    encoder: *mut fg_encoder,
    want: u32,
    ready: *mut u32,
    timeout_ms: i32,
) -> fg_status {
    // SAFETY: the C contract: a live encoder or NULL, a place for a number or NULL.
    call(|| unsafe { bound::borrow(encoder)?.wait(want, ready, timeout_ms) })
}

/// Drops what is queued and ready, and gives those slots back (that of the input which the codec is at, when it is
/// done with it); outputs that the host holds stay valid. Flushes under way never arrive. Then configure again.
/// on_free of frames that were enqueued may be called meanwhile.
///
/// FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_reset(encoder: *mut fg_encoder) -> fg_status {
    // SAFETY: the C contract: a live encoder or NULL.
    done(|| unsafe { bound::borrow(encoder)? }.reset())
}

/// As reset, for good: every waiting call returns FG_ERROR_CLOSED, and so does every later one. Again is allowed.
/// Does not wait for the codec.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_close(encoder: *mut fg_encoder) -> fg_status {
    // SAFETY: the C contract: a live encoder or NULL.
    done(|| unsafe { bound::borrow(encoder)? }.close())
}

/// Closes and frees an encoder; the last call on it. Waits for at most one call of the codec, never for the host:
/// outputs on hold stay valid until they are released. NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_free(encoder: *mut fg_encoder) {
    // SAFETY: the C contract: NULL, or made by fg_encoder_new, freed once, not in use.
    unsafe { bound::free(encoder) }
}

/// Writes the statistics to stats: one consistent moment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_stats(encoder: *const fg_encoder, stats: *mut fg_stats) -> fg_status {
    // SAFETY: the C contract: a live encoder or NULL, a struct with its size or NULL.
    done(|| unsafe { bound::borrow(encoder)?.stats(stats) })
}

/// Writes the text of the failure that closed the handle, cut to capacity; "" if none did.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_error(
    encoder: *const fg_encoder,
    text: *mut c_char,
    capacity: usize,
) -> fg_status {
    // SAFETY: the C contract: a live encoder or NULL, `capacity` writable bytes or NULL.
    done(|| unsafe { bound::borrow(encoder)?.error(text, capacity) })
}

/// Gives a descriptor that wakes an event loop: one end of a socketpair, non-blocking, close-on-exec. The host owns
/// and closes it. Every call makes another one.
///
/// An enqueue or poll that returned a positive status arms it; the next change that could let that call go on (an
/// output, a free slot, an error, close) writes one byte and disarms. So: when it is readable, read it, then poll
/// and enqueue with timeout 0 until they give a positive status. A wake may come for nothing, never too late.
///
/// FG_ERROR_IO: the process has no descriptors left.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_wake_fd(encoder: *mut fg_encoder, fd: *mut i32) -> fg_status {
    // SAFETY: the C contract: a live encoder or NULL, a place for a number or NULL.
    done(|| unsafe { bound::borrow(encoder)?.wake_fd(fd) })
}

/// Joins a wait set, where `key` (any number of the host's) stands for this encoder; it comes up once at once. One set a
/// handle: joining another, or again, leaves the one before; NULL only leaves. Freeing the encoder leaves, too.
/// In a thread's wait set (fg_waitset_new_for_thread) it ends with that thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_encoder_join(
    encoder: *mut fg_encoder,
    set: *mut fg_waitset,
    key: u64,
) -> fg_status {
    // SAFETY: the C contract: a live encoder or NULL, a live wait set or NULL. Freeing the encoder takes it out of
    // the estate that it is in.
    done(|| unsafe { bound::borrow(encoder)?.join(set, key, Belonging::new(encoder)) })
}
