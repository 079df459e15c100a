//! Colour between H.273 numbers and FFmpeg's fields, which hold the same numbers.
//!
//! The bindings declare the fields as Rust enums, but a number without a name in them is legal in C. So
//! fields are read and written here as the integers that they are, through their addresses.

use ffmpeg_sys_next as ff;

use crate::media::Color;

/// H.273's "unspecified", for all three code points.
const UNSPECIFIED: u32 = 2;

/// The addresses of the four colour fields of an `AVFrame`, `AVCodecContext` or `AVCodecParameters`.
pub struct ColorFields {
    primaries: *mut u32,
    transfer: *mut u32,
    matrix: *mut u32,
    range: *mut u32,
}

/// The colour fields of any of FFmpeg's structs that have them.
macro_rules! color_fields {
    ($object:expr, $matrix:ident) => {
        // SAFETY of the raw borrows: no reference is made, so no enum value is asserted.
        $crate::av::color::ColorFields::new(
            &raw mut (*$object).color_primaries,
            &raw mut (*$object).color_trc,
            &raw mut (*$object).$matrix,
            &raw mut (*$object).color_range,
        )
    };
}
pub(super) use color_fields;

impl ColorFields {
    /// From the four addresses.
    pub fn new(
        primaries: *mut ff::AVColorPrimaries,
        transfer: *mut ff::AVColorTransferCharacteristic,
        matrix: *mut ff::AVColorSpace,
        range: *mut ff::AVColorRange,
    ) -> Self {
        Self {
            primaries: primaries.cast(),
            transfer: transfer.cast(),
            matrix: matrix.cast(),
            range: range.cast(),
        }
    }

    /// What the fields say; unspecified and reserved numbers become `None`.
    ///
    /// # Safety
    /// The object is alive.
    pub unsafe fn read(&self) -> Color {
        let known = |number: u32| u8::try_from(number).ok().filter(|_| number != UNSPECIFIED);
        // SAFETY: the caller keeps the object alive; the enums are 32 bits wide in C and in the bindings.
        unsafe {
            Color {
                primaries: known(self.primaries.read()).filter(|number| *number != 0),
                transfer: known(self.transfer.read()).filter(|number| *number != 0),
                matrix: known(self.matrix.read()),
                full_range: match self.range.read() {
                    range if range == ff::AVColorRange::AVCOL_RANGE_MPEG as u32 => Some(false),
                    range if range == ff::AVColorRange::AVCOL_RANGE_JPEG as u32 => Some(true),
                    _ => None,
                },
            }
        }
    }

    /// Writes `color`, unknown facts as unspecified.
    ///
    /// # Safety
    /// The object is alive and nobody else uses it.
    pub unsafe fn write(&self, color: &Color) {
        let number = |code: Option<u8>| code.map_or(UNSPECIFIED, u32::from);
        // SAFETY: as in `read`.
        unsafe {
            self.primaries.write(number(color.primaries));
            self.transfer.write(number(color.transfer));
            self.matrix.write(number(color.matrix));
            self.range.write(match color.full_range {
                None => ff::AVColorRange::AVCOL_RANGE_UNSPECIFIED as u32,
                Some(false) => ff::AVColorRange::AVCOL_RANGE_MPEG as u32,
                Some(true) => ff::AVColorRange::AVCOL_RANGE_JPEG as u32,
            });
        }
    }
}
