//! The times of pictures whose file does not say all of them: from their order.
//!
//! Matroska has presentation times only, and FFmpeg works out all decode times but the first. AVI and raw streams have no
//! presentation times: pictures are shown in their streams' own order (picture order count), at the times at which they
//! are decoded.

use std::collections::VecDeque;

/// Pictures that are waited for, at most: more than streams reorder.
const MOST_PENDING: usize = 64;

/// What is known of a picture when it is read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Read {
    /// Its number in its track.
    pub(super) id: u64,
    pub(super) key: bool,
    pub(super) pts_us: Option<i64>,
    pub(super) dts_us: Option<i64>,
    pub(super) duration_us: Option<i64>,
    /// Its place among the pictures since the last key picture whose place is 0.
    pub(super) order: Option<Order>,
}

/// A picture's place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    pub(super) count: i32,
    /// It is a field: two make a picture.
    pub(super) field: bool,
}

/// What is known of it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) id: u64,
    pub(super) pts_us: i64,
    pub(super) dts_us: Option<i64>,
    pub(super) duration_us: Option<i64>,
}

/// The pictures of one track.
pub(super) struct PictureTimes {
    /// What pictures last where nothing says so.
    usual_us: f64,
    /// Pictures that are decoded before one that is shown before them.
    delay: usize,
    mode: Mode,
    /// Where the last picture ends, in the order in which they are read.
    end_us: i64,
}

enum Mode {
    /// The first picture decides.
    Unknown,
    /// All times are known, or may be taken from what is.
    Plain,
    /// Decode times are still to come.
    FirstDecodeTimes(Vec<Read>),
    /// Presentation times follow from the order.
    ByOrder(ByOrder),
}

#[derive(Default)]
struct ByOrder {
    /// Pictures that are not yet shown, with their places in `shown_us`' order.
    pending: Vec<(Read, Order, i64)>,
    /// Times at which pictures are shown that none has yet, in order.
    slots_us: VecDeque<i64>,
    /// The newest slots, one a picture of the delay.
    newest_us: VecDeque<i64>,
    /// Packets that make a picture.
    fields: usize,
    /// What the last picture lasted.
    duration_us: Option<i64>,
}

impl PictureTimes {
    /// For a track with this rate, and this delay by its stream's word.
    pub(super) fn new(framerate: Option<f64>, delay: usize) -> Self {
        let usual_us = 1e6 / framerate.unwrap_or(25.0);
        Self { usual_us, delay, mode: Mode::Unknown, end_us: 0 }
    }

    /// Begins anew, from another place in the file.
    pub(super) fn restart(&mut self) {
        (self.mode, self.end_us) = (Mode::Unknown, 0);
    }

    /// Whether pictures' places are needed: none has a presentation time.
    pub(super) fn needs_order(&self, pts_us: Option<i64>) -> bool {
        match self.mode {
            Mode::Unknown => pts_us.is_none(),
            Mode::ByOrder(_) => true,
            _ => false,
        }
    }

    /// A picture was read; adds those whose times are known now to `settled`.
    pub(super) fn read(&mut self, read: Read, settled: &mut Vec<Settled>) {
        if let Mode::Unknown = self.mode {
            self.mode = match (read.pts_us, read.dts_us, read.order) {
                (None, _, Some(_)) => Mode::ByOrder(ByOrder { fields: 1, ..ByOrder::default() }),
                (Some(_), None, _) => Mode::FirstDecodeTimes(Vec::new()),
                _ => Mode::Plain,
            };
        }
        match &mut self.mode {
            Mode::FirstDecodeTimes(pending) if read.dts_us.is_none() && pending.len() < MOST_PENDING => {
                pending.push(read);
            }
            Mode::FirstDecodeTimes(_) => {
                self.settle_first(read.dts_us, settled);
                self.mode = Mode::Plain;
                settled.push(self.plain(read));
            }
            Mode::ByOrder(by_order) => {
                let slot_us = read.dts_us.unwrap_or(self.end_us);
                let lasts_us = read.duration_us.unwrap_or(self.usual_us as i64);
                self.end_us = slot_us.saturating_add(lasts_us);
                by_order.read(read, slot_us, self.delay, self.usual_us, settled);
            }
            _ => settled.push(self.plain(read)),
        }
    }

    /// Nothing follows, or too much is waited for; adds the rest to `settled`.
    pub(super) fn end(&mut self, settled: &mut Vec<Settled>) {
        match &mut self.mode {
            Mode::FirstDecodeTimes(_) => self.settle_first(None, settled),
            Mode::ByOrder(by_order) => by_order.show_all(settled),
            _ => {}
        }
    }

    fn plain(&mut self, read: Read) -> Settled {
        let pts_us = read.pts_us.or(read.dts_us).unwrap_or(self.end_us);
        self.end_us = pts_us.saturating_add(read.duration_us.unwrap_or(0));
        Settled { id: read.id, pts_us, dts_us: read.dts_us, duration_us: read.duration_us }
    }

    /// Decode times run up to the first known one, or to the earliest presentation time.
    fn settle_first(&mut self, known_us: Option<i64>, settled: &mut Vec<Settled>) {
        let Mode::FirstDecodeTimes(pending) = &mut self.mode else { return };
        let pending = std::mem::take(pending);
        let earliest_us = || pending.iter().filter_map(|read| read.pts_us).min();
        let (next_us, next) = match known_us {
            Some(us) => (Some(us), pending.len()),
            None => (earliest_us(), pending.len().saturating_sub(1)),
        };
        for (index, read) in pending.into_iter().enumerate() {
            let before_us = ((next as f64 - index as f64) * self.usual_us).round() as i64;
            let dts_us = next_us.map(|next| next.saturating_sub(before_us));
            settled.push(self.plain(Read { dts_us, ..read }));
        }
    }
}

impl ByOrder {
    fn read(&mut self, read: Read, slot_us: i64, delay: usize, usual_us: f64, settled: &mut Vec<Settled>) {
        let order = read.order.unwrap_or(Order { count: i32::MAX, field: false });
        self.slots_us.push_back(slot_us); // also where the last picture before a key picture ends
        if read.key && order.count <= 0 {
            self.show_all(settled);
        }
        if order.field {
            self.fields = 2;
        }
        let delay = delay * self.fields;
        let dts_us = self.decode_us(slot_us, delay, usual_us / self.fields as f64);
        self.pending.push((read, order, dts_us));
        // One at least: what a picture lasts is told by the next one's time.
        while self.pending.len() > delay.clamp(1, MOST_PENDING) {
            settled.extend(self.show_next());
        }
    }

    /// Decode times are the times at which pictures are shown, earlier by the delay.
    fn decode_us(&mut self, slot_us: i64, delay: usize, usual_us: f64) -> i64 {
        self.newest_us.push_back(slot_us);
        while self.newest_us.len() > delay + 1 {
            self.newest_us.pop_front();
        }
        let missing = delay + 1 - self.newest_us.len();
        let oldest_us = self.newest_us.front().copied().unwrap_or(slot_us);
        oldest_us.saturating_sub((missing as f64 * usual_us).round() as i64)
    }

    fn show_all(&mut self, settled: &mut Vec<Settled>) {
        settled.extend(std::iter::from_fn(|| self.show_next()));
    }

    fn show_next(&mut self) -> Option<Settled> {
        let next = (0..self.pending.len()).min_by_key(|index| self.pending[*index].1.count)?;
        let (read, _, dts_us) = self.pending.remove(next);
        let pts_us = self.slots_us.pop_front()?;
        let lasts_us =
            self.slots_us.front().map(|next| next.saturating_sub(pts_us)).filter(|lasts| *lasts > 0);
        self.duration_us = lasts_us.or(self.duration_us).or(read.duration_us);
        Some(Settled { id: read.id, pts_us, dts_us: Some(dts_us.min(pts_us)), duration_us: self.duration_us })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I P B B of a pyramid with a delay of two, as (place, time shown).
    const PYRAMID: [(i32, i64); 6] = [(0, 0), (8, 160), (4, 80), (2, 40), (6, 120), (10, 200)];

    fn read(id: usize) -> Read {
        let (count, _) = PYRAMID[id % PYRAMID.len()];
        let order = Some(Order { count, field: false });
        Read { id: id as u64, key: count == 0, duration_us: Some(40), order, ..Read::default() }
    }

    fn all(times: &mut PictureTimes, reads: impl Iterator<Item = Read>) -> Vec<Settled> {
        let mut settled = Vec::new();
        reads.for_each(|read| times.read(read, &mut settled));
        times.end(&mut settled);
        settled.sort_by_key(|settled| settled.id);
        settled
    }

    fn times_of(framerate: f64, delay: usize) -> PictureTimes {
        PictureTimes::new(Some(framerate), delay)
    }

    #[test]
    fn without_any_times_pictures_are_shown_in_their_order() {
        let settled = all(&mut times_of(25_000.0, 2), (0..12).map(read));
        for (id, settled) in settled.iter().enumerate() {
            let shown_us = PYRAMID[id % 6].1 + 240 * (id as i64 / 6);
            let want = (shown_us, Some(id as i64 * 40 - 80), Some(40));
            assert_eq!((settled.pts_us, settled.dts_us, settled.duration_us), want, "{id}");
        }
        assert_eq!(settled.len(), 12);
    }

    #[test]
    fn a_picture_lasts_until_the_next_one_whatever_the_file_says() {
        // AVI in fields: pictures come every second tick, and last one by the file's word.
        for keys_apart in [1, 6] {
            let with = |id: usize| {
                let count = (id % keys_apart) as i32 * 2;
                let order = Some(Order { count, field: false });
                let (dts_us, duration_us) = (Some(id as i64 * 40), Some(20));
                Read { key: count == 0, dts_us, duration_us, order, ..read(id) }
            };
            let settled = all(&mut times_of(50_000.0, 0), (0..6).map(with));
            let times: Vec<_> = settled.iter().map(|settled| (settled.pts_us, settled.duration_us)).collect();
            assert_eq!(times, (0..6).map(|id| (id * 40, Some(40))).collect::<Vec<_>>(), "{keys_apart}");
        }
    }

    #[test]
    fn the_first_decode_times_run_up_to_the_first_known_one() {
        let with = |id: usize| {
            let dts_us = (id >= 2).then_some((id as i64 - 2) * 40);
            Read { pts_us: Some(PYRAMID[id].1), dts_us, order: None, ..read(id) }
        };
        let settled = all(&mut times_of(25_000.0, 2), (0..6).map(with));
        for (id, settled) in settled.iter().enumerate() {
            assert_eq!((settled.pts_us, settled.dts_us), (PYRAMID[id].1, Some(id as i64 * 40 - 80)), "{id}");
        }
        // A file that ends before one is known.
        let settled = all(&mut times_of(25_000.0, 2), (0..2).map(with));
        assert_eq!(settled.iter().map(|settled| settled.dts_us).collect::<Vec<_>>(), [Some(-40), Some(0)]);
    }

    #[test]
    fn what_is_waited_for_is_bounded() {
        let (mut times, mut settled) = (times_of(25.0, 1000), Vec::new());
        (0..1000).for_each(|id| times.read(Read { key: false, ..read(id) }, &mut settled));
        assert!(settled.len() >= 1000 - MOST_PENDING, "{}", settled.len());
        let (mut times, mut settled) = (times_of(25.0, 2), Vec::new());
        let unknown = |id| Read { id, pts_us: Some(id as i64), ..Read::default() };
        (0..1000).for_each(|id| times.read(unknown(id), &mut settled));
        assert_eq!(settled.len(), 1000);
    }
}
