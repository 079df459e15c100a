//! Parameter sets in Annex B chunks, as containers meet them.

use crate::error::{Error, Result};
use crate::registry::nal;

/// A record begins with its version, 1, and Annex B with zeros.
pub(super) fn is_description(extradata: &[u8]) -> bool {
    extradata.first() == Some(&1)
}

/// # Errors
/// `InvalidArgument` if it cannot be a record.
pub(super) fn check(description: &[u8]) -> Result<()> {
    match description {
        [1, _, _, _, _, _, _, ..] => Ok(()),
        _ => Err(Error::invalid(
            "description is not an AVCDecoderConfigurationRecord, whose first byte is 1 and which has at least 7",
        )),
    }
}

/// The parameter sets of a chunk, as an Annex B byte stream.
///
/// # Errors
/// `Data` if the chunk lacks one of either kind.
pub(super) fn sets(chunk: &[u8]) -> Result<Vec<u8>> {
    let units = || nal::annexb(chunk).filter(|unit| matches!(nal::unit_type(unit), nal::SPS | nal::PPS));
    let has = |kind| units().any(|unit| nal::unit_type(unit) == kind);
    if !has(nal::SPS) || !has(nal::PPS) {
        return Err(Error::data(
            "the track has no description (Annex B), and its first chunk no parameter sets, which the container needs",
        ));
    }
    Ok(units().flat_map(|unit| [&[0, 0, 0, 1], unit].concat()).collect())
}
