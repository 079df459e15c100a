//! Random changes that can be made again.

use std::time::{Duration, Instant};

/// Numbers that look random: splitmix64. Says its seed if the test that has it fails.
pub struct Dice {
    seed: u64,
    state: u64,
}

impl Dice {
    /// Begins with a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, state: seed }
    }

    /// One below `end`, or 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ self.state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) >> 16) as usize % end.max(1)
    }

    /// The bytes with a few changes: bits, bytes, pieces left out, doubled or cut off.
    pub fn change(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..1 + self.below(4) {
            let at = self.below(bytes.len());
            self.change_at(&mut bytes, at);
        }
        bytes
    }

    /// As [`change`](Self::change), of a file: half of the changes are near its beginning and end, where formats keep their tables.
    pub fn change_file(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..1 + self.below(8) {
            let (length, near) = (bytes.len(), bytes.len().min(4096));
            let at = match self.below(4) {
                0 => self.below(near),
                1 => length.saturating_sub(1 + self.below(near)),
                _ => self.below(length),
            };
            self.change_at(&mut bytes, at);
        }
        bytes
    }

    fn change_at(&mut self, bytes: &mut Vec<u8>, at: usize) {
        if bytes.is_empty() {
            return;
        }
        let end = (at + 1 + self.below(8)).min(bytes.len());
        match self.below(6) {
            0 => bytes[at] ^= 1 << self.below(8),
            1 => bytes[at] = [0, 1, 3, 0x7f, 0x80, 0xff][self.below(6)],
            2 => bytes.insert(at, self.below(256) as u8),
            3 => drop(bytes.drain(at..end)),
            4 => bytes.extend_from_within(at..end),
            _ => bytes.truncate(at),
        }
    }
}

impl Drop for Dice {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("FRAMEGATE_FUZZ_SEED={}", self.seed);
        }
    }
}

/// A number from the environment.
fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}")))
}

/// The dice of each round, `count` of them unless FRAMEGATE_FUZZ_SECONDS says how long.
pub fn rounds(count: u64) -> impl Iterator<Item = Dice> {
    let (began, first) = (Instant::now(), setting("FRAMEGATE_FUZZ_SEED").unwrap_or(1));
    let seconds = setting("FRAMEGATE_FUZZ_SECONDS").map(Duration::from_secs);
    let goes_on = move |round: &u64| seconds.map_or(*round < count, |seconds| began.elapsed() < seconds);
    (0..).take_while(goes_on).map(move |round| Dice::new(first.wrapping_add(round)))
}
