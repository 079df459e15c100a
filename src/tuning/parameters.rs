//! Lists of an encoder library's own parameters in one text, as its AVOption takes them: `name=value:name=value`.
//!
//! FFmpeg passes such a text on without a look at it, so it is taken apart here and checked against a table of what the
//! library takes: `x264-params` today; `x265-params`, `aom-params` and `svtav1-params` have the same form.

use super::refused;
use crate::error::{Error, Result};

/// What a parameter's value may be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// `1`, `true`, `yes`, `0`, `false` or `no`; without a value it is true.
    Switch,
    /// A whole number in a range, both ends included.
    Whole(i64, i64),
    /// Such a number, or a word.
    WholeOr(i64, i64, &'static str),
    /// A finite number in a range, both ends included.
    Real(f64, f64),
    /// From `.0` to `.1` finite numbers in the range `.2` to `.3`, with commas between them.
    Reals(usize, usize, f64, f64),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Some of these words, with commas between them.
    Words(&'static [&'static str]),
    /// `start,end,q=quantizer` or `start,end,b=factor`, with slashes between them.
    Zones,
    /// Letters, digits, commas, round brackets and hyphens: the library's own words for light and colour.
    Plain,
    /// The host may not set it: why, or what it sets instead.
    Refused(&'static str),
}

/// One parameter of a library.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter {
    /// The library's name for it, words joined by hyphens.
    pub(super) name: &'static str,
    /// Its other name, or "".
    pub(super) alias: &'static str,
    /// What it takes.
    pub(super) kind: Kind,
}

/// Parameters in the order in which the library applies them, each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parameters(Vec<(&'static str, String)>);

/// The row of `name` in a library's table: underscores count as hyphens.
pub(super) fn find(table: &'static [Parameter], name: &str) -> Option<&'static Parameter> {
    let name = name.replace('_', "-");
    table.iter().find(|row| row.name == name || (!row.alias.is_empty() && row.alias == name))
}

impl Parameters {
    /// Adds those of `text`, the value of the key `key`; a later one of the same name replaces an earlier one.
    ///
    /// # Errors
    /// `InvalidArgument` naming the parameter, its value and what is allowed.
    pub(super) fn add(&mut self, table: &'static [Parameter], key: &str, text: &str) -> Result<()> {
        for entry in text.split(':').filter(|entry| !entry.is_empty()) {
            let (name, value) =
                entry.split_once('=').map_or((entry, None), |(name, value)| (name, Some(value)));
            let (row, value) = checked(table, name, value).map_err(|error| error.context(key))?;
            self.set(row.name, value);
        }
        Ok(())
    }

    /// Sets a parameter, in place of what it was.
    pub(super) fn set(&mut self, name: &'static str, value: String) {
        self.take(name);
        self.0.push((name, value));
    }

    /// Takes a parameter out.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let index = self.0.iter().position(|(set, _)| *set == name)?;
        Some(self.0.remove(index).1)
    }

    /// Their names and values.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Their names.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }

    /// The text that sets them.
    pub(super) fn text(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(":")
    }
}

/// The row and the value of an entry, in the one spelling that needs no second look.
fn checked(
    table: &'static [Parameter],
    name: &str,
    value: Option<&str>,
) -> Result<(&'static Parameter, String)> {
    if let Some(row) = find(table, name) {
        return Ok((row, row.kind.canonical(name, value.unwrap_or("1"))?));
    }
    let positive = name.strip_prefix("no").map(|rest| rest.trim_start_matches(['-', '_']));
    let row = positive.and_then(|positive| find(table, positive));
    let Some(row) = row else { return Err(Error::invalid(format!("there is no parameter \"{name}\""))) };
    match row.kind {
        Kind::Refused(_) => row.kind.canonical(name, "").map(|value| (row, value)),
        Kind::Switch => {
            let off = Kind::Switch.canonical(name, value.unwrap_or("1"))? == "1";
            Ok((row, if off { "0" } else { "1" }.to_owned()))
        }
        Kind::Whole(0, _) if value.is_none_or(|value| value == "1") => Ok((row, "0".to_owned())),
        _ => Err(Error::invalid(format!("{name}: {} has no \"no\", set it to a value", row.name))),
    }
}

impl Kind {
    /// `value` in its one spelling.
    ///
    /// # Errors
    /// `InvalidArgument` naming `name`, the value and what is allowed.
    pub(super) fn canonical(&self, name: &str, value: &str) -> Result<String> {
        if let Self::Refused(why) = self {
            return Err(refused(name, why));
        }
        self.spelled(value).ok_or_else(|| {
            let value: String = value.chars().take(40).collect();
            Error::invalid(format!("{name} is \"{value}\", allowed are {}", self.allowed()))
        })
    }

    fn spelled(&self, value: &str) -> Option<String> {
        match self {
            Self::Switch => match value.to_ascii_lowercase().as_str() {
                "1" | "true" | "yes" => Some("1".to_owned()),
                "0" | "false" | "no" => Some("0".to_owned()),
                _ => None,
            },
            Self::Whole(from, to) => whole(value, *from, *to),
            Self::WholeOr(from, to, word) => {
                if value == *word {
                    Some(value.to_owned())
                } else {
                    whole(value, *from, *to)
                }
            }
            Self::Real(from, to) => real(value, *from, *to),
            Self::Reals(fewest, most, from, to) => list(value, |number| real(number, *from, *to))
                .filter(|numbers| (*fewest..=*most).contains(&numbers.len()))
                .map(|numbers| numbers.join(",")),
            Self::Word(words) => words.contains(&value).then(|| value.to_owned()),
            Self::Words(words) => list(value, |word| words.contains(&word).then(|| word.to_owned()))
                .map(|words| words.join(",")),
            Self::Zones => value.split('/').all(is_zone).then(|| value.to_owned()),
            Self::Plain => {
                let plain = |c: char| c.is_ascii_alphanumeric() || "(),-".contains(c);
                (value.len() <= 200 && value.chars().all(plain)).then(|| value.to_owned())
            }
            Self::Refused(_) => None,
        }
    }

    fn allowed(&self) -> String {
        match self {
            Self::Switch => "1 and 0".to_owned(),
            Self::Whole(from, to) => format!("whole numbers from {from} to {to}"),
            Self::WholeOr(from, to, word) => format!("{word} and whole numbers from {from} to {to}"),
            Self::Real(from, to) => format!("numbers from {from} to {to}"),
            Self::Reals(fewest, most, from, to) if fewest == most => {
                format!("{most} numbers from {from} to {to}, with commas between them")
            }
            Self::Reals(fewest, most, from, to) => {
                format!("{fewest} to {most} numbers from {from} to {to}, with commas between them")
            }
            Self::Word(words) => words.join(", "),
            Self::Words(words) => format!("{}, with commas between them", words.join(", ")),
            Self::Zones => {
                "start,end,q=quantizer and start,end,b=factor, with slashes between them".to_owned()
            }
            Self::Plain => "letters, digits, commas, hyphens and round brackets".to_owned(),
            Self::Refused(_) => "none".to_owned(),
        }
    }
}

fn whole(value: &str, from: i64, to: i64) -> Option<String> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = value.parse().ok().filter(|_| plain)?;
    (from..=to).contains(&number).then(|| number.to_string())
}

fn real(value: &str, from: f64, to: f64) -> Option<String> {
    let plain = value.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte));
    let number: f64 = value.parse().ok().filter(|_| plain)?;
    (from..=to).contains(&number).then(|| number.to_string())
}

/// Elements with commas between them; AVOptions have colons and bars there, too.
fn list(value: &str, element: impl Fn(&str) -> Option<String>) -> Option<Vec<String>> {
    value.split([',', ':', '|']).map(element).collect()
}

fn is_zone(zone: &str) -> bool {
    let frame = |text: &str| whole(text, 0, i64::from(i32::MAX)).is_some();
    match zone.split(',').collect::<Vec<_>>().as_slice() {
        [start, end, how] if frame(start) && frame(end) => match how.split_once('=') {
            Some(("q", quantizer)) => whole(quantizer, 1, 51).is_some(),
            Some(("b", factor)) => real(factor, 0.01, 100.0).is_some(),
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static TABLE: &[Parameter] = &[
        Parameter { name: "bframes", alias: "", kind: Kind::Whole(0, 16) },
        Parameter { name: "weightb", alias: "weight-b", kind: Kind::Switch },
        Parameter { name: "crf", alias: "", kind: Kind::Real(1.0, 51.0) },
        Parameter { name: "stats", alias: "", kind: Kind::Refused("it names a file") },
        Parameter { name: "zones", alias: "", kind: Kind::Zones },
        Parameter { name: "psy-rd", alias: "", kind: Kind::Reals(1, 2, 0.0, 10.0) },
    ];

    fn text(text: &str) -> std::result::Result<String, String> {
        let mut parameters = Parameters::default();
        parameters.add(TABLE, "key", text).map_err(|error| error.text)?;
        Ok(parameters.text())
    }

    #[test]
    fn names_aliases_negations_and_missing_values_have_one_spelling() {
        assert_eq!(text("bframes=3:weight_b:bframes=05").as_deref(), Ok("weightb=1:bframes=5"));
        for off in ["no-weightb", "noweightb", "no_weight_b=true", "weightb=No", "no-weightb=1"] {
            assert_eq!(text(off).as_deref(), Ok("weightb=0"), "{off}");
        }
        assert_eq!(text(":no-weightb=0:").as_deref(), Ok("weightb=1"));
        assert_eq!(text("no-bframes").as_deref(), Ok("bframes=0"));
        assert_eq!(text("zones=0,9,q=20/10,20,b=1.5").as_deref(), Ok("zones=0,9,q=20/10,20,b=1.5"));
        assert_eq!(text("psy_rd=1.0,.15").as_deref(), Ok("psy-rd=1,0.15"));
    }

    #[test]
    fn what_a_library_would_read_otherwise_is_refused_by_name() {
        for (bad, says) in [
            ("bframes=0x10", "bframes is \"0x10\", allowed are whole numbers from 0 to 16"),
            ("bframes= 1", "bframes is \" 1\""),
            ("bframes=+1", "bframes is \"+1\""),
            ("bframes=17", "from 0 to 16"),
            ("no-psy-rd", "psy-rd has no \"no\""),
            ("no-bframes=0", "bframes has no \"no\""),
            ("crf=nan", "numbers from 1 to 51"),
            ("crf=inf", "numbers from 1 to 51"),
            ("crf=0.99", "numbers from 1 to 51"),
            ("stats=x", "key: stats cannot be set: it names a file"),
            ("no-stats", "it names a file"),
            ("st\\ats=x", "there is no parameter \"st\\ats\""),
            ("'stats'=x", "there is no parameter"),
            (" stats=x", "there is no parameter"),
            ("STATS=x", "there is no parameter"),
            ("zones=0,9,stats=x", "zones is"),
            ("weightb='1'", "weightb is"),
        ] {
            let said = text(bad).unwrap_err();
            assert!(said.contains(says), "{bad}: {said}");
        }
    }
}
