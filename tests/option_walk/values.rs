//! Odd values.

use crate::names::AvOption;

/// Numbers at the edges and past them, sizes, formats, flags, files, what is no number, nothing, and much.
const ODD: [&str; 21] = [
    "0",
    "1",
    "-1",
    "2",
    "3",
    "16",
    "50",
    "64",
    "1000",
    "2147483647",
    "-2147483648",
    "9223372036854775807",
    "1e30",
    "nan",
    "inf",
    "0.4",
    "64x128",
    "yuv444p",
    "all",
    "+pass1",
    "made-by-a-test.txt",
];

/// For an AVOption: the odd ones, the ends of its range, and the names of its values.
pub fn values_of(option: &AvOption) -> Vec<String> {
    let mut values = of_parameter();
    let ends = [option.range.0, option.range.1].map(|end| format!("{end}"));
    values.extend(ends.into_iter().chain(option.words.iter().map(|word| format!("+{word}"))));
    values.extend(option.words.iter().cloned());
    values
}

/// For a parameter of x264.
pub fn of_parameter() -> Vec<String> {
    let long = "a".repeat(5000);
    ODD.iter()
        .copied()
        .chain(["", "true", "1,1", "0,8,q=20", "0,8,b=nan", "auto", &long])
        .map(str::to_owned)
        .collect()
}
