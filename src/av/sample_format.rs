//! Sample formats, to and from FFmpeg's.

use ffmpeg_sys_next as ff;

use crate::media::SampleFormat;

const ROWS: [(SampleFormat, ff::AVSampleFormat); 8] = [
    (SampleFormat::U8, ff::AVSampleFormat::AV_SAMPLE_FMT_U8),
    (SampleFormat::S16, ff::AVSampleFormat::AV_SAMPLE_FMT_S16),
    (SampleFormat::S32, ff::AVSampleFormat::AV_SAMPLE_FMT_S32),
    (SampleFormat::F32, ff::AVSampleFormat::AV_SAMPLE_FMT_FLT),
    (SampleFormat::U8Planar, ff::AVSampleFormat::AV_SAMPLE_FMT_U8P),
    (SampleFormat::S16Planar, ff::AVSampleFormat::AV_SAMPLE_FMT_S16P),
    (SampleFormat::S32Planar, ff::AVSampleFormat::AV_SAMPLE_FMT_S32P),
    (SampleFormat::F32Planar, ff::AVSampleFormat::AV_SAMPLE_FMT_FLTP),
];

/// FFmpeg's format.
pub fn to_av(format: SampleFormat) -> ff::AVSampleFormat {
    ROWS.iter().find(|(ours, _)| *ours == format).map_or(ff::AVSampleFormat::AV_SAMPLE_FMT_NONE, |row| row.1)
}

/// The format of FFmpeg's number; `None` for one that W3C does not have.
pub fn from_av(number: i32) -> Option<SampleFormat> {
    ROWS.iter().find(|(_, theirs)| *theirs as i32 == number).map(|row| row.0)
}
