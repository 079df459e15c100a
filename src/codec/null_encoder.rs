//! An encoder that does nothing: an empty chunk a frame. For measuring the gate, and for testing hosts.

use std::collections::VecDeque;

use super::{EncoderInput, EncoderOffer, picture};
use crate::gate::Weight;
use crate::machine::{Codec, Failure, Recipe};
use crate::media::{Bytes, Chunk, ChunkInfo, PixelFormat};

/// Its codec string.
pub(super) const CODEC: &str = "framegate.null";

/// It takes what most encoders take, so that hosts find the same cost.
const FORMATS: [PixelFormat; 2] = [PixelFormat::I420, PixelFormat::Nv12];

#[derive(Default)]
pub(super) struct NullEncoder {
    chunks: VecDeque<Chunk>,
}

impl Recipe<EncoderInput, Chunk> for NullEncoder {
    fn open(&self) -> Result<Box<dyn Codec<EncoderInput, Chunk>>, Failure> {
        Ok(Box::new(NullEncoder::default()))
    }

    fn weight(&self, offer: EncoderOffer<'_>) -> Weight {
        Weight { slots: 1, bytes: picture::queued_bytes(offer.frame, &FORMATS) }
    }

    fn take(&self, offer: EncoderOffer<'_>) -> crate::error::Result<EncoderInput> {
        Ok(EncoderInput { frame: picture::queued(offer.frame, &FORMATS)?, how: offer.how })
    }
}

impl Codec<EncoderInput, Chunk> for NullEncoder {
    fn send(&mut self, input: EncoderInput) -> Result<(), Failure> {
        let frame = input.frame.video()?.info();
        let info = ChunkInfo {
            key: true,
            timestamp_us: frame.timestamp_us,
            duration_us: frame.duration_us,
            dts_us: Some(frame.timestamp_us),
            id: frame.id,
            ..ChunkInfo::default()
        };
        self.chunks.push_back(Chunk { info, data: Bytes::empty(), alpha: None, config: None });
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
