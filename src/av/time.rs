//! Time between microseconds and a stream's ticks.

use ffmpeg_sys_next as ff;

use crate::error::{Error, Result};

/// The largest time, either way from 0: 2^53 microseconds, 285 years. Sums of a few never overflow.
pub const MAX_US: i64 = 1 << 53;

/// One microsecond, as a time base.
pub const MICROSECOND: ff::AVRational = ff::AVRational { num: 1, den: 1_000_000 };

/// A file's time in microseconds, to the nearest; `None` for `AV_NOPTS_VALUE`.
///
/// # Errors
/// `Data` if it is beyond [`MAX_US`].
pub fn to_us(ticks: i64, base: ff::AVRational) -> Result<Option<i64>> {
    if ticks == ff::AV_NOPTS_VALUE {
        return Ok(None);
    }
    // SAFETY: pure arithmetic; what does not fit, and a base with zeros, gives i64::MIN.
    let us = unsafe { ff::av_rescale_q(ticks, base, MICROSECOND) };
    if in_range(us) {
        return Ok(Some(us));
    }
    Err(Error::data(format!("the time {ticks} x {}/{} s is out of range", base.num, base.den)))
}

/// A host's microseconds in ticks, to the nearest.
///
/// # Errors
/// `InvalidArgument` naming `what` if it is beyond [`MAX_US`], or `base` cannot hold it.
pub fn to_ticks(what: &str, us: i64, base: ff::AVRational) -> Result<i64> {
    check_us(what, us)?;
    // SAFETY: as in `to_us`.
    let ticks = unsafe { ff::av_rescale_q(us, MICROSECOND, base) };
    if ticks != i64::MIN {
        return Ok(ticks);
    }
    Err(Error::invalid(format!("{what} is {us}, too much for ticks of {}/{} s", base.num, base.den)))
}

/// # Errors
/// `InvalidArgument` naming `what` if it is beyond [`MAX_US`].
pub fn check_us(what: &str, us: i64) -> Result<()> {
    if in_range(us) {
        return Ok(());
    }
    Err(Error::invalid(format!("{what} is {us}, allowed are {} to {MAX_US}", -MAX_US)))
}

fn in_range(us: i64) -> bool {
    (-MAX_US..=MAX_US).contains(&us)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn extremes_are_errors_and_neighbours_are_exact() {
        let audio = ff::AVRational { num: 1, den: 44_100 };
        for samples in [-2112, -1, 0, 1, 1023, 1024, 44_099, 1 << 40] {
            let us = to_us(samples, audio).unwrap().unwrap();
            assert_eq!(to_ticks("t", us, audio), Ok(samples));
        }
        assert_eq!(to_us(i64::MIN, audio), Ok(None));
        for ticks in [i64::MIN + 1, i64::MAX, MAX_US * 2] {
            assert_eq!(to_us(ticks, MICROSECOND).unwrap_err().kind, Kind::Data);
            assert_eq!(to_ticks("t", ticks, audio).unwrap_err().kind, Kind::InvalidArgument);
        }
        let broken = ff::AVRational { num: 1, den: 0 };
        assert_eq!(to_us(1, broken).unwrap_err().kind, Kind::Data);
        let fine = ff::AVRational { num: 1, den: i32::MAX };
        assert_eq!(to_ticks("t", MAX_US, fine).unwrap_err().kind, Kind::InvalidArgument);
    }
}
