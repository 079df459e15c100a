//! A bitrate by the timestamps (W3C), for encoders that only count frames.
//!
//! Such an encoder spreads its bits over frames that are 1 / `framerate` apart, whatever the time is between them. A frame
//! that comes after another time than that is worth other bits: it is told a bitrate that makes them right.

/// The longest time between two frames that bits are kept for: what was not sent meanwhile cannot be sent at once.
const LONGEST_US: f64 = 1e6;

/// The shortest time between two frames, in parts of the usual one: timestamps that count frames in microseconds are no times.
const SHORTEST: f64 = 0.01;

/// Frames that the mean is of, about.
const MEAN_FRAMES: f64 = 12.0;

/// How fast frames come.
pub(super) struct Pace {
    /// Where timestamps do not tell.
    usual_us: f64,
    last_timestamp_us: Option<i64>,
    /// Of an encoder that looks ahead, the mean of the last times: what it is told now reaches frames that it has already.
    mean_us: Option<f64>,
    looks_ahead: bool,
}

impl Pace {
    /// The pace of frames that are said to be `usual_us` apart, for an encoder that looks ahead or does not.
    pub(super) fn new(usual_us: f64, looks_ahead: bool) -> Self {
        Self { usual_us, last_timestamp_us: None, mean_us: None, looks_ahead }
    }

    /// They are said to be so far apart from now on.
    pub(super) fn set_usual_us(&mut self, usual_us: f64) {
        self.usual_us = usual_us;
    }

    /// The time that the next frame, the one of `timestamp_us`, is worth: since the frame before it. The first one's is its
    /// duration, and where time stands nearly still or runs backwards it is the usual one.
    pub(super) fn next_us(&mut self, timestamp_us: i64, duration_us: Option<i64>) -> f64 {
        let is_first = self.last_timestamp_us.is_none();
        let apart_us = match self.last_timestamp_us.replace(timestamp_us) {
            Some(last_us) => timestamp_us.checked_sub(last_us),
            None => duration_us,
        };
        let apart_us = match apart_us {
            Some(apart_us @ 1..) if apart_us as f64 >= self.usual_us * SHORTEST => {
                (apart_us as f64).min(LONGEST_US.max(self.usual_us))
            }
            _ => self.usual_us,
        };
        if !self.looks_ahead || is_first {
            return apart_us;
        }
        let mean_us = self.mean_us.map_or(apart_us, |mean_us| mean_us + (apart_us - mean_us) / MEAN_FRAMES);
        *self.mean_us.insert(mean_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_worth_the_time_since_the_one_before() {
        let mut pace = Pace::new(40_000.0, false);
        let frames = [(0, Some(10_000)), (50_000, Some(1)), (66_000, None), (5_000_000, None)];
        let found = frames.map(|(timestamp_us, duration_us)| pace.next_us(timestamp_us, duration_us));
        assert_eq!(found, [10_000.0, 50_000.0, 16_000.0, 1_000_000.0]);
    }

    #[test]
    fn where_timestamps_do_not_tell_frames_come_as_usual() {
        let mut pace = Pace::new(2_000_000.0, false);
        let found = [i64::MIN, i64::MAX, i64::MAX, 0, 3_000_000].map(|time| pace.next_us(time, None));
        assert_eq!(found, [2_000_000.0; 5]);
        let mut pace = Pace::new(40_000.0, false);
        let found = [0, 1, 2, 402, 801].map(|time| pace.next_us(time, None));
        assert_eq!(found, [40_000.0, 40_000.0, 40_000.0, 400.0, 40_000.0], "frames counted in microseconds");
    }

    #[test]
    fn for_an_encoder_that_looks_ahead_it_is_the_mean() {
        let mut pace = Pace::new(40_000.0, true);
        assert_eq!([0, 10_000, 20_000].map(|time| pace.next_us(time, None)), [40_000.0, 10_000.0, 10_000.0]);
        let found =
            (0..100).map(|index| pace.next_us(20_000 + (index / 2) * 40_000 + index % 2 * 10_000 + 1, None));
        let last = found.last().unwrap();
        assert!((last - 20_000.0).abs() < 2_000.0, "10 and 30 in turn: {last}");
    }
}
