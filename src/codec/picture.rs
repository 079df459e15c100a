//! Pictures as an encoder wants them: of one format, colour and size.

use std::sync::Arc;

use crate::av::{self, Scaler};
use crate::error::Result;
use crate::media::convert::{self, Picture};
use crate::media::{Color, Frame, PixelFormat, Rect, SharedVideoFrame, VideoFrame, VideoInfo, plane_extent};

/// What an encoder is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) format: PixelFormat,
    pub(super) color: Color,
}

impl Look {
    /// How a frame is encoded that an encoder of these formats gets. RGB without colour is sRGB; RGB becomes limited-range
    /// YUV with the matrix of its primaries, BT.709 unless they say otherwise. YUV keeps its colour; green, blue and red planes
    /// are RGB.
    pub(super) fn of(info: &VideoInfo, formats: &[PixelFormat]) -> Self {
        let format = nearest(info.format, formats);
        if !info.format.is_rgb() && !info.is_gbr() {
            return Self { format, color: info.color };
        }
        let primaries = info.color.primaries.unwrap_or(1);
        let matrix = match primaries {
            5 | 6 | 9 => primaries,
            _ => 1,
        };
        let transfer = info.color.transfer.filter(|transfer| *transfer != 13).unwrap_or(1);
        let color = Color {
            primaries: Some(primaries),
            transfer: Some(transfer),
            matrix: Some(matrix),
            full_range: Some(false),
        };
        Self { format, color }
    }
}

/// The format in which least is lost of one of `format`: bits first, then chroma samples; of those that lose as much the
/// smallest, and the first. An encoder has at least one.
fn nearest(format: PixelFormat, formats: &[PixelFormat]) -> PixelFormat {
    let (bits, (across, down)) = (format.bits(), format.alignment());
    let lost = |to: &PixelFormat| {
        let (to_across, to_down) = to.alignment();
        let chroma = (to_across * to_down).saturating_sub(across * down);
        (bits.saturating_sub(to.bits()), chroma, to.bits(), std::cmp::Reverse(to_across * to_down))
    };
    let opaque = format.opaque();
    match formats.contains(&opaque) {
        true => opaque,
        false => formats.iter().copied().min_by_key(lost).unwrap_or(opaque),
    }
}

/// True for a frame that needs no conversion, as most.
fn is_as_wanted(info: &VideoInfo, formats: &[PixelFormat]) -> bool {
    formats.contains(&info.format) && !info.is_gbr()
}

/// A frame as it waits for the codec: in the one of its formats that it is encoded as. It is converted on the host's thread,
/// because the queue then mostly holds less than half the bytes, the host's own memory is free at once, and the codec's
/// thread, which is the busiest, has one thing less to do.
///
/// # Errors
/// `OutOfMemory`; `NotSupported` naming both formats.
pub(super) fn queued(frame: &Arc<Frame>, formats: &[PixelFormat]) -> Result<Arc<Frame>> {
    let picture = frame.video()?;
    if is_as_wanted(picture.info(), formats) {
        return Ok(Arc::clone(frame));
    }
    Ok(Arc::new(Frame::Video(converted(picture, Look::of(picture.info(), formats))?)))
}

/// What [`queued`] will weigh.
pub(super) fn queued_bytes(frame: &Frame, formats: &[PixelFormat]) -> u64 {
    let Ok(frame) = frame.video() else { return frame.bytes() }; // it will be refused
    let info = frame.info();
    if is_as_wanted(info, formats) {
        return frame.planes().bytes();
    }
    let look = Look::of(info, formats);
    let Rect { width, height, .. } = info.visible;
    let plane = |index| plane_extent(look.format, index, width, height);
    let bytes = |(row_bytes, rows): (usize, u32)| row_bytes as u64 * u64::from(rows);
    (0..look.format.planes().len()).map(|index| bytes(plane(index))).sum()
}

/// The visible part of a frame in another size, in memory of its own and its own format: shown as large as the frame is in
/// proportion, with its time, turn and colour.
///
/// # Errors
/// `InvalidArgument` for impossible sizes; `NotSupported` for a format that FFmpeg does not scale; `OutOfMemory`.
pub fn scaled(frame: &VideoFrame, width: u32, height: u32) -> Result<VideoFrame> {
    let info = frame.info();
    let part = |shown: u32, to: u32, from: u32| {
        let size = (u64::from(shown) * u64::from(to) + u64::from(from) / 2) / u64::from(from.max(1));
        size.clamp(1, u64::from(u32::MAX)) as u32
    };
    let sideways = matches!(info.rotation, 90 | 270);
    let (across, down) = ((width, info.visible.width), (height, info.visible.height));
    let (across, down) = if sideways { (down, across) } else { (across, down) };
    let dest = VideoFrame::allocate(VideoInfo {
        coded_width: width,
        coded_height: height,
        visible: Rect::of_size(width, height),
        display_width: part(info.display_width, across.0, across.1),
        display_height: part(info.display_height, down.0, down.1),
        ..*info
    })?;
    // SAFETY: the host writes to no frame that it scales; `dest` is new and ours.
    unsafe { Scaler::new().scale(&picture_of(frame, info.color), &dest)? };
    Ok(dest)
}

/// Makes pictures of one size.
pub(super) struct Fitter {
    width: u32,
    height: u32,
    scaler: Scaler,
}

impl Fitter {
    pub(super) fn new(width: u32, height: u32) -> Self {
        Self { width, height, scaler: Scaler::new() }
    }

    /// The frame's visible pixels in `look`: as they are where possible, else converted, scaled.
    pub(super) fn fit(&mut self, frame: &SharedVideoFrame, look: Look) -> Result<av::Frame> {
        let Rect { width, height, .. } = frame.info().visible;
        let mut frame = frame.clone();
        if frame.info().format != look.format {
            frame = SharedVideoFrame::new(converted(&frame, look)?);
        }
        if (width, height) != (self.width, self.height) {
            frame = SharedVideoFrame::new(self.scaled(&frame, look)?);
        }
        let planes = frame.visible_planes();
        av::Frame::borrow(look.format, self.width, self.height, &planes, frame)
    }

    fn scaled(&mut self, frame: &VideoFrame, look: Look) -> Result<VideoFrame> {
        let dest = VideoFrame::allocate(VideoInfo::of_size(look.format, self.width, self.height))?;
        // SAFETY: `frame` was enqueued, so nobody writes to it any more; `dest` is new and ours.
        unsafe { self.scaler.scale(&picture_of(frame, look.color), &dest)? };
        Ok(dest)
    }
}

fn converted(frame: &VideoFrame, look: Look) -> Result<VideoFrame> {
    if frame.info().is_gbr() && !look.format.is_rgb() {
        let packed = Look { format: PixelFormat::Rgbx, color: frame.info().color };
        return converted(&converted(frame, packed)?, look);
    }
    let Rect { width, height, .. } = frame.info().visible;
    let source = frame.info();
    let dest = VideoFrame::allocate(VideoInfo {
        format: look.format,
        coded_width: width,
        coded_height: height,
        visible: Rect::of_size(width, height),
        color: look.color,
        ..*source
    })?;
    // SAFETY: `frame` was enqueued, so nobody writes to it any more; `dest` is new and ours.
    unsafe { convert::convert(&picture_of(frame, frame.info().color), &picture_of(&dest, look.color))? };
    Ok(dest)
}

fn picture_of(frame: &VideoFrame, color: Color) -> Picture {
    let VideoInfo { format, visible, .. } = *frame.info();
    Picture { format, planes: frame.visible_planes(), width: visible.width, height: visible.height, color }
}
