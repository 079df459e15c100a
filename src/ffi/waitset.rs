//! Wait sets.

use std::sync::Arc;

use super::estate::{Belonging, Estate, Heir};
use super::guard::{call, done, place};
use super::own::Opaque;
use super::own::bound::{self, Bound};
use super::status::of_wait;
use super::types::*;
use crate::error::Error;
use crate::machine::{Flow, Timeout, WaitSet, descriptor};

/// A wait set: one place, and one descriptor, where a host waits for thousands of encoders and decoders
/// (fg_encoder_join, fg_decoder_join).
///
/// An enqueue, poll or wait with a positive status arms its handle; the next change that could let that call go on
/// brings the handle's key up, once. So, in a loop: fg_waitset_wait, and for each key poll and enqueue with timeout 0
/// until they give a positive status (or fg_encoder_wait with timeout 0, for what the host has no input for). A key
/// may come up for nothing, never too late; one that is left half way does not come up again by itself.
///
/// After fg_encoder_close a key comes up once more, when the handle's thread has ended: then fg_encoder_free does not wait
/// at all.
///
/// Threads: any function on any thread, except fg_waitset_free, which is last. Several threads may wait: each key
/// goes to one of them.
#[allow(non_camel_case_types)]
pub struct fg_waitset {
    _opaque: [u8; 0],
}

impl Opaque for fg_waitset {
    type Object = Set;
    const NAME: &'static str = "set";
}

impl Bound for fg_waitset {}

/// What is behind the pointer.
pub(super) struct Set {
    pub(super) waiting: Arc<WaitSet>,
    /// What ends with the thread that the set is of.
    pub(super) estate: Option<Arc<Estate>>,
}

impl Heir for fg_waitset {
    fn abandon(_: &Set) {}
}

/// Makes a wait set. Freed with fg_waitset_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_waitset_new(set: *mut *mut fg_waitset) -> fg_status {
    done(|| {
        let place = place(set, "set")?;
        let set = Set { waiting: WaitSet::new(), estate: None };
        // SAFETY: the C contract: a place for a pointer.
        unsafe { bound::lend(place, set) };
        Ok(())
    })
}

/// Makes a wait set that ends with the calling thread, for hosts whose threads may be stopped at any moment and then run
/// no more code of theirs (a worker thread of JavaScript that is terminated). Otherwise it is as one of fg_waitset_new.
///
/// When the thread ends, the library frees the set, and every encoder and decoder that is in it: they are closed,
/// outputs that were polled from them and not released are released, and their threads end by themselves, each after
/// at most one call of its codec; nothing waits for that. Descriptors stay the host's to close. So no other thread may
/// use the set, its handles or their outputs when this one may end; frames kept with fg_frame_retain stay valid.
///
/// Freeing them before is allowed, as ever. A handle that leaves the set (fg_encoder_join with another set or NULL) is
/// the host's alone again, and so is every one in it when the set itself is freed. In a forked child the end of the
/// thread frees nothing of the parent's.
///
/// FG_ERROR_INVALID_STATE: the thread is ending already.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_waitset_new_for_thread(set: *mut *mut fg_waitset) -> fg_status {
    done(|| {
        let place = place(set, "set")?;
        let estate = Estate::of_this_thread()?;
        let set = Set { waiting: WaitSet::new(), estate: Some(Arc::clone(&estate)) };
        // SAFETY: the C contract: a place for a pointer. Freeing the set drops the estate's only lasting reference, so a
        // set that was freed is not in it.
        unsafe { estate.keep(Belonging::new(bound::lend(place, set))) };
        Ok(())
    })
}

/// Gives a descriptor that wakes an event loop: one end of a socketpair, non-blocking, close-on-exec. The host owns
/// and closes it. Every call makes another one.
///
/// An fg_waitset_wait that gave FG_WAIT_CODEC arms it; the next key writes one byte. So: when it is readable, read it,
/// then take keys with timeout 0 until there are none.
///
/// FG_ERROR_IO: the process has no descriptors left.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_waitset_fd(set: *mut fg_waitset, fd: *mut i32) -> fg_status {
    done(|| {
        let fd = place(fd, "fd")?;
        // SAFETY: the C contract: a live wait set, a place for a number.
        unsafe { fd.put(descriptor(bound::borrow(set)?.waiting.bell())?) };
        Ok(())
    })
}

/// Takes the keys of handles where enqueue or poll may now go on, at most `capacity` and 256, waiting for the first
/// at most timeout_ms (0 not at all, -1 as long as it takes). Each comes once, those that came up first before the
/// others.
///
/// FG_OK: keys has count of them, at least 1. FG_WAIT_CODEC: there are none; keys and count are untouched.
/// FG_ERROR_INVALID_ARGUMENT: NULL, or capacity 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_waitset_wait(
    set: *mut fg_waitset,
    keys: *mut u64,
    capacity: usize,
    count: *mut usize,
    timeout_ms: i32,
) -> fg_status {
    call(|| {
        let (keys, count) = (place(keys, "keys")?, place(count, "count")?);
        if capacity == 0 {
            return Err(Error::invalid("capacity is 0, allowed is 1 and more"));
        }
        // SAFETY: the C contract: a live wait set or NULL.
        let set = unsafe { &bound::borrow(set)?.waiting };
        let mut taken = [0u64; BATCH];
        let batch = &mut taken[..capacity.min(BATCH)];
        match set.wait(batch, Timeout::from_ms(timeout_ms))? {
            Flow::Wait(wait) => Ok(of_wait(wait)),
            Flow::Done(found) => {
                // SAFETY: the C contract: places for `capacity` keys, of which `found` are filled, and a number.
                unsafe {
                    keys.put_all(&batch[..found]);
                    count.put(found);
                }
                Ok(FG_OK)
            }
        }
    })
}

/// Keys that one call takes at the most.
const BATCH: usize = 256;

/// Frees a wait set; the last call on it. Handles that joined it stay as they are, also if it was a thread's. NULL is
/// allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_waitset_free(set: *mut fg_waitset) {
    // SAFETY: the C contract: NULL, or from fg_waitset_new, freed once, not in use.
    unsafe { bound::free(set) }
}
