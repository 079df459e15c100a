//! Whether decoding can start at an access unit.

use crate::error::{Error, Result};
use crate::registry::bits::Bits;
use crate::registry::nal;

/// SEI payloadType of a recovery point (H.264 D.1.8).
const RECOVERY_POINT: usize = 6;

/// True if decoding can start at this access unit: it has an IDR slice, or a recovery point message before
/// its first slice. Reads no further than the header of the first slice.
///
/// `length_size` is that of the avcC record, `None` for Annex B.
///
/// # Errors
/// `Data` if the framing is damaged up to the first slice, or is the other kind.
///
/// # Panics
/// If `length_size` is not 1 to 4.
pub fn is_key(data: &[u8], length_size: Option<usize>) -> Result<bool> {
    match length_size {
        Some(length_size) => is_key_unit(nal::length_prefixed(data, length_size)),
        None if data.is_empty() || nal::begins_with_start_code(data) => {
            is_key_unit(nal::annexb(data).map(Ok))
        }
        None => Err(Error::data("the chunk does not begin with a start code (00 00 01), Annex B needs one")),
    }
}

fn is_key_unit<'a>(units: impl Iterator<Item = Result<&'a [u8]>>) -> Result<bool> {
    for unit in units {
        let unit = unit?;
        if unit[0] & 0x80 != 0 {
            let header = unit[0];
            return Err(Error::data(format!("NAL unit header is {header:#04x}, its first bit must be 0")));
        }
        match nal::unit_type(unit) {
            slice if nal::is_picture(slice) && unit.len() == 1 => {
                return Err(Error::data(format!("NAL unit of type {slice} has no data after its header")));
            }
            nal::IDR_SLICE => return Ok(true),
            nal::SEI if recovery_point(&unit[1..]).is_some() => return Ok(true),
            slice if nal::is_picture(slice) => return Ok(false),
            _ => {}
        }
    }
    Ok(false)
}

/// recovery_frame_cnt of the recovery point in this SEI, if it has one: after so many further frames pictures are right
/// (H.264 D.2.8). 0 if the message is damaged. A damaged message before it ends the search, as in decoders.
pub(super) fn recovery_point(payload: &[u8]) -> Option<u32> {
    let mut bytes = nal::unescape(payload);
    while let Some((payload_type, payload_size)) = sei_number(&mut bytes).zip(sei_number(&mut bytes)) {
        if payload_type == RECOVERY_POINT {
            return Some(Bits::new(bytes).golomb("recovery_frame_cnt", u32::MAX).unwrap_or(0));
        }
        if payload_size > 0 && bytes.nth(payload_size - 1).is_none() {
            return None;
        }
    }
    None
}

/// payloadType or payloadSize: the sum of bytes up to the first that is not 255 (H.264 7.3.2.3.1). `None` at
/// the end.
fn sei_number(bytes: &mut impl Iterator<Item = u8>) -> Option<usize> {
    let mut number = 0;
    loop {
        let byte = bytes.next()?;
        number += usize::from(byte); // at most 255 x the payload's length
        if byte != 0xff {
            return Some(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annexb_of(units: &[&[u8]]) -> Vec<u8> {
        units.iter().flat_map(|unit| [&[0, 0, 0, 1], *unit].concat()).collect()
    }

    #[test]
    fn recovery_points_are_found_behind_other_messages() {
        let slice: &[u8] = &[0x41, 0x9a];
        let key = |sei: &[u8]| is_key(&annexb_of(&[sei, slice]), None);
        let mut long = vec![6, 5, 255, 45]; // 300 bytes of user data
        long.extend([7; 300]);
        long.extend([6, 1, 0xc4, 0x80]);
        assert_eq!(key(&long), Ok(true));
        assert_eq!(key(&long[..304]), Ok(false));
        assert_eq!(key(&[6, 1, 4, 0, 0, 3, 0, 0, 3, 6, 1, 0xc4, 0x80]), Ok(true), "an escaped payload");
        assert_eq!(key(&[6, 1, 3, 6, 1, 0xc4, 0x80]), Ok(false), "6 inside another message");
        assert_eq!(key(&[6, 255, 255, 255]), Ok(false));
        assert_eq!(key(&[6, 1, 255, 255, 6]), Ok(false));
        let late = annexb_of(&[slice, &[6, 6, 1, 0xc4, 0x80]]);
        assert_eq!(is_key(&late, None), Ok(false), "a message after the slice belongs to the next unit");
    }

    #[test]
    fn the_wrong_framing_is_an_error() {
        let annexb = annexb_of(&[&[0x65, 0x88, 0x84]]);
        assert_eq!(is_key(&annexb, None), Ok(true));
        assert!(is_key(&annexb, Some(4)).unwrap_err().text.contains("no data after its header"));
        let prefixed = [0, 0, 0, 3, 0x65, 0x88, 0x84];
        assert_eq!(is_key(&prefixed, Some(4)), Ok(true));
        assert!(is_key(&prefixed, None).unwrap_err().text.contains("does not begin with a start code"));
        assert!(is_key(&prefixed[..6], Some(4)).unwrap_err().text.contains("length of 3, 2 bytes are left"));
        assert!(
            is_key(&[0, 0, 1, 0xe5, 1], None).unwrap_err().text.contains("0xe5, its first bit must be 0")
        );
        assert_eq!(is_key(&[], None), Ok(false));
        assert_eq!(is_key(&[], Some(4)), Ok(false));
    }
}
