//! How an encoder is told the quantizer of one frame.

/// What an encoder library understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantize {
    /// Opened for a quantizer (the AVOption `crf`), it takes another one as an offset to that, by a region of interest.
    Offset,
    /// The upper bound of its rate control with the next frame, where its rate asks for less than any frame takes. It counts
    /// places in this table, which rises.
    Bound(&'static [u8]),
}
