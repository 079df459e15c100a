//! The worker's pace: when it sleeps, and when it wakes the host.
//!
//! To wake a thread on another core takes tens of microseconds of both sides, more than a short call into a codec. So
//! a worker whose calls are short tells a host that has fed it ahead of several outputs at a time, and stays awake for
//! a moment where inputs have been coming in such moments. With long calls, slow hosts or few slots every output is
//! told at once, and a worker without work sleeps.

use std::time::{Duration, Instant};

use crate::sync::{now, spin_until, yield_until};

/// No output is told of later than this, as long as calls take what they took.
const LATE: Duration = Duration::from_millis(1);

/// Inputs that must still wait for the codec when an output is not told of: what it works at while the host wakes up.
/// Models have few.
const AHEAD: usize = if cfg!(loom) { 1 } else { 4 };

/// The longest usual gap between two inputs that is stayed awake for.
const NEAR: Duration = Duration::from_micros(100);

/// The worker's own.
pub(super) struct Pace {
    /// When it gave the last output, or woke up.
    last: Instant,
    /// How long an output takes: the longest of late.
    step: Duration,
    /// Since when there is an output that the host was not told of.
    untold: Option<Instant>,
    /// How long it usually has no work.
    gap: Duration,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { last: now(), step: Duration::ZERO, untold: None, gap: 4 * NEAR }
    }

    /// An output is ready, and `queued` inputs wait: whether the host is told now. If not, it is with a later output, when the worker
    /// has no more work, or when [`has_untold`](Self::has_untold) is asked.
    pub(super) fn tells(&mut self, queued: usize) -> bool {
        self.tells_at(now(), queued)
    }

    fn tells_at(&mut self, now: Instant, queued: usize) -> bool {
        self.step = (now - self.last).max(self.step - self.step / 8);
        self.last = now;
        let since = *self.untold.get_or_insert(now);
        let now_or_never = queued < AHEAD || now - since + self.step > LATE;
        if now_or_never {
            self.untold = None;
        }
        now_or_never
    }

    /// Whether the host must be told of an output now. Asked before work that is not a usual input.
    pub(super) fn has_untold(&mut self) -> bool {
        self.untold.take().is_some()
    }

    /// Waits for `mail` by looking, where it has been coming soon, and then by `sleep`.
    pub(super) fn rest(&mut self, mail: impl Fn() -> bool, sleep: impl FnOnce()) {
        self.untold = None;
        let began = now();
        if !spin_until(&mail) && !yield_until(mail, began + self.patience()) {
            sleep();
        }
        self.woke_at(began, now());
    }

    fn patience(&self) -> Duration {
        if self.gap <= NEAR { 2 * self.gap } else { Duration::ZERO }
    }

    fn woke_at(&mut self, began: Instant, now: Instant) {
        self.last = now;
        self.gap = (3 * self.gap + (self.last - began).min(4 * NEAR)) / 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUEUED: usize = AHEAD;

    /// Which of the outputs, `step_us` apart, are told, while `queued` inputs wait.
    fn told(pace: &mut Pace, step_us: u64, queued: usize, outputs: usize) -> Vec<usize> {
        let told = |_: &usize| pace.tells_at(pace.last + Duration::from_micros(step_us), queued);
        (0..outputs).filter(told).collect()
    }

    #[test]
    fn short_calls_tell_of_several_outputs_within_a_millisecond() {
        let mut pace = Pace::new();
        assert_eq!(told(&mut pace, 240, QUEUED, 12), [4, 9]);
        assert!(pace.has_untold());
        assert!(!pace.has_untold());
    }

    #[test]
    fn each_output_is_told_when_few_inputs_wait_or_calls_are_long() {
        let mut pace = Pace::new();
        assert_eq!(told(&mut pace, 1, QUEUED - 1, 3), [0, 1, 2]);
        assert_eq!(told(&mut pace, 100_000, QUEUED, 3), [0, 1, 2]);
        let after_a_long_one = told(&mut pace, 1, QUEUED, 100);
        assert_eq!(after_a_long_one[0], 0);
        assert!(after_a_long_one.len() < 100);
    }

    #[test]
    fn stays_awake_for_inputs_that_come_soon_and_for_no_others() {
        let mut pace = Pace::new();
        let mut rest = |gap: Duration| {
            pace.woke_at(pace.last, pace.last + gap);
            pace.patience()
        };
        assert_eq!(rest(NEAR / 2), Duration::ZERO);
        let after_many = (0..20).map(|_| rest(NEAR / 2)).last();
        assert!(after_many.is_some_and(|patience| patience > NEAR / 2 && patience <= 2 * NEAR));
        assert_eq!(rest(Duration::from_millis(20)), Duration::ZERO);
    }
}
