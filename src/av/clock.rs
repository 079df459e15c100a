//! A written stream's ticks: what time base it asks for, and which ticks its times are.
//!
//! Microseconds cannot say a frame rate: at 30 a second they are 33,333 and 33,334 apart. So the time base is a multiple
//! of the rate, and times that are at most a tick beside its grid are put on it. Then all frames last the same, which an
//! MP4 file says in a few bytes, and readers find the rate that was meant.

use ffmpeg_sys_next as ff;

use super::block::Times;
use super::time;
use crate::error::{Error, Result};

/// Ticks a second where no rate asks for others. All usual clocks divide it (90,000, 24,000, 30,000, 60,000, 120,000,
/// 1,000, 600), and MP4, whose distances FFmpeg keeps below 2^31, can pause for 99 minutes.
pub const TICKS_A_SECOND: i32 = 360_000;

/// What FFmpeg writes of a distance in MP4, in ticks.
const MOST_TICKS: i64 = i32::MAX as i64 - 1;

/// Frames a second as a fraction; the decimals that are usual for N x 1000/1001 mean that.
pub fn frame_rate(rate: f64) -> ff::AVRational {
    let whole = (rate * 1.001).round();
    if (1.0..=1000.0).contains(&whole) && (rate - whole * 1000.0 / 1001.0).abs() < 1e-4 {
        return ff::AVRational { num: whole as i32 * 1000, den: 1001 };
    }
    // The denominators of broadcast rates are 1001, so that numerators up to a million suffice.
    // SAFETY: pure arithmetic.
    unsafe { ff::av_d2q(rate, 1_001_000) }
}

/// The time base that holds frames of `rate` exactly and other times to about [`TICKS_A_SECOND`].
pub fn fine_base(rate: Option<ff::AVRational>) -> ff::AVRational {
    let multiple = rate.map_or(TICKS_A_SECOND, |rate| TICKS_A_SECOND / rate.num.max(1) * rate.num.max(1));
    ff::AVRational { num: 1, den: if multiple > 0 { multiple } else { TICKS_A_SECOND } }
}

/// A stream's ticks. [`Clock::place`] changes nothing, [`Clock::pass`] does.
#[derive(Clone, Copy)]
pub struct Clock {
    base: ff::AVRational,
    /// Ticks a frame, where these are whole.
    frame_ticks: Option<i64>,
    /// How far decode times must be apart: some formats take equal ones.
    step: i64,
    /// A tick that a frame began with.
    anchor: Option<i64>,
    last_dts: Option<i64>,
    last_duration: i64,
}

/// A packet's ticks.
#[derive(Clone, Copy)]
pub struct Ticks {
    pub pts: i64,
    pub dts: i64,
    pub duration: i64,
}

impl Clock {
    /// The clock of a stream whose time base the header has made final.
    pub fn new(base: ff::AVRational, rate: ff::AVRational, equal_dts: bool) -> Self {
        let (ticks, frames) =
            (i64::from(rate.den) * i64::from(base.den), i64::from(rate.num) * i64::from(base.num));
        let frame_ticks = (frames > 0 && ticks > 0 && ticks % frames == 0).then(|| ticks / frames);
        Self {
            base,
            frame_ticks,
            step: i64::from(!equal_dts),
            anchor: None,
            last_dts: None,
            last_duration: 0,
        }
    }

    /// The ticks of a packet's times. Decode times that are equal, or become so in ticks, are put a tick apart.
    ///
    /// # Errors
    /// `InvalidArgument` for times that the format cannot hold: FFmpeg would change them, with a warning.
    pub fn place(&self, times: Times) -> Result<Ticks> {
        let pts = self.on_grid(time::to_ticks("timestamp_us", times.pts_us, self.base)?);
        let dts = self.on_grid(time::to_ticks("dts_us", times.dts_us, self.base)?);
        let duration = time::to_ticks("duration_us", times.duration_us, self.base)?;
        let duration = self.whole_frames(duration).max(i64::from(times.duration_us > 0));
        let dts = self.last_dts.map_or(dts, |last| dts.max(last + self.step));
        let place = Ticks { pts: pts.max(dts), dts, duration };
        self.check(place, times)?;
        Ok(place)
    }

    /// Where the last packet ends; `None` if there was none.
    pub fn end(&self) -> Option<i64> {
        self.last_dts.map(|last| last + self.last_duration)
    }

    /// A packet was placed.
    pub fn pass(&mut self, place: Ticks) {
        (self.last_dts, self.last_duration) = (Some(place.dts), place.duration);
        if place.duration > 0 && self.beside_grid(place.pts) != Some(0) {
            self.anchor = Some(place.pts);
        }
    }

    fn check(&self, place: Ticks, times: Times) -> Result<()> {
        let refuse = |what: &str| {
            let (most, base) = (MOST_TICKS, self.base);
            let text =
                format!("{what}: {times:?}, the container has {most} ticks of {}/{} s", base.num, base.den);
            Err(Error::invalid(text))
        };
        match self.last_dts {
            _ if place.pts.saturating_sub(place.dts) > MOST_TICKS => {
                refuse("timestamp_us is too far from dts_us")
            }
            Some(last) if place.dts.saturating_sub(last) > MOST_TICKS => {
                refuse("dts_us is too far from the chunk before")
            }
            _ if place.duration > MOST_TICKS => refuse("duration_us is too long"),
            _ => Ok(()),
        }
    }

    /// The tick of the grid that `ticks` is at most one beside, or `ticks`.
    fn on_grid(&self, ticks: i64) -> i64 {
        let beside = self.beside_grid(ticks).filter(|beside| beside.abs() <= 1);
        ticks - beside.unwrap_or(0)
    }

    /// How far `ticks` is after the nearest tick of the grid.
    fn beside_grid(&self, ticks: i64) -> Option<i64> {
        let (frame, anchor) = self.frame_ticks.zip(self.anchor)?;
        let half = frame / 2;
        Some((ticks - anchor + half).rem_euclid(frame) - half)
    }

    /// `duration`, in whole frames if it is at most a tick beside.
    fn whole_frames(&self, duration: i64) -> i64 {
        match self.frame_ticks {
            Some(frame) => {
                let whole = (duration + frame / 2) / frame * frame;
                if (duration - whole).abs() <= 1 { whole } else { duration }
            }
            None => duration,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rational(num: i32, den: i32) -> ff::AVRational {
        ff::AVRational { num, den }
    }

    #[test]
    fn usual_rates_have_one_time_base_and_decimals_mean_the_fraction() {
        for (rate, num, den) in [
            (30.0, 30, 1),
            (25.0, 25, 1),
            (29.97, 30_000, 1001),
            (59.94, 60_000, 1001),
            (23.976, 24_000, 1001),
            (23.976_023_976, 24_000, 1001),
            (12.5, 25, 2),
            (0.5, 1, 2),
        ] {
            let fraction = frame_rate(rate);
            assert_eq!((fraction.num, fraction.den), (num, den), "{rate}");
            assert_eq!(fine_base(Some(fraction)).den, TICKS_A_SECOND, "{rate}");
        }
        assert_eq!(fine_base(Some(rational(2998, 100))).den, 2998 * 120);
        assert_eq!(fine_base(Some(rational(1_000_000, 7))).den, TICKS_A_SECOND);
        assert_eq!(fine_base(None).den, TICKS_A_SECOND);
    }

    #[test]
    fn rounded_times_are_on_the_grid_and_others_stay() {
        let mut clock = Clock::new(rational(1, TICKS_A_SECOND), rational(60_000, 1001), false);
        let place = |clock: &mut Clock, us: i64| {
            let place = clock.place(Times { pts_us: us, dts_us: us, duration_us: 16_683 }).unwrap();
            clock.pass(place);
            (place.pts, place.duration)
        };
        // Integer division, as programs do it.
        for frame in 0..10_000 {
            assert_eq!(place(&mut clock, frame * 1001 * 1_000_000 / 60_000), (frame * 6006, 6006), "{frame}");
        }
        assert_eq!(place(&mut clock, 200_000_011).0, 72_000_004, "no frame is due there");
        assert_eq!(place(&mut clock, 200_016_694).0, 72_006_010, "a frame later");
    }

    #[test]
    fn equal_times_are_a_tick_apart() {
        let mut clock = Clock::new(rational(1, TICKS_A_SECOND), rational(0, 1), false);
        let mut ticks = Vec::new();
        for us in [0, 0, 0, 40_000, 40_000] {
            let place = clock.place(Times { pts_us: us, dts_us: us, duration_us: 0 }).unwrap();
            clock.pass(place);
            ticks.push((place.pts, place.dts));
        }
        assert_eq!(ticks, [(0, 0), (1, 1), (2, 2), (14_400, 14_400), (14_401, 14_401)]);
        assert_eq!(Clock::new(rational(1, 1000), rational(0, 1), true).step, 0);
    }
}
