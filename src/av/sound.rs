//! What sound is, as far as a codec must know before the first sample.

use std::ffi::CString;

use ffmpeg_sys_next as ff;

use super::context::Context;
use super::error::check;
use crate::error::{Error, Kind, Result};

/// Rate, and which channels there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Samples a second of each channel.
    pub rate: u32,
    /// Channels.
    pub channels: u32,
    /// FFmpeg's name for what they are; its usual one for that many without.
    pub layout: Option<&'static str>,
}

impl Sound {
    /// Tells a codec that is not open.
    ///
    /// # Errors
    /// `NotSupported` for more than FFmpeg counts.
    pub(super) fn tell(&self, context: &Context) -> Result<()> {
        let (rate, channels) = (self.rate, self.channels);
        let whole = |name: &str, number: u32| {
            i32::try_from(number).map_err(|_| Error::not_supported(format!("{name} is {number}, too many")))
        };
        let (rate, channels) = (whole("sampleRate", rate)?, whole("numberOfChannels", channels)?);
        // SAFETY: the context is valid and not open.
        unsafe {
            let fields = &mut *context.as_ptr();
            fields.sample_rate = rate;
            fields.time_base = ff::AVRational { num: 1, den: rate };
            match self.layout {
                None => ff::av_channel_layout_default(&mut fields.ch_layout, channels),
                Some(name) => set_layout(&mut fields.ch_layout, name)?,
            }
        }
        Ok(())
    }
}

/// # Safety
/// `layout` is valid, and has no map of its own.
unsafe fn set_layout(layout: *mut ff::AVChannelLayout, name: &str) -> Result<()> {
    let text = CString::new(name).map_err(|_| Error::new(Kind::Internal, "a layout with a NUL inside"))?;
    // SAFETY: the caller's promise, and a NUL-terminated name.
    let code = unsafe { ff::av_channel_layout_from_string(layout, text.as_ptr()) };
    check(Kind::NotSupported, &format!("the channel layout {name}"), code).map(drop)
}
