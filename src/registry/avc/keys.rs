//! W3C's members for H.264.

use crate::media::Dictionary;
use crate::media::typed::{keys, words};

words! {
    /// W3C.
    pub(super) enum AvcBitstreamFormat {
        /// Samples as MP4 has them, with a description.
        Avc = "avc",
        /// A stream that stands for itself.
        AnnexB = "annexb",
    }
}

keys! {
    /// All of them.
    pub(super) static KEYS;
    FORMAT: AvcBitstreamFormat = word(), "avc.format", &[Dictionary::VideoEncoder], "Chunks as MP4 has them, with a description, or Annex B.";
}
