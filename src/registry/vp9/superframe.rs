//! The frames of a chunk: one, or those of a superframe, whose sizes an index at its end tells (VP9 Annex B).

use crate::error::{Error, Result};

/// Each frame of a chunk, in order. Frames of no bytes are none.
///
/// # Errors
/// `Data` if an index tells of more bytes than there are.
pub(super) fn frames(chunk: &[u8]) -> Result<impl Iterator<Item = &[u8]>> {
    let (index, data) = split(chunk);
    let mut rest = data;
    let sizes = index.map(|index| index.sizes());
    let whole = sizes.is_none().then_some(data);
    let fits = index.is_none_or(|index| index.sizes().sum::<usize>() <= data.len());
    if !fits {
        return Err(Error::data("the frames of a VP9 superframe are larger than itself"));
    }
    let parts = sizes.into_iter().flatten().map_while(move |size| {
        let (frame, after) = rest.split_at_checked(size)?;
        rest = after;
        Some(frame)
    });
    Ok(parts.chain(whole).filter(|frame| !frame.is_empty()))
}

/// The sizes at a superframe's end.
#[derive(Clone, Copy)]
struct Index<'a> {
    bytes: &'a [u8],
    /// Bytes of a size: 1 to 4.
    width: usize,
}

impl<'a> Index<'a> {
    /// Little-endian numbers, `frame_sizes`.
    fn sizes(self) -> impl Iterator<Item = usize> + use<'a> {
        let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |size, byte| size << 8 | usize::from(*byte));
        self.bytes.chunks_exact(self.width).map(number)
    }
}

/// superframe_index, and what is before it. Without the same header byte at its beginning and end there is none.
fn split(chunk: &[u8]) -> (Option<Index<'_>>, &[u8]) {
    const MARKER: u8 = 0b110;
    let Some((&header, before)) = chunk.split_last() else { return (None, chunk) };
    if header >> 5 != MARKER {
        return (None, chunk);
    }
    let (width, count) = (usize::from(header >> 3 & 3) + 1, usize::from(header & 7) + 1);
    let found = before.len().checked_sub(width * count + 1).map(|at| before.split_at(at));
    match found {
        Some((data, [first, bytes @ ..])) if *first == header => (Some(Index { bytes, width }), data),
        _ => (None, chunk),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split_up(chunk: &[u8]) -> Vec<Vec<u8>> {
        frames(chunk).unwrap().map(<[u8]>::to_vec).collect()
    }

    #[test]
    fn without_an_index_a_chunk_is_one_frame() {
        for chunk in
            [&[0x82, 1, 2][..], &[0xc0], &[1, 0xc0], &[1, 0xc1, 1, 0xc0], &[1, 0xff], &[9, 0xdf, 0, 0xdf]]
        {
            assert_eq!(split_up(chunk), [chunk], "{chunk:?}");
        }
        assert!(split_up(&[]).is_empty());
    }

    #[test]
    fn an_index_has_sizes_of_one_to_four_bytes() {
        assert_eq!(split_up(&[1, 2, 3, 0xc1, 1, 2, 0xc1]), [vec![1], vec![2, 3]]);
        assert_eq!(split_up(&[1, 2, 3, 0xc9, 1, 0, 2, 0, 0xc9]), [vec![1], vec![2, 3]]);
        assert_eq!(split_up(&[1, 2, 0xd0, 2, 0, 0, 0xd0]), [[1, 2]]);
        assert_eq!(split_up(&[1, 2, 0xd8, 2, 0, 0, 0, 0xd8]), [[1, 2]]);
        assert_eq!(split_up(&[1, 0xc1, 0, 1, 0xc1]), [[1]], "a frame of no bytes");
        assert_eq!(split_up(&[1, 2, 3, 0xc0, 1, 0xc0]), [[1]], "bytes of no frame");
        assert!(split_up(&[0xc0, 0, 0xc0]).is_empty());
        let long = [&[7; 300][..], &[0xc8, 44, 1, 0xc8]].concat();
        assert_eq!(split_up(&long), [[7; 300]]);
    }

    #[test]
    fn an_index_of_too_much_is_damage() {
        for chunk in [&[1, 0xc0, 2, 0xc0][..], &[1, 0xc1, 1, 1, 0xc1], &[0xd8, 255, 255, 255, 255, 0xd8]] {
            assert!(frames(chunk).is_err(), "{chunk:?}");
        }
    }
}
