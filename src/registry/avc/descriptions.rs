//! H.264 tracks with several sample descriptions: the new parameter sets go in band, so that one configuration serves all.

use super::avcc;
use crate::error::Result;
use crate::registry::{Changes, nal};

/// How a track's chunks must be changed to fit its first description.
pub(super) struct Descriptions {
    /// Bytes of a NAL unit's length, in the first description and in the present one.
    first_length: usize,
    length: usize,
    /// NAL units that go in front of the next chunk.
    ahead: Vec<Vec<u8>>,
    /// The chunk that was changed last; kept for its room.
    changed: Vec<u8>,
}

impl Descriptions {
    /// Of a track that begins with `record`, an avcC.
    ///
    /// # Errors
    /// `Data` if it is none.
    pub(super) fn new(record: &[u8]) -> Result<Self> {
        let length = avcc::length_size(record)?;
        Ok(Self { first_length: length, length, ahead: Vec::new(), changed: Vec::new() })
    }
}

impl Changes for Descriptions {
    fn change(&mut self, record: &[u8]) -> Result<()> {
        let sets = avcc::parameter_sets(record)?;
        self.length = avcc::length_size(record)?;
        self.ahead = sets.into_iter().map(<[u8]>::to_vec).collect();
        Ok(())
    }

    fn fits(&self) -> bool {
        self.ahead.is_empty() && self.length == self.first_length
    }

    /// The sets that changed go behind its delimiter, if it has one.
    fn fit(&mut self, chunk: &[u8]) -> Result<&[u8]> {
        self.changed.clear();
        let mut ahead = std::mem::take(&mut self.ahead);
        for unit in nal::length_prefixed(chunk, self.length) {
            let unit = unit?;
            if nal::unit_type(unit) != nal::AUD {
                ahead
                    .drain(..)
                    .try_for_each(|set| nal::push_prefixed(&mut self.changed, &set, self.first_length))?;
            }
            nal::push_prefixed(&mut self.changed, unit, self.first_length)?;
        }
        Ok(&self.changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETS: [&[u8]; 2] = [&[0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16], &[0x68, 0xce, 0x3c, 0x80]];

    /// An avcC record of these sets with lengths of `bytes`.
    fn record(bytes: u8) -> Vec<u8> {
        let annexb: Vec<u8> = SETS.iter().flat_map(|set| [&[0, 0, 1], *set].concat()).collect();
        let mut record = avcc::from_parameter_sets(&annexb).unwrap();
        record[4] = 0xfc | (bytes - 1);
        record
    }

    #[test]
    fn sets_go_behind_the_delimiter_and_lengths_are_those_of_the_first() {
        let mut descriptions = Descriptions::new(&record(2)).unwrap();
        assert!(descriptions.fits());
        descriptions.change(&record(4)).unwrap();
        let chunk = [0, 0, 0, 2, 9, 16, 0, 0, 0, 3, 0x65, 7, 7];
        let fitted = descriptions.fit(&chunk).unwrap();
        let units: Vec<_> = nal::length_prefixed(fitted, 2).collect::<Result<_>>().unwrap();
        assert_eq!(units, [&[9, 16][..], SETS[0], SETS[1], &[0x65, 7, 7]]);
        assert!(!descriptions.fits(), "lengths differ from here on");
        assert_eq!(descriptions.fit(&[0, 0, 0, 1, 0x41]).unwrap(), [0, 1, 0x41]);
        descriptions.change(&record(2)).unwrap();
        assert_eq!(descriptions.fit(&[0, 1, 0x65]).unwrap().len(), 2 + 8 + 2 + 4 + 3);
        assert!(descriptions.fits());
    }

    #[test]
    fn hostile_lengths_are_damage() {
        let mut descriptions = Descriptions::new(&record(1)).unwrap();
        descriptions.change(&record(4)).unwrap();
        assert!(descriptions.fit(&[0, 0, 0, 9, 1]).unwrap_err().text.contains("1 bytes are left"));
        let long = [&[0, 0, 1, 0][..], &[1; 256]].concat();
        assert!(descriptions.fit(&long).unwrap_err().text.contains("lengths of 1 bytes"));
        assert!(descriptions.change(&[1, 2, 3]).is_err());
        assert!(Descriptions::new(&[0, 0, 0, 1, 0x67]).is_err());
    }
}
