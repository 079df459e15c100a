//! A chunk that waits to be written.

use crate::av::{Block, Times};
use crate::error::Result;
use crate::media::{Bytes, ChunkRef};

pub(super) struct Held {
    pub(super) times: Times,
    pub(super) key: bool,
    pub(super) discard: bool,
    pub(super) data: Bytes,
    pub(super) alpha: Option<Bytes>,
    skipped: (u32, u32),
}

impl Held {
    /// With a copy of the chunk's bytes; `skipped` samples at its beginning and at its end are not heard.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub(super) fn new(times: Times, chunk: &ChunkRef<'_>, skipped: (u32, u32)) -> Result<Self> {
        let (key, discard) = (chunk.info.key, chunk.info.discard);
        let alpha = chunk.alpha.map(Bytes::copy_of).transpose()?;
        Ok(Self { times, key, discard, data: Bytes::copy_of(chunk.data)?, alpha, skipped })
    }

    /// What is written of it.
    pub(super) fn block(&self) -> Block<'_> {
        Block { key: self.key, data: &self.data, alpha: self.alpha.as_deref(), skipped: self.skipped }
    }
}
