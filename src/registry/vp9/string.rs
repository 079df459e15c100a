//! The codec string of VP9: profile, level and depth, and optionally chroma and colour ("VP Codec ISO Media File Format Binding",
//! Codecs Parameter String).

use super::level;
use super::signal::Signal;
use crate::error::{Error, Result};
use crate::registry;

/// The numbers of a VP9 codec string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Vp9String {
    /// 0 to 3: 4:2:0 or not (bit 0), 8 bits or more (bit 1).
    pub(super) profile: u8,
    /// Ten times the level.
    pub(super) level: u8,
    /// Bits of a sample.
    pub(super) depth: u8,
    /// Chroma and colour, if it says some of them.
    pub(super) signal: Option<Signal>,
}

impl Vp9String {
    /// Reads a codec string whose tag is VP9's.
    ///
    /// # Errors
    /// `NotSupported` naming the string and what is supported. The binding calls the optional fields "mutually inclusive";
    /// browsers take the first of them alone, and so does this: the others have their defaults.
    pub(super) fn parse(codec: &str) -> Result<Self> {
        let unknown = || registry::unknown(codec);
        let (_, text) = codec.split_once('.').ok_or_else(unknown)?;
        let (mut fields, mut count) = ([0; 8], 0);
        for field in text.split('.') {
            *fields.get_mut(count).ok_or_else(unknown)? = two_digits(field).ok_or_else(unknown)?;
            count += 1;
        }
        if count < 3 {
            return Err(unknown());
        }
        let [profile, level, depth, ..] = fields;
        let optional = &fields[3..count];
        let ask = Ask(codec);
        ask.one_of("profile", profile, &[0, 1, 2, 3], "")?;
        ask.one_of("level", level, &level::ALL, "")?;
        // BitDepth of profiles 0 and 1 is 8: VP9 7.2.2.
        let depths: &[u8] = if profile < 2 { &[8] } else { &[10, 12] };
        ask.one_of("bit depth", depth, depths, &format!(" in profile {profile:02}"))?;
        let signal = if optional.is_empty() { None } else { Some(Signal::new(ask, profile, optional)?) };
        Ok(Self { profile, level, depth, signal })
    }
}

impl std::fmt::Display for Vp9String {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "vp09.{:02}.{:02}.{:02}", self.profile, self.level, self.depth)?;
        self.signal.map_or(Ok(()), |signal| signal.fmt(f))
    }
}

/// A number of exactly two decimal digits.
fn two_digits(field: &str) -> Option<u8> {
    match field.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some((tens - b'0') * 10 + ones - b'0'),
        _ => None,
    }
}

/// Checks the fields of this codec string.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a>(&'a str);

impl Ask<'_> {
    /// # Errors
    /// `NotSupported` if the field is none of those that are allowed, and `when` they are.
    pub(super) fn one_of(self, name: &str, field: u8, allowed: &[u8], when: &str) -> Result<()> {
        if allowed.contains(&field) {
            return Ok(());
        }
        let codec = self.0;
        let known = allowed.iter().map(|known| format!("{known:02}")).collect::<Vec<_>>().join(", ");
        Err(Error::not_supported(format!(
            "codec \"{codec}\": {name} {field:02} is not supported, supported are {known}{when}"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;

    #[test]
    fn vp9_strings_are_read_and_displayed_as_they_were() {
        let signal = |fields: [u8; 5]| {
            let [chroma, primaries, transfer, matrix, full_range] = fields;
            Some(Signal { chroma, primaries, transfer, matrix, full_range, said: 5 })
        };
        let said = |said, fields| signal(fields).map(|signal| Signal { said, ..signal });
        for (text, numbers, optional) in [
            ("vp09.00.10.08", [0, 10, 8], None),
            ("vp09.01.41.08", [1, 41, 8], None),
            ("vp09.02.62.12", [2, 62, 12], None),
            ("vp09.03.20.10", [3, 20, 10], None),
            ("vp09.01.10.08.03", [1, 10, 8], said(1, [3, 1, 1, 1, 0])),
            ("vp09.02.10.10.01.09.16", [2, 10, 10], said(3, [1, 9, 16, 1, 0])),
            ("vp09.00.10.08.00.02.02.02.00", [0, 10, 8], signal([0, 2, 2, 2, 0])),
            ("vp09.00.31.08.01.01.01.01.00", [0, 31, 8], signal([1, 1, 1, 1, 0])),
            ("vp09.01.11.08.02.06.06.06.01", [1, 11, 8], signal([2, 6, 6, 6, 1])),
            ("vp09.01.11.08.03.01.13.00.01", [1, 11, 8], signal([3, 1, 13, 0, 1])),
            ("vp09.02.50.10.01.09.16.09.01", [2, 50, 10], signal([1, 9, 16, 9, 1])),
            ("vp09.03.61.12.03.22.18.14.00", [3, 61, 12], signal([3, 22, 18, 14, 0])),
        ] {
            let [profile, level, depth] = numbers;
            let read = Vp9String::parse(text).unwrap();
            assert_eq!(read, Vp9String { profile, level, depth, signal: optional });
            assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn everything_else_is_refused_by_name() {
        for text in [
            "vp09",
            "vp09.",
            "vp9",
            "VP09.00.10.08",
            "vp09.00",
            "vp09.00.10",
            "vp09.0.10.08",
            "vp09.00.10.8",
            "vp09.00.10.08.",
            "vp09.00.10.08.01.01.01.01.00.00",
            "vp09.00.10.008",
            "vp09.00.1.0.08",
            "vp09.+0.10.08",
            "vp09.00.10.0８",
            "vp09.00.10.é",
            " vp09.00.10.08",
            "vp09.00.10.08 ",
            "vp09.00.10.08\0",
        ] {
            let Err(error) = registry::parse(text) else { panic!("{text}") };
            assert!(error.text.contains(&format!("\"{text}\"")), "{error}");
            assert!(error.text.contains("vp09.PP.LL.DD[.CC.cp.tc.mc.FF]"), "{error}");
        }
    }

    #[test]
    fn numbers_without_a_meaning_are_refused_with_those_that_have_one() {
        for (text, what) in [
            ("vp09.04.10.08", "profile 04 is not supported, supported are 00, 01, 02, 03"),
            ("vp09.00.00.08", "level 00 is not supported, supported are 10, 11, 20"),
            ("vp09.00.12.08", "level 12"),
            ("vp09.00.10.10", "bit depth 10 is not supported, supported are 08 in profile 00"),
            ("vp09.01.10.12", "bit depth 12"),
            ("vp09.02.10.08", "bit depth 08 is not supported, supported are 10, 12 in profile 02"),
            ("vp09.03.10.11", "bit depth 11"),
            (
                "vp09.00.10.08.02.01.01.01.00",
                "chroma subsampling 02 is not supported, supported are 00, 01 in",
            ),
            (
                "vp09.01.10.08.01.01.01.01.00",
                "chroma subsampling 01 is not supported, supported are 02, 03 in",
            ),
            ("vp09.03.10.10.04.01.01.01.00", "chroma subsampling 04"),
            ("vp09.00.10.08.01.00.01.01.00", "colour primaries 00"),
            ("vp09.00.10.08.01.03.01.01.00", "colour primaries 03"),
            ("vp09.00.10.08.01.01.03.01.00", "transfer characteristics 03"),
            ("vp09.00.10.08.01.01.19.01.00", "transfer characteristics 19"),
            ("vp09.00.10.08.01.01.01.15.00", "matrix coefficients 15"),
            ("vp09.00.10.08.01.01.01.00.00", "matrix coefficients 00"),
            ("vp09.01.10.08.02.01.01.00.00", "matrix coefficients 00"),
            ("vp09.00.10.08.01.01.01.01.02", "full range flag 02 is not supported, supported are 00, 01"),
        ] {
            let Err(error) = registry::parse(text) else { panic!("{text}") };
            assert!(error.text.contains(&format!("\"{text}\": {what}")), "{error}");
        }
    }
}
