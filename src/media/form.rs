//! What the value of a configuration key may be.

use super::code_points;
use crate::error::{Error, Result};

/// What a key's value may be.
pub enum Form {
    /// A whole number in a range, both ends included.
    Integer(u64, u64),
    /// A positive decimal number.
    Positive,
    /// `true` or `false`.
    Bool,
    /// One of these words.
    OneOf {
        /// What W3C calls the enumeration; "" where it is none.
        of: &'static str,
        /// The words, the default first.
        words: &'static [&'static str],
    },
    /// One of these names, or its H.273 number.
    CodePoint(&'static [(&'static str, u8)]),
    /// A language as containers have it: three letters of ISO 639-2.
    Language,
    /// Anything.
    Text,
    /// Bytes, which are not set as text is.
    Bytes,
}

/// No text needs more; errors quote what they are about.
const MAX_TEXT_BYTES: usize = 65_535;

/// # Errors
/// `InvalidArgument` naming what it is, its length and the longest.
pub fn check_length(what: &str, text: &str) -> Result<()> {
    match text.len() {
        ..=MAX_TEXT_BYTES => Ok(()),
        bytes => Err(Error::invalid(format!("{what} has {bytes} bytes, allowed are {MAX_TEXT_BYTES}"))),
    }
}

impl Form {
    /// Checks `value` and gives it in its one spelling (a code point's number becomes its name).
    ///
    /// # Errors
    /// `InvalidArgument` naming the key, the value and what is allowed.
    pub fn canonical(&self, name: &str, value: &str) -> Result<String> {
        check_length(name, value)?;
        let good = match self {
            Self::Integer(low, high) => {
                value.parse().is_ok_and(|number: u64| (*low..=*high).contains(&number))
            }
            Self::Positive => value.parse().is_ok_and(|number: f64| number.is_finite() && number > 0.0),
            Self::Bool => matches!(value, "true" | "false"),
            Self::OneOf { words, .. } => words.contains(&value),
            Self::CodePoint(names) => {
                let number = code_points::number(names, value);
                return number
                    .map(|number| code_points::name(names, number))
                    .ok_or_else(|| self.refuse(name, value));
            }
            Self::Language => value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_lowercase()),
            Self::Text => !value.contains('\0'),
            Self::Bytes => false,
        };
        if good { Ok(value.to_owned()) } else { Err(self.refuse(name, value)) }
    }

    fn refuse(&self, name: &str, value: &str) -> Error {
        Error::invalid(format!("{name} is \"{value}\", allowed are {}", self.allowed()))
    }

    /// What is allowed, in words.
    pub fn allowed(&self) -> String {
        match self {
            Self::Integer(low, high) => format!("whole numbers from {low} to {high}"),
            Self::Positive => "positive numbers".to_owned(),
            Self::Bool => "true and false".to_owned(),
            Self::OneOf { words, .. } => words.join(", "),
            Self::CodePoint(names) => {
                let names: Vec<_> = names.iter().map(|(name, _)| *name).collect();
                format!("{} and H.273 numbers from 0 to 255", names.join(", "))
            }
            Self::Language => "three small letters of ISO 639-2, such as eng".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Bytes => "bytes, which are not set as text is".to_owned(),
        }
    }
}
