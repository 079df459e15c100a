//! The containers.

/// The formats that are written and hold an alpha plane beside a picture, by FFmpeg's names.
pub(super) const ALPHA: &[&str] = &["matroska", "webm"];

/// The formats that are read, by FFmpeg's full names. Playlists, manifests, lists of files and numbered pictures, which
/// name other files, are not among them.
pub(super) const READ: &[&str] = &[
    "mov,mp4,m4a,3gp,3g2,mj2",
    "matroska,webm",
    "avi",
    "mpegts",
    "ogg",
    "wav",
    "flac",
    "mp3",
    "aac",
    "ivf",
    "h264",
    "hevc",
];
