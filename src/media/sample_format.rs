//! Sample formats: the W3C `AudioSampleFormat` list.
//!
//! Source: W3C WebCodecs, "Audio Sample Format". Samples have the machine's byte order; those of 24 bits are the upper bits of 32.

/// A row a format: its number in the C header, its name, bytes of a sample, and what it is with planes.
macro_rules! formats {
    ($($format:ident = $number:literal, $name:literal, $bytes:literal, $planar:ident;)*) => {
        /// A W3C `AudioSampleFormat`. The discriminants are the numbers of the C header.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i32)]
        #[allow(missing_docs)] // the names describe themselves
        pub enum SampleFormat { $($format = $number,)* }

        impl SampleFormat {
            /// Every format, in the order of the numbers.
            pub const ALL: [SampleFormat; [$($number),*].len()] = [$(Self::$format),*];

            /// The W3C spelling.
            pub fn name(self) -> &'static str {
                match self { $(Self::$format => $name,)* }
            }

            /// Bytes of a sample.
            pub fn bytes(self) -> usize {
                match self { $(Self::$format => $bytes,)* }
            }

            /// The same samples, a plane a channel.
            pub fn planar(self) -> Self {
                match self { $(Self::$format => Self::$planar,)* }
            }
        }
    };
}

formats! {
    U8 = 1, "u8", 1, U8Planar;
    S16 = 2, "s16", 2, S16Planar;
    S32 = 3, "s32", 4, S32Planar;
    F32 = 4, "f32", 4, F32Planar;
    U8Planar = 5, "u8-planar", 1, U8Planar;
    S16Planar = 6, "s16-planar", 2, S16Planar;
    S32Planar = 7, "s32-planar", 4, S32Planar;
    F32Planar = 8, "f32-planar", 4, F32Planar;
}

impl SampleFormat {
    /// The format of a number.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|format| *format as i32 == number)
    }

    /// True if each channel has a plane; else there is one, of samples of all channels in turn.
    pub fn is_planar(self) -> bool {
        self == self.planar()
    }

    /// The same samples, all channels in one plane.
    pub fn packed(self) -> Self {
        Self::ALL.into_iter().find(|format| format.planar() == self.planar()).unwrap_or(self)
    }

    /// Planes of sound of so many channels.
    pub fn planes(self, channels: u32) -> usize {
        if self.is_planar() { channels as usize } else { 1 }
    }
}
