//! What pictures are, as far as a codec must know before the first.

use super::context::Context;
use super::pixel_format;
use crate::error::{Error, Result};
use crate::media::PixelFormat;

/// Format and size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The samples' format.
    pub format: PixelFormat,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Picture {
    /// Tells a codec that is not open.
    ///
    /// # Errors
    /// `NotSupported` if FFmpeg has no such pictures.
    pub(super) fn tell(&self, context: &Context) -> Result<()> {
        let side = |side: u32| {
            i32::try_from(side).map_err(|_| Error::not_supported(format!("a side of {side} pixels")))
        };
        let name = self.format.name();
        let format = pixel_format::to_av(self.format)
            .ok_or_else(|| Error::not_supported(format!("FFmpeg has no pictures of {name}")))?;
        // SAFETY: the context is valid, and nobody else uses it.
        let fields = unsafe { &mut *context.as_ptr() };
        (fields.pix_fmt, fields.width, fields.height) = (format, side(self.width)?, side(self.height)?);
        Ok(())
    }
}
