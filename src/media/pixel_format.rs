//! Pixel formats: the W3C `VideoPixelFormat` list, two of three bytes a pixel, and how each lies in memory.
//!
//! Source: W3C WebCodecs, "Pixel Format". Samples of 10 and 12 bits are 16-bit little-endian words.

/// One plane of a format: bytes of one sample group, and how many pixels share it across and down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaneShape {
    /// Bytes from one sample group to the next (NV12's chroma pair is 2, RGBA 4).
    pub step_bytes: u32,
    /// Pixels that one group covers horizontally: 1 or 2.
    pub sub_x: u32,
    /// Pixels that one group covers vertically: 1 or 2.
    pub sub_y: u32,
}

const fn plane(step_bytes: u32, sub_x: u32, sub_y: u32) -> PlaneShape {
    PlaneShape { step_bytes, sub_x, sub_y }
}

const fn planar(bytes: u32, sub_x: u32, sub_y: u32) -> [PlaneShape; 4] {
    [plane(bytes, 1, 1), plane(bytes, sub_x, sub_y), plane(bytes, sub_x, sub_y), plane(bytes, 1, 1)]
}

static PLANAR_420: [PlaneShape; 4] = planar(1, 2, 2);
static PLANAR_422: [PlaneShape; 4] = planar(1, 2, 1);
static PLANAR_444: [PlaneShape; 4] = planar(1, 1, 1);
static PLANAR_420_16: [PlaneShape; 4] = planar(2, 2, 2);
static PLANAR_422_16: [PlaneShape; 4] = planar(2, 2, 1);
static PLANAR_444_16: [PlaneShape; 4] = planar(2, 1, 1);
static SEMI_PLANAR: [PlaneShape; 2] = [plane(1, 1, 1), plane(2, 2, 2)];
static PACKED: [PlaneShape; 1] = [plane(4, 1, 1)];
static PACKED_24: [PlaneShape; 1] = [plane(3, 1, 1)];

/// A row a format: its number in the C header, its name, its planes in memory order, bits of a sample, and what it is without alpha.
macro_rules! formats {
    ($($format:ident = $number:literal, $name:literal, $planes:expr, $bits:literal, $opaque:ident;)*) => {
        /// A W3C `VideoPixelFormat`, or RGB of three bytes, which numpy, OpenCV and PIL use. The discriminants are the
        /// numbers of the C header.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i32)]
        #[allow(missing_docs)] // the names describe themselves
        pub enum PixelFormat { $($format = $number,)* }

        impl PixelFormat {
            /// Every format, in the order of the numbers.
            pub const ALL: [PixelFormat; [$($number),*].len()] = [$(Self::$format),*];

            /// The W3C spelling; RGB24 and BGR24 are FFmpeg's.
            pub fn name(self) -> &'static str {
                match self { $(Self::$format => $name,)* }
            }

            /// The planes, in memory order.
            pub fn planes(self) -> &'static [PlaneShape] {
                match self { $(Self::$format => $planes,)* }
            }

            /// Bits of a sample: 8, 10 or 12.
            pub fn bits(self) -> u32 {
                match self { $(Self::$format => $bits,)* }
            }

            /// The format without its alpha, of which the memory is a part: W3C's "equivalent opaque format".
            pub fn opaque(self) -> Self {
                match self { $(Self::$format => Self::$opaque,)* }
            }
        }
    };
}

formats! {
    I420 = 1, "I420", &PLANAR_420[..3], 8, I420;
    I420A = 2, "I420A", &PLANAR_420, 8, I420;
    I422 = 3, "I422", &PLANAR_422[..3], 8, I422;
    I422A = 4, "I422A", &PLANAR_422, 8, I422;
    I444 = 5, "I444", &PLANAR_444[..3], 8, I444;
    I444A = 6, "I444A", &PLANAR_444, 8, I444;
    Nv12 = 7, "NV12", &SEMI_PLANAR, 8, Nv12;
    Rgba = 8, "RGBA", &PACKED, 8, Rgbx;
    Rgbx = 9, "RGBX", &PACKED, 8, Rgbx;
    Bgra = 10, "BGRA", &PACKED, 8, Bgrx;
    Bgrx = 11, "BGRX", &PACKED, 8, Bgrx;
    I420P10 = 12, "I420P10", &PLANAR_420_16[..3], 10, I420P10;
    I420AP10 = 13, "I420AP10", &PLANAR_420_16, 10, I420P10;
    I422P10 = 14, "I422P10", &PLANAR_422_16[..3], 10, I422P10;
    I422AP10 = 15, "I422AP10", &PLANAR_422_16, 10, I422P10;
    I444P10 = 16, "I444P10", &PLANAR_444_16[..3], 10, I444P10;
    I444AP10 = 17, "I444AP10", &PLANAR_444_16, 10, I444P10;
    I420P12 = 18, "I420P12", &PLANAR_420_16[..3], 12, I420P12;
    I420AP12 = 19, "I420AP12", &PLANAR_420_16, 12, I420P12;
    I422P12 = 20, "I422P12", &PLANAR_422_16[..3], 12, I422P12;
    I422AP12 = 21, "I422AP12", &PLANAR_422_16, 12, I422P12;
    I444P12 = 22, "I444P12", &PLANAR_444_16[..3], 12, I444P12;
    I444AP12 = 23, "I444AP12", &PLANAR_444_16, 12, I444P12;
    Rgb24 = 24, "RGB24", &PACKED_24, 8, Rgb24;
    Bgr24 = 25, "BGR24", &PACKED_24, 8, Bgr24;
}

impl PixelFormat {
    /// The format of a number.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|format| *format as i32 == number)
    }

    /// True for those that W3C names.
    pub fn is_w3c(self) -> bool {
        !matches!(self, Self::Rgb24 | Self::Bgr24)
    }

    /// True for the packed RGB formats.
    pub fn is_rgb(self) -> bool {
        self.planes().len() == 1
    }

    /// True for YUV with as many chroma samples as luma samples.
    pub fn is_444(self) -> bool {
        let full = |plane: &PlaneShape| (plane.sub_x, plane.sub_y) == (1, 1);
        self.planes().len() >= 3 && self.planes().iter().all(full)
    }

    /// Pixels that must stay together, across and down: (2, 2) for 4:2:0. Rectangles start on multiples of it.
    pub fn alignment(self) -> (u32, u32) {
        self.planes().iter().fold((1, 1), |(x, y), plane| (x.max(plane.sub_x), y.max(plane.sub_y)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_a_bijection() {
        for (index, format) in PixelFormat::ALL.into_iter().enumerate() {
            assert_eq!(format as usize, index + 1);
            assert_eq!(PixelFormat::from_number(format as i32), Some(format));
            assert_eq!(format.name().to_lowercase(), format!("{format:?}").to_lowercase());
        }
        assert_eq!(PixelFormat::from_number(0), None);
        assert_eq!(PixelFormat::from_number(PixelFormat::ALL.len() as i32 + 1), None);
        assert_eq!(PixelFormat::from_number(-1), None);
    }
}
