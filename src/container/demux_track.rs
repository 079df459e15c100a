//! A track that is read: its numbers, times and descriptions.

use super::picture_times::{Order, PictureTimes, Read, Settled};
use crate::av::{InputFile, Packet, Parser, Received};
use crate::error::{Error, Result};
use crate::media::{ChunkInfo, Config, keys};
use crate::registry::{self, Changes, SoundLength};

pub(super) struct DemuxTrack {
    /// Its number in the file.
    pub(super) stream: usize,
    pub(super) config: Config,
    /// False if the host leaves it out.
    pub(super) selected: bool,
    next_id: u64,
    /// `None` for sound.
    times: Option<PictureTimes>,
    /// Where the last chunk of sound ended, and how long it was.
    end_us: i64,
    last_us: Option<i64>,
    /// The lengths of its chunks of sound.
    sound: Option<SoundLength>,
    parser: Option<Parser>,
    shown: Shown,
    /// Where the file's edit list ends.
    edit_end_us: Option<i64>,
    /// Once it has gone on with another description.
    changes: Option<Box<dyn Changes>>,
}

/// What a file says of the priming in milliseconds (Matroska), its description says in samples.
fn exact_priming(config: &mut Config) {
    let said = config.value(&keys::PRIMING_SAMPLES).zip(config.value(&keys::SAMPLE_RATE));
    let (Some((samples, rate)), Some(exact)) = (said, registry::described_priming(config)) else { return };
    if samples.abs_diff(exact) <= rate.div_ceil(1000) {
        let _it_fits = config.put(&keys::PRIMING_SAMPLES, exact);
    }
}

impl DemuxTrack {
    pub(super) fn new(input: &InputFile, stream: usize, mut config: Config) -> Self {
        exact_priming(&mut config);
        let has_pictures = config.value(&keys::CODED_WIDTH).is_some();
        let times =
            has_pictures.then(|| PictureTimes::new(config.value(&keys::FRAMERATE), input.delay(stream)));
        let (edit_end_us, sound) = (input.edit_end_us(stream), SoundLength::of(&config));
        Self {
            stream,
            config,
            selected: true,
            next_id: 0,
            times,
            end_us: 0,
            last_us: None,
            sound,
            parser: None,
            shown: Shown::default(),
            edit_end_us,
            changes: None,
        }
    }

    /// Begins anew, from another place in the file: nothing that follows from chunks before holds, but its numbers and its description.
    pub(super) fn restart(&mut self) {
        if let Some(times) = &mut self.times {
            times.restart();
        }
        (self.end_us, self.last_us, self.parser, self.shown) = (0, None, None, Shown::default());
    }

    /// The facts of a chunk that was read, without its times unless they are known. Adds the times that are known now, of
    /// this and earlier ones, to `settled`.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub(super) fn read(
        &mut self,
        input: &InputFile,
        received: &Received,
        settled: &mut Vec<Settled>,
    ) -> Result<ChunkInfo> {
        let id = self.next_id;
        self.next_id += 1;
        let info = ChunkInfo {
            key: received.key,
            discard: received.discard,
            timestamp_us: 0,
            duration_us: received.duration_us,
            dts_us: received.dts_us,
            id,
            ..ChunkInfo::default()
        };
        let order = self.order(input, received)?;
        let Received { key, pts_us, dts_us, duration_us, .. } = *received;
        match &mut self.times {
            Some(times) => times.read(Read { id, key, pts_us, dts_us, duration_us, order }, settled),
            None => {
                let pts_us = pts_us.or(dts_us).unwrap_or(self.end_us);
                self.end_us = pts_us.saturating_add(duration_us.unwrap_or(0));
                let (skipped, data) = (received.skipped_samples, input.packet().data());
                let exact = |sound: SoundLength| sound.exact_us(data, duration_us, skipped.1);
                let exact_us = self.sound.and_then(exact);
                let duration_us = exact_us.or(self.heard_us(id, duration_us, skipped));
                settled.push(Settled { id, pts_us, dts_us, duration_us });
            }
        }
        Ok(info)
    }

    /// True for a track of sound.
    pub(super) fn is_sound(&self) -> bool {
        self.times.is_none()
    }

    /// How long a chunk of sound lasts without what is not heard at its end. What is not heard at the track's beginning is noted:
    /// its timestamps do not count it, or the index would have said so.
    fn heard_us(&mut self, id: u64, lasts_us: Option<i64>, (start, end): (u32, u32)) -> Option<i64> {
        if id == 0 && start > 0 && self.config.value(&keys::PRIMING_SAMPLES).is_none() {
            let _too_many = self.config.put(&keys::PRIMING_SAMPLES, start);
        }
        let usual_us = std::mem::replace(&mut self.last_us, lasts_us);
        let rate = i64::from(self.config.value(&keys::SAMPLE_RATE)?);
        // Some containers have taken it off already.
        let is_whole = lasts_us.zip(usual_us).is_some_and(|(lasts, usual)| (lasts - usual).abs() <= 1);
        lasts_us.map(|lasts| match end > 0 && is_whole {
            true => (lasts - (i64::from(end) * 1_000_000 + rate / 2) / rate).max(0),
            false => lasts,
        })
    }

    /// Puts the times of a chunk in order, where an edit list makes them run back: chunks that are not shown behind others
    /// that are take no time, and so have room before what the list shows next.
    pub(super) fn in_order(&mut self, info: &mut ChunkInfo) {
        let Shown { last_dts_us, end_us } = self.shown;
        if let Some((dts_us, last)) = info.dts_us.zip(last_dts_us) {
            let behind = info.discard && end_us.is_some_and(|end| info.timestamp_us >= end);
            let dts_us = if behind { last } else { dts_us.max(last) };
            if info.discard {
                info.timestamp_us = info.timestamp_us.max(dts_us);
            }
            // What is shown has its time from the list, also where that does not fit.
            info.dts_us = Some(dts_us.min(info.timestamp_us));
        }
        self.shown.last_dts_us = info.dts_us.or(last_dts_us);
        if !info.discard {
            self.end_with_edit(info);
            let ends_us = info.timestamp_us.saturating_add(info.duration_us.unwrap_or(0));
            self.shown.end_us = end_us.max(Some(ends_us));
        }
    }

    /// A picture that the edit list cuts lasts until there. Files that count in coarse units cut by less, and do not mean it.
    fn end_with_edit(&self, info: &mut ChunkInfo) {
        const COARSE_US: i64 = 2000;
        let left_us =
            self.edit_end_us.map(|end| end.saturating_sub(info.timestamp_us)).filter(|left| *left > 0);
        if let (true, Some(left_us), Some(lasts_us)) = (self.times.is_some(), left_us, info.duration_us)
            && lasts_us > left_us.saturating_add(COARSE_US)
        {
            info.duration_us = Some(left_us);
        }
    }

    /// Nothing follows, or too much waits: adds the times of all that waits to `settled`.
    pub(super) fn end(&mut self, settled: &mut Vec<Settled>) {
        if let Some(times) = &mut self.times {
            times.end(settled);
        }
    }

    /// The picture's place, where times must follow from it.
    fn order(&mut self, input: &InputFile, received: &Received) -> Result<Option<Order>> {
        if !self.times.as_ref().is_some_and(|times| times.needs_order(received.pts_us)) {
            return Ok(None);
        }
        if self.parser.is_none() {
            self.parser = input.parser(self.stream)?;
        }
        let Some(parser) = &mut self.parser else { return Ok(None) };
        Ok(parser.order(input.packet()).map(|count| Order { count, field: parser.is_field() }))
    }

    /// Has the chunk that was read begin another sample description, if it does.
    ///
    /// # Errors
    /// `NotSupported` for a codec whose parameter sets cannot go in band here, `Data`.
    pub(super) fn change_description(&mut self, packet: &Packet) -> Result<()> {
        let Some(new) = packet.new_extradata() else { return Ok(()) };
        let Some(old) = self.config.description().filter(|old| self.changes.is_some() || *old != new) else {
            return Ok(());
        };
        let codec = self.config.codec();
        let Some(in_band) = registry::in_band(codec) else {
            let text = format!(
                "\"{codec}\": another sample description begins, which its codec does not take in band"
            );
            return Err(Error::not_supported(text));
        };
        if self.changes.is_none() {
            self.changes = Some((in_band.changes)(old)?);
        }
        self.changes.as_mut().map_or(Ok(()), |changes| changes.change(new))
    }

    /// The bytes of a chunk that was read, changed to fit the track's first description; `None` if they fit.
    ///
    /// # Errors
    /// `Data`, `OutOfMemory`.
    pub(super) fn fit(&mut self, data: &[u8]) -> Result<Option<&[u8]>> {
        match &mut self.changes {
            Some(changes) if !changes.fits() => changes.fit(data).map(Some),
            _ => Ok(None),
        }
    }
}

/// How far a track is.
#[derive(Clone, Copy, Default)]
struct Shown {
    last_dts_us: Option<i64>,
    /// Where what is shown ends, in the order of decoding.
    end_us: Option<i64>,
}
