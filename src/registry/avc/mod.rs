//! H.264: NAL units, the parameter sets that matter here, and the MP4 configuration record (avcC).
//!
//! Sources: ITU-T H.264 (bitstream, Annexes A and B), ISO/IEC 14496-15 (avcC, length prefixes), RFC 6381 section 3.3 (codec
//! strings), and the W3C's "AVC (H.264) WebCodecs Registration". All input may be hostile: every length is checked before it is
//! used, every loop is bounded by the input's length.

pub mod avcc;
mod descriptions;
mod framing;
mod in_band;
mod key;
mod keys;
pub mod level;
mod profile;
pub mod sequence;
pub mod sps;
mod string;

pub use key::is_key;

use super::{InBand, Parsed, Registration};

/// What W3C registers.
pub static IT: Registration = Registration {
    tags: &["avc1", "avc3"],
    av_name: "h264",
    forms: "avc1.PPCCLL and avc3.PPCCLL with six hexadecimal digits",
    keys: keys::KEYS,
    parse: |codec| Ok(Parsed::Video(Box::new(string::AvcString::parse(codec)?))),
    of_stream: |facts| string::AvcString::of_stream(facts).map(|string| string.to_string()),
    described: true,
    in_band: Some(InBand {
        is_description: in_band::is_description,
        check: in_band::check,
        sets: in_band::sets,
        filter: None,
        changes: |description| Ok(Box::new(descriptions::Descriptions::new(description)?)),
    }),
    in_containers: None,
};
