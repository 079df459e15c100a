//! The structs of a picture, between C and `media`: facts, planes, and what to copy.

use std::ptr::NonNull;

use super::guard::null;
use super::pod;
use super::types::*;
use crate::error::{Error, Result};
use crate::media::copy::{ColorSpace, CopyOptions};
use crate::media::{Color, Layout, PixelFormat, Plane, Planes, Rect, VideoFrame, VideoInfo, plane_extent};

const _: () = {
    assert!(FG_COLOR_SPACE_SRGB == ColorSpace::Srgb as u32);
    assert!(FG_COLOR_SPACE_DISPLAY_P3 == ColorSpace::DisplayP3 as u32);
    assert!(FG_COLOR_SPACE_SOURCE == ColorSpace::Source as u32);
};

fn format_of(number: i32) -> Result<PixelFormat> {
    PixelFormat::from_number(number).ok_or_else(|| {
        let most = PixelFormat::ALL.len();
        Error::invalid(format!("format is {number}, allowed are the FG_PIXEL_ numbers, 1 to {most}"))
    })
}

/// A frame's facts, as the host gives them: checked one by one, with the defaults of the header.
///
/// # Safety
/// `info` is NULL or a struct of the host's with its size.
pub(super) unsafe fn video_info(info: *const fg_video_info) -> Result<VideoInfo> {
    // SAFETY: the caller's promise.
    let given = unsafe { pod::read(info)? };
    let mut info = VideoInfo::of_size(format_of(given.format)?, given.coded_width, given.coded_height);
    let visible = Rect {
        x: given.visible_x,
        y: given.visible_y,
        width: given.visible_width,
        height: given.visible_height,
    };
    if visible != Rect::default() {
        info.visible = visible;
    }
    info.rotation = u16::try_from(given.rotation).unwrap_or(u16::MAX);
    info.flip = flag(given.flip, "flip")?;
    (info.display_width, info.display_height) = match (given.display_width, given.display_height) {
        (0, 0) if matches!(info.rotation, 90 | 270) => (info.visible.height, info.visible.width),
        (0, 0) => (info.visible.width, info.visible.height),
        given => given,
    };
    info.color = Color {
        primaries: code_point(given.color_primaries, "color_primaries")?,
        transfer: code_point(given.color_transfer, "color_transfer")?,
        matrix: code_point(given.color_matrix, "color_matrix")?,
        full_range: match given.color_range {
            -1 => None,
            range => Some(flag(range as u32, "color_range")?),
        },
    };
    (info.timestamp_us, info.id) = (given.timestamp_us, given.id);
    info.duration_us = (given.duration_us >= 0).then_some(given.duration_us);
    if given.flags & !FG_VIDEO_FLAG_REFERENCE_LOST != 0 {
        let text = format!("flags is {:#x}, allowed are FG_VIDEO_FLAG_REFERENCE_LOST and 0", given.flags);
        return Err(Error::invalid(text));
    }
    pod::unused("reserved", given.reserved)?;
    info.reference_lost = given.flags & FG_VIDEO_FLAG_REFERENCE_LOST != 0;
    Ok(info)
}

fn flag(number: u32, name: &str) -> Result<bool> {
    match number {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Error::invalid(format!("{name} is {}, allowed are 0 and 1", number as i32))),
    }
}

fn code_point(number: i32, name: &str) -> Result<Option<u8>> {
    match u8::try_from(number) {
        Ok(number) => Ok(Some(number)),
        Err(_) if number == -1 => Ok(None),
        Err(_) => {
            Err(Error::invalid(format!("{name} is {number}, allowed are the H.273 numbers 0 to 255, and -1")))
        }
    }
}

/// A frame's facts, as C sees them.
pub(super) fn hosts_info(info: &VideoInfo) -> fg_video_info {
    let number = |code: Option<u8>| code.map_or(-1, i32::from);
    fg_video_info {
        format: info.format as i32,
        coded_width: info.coded_width,
        coded_height: info.coded_height,
        visible_x: info.visible.x,
        visible_y: info.visible.y,
        visible_width: info.visible.width,
        visible_height: info.visible.height,
        display_width: info.display_width,
        display_height: info.display_height,
        rotation: u32::from(info.rotation),
        flip: u32::from(info.flip),
        color_primaries: number(info.color.primaries),
        color_transfer: number(info.color.transfer),
        color_matrix: number(info.color.matrix),
        color_range: info.color.full_range.map_or(-1, i32::from),
        timestamp_us: info.timestamp_us,
        duration_us: info.duration_us.unwrap_or(-1),
        id: info.id,
        flags: if info.reference_lost { FG_VIDEO_FLAG_REFERENCE_LOST } else { 0 },
        ..Default::default()
    }
}

/// What to copy and how, as the host gives it.
///
/// # Safety
/// `options` is NULL or a struct of the host's with its size.
pub(super) unsafe fn copy_options(options: *const fg_copy_options) -> Result<CopyOptions> {
    if options.is_null() {
        return Ok(CopyOptions::default());
    }
    // SAFETY: the caller's promise.
    let given = unsafe { pod::read(options)? };
    pod::unused("options.plane", given.plane)?;
    pod::unused("options.reserved", given.reserved)?;
    pod::unused("options.frame_offset", given.frame_offset)?;
    pod::unused("options.frame_count", given.frame_count)?;
    let rect = Rect { x: given.x, y: given.y, width: given.width, height: given.height };
    let layout = match given.plane_count as usize {
        0 => None,
        count @ 1..=4 => Some(given.offset.into_iter().zip(given.stride).take(count).collect()),
        count => return Err(Error::invalid(format!("options.plane_count is {count}, allowed are 0 to 4"))),
    };
    Ok(CopyOptions {
        format: if given.format == -1 { None } else { Some(format_of(given.format)?) },
        rect: (rect != Rect::default()).then_some(rect),
        layout,
        color_space: ColorSpace::from_number(given.color_space).ok_or_else(|| {
            let number = given.color_space;
            Error::invalid(format!(
                "options.color_space is {number}, allowed are the FG_COLOR_SPACE_ numbers, 0 to 2"
            ))
        })?,
    })
}

/// Where a picture's planes lie, as C sees it.
pub(super) fn picture_planes(picture: &VideoFrame) -> fg_planes {
    let mut value = fg_planes::default();
    for (index, plane) in picture.planes().iter().enumerate() {
        value.count += 1;
        value.data[index] = plane.data.as_ptr();
        value.stride[index] = plane.stride_bytes as u64;
        value.rows[index] = plane.rows;
    }
    value
}

/// The planes of memory of the host's, checked against the format.
pub(super) fn wrapped_planes(info: &VideoInfo, planes: &fg_planes) -> Result<Planes> {
    let shapes = info.format.planes().len();
    if planes.count as usize != shapes {
        let name = info.format.name();
        return Err(Error::invalid(format!("planes.count is {}, {name} has {shapes} planes", planes.count)));
    }
    if !planes.extended_data.is_null() {
        return Err(Error::invalid("planes.extended_data is for sound, allowed is NULL"));
    }
    Layout::aligned(info.format, info.coded_width, info.coded_height, 1)?; // checks the sides
    let mut parts = Vec::with_capacity(shapes);
    for index in 0..shapes {
        parts.push(wrapped_plane(info, planes, index)?);
    }
    Ok(Planes::from_parts(parts))
}

fn wrapped_plane(info: &VideoInfo, planes: &fg_planes, index: usize) -> Result<Plane> {
    let (row_bytes, rows) = plane_extent(info.format, index, info.coded_width, info.coded_height);
    let data = NonNull::new(planes.data[index]).ok_or_else(|| null(&format!("planes.data[{index}]")))?;
    let (stride, hosts_rows) = (planes.stride[index], planes.rows[index]);
    let stride_bytes = i32::try_from(stride).ok().and_then(|stride| usize::try_from(stride).ok());
    let stride_bytes = stride_bytes.filter(|stride| *stride >= row_bytes).ok_or_else(|| {
        let most = i32::MAX;
        Error::invalid(format!(
            "planes.stride[{index}] is {stride}, allowed are {row_bytes} (a row's bytes) to {most}"
        ))
    })?;
    if hosts_rows != 0 && hosts_rows < rows {
        return Err(Error::invalid(format!(
            "planes.rows[{index}] is {hosts_rows}, too small: the format needs {rows}"
        )));
    }
    Ok(Plane { data, stride_bytes, row_bytes, rows })
}
