//! NAL units and the two ways to frame them: start codes (H.264 Annex B) and length prefixes (ISO/IEC 14496-15).

use crate::error::{Error, Result};
use crate::media::memory;

/// nal_unit_type of a coded slice of an IDR picture.
pub const IDR_SLICE: u8 = 5;
/// nal_unit_type of supplemental enhancement information.
pub const SEI: u8 = 6;
/// nal_unit_type of a sequence parameter set.
pub const SPS: u8 = 7;
/// nal_unit_type of a picture parameter set.
pub const PPS: u8 = 8;
/// nal_unit_type of an access unit delimiter.
pub const AUD: u8 = 9;
/// nal_unit_type of a sequence parameter set extension (auxiliary pictures).
pub const SPS_EXTENSION: u8 = 13;

/// nal_unit_type of a NAL unit: the low five bits of its first byte; 0 (unspecified) for an empty one.
pub fn unit_type(unit: &[u8]) -> u8 {
    unit.first().map_or(0, |header| header & 0x1f)
}

/// True for the types that carry picture data (VCL): nal_unit_type 1 to 5.
pub fn is_picture(unit_type: u8) -> bool {
    (1..=5).contains(&unit_type)
}

/// True for the types of what comes beside pictures: messages, parameter sets, delimiters, ends, filler, and types that
/// H.264 reserves. nal_unit_type 6 to 18.
pub fn is_beside_pictures(unit_type: u8) -> bool {
    (SEI..=18).contains(&unit_type)
}

/// The NAL units of an Annex B byte stream, without start codes and the zeros around them; empty ones are
/// left out. Bytes before the first start code belong to no unit and are passed over.
pub fn annexb(stream: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = find_start_code(stream, 0).map(|code| code + 3);
    std::iter::from_fn(move || {
        let begin = start?;
        let next = find_start_code(stream, begin);
        start = next.map(|code| code + 3);
        Some(trim_zeros(&stream[begin..next.unwrap_or(stream.len())]))
    })
    .filter(|unit| !unit.is_empty())
}

/// True if `stream` begins as Annex B demands: any number of zeros, then a start code.
pub fn begins_with_start_code(stream: &[u8]) -> bool {
    let zeros = stream.iter().take_while(|byte| **byte == 0).count();
    zeros >= 2 && stream.get(zeros) == Some(&1)
}

/// The NAL units of a sample whose units are each preceded by their size in `length_size` bytes, big endian.
/// Empty units are left out. After an error there are no more.
///
/// # Errors
/// An item is `Data` if a length field or the unit after it runs past the end, naming the offset.
///
/// # Panics
/// If `length_size` is not 1 to 4; `avc::avcc::length_size` gives no other.
pub fn length_prefixed(sample: &[u8], length_size: usize) -> impl Iterator<Item = Result<&[u8]>> {
    assert!((1..=4).contains(&length_size), "length_size is {length_size}");
    let mut offset = 0;
    std::iter::from_fn(move || {
        if offset == sample.len() {
            return None;
        }
        let unit = prefixed_unit(sample, offset, length_size);
        offset = unit.as_ref().map_or(sample.len(), |unit| offset + length_size + unit.len());
        Some(unit)
    })
    .filter(|unit| !unit.as_ref().is_ok_and(|unit| unit.is_empty()))
}

/// The unit whose length field is at `offset`, which is not past the end.
fn prefixed_unit(sample: &[u8], offset: usize, length_size: usize) -> Result<&[u8]> {
    let rest = &sample[offset..];
    let Some((field, rest)) = rest.split_at_checked(length_size) else {
        let left = rest.len();
        let text = format!("NAL unit length at byte {offset} needs {length_size} bytes, {left} are left");
        return Err(Error::data(text));
    };
    let length = field.iter().fold(0u64, |length, byte| length << 8 | u64::from(*byte));
    usize::try_from(length).ok().and_then(|length| rest.get(..length)).ok_or_else(|| {
        let left = rest.len();
        let hint = if begins_with_start_code(sample) { " (the data looks like Annex B)" } else { "" };
        let text = format!("NAL unit at byte {offset} has a length of {length}, {left} bytes are left{hint}");
        Error::data(text)
    })
}

/// Puts a unit, with its size in `length_size` bytes in front, behind what `sample` has.
///
/// # Errors
/// `Data` if the size does not fit; `OutOfMemory`.
pub fn push_prefixed(sample: &mut Vec<u8>, unit: &[u8], length_size: usize) -> Result<()> {
    let size = (unit.len() as u64).to_be_bytes();
    let (unused, size) = size.split_at(size.len() - length_size);
    if unused.iter().any(|byte| *byte != 0) {
        let text =
            format!("a NAL unit of {} bytes, whose track has lengths of {length_size} bytes", unit.len());
        return Err(Error::data(text));
    }
    memory::append("a chunk", sample, size)?;
    memory::append("a chunk", sample, unit)
}

/// The raw byte sequence payload of `bytes`: without the emulation prevention bytes (H.264 7.4.1).
pub fn unescape(bytes: &[u8]) -> impl Iterator<Item = u8> {
    let mut zeros = 0;
    bytes.iter().copied().filter(move |byte| {
        let keep = !(zeros >= 2 && *byte == 3);
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        keep
    })
}

/// Where the next 00 00 01 at or after `from` begins. Looks at about every third byte.
fn find_start_code(stream: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some([first, second, third]) = stream.get(at..at + 3) {
        match *third {
            0 => at += 1,
            1 if *first == 0 && *second == 0 => return Some(at),
            _ => at += 3,
        }
    }
    None
}

fn trim_zeros(unit: &[u8]) -> &[u8] {
    let end = unit.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    &unit[..end]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, byte by byte: what the fast search must agree with.
    fn slow_annexb(stream: &[u8]) -> Vec<Vec<u8>> {
        let codes: Vec<usize> =
            (0..stream.len().saturating_sub(2)).filter(|at| stream[*at..].starts_with(&[0, 0, 1])).collect();
        let ends = codes.iter().skip(1).copied().chain([stream.len()]);
        let mut units: Vec<Vec<u8>> =
            codes.iter().zip(ends).map(|(code, end)| stream[code + 3..end].to_vec()).collect();
        for unit in &mut units {
            while unit.last() == Some(&0) {
                unit.pop();
            }
        }
        units.retain(|unit| !unit.is_empty());
        units
    }

    #[test]
    fn start_codes_of_both_lengths_and_zeros_around_them() {
        let stream = [9, 0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 2, 0, 0, 0, 0, 1, 0, 0, 1, 0x65, 3, 0, 0];
        let units: Vec<_> = annexb(&stream).collect();
        assert_eq!(units, [&[0x67, 1][..], &[0x68, 2], &[0x65, 3]]);
        assert_eq!(annexb(&[0, 0, 1]).count() + annexb(&[0, 0]).count() + annexb(&[]).count(), 0);
    }

    #[test]
    fn broken_lengths_are_errors_that_name_the_place() {
        let text = |sample: &[u8], size| {
            let units: Result<Vec<_>> = length_prefixed(sample, size).collect();
            units.unwrap_err().text
        };
        assert_eq!(length_prefixed(&[0, 1, 7, 0, 0, 0, 2, 8, 9], 2).count(), 2);
        assert_eq!(text(&[0, 0, 0], 4), "NAL unit length at byte 0 needs 4 bytes, 3 are left");
        assert_eq!(text(&[1, 7, 2, 8], 1), "NAL unit at byte 2 has a length of 2, 1 bytes are left");
        assert!(text(&[255; 8], 4).contains("length of 4294967295, 4 bytes are left"));
        assert!(text(&[0, 0, 0, 1, 0x67, 0x42, 0, 0x1f, 9], 4).contains("looks like Annex B"));
        assert_eq!(length_prefixed(&[9, 1], 1).count(), 1, "nothing comes after an error");
    }

    #[test]
    fn emulation_prevention_bytes_go() {
        let bytes: Vec<u8> = unescape(&[0, 0, 3, 0, 0, 3, 1, 3, 0, 3, 0, 0, 0, 3]).collect();
        assert_eq!(bytes, [0, 0, 0, 0, 1, 3, 0, 3, 0, 0, 0]);
    }

    proptest! {
        #[test]
        fn the_fast_search_finds_what_the_definition_says(
            stream in prop::collection::vec(prop_oneof![4 => Just(0u8), 3 => Just(1), 1 => any::<u8>()], 0..200)
        ) {
            let fast: Vec<_> = annexb(&stream).map(<[u8]>::to_vec).collect();
            prop_assert_eq!(fast, slow_annexb(&stream));
        }

        #[test]
        fn length_prefixes_never_reach_outside(
            sample in prop::collection::vec(prop_oneof![3 => 0u8..4, 1 => any::<u8>()], 0..100), size in 1usize..=4
        ) {
            let units: Vec<_> = length_prefixed(&sample, size).collect();
            let bytes: usize = units.iter().flatten().map(|unit| size + unit.len()).sum();
            prop_assert!(bytes <= sample.len());
            prop_assert!(units.iter().rev().skip(1).all(Result::is_ok));
        }
    }
}
