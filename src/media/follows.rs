//! What an encoder that runs learns of the time between frames.

/// How its bits follow the timestamps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Follows {
    /// It counts frames, at the rate and bitrate that it was opened with.
    #[default]
    Nothing,
    /// It counts frames, and takes another bitrate with each.
    Bitrate,
    /// It is told how long each frame lasts, and spends bits by that.
    Durations,
}
