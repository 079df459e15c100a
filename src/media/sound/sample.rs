//! The four kinds of samples, and what each becomes as another.
//!
//! A sample stands for a level: u8 for (x - 128) / 2^7, s16 for x / 2^15, s32 for x / 2^31, f32 for itself. What a kind cannot
//! say exactly is rounded to the nearest level that it can, of two as near to the even one, and what is beyond its ends is its
//! end. No dither: the same samples always give the same. NaN is silence.
//!
//! All of it is without branches, so that the compiler makes vector code of loops over it.

/// A sample, and its bytes as they lie in memory, whatever their alignment.
pub trait Sample: Copy {
    /// An array of bytes.
    type Bytes: Copy;

    /// The sample of these bytes.
    fn of(bytes: Self::Bytes) -> Self;

    /// The bytes of this sample.
    fn bytes(self) -> Self::Bytes;
}

/// A sample that becomes another.
pub trait To<T: Sample>: Sample {
    /// The nearest one.
    fn to(self) -> T;
}

macro_rules! samples {
    ($($sample:ident: $size:literal),*) => { $(
        impl Sample for $sample {
            type Bytes = [u8; $size];

            #[inline(always)]
            fn of(bytes: Self::Bytes) -> Self {
                Self::from_ne_bytes(bytes)
            }

            #[inline(always)]
            fn bytes(self) -> Self::Bytes {
                self.to_ne_bytes()
            }
        }

        impl To<$sample> for $sample {
            #[inline(always)]
            fn to(self) -> $sample {
                self
            }
        }
    )* };
}

samples! { u8: 1, i16: 2, i32: 4, f32: 4 }

/// What a u8 has for silence: exclusive or makes it signed, and back.
const SILENCE: u8 = 0x80;

impl To<i16> for u8 {
    #[inline(always)]
    fn to(self) -> i16 {
        i16::from((self ^ SILENCE) as i8) << 8
    }
}

impl To<i32> for u8 {
    #[inline(always)]
    fn to(self) -> i32 {
        i32::from((self ^ SILENCE) as i8) << 24
    }
}

impl To<f32> for u8 {
    #[inline(always)]
    fn to(self) -> f32 {
        (i32::from(self) - i32::from(SILENCE)) as f32 / 128.0
    }
}

impl To<u8> for i16 {
    #[inline(always)]
    fn to(self) -> u8 {
        let (whole, rest) = (self >> 8, self & 0xff);
        // Half and more is one more, but half of an even number.
        let rounded = whole + ((rest + 0x7f + (whole & 1)) >> 8);
        rounded.clamp(-0x80, 0x7f) as u8 ^ SILENCE
    }
}

impl To<i32> for i16 {
    #[inline(always)]
    fn to(self) -> i32 {
        i32::from(self) << 16
    }
}

impl To<f32> for i16 {
    #[inline(always)]
    fn to(self) -> f32 {
        f32::from(self) / 32768.0
    }
}

impl To<u8> for i32 {
    #[inline(always)]
    fn to(self) -> u8 {
        let below = self.min(0x7f7f_ffff);
        ((below + 0x7f_ffff + ((below >> 24) & 1)) >> 24) as u8 ^ SILENCE
    }
}

impl To<i16> for i32 {
    #[inline(always)]
    fn to(self) -> i16 {
        // What is above is the largest anyway, and so it cannot overflow. Half and more is one more, but half of an even number.
        let below = self.min(0x7fff_7fff);
        ((below + 0x7fff + ((below >> 16) & 1)) >> 16) as i16
    }
}

impl To<f32> for i32 {
    #[inline(always)]
    fn to(self) -> f32 {
        self as f32 / 2_147_483_648.0
    }
}

impl To<u8> for f32 {
    #[inline(always)]
    fn to(self) -> u8 {
        rounded::<8>(self).clamp(-0x80, 0x7f) as u8 ^ SILENCE
    }
}

impl To<i16> for f32 {
    #[inline(always)]
    fn to(self) -> i16 {
        rounded::<16>(self).clamp(-0x8000, 0x7fff) as i16
    }
}

impl To<i32> for f32 {
    #[inline(always)]
    fn to(self) -> i32 {
        // 1.5 * 2^52 in steps of 2^-31: as in `rounded`. The lower half of the bits is the sample.
        const NO_FRACTION: f64 = 1.5 * (1u64 << 21) as f64;
        const TOP: f64 = 1.0 - 1.0 / (1u64 << 31) as f64;
        let level = f64::from(if self.is_nan() { 0.0 } else { self });
        let level = if level > -1.0 { level } else { -1.0 };
        let level = if level < TOP { level } else { TOP };
        (level + NO_FRACTION).to_bits() as i32
    }
}

/// The level as a whole number of so many bits; beyond its ends, some number beyond them.
#[inline(always)]
fn rounded<const BITS: u32>(level: f32) -> i32 {
    // 1.5 * 2^23, in the steps of these bits: beside it a sum has no room for a fraction, so adding rounds, and the whole
    // stands in the lowest bits.
    let no_fraction = 1.5 * (1u32 << (24 - BITS)) as f32;
    let level = if level.is_nan() { 0.0 } else { level };
    // Below, the sum would be negative, and its bits no order. Not `max`, which would look for NaN again.
    let level = if level > -2.0 { level } else { -2.0 };
    (level + no_fraction).to_bits() as i32 - no_fraction.to_bits() as i32
}
