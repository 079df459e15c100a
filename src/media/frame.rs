//! A frame of either kind, as hosts hold it.

use std::ops::Deref;
use std::sync::Arc;

use super::VideoFrame;
use crate::error::Result;

/// What a decoder gives and an encoder takes.
pub enum Frame {
    /// A picture.
    Video(VideoFrame),
}

impl Frame {
    /// # Errors
    /// `InvalidArgument` if it is no picture.
    pub fn video(&self) -> Result<&VideoFrame> {
        match self {
            Self::Video(frame) => Ok(frame),
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
        let Frame::Video(frame) = &*self.0; // `of` looked
        frame
    }
}
