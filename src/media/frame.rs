//! A frame of either kind, as hosts hold it.

use std::ops::Deref;
use std::sync::Arc;

use super::{AudioData, VideoFrame};
use crate::error::{Error, Result};

/// What a decoder gives and an encoder takes.
pub enum Frame {
    /// A picture.
    Video(VideoFrame),
    /// Sound.
    Audio(AudioData),
}

impl Frame {
    /// # Errors
    /// `InvalidArgument` if it is no picture.
    pub fn video(&self) -> Result<&VideoFrame> {
        match self {
            Self::Video(frame) => Ok(frame),
            Self::Audio(_) => Err(Error::invalid("frame is sound, a picture is wanted")),
        }
    }

    /// # Errors
    /// `InvalidArgument` if it is no sound.
    pub fn audio(&self) -> Result<&AudioData> {
        match self {
            Self::Audio(sound) => Ok(sound),
            Self::Video(_) => Err(Error::invalid("frame is a picture, sound is wanted")),
        }
    }

    /// Its time, microseconds.
    pub fn timestamp_us(&self) -> i64 {
        match self {
            Self::Video(frame) => frame.info().timestamp_us,
            Self::Audio(sound) => sound.info().timestamp_us,
        }
    }

    /// Bytes of its pixels or samples.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Video(frame) => frame.planes().bytes(),
            Self::Audio(sound) => sound.info().bytes(),
        }
    }

    /// Ends the host's right to write to it.
    pub fn freeze(&self) {
        match self {
            Self::Video(frame) => frame.freeze(),
            Self::Audio(sound) => sound.freeze(),
        }
    }

    /// How many share its memory.
    pub fn sharers(&self) -> usize {
        match self {
            Self::Video(frame) => frame.sharers(),
            Self::Audio(sound) => sound.sharers(),
        }
    }
}

/// A shared frame that is known to be a picture.
#[derive(Clone)]
pub struct SharedVideoFrame(Arc<Frame>);

impl SharedVideoFrame {
    /// Of a frame that nobody has yet.
    pub fn new(frame: VideoFrame) -> Self {
        Self(Arc::new(Frame::Video(frame)))
    }

    /// Of one that a host has.
    ///
    /// # Errors
    /// As [`Frame::video`].
    pub fn of(frame: Arc<Frame>) -> Result<Self> {
        frame.video()?;
        Ok(Self(frame))
    }
}

impl Deref for SharedVideoFrame {
    type Target = VideoFrame;

    fn deref(&self) -> &VideoFrame {
        match &*self.0 {
            Frame::Video(frame) => frame,
            Frame::Audio(_) => unreachable!("`of` looked"),
        }
    }
}
