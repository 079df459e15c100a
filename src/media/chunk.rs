//! An encoded chunk: what an encoder gives, a decoder takes, and a container holds.

use std::sync::Arc;

use super::{Bytes, Config};
use crate::error::Result;

/// The facts of a chunk beside its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChunkInfo {
    /// True if decoding can start here.
    pub key: bool,
    /// True if it is decoded and not shown: others need it, but the file's edit list leaves it out.
    pub discard: bool,
    /// Presentation time, microseconds; may be negative.
    pub timestamp_us: i64,
    /// How long it is shown, microseconds.
    pub duration_us: Option<i64>,
    /// Decode time, microseconds, where it is known.
    pub dts_us: Option<i64>,
    /// The host's own number, carried from the input to its output.
    pub id: u64,
    /// The temporal layer: dropping all chunks of the highest one leaves a stream that decodes.
    pub temporal_layer: u32,
    /// Samples at its beginning that the encoder has put in front of the sound.
    pub priming: u32,
    /// Samples at its end that the encoder has put behind it.
    pub padding: u32,
}

/// An encoded chunk.
#[derive(Debug)]
pub struct Chunk {
    /// Its facts.
    pub info: ChunkInfo,
    /// Its bytes.
    pub data: Bytes,
    /// The bytes of its alpha plane, encoded as a picture of its own. Boxed: few chunks have some, and all are moved.
    pub alpha: Option<Box<Bytes>>,
    /// The decoder configuration, on an encoder's first chunk and whenever it changed.
    pub config: Option<Arc<Config>>,
}

impl Chunk {
    /// The chunk, lent.
    pub fn as_ref(&self) -> ChunkRef<'_> {
        ChunkRef { info: self.info, data: &self.data, alpha: self.alpha.as_ref().map(|alpha| &***alpha) }
    }
}

/// A chunk whose bytes belong to somebody else: what a host offers and a demuxer lends.
#[derive(Clone, Copy, Debug)]
pub struct ChunkRef<'a> {
    /// Its facts.
    pub info: ChunkInfo,
    /// Its bytes.
    pub data: &'a [u8],
    /// The bytes of its alpha plane.
    pub alpha: Option<&'a [u8]>,
}

impl ChunkRef<'_> {
    /// A chunk of its own, with a copy of the bytes.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn to_chunk(self) -> Result<Chunk> {
        let alpha = self.alpha.map(Bytes::copy_of).transpose()?.map(Box::new);
        Ok(Chunk { info: self.info, data: Bytes::copy_of(self.data)?, alpha, config: None })
    }

    /// How many bytes it has.
    pub fn bytes(&self) -> u64 {
        self.data.len() as u64 + self.alpha.map_or(0, |alpha| alpha.len() as u64)
    }
}
