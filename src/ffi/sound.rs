//! The structs of sound, between C and `media`: facts, planes, and what to copy.

use std::ptr::NonNull;

use super::guard::null;
use super::pod;
use super::types::*;
use crate::error::{Error, Result};
use crate::media::sound::copy::CopyOptions;
use crate::media::{AudioData, AudioInfo, SampleFormat};

fn format_of(number: i32) -> Result<SampleFormat> {
    SampleFormat::from_number(number).ok_or_else(|| {
        let most = SampleFormat::ALL.len();
        Error::invalid(format!("format is {number}, allowed are the FG_SAMPLE_ numbers, 1 to {most}"))
    })
}

/// The facts of sound, as the host gives them: checked one by one.
///
/// # Safety
/// `info` is NULL or a struct of the host's with its size.
pub(super) unsafe fn audio_info(info: *const fg_audio_info) -> Result<AudioInfo> {
    // SAFETY: the caller's promise.
    let given = unsafe { pod::read(info)? };
    pod::unused("reserved", given.reserved)?;
    let sound = AudioInfo::of(format_of(given.format)?, given.sample_rate, given.channels, given.frames);
    let info = AudioInfo { timestamp_us: given.timestamp_us, id: given.id, ..sound };
    info.check()?;
    Ok(info)
}

/// The facts of sound, as C sees them.
pub(super) fn hosts_audio_info(info: &AudioInfo) -> fg_audio_info {
    fg_audio_info {
        format: info.format as i32,
        sample_rate: info.sample_rate,
        channels: info.channels,
        frames: info.frames,
        timestamp_us: info.timestamp_us,
        duration_us: info.duration_us(),
        id: info.id,
        ..Default::default()
    }
}

/// Where the planes of sound lie, as C sees it.
pub(super) fn sound_planes(sound: &AudioData) -> fg_planes {
    let planes = sound.planes();
    let mut value = fg_planes {
        count: planes.len() as u32, // MAX_CHANNELS at most
        // A NonNull is laid out as the pointer that it is.
        extended_data: planes.as_ptr().cast(),
        ..Default::default()
    };
    for (index, plane) in planes.iter().enumerate().take(value.data.len()) {
        value.data[index] = plane.as_ptr();
        value.stride[index] = sound.info().plane_bytes() as u64;
        value.rows[index] = 1;
    }
    value
}

/// What to copy and how, as the host gives it.
///
/// # Safety
/// `options` is NULL or a struct of the host's with its size.
pub(super) unsafe fn sound_copy_options(options: *const fg_copy_options) -> Result<CopyOptions> {
    if options.is_null() {
        return Ok(CopyOptions::default());
    }
    // SAFETY: the caller's promise.
    let given = unsafe { pod::read(options)? };
    for (name, value) in [
        ("options.x", given.x),
        ("options.y", given.y),
        ("options.width", given.width),
        ("options.height", given.height),
        ("options.plane_count", given.plane_count),
        ("options.color_space", given.color_space),
        ("options.reserved", given.reserved),
    ] {
        pod::unused(name, value)?;
    }
    Ok(CopyOptions {
        format: if given.format == -1 { None } else { Some(format_of(given.format)?) },
        plane: given.plane,
        frame_offset: given.frame_offset,
        frame_count: given.frame_count,
    })
}

/// The planes of memory of the host's, checked against the facts.
///
/// # Safety
/// `extended_data` is NULL or has a pointer for each plane.
pub(super) unsafe fn wrapped_sound(info: &AudioInfo, planes: &fg_planes) -> Result<Box<[NonNull<u8>]>> {
    let (count, bytes) = (info.planes(), info.plane_bytes());
    if planes.count as usize != count {
        let (given, name, channels) = (planes.count, info.format.name(), info.channels);
        let text = format!("planes.count is {given}, {channels} channels of {name} have {count} planes");
        return Err(Error::invalid(text));
    }
    if planes.extended_data.is_null() && count > planes.data.len() {
        let text = format!("planes.extended_data is NULL, with {count} planes it has their addresses");
        return Err(Error::invalid(text));
    }
    (0..count)
        .map(|index| {
            check_extent(planes, index, bytes)?;
            let (name, data) = if planes.extended_data.is_null() {
                ("data", planes.data[index])
            } else {
                // SAFETY: the caller's promise: it has `count` pointers.
                ("extended_data", unsafe { planes.extended_data.add(index).read_unaligned() })
            };
            let name = format!("planes.{name}[{index}]");
            let start = NonNull::new(data).ok_or_else(|| null(&name))?;
            if bytes > isize::MAX as usize || (data as usize).checked_add(bytes).is_none() {
                let text = format!("{name} is {data:p}, {bytes} bytes from there leave the address space");
                return Err(Error::invalid(text));
            }
            Ok(start)
        })
        .collect()
}

/// Checks stride and rows of a plane, which only the first four have.
fn check_extent(planes: &fg_planes, index: usize, bytes: usize) -> Result<()> {
    let (Some(&stride), Some(&rows)) = (planes.stride.get(index), planes.rows.get(index)) else {
        return Ok(());
    };
    if stride != 0 && stride < bytes as u64 {
        let text = format!(
            "planes.stride[{index}] is {stride}, allowed are 0, and {bytes} (the plane's bytes) and more"
        );
        return Err(Error::invalid(text));
    }
    if rows > 1 {
        return Err(Error::invalid(format!("planes.rows[{index}] is {rows}, allowed are 0 and 1")));
    }
    Ok(())
}
