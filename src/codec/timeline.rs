//! Times and numbers of the host, kept beside FFmpeg: it sees ticks, one an input.
//!
//! FFmpeg 5.1 carries nothing of a host's through a codec but the pts, and hosts' timestamps may repeat or run
//! backwards. So inputs get ticks (0, 1, 2 ...), unique and increasing, and what belongs to them waits here.

use std::collections::VecDeque;

/// Timestamps that are remembered for decode times: more than any codec delays.
const MEMORY: usize = 1024;

/// Ticks for which an input is remembered that nobody waits for any more.
const PATIENCE: i64 = 96;

/// What comes out with the output of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Microseconds.
    pub timestamp_us: i64,
    /// Microseconds.
    pub duration_us: Option<i64>,
    /// The host's own number.
    pub id: u64,
    /// Its output is not to be shown.
    pub discard: bool,
    /// A picture that it refers to is missing.
    pub reference_lost: bool,
}

/// The inputs that a codec has not answered, by tick.
pub struct Timeline {
    next_tick: i64,
    pending: VecDeque<Pending>,
    /// Of `pending`, those that are still waited for.
    awaited: usize,
    /// Inputs so far that give an output of their own.
    outputs: u64,
    /// Inputs that are forgotten and were given up before.
    lost: usize,
    /// The newest timestamps, of the ticks up to `next_tick`.
    recent: VecDeque<i64>,
    /// Before the first frame and where timestamps do not tell, frames are this far apart.
    frame_us: f64,
}

struct Pending {
    tick: i64,
    stamp: Stamp,
    answer: Answer,
    /// Outputs that come before the one that counts.
    others: u32,
}

/// What an input is answered by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// The output of this number.
    Output(u64),
    /// An output that nobody waits for any more. It is remembered all the same: codecs surprise.
    GivenUp,
    /// The output of the input before it, or nothing at all.
    None,
}

impl Timeline {
    /// An empty timeline of frames that are about `frame_us` apart.
    pub fn new(frame_us: f64) -> Self {
        let (pending, recent) = (VecDeque::new(), VecDeque::new());
        Self { next_tick: 0, pending, awaited: 0, outputs: 0, lost: 0, recent, frame_us }
    }

    /// Frames are about so far apart from now on.
    pub fn set_frame_us(&mut self, frame_us: f64) {
        self.frame_us = frame_us;
    }

    /// Notes an input and gives it its tick.
    pub fn push(&mut self, stamp: Stamp) -> i64 {
        self.push_several(stamp, 1)
    }

    /// Notes an input that gives `outputs`, of which the last counts.
    pub fn push_several(&mut self, stamp: Stamp, outputs: u32) -> i64 {
        let answer = Answer::Output(self.outputs);
        self.outputs += 1;
        self.awaited += 1;
        self.note(stamp, answer, outputs.saturating_sub(1))
    }

    /// Notes an input that completes the one before it and gives no output of its own: theirs lasts as long as both.
    pub fn push_second(&mut self, stamp: Stamp) -> i64 {
        if let Some(first) = self.pending.back_mut() {
            let both = first.stamp.duration_us.zip(stamp.duration_us);
            first.stamp.duration_us = both.and_then(|(first, second)| first.checked_add(second));
        }
        self.note(stamp, Answer::None, 0)
    }

    /// Notes an input that no output comes of.
    pub fn push_hidden(&mut self, stamp: Stamp) -> i64 {
        self.note(stamp, Answer::None, 0)
    }

    fn note(&mut self, stamp: Stamp, answer: Answer, others: u32) -> i64 {
        let tick = self.next_tick;
        self.next_tick += 1;
        let is_old = |oldest: &mut Pending| {
            !matches!(oldest.answer, Answer::Output(_)) && oldest.tick < tick - PATIENCE
        };
        while let Some(oldest) = self.pending.pop_front_if(is_old) {
            self.lost += usize::from(oldest.answer == Answer::GivenUp);
        }
        self.pending.push_back(Pending { tick, stamp, answer, others });
        self.recent.push_back(stamp.timestamp_us);
        if self.recent.len() > MEMORY {
            self.recent.pop_front();
        }
        tick
    }

    /// True for an output of that tick that does not count.
    pub fn passes_over(&mut self, tick: i64) -> bool {
        let found = self.pending.iter_mut().find(|pending| pending.tick == tick && pending.others > 0);
        found.map(|pending| pending.others -= 1).is_some()
    }

    /// The stamp of a tick, which is answered now.
    pub fn take(&mut self, tick: i64) -> Option<Stamp> {
        let index = self.pending.iter().position(|pending| pending.tick == tick)?;
        let found = self.pending.remove(index)?;
        self.awaited -= usize::from(matches!(found.answer, Answer::Output(_)));
        Some(found.stamp)
    }

    /// Waits no longer for a tick's output.
    pub fn give_up(&mut self, tick: i64) {
        let is_it =
            |pending: &&mut Pending| pending.tick == tick && matches!(pending.answer, Answer::Output(_));
        if let Some(found) = self.pending.iter_mut().find(is_it) {
            found.answer = Answer::GivenUp;
            self.awaited -= 1;
        }
    }

    /// Waits no longer for inputs that more than `delay` outputs should have come after: the codec dropped them.
    pub fn expire(&mut self, delay: u32) {
        let oldest = self.outputs.saturating_sub(u64::from(delay) + 1);
        for pending in &mut self.pending {
            match pending.answer {
                Answer::Output(output) if output < oldest => {
                    pending.answer = Answer::GivenUp;
                    self.awaited -= 1;
                }
                Answer::Output(_) => break, // the rest is newer
                Answer::GivenUp | Answer::None => {}
            }
        }
    }

    /// Forgets all inputs: the codec has given everything.
    pub fn clear(&mut self) {
        let lost = |pending: &Pending| pending.answer != Answer::None;
        self.lost += self.pending.drain(..).filter(lost).count();
        self.awaited = 0;
    }

    /// Inputs that were waited for in vain, of those since this was asked last. One that was given up counts when it is
    /// forgotten, some time later.
    pub fn take_lost(&mut self) -> usize {
        std::mem::take(&mut self.lost)
    }

    /// Inputs that an output is waited for.
    pub fn len(&self) -> usize {
        self.awaited
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
        let apart = second.checked_sub(first).filter(|apart| *apart > 0).map(|apart| apart as f64);
        // Microseconds round what the frame rate says exactly.
        let apart = apart.filter(|apart| (apart - self.frame_us).abs() > 1.0).unwrap_or(self.frame_us);
        first.saturating_add(((tick - oldest) as f64 * apart).round() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(timestamp_us: i64) -> Stamp {
        Stamp {
            timestamp_us,
            duration_us: Some(1),
            id: timestamp_us as u64,
            discard: false,
            reference_lost: false,
        }
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
    }

    #[test]
    fn of_several_outputs_the_last_counts() {
        let mut timeline = Timeline::new(40_000.0);
        let ticks = [timeline.push(stamp(0)), timeline.push_several(stamp(1), 3), timeline.push(stamp(2))];
        assert!(!timeline.passes_over(ticks[0]));
        assert!(timeline.passes_over(ticks[1]) && timeline.passes_over(ticks[1]));
        assert!(!timeline.passes_over(ticks[1]) && !timeline.passes_over(99));
        assert_eq!((timeline.take(ticks[1]), timeline.len()), (Some(stamp(1)), 2));
    }

    #[test]
    fn what_gives_no_output_is_not_waited_for() {
        let mut timeline = Timeline::new(40_000.0);
        for field in 0..20 {
            let tick = match field % 2 {
                0 => timeline.push(stamp(field)),
                _ => timeline.push_second(stamp(field)),
            };
            assert_eq!((tick, timeline.len() as i64), (field, field / 2 + 1));
        }
        assert_eq!(timeline.len(), 10);
        assert_eq!(timeline.take(4).unwrap().duration_us, Some(2), "a frame of two fields lasts both");
        timeline.expire(3);
        assert_eq!(timeline.len(), 4, "the newest output, and three that it may overtake");
        assert_eq!(timeline.take(2).unwrap().timestamp_us, 2, "a codec that was thought to have dropped it");
        assert_eq!(timeline.take(18).unwrap().timestamp_us, 18);
        assert_eq!(timeline.len(), 3);
        timeline.clear();
        assert_eq!((timeline.len(), timeline.take(16)), (0, None));
        assert_eq!(timeline.take_lost(), 7, "three awaited, and four given up that did not come after all");
        assert_eq!(timeline.take_lost(), 0);
        for field in 0..400 {
            timeline.push(stamp(field));
            timeline.expire(3);
        }
        assert_eq!(timeline.take_lost(), 400 - PATIENCE as usize - 1, "those that are forgotten");
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
