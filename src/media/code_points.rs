//! W3C's names of colours, and their numbers in H.273.

/// W3C VideoColorPrimaries.
pub const PRIMARIES: &[(&str, u8)] =
    &[("bt709", 1), ("bt470bg", 5), ("smpte170m", 6), ("bt2020", 9), ("smpte432", 12)];
/// W3C VideoTransferCharacteristics.
pub const TRANSFERS: &[(&str, u8)] =
    &[("bt709", 1), ("smpte170m", 6), ("linear", 8), ("iec61966-2-1", 13), ("pq", 16), ("hlg", 18)];
/// W3C VideoMatrixCoefficients.
pub const MATRICES: &[(&str, u8)] =
    &[("rgb", 0), ("bt709", 1), ("bt470bg", 5), ("smpte170m", 6), ("bt2020-ncl", 9)];

/// The W3C name of a number, or the number where W3C has none.
pub(super) fn name(names: &[(&str, u8)], number: u8) -> String {
    let found = names.iter().find(|(_, code)| *code == number);
    found.map_or_else(|| number.to_string(), |(name, _)| (*name).to_owned())
}

/// The number that a name, or a number, stands for.
pub(super) fn number(names: &[(&str, u8)], text: &str) -> Option<u8> {
    let found = names.iter().find(|(name, _)| *name == text);
    found.map(|(_, code)| *code).or_else(|| text.parse().ok())
}
