//! Copying sound into a host's buffer: W3C `AudioData.allocationSize()` and `copyTo()`.
//!
//! Source: W3C WebCodecs, "Compute Copy Element Count" and "AudioData.copyTo".

use std::ops::Range;
use std::ptr::NonNull;

use super::{Samples, convert, convert_channel};
use crate::error::{Error, Result};
use crate::media::{AudioData, SampleFormat};

/// W3C `AudioDataCopyToOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct CopyOptions {
    /// The format to write; `None` is the sound's own.
    pub format: Option<SampleFormat>,
    /// The channel to write, if the format is planar; else 0, and all of them are written.
    pub plane: u32,
    /// The first frame to copy.
    pub frame_offset: u32,
    /// How many; 0 for all from there on.
    pub frame_count: u32,
}

/// Bytes that [`copy_to`] needs with the same options.
///
/// # Errors
/// `InvalidArgument` for frames or a plane that there are not; the text names the option and what is allowed.
pub fn allocation_size(sound: &AudioData, options: &CopyOptions) -> Result<usize> {
    Ok(CheckedOptions::new(sound, options)?.size_bytes())
}

/// Copies samples to `dest`, whose further bytes keep their values.
///
/// # Errors
/// Those of [`allocation_size`], and `InvalidArgument` if `dest` is too small; nothing is written then.
pub fn copy_to(sound: &AudioData, options: &CopyOptions, dest: &mut [u8]) -> Result<()> {
    let checked = CheckedOptions::new(sound, options)?;
    let (size, needed) = (dest.len(), checked.size_bytes());
    if size < needed {
        return Err(Error::invalid(format!("dest is too small: {size} bytes, {needed} needed")));
    }
    let CheckedOptions { format, frames, .. } = checked;
    let source = Samples::of(sound, frames.start as usize);
    let dest = NonNull::from(dest).cast();
    // SAFETY: the sound's samples are readable as long as it is borrowed, and it has these frames and the channel; `dest`
    // is borrowed alone and has the bytes, as was checked.
    unsafe {
        if format.is_planar() {
            convert_channel(&source, options.plane as usize, format, dest, frames.len());
        } else {
            let dest = Samples { format, planes: &[dest], channels: source.channels, offset: 0 };
            convert(&source, &dest, frames.len());
        }
    }
    Ok(())
}

/// The options, checked and with defaults filled in.
struct CheckedOptions {
    format: SampleFormat,
    frames: Range<u32>,
    /// What a frame has, in the one plane that is written.
    samples: usize,
}

impl CheckedOptions {
    fn new(sound: &AudioData, options: &CopyOptions) -> Result<Self> {
        let info = sound.info();
        let format = options.format.unwrap_or(info.format);
        let (plane, planes) = (options.plane, format.planes(info.channels));
        if plane as usize >= planes {
            let allowed = if planes == 1 { "is 0".to_owned() } else { format!("are 0 to {}", planes - 1) };
            let (name, channels) = (format.name(), info.channels);
            return Err(Error::invalid(format!(
                "options.plane is {plane}, allowed {allowed}: planes of {channels} channels of {name}"
            )));
        }
        let frames = frames(info.frames, options.frame_offset, options.frame_count)?;
        let samples = if format.is_planar() { 1 } else { info.channels as usize };
        Ok(Self { format, frames, samples })
    }

    /// Below the bytes of sound that exists times 4, so that no product leaves the address space.
    fn size_bytes(&self) -> usize {
        self.frames.len() * self.samples * self.format.bytes()
    }
}

/// `count` frames, or all, from `offset` on.
fn frames(all: u32, offset: u32, count: u32) -> Result<Range<u32>> {
    if offset >= all {
        let last = all - 1;
        let text =
            format!("options.frame_offset is {offset}, allowed are 0 to {last}: there are {all} frames");
        return Err(Error::invalid(text));
    }
    let follow = all - offset;
    if count > follow {
        let text = format!(
            "options.frame_count is {count}, allowed are 0 to {follow}: {follow} of {all} frames follow"
        );
        return Err(Error::invalid(text));
    }
    Ok(offset..offset + if count == 0 { follow } else { count })
}
