//! What parameter sets and slice headers tell of a stream that a decoder does not: how far its pictures are reordered,
//! and whether one that others refer to is missing.

use std::collections::BTreeMap;

use h264_reader::Context;
use h264_reader::nal::NalHeader;
use h264_reader::nal::pps::PicParameterSet;
use h264_reader::nal::slice::{DecRefPicMarking, MemoryManagementControlOperation, SliceHeader};
use h264_reader::nal::sps::{FrameMbsFlags, PicOrderCntType, ProfileIdc, SeqParameterSet};
use h264_reader::rbsp::BitReader;

use super::{avcc, key, level};
use crate::error::Result;
use crate::media::memory;
use crate::registry::nal;
use crate::registry::{Content, Reorder};

/// Longer parameter sets than any encoder makes are not kept: a stream may have 288.
const MAX_SET_BYTES: usize = 4096;

/// No slice header is longer.
const MAX_SLICE_HEADER_BYTES: usize = 1024;

/// A stream, as far as its parameter sets and slice headers tell. Damage in them changes nothing: decoders find it.
#[derive(Default)]
pub struct Sequence {
    sets: Context,
    /// The newest parameter sets as they came, by NAL unit type and number.
    units: BTreeMap<(u8, u8), Vec<u8>>,
    /// Of the sequence parameter set in use, or of the newest one before there is a picture.
    reorder: Option<Reorder>,
    /// frame_num of the last picture that others may refer to (PrevRefFrameNum, H.264 7.4.3).
    previous: Option<u32>,
    /// frame_num at which pictures are right, after a recovery point.
    recovery: Option<u32>,
    /// What is being read, without emulation prevention; kept for its room. (h264-reader takes that out itself, too, with a
    /// table that it makes once in a process: a child that is forked meanwhile would wait for it for ever.)
    payload: Vec<u8>,
}

impl Sequence {
    /// A stream whose avcC record is `description`; empty if there is none.
    pub fn new(description: &[u8]) -> Self {
        let mut sequence = Self::default();
        let sets = avcc::parameter_sets(description).unwrap_or_default();
        sets.into_iter().for_each(|set| sequence.note_set(set));
        sequence
    }

    /// How far its pictures may be reordered; `None` as long as there is no sequence parameter set.
    pub fn reorder(&self) -> Option<Reorder> {
        self.reorder
    }

    /// The newest parameter sets, as NAL units: what a decoder must know that has not seen the stream from its beginning.
    pub fn parameter_sets(&self) -> impl Iterator<Item = &[u8]> {
        self.units.values().map(Vec::as_slice) // those of sequences first, which the others refer to
    }

    /// Decoding begins anew: what comes next is not missed.
    pub fn restart(&mut self) {
        (self.previous, self.recovery) = (None, None);
    }

    /// Looks at the next chunk, up to the header of its first slice.
    ///
    /// # Panics
    /// If `length_size` is not 1 to 4.
    pub fn look(&mut self, data: &[u8], length_size: Option<usize>) -> Content {
        match length_size {
            Some(length_size) => self.look_at(nal::length_prefixed(data, length_size)),
            None if nal::begins_with_start_code(data) => self.look_at(nal::annexb(data).map(Ok)),
            None => DAMAGE,
        }
    }

    fn look_at<'a>(&mut self, units: impl Iterator<Item = Result<&'a [u8]>>) -> Content {
        let (mut empty, mut recovery) = (true, None);
        for unit in units {
            let unit = unit.unwrap_or_default();
            match nal::unit_type(unit) {
                nal::SPS | nal::PPS => self.note_set(unit),
                nal::SEI => recovery = recovery.or(key::recovery_point(&unit[1..])),
                kind if nal::is_beside_pictures(kind) => {}
                _ => return self.note_slice(unit, recovery).unwrap_or(DAMAGE),
            }
            empty = false;
        }
        if empty { DAMAGE } else { Content::SideInformation }
    }

    /// Notes a parameter set, unless it is damaged.
    fn note_set(&mut self, unit: &[u8]) {
        if self.unescape(unit).is_none() {
            return;
        }
        let bits = BitReader::new(&self.payload[..]);
        if nal::unit_type(unit) == nal::SPS {
            if let Ok(sps) = SeqParameterSet::from_bits(bits) {
                self.reorder = Some(reorder(&sps));
                self.keep_unit(sps.id().id(), unit);
                self.sets.put_seq_param_set(sps);
            }
        } else if let Ok(pps) = PicParameterSet::from_bits(&self.sets, bits) {
            self.keep_unit(pps.pic_parameter_set_id.id(), unit);
            self.sets.put_pic_param_set(pps);
        }
    }

    /// Keeps a parameter set as it came, in place of the one of its number; none if memory is short.
    fn keep_unit(&mut self, number: u8, unit: &[u8]) {
        let key = (nal::unit_type(unit), number);
        if self.units.get(&key).is_some_and(|kept| kept == unit) {
            return;
        }
        self.units.remove(&key);
        if unit.len() <= MAX_SET_BYTES
            && let Ok(copy) = memory::copy("a parameter set", unit, 0)
        {
            self.units.insert(key, copy);
        }
    }

    /// Puts the payload of a unit in its place; `None` if it is longer than any parameter set, or memory is short.
    fn unescape(&mut self, unit: &[u8]) -> Option<()> {
        u16::try_from(unit.len()).ok()?; // as in an avcC record
        self.payload.clear();
        self.payload.try_reserve(unit.len()).ok()?;
        self.payload.extend(nal::unescape(unit.get(1..)?));
        Some(())
    }

    /// Notes the first slice of a picture, which is a recovery point of so many frames. `None` if its header cannot be
    /// read.
    fn note_slice(&mut self, unit: &[u8], recovery: Option<u32>) -> Option<Content> {
        let header = NalHeader::new(*unit.first()?).ok()?;
        self.unescape(unit.get(..MAX_SLICE_HEADER_BYTES).unwrap_or(unit))?;
        let mut bits = BitReader::new(&self.payload[..]);
        let (slice, sps, _) = SliceHeader::from_bits(&self.sets, &mut bits, header, None).ok()?;
        self.reorder = Some(reorder(sps));
        let idr = nal::unit_type(unit) == nal::IDR_SLICE;
        let referred_to = header.nal_ref_idc() != 0;
        let frame_num = u32::from(slice.frame_num);
        let numbers = 1u32 << (u32::from(sps.log2_max_frame_num_minus4) + 4);
        // frame_num counts the pictures that others may refer to: none may be left out (H.264 7.4.3).
        let follows = |previous| frame_num == previous || frame_num == (previous + 1) % numbers;
        let gaps = idr || sps.gaps_in_frame_num_value_allowed_flag;
        let after_loss = !gaps && !self.previous.is_none_or(follows);
        // A recovery that began before a loss does not end with right pictures.
        let begun = self.recovery.filter(|_| !after_loss);
        self.recovery = recovery.map(|frames| frame_num.wrapping_add(frames) % numbers).or(begun);
        let sound = idr || (referred_to && self.recovery == Some(frame_num));
        if sound {
            self.recovery = None;
        }
        if referred_to {
            self.previous = Some(if numbers_begin_anew(&slice) { 0 } else { frame_num });
        }
        Some(Content::Picture { idr, after_loss, sound, shown: 1 })
    }
}

/// What cannot be read: for the decoder.
const DAMAGE: Content = Content::Picture { idr: false, after_loss: false, sound: false, shown: 1 };

/// True after memory_management_control_operation 5.
fn numbers_begin_anew(slice: &SliceHeader) -> bool {
    let Some(DecRefPicMarking::Adaptive(operations)) = &slice.dec_ref_pic_marking else { return false };
    operations.iter().any(|one| matches!(one, MemoryManagementControlOperation::AllRefPicturesUnused))
}

fn reorder(sps: &SeqParameterSet) -> Reorder {
    let restrictions = sps.vui_parameters.as_ref().and_then(|vui| vui.bitstream_restrictions.as_ref());
    if let Some(restrictions) = restrictions {
        return Reorder::Told(restrictions.max_num_reorder_frames.min(level::MAX_DPB_FRAMES));
    }
    let intra_only =
        sps.constraint_flags.flag3() && matches!(u8::from(sps.profile_idc), 44 | 86 | 100 | 110 | 122 | 244);
    let baseline = sps.profile_idc == ProfileIdc::from(66);
    if intra_only || baseline || matches!(sps.pic_order_cnt, PicOrderCntType::TypeTwo) {
        return Reorder::Told(0);
    }
    // As FFmpeg derives it: one less than 16 where the level does not say.
    let fields = if matches!(sps.frame_mbs_flags, FrameMbsFlags::Frames) { 1 } else { 2 };
    let pixels = |minus_one: u32, by: u32| minus_one.saturating_add(1).saturating_mul(16 * by);
    let width = pixels(sps.pic_width_in_mbs_minus1, 1);
    let height = pixels(sps.pic_height_in_map_units_minus1, fields);
    let frames = level::max_reference_frames(sps.level_idc, width, height);
    Reorder::Derived(frames.min(level::MAX_DPB_FRAMES - 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..6)) {
            let mut sequence = Sequence::default();
            for (chunk, kind) in chunks.iter().zip([0x67, 0x68, 0x65, 0x41, 0x06, 0x67]) {
                sequence.look(&[&[0, 0, 1, kind][..], chunk].concat(), None);
                sequence.look(chunk, Some(4));
                sequence.look(chunk, None);
            }
        }
    }
}
