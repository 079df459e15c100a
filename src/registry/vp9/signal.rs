//! The optional half of a VP9 codec string: chroma and colour ("VP Codec ISO Media File Format Binding", Codecs Parameter
//! String). Its numbers of colour are those of H.273.

use std::fmt;

use super::string::Ask;
use crate::error::Result;

/// H.273's "unspecified", for primaries, transfer and matrix.
pub(super) const UNSPECIFIED: u8 = 2;

/// The H.273 number of the matrix that leaves RGB as it is.
pub(super) const RGB: u8 = 0;

/// What the binding takes for said: 4:2:0, BT.709, limited range.
const DEFAULTS: [u8; 5] = [1, 1, 1, 1, 0];

/// How many chroma samples there are for the luma samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chroma {
    /// A quarter.
    C420,
    /// A half.
    C422,
    /// As many.
    C444,
}

/// Chroma and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signal {
    /// CC: 4:2:0 with chroma between two rows (0) or on luma samples (1), 4:2:2 (2), 4:4:4 (3).
    pub(super) chroma: u8,
    /// cp: ColourPrimaries.
    pub(super) primaries: u8,
    /// tc: TransferCharacteristics.
    pub(super) transfer: u8,
    /// mc: MatrixCoefficients.
    pub(super) matrix: u8,
    /// FF: VideoFullRangeFlag.
    pub(super) full_range: u8,
    /// How many of these the string says; the others have the binding's defaults.
    pub(super) said: usize,
}

impl Signal {
    /// The fields after the depth, checked for a profile.
    ///
    /// # Errors
    /// `NotSupported` naming the string, the field and what it may be.
    pub(super) fn new(ask: Ask<'_>, profile: u8, said: &[u8]) -> Result<Self> {
        let mut fields = DEFAULTS;
        fields.iter_mut().zip(said).for_each(|(field, said)| *field = *said);
        let ([chroma, primaries, transfer, matrix, full_range], said) = (fields, said.len());
        ask.one_of("chroma subsampling", chroma, chromas(profile), &format!(" in profile {profile:02}"))?;
        ask.one_of("colour primaries", primaries, PRIMARIES, "")?;
        ask.one_of("transfer characteristics", transfer, TRANSFERS, "")?;
        // RGB has no smaller planes: the binding, matrixCoefficients.
        let (matrices, why) =
            if chroma == 3 { (MATRICES, "") } else { (&MATRICES[1..], " unless it is 4:4:4") };
        ask.one_of("matrix coefficients", matrix, matrices, why)?;
        ask.one_of("full range flag", full_range, &[0, 1], "")?;
        Ok(Self { chroma, primaries, transfer, matrix, full_range, said })
    }

    /// CC without where the samples are.
    pub(super) fn chroma(&self) -> Chroma {
        match self.chroma {
            2 => Chroma::C422,
            3 => Chroma::C444,
            _ => Chroma::C420,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { chroma, primaries, transfer, matrix, full_range, said } = self;
        let fields = [chroma, primaries, transfer, matrix, full_range];
        fields.iter().take(*said).try_for_each(|field| write!(f, ".{field:02}"))
    }
}

/// Profiles 0 and 2 have 4:2:0 and nothing else, 1 and 3 all but that: VP9 7.2.2.
fn chromas(profile: u8) -> &'static [u8] {
    if profile.is_multiple_of(2) { &[0, 1] } else { &[2, 3] }
}

/// H.273 table 2, without what is reserved.
pub(super) const PRIMARIES: &[u8] = &[1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 22];
/// H.273 table 3.
pub(super) const TRANSFERS: &[u8] = &[1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];
/// H.273 table 4, RGB first.
pub(super) const MATRICES: &[u8] = &[RGB, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
