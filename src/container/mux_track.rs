//! A track that is written: what its next chunk depends on.

use super::held::Held;
use crate::av::{Times, check_us};
use crate::error::{Error, Result};
use crate::media::{ChunkInfo, ChunkRef, Config, keys};
use crate::registry::{self, Ended, InBand, SoundLength};

/// How long a picture lasts of which nothing is known: encoders, too, assume 30 a second.
const DEFAULT_PICTURE_US: i64 = 33_333;

/// Chunks after one that is not shown, at most: more than any reordering.
const MAX_BEHIND: usize = 64;

/// What the container's edit lists can hide of a track.
#[derive(Clone, Copy)]
pub(super) struct Hides {
    pub(super) beginning: bool,
    pub(super) end: bool,
}

pub(super) struct MuxTrack {
    /// It has pictures.
    video: bool,
    /// How long its priming lasts, and whether timestamps count it.
    priming: (i64, bool),
    /// What a picture lasts by its `framerate`.
    frame_us: Option<i64>,
    priming_samples: u32,
    /// The lengths of its chunks of sound.
    sound: Option<SoundLength>,
    codec: String,
    ended: Ended,
    /// Its parameter sets are still to come, in its first chunk.
    needs_sets: Option<&'static InBand>,
    /// The first timestamp that is shown.
    first_us: Option<i64>,
    last_dts_us: Option<i64>,
    /// Where what is shown ends.
    end_us: i64,
    /// The chunks since the first that is not shown but may be needed, if some were shown before.
    behind: Vec<Held>,
    /// More followed, none of which is shown.
    cut: bool,
}

impl MuxTrack {
    /// A track for `config`. `sets_apart`: the container has parameter sets at its beginning.
    pub(super) fn new(config: &Config, sets_apart: bool) -> Self {
        let rate = config.value(&keys::FRAMERATE);
        let in_band = registry::in_band(config.codec());
        Self {
            video: config.value(&keys::CODED_WIDTH).is_some(),
            priming: (priming_us(config), config.value(&keys::PRIMING_IS_TIMED)),
            frame_us: rate.map(|rate| (1e6 / rate).round().clamp(1.0, 1e12) as i64),
            priming_samples: config.value(&keys::PRIMING_SAMPLES).unwrap_or(0),
            sound: SoundLength::of(config),
            codec: config.codec().to_owned(),
            ended: Ended::default(),
            needs_sets: in_band.filter(|_| sets_apart && config.description().is_none()),
            first_us: None,
            last_dts_us: None,
            end_us: i64::MIN,
            behind: Vec::new(),
            cut: false,
        }
    }

    /// The file may begin as far as this track is concerned, once `arriving` is written, too.
    pub(super) fn is_ready(&self, must_have_begun: bool, arriving: Option<&ChunkInfo>) -> bool {
        let begun = self.first_us.is_some() || arriving.is_some_and(|info| !info.discard);
        (self.needs_sets.is_none() || arriving.is_some()) && (begun || !must_have_begun)
    }

    /// Where the track begins, once `arriving` is written, too: where its priming ends. Sound before 0 is priming, too.
    pub(super) fn begin_us(&self, arriving: Option<&ChunkInfo>) -> Option<i64> {
        let arriving_us =
            arriving.filter(|info| !info.discard).map(|info| info.timestamp_us - self.shift_us());
        let first_us = self.first_us.or(arriving_us);
        first_us.map(|first| if self.video { first } else { first.max(0).max(first + self.priming.0) })
    }

    /// How much earlier chunks are written than their timestamps: the priming goes before them.
    fn shift_us(&self) -> i64 {
        match self.priming {
            (us, false) => us,
            (_, true) => 0,
        }
    }

    /// The parameter sets of the track's first chunk where they are still to come, as setup bytes, and the filter that takes
    /// them off the chunks.
    ///
    /// # Errors
    /// `Data` if the chunk has none.
    pub(super) fn parameter_sets(&self, data: &[u8]) -> Result<Option<(Vec<u8>, Option<&'static str>)>> {
        self.needs_sets.map(|in_band| Ok(((in_band.sets)(data)?, in_band.filter))).transpose()
    }

    /// The chunk's times, all known, in range and in order.
    pub(super) fn times(&self, info: &ChunkInfo) -> Result<Times> {
        check_us("timestamp_us", info.timestamp_us)?;
        check_us("dts_us", info.dts_us.unwrap_or(0))?;
        let pts_us = info.timestamp_us - self.shift_us();
        let dts_us = info.dts_us.map_or(pts_us, |dts_us| dts_us - self.shift_us());
        if dts_us > pts_us {
            return Err(Error::invalid(format!("dts_us is {dts_us}, after timestamp_us, {pts_us}")));
        }
        if let Some(last) = self.last_dts_us.filter(|last| dts_us < *last) {
            let without = if info.dts_us.is_none() { " (the chunk has no dts_us of its own)" } else { "" };
            return Err(Error::invalid(format!(
                "dts_us is {dts_us}{without}, must not be below {last}, the last"
            )));
        }
        let duration_us = match info.duration_us {
            Some(duration) if duration < 0 => {
                return Err(Error::invalid(format!("duration_us is {duration}, must not be negative")));
            }
            Some(duration) if duration > 0 => {
                check_us("duration_us", duration)?;
                duration
            }
            _ => self.usual_duration_us(dts_us),
        };
        Ok(Times { pts_us, dts_us, duration_us })
    }

    /// How long a chunk lasts that does not say so: one of the frame rate, else as long as the one before it took.
    fn usual_duration_us(&self, dts_us: i64) -> i64 {
        let before = self.last_dts_us.map(|last| dts_us - last).filter(|duration| *duration > 0);
        self.frame_us.or(before).unwrap_or(if self.video { DEFAULT_PICTURE_US } else { 0 })
    }

    /// Whether a chunk is to be kept back and not written now. One that is not shown, once others were, is only needed if
    /// one that is shown follows.
    ///
    /// # Errors
    /// `NotSupported` for a chunk that is shown behind some that are not, or the other way round, where the container
    /// cannot say so.
    pub(super) fn keeps_back(&self, info: &ChunkInfo, hides: Hides) -> Result<bool> {
        if !self.video && self.behind.is_empty() {
            return Ok(info.discard && self.first_us.is_some());
        }
        if info.discard && !hides.beginning && self.first_us.is_none() {
            return Err(no_edit_list(
                "the container has none, and a chunk that is not shown begins the track",
            ));
        }
        if !info.discard && (self.cut || self.is_behind_hidden(info.timestamp_us, hides)) {
            return Err(no_edit_list("a chunk is shown after chunks that are not"));
        }
        if info.discard && info.timestamp_us >= 0 && self.first_us.is_none() {
            return Err(no_edit_list("a chunk that is not shown begins the track, at or after 0"));
        }
        // What is before 0 needs no more than the edit list that every file begins with.
        let hidden_at_the_end = info.discard && (info.timestamp_us >= 0 || !hides.beginning);
        Ok(hidden_at_the_end || self.cut || !self.behind.is_empty())
    }

    /// Whether something that is shown at this time is so behind what is not.
    fn is_behind_hidden(&self, time_us: i64, hides: Hides) -> bool {
        let hidden_us = self.behind.iter().filter(|held| held.discard).map(|held| held.times.pts_us).min();
        hidden_us.is_some_and(|hidden| !hides.end || time_us >= hidden)
    }

    /// Samples at the beginning of a chunk and at its end that are not heard: the first one begins with the priming, and what one
    /// lasts says the other.
    pub(super) fn skipped_samples(&self, chunk: &ChunkRef<'_>) -> (u32, u32) {
        let known = self.sound.zip(chunk.info.duration_us.filter(|duration| *duration > 0));
        let end = known.map_or(0, |(sound, lasts_us)| sound.padding(chunk.data, lasts_us));
        (if self.last_dts_us.is_none() { self.priming_samples } else { 0 }, end)
    }

    /// The setup bytes of the track, once all is written; `None` if they stay what they are.
    pub(super) fn completed(&self, setup: &[u8]) -> Option<Vec<u8>> {
        registry::completed(&self.codec, setup, &self.ended)
    }

    /// Notes a chunk that is accepted.
    pub(super) fn pass(&mut self, ChunkRef { info, data, .. }: &ChunkRef<'_>, times: &Times) {
        if let Some(sound) = self.sound {
            self.ended.pass(data.len(), sound.samples(data));
        }
        self.needs_sets = None;
        self.last_dts_us = Some(times.dts_us);
        if !info.discard {
            self.first_us.get_or_insert(times.pts_us);
            self.end_us = self.end_us.max(times.pts_us + times.duration_us);
        }
    }

    /// Keeps a chunk back.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub(super) fn keep_back(&mut self, times: Times, chunk: &ChunkRef<'_>) -> Result<()> {
        if self.cut {
            return Ok(());
        }
        self.behind.push(Held::new(times, chunk, (0, 0))?);
        if self.behind.len() >= MAX_BEHIND
            && self.behind[1..].iter().rev().take(MAX_BEHIND / 2).all(|held| held.discard)
        {
            self.needed();
            self.cut = true;
        }
        Ok(())
    }

    /// Leaves out what was kept back and nothing that is shown needs.
    fn needed(&mut self) {
        let shown = self.behind.iter().rposition(|held| !held.discard);
        self.behind.truncate(shown.map_or(0, |last| last + 1));
    }

    /// What was kept back and must be written. Chunks that are not shown get their place where the edit list ends: it
    /// covers what is shown, and a duration of 0 adds nothing to it.
    pub(super) fn take_behind(&mut self) -> Vec<Held> {
        /// More than a tick of the containers with edit lists.
        const BEHIND_END_US: i64 = 5;
        self.needed();
        let end_us = self.end_us.saturating_add(BEHIND_END_US);
        for held in self.behind.iter_mut().filter(|held| held.discard) {
            held.times = Times { pts_us: end_us.max(held.times.dts_us), duration_us: 0, ..held.times };
        }
        std::mem::take(&mut self.behind)
    }
}

/// How long the priming of a track's sound lasts.
fn priming_us(config: &Config) -> i64 {
    let (samples, rate) = (config.value(&keys::PRIMING_SAMPLES), config.value(&keys::SAMPLE_RATE));
    let rate = i64::from(rate.unwrap_or(0).max(1));
    (i64::from(samples.unwrap_or(0)) * 1_000_000 + rate / 2) / rate
}

fn no_edit_list(what: &str) -> Error {
    Error::not_supported(format!(
        "{what}: such an edit list is not written, decode and encode the track instead"
    ))
}
