//! The codec string of a stream that a container has.

use super::signal::{MATRICES, PRIMARIES, RGB, Signal, TRANSFERS, UNSPECIFIED};
use super::string::Vp9String;
use super::{level, profile};
use crate::media::{Color, PixelFormat, StreamFacts};

/// `None` if its pictures' format is not known, or none of VP9's. The level is what the container says, as MP4 may, or the lowest
/// that fits.
pub(super) fn string(facts: &StreamFacts<'_>) -> Option<Vp9String> {
    let format = facts.format?;
    let profile = profile::of_format(format)?;
    let said = u8::try_from(facts.level).ok().filter(|level| level::ALL.contains(level));
    Some(Vp9String {
        profile,
        level: said.unwrap_or_else(|| level::lowest(facts.width, facts.height, facts.framerate)),
        depth: u8::try_from(format.bits()).ok()?,
        signal: signal(format, facts.color),
    })
}

/// `None` where it is what the binding takes for said in short strings: BT.709 of limited range, in 4:2:0 with chroma on luma
/// samples. What nobody knows is taken for it, too.
fn signal(format: PixelFormat, color: Color) -> Option<Signal> {
    let chroma = match format.alignment() {
        (2, 2) => 1,
        (2, 1) => 2,
        _ => 3,
    };
    let full_range = u8::from(color.full_range == Some(true));
    if chroma == 1
        && full_range == 0
        && color.or(Color::BT709) == (Color { full_range: color.full_range.or(Some(false)), ..Color::BT709 })
    {
        return None;
    }
    let known =
        |number: Option<u8>, all: &[u8]| number.filter(|number| all.contains(number)).unwrap_or(UNSPECIFIED);
    // A string that says RGB of smaller chroma planes is none.
    let matrix = color.matrix.filter(|matrix| *matrix != RGB || chroma == 3);
    Some(Signal {
        chroma,
        primaries: known(color.primaries, PRIMARIES),
        transfer: known(color.transfer, TRANSFERS),
        matrix: known(matrix, MATRICES),
        full_range,
        said: 5,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(format: PixelFormat, color: Color) -> StreamFacts<'static> {
        let (profile, level) = (-99, -99);
        StreamFacts {
            format: Some(format),
            width: 256,
            height: 144,
            profile,
            level,
            color,
            ..StreamFacts::default()
        }
    }

    fn of(format: PixelFormat, color: [Option<u8>; 3], full_range: Option<bool>) -> String {
        let [primaries, transfer, matrix] = color;
        let color = Color { primaries, transfer, matrix, full_range };
        string(&facts(format, color)).map_or_else(String::new, |string| string.to_string())
    }

    #[test]
    fn strings_are_short_where_the_usual_is_said() {
        use PixelFormat::{I420, I420A, I420P10, I420P12, I422, I422P10, I444, I444P12, Nv12};
        const UNKNOWN: [Option<u8>; 3] = [None; 3];
        assert_eq!(of(I420, UNKNOWN, None), "vp09.00.11.08");
        assert_eq!(of(I420, UNKNOWN, Some(false)), "vp09.00.11.08");
        assert_eq!(of(I420, [None, None, Some(1)], Some(false)), "vp09.00.11.08");
        assert_eq!(of(I420, [Some(1); 3], None), "vp09.00.11.08");
        assert_eq!(of(I420P10, UNKNOWN, None), "vp09.02.11.10");
        assert_eq!(of(I420P12, UNKNOWN, None), "vp09.02.11.12");
        assert_eq!(of(I420, UNKNOWN, Some(true)), "vp09.00.11.08.01.02.02.02.01");
        assert_eq!(of(I420, [None, None, Some(5)], None), "vp09.00.11.08.01.02.02.05.00");
        assert_eq!(of(I420P10, [Some(9), Some(16), Some(9)], Some(false)), "vp09.02.11.10.01.09.16.09.00");
        assert_eq!(of(I422, [Some(1); 3], None), "vp09.01.11.08.02.01.01.01.00");
        assert_eq!(of(I444, [Some(1), Some(13), Some(0)], Some(true)), "vp09.01.11.08.03.01.13.00.01");
        assert_eq!(of(I422P10, UNKNOWN, None), "vp09.03.11.10.02.02.02.02.00");
        assert_eq!(of(I444P12, UNKNOWN, None), "vp09.03.11.12.03.02.02.02.00");
        for none in [I420A, Nv12] {
            assert_eq!(of(none, UNKNOWN, None), "");
        }
        assert_eq!(string(&StreamFacts::default()), None, "the format is not known");
    }

    #[test]
    fn the_container_may_say_the_level() {
        for (level, wanted) in [(31, 31), (62, 62), (0, 11), (12, 11), (-99, 11), (i32::MAX, 11)] {
            let facts = StreamFacts { level, ..facts(PixelFormat::I420, Color::default()) };
            assert_eq!(string(&facts).map(|string| string.level), Some(wanted), "{level}");
        }
    }

    /// Whatever a container says of colour, what comes of it is a string of VP9.
    #[test]
    fn every_string_is_one() {
        for format in PixelFormat::ALL.into_iter().filter(|format| profile::of_format(*format).is_some()) {
            for number in 0..=255 {
                for color in
                    [[Some(number), None, None], [None, Some(number), None], [None, None, Some(number)]]
                {
                    let text = of(format, color, None);
                    assert_eq!(Vp9String::parse(&text).unwrap().to_string(), text);
                }
            }
        }
    }
}
