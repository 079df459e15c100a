//! What a container says of a stream, as far as its codec string follows from it.

use super::{Color, PixelFormat};

/// What a stream's samples are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// Pictures.
    Video,
    /// Sound.
    Audio,
}

/// A stream's facts.
#[derive(Default)]
pub struct StreamFacts<'a> {
    /// FFmpeg's name of its codec.
    pub av_name: &'static str,
    /// The four characters by which its container names the codec; 0 each if it does not.
    pub tag: [u8; 4],
    /// Its setup bytes.
    pub extradata: &'a [u8],
    /// FFmpeg's number of its profile; negative if it is not known.
    pub profile: i32,
    /// Its level, as the codec writes it; negative if it is not known.
    pub level: i32,
    /// Its pictures' format, where the stream was looked into and they have a form here.
    pub format: Option<PixelFormat>,
    /// Pixels across; 0 if it is not known, or there are no pictures.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pictures a second, about; 0 if it is not known.
    pub framerate: f64,
    /// Its pictures' colour, as far as it is known.
    pub color: Color,
}

/// What such a stream is called.
pub struct Named {
    /// Its codec string; `None` if nobody knows more than FFmpeg's name.
    pub codec: Option<String>,
    /// What its setup bytes are.
    pub setup: Setup,
}

/// What a container's setup bytes are to decoders.
pub enum Setup {
    /// The description.
    Description,
    /// No description: what may come in band as well, or what decoders do not take.
    None,
    /// This description, in another form.
    Changed(Vec<u8>),
}
