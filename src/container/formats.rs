//! The containers.

/// The formats that are written and hold an alpha plane beside a picture, by FFmpeg's names.
pub(super) const ALPHA: &[&str] = &["matroska", "webm"];

/// Formats that take any codec, and write what no reader knows: what they hold, by FFmpeg's names.
const ONLY: &[(&str, &[&str])] = &[
    ("mpegts", &["h264", "hevc", "mpeg2video", "mpeg4", "aac", "mp2", "mp3", "ac3", "eac3", "dts", "opus"]),
    ("h264", &["h264"]),
    ("hevc", &["hevc"]),
];

/// What the format holds, if it is told apart and `codec` is not among it.
pub(super) fn holds_only(format: &str, codec: &str) -> Option<&'static [&'static str]> {
    let (_, codecs) = ONLY.iter().find(|(name, _)| *name == format)?;
    (!codecs.contains(&codec)).then_some(codecs)
}

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
