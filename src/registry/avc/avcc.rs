//! The MP4 configuration record of H.264: AVCDecoderConfigurationRecord, "avcC" (ISO/IEC 14496-15 5.3.3.1).

use super::sps::Sps;
use super::string::AvcString;
use crate::error::{Error, Result};
use crate::media::{PADDING_BYTES, memory};
use crate::registry::nal;

/// Bytes of the length prefixes that this library writes.
const LENGTH_SIZE: usize = 4;

/// The most sequence parameter sets that the record's five bits can count.
const MAX_SPS: usize = 31;

/// The most of any other kind of parameter set: one byte counts them.
const MAX_OTHER: usize = 255;

/// Builds the record, for length prefixes of four bytes, from parameter sets as an Annex B byte stream.
///
/// # Errors
/// `Data` if there is no sequence or picture parameter set, one is damaged, or there are too many or too
/// large ones for the record.
pub fn from_parameter_sets(annexb: &[u8]) -> Result<Vec<u8>> {
    let of_type = |wanted| nal::annexb(annexb).filter(move |unit| nal::unit_type(unit) == wanted);
    let first = of_type(nal::SPS).next().ok_or_else(|| Error::data("there is no sequence parameter set"))?;
    let sps = Sps::parse(first)?;
    if of_type(nal::PPS).next().is_none() {
        return Err(Error::data("there is no picture parameter set"));
    }
    // The record holds the same sets behind prefixes no longer than theirs.
    let mut record = memory::room("an avcC record", annexb.len() + 64)?;
    record.extend([1, sps.profile_idc, sps.constraint_flags, sps.level_idc]);
    record.push(0xfc | (LENGTH_SIZE as u8 - 1));
    push_sets(&mut record, 0xe0, MAX_SPS, of_type(nal::SPS))?;
    push_sets(&mut record, 0, MAX_OTHER, of_type(nal::PPS))?;
    if !matches!(sps.profile_idc, 66 | 77 | 88) {
        record.push(0xfc | sps.chroma_format_idc);
        record.push(0xf8 | (sps.bit_depth_luma - 8));
        record.push(0xf8 | (sps.bit_depth_chroma - 8));
        push_sets(&mut record, 0, MAX_OTHER, of_type(nal::SPS_EXTENSION))?;
    }
    Ok(record)
}

/// A count below the bits of `reserved`, then each set behind its 16-bit size.
fn push_sets<'a>(
    record: &mut Vec<u8>,
    reserved: u8,
    max: usize,
    sets: impl Iterator<Item = &'a [u8]>,
) -> Result<()> {
    let count_at = record.len();
    record.push(reserved);
    for (index, set) in sets.enumerate() {
        let kind = nal::unit_type(set);
        if index == max {
            return Err(Error::data(format!("more than {max} parameter sets of NAL unit type {kind}")));
        }
        let size = u16::try_from(set.len()).map_err(|_| {
            let size = set.len();
            Error::data(format!("a parameter set of {size} bytes, the record allows {}", u16::MAX))
        })?;
        record[count_at] += 1;
        record.extend_from_slice(&size.to_be_bytes());
        record.extend_from_slice(set);
    }
    Ok(())
}

/// The sequence and picture parameter sets of a record, after a check of version, length size, and that they are what they
/// are said to be. The record may have none at all: then they come in band (avc3). The bytes behind the picture parameter
/// sets are not looked at: writers in the field get them wrong, decoders read the parameter sets.
///
/// # Errors
/// `Data` naming what is wrong.
pub fn parameter_sets(record: &[u8]) -> Result<Vec<&[u8]>> {
    length_size(record)?;
    let mut sets = Vec::new();
    let rest = take_sets(&record[5..], 0x1f, nal::SPS, |set| {
        sets.push(set);
        Sps::parse(set).map(drop)
    })?;
    take_sets(rest, 0xff, nal::PPS, |set| {
        sets.push(set);
        Ok(())
    })?;
    Ok(sets)
}

/// Takes a count (the bits of `mask`) and as many sets, each checked, from the front; returns what is left.
fn take_sets<'a>(
    bytes: &'a [u8],
    mask: u8,
    kind: u8,
    mut check: impl FnMut(&'a [u8]) -> Result<()>,
) -> Result<&'a [u8]> {
    let cut = || Error::data(format!("the avcC record ends within its sets of NAL unit type {kind}"));
    let (count, mut rest) = bytes.split_first().ok_or_else(cut)?;
    for _ in 0..count & mask {
        let (size, behind) = rest.split_first_chunk().ok_or_else(cut)?;
        let (set, behind) =
            behind.split_at_checked(usize::from(u16::from_be_bytes(*size))).ok_or_else(cut)?;
        if nal::unit_type(set) != kind {
            let found = nal::unit_type(set);
            let text = format!("the avcC record has NAL unit type {found} where type {kind} belongs");
            return Err(Error::data(text));
        }
        check(set).map_err(|error| error.context("avcC record"))?;
        rest = behind;
    }
    Ok(rest)
}

/// The codec string of a record: its bytes 1 to 3 (RFC 6381 section 3.3).
///
/// # Errors
/// `Data` if it is no such record.
pub fn codec_string(record: &[u8]) -> Result<AvcString> {
    let [_, profile_idc, constraint_flags, level_idc, _, _] = *head(record)?;
    Ok(AvcString { in_band: false, profile_idc, constraint_flags, level_idc })
}

/// How many bytes the length prefixes of the record's samples have: 1, 2 or 4.
///
/// # Errors
/// `Data` if it is no such record.
pub fn length_size(record: &[u8]) -> Result<usize> {
    match head(record)?[4] & 3 {
        2 => Err(Error::data("the avcC record's NAL unit lengths have 3 bytes, allowed are 1, 2 and 4")),
        minus_one => Ok(usize::from(minus_one) + 1),
    }
}

/// Version, profile, flags, level, length size, number of sequence parameter sets.
fn head(record: &[u8]) -> Result<&[u8; 6]> {
    if nal::begins_with_start_code(record) {
        return Err(Error::data("the description is Annex B, an avcC record is needed"));
    }
    let Some(head) = record.first_chunk() else {
        return Err(Error::data(format!("an avcC record of {} bytes, at least 7 are needed", record.len())));
    };
    match head[0] {
        1 => Ok(head),
        version => Err(Error::data(format!("the avcC record has version {version}, only 1 exists"))),
    }
}

/// An Annex B chunk with length prefixes of four bytes. `skip_parameter_sets` leaves out parameter sets and
/// access unit delimiters: what the avcC record holds, and what MP4 has no need of.
///
/// # Errors
/// `OutOfMemory`.
///
/// # Panics
/// If a NAL unit has 4 GiB or more; FFmpeg's packets have less than 2 GiB.
pub fn to_length_prefixed(chunk: &[u8], skip_parameter_sets: bool) -> Result<Vec<u8>> {
    const SKIPPED: [u8; 4] = [nal::SPS, nal::PPS, nal::AUD, nal::SPS_EXTENSION];
    let keep = |unit: &&[u8]| !(skip_parameter_sets && SKIPPED.contains(&nal::unit_type(unit)));
    // A three-byte start code grows by one byte: leave room for some, and for padding, without moving.
    let mut sample = memory::room("a chunk", chunk.len() + 64 + PADDING_BYTES)?;
    for unit in nal::annexb(chunk).filter(keep) {
        let size = u32::try_from(unit.len()).expect("a packet has less than 2 GiB");
        memory::append("a chunk", &mut sample, &size.to_be_bytes())?;
        memory::append("a chunk", &mut sample, unit)?;
    }
    Ok(sample)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SPS: [u8; 8] = [0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16];
    const PPS: [u8; 4] = [0x68, 0xce, 0x3c, 0x80];

    fn annexb(units: &[&[u8]]) -> Vec<u8> {
        units.iter().flat_map(|unit| [&[0, 0, 1], *unit].concat()).collect()
    }

    fn check(record: &[u8]) -> Result<()> {
        parameter_sets(record).map(drop)
    }

    fn text<T: std::fmt::Debug>(result: Result<T>) -> String {
        result.unwrap_err().text
    }

    #[test]
    fn what_the_record_cannot_hold_is_refused() {
        assert_eq!(text(from_parameter_sets(&[])), "there is no sequence parameter set");
        assert_eq!(text(from_parameter_sets(&annexb(&[&SPS]))), "there is no picture parameter set");
        assert!(text(from_parameter_sets(&annexb(&[&[0x67, 100], &PPS]))).contains("ends too early"));
        let mut sets = vec![&SPS[..]; 32];
        sets.push(&PPS);
        assert_eq!(
            text(from_parameter_sets(&annexb(&sets))),
            "more than 31 parameter sets of NAL unit type 7"
        );
        assert!(from_parameter_sets(&annexb(&sets[1..])).is_ok());
        let sets: Vec<&[u8]> = [&SPS[..]].into_iter().chain([&PPS[..]; 256]).collect();
        assert!(text(from_parameter_sets(&annexb(&sets))).starts_with("more than 255"));
        let large = [&PPS[..], &[7; 65_532]].concat();
        assert!(text(from_parameter_sets(&annexb(&[&SPS, &large]))).starts_with("a parameter set of 65536"));
    }

    #[test]
    fn damaged_records_are_refused_by_name() {
        let record = from_parameter_sets(&annexb(&[&SPS, &PPS])).unwrap();
        assert_eq!(check(&record), Ok(()));
        assert_eq!(
            (length_size(&record), codec_string(&record).unwrap().to_string()),
            (Ok(4), "avc1.42c01f".into())
        );
        for cut in 0..record.len() {
            assert!(check(&record[..cut]).is_err(), "{cut} bytes");
        }
        let with = |at: usize, byte: u8| {
            let mut record = record.clone();
            record[at] = byte;
            text(check(&record))
        };
        assert_eq!(with(0, 0), "the avcC record has version 0, only 1 exists");
        assert!(with(4, 0xfe).contains("3 bytes, allowed are 1, 2 and 4"));
        assert!(with(5, 0xe2).contains("ends within its sets of NAL unit type 7"));
        assert!(with(8, 0x68).contains("NAL unit type 8 where type 7 belongs"));
        assert_eq!(with(7, 3), "avcC record: sequence parameter set: it ends too early");
        assert!(with(6, 255).contains("ends within its sets of NAL unit type 7"));
        assert!(text(check(&annexb(&[&SPS, &PPS]))).contains("is Annex B"));
        assert_eq!(text(check(&[1, 2, 3])), "an avcC record of 3 bytes, at least 7 are needed");
        assert_eq!(check(&[1, 66, 0, 31, 0xff, 0xe0, 0]), Ok(()), "parameter sets in band");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..100), at in 0usize..30) {
            let mut record = from_parameter_sets(&annexb(&[&SPS, &PPS])).unwrap();
            record.splice(at.min(record.len()).., bytes.iter().copied());
            let _ = (check(&record), codec_string(&record), from_parameter_sets(&bytes));
            prop_assert!(check(&record).is_err() || length_size(&record).is_ok());
        }
    }
}
