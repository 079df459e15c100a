//! The time of samples: counted from one whose time is known, so that no error adds up.

/// How long so many samples last, microseconds, rounded to the nearest.
pub(super) fn duration_us(samples: u64, rate: u32) -> i64 {
    let rate = u128::from(rate.max(1));
    i64::try_from((u128::from(samples) * 1_000_000 + rate / 2) / rate).unwrap_or(i64::MAX)
}

/// How many samples last so long, to the nearest; none for a negative time.
pub(super) fn samples_in(duration_us: i64, rate: u32) -> u64 {
    let product = u128::from(u64::try_from(duration_us).unwrap_or(0)) * u128::from(rate);
    u64::try_from((product + 500_000) / 1_000_000).unwrap_or(u64::MAX)
}

/// The times of a sequence of samples.
#[derive(Clone, Copy)]
pub(super) struct SampleClock {
    /// Of its first sample.
    begin_us: i64,
    rate: u32,
}

impl SampleClock {
    /// A sequence that begins then.
    pub(super) fn new(begin_us: i64, rate: u32) -> Self {
        Self { begin_us, rate }
    }

    /// The time of a sample, counted from 0.
    pub(super) fn time_us(&self, sample: u64) -> i64 {
        self.begin_us.saturating_add(duration_us(sample, self.rate))
    }

    /// The time of the first of some samples, and how long they last: until the next begins.
    pub(super) fn span_us(&self, first: u64, samples: u64) -> (i64, i64) {
        let from_us = self.time_us(first);
        (from_us, self.time_us(first.saturating_add(samples)).saturating_sub(from_us))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_does_not_drift() {
        for rate in [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000] {
            let clock = SampleClock::new(-7, rate);
            let day = 86_400 * u64::from(rate);
            assert_eq!(clock.time_us(day), 86_400_000_000 - 7, "{rate}");
            let (mut end_us, mut sum_us) = (-7, 0);
            for first in (0..1_024 * 10_000).step_by(1_024) {
                let (from_us, lasts_us) = clock.span_us(first, 1_024);
                assert_eq!(from_us, end_us, "{rate} {first}");
                assert_eq!(samples_in(lasts_us, rate), 1_024);
                (end_us, sum_us) = (from_us + lasts_us, sum_us + lasts_us);
            }
            assert_eq!(sum_us, duration_us(1_024 * 10_000, rate));
        }
    }

    #[test]
    fn nothing_overflows() {
        assert_eq!(SampleClock::new(i64::MAX, 1).time_us(u64::MAX), i64::MAX);
        assert_eq!(samples_in(i64::MIN, 48_000), 0);
        assert_eq!(samples_in(i64::MAX, u32::MAX), u64::MAX);
    }
}
