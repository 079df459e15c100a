//! Going to a time.
//!
//! FFmpeg finds the place by the file's index, or by halving. Where that is no key chunk at or before the time (streams without an
//! index, pictures that are reordered), the last one is looked for, from further and further before it.

use super::{Demuxer, Seen};
use crate::av::check_us;
use crate::container::check_track;
use crate::error::Result;

/// How far before the time the second search begins.
const FIRST_STEP_US: i64 = 1_000_000;

/// How much earlier than shown the first picture may be decoded, and more.
const BEFORE_ALL_US: i64 = 10_000_000;

impl Demuxer {
    /// Goes to the key chunk of `track` at or before `timestamp_us`, as FFmpeg does: to the first one if there is none before, to the last
    /// one past the end. All tracks go on from there in the file. Sound that needs some before it to be decoded right (Opus) begins
    /// as much earlier.
    ///
    /// # Errors
    /// `InvalidArgument` for a track that there is not or a time beyond 2^53; `InvalidState` for one that is left out; `NotSupported` where the file has no index and no
    /// times, or cannot go back. The demuxer goes on where it was then. `Io` and `Data` as [`read`](Self::read), from an unknown place.
    pub fn seek(&mut self, track: u32, timestamp_us: i64) -> Result<()> {
        let index = check_track(track, self.tracks.len())?;
        check_us("timestamp_us", timestamp_us)?;
        self.check_selected(index)?;
        self.input.check_seek()?;
        let stream = self.tracks[index].stream;
        let (start_us, end_us) = self.bounds_us(stream);
        let (least_us, preroll_us) = (start_us.saturating_sub(BEFORE_ALL_US), self.input.preroll_us(stream));
        let target_us = timestamp_us.saturating_sub(preroll_us);
        let is_best = self.go(stream, target_us.max(start_us))?;
        if is_best && self.lands_at_once(index, target_us)? {
            return Ok(());
        }
        // Some formats find nothing past the end.
        let (mut from_us, mut step_us) = (target_us.clamp(start_us, end_us), FIRST_STEP_US);
        while from_us > least_us {
            from_us = target_us.min(end_us).saturating_sub(step_us).max(least_us);
            step_us = step_us.saturating_mul(2);
            self.go(stream, from_us)?;
            if self.reaches_last_key(index, target_us)? {
                return Ok(());
            }
        }
        self.go(stream, least_us)?;
        self.reaches_first_key(index)
    }

    /// Between which times the track may be looked for.
    fn bounds_us(&self, stream: usize) -> (i64, i64) {
        let (own, whole) = (self.input.stream_extent(stream), self.input.extent());
        let start_us = own.start_us.or(whole.start_us).unwrap_or(0);
        let lasts_us = own.duration_us.or(whole.duration_us);
        (start_us, lasts_us.map_or(i64::MAX / 2, |lasts_us| start_us.saturating_add(lasts_us)))
    }

    /// Goes to a place of FFmpeg's choice and forgets what was read. False if later places may be as good.
    fn go(&mut self, stream: usize, timestamp_us: i64) -> Result<bool> {
        let is_best = self.input.seek(stream, timestamp_us)?;
        (self.ended, self.failures) = (false, 0);
        for index in 0..self.tracks.len() {
            self.ahead.drop_track(index);
            self.tracks[index].restart();
        }
        Ok(is_best)
    }

    /// Whether the first chunk of the track is a key at or before the time.
    fn lands_at_once(&mut self, index: usize, target_us: i64) -> Result<bool> {
        let first = self.next_of(index)?;
        Ok(first.is_some_and(|first| first.key && first.us.is_some_and(|us| us <= target_us)))
    }

    /// Reads on to the last key chunk of the track at or before the time, and drops what is before it. False if there is none before
    /// what comes after the time.
    fn reaches_last_key(&mut self, index: usize, target_us: i64) -> Result<bool> {
        let mut landed = false;
        while let Some(seen) = self.next_of(index)? {
            let is_after = seen.us.is_some_and(|us| us > target_us);
            if seen.key && !is_after {
                self.ahead.drop_before(seen.place);
                landed = true;
            } else if seen.dts_us.or(seen.us).is_some_and(|us| us > target_us) || (seen.key && is_after) {
                break;
            }
            if self.ahead.is_full() {
                if landed {
                    break;
                }
                self.ahead.drop_before(seen.place);
            }
        }
        Ok(landed)
    }

    /// Reads on to the first key chunk of the track.
    fn reaches_first_key(&mut self, index: usize) -> Result<()> {
        while let Some(seen) = self.next_of(index)? {
            if seen.key {
                break;
            }
            self.ahead.drop_before(seen.place + 1);
        }
        Ok(())
    }

    /// Reads up to the next chunk of the track, which waits then; `None` at the end.
    fn next_of(&mut self, index: usize) -> Result<Option<Seen>> {
        loop {
            match self.read_one()? {
                None => return Ok(None),
                Some(seen) if seen.track == Some(index) => return Ok(Some(seen)),
                Some(seen) if self.ahead.is_full() => self.ahead.drop_before(seen.place),
                Some(_) => {}
            }
        }
    }
}
