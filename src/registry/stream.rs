//! What the bytes of a stream tell that decoders do not.

use crate::error::Result;

/// How far the pictures of a stream may be reordered: how many must be decoded before one may come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reorder {
    /// The stream says so, or cannot reorder.
    Told(u32),
    /// It does not say: as many as its level has memory for.
    Derived(u32),
}

impl Reorder {
    /// How many, either way.
    pub fn frames(self) -> u32 {
        match self {
            Reorder::Told(frames) | Reorder::Derived(frames) => frames,
        }
    }
}

/// What a chunk holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// No picture, nor a part of one, but parameter sets, messages and the like.
    SideInformation,
    /// A picture, or damage, which is for the decoder.
    Picture {
        /// Nothing before it is needed for it or what follows.
        idr: bool,
        /// Before it a picture is missing that it or a later one refers to.
        after_loss: bool,
        /// It is right whatever came before, and so is what is shown after it.
        sound: bool,
        /// How many of its pictures are shown; the last one is what comes of it.
        shown: u32,
    },
}

/// A stream that is decoded, chunk by chunk. Damage in it changes nothing here: decoders find it.
pub trait Stream: Send {
    /// Looks at the next chunk.
    fn look(&mut self, chunk: &[u8]) -> Content;

    /// How far its pictures may be reordered; `None` as long as it has not said.
    fn reorder(&self) -> Option<Reorder>;

    /// Adds to `ahead` what a decoder must be given before the next chunk that has not seen the stream from its beginning.
    ///
    /// # Errors
    /// `OutOfMemory`.
    fn repeat(&self, ahead: &mut Vec<u8>) -> Result<()>;

    /// Decoding begins anew: what comes next is not missed.
    fn restart(&mut self);
}
