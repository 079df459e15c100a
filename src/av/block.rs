//! What is written to a container: of a stream, and of each packet.

use crate::media::PixelFormat;

/// What is asked of a container.
#[derive(Clone, Copy)]
pub struct Container<'a> {
    /// FFmpeg's name of it; `None`: the one that FFmpeg finds by the ending.
    pub name: Option<&'a str>,
    /// The ending of a file's name, without its dot.
    pub extension: &'a str,
    /// Its clock is the rate of its pictures.
    pub counts_frames: bool,
}

/// A packet's times, microseconds. `pts_us` is not before `dts_us`.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Presentation time.
    pub pts_us: i64,
    /// Decode time, not below the one before.
    pub dts_us: i64,
    /// Duration, 0 if unknown.
    pub duration_us: i64,
}

/// What a container must be told of a stream beside its configuration.
pub struct Told<'a> {
    /// Its pictures' format, where that is needed.
    pub format: Option<PixelFormat>,
    /// The container's form of its description, where that is another.
    pub setup: Option<&'a [u8]>,
    /// FFmpeg's name of the filter that changes its chunks to the container's form, where FFmpeg does not do so itself.
    pub filter: Option<&'a str>,
}

/// A packet's bytes.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    /// Decoding can begin there.
    pub key: bool,
    /// The picture, or the sound.
    pub data: &'a [u8],
    /// The alpha plane beside it.
    pub alpha: Option<&'a [u8]>,
    /// Samples at the beginning and at the end of the sound that are not heard.
    pub skipped: (u32, u32),
}
