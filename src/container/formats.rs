//! The containers, a row each. Everything that depends on the container asks its row; FFmpeg's others that it
//! can write have [`OTHER`].

/// A container.
pub struct Format {
    /// FFmpeg's name of what writes it.
    pub name: &'static str,
    /// FFmpeg's full name of what reads it.
    pub demuxer: &'static str,
    /// The endings of its files' names, the usual one first.
    pub extensions: &'static [&'static str],
    /// Its media type.
    pub mime: &'static str,
    /// What it holds, by FFmpeg's names of codecs.
    pub codecs: &'static [&'static str],
    /// It holds what FFmpeg says beside those.
    pub others: bool,
    /// How many tracks, at most.
    pub tracks: usize,
    /// It holds an alpha plane beside a picture.
    pub alpha: bool,
    /// It places tracks by edit lists, is written in fragments or with its index in front, and goes back to what it wrote
    /// unless it is in fragments.
    pub movie: bool,
    /// Its clock is the rate of its pictures.
    pub counts_frames: bool,
    /// That is needed: readers find times by it.
    pub needs_rate: bool,
    /// FFmpeg's names of codecs whose chunks need its other form, and of the filters that give it, where FFmpeg does not do so itself.
    pub filters: Options,
    /// FFmpeg's options, always.
    pub options: Options,
    /// FFmpeg's options more where it is read while it is written: what is complete does not wait for more.
    pub live: Options,
}

/// Names and values.
pub type Options = &'static [(&'static str, &'static str)];

/// FFmpeg's others.
pub(super) static OTHER: Format = Format {
    name: "",
    demuxer: "",
    extensions: &[],
    mime: "",
    codecs: &[],
    others: true,
    tracks: usize::MAX,
    alpha: false,
    movie: false,
    counts_frames: true,
    needs_rate: false,
    filters: &[],
    options: &[],
    live: &[],
};

const CLOCKED: Format = Format { counts_frames: false, ..OTHER };

const MP4: Format = Format {
    name: "mp4",
    demuxer: "mov,mp4,m4a,3gp,3g2,mj2",
    extensions: &["mp4"],
    mime: "video/mp4",
    codecs: &["h264", "hevc", "vp9", "av1", "aac", "opus", "flac", "mp3", "vorbis"],
    movie: true,
    // Edit lists have units of this; the default of 1000 moves tracks.
    options: &[("movie_timescale", "1000000")],
    ..CLOCKED
};

/// These codecs, and samples as they are.
macro_rules! and_pcm {
    ($($name:literal),*) => {
        &[
            $($name,)*
            "pcm_u8",
            "pcm_s16le",
            "pcm_s24le",
            "pcm_s32le",
            "pcm_f32le",
            "pcm_alaw",
            "pcm_mulaw",
        ]
    };
}

const MATROSKA: Format = Format {
    name: "matroska",
    demuxer: "matroska,webm",
    extensions: &["mkv", "mka"],
    mime: "video/x-matroska",
    codecs: and_pcm!("h264", "hevc", "vp8", "vp9", "av1", "aac", "opus", "flac", "mp3", "vorbis"),
    alpha: true,
    live: &[("live", "1"), ("cluster_time_limit", "100")],
    ..CLOCKED
};

const ONE: Format = Format { others: false, tracks: 1, ..CLOCKED };

/// All.
pub static FORMATS: &[Format] = &[
    MP4,
    Format {
        name: "mov",
        extensions: &["mov"],
        mime: "video/quicktime",
        codecs: and_pcm!("h264", "hevc", "aac", "mp3"),
        ..MP4
    },
    Format {
        name: "ipod",
        extensions: &["m4a", "m4b", "m4v"],
        mime: "audio/mp4",
        codecs: &["h264", "aac"],
        ..MP4
    },
    Format { name: "3gp", extensions: &["3gp"], mime: "video/3gpp", codecs: &["h264", "aac"], ..MP4 },
    Format { name: "3g2", extensions: &["3g2"], mime: "video/3gpp2", codecs: &["h264", "aac"], ..MP4 },
    Format { name: "f4v", extensions: &["f4v"], mime: "video/x-f4v", codecs: &["h264", "aac", "mp3"], ..MP4 },
    Format {
        name: "webm",
        extensions: &["webm"],
        mime: "video/webm",
        codecs: &["vp8", "vp9", "av1", "opus", "vorbis"],
        others: false,
        ..MATROSKA
    },
    MATROSKA,
    Format {
        name: "ogg",
        demuxer: "ogg",
        extensions: &["ogg", "oga", "ogv", "opus"],
        mime: "application/ogg",
        codecs: &["vorbis", "opus", "flac", "theora", "vp8", "speex"],
        others: false,
        needs_rate: true,
        live: &[("page_duration", "100000")],
        ..OTHER
    },
    Format {
        name: "wav",
        demuxer: "wav",
        extensions: &["wav"],
        mime: "audio/wav",
        codecs: and_pcm!("mp3", "mp2", "ac3", "adpcm_ms", "adpcm_ima_wav", "pcm_f64le"),
        // RIFF holds 4 GiB; what is longer becomes RF64.
        options: &[("rf64", "auto")],
        ..ONE
    },
    Format {
        name: "flac",
        demuxer: "flac",
        extensions: &["flac"],
        mime: "audio/flac",
        codecs: &["flac"],
        ..ONE
    },
    Format { name: "mp3", demuxer: "mp3", extensions: &["mp3"], mime: "audio/mpeg", codecs: &["mp3"], ..ONE },
    Format {
        name: "adts",
        demuxer: "aac",
        extensions: &["aac", "adts"],
        mime: "audio/aac",
        codecs: &["aac"],
        ..ONE
    },
    Format {
        name: "mpegts",
        demuxer: "mpegts",
        extensions: &["ts", "m2ts", "mts", "m2t"],
        mime: "video/mp2t",
        // It takes any codec, and writes what no reader knows.
        codecs: &["h264", "hevc", "mpeg2video", "mpeg4", "aac", "mp2", "mp3", "ac3", "eac3", "dts", "opus"],
        others: false,
        ..CLOCKED
    },
    Format {
        name: "h264",
        demuxer: "h264",
        extensions: &["h264", "264"],
        mime: "video/h264",
        codecs: &["h264"],
        ..ONE
    },
    Format {
        name: "hevc",
        demuxer: "hevc",
        extensions: &["hevc", "h265", "265"],
        mime: "video/h265",
        codecs: &["hevc"],
        ..ONE
    },
    Format {
        name: "ivf",
        demuxer: "ivf",
        extensions: &["ivf"],
        mime: "video/x-ivf",
        codecs: &["vp8", "vp9", "av1"],
        ..ONE
    },
    Format {
        name: "avi",
        demuxer: "avi",
        extensions: &["avi"],
        mime: "video/x-msvideo",
        codecs: &["h264", "mp3", "pcm_u8", "pcm_s16le", "pcm_alaw", "pcm_mulaw"],
        filters: &[("h264", "h264_mp4toannexb")],
        ..OTHER
    },
];

/// The row of an ending, if it has one.
pub(super) fn of_extension(extension: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|row| row.extensions.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

/// The usual endings, in words.
pub(super) fn extensions() -> String {
    FORMATS.iter().map(|row| format!(".{}", row.extensions[0])).collect::<Vec<_>>().join(", ")
}

/// The formats that are read, by FFmpeg's full names. Playlists, manifests, lists of files and numbered pictures, which
/// name other files, are not among them.
pub(super) fn read() -> Vec<&'static str> {
    let mut names: Vec<_> = FORMATS.iter().map(|row| row.demuxer).collect();
    names.dedup();
    names
}

/// The containers that hold alpha, by FFmpeg's names.
pub(super) fn with_alpha() -> String {
    FORMATS.iter().filter(|row| row.alpha).map(|row| row.name).collect::<Vec<_>>().join(", ")
}
