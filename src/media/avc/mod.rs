//! H.264 as bytes: NAL units, the parameter sets that matter here, and the MP4 configuration record (avcC).
//!
//! Sources: ITU-T H.264 (bitstream, Annexes A and B), ISO/IEC 14496-15 (avcC, length prefixes). All input
//! may be hostile: every length is checked before it is used, every loop is bounded by the input's length.

pub mod avcc;
mod bits;
mod key;
pub mod level;
pub mod nal;
pub mod sequence;
pub mod sps;

pub use key::is_key;
pub use sequence::{Content, Reorder, Sequence};
