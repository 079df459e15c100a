//! What encoders and decoders share: the generic half of every fg_encoder_ and fg_decoder_ function.

use std::ffi::c_char;
use std::sync::Arc;

use super::config::fg_config;
use super::estate::{Belonging, Owned};
use super::guard::{place, put_text};
use super::output::{Lend, lease, release_all};
use super::own::bound::{self, Bound};
use super::own::plain;
use super::status::{of_flow, of_wait};
use super::types::*;
use super::waitset::fg_waitset;
use super::{guard, pod};
use crate::bell::Interest;
use crate::codec::gate_size;
use crate::error::{Error, Result};
use crate::log::Inside;
use crate::machine::{Flow, Input, Output, Recipe, Session, Timeout, descriptor};
use crate::media::Config;
use crate::sync::Mutex;

/// A handle: a machine, and the measures of its gate, which no configuration changes.
pub(super) struct Handle<I: Input, O: Output> {
    session: Session<I, O>,
    gate: (u32, Option<u64>),
    /// It ends with the thread whose wait set it has joined.
    owned: Mutex<Option<Owned>>,
}

const _: () = {
    assert!(Interest::ENQUEUE.bits() == FG_READY_ENQUEUE && Interest::POLL.bits() == FG_READY_POLL);
    assert!(Interest::DEQUEUE.bits() == FG_READY_DEQUEUE);
};

type MakeRecipe<I, O> = fn(&Config) -> Result<Arc<dyn Recipe<I, O>>>;

/// fg_*_is_config_supported.
pub(super) fn probe(config: &Config, support: fn(&Config) -> Result<()>) -> Result<fg_status> {
    let _inside = Inside::enter();
    support(config)?;
    Ok(FG_OK)
}

/// fg_*_new.
///
/// # Safety
/// `config` is NULL or a live configuration, `handle` is NULL or a place for a pointer.
pub(super) unsafe fn make<H, I: Input, O: Output>(
    config: *const fg_config,
    handle: *mut *mut H,
    recipe: MakeRecipe<I, O>,
) -> Result<()>
where
    H: Bound<Object = Handle<I, O>>,
{
    let place = place(handle, H::NAME)?;
    // SAFETY: the caller's promise.
    let config = unsafe { plain::borrow(config, "config")? };
    let gate = gate_size(config);
    let session = Session::new(gate.0, gate.1, recipe(config)?)?;
    // SAFETY: the caller's promise.
    unsafe { bound::lend(place, Handle { session, gate, owned: Mutex::new(None) }) };
    Ok(())
}

impl<I: Input, O: Output + Lend> Handle<I, O> {
    /// fg_*_configure.
    pub(super) fn configure(&self, config: &Config, recipe: MakeRecipe<I, O>) -> Result<()> {
        if gate_size(config) != self.gate {
            let (slots, max_bytes) = self.gate;
            let max_bytes = max_bytes.map_or("unset".to_owned(), |bytes| bytes.to_string());
            let text = format!(
                "slots and maxBytes belong to the handle and cannot change: they are {slots} and {max_bytes}"
            );
            return Err(Error::invalid(text));
        }
        self.session.configure(recipe(config)?)
    }

    /// fg_*_enqueue.
    pub(super) fn enqueue(&self, offer: I::Offer<'_>, timeout_ms: i32) -> Result<fg_status> {
        self.session.enqueue(offer, Timeout::from_ms(timeout_ms)).map(of_flow)
    }

    /// fg_*_flush.
    ///
    /// # Safety
    /// `flush_id` is NULL or a place for a number.
    pub(super) unsafe fn flush(&self, flush_id: *mut u64) -> Result<()> {
        let id = self.session.flush()?;
        if let Ok(place) = place(flush_id, "flush_id") {
            // SAFETY: the caller's promise.
            unsafe { place.put(id) };
        }
        Ok(())
    }

    /// fg_*_poll.
    ///
    /// # Safety
    /// `output` is NULL or a struct of the host's with its size.
    pub(super) unsafe fn poll(&self, output: *mut fg_output, timeout_ms: i32) -> Result<fg_status> {
        // SAFETY: the caller's promise.
        let slot = unsafe { pod::slot(output)? };
        match self.session.poll(Timeout::from_ms(timeout_ms))? {
            Flow::Wait(wait) => Ok(of_wait(wait)),
            Flow::Done(event) => {
                slot.put(&lease(event)?);
                Ok(FG_OK)
            }
        }
    }

    /// fg_*_wait.
    ///
    /// # Safety
    /// `ready` is NULL or a place for a number.
    pub(super) unsafe fn wait(&self, want: u32, ready: *mut u32, timeout_ms: i32) -> Result<fg_status> {
        let ready = place(ready, "ready")?;
        let allowed = "FG_READY_ENQUEUE (1), FG_READY_POLL (2), FG_READY_DEQUEUE (4) and sums of them";
        let want = Interest::from_bits(want)
            .ok_or_else(|| Error::invalid(format!("want is {want}, allowed are {allowed}")))?;
        match self.session.wait(want, Timeout::from_ms(timeout_ms))? {
            Flow::Wait(wait) => Ok(of_wait(wait)),
            Flow::Done(now) => {
                // SAFETY: the caller's promise.
                unsafe { ready.put(now.bits()) };
                Ok(FG_OK)
            }
        }
    }

    /// fg_*_reset.
    pub(super) fn reset(&self) -> Result<()> {
        self.session.reset()
    }

    /// fg_*_close.
    pub(super) fn close(&self) -> Result<()> {
        self.session.close();
        Ok(())
    }

    /// fg_*_stats.
    ///
    /// # Safety
    /// `stats` is NULL or a struct of the host's with its size.
    pub(super) unsafe fn stats(&self, stats: *mut fg_stats) -> Result<()> {
        // SAFETY: the caller's promise.
        let slot = unsafe { pod::slot(stats)? };
        let stats = self.session.stats();
        let counts = stats.counts;
        slot.put(&fg_stats {
            slots: stats.slots,
            in_flight: counts.in_flight(),
            in_flight_peak: counts.in_flight_peak,
            queued: counts.queued,
            in_codec: counts.in_codec,
            in_codec_peak: counts.in_codec_peak,
            ready: counts.ready,
            held: counts.held,
            waiting: stats.waiting,
            bytes_in_flight: counts.bytes,
            bytes_peak: counts.bytes_peak,
            inputs: stats.inputs,
            outputs: stats.outputs,
            releases: counts.releases,
            enqueue_waits: counts.waits,
            enqueue_wait_us: counts.wait_us,
            dropped: stats.dropped,
            ..Default::default()
        });
        Ok(())
    }

    /// fg_*_error.
    ///
    /// # Safety
    /// `text` is NULL or points at `capacity` writable bytes.
    pub(super) unsafe fn error(&self, text: *mut c_char, capacity: usize) -> Result<()> {
        let error = self.session.failure().map(|error| error.text).unwrap_or_default();
        let fits = error.floor_char_boundary(capacity.saturating_sub(1));
        // SAFETY: the caller's promise.
        unsafe { put_text(text, capacity, &error[..fits], "text") }
    }

    /// fg_*_join.
    ///
    /// # Safety
    /// `set` is NULL or a live wait set. `whole` is the object that this handle is in.
    pub(super) unsafe fn join(&self, set: *const fg_waitset, key: u64, whole: Belonging) -> Result<()> {
        let set = match set.is_null() {
            true => None,
            // SAFETY: the caller's promise.
            false => Some(unsafe { bound::borrow(set)? }),
        };
        let mut owned = self.owned.lock();
        *owned = None; // leaves before it enters: it may be the same estate
        *owned = set.and_then(|set| set.estate.as_ref()).map(|estate| estate.take_in(whole));
        self.session.join(set.map(|set| (&set.waiting, key)));
        Ok(())
    }

    /// The host is gone: closes it, takes back what it has lent, and lets the worker end by itself.
    pub(super) fn abandon(&self) {
        self.session.abandon();
        release_all(|permit| self.session.gave(permit));
    }

    /// fg_*_wake_fd.
    ///
    /// # Safety
    /// `fd` is NULL or a place for a number.
    pub(super) unsafe fn wake_fd(&self, fd: *mut i32) -> Result<()> {
        let fd = guard::place(fd, "fd")?;
        // SAFETY: the caller's promise.
        unsafe { fd.put(descriptor(self.session.bell())?) };
        Ok(())
    }
}
