//! Outputs on lease: what a host holds between poll and release.

use std::ptr;
use std::sync::Arc;

use super::config::fg_config;
use super::guard::{call, done, slice};
use super::own::{plain, shared};
use super::pod;
use super::status::of_kind;
use super::types::*;
use crate::error::{Error, Result};
use crate::gate::Permit;
use crate::machine::{Event, Failure, Leases};
use crate::media::{Chunk, ChunkInfo, ChunkRef, Frame};
use crate::sync::lock::Lock;

static LEASES: Leases<Lease> = Leases::new();

/// For fork.
pub(super) fn lock() -> &'static dyn Lock {
    LEASES.lock()
}

/// An output that the host holds. Its memory goes before its slot is free again: that is the order of the fields.
struct Lease {
    _item: Item,
    permit: Permit,
}

/// What an output's pointers point into.
pub(super) enum Item {
    #[allow(dead_code)] // held for its bytes
    Chunk(Chunk, Option<LentConfig>),
    #[allow(dead_code)] // held for its planes
    Frame(Arc<Frame>),
}

/// A configuration inside an output.
pub(super) struct LentConfig(*mut fg_config);

// SAFETY: a configuration is plain data with one owner, this value.
unsafe impl Send for LentConfig {}

impl Drop for LentConfig {
    fn drop(&mut self) {
        // SAFETY: `lend` made it, and nothing else frees it.
        unsafe { plain::free(self.0) }
    }
}

/// What a codec gives, as C sees it.
pub(super) trait Lend {
    /// The C struct, and what its pointers point into.
    ///
    /// # Errors
    /// `OutOfMemory`.
    fn lend(self) -> Result<(fg_output, Item)>;
}

impl Lend for Chunk {
    fn lend(self) -> Result<(fg_output, Item)> {
        let mut output = blank(FG_OUTPUT_CHUNK);
        (output.timestamp_us, output.duration_us) =
            (self.info.timestamp_us, self.info.duration_us.unwrap_or(-1));
        (output.dts_us, output.id) = (self.info.dts_us.unwrap_or(FG_NO_TIMESTAMP), self.info.id);
        (output.data, output.size) = (self.data.as_ptr(), self.data.len() as u64);
        if let Some(alpha) = &self.alpha {
            (output.alpha_data, output.alpha_size) = (alpha.as_ptr(), alpha.len() as u64);
        }
        output.temporal_layer = self.info.temporal_layer;
        (output.priming, output.padding) = (self.info.priming, self.info.padding);
        output.flags = if self.info.key { FG_OUTPUT_KEY } else { 0 };
        let config = self.config.as_ref().map(|config| config.try_clone()).transpose()?;
        let config = config.map(|config| LentConfig(plain::lend(config)));
        if let Some(config) = &config {
            (output.config, output.flags) = (config.0, output.flags | FG_OUTPUT_CONFIG);
        }
        Ok((output, Item::Chunk(self, config)))
    }
}

impl Lend for Frame {
    fn lend(self) -> Result<(fg_output, Item)> {
        let mut output = blank(FG_OUTPUT_FRAME);
        match &self {
            Frame::Video(frame) => {
                let info = frame.info();
                output.duration_us = info.duration_us.unwrap_or(-1);
                (output.timestamp_us, output.id) = (info.timestamp_us, info.id);
            }
            Frame::Audio(sound) => {
                let info = sound.info();
                output.duration_us = info.duration_us();
                (output.priming, output.padding) = (info.priming, info.padding);
                (output.timestamp_us, output.id) = (info.timestamp_us, info.id);
            }
        }
        self.freeze();
        let frame = Arc::new(self);
        output.frame = shared::show(&frame);
        Ok((output, Item::Frame(frame)))
    }
}

fn blank(kind: i32) -> fg_output {
    fg_output { kind, ..Default::default() }
}

/// The C struct of an event, which is on lease from then on if it has anything to release.
pub(super) fn lease<O: Lend>(event: Event<O>) -> Result<fg_output> {
    match event {
        Event::Output(output, permit) => {
            let (mut output, item) = output.lend()?;
            output.token = LEASES.grant(Lease { _item: item, permit })?;
            Ok(output)
        }
        Event::Flushed(flush_id) => Ok(fg_output { flush_id, ..blank(FG_OUTPUT_FLUSHED) }),
        Event::Failed(Failure { error, timestamp_us }) => {
            let (status, timestamp_us) = (of_kind(error.kind), timestamp_us.unwrap_or(FG_NO_TIMESTAMP));
            Ok(fg_output { status, timestamp_us, ..blank(FG_OUTPUT_ERROR) })
        }
    }
}

/// Ends all leases whose permit is one of these.
pub(super) fn release_all(which: impl Fn(&Permit) -> bool) {
    drop(LEASES.end_all(|lease| which(&lease.permit)));
}

/// A chunk of the host's.
///
/// # Safety
/// `chunk` is NULL or a struct of the host's with its size, whose data lives for `'a`.
pub(super) unsafe fn chunk_ref<'a>(chunk: *const fg_chunk) -> Result<ChunkRef<'a>> {
    // SAFETY: the caller's promise.
    let given = unsafe { pod::read(chunk)? };
    let bytes = |size| usize::try_from(size).unwrap_or(usize::MAX);
    let info = ChunkInfo {
        key: given.flags & FG_CHUNK_KEY != 0,
        discard: given.flags & FG_CHUNK_DISCARD != 0,
        timestamp_us: given.timestamp_us,
        duration_us: (given.duration_us >= 0).then_some(given.duration_us),
        dts_us: (given.dts_us != FG_NO_TIMESTAMP).then_some(given.dts_us),
        id: given.id,
        ..ChunkInfo::default()
    };
    // SAFETY: the caller's promise.
    let (data, alpha) = unsafe {
        (
            slice(given.data, bytes(given.size), "chunk.data")?,
            slice(given.alpha_data, bytes(given.alpha_size), "chunk.alpha_data")?,
        )
    };
    Ok(ChunkRef { info, data, alpha: Some(alpha).filter(|alpha| !alpha.is_empty()) })
}

fn flag(set: bool, bit: u32) -> u32 {
    if set { bit } else { 0 }
}

/// A chunk of ours, as C sees it.
pub(super) fn hosts_chunk(chunk: &ChunkRef<'_>) -> fg_chunk {
    fg_chunk {
        flags: flag(chunk.info.key, FG_CHUNK_KEY) | flag(chunk.info.discard, FG_CHUNK_DISCARD),
        timestamp_us: chunk.info.timestamp_us,
        duration_us: chunk.info.duration_us.unwrap_or(-1),
        dts_us: chunk.info.dts_us.unwrap_or(FG_NO_TIMESTAMP),
        id: chunk.info.id,
        data: chunk.data.as_ptr(),
        size: chunk.data.len() as u64,
        alpha_data: chunk.alpha.map_or(ptr::null(), <[u8]>::as_ptr),
        alpha_size: chunk.alpha.map_or(0, |alpha| alpha.len() as u64),
        ..Default::default()
    }
}

/// Writes an encoder's output as a chunk, for fg_decoder_enqueue and fg_muxer_write. Its data are the output's own,
/// valid until the output is released.
///
/// FG_ERROR_INVALID_ARGUMENT: NULL, a wrong struct_size, or an output that is no FG_OUTPUT_CHUNK.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_output_chunk(output: *const fg_output, chunk: *mut fg_chunk) -> fg_status {
    done(|| {
        // SAFETY: the C contract: structs with their sizes.
        let (output, slot) = unsafe { (pod::read(output)?, pod::slot(chunk)?) };
        if output.kind != FG_OUTPUT_CHUNK {
            return Err(Error::invalid(format!(
                "output.kind is {}, only FG_OUTPUT_CHUNK ({FG_OUTPUT_CHUNK}) is a chunk",
                output.kind
            )));
        }
        slot.put(&fg_chunk {
            flags: if output.flags & FG_OUTPUT_KEY != 0 { FG_CHUNK_KEY } else { 0 },
            timestamp_us: output.timestamp_us,
            duration_us: output.duration_us,
            dts_us: output.dts_us,
            id: output.id,
            data: output.data,
            size: output.size,
            alpha_data: output.alpha_data,
            alpha_size: output.alpha_size,
            ..Default::default()
        });
        Ok(())
    })
}

/// Gives an output back: its pointers are invalid from then on and its slot in the gate is free. Any thread, any
/// time, also after the handle was closed or freed. Frames kept with fg_frame_retain stay.
///
/// FG_OK; 0 is allowed and does nothing. FG_ERROR_INVALID_ARGUMENT: the token was released before, or never
/// given out; nothing happened.
#[unsafe(no_mangle)]
pub extern "C" fn fg_release_output(token: u64) -> fg_status {
    call(|| {
        if token != 0 {
            drop(LEASES.end(token)?);
        }
        Ok(FG_OK)
    })
}
