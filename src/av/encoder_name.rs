//! The name of one of FFmpeg's encoders.

use std::ffi::{CStr, CString};

use super::descriptor::Descriptor;
use crate::error::{Error, Result};

/// Which encoder FFmpeg is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncoderName(pub(super) &'static CStr);

impl EncoderName {
    /// The encoder of that name for a codec, or, without one, the first that there is of `preferred`, or else any other.
    /// `title` is what people call the codec.
    ///
    /// # Errors
    /// `NotSupported` naming the encoder.
    pub fn find(codec: &str, title: &str, preferred: &[&str], name: Option<&str>) -> Result<Self> {
        super::log::init();
        let known = Descriptor::of_name(codec);
        let by_name = |name: &str| known?.encoder(Some(&CString::new(name).ok()?));
        let found = match name {
            Some(name) => by_name(name),
            None => preferred.iter().find_map(|name| by_name(name)).or_else(|| known?.encoder(None)),
        };
        let Some(found) = found else {
            let name = name.map_or_else(|| format!("{} or another", preferred.join(", ")), str::to_owned);
            return Err(Error::not_supported(format!(
                "ffmpeg.encoder: this FFmpeg has no {title} encoder {name}"
            )));
        };
        // SAFETY: FFmpeg's codecs and their names are static.
        Ok(Self(unsafe { CStr::from_ptr((*found).name) }))
    }

    /// FFmpeg's name for it.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or("?")
    }
}
