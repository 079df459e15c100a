//! Frames.

use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::Arc;

use super::guard::{done, infallible, null, object, place, slice};
use super::pod;
use super::types::*;
use crate::error::{Error, Result};
use crate::media::copy::{self, CopyOptions};
use crate::media::{Color, PixelFormat, Plane, Planes, Rect, VideoFrame, VideoInfo, plane_extent};

/// A picture, reference counted: made by the host (fg_frame_new_video, fg_frame_wrap_video) or by a decoder.
///
/// Its planes may be written until it is first enqueued; from then on, and when a decoder made it, they are only
/// read. Every reference is given back with fg_frame_release.
///
/// Threads: any function on any thread; writing to the planes beside nothing else.
#[allow(non_camel_case_types)]
pub struct fg_frame {
    _opaque: [u8; 0],
}

/// The frame of a pointer.
///
/// # Safety
/// NULL, or a frame of this library that is alive for `'a`.
pub(super) unsafe fn frame_of<'a>(pointer: *const fg_frame) -> Result<&'a VideoFrame> {
    // SAFETY: the caller's promise; every fg_frame is a VideoFrame inside an Arc (`to_host`).
    unsafe { object(pointer.cast::<VideoFrame>(), "frame") }
}

/// A reference of our own to the frame of a pointer, which keeps the host's.
///
/// # Safety
/// As [`frame_of`].
pub(super) unsafe fn share(pointer: *const fg_frame) -> Result<Arc<VideoFrame>> {
    if pointer.is_null() {
        return Err(null("frame"));
    }
    let frame = pointer.cast::<VideoFrame>();
    // SAFETY: the pointer is that of a live Arc (`to_host`), whose count rises by the reference returned.
    unsafe {
        Arc::increment_strong_count(frame);
        Ok(Arc::from_raw(frame))
    }
}

fn to_host(frame: VideoFrame) -> *mut fg_frame {
    Arc::into_raw(Arc::new(frame)).cast_mut().cast()
}

/// Makes a frame with memory of the library's own, rows aligned to 64 bytes. Fill its planes (fg_frame_planes,
/// fg_frame_copy_from) before enqueueing it. Memory comes from a pool: addresses recur, contents are undefined.
///
/// FG_ERROR_INVALID_ARGUMENT: an impossible size, rectangle, turn or format. FG_ERROR_OUT_OF_MEMORY.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_new_video(
    info: *const fg_video_info,
    frame: *mut *mut fg_frame,
) -> fg_status {
    done(|| {
        let place = place(frame, "frame")?;
        // SAFETY: the C contract: a struct with its size, a place for a pointer.
        unsafe { place.put(to_host(VideoFrame::allocate(video_info(info)?)?)) };
        Ok(())
    })
}

/// Makes a frame around memory of the host's, without a copy. planes gives data and stride of each plane of the
/// coded picture (rows may be 0). on_free(opaque), if not NULL, is called once when the last reference is gone,
/// on whatever thread that happens; until then the memory must stay as it is.
///
/// FG_ERROR_INVALID_ARGUMENT: as fg_frame_new_video, or planes that do not fit the format; on_free is not
/// called then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_wrap_video(
    info: *const fg_video_info,
    planes: *const fg_planes,
    on_free: Option<unsafe extern "C" fn(opaque: *mut c_void)>,
    opaque: *mut c_void,
    frame: *mut *mut fg_frame,
) -> fg_status {
    done(|| {
        let place = place(frame, "frame")?;
        // SAFETY: the C contract: structs with their sizes.
        let (info, planes) = unsafe { (video_info(info)?, pod::read(planes, no_planes())?) };
        info.check()?;
        let planes = wrapped_planes(&info, &planes)?;
        // SAFETY: the C contract: the planes were checked against the format and stay as they are until
        // `on_free`. `info` was checked, so the owner is not dropped by an error here.
        let wrapped = unsafe { VideoFrame::wrap(info, planes, Box::new(HostMemory { on_free, opaque }))? };
        // SAFETY: the C contract: a place for a pointer.
        unsafe { place.put(to_host(wrapped)) };
        Ok(())
    })
}

/// Memory of the host's, freed by the host.
struct HostMemory {
    on_free: Option<unsafe extern "C" fn(*mut c_void)>,
    opaque: *mut c_void,
}

// SAFETY: the C contract says that `on_free` may be called on any thread; `opaque` is only handed to it.
unsafe impl Send for HostMemory {}
// SAFETY: as above; there is no shared access.
unsafe impl Sync for HostMemory {}

impl Drop for HostMemory {
    fn drop(&mut self) {
        if let Some(on_free) = self.on_free {
            // SAFETY: the C contract of fg_frame_wrap_video; dropped once.
            unsafe { on_free(self.opaque) }
        }
    }
}

fn wrapped_planes(info: &VideoInfo, planes: &fg_planes) -> Result<Planes> {
    let shapes = info.format.planes().len();
    if planes.count as usize != shapes {
        let name = info.format.name();
        return Err(Error::invalid(format!("planes.count is {}, {name} has {shapes} planes", planes.count)));
    }
    crate::media::Layout::aligned(info.format, info.coded_width, info.coded_height, 1)?; // checks the sides
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

/// Writes the frame's facts to info.
///
/// FG_ERROR_INVALID_ARGUMENT: NULL, or a wrong struct_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_video_info(frame: *const fg_frame, info: *mut fg_video_info) -> fg_status {
    done(|| {
        // SAFETY: the C contract: a live frame, a struct with its size.
        let (frame, slot) = unsafe { (frame_of(frame)?, pod::slot(info)?) };
        slot.put(&hosts_info(frame.info()));
        Ok(())
    })
}

/// Writes where the planes of the coded picture lie to planes. Valid as long as the frame; to be written to only
/// in a frame that the host made and has not enqueued.
///
/// FG_ERROR_INVALID_ARGUMENT: NULL, or a wrong struct_size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_planes(frame: *const fg_frame, planes: *mut fg_planes) -> fg_status {
    done(|| {
        // SAFETY: the C contract: a live frame, a struct with its size.
        let (frame, slot) = unsafe { (frame_of(frame)?, pod::slot(planes)?) };
        let mut value = no_planes();
        for (index, plane) in frame.planes().iter().enumerate() {
            value.count += 1;
            value.data[index] = plane.data.as_ptr();
            value.stride[index] = plane.stride_bytes as u64;
            value.rows[index] = plane.rows;
        }
        slot.put(&value);
        Ok(())
    })
}

/// Fills the coded picture from bytes: tightly packed, plane after plane, in the frame's own format.
///
/// FG_ERROR_INVALID_ARGUMENT: size is not that of the picture. FG_ERROR_INVALID_STATE: the frame was enqueued
/// or decoded.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_copy_from(
    frame: *mut fg_frame,
    bytes: *const u8,
    size: usize,
) -> fg_status {
    done(|| {
        // SAFETY: the C contract: a live frame that nothing else uses, `size` readable bytes.
        unsafe { frame_of(frame)?.copy_from(slice(bytes, size, "bytes")?) }
    })
}

/// How many bytes fg_frame_copy_to needs with these options.
///
/// FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED: as fg_frame_copy_to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_allocation_size(
    frame: *const fg_frame,
    options: *const fg_copy_options,
    size: *mut usize,
) -> fg_status {
    done(|| {
        let size = place(size, "size")?;
        // SAFETY: the C contract: a live frame, NULL or a struct with its size, a place for a number.
        unsafe { size.put(copy::allocation_size(frame_of(frame)?, &copy_options(options)?)?) };
        Ok(())
    })
}

/// Copies the picture, or a part of it, to dest; converts to RGB if options say so. W3C VideoFrame.copyTo.
///
/// FG_ERROR_INVALID_ARGUMENT: size is too small (fg_frame_allocation_size tells), or the rectangle or layout does
/// not fit. FG_ERROR_NOT_SUPPORTED: that conversion does not exist. dest is untouched then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_copy_to(
    frame: *const fg_frame,
    options: *const fg_copy_options,
    dest: *mut u8,
    size: usize,
) -> fg_status {
    done(|| {
        if dest.is_null() {
            return Err(null("dest"));
        }
        if size > isize::MAX as usize {
            return Err(Error::invalid(format!("size is {size}, which exceeds the address space")));
        }
        // SAFETY: the C contract: a live frame, NULL or a struct with its size, `size` writable bytes.
        unsafe {
            let dest = std::slice::from_raw_parts_mut(dest, size);
            copy::copy_to(frame_of(frame)?, &copy_options(options)?, dest)
        }
    })
}

/// Takes another reference to a frame and gives it back, for convenience. A decoded frame that is kept this way
/// leaves the gate: releasing its output frees the slot, the frame stays. NULL gives NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_retain(frame: *mut fg_frame) -> *mut fg_frame {
    infallible(frame, || {
        // SAFETY: the C contract: NULL or a live frame.
        let _ = unsafe { share(frame) }.map(Arc::into_raw);
        frame
    })
}

/// Gives a reference back. NULL is allowed. Never for the frame inside an fg_output, unless it was retained.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fg_frame_release(frame: *mut fg_frame) {
    if !frame.is_null() {
        // SAFETY: the C contract: the host owns this reference; every fg_frame is a VideoFrame inside an Arc.
        infallible((), || drop(unsafe { Arc::from_raw(frame.cast_const().cast::<VideoFrame>()) }));
    }
}

fn no_planes() -> fg_planes {
    let struct_size = size_of::<fg_planes>() as u32;
    fg_planes { struct_size, count: 0, data: [std::ptr::null_mut(); 4], stride: [0; 4], rows: [0; 4] }
}

/// The numbers of the header are those of the enum.
macro_rules! same_numbers {
    ($($constant:ident = $format:ident),* $(,)?) => { const _: () = { $(assert!($constant == PixelFormat::$format as i32);)* }; };
}
same_numbers! {
    FG_PIXEL_I420 = I420, FG_PIXEL_I420A = I420A, FG_PIXEL_I422 = I422, FG_PIXEL_I422A = I422A, FG_PIXEL_I444 = I444,
    FG_PIXEL_I444A = I444A, FG_PIXEL_NV12 = Nv12, FG_PIXEL_RGBA = Rgba, FG_PIXEL_RGBX = Rgbx, FG_PIXEL_BGRA = Bgra,
    FG_PIXEL_BGRX = Bgrx, FG_PIXEL_I420P10 = I420P10, FG_PIXEL_I420AP10 = I420AP10, FG_PIXEL_I422P10 = I422P10,
    FG_PIXEL_I422AP10 = I422AP10, FG_PIXEL_I444P10 = I444P10, FG_PIXEL_I444AP10 = I444AP10, FG_PIXEL_I420P12 = I420P12,
    FG_PIXEL_I420AP12 = I420AP12, FG_PIXEL_I422P12 = I422P12, FG_PIXEL_I422AP12 = I422AP12, FG_PIXEL_I444P12 = I444P12,
    FG_PIXEL_I444AP12 = I444AP12,
}

fn format_of(number: i32) -> Result<PixelFormat> {
    PixelFormat::from_number(number).ok_or_else(|| {
        Error::invalid(format!("format is {number}, allowed are the FG_PIXEL_ numbers, 1 to 23"))
    })
}

/// # Safety
/// `info` is NULL or a struct of the host's with its size.
unsafe fn video_info(info: *const fg_video_info) -> Result<VideoInfo> {
    // SAFETY: the caller's promise.
    let given = unsafe { pod::read(info, hosts_info(&VideoInfo::of_size(PixelFormat::I420, 1, 1)))? };
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

fn hosts_info(info: &VideoInfo) -> fg_video_info {
    let number = |code: Option<u8>| code.map_or(-1, i32::from);
    fg_video_info {
        struct_size: size_of::<fg_video_info>() as u32,
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
    }
}

/// # Safety
/// `options` is NULL or a struct of the host's with its size.
unsafe fn copy_options(options: *const fg_copy_options) -> Result<CopyOptions> {
    if options.is_null() {
        return Ok(CopyOptions::default());
    }
    let defaults = fg_copy_options {
        struct_size: 0,
        format: -1,
        x: 0,
        y: 0,
        width: 0,
        height: 0,
        plane: 0,
        plane_count: 0,
        offset: [0; 4],
        stride: [0; 4],
    };
    // SAFETY: the caller's promise.
    let given = unsafe { pod::read(options, defaults)? };
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
    })
}
