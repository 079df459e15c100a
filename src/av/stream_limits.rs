//! How many streams a file may have, and what the decoders may take that look at them before there is a decoder of ours.

use ffmpeg_sys_next as ff;

use super::options::Options;
use super::probe;
use crate::error::{Error, Result};
use crate::media::Limits;

/// The options of the decoders that look at each stream.
pub struct StreamOptions(Vec<Options>);

impl StreamOptions {
    /// # Errors
    /// `OutOfMemory`.
    pub fn new(count: usize, limits: &Limits) -> Result<Self> {
        let options = || {
            let mut options = Options::new();
            options.set("max_pixels", &probe::at_most(limits.max_pixels).to_string())?;
            options.set("max_samples", &probe::at_most(limits.max_samples).to_string())?;
            Ok(options)
        };
        (0..count.max(1)).map(|_| options()).collect::<Result<_>>().map(Self)
    }

    /// An array of dictionaries, as many as there are streams.
    pub fn as_mut_ptr(&mut self) -> *mut *mut ff::AVDictionary {
        const { assert!(size_of::<Options>() == size_of::<*mut ff::AVDictionary>()) };
        self.0.as_mut_ptr().cast()
    }
}

/// What FFmpeg may add: some formats leave out what is too many without a word, so that the first one tells.
pub fn one_stream_more(limits: &Limits) -> i32 {
    probe::at_most(u64::from(limits.max_streams) + 1)
}

/// The error for a file with more.
pub fn too_many_streams(limits: &Limits, path: &str) -> Error {
    let most = limits.max_streams;
    Error::not_supported(format!("{path:?}: max_streams is {most}, the file has more streams"))
}
