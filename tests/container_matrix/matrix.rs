//! The matrix itself.

use std::path::Path;

use framegate::container::{Demuxer, FORMATS, Format, Muxer};
use framegate::error::Kind;

use crate::memory::Memory;
use crate::sources::{Chunk, SAMPLES, Source, decoded, read, sources};
use crate::support::{Entry, ffmpeg, probe, scratch, text};

/// What a container can say.
struct Column {
    extension: &'static str,
    /// How far its times are beside those that were given.
    off_us: i64,
    /// FFmpeg's names of the codecs of sound that come back to the sample.
    exact: &'static [&'static str],
    /// It has times at all.
    timed: bool,
    /// Chunks of samples come back in other pieces.
    cuts_pcm: bool,
}

const COLUMN: Column = Column { extension: "", off_us: 3, exact: &[], timed: true, cuts_pcm: false };
const PCM: &[&str] = &["pcm_s16le", "pcm_f32le", "pcm_alaw"];

const MOVIES: &[Column] = &[
    Column { extension: "mp4", exact: &["aac", "opus", "flac", "mp3", "vorbis"], ..COLUMN },
    Column { extension: "m4a", exact: &["aac"], ..COLUMN },
    Column { extension: "3gp", exact: &["aac"], ..COLUMN },
    Column { extension: "3g2", exact: &["aac"], ..COLUMN },
    Column { extension: "f4v", ..COLUMN },
    Column {
        extension: "mov",
        exact: &["aac", "mp3", "pcm_s16le", "pcm_f32le", "pcm_alaw"],
        cuts_pcm: true,
        ..COLUMN
    },
];

const MATROSKA: &[Column] = &[
    Column {
        extension: "mkv",
        off_us: 1001,
        exact: &["opus", "flac", "pcm_s16le", "pcm_f32le", "pcm_alaw"],
        ..COLUMN
    },
    Column { extension: "webm", off_us: 1001, exact: &["opus"], ..COLUMN },
];

const OTHERS: &[Column] = &[
    Column { extension: "ogg", exact: &["opus", "flac", "vorbis"], ..COLUMN },
    Column { extension: "wav", exact: PCM, cuts_pcm: true, ..COLUMN },
    Column { extension: "flac", exact: &["flac"], ..COLUMN },
    Column { extension: "mp3", exact: &["mp3"], ..COLUMN },
    Column { extension: "aac", ..COLUMN },
    Column { extension: "ts", off_us: 12, ..COLUMN },
    Column { extension: "h264", timed: false, ..COLUMN },
    Column { extension: "ivf", ..COLUMN },
    Column {
        extension: "avi",
        exact: &["pcm_s16le", "pcm_alaw"],
        timed: false, // it has no times of presentation
        cuts_pcm: true,
        ..COLUMN
    },
];

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Path,
    Memory,
    /// The index in front.
    Fast,
    /// Without going back; movies in fragments.
    Pipe,
}

/// Writes a track; the file's path.
fn write(source: &Source, row: &Format, column: &Column, way: Way) -> std::path::PathBuf {
    let path = scratch(&format!("matrix-{}-{way:?}.{}", source.name, column.extension));
    let memory = Memory::new(way != Way::Pipe, way == Way::Fast);
    let mut muxer = match way {
        Way::Path => Muxer::create(text(&path)).unwrap(),
        _ => Muxer::create_stream(memory.clone(), column.extension, "memory").unwrap(),
    };
    match way {
        Way::Fast => muxer.set("faststart", "true").unwrap(),
        Way::Pipe if row.movie => muxer.set("fragmentDuration", "400000").unwrap(),
        _ => (),
    }
    let track = source.add_to(&mut muxer).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    source.write_to(&mut muxer, track, 0..source.chunks.len());
    muxer.finish().unwrap();
    if way != Way::Path {
        std::fs::write(&path, memory.bytes()).unwrap();
    }
    path
}

/// ffprobe's codec and packets.
fn judged(path: &Path) -> (String, Vec<Entry>) {
    let found = probe(path, "packet=pts_time,duration_time,size,flags:stream=codec_name");
    let codec = found.iter().find_map(|entry| entry.get("codec_name")).unwrap().clone();
    (codec, found.into_iter().filter(|entry| entry.contains_key("flags")).collect())
}

/// Whole microseconds of seconds in decimals; `None` for "N/A".
fn us(seconds: &str) -> Option<i64> {
    seconds.parse::<f64>().ok().map(|seconds| (seconds * 1e6).round() as i64)
}

/// The chunks keep their form in the container.
fn keeps_form(source: &Source, row: &Format) -> bool {
    let elementary = matches!(row.name, "mpegts" | "h264" | "adts" | "avi");
    match source.name {
        "avc" | "aac" => !elementary,
        "annexb" => matches!(row.name, "h264" | "avi"),
        "adts" => elementary,
        _ => true,
    }
}

fn judge(source: &Source, row: &Format, column: &Column, path: &Path) {
    let (codec, packets) = judged(path);
    assert_eq!(codec, source.av_name, "{path:?}");
    if column.cuts_pcm && PCM.contains(&source.av_name) {
        let bytes: usize = packets.iter().map(|packet| packet["size"].parse::<usize>().unwrap()).sum();
        assert_eq!(bytes, source.chunks.iter().map(|chunk| chunk.data.len()).sum(), "{path:?}");
        return;
    }
    assert_eq!(packets.len(), source.chunks.len(), "{path:?}");
    // Vorbis' first chunk only begins the second, which may be a tick later.
    let base = usize::from(source.av_name == "vorbis");
    let off_us = column.off_us + if base == 1 { 21 } else { 0 };
    let time_us = |index: usize| packets[index].get("pts_time").and_then(|time| us(time));
    for (index, (packet, Chunk { info, data })) in packets.iter().zip(&source.chunks).enumerate() {
        let label = || format!("{path:?}, packet {index}: {packet:?}, {info:?}");
        assert_eq!(packet["flags"].starts_with('K'), info.key, "{}", label());
        if keeps_form(source, row) {
            assert_eq!(packet["size"], data.len().to_string(), "{}", label());
        }
        if column.timed && index >= base {
            let since_us = time_us(index).unwrap() - time_us(base).unwrap();
            let given_us = info.timestamp_us - source.chunks[base].info.timestamp_us;
            assert!((since_us - given_us).abs() <= off_us, "{}", label());
        }
        // The last one may be longer than what is heard of it, as Vorbis' are.
        let lasts_us = us(&packet["duration_time"]).filter(|_| column.timed && source.av_name != "vorbis");
        if let Some((lasts_us, given_us)) =
            lasts_us.zip(info.duration_us).filter(|_| index + 1 < packets.len())
        {
            assert!((lasts_us - given_us).abs() <= column.off_us, "{}", label());
        }
    }
}

/// Our own demuxer gives the chunks back, and decoders what was encoded.
fn read_back(source: &Source, row: &Format, column: &Column, path: &Path, exact: bool) {
    let (config, chunks) = read(&mut Demuxer::open(text(path)).unwrap());
    let joined = |chunks: &[Chunk]| chunks.iter().flat_map(|chunk| chunk.data.clone()).collect::<Vec<_>>();
    if keeps_form(source, row) {
        assert!(joined(&chunks) == joined(&source.chunks), "{path:?}");
    }
    if source.name != "annexb" {
        assert_eq!(config.codec(), source.config.codec(), "{path:?}");
    }
    let described = keeps_form(source, row) && !matches!(source.name, "opus" | "flac" | "annexb");
    if described && row.name != "ogg" && row.name != "wav" {
        assert_eq!(config.description(), source.config.description(), "{path:?}");
    }
    if !column.cuts_pcm || source.has_pictures {
        let keys = |chunks: &[Chunk]| chunks.iter().map(|chunk| chunk.info.key).collect::<Vec<_>>();
        assert_eq!(keys(&chunks), keys(&source.chunks), "{path:?}");
    }
    if source.has_pictures {
        return;
    }
    let ours = decoded(&config, &chunks);
    if exact && column.exact.contains(&source.av_name) {
        assert_eq!(ours.len(), SAMPLES * 2 * 4, "{path:?}");
        let theirs = ffmpeg(&format!("-i {} -f f32le -", text(path)));
        assert!(theirs.len() >= ours.len() && theirs[..ours.len()] == ours, "{path:?}");
    }
    assert!(ours.len() >= SAMPLES * 2 * 4, "{path:?}");
}

fn check(source: &Source, row: &Format, column: &Column) {
    let mut muxer = Muxer::create_stream(Memory::new(true, false), column.extension, "memory").unwrap();
    if !row.codecs.contains(&source.av_name) {
        let Err(refused) = source.add_to(&mut muxer) else {
            return assert_eq!(row.name, "avi", "{} {}", source.name, column.extension); // FFmpeg's own are more
        };
        let label = format!("{} {}: {refused}", source.name, column.extension);
        assert_eq!(refused.kind, Kind::NotSupported, "{label}");
        let named = [source.config.codec(), row.name, row.codecs[0], "cannot hold"];
        assert!(named.iter().all(|name| refused.text.contains(name)), "{label}");
        return;
    }
    let path = write(source, row, column, Way::Path);
    judge(source, row, column, &path);
    read_back(source, row, column, &path, true);
    let pipe = write(source, row, column, Way::Pipe);
    judge(source, row, column, &pipe);
    // Fragments do not say in FFmpeg's reader where the last one ends, and MP3's header is written at the end.
    read_back(source, row, column, &pipe, !row.movie && row.name != "mp3");
    let in_memory = write(source, row, column, Way::Memory);
    match row.name {
        // Each has a number of its own, drawn by lot.
        "matroska" | "webm" | "ogg" => read_back(source, row, column, &in_memory, false),
        _ => assert!(std::fs::read(&in_memory).unwrap() == std::fs::read(&path).unwrap(), "{in_memory:?}"),
    }
    if row.movie {
        let fast = write(source, row, column, Way::Fast);
        judge(source, row, column, &fast);
        read_back(source, row, column, &fast, true);
        let bytes = std::fs::read(&fast).unwrap();
        let at = |name: &[u8]| bytes.windows(4).position(|window| window == name).unwrap();
        assert!(at(b"moov") < at(b"mdat"), "{fast:?}");
    }
}

fn check_all(columns: &[Column]) {
    for column in columns {
        let row = FORMATS.iter().find(|row| row.extensions[0] == column.extension).unwrap();
        sources().iter().for_each(|source| check(source, row, column));
    }
}

#[test]
fn no_container_is_left_out() {
    let columns = || MOVIES.iter().chain(MATROSKA).chain(OTHERS);
    // Nothing of ours goes into raw HEVC.
    for row in FORMATS.iter().filter(|row| row.codecs != ["hevc"]) {
        assert!(columns().any(|column| column.extension == row.extensions[0]), "{}", row.name);
    }
}

#[test]
fn movies() {
    check_all(MOVIES);
}

#[test]
fn matroska() {
    check_all(MATROSKA);
}

#[test]
fn others() {
    check_all(OTHERS);
}
