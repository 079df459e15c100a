//! Times and numbers of the host, kept beside FFmpeg: it sees ticks, one an input.
//!
//! FFmpeg 5.1 carries nothing of a host's through a codec but the pts, and hosts' timestamps may repeat or run
//! backwards. So inputs get ticks (0, 1, 2 ...), unique and increasing, and what belongs to them waits here.

use std::collections::VecDeque;

/// Timestamps that are remembered for decode times: more than any codec delays.
const MEMORY: usize = 1024;

/// What comes out with the output of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Microseconds.
    pub timestamp_us: i64,
    /// Microseconds.
    pub duration_us: Option<i64>,
    /// The host's own number.
    pub id: u64,
}

/// The inputs that a codec has not answered, by tick.
pub struct Timeline {
    next_tick: i64,
    pending: VecDeque<(i64, Stamp)>,
    /// The newest timestamps, of the ticks up to `next_tick`.
    recent: VecDeque<i64>,
    /// Before the first frame and where timestamps do not tell, frames are this far apart.
    frame_us: f64,
}

impl Timeline {
    /// An empty timeline of frames that are about `frame_us` apart.
    pub fn new(frame_us: f64) -> Self {
        Self { next_tick: 0, pending: VecDeque::new(), recent: VecDeque::new(), frame_us }
    }

    /// Notes an input and gives it its tick.
    pub fn push(&mut self, stamp: Stamp) -> i64 {
        let tick = self.next_tick;
        self.next_tick += 1;
        self.pending.push_back((tick, stamp));
        self.recent.push_back(stamp.timestamp_us);
        if self.recent.len() > MEMORY {
            self.recent.pop_front();
        }
        tick
    }

    /// The stamp of a tick, which is answered now.
    pub fn take(&mut self, tick: i64) -> Option<Stamp> {
        let index = self.pending.iter().position(|(pending, _)| *pending == tick)?;
        self.pending.remove(index).map(|(_, stamp)| stamp)
    }

    /// Forgets inputs older than `tick` by more than `age`: the codec dropped them.
    pub fn expire(&mut self, tick: i64, age: i64) {
        self.pending.retain(|(pending, _)| *pending >= tick.saturating_sub(age));
    }

    /// Forgets all inputs: the codec has given everything.
    pub fn clear(&mut self) {
        self.pending.clear();
    }

    /// Inputs that are not answered.
    pub fn len(&self) -> usize {
        self.pending.len()
    }

    /// The host's time of a decode tick. Ticks before the first input are as far before it as frames are apart.
    pub fn decode_us(&self, tick: i64) -> i64 {
        let oldest = self.next_tick - self.recent.len() as i64;
        let index = usize::try_from(tick - oldest).ok();
        if let Some(time) = index.and_then(|index| self.recent.get(index)) {
            return *time;
        }
        let first = self.recent.front().copied().unwrap_or(0);
        let second = self.recent.get(1).copied().unwrap_or(first);
        let apart =
            second.checked_sub(first).filter(|apart| *apart > 0).map_or(self.frame_us, |apart| apart as f64);
        first.saturating_add(((tick - oldest) as f64 * apart).round() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(timestamp_us: i64) -> Stamp {
        Stamp { timestamp_us, duration_us: Some(1), id: timestamp_us as u64 }
    }

    #[test]
    fn stamps_come_back_in_any_order_and_once() {
        let mut timeline = Timeline::new(40_000.0);
        let ticks: Vec<_> =
            [30, 10, 10, 20].map(stamp).into_iter().map(|stamp| timeline.push(stamp)).collect();
        assert_eq!(ticks, [0, 1, 2, 3]);
        assert_eq!(timeline.take(2), Some(stamp(10)));
        assert_eq!(timeline.take(2), None);
        assert_eq!(timeline.take(0), Some(stamp(30)));
        assert_eq!(timeline.len(), 2);
        timeline.expire(4, 1);
        assert_eq!(timeline.take(1), None);
        assert_eq!(timeline.take(3), Some(stamp(20)));
    }

    #[test]
    fn decode_times_are_frame_times_also_before_the_first_frame() {
        let mut timeline = Timeline::new(40_000.0);
        timeline.push(stamp(1_000_000));
        assert_eq!(timeline.decode_us(-2), 920_000, "only the frame rate is known");
        timeline.push(stamp(1_033_000));
        timeline.push(stamp(1_070_000));
        assert_eq!(timeline.decode_us(-2), 934_000);
        assert_eq!(timeline.decode_us(1), 1_033_000);
        for index in 3..3 * MEMORY as i64 {
            timeline.push(stamp(1_000_000 + index * 40_000));
        }
        assert_eq!(timeline.decode_us(3000), 1_000_000 + 3000 * 40_000);
    }
}
