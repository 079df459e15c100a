//! Colour by numbers: ITU-T H.273, the code points that FFmpeg, MP4 and every codec share.

/// The four facts of a picture's colour. `None` is "not known", -1 in C.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Color {
    /// ColourPrimaries (1 BT.709, 5 BT.470BG, 6 SMPTE 170M, 9 BT.2020, 12 P3-D65).
    pub primaries: Option<u8>,
    /// TransferCharacteristics (1 BT.709, 6 SMPTE 170M, 8 linear, 13 sRGB, 16 PQ, 18 HLG).
    pub transfer: Option<u8>,
    /// MatrixCoefficients (0 RGB, 1 BT.709, 5 BT.470BG, 6 SMPTE 170M, 9 BT.2020 non-constant).
    pub matrix: Option<u8>,
    /// VideoFullRangeFlag.
    pub full_range: Option<bool>,
}

impl Color {
    /// BT.709 in the limited range: what RGB pictures are encoded as, and what unlabelled YUV is taken for.
    pub const BT709: Color =
        Color { primaries: Some(1), transfer: Some(1), matrix: Some(1), full_range: Some(false) };

    /// sRGB: what RGB pictures without colour are taken for.
    pub const SRGB: Color =
        Color { primaries: Some(1), transfer: Some(13), matrix: Some(0), full_range: Some(true) };

    /// Display P3: the primaries of SMPTE EG 432-1 with sRGB's curve.
    pub const DISPLAY_P3: Color = Color { primaries: Some(12), ..Color::SRGB };

    /// These facts where they are known, `other`'s where not.
    #[must_use]
    pub fn or(self, other: Color) -> Color {
        Color {
            primaries: self.primaries.or(other.primaries),
            transfer: self.transfer.or(other.transfer),
            matrix: self.matrix.or(other.matrix),
            full_range: self.full_range.or(other.full_range),
        }
    }
}
