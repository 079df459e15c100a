//! Pixel formats between W3C's names and FFmpeg's.

use ffmpeg_sys_next::AVPixelFormat::{self, *};

use crate::media::PixelFormat;

/// FFmpeg's formats that have a W3C name. Those of a `yuvj` name are the same planes in the full range; those of a `gbr`
/// name are 4:4:4 with the RGB matrix, green in the first plane (H.273, MatrixCoefficients 0), as the frame says
/// itself. The first name of a format is the one that FFmpeg is told.
const PAIRS: &[(AVPixelFormat, PixelFormat)] = &[
    (AV_PIX_FMT_YUV420P, PixelFormat::I420),
    (AV_PIX_FMT_YUVJ420P, PixelFormat::I420),
    (AV_PIX_FMT_YUVA420P, PixelFormat::I420A),
    (AV_PIX_FMT_YUV422P, PixelFormat::I422),
    (AV_PIX_FMT_YUVJ422P, PixelFormat::I422),
    (AV_PIX_FMT_YUV444P, PixelFormat::I444),
    (AV_PIX_FMT_YUVJ444P, PixelFormat::I444),
    (AV_PIX_FMT_NV12, PixelFormat::Nv12),
    (AV_PIX_FMT_YUV420P10LE, PixelFormat::I420P10),
    (AV_PIX_FMT_YUV422P10LE, PixelFormat::I422P10),
    (AV_PIX_FMT_YUV444P10LE, PixelFormat::I444P10),
    (AV_PIX_FMT_YUV420P12LE, PixelFormat::I420P12),
    (AV_PIX_FMT_YUV422P12LE, PixelFormat::I422P12),
    (AV_PIX_FMT_YUV444P12LE, PixelFormat::I444P12),
    (AV_PIX_FMT_GBRP, PixelFormat::I444),
    (AV_PIX_FMT_GBRP10LE, PixelFormat::I444P10),
    (AV_PIX_FMT_GBRP12LE, PixelFormat::I444P12),
];

/// The FFmpeg format of a W3C one.
pub fn to_av(format: PixelFormat) -> Option<AVPixelFormat> {
    PAIRS.iter().find(|(_, ours)| *ours == format).map(|(theirs, _)| *theirs)
}

/// The FFmpeg format by which a W3C one is scaled; the unused byte of RGBX is scaled as alpha is. FFmpeg has no 4:2:0 of 12
/// bits with alpha.
pub fn to_scaled(format: PixelFormat) -> Option<AVPixelFormat> {
    match format {
        PixelFormat::Rgba | PixelFormat::Rgbx => Some(AV_PIX_FMT_RGBA),
        PixelFormat::Bgra | PixelFormat::Bgrx => Some(AV_PIX_FMT_BGRA),
        PixelFormat::Rgb24 => Some(AV_PIX_FMT_RGB24),
        PixelFormat::Bgr24 => Some(AV_PIX_FMT_BGR24),
        PixelFormat::I422A => Some(AV_PIX_FMT_YUVA422P),
        PixelFormat::I444A => Some(AV_PIX_FMT_YUVA444P),
        PixelFormat::I420AP10 => Some(AV_PIX_FMT_YUVA420P10LE),
        PixelFormat::I422AP10 => Some(AV_PIX_FMT_YUVA422P10LE),
        PixelFormat::I444AP10 => Some(AV_PIX_FMT_YUVA444P10LE),
        PixelFormat::I422AP12 => Some(AV_PIX_FMT_YUVA422P12LE),
        PixelFormat::I444AP12 => Some(AV_PIX_FMT_YUVA444P12LE),
        other => to_av(other),
    }
}

/// The W3C format of an FFmpeg number, and whether it says full range.
pub fn from_av(number: i32) -> Option<(PixelFormat, bool)> {
    let (theirs, ours) = PAIRS.iter().find(|(theirs, _)| *theirs as i32 == number)?;
    Some((*ours, matches!(theirs, AV_PIX_FMT_YUVJ420P | AV_PIX_FMT_YUVJ422P | AV_PIX_FMT_YUVJ444P)))
}
