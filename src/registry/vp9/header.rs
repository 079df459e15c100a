//! What the uncompressed headers of a chunk's frames say of it (VP9 6.2 and 7.2).

use super::superframe;
use crate::error::{Error, Result};
use crate::registry::bits::Bits;
use crate::registry::whole::Header;

/// Decoding can begin at a chunk whose first frame is a key frame; a frame comes of it if one of its frames is shown.
///
/// # Errors
/// `Data` if one of its frames is none of VP9's, or there are none.
pub(super) fn header(chunk: &[u8]) -> Result<Header> {
    let mut frames = superframe::frames(chunk)?.map(uncompressed);
    let first = frames.next().ok_or_else(|| Error::data("the chunk has no frame of VP9"))??;
    frames.try_fold(first, |all, frame| Ok(Header { shown: all.shown + frame?.shown, ..all }))
}

/// The beginning of uncompressed_header().
fn uncompressed(frame: &[u8]) -> Result<Header> {
    const MARKER: u32 = 2;
    const SYNC_CODE: u32 = 0x49_83_42;
    let wrong = |what| Error::data(format!("the chunk is no frame of VP9: its {what} is wrong"));
    let mut bits = Bits::new(frame.iter().copied());
    if bits.number(2)? != MARKER {
        return Err(wrong("frame marker"));
    }
    let profile = bits.number(1)? | bits.number(1)? << 1; // the low bit first
    if profile == 3 && bits.flag()? {
        return Err(wrong("profile"));
    }
    let show_existing_frame = bits.flag()?;
    if show_existing_frame {
        bits.number(3)?; // which: frame_to_show_map_idx
        return Ok(Header { key: false, shown: 1 });
    }
    let key = !bits.flag()?; // frame_type
    let shown = u32::from(bits.flag()?);
    bits.flag()?; // error_resilient_mode
    if key && bits.number(24)? != SYNC_CODE {
        return Err(wrong("sync code"));
    }
    Ok(Header { key, shown })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 4] = [0x82, 0x49, 0x83, 0x42];
    const HIDDEN_KEY: [u8; 4] = [0x80, 0x49, 0x83, 0x42];
    const INTER: [u8; 2] = [0x86, 0];
    const HIDDEN: [u8; 2] = [0x84, 0];
    const EXISTING: [u8; 1] = [0x88 | 5];

    /// A superframe with sizes of one byte.
    fn superframe(frames: &[&[u8]]) -> Vec<u8> {
        let mark = 0xc0 | (frames.len() as u8 - 1);
        let sizes: Vec<u8> = frames.iter().map(|frame| frame.len() as u8).collect();
        [&frames.concat(), &[mark][..], &sizes, &[mark]].concat()
    }

    fn is(key: bool, shown: u32) -> Result<Header> {
        Ok(Header { key, shown })
    }

    #[test]
    fn one_frame() {
        assert_eq!(header(&KEY), is(true, 1));
        assert_eq!(header(&HIDDEN_KEY), is(true, 0));
        assert_eq!(header(&INTER), is(false, 1));
        assert_eq!(header(&HIDDEN), is(false, 0));
        assert_eq!(header(&EXISTING), is(false, 1));
        for profile in [0x90, 0xa0] {
            assert_eq!(header(&[profile | 2, 0x49, 0x83, 0x42]), is(true, 1));
            assert_eq!(header(&[profile | 8]), is(false, 1), "an existing one");
        }
        // Profile 3 has a reserved bit, which moves what follows.
        assert_eq!(header(&[0xb1, 0x24, 0xc1, 0xa1, 0]), is(true, 1));
        assert_eq!(header(&[0xb4, 0]), is(false, 1), "an existing one");
        assert_eq!(header(&[0xb2, 0]), is(false, 0));
    }

    #[test]
    fn superframes() {
        assert_eq!(header(&superframe(&[&KEY, &INTER])), is(true, 2));
        assert_eq!(header(&superframe(&[&HIDDEN_KEY, &EXISTING])), is(true, 1));
        assert_eq!(header(&superframe(&[&HIDDEN, &INTER])), is(false, 1));
        assert_eq!(header(&superframe(&[&HIDDEN, &HIDDEN])), is(false, 0));
        assert_eq!(header(&superframe(&[&HIDDEN, &KEY])), is(false, 1), "the first frame decides");
        assert_eq!(header(&superframe(&[&[], &KEY])), is(true, 1));
        assert_eq!(header(&superframe(&[&HIDDEN[..]; 8])), is(false, 0));
    }

    #[test]
    fn damage() {
        for chunk in [
            &[][..],
            &[0],
            &[0x42, 0x49, 0x83, 0x42],
            &[0xc2, 0x49, 0x83, 0x42],
            &[0x82],
            &[0x82, 0x49, 0x83],
            &[0x82, 0x49, 0x83, 0x43],
            &[0xb8, 0],
            &[0xb0],
            &superframe(&[&[]]),
            &superframe(&[&KEY, &[0]]),
        ] {
            assert!(header(chunk).is_err(), "{chunk:?}");
        }
    }
}
