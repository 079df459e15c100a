//! An owned `AVFrame`, to and from [`VideoFrame`] without copying pixels.

use std::ptr::NonNull;
use std::sync::Arc;

use ffmpeg_sys_next as ff;

use super::callbacks::{drop_owner, into_opaque};
use super::color::color_fields;
use super::error::no_memory;
use super::pixel_format;
use crate::error::{Error, Result};
use crate::media::{
    Color, PixelFormat, Plane, Planes, SharedVideoFrame, VideoFrame, VideoInfo, plane_extent,
};
use crate::sync::origin::Origin;

/// Quantizers end here; it is the unit of a region's offset.
const MAX_QUANTIZER: i32 = 51;
const MACROBLOCK: i32 = 16;

/// A frame that is unreferenced and freed when dropped.
pub struct Frame {
    frame: NonNull<ff::AVFrame>,
    origin: Origin,
}

// SAFETY: a frame's buffers are reference counted with atomics; decoded frames may be freed on any thread, also
// after their decoder.
unsafe impl Send for Frame {}
// SAFETY: shared access reads only.
unsafe impl Sync for Frame {}

impl Frame {
    /// An empty frame.
    pub fn new() -> Result<Self> {
        // SAFETY: no preconditions.
        let frame =
            NonNull::new(unsafe { ff::av_frame_alloc() }).ok_or_else(|| no_memory("av_frame_alloc"))?;
        Ok(Self { frame, origin: Origin::here() })
    }

    /// For the calls that fill or read a frame.
    pub fn as_ptr(&mut self) -> *mut ff::AVFrame {
        self.frame.as_ptr()
    }

    /// The time that it was given, in ticks.
    pub fn pts(&self) -> i64 {
        // SAFETY: the frame is valid as long as `self`.
        unsafe { (*self.frame.as_ptr()).pts }
    }

    /// True if the picture cannot be right: what it refers to was before a start in the middle of the stream.
    pub fn is_corrupt(&self) -> bool {
        // SAFETY: as above.
        unsafe { (*self.frame.as_ptr()).flags & ff::AV_FRAME_FLAG_CORRUPT != 0 }
    }

    /// True if the decoder painted over damage. References that are missing after a start in the middle of a
    /// stream do not count.
    pub fn is_concealed(&self) -> bool {
        let damage = ff::FF_DECODE_ERROR_INVALID_BITSTREAM
            | ff::FF_DECODE_ERROR_CONCEALMENT_ACTIVE
            | ff::FF_DECODE_ERROR_DECODE_SLICES;
        // SAFETY: as above.
        unsafe { (*self.frame.as_ptr()).decode_error_flags & damage != 0 }
    }

    /// The same frame, its content moved out; `self` is empty afterwards.
    pub fn take(&mut self) -> Result<Self> {
        let taken = Self::new()?;
        // SAFETY: both frames are valid, and `taken` is empty.
        unsafe { ff::av_frame_move_ref(taken.frame.as_ptr(), self.frame.as_ptr()) };
        Ok(taken)
    }

    /// A frame that reads the `width` x `height` pixels of `planes`, which `owner` keeps alive and unchanged.
    ///
    /// # Errors
    /// `NotSupported` for a format that FFmpeg does not have, `OutOfMemory`.
    pub fn borrow(
        format: PixelFormat,
        width: u32,
        height: u32,
        planes: &Planes,
        owner: SharedVideoFrame,
    ) -> Result<Self> {
        let unknown = || Error::not_supported(format!("FFmpeg has no pixel format {}", format.name()));
        let format = pixel_format::to_av(format).ok_or_else(unknown)?;
        let mut frame = Self::new()?;
        let first = planes.get(0);
        let (data, size) = (first.data.as_ptr(), first.span_bytes());
        let opaque = into_opaque(Box::new(owner));
        // SAFETY: the owner keeps `size` readable bytes at `data` until `drop_owner` runs. READONLY: codecs
        // copy what they want to change. One buffer stands for all planes: it only counts references.
        let buffer = unsafe {
            ff::av_buffer_create(data, size, Some(drop_owner), opaque, ff::AV_BUFFER_FLAG_READONLY)
        };
        if buffer.is_null() {
            // SAFETY: libavutil did not take `opaque`.
            unsafe { drop_owner(opaque, data) };
            return Err(no_memory("av_buffer_create"));
        }
        // SAFETY: the frame is ours and empty; sides are at most MAX_SIDE and strides were checked against them.
        unsafe {
            let fields = &mut *frame.as_ptr();
            fields.buf[0] = buffer;
            (fields.format, fields.width, fields.height) = (format as i32, width as i32, height as i32);
            for (index, plane) in planes.iter().enumerate() {
                fields.data[index] = plane.data.as_ptr();
                fields.linesize[index] = linesize(plane)?;
            }
        }
        Ok(frame)
    }

    /// Asks for `quantizer` by regions of interest where the encoder's is `base`.
    ///
    /// An encoder codes a macroblock that is one away from the macroblock before like that one, and a slice begins with
    /// `base`. For a quantizer next to `base` the leftmost macroblocks, where slices begin, are taken two or three away from it.
    pub fn set_quantizer(&mut self, base: i32, quantizer: i32) -> Result<()> {
        let offset = quantizer - base;
        if offset == 0 {
            return Ok(());
        }
        // SAFETY: the frame is valid.
        let (width, height) = unsafe { ((*self.as_ptr()).width, (*self.as_ptr()).height) };
        let region = |right, offset| ff::AVRegionOfInterest {
            self_size: size_of::<ff::AVRegionOfInterest>() as u32,
            top: 0,
            bottom: height,
            left: 0,
            right,
            qoffset: ff::AVRational { num: offset, den: MAX_QUANTIZER },
        };
        let edge_offset = match base + offset * 3 {
            0..=MAX_QUANTIZER => offset * 3,
            _ => -offset * 2,
        };
        let edge = region(MACROBLOCK.min(width), edge_offset);
        let all = region(width, offset);
        // Where regions overlap, the first counts.
        let regions = [edge, all];
        let regions = if offset.abs() == 1 { &regions[..] } else { &regions[1..] };
        let size = size_of_val(regions);
        let kind = ff::AVFrameSideDataType::AV_FRAME_DATA_REGIONS_OF_INTEREST;
        // SAFETY: the frame is valid; the new side data has `size` bytes, aligned for any type.
        unsafe {
            let data = ff::av_frame_new_side_data(self.as_ptr(), kind, size);
            if data.is_null() {
                return Err(no_memory("av_frame_new_side_data"));
            }
            std::ptr::copy_nonoverlapping(regions.as_ptr().cast::<u8>(), (*data).data, size);
        }
        Ok(())
    }

    /// The facts that the picture carries itself: format, size, shown size, colour.
    pub fn info(&mut self) -> Result<VideoInfo> {
        let fields = self.as_ptr();
        // SAFETY: the frame is valid; enum fields are read through their addresses.
        unsafe {
            let Some((format, full)) = pixel_format::from_av((*fields).format) else {
                let text = format!(
                    "the stream decodes to a pixel format (number {}) that has no W3C name",
                    (*fields).format
                );
                return Err(Error::not_supported(text));
            };
            let size = |side: i32| {
                u32::try_from(side).map_err(|_| Error::data("the decoder gave a picture of no size"))
            };
            let mut info = VideoInfo::of_size(format, size((*fields).width)?, size((*fields).height)?);
            info.color = color_fields!(fields, colorspace).read();
            if full {
                info.color = Color { full_range: Some(true), ..info.color };
            }
            let aspect = (*fields).sample_aspect_ratio;
            (info.display_width, info.display_height) = display_size(&info, aspect.num, aspect.den);
            Ok(info)
        }
    }

    /// The frame as a [`VideoFrame`] with `info` (from [`info`](Self::info), with times added), without a copy.
    pub fn into_media(mut self, info: VideoInfo) -> Result<VideoFrame> {
        let count = info.format.planes().len();
        let mut parts = Vec::with_capacity(count); // at most four: the price of checking them one by one
        for index in 0..count {
            let (row_bytes, rows) = plane_extent(info.format, index, info.coded_width, info.coded_height);
            // SAFETY: the frame is valid.
            let (data, linesize) =
                unsafe { ((*self.as_ptr()).data[index], (*self.as_ptr()).linesize[index]) };
            let stride_bytes = usize::try_from(linesize).ok().filter(|stride| *stride >= row_bytes);
            let (Some(data), Some(stride_bytes)) = (NonNull::new(data), stride_bytes) else {
                return Err(Error::not_supported(
                    "the decoder gave a picture that lies upside down in memory",
                ));
            };
            parts.push(Plane { data, stride_bytes, row_bytes, rows });
        }
        // SAFETY: FFmpeg's frame has these planes of its format and size, refers to their memory until it is
        // dropped, and nobody writes to a frame that has left the decoder.
        unsafe { VideoFrame::wrap(info, Planes::from_parts(parts), Arc::new(self)) }
    }
}

fn linesize(plane: &Plane) -> Result<i32> {
    i32::try_from(plane.stride_bytes).map_err(|_| Error::invalid("a stride of 2 GiB or more"))
}

/// One side grown to match the pixels' aspect ratio, as W3C computes display sizes; unknown is square.
fn display_size(info: &VideoInfo, num: i32, den: i32) -> (u32, u32) {
    let (width, height) = (info.visible.width, info.visible.height);
    let (Ok(num @ 1..), Ok(den @ 1..)) = (u64::try_from(num), u64::try_from(den)) else {
        return (width, height);
    };
    let scaled = |side: u32, num: u64, den: u64| {
        let scaled = (u64::from(side) * num + den / 2) / den;
        u32::try_from(scaled).ok().filter(|side| *side > 0).unwrap_or(side)
    };
    if num > den { (scaled(width, num, den), height) } else { (width, scaled(height, den, num)) }
}

impl Drop for Frame {
    fn drop(&mut self) {
        if !self.origin.is_here() {
            return; // a parent's decoder keeps such frames under a lock that may be held by a thread of the parent
        }
        let mut frame = self.frame.as_ptr();
        // SAFETY: allocated by `new`, freed once; also drops the buffers.
        unsafe { ff::av_frame_free(&mut frame) }
    }
}
