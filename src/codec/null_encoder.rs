//! An encoder that does nothing: an empty chunk a frame. For measuring the gate, and for testing hosts.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{EncoderInput, EncoderOffer};
use crate::machine::{Codec, Failure, Recipe};
use crate::media::{Bytes, Chunk, ChunkInfo};

/// Its codec string.
pub(super) const CODEC: &str = "framegate.null";

#[derive(Default)]
pub(super) struct NullEncoder {
    chunks: VecDeque<Chunk>,
}

impl Recipe<EncoderInput, Chunk> for NullEncoder {
    fn open(&self) -> Result<Box<dyn Codec<EncoderInput, Chunk>>, Failure> {
        Ok(Box::new(NullEncoder::default()))
    }

    fn bytes(&self, offer: EncoderOffer<'_>) -> u64 {
        offer.frame.planes().bytes()
    }

    fn take(&self, offer: EncoderOffer<'_>) -> crate::error::Result<EncoderInput> {
        Ok(EncoderInput { frame: Arc::clone(offer.frame), how: offer.how })
    }
}

impl Codec<EncoderInput, Chunk> for NullEncoder {
    fn send(&mut self, input: EncoderInput) -> Result<(), Failure> {
        let frame = input.frame.info();
        let info = ChunkInfo {
            key: true,
            discard: false,
            timestamp_us: frame.timestamp_us,
            duration_us: frame.duration_us,
            dts_us: Some(frame.timestamp_us),
            id: frame.id,
        };
        self.chunks.push_back(Chunk { info, data: Bytes::empty(), config: None });
        Ok(())
    }

    fn receive(&mut self) -> Result<Option<Chunk>, Failure> {
        Ok(self.chunks.pop_front())
    }

    fn drain(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    fn holding(&self) -> usize {
        self.chunks.len()
    }
}
