//! The bits of a raw byte sequence payload: fixed-width numbers and Exp-Golomb codes (H.264 7.2 and 9.1).

use crate::error::{Error, Result};

/// Reads bits, the highest of each byte first.
pub struct Bits<I> {
    bytes: I,
    byte: u8,
    left: u32,
}

impl<I: Iterator<Item = u8>> Bits<I> {
    /// The bits of `bytes`.
    pub fn new(bytes: I) -> Self {
        Self { bytes, byte: 0, left: 0 }
    }

    /// u(1): one bit.
    ///
    /// # Errors
    /// `Data` at the end, for this and all other functions.
    pub fn flag(&mut self) -> Result<bool> {
        if self.left == 0 {
            self.byte = self.bytes.next().ok_or_else(|| Error::data("it ends too early"))?;
            self.left = 8;
        }
        self.left -= 1;
        Ok(self.byte >> self.left & 1 == 1)
    }

    /// u(n): a number of `width` bits, at most 32.
    pub fn number(&mut self, width: u32) -> Result<u32> {
        (0..width).try_fold(0, |number, _| Ok(number << 1 | u32::from(self.flag()?)))
    }

    /// ue(v): an unsigned Exp-Golomb code, which must not exceed `max`.
    ///
    /// # Errors
    /// `Data` naming `what` and the range.
    pub fn golomb(&mut self, what: &str, max: u32) -> Result<u32> {
        let outside = || Error::data(format!("{what} is outside 0 to {max}"));
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return Err(outside());
            }
        }
        let number = (1u32 << zeros) - 1 + self.number(zeros)?;
        if number > max { Err(outside()) } else { Ok(number) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code of `number` as H.264 table 9-1 builds it, packed into bytes.
    fn encode(number: u32) -> Vec<u8> {
        let digits = format!("{:b}", u64::from(number) + 1);
        let code = "0".repeat(digits.len() - 1) + &digits;
        let padded = format!("{code:0<width$}", width = code.len().next_multiple_of(8));
        padded
            .as_bytes()
            .chunks(8)
            .map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | (bit - b'0')))
            .collect()
    }

    #[test]
    fn golomb_codes_up_to_the_largest() {
        for number in (0..300).chain([65_534, 65_535, u32::MAX - 1]) {
            assert_eq!(Bits::new(encode(number).into_iter()).golomb("x", u32::MAX), Ok(number));
        }
        let text = |bytes: &[u8], max| Bits::new(bytes.iter().copied()).golomb("id", max).unwrap_err().text;
        assert_eq!(text(&encode(32), 31), "id is outside 0 to 31");
        assert_eq!(text(&encode(u32::MAX), u32::MAX), format!("id is outside 0 to {}", u32::MAX));
        assert_eq!(text(&[0; 4], 31), "id is outside 0 to 31");
        assert_eq!(text(&[0, 1], 31), "it ends too early");
    }
}
