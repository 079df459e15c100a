//! An encoder at work, and the rate that it is kept to.

use super::picture::Look;
use crate::av::{Encoder, EncoderSettings};
use crate::error::Result;
use crate::media::Follows;

/// Turn and flip.
pub(super) type Orientation = (u16, bool);

/// An open encoder, and what the frames that it takes have in common.
pub(super) struct Running {
    pub(super) look: Look,
    pub(super) orientation: Orientation,
    pub(super) encoder: Encoder,
    /// The bitrate that it is kept to by the timestamps; `None`: it counts by its frame rate alone.
    bitrate: Option<u64>,
}

impl Running {
    pub(super) fn open(settings: &EncoderSettings, look: Look, orientation: Orientation) -> Result<Self> {
        let encoder = Encoder::open(settings)?;
        let bitrate = encoder.bitrate();
        Ok(Self { look, orientation, encoder, bitrate })
    }

    /// True if it goes on with frames of that kind.
    pub(super) fn takes(&self, look: Look, orientation: Orientation) -> bool {
        (self.look, self.orientation) == (look, orientation)
    }

    /// The next frame is worth `frame_us`.
    pub(super) fn keep_pace(&mut self, frame_us: f64) {
        if let Some(bitrate) = self.bitrate {
            self.encoder.keep_pace(bitrate, frame_us);
        }
    }

    /// Goes on with the bitrate and the frames a second of `after`, in place of `before`'s; false if it cannot.
    pub(super) fn carry_on(&mut self, before: &EncoderSettings, after: &EncoderSettings) -> bool {
        let host_sets = |option: &str| before.host_options.iter().any(|(name, _)| name == option);
        let carries_on = match (before.bitrate, after.bitrate) {
            _ if before.follows == Follows::Nothing || before.profile != after.profile => false,
            _ if before.follows == Follows::Durations && !self.is_near(after.bitrate) => false,
            (None, None) => true,
            (Some(old), Some(new)) => self.bitrate.is_some() && (old == new || !host_sets("maxrate")),
            _ => false,
        };
        if carries_on && before.bitrate != after.bitrate {
            self.bitrate = after.bitrate;
            let bound = after.bitrate.zip(after.buffer_us).filter(|_| !host_sets("bufsize"));
            if let Some((bitrate, buffer_us)) = bound {
                self.encoder.fit_buffer(bitrate, buffer_us);
            }
        }
        carries_on
    }

    /// True for a bitrate that an encoder is kept to by the length of its frames. Its buffer stays: with more bits it is too
    /// short, with fewer it fills at once.
    fn is_near(&self, bitrate: Option<u64>) -> bool {
        let opened = self.encoder.bitrate().unwrap_or(0);
        bitrate.is_some_and(|bitrate| (opened / 4..=opened.saturating_mul(4)).contains(&bitrate))
    }
}
