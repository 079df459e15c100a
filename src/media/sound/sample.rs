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

    /// Writes the bytes of two samples.
    #[inline(always)]
    fn put(first: Self::Bytes, second: Self::Bytes, to: &mut [Self::Bytes; 2]) {
        [to[0], to[1]] = [first, second];
    }
}

/// A sample that becomes another.
pub trait To<T: Sample>: Sample {
    /// The nearest one.
    fn to(self) -> T;
}

macro_rules! samples {
    ($($sample:ident: $size:literal $(as $bits:ident, two as $both:ident)?;)*) => { $(
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

            $(
                // As one number: the compiler shifts and stores it, where it would move two small ones each to its place.
                #[inline(always)]
                fn put(first: Self::Bytes, second: Self::Bytes, to: &mut [Self::Bytes; 2]) {
                    let [first, second] = [first, second].map(|bytes| $both::from($bits::from_le_bytes(bytes)));
                    let bytes = (first | second << $bits::BITS).to_le_bytes();
                    to.as_flattened_mut().copy_from_slice(&bytes);
                }
            )?
        }
    )* };
}

samples! {
    u8: 1 as u8, two as u16;
    i16: 2 as u16, two as u32;
    i32: 4;
    f32: 4;
}

/// Samples that stay as they are, whatever bits a NaN has.
impl<const SIZE: usize> Sample for [u8; SIZE] {
    type Bytes = Self;

    #[inline(always)]
    fn of(bytes: Self) -> Self {
        bytes
    }

    #[inline(always)]
    fn bytes(self) -> Self {
        self
    }
}

impl<const SIZE: usize> To<Self> for [u8; SIZE] {
    #[inline(always)]
    fn to(self) -> Self {
        self
    }
}

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
        shortened::<8>(self) as u8 ^ SILENCE
    }
}

impl To<i16> for i32 {
    #[inline(always)]
    fn to(self) -> i16 {
        shortened::<16>(self) as i16
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
        rounded::<8>(self) as u8 ^ SILENCE
    }
}

impl To<i16> for f32 {
    #[inline(always)]
    fn to(self) -> i16 {
        rounded::<16>(self) as i16
    }
}

impl To<i32> for f32 {
    #[inline(always)]
    fn to(self) -> i32 {
        const BEYOND: f32 = 2_147_483_648.0;
        let scaled = self * BEYOND;
        // NaN is not below, and becomes 0 with what is above.
        let below = if scaled < BEYOND { scaled } else { 0.0 };
        let inside = if below > -BEYOND { below } else { -BEYOND };
        // SAFETY: a whole number, not below the lowest i32 nor above the highest. The compiler knows one instruction for both.
        let whole: i32 = unsafe { inside.round_ties_even().to_int_unchecked() };
        whole | if scaled >= BEYOND { i32::MAX } else { 0 }
    }
}

/// The sample's first bits, as a number of them.
#[inline(always)]
fn shortened<const BITS: u32>(sample: i32) -> i32 {
    let (rest, half) = (i32::BITS - BITS, 1 << (i32::BITS - BITS - 1));
    // What is above is the largest anyway, and so it cannot overflow. Half and more is one more, but half of an even number.
    let below = sample.min(i32::MAX - half);
    // Adds half - 1, and the last bit that stays. Some processors have an instruction for all that is subtracted.
    (below - !((half - 2) | ((below >> rest) & 1))) >> rest
}

/// The level as a whole number, in the lowest of so many bits.
#[inline(always)]
fn rounded<const BITS: u32>(level: f32) -> i32 {
    // 1.5 * 2^23, in the steps of these bits: beside it a sum has no room for a fraction, so adding rounds, and the whole
    // stands in the lowest bits.
    let (no_fraction, step) = (1.5 * (1u32 << (24 - BITS)) as f32, 1.0 / (1u32 << (BITS - 1)) as f32);
    let (lowest, highest) = (no_fraction - 1.0, no_fraction + 1.0 - step);
    let sum = if level.is_nan() { 0.0 } else { level } + no_fraction;
    // Not `min` and `max`, which would look for NaN again.
    let sum = if sum < highest { sum } else { highest };
    let sum = if sum > lowest { sum } else { lowest };
    sum.to_bits() as i32
}
