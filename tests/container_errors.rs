//! Demuxer and muxer with damaged files, wrong paths, wrong numbers and in the wrong order.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use framegate::container::{Demuxer, Muxer};
use framegate::error::{Error, Kind};
use framegate::media::{ChunkInfo, ChunkRef, Config};
use support::{clip, copy, packets, scratch, text};

const CLIP: &str = "-f lavfi -i testsrc2=size=192x108:rate=25:duration=2 -f lavfi -i sine=duration=2 \
    -c:v libx264 -preset ultrafast -bf 2 -pix_fmt yuv420p -c:a aac -movflags faststart";

fn open_error(path: &Path) -> Error {
    let error = Demuxer::open(text(path)).err().unwrap_or_else(|| panic!("{path:?} opened"));
    assert!(error.text.contains(text(path)), "{error} names no file");
    error
}

fn create_error(path: &str) -> Error {
    Muxer::create(path).err().unwrap_or_else(|| panic!("{path:?} was created"))
}

/// Reads to the end; gives how many chunks there were and the errors. Ends, whatever the file.
fn read_all(path: &Path) -> (usize, Vec<Error>) {
    const MOST: usize = 1000;
    let (mut count, mut errors) = (0, Vec::new());
    let mut demuxer = match Demuxer::open(text(path)) {
        Ok(demuxer) => demuxer,
        Err(error) => return (0, vec![error]),
    };
    for _ in 0..MOST {
        match demuxer.read() {
            Ok(Some((track, chunk))) => {
                count += 1;
                std::hint::black_box(chunk.data.iter().fold(0, |sum: u8, byte| sum ^ byte));
                assert!(demuxer.track(track).is_ok());
            }
            Ok(None) => break,
            Err(error) => errors.push(error),
        }
    }
    (count, errors)
}

fn file_with(name: &str, bytes: &[u8]) -> PathBuf {
    let path = scratch(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn files_that_cannot_be_read() {
    let missing = scratch("missing.mp4");
    let error = open_error(&missing);
    assert_eq!(error.kind, Kind::Io);
    assert!(error.text.contains("No such file"), "{error}");
    assert_eq!(open_error(Path::new(env!("CARGO_TARGET_TMPDIR"))).kind, Kind::Io);
    assert_eq!(open_error(&file_with("empty.mp4", &[])).kind, Kind::Data);
    assert_eq!(open_error(&file_with("garbage.mp4", &[0xa5; 5000])).kind, Kind::Data);
    assert_eq!(
        open_error(&file_with("text.mp4", "nothing to see here\n".repeat(9).as_bytes())).kind,
        Kind::Data
    );
    for path in ["", "a\0b.mp4"] {
        assert_eq!(Demuxer::open(path).err().unwrap().kind, Kind::InvalidArgument);
    }
    // Not protocols but names of files that there are none of.
    let real = clip("protocol.mp4", CLIP);
    for protocol in ["subfile,,start,0,end,0,,:", "concat:", "cache:", "async:"] {
        let error = Demuxer::open(&format!("{protocol}{}", text(&real))).err().unwrap();
        assert_eq!(error.kind, Kind::Io, "{error}");
    }
}

#[test]
fn truncated_files_end_or_say_so() {
    let whole = clip("faststart.mp4", CLIP);
    let chunks: usize = packets(&whole).values().map(Vec::len).sum();
    let bytes = fs::read(&whole).unwrap();
    assert_eq!(read_all(&whole), (chunks, vec![]));
    let mut damaged = 0;
    for part in 0..64 {
        let (count, errors) = read_all(&file_with("truncated.mp4", &bytes[..bytes.len() * part / 64]));
        assert!(count < chunks, "part {part}");
        assert!(errors.iter().all(|error| error.kind == Kind::Data), "part {part}: {errors:?}");
        damaged += usize::from(!errors.is_empty());
    }
    assert!(damaged > 32, "most cuts go through a chunk or the index: {damaged}");
}

#[test]
fn overwritten_bytes_do_no_harm() {
    let whole = fs::read(clip("target.mp4", CLIP)).unwrap();
    let index = whole.windows(4).position(|name| name == b"mdat").expect("faststart puts the index first");
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    let mut refused = 0;
    for _ in 0..150 {
        let mut bytes = whole.clone();
        for _ in 0..=next() % 8 {
            let at = next() as usize % index;
            bytes[at] = [0, 0x7f, 0x80, 0xff, next() as u8][next() as usize % 5];
        }
        let (_, errors) = read_all(&file_with("overwritten.mp4", &bytes));
        refused += usize::from(!errors.is_empty());
    }
    assert!(refused > 0, "no damage was noticed");
}

#[test]
fn files_that_cannot_be_written() {
    assert_eq!(create_error("/nonexistent/directory/a.mp4").kind, Kind::Io);
    let directory = scratch("directory").with_extension("mp4");
    fs::create_dir_all(&directory).unwrap();
    let error = create_error(text(&directory));
    assert_eq!(error.kind, Kind::Io);
    assert!(error.text.contains(text(&directory)), "{error}");
    for (path, kind) in [
        (scratch("a.unknown"), Kind::NotSupported),
        (scratch("no-extension"), Kind::NotSupported),
        (scratch("playlist.m3u8"), Kind::NotSupported),
        (scratch("picture.png"), Kind::NotSupported),
    ] {
        assert_eq!(create_error(text(&path)).kind, kind, "{path:?}");
        assert!(!path.exists(), "{path:?} was created");
    }
    assert_eq!(create_error("").kind, Kind::InvalidArgument);
    assert_eq!(create_error("a\0.mp4").kind, Kind::InvalidArgument);
}

#[test]
fn a_full_disk_is_an_io_error() {
    let path = scratch("full.mp4");
    std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    let source = clip("for-full.mp4", CLIP);
    let mut demuxer = Demuxer::open(text(&source)).unwrap();
    let mut muxer = Muxer::create(text(&path)).unwrap();
    for track in 0..demuxer.track_count() {
        muxer.add_track(demuxer.track(track).unwrap()).unwrap();
    }
    let mut errors = Vec::new();
    while let Some((track, chunk)) = demuxer.read().unwrap() {
        errors.extend(muxer.write(track, chunk).err());
    }
    errors.extend(muxer.finish().err());
    assert!(!errors.is_empty());
    let first = &errors[0];
    assert!(first.kind == Kind::Io && first.text.contains("No space left"), "{first}");
}

fn video() -> Config {
    let mut config = Config::new("avc1.42001f").unwrap();
    config.set_bytes("description", &[1, 0x42, 0, 0x1f, 0xff, 0xe0, 0]).unwrap();
    config.set("codedWidth", "64").unwrap();
    config.set("codedHeight", "48").unwrap();
    config
}

fn chunk(timestamp_us: i64) -> ChunkRef<'static> {
    ChunkRef {
        info: ChunkInfo { key: true, timestamp_us, ..ChunkInfo::default() },
        data: &[0, 0, 0, 1, 0x65],
        alpha: None,
    }
}

fn timed(timestamp_us: i64, dts_us: i64, duration_us: i64) -> ChunkRef<'static> {
    let mut chunk = chunk(timestamp_us);
    (chunk.info.dts_us, chunk.info.duration_us) = (Some(dts_us), Some(duration_us));
    chunk
}

#[test]
fn calls_in_the_wrong_order() {
    let path = scratch("order.mp4");
    let mut muxer = Muxer::create(text(&path)).unwrap();
    assert_eq!(muxer.write(0, chunk(0)).unwrap_err().kind, Kind::InvalidState);
    assert_eq!(muxer.finish().unwrap_err().kind, Kind::InvalidState);
    assert_eq!(muxer.add_track(&video()), Ok(0));
    let error = muxer.write(1, chunk(0)).unwrap_err();
    assert_eq!(
        (error.kind, error.text.as_str()),
        (Kind::InvalidArgument, "track is 1, there are 1, counted from 0")
    );
    assert_eq!(muxer.add_track(&video()), Ok(1));
    muxer.write(1, chunk(0)).unwrap();
    assert_eq!(muxer.add_track(&video()).unwrap_err().kind, Kind::InvalidState);
    muxer.finish().unwrap();
    assert_eq!(muxer.finish().unwrap_err().kind, Kind::InvalidState);
    assert_eq!(muxer.write(0, chunk(1)).unwrap_err().kind, Kind::InvalidState);
    assert_eq!(muxer.add_track(&video()).unwrap_err().kind, Kind::InvalidState);
    drop(muxer);
    let demuxer = Demuxer::open(text(&path)).unwrap();
    let error = demuxer.track(u32::MAX).unwrap_err();
    assert_eq!(error.kind, Kind::InvalidArgument);
    assert!(error.text.contains("4294967295, there are 1"), "{error}");
}

#[test]
fn times_out_of_range_and_order_change_nothing() {
    let path = scratch("times.mp4");
    let mut muxer = Muxer::create(text(&path)).unwrap();
    muxer.add_track(&video()).unwrap();
    let refused = |muxer: &mut Muxer, chunk: ChunkRef<'_>, word: &str| {
        let error = muxer.write(0, chunk).unwrap_err();
        assert_eq!(error.kind, Kind::InvalidArgument, "{error}");
        assert!(error.text.contains(word), "{error} does not name {word}");
    };
    let extremes = |muxer: &mut Muxer| {
        for extreme in [i64::MIN, i64::MIN + 1, i64::MAX, (1 << 53) + 1, -(1 << 53) - 1] {
            refused(muxer, chunk(extreme), "timestamp_us");
            refused(muxer, timed(100_000, extreme, 0), "dts_us");
        }
        refused(muxer, timed(100_000, 90_000, i64::MAX), "duration_us");
        refused(muxer, timed(100_000, 90_000, i64::MIN), "duration_us");
        refused(muxer, timed(100_000, 90_000, 1 << 33), "duration_us");
        refused(muxer, timed(100_000, 100_001, 0), "after timestamp_us");
        refused(muxer, timed(1 << 33, 0, 0), "dts_us");
        refused(muxer, ChunkRef { data: &[], ..chunk(100_000) }, "no bytes");
    };
    extremes(&mut muxer);
    muxer.write(0, timed(0, -40_000, 40_000)).unwrap();
    extremes(&mut muxer);
    refused(&mut muxer, timed(40_000, -40_001, 0), "below -40000");
    refused(&mut muxer, timed(6_000_000_000, 6_000_000_000, 0), "too far");
    muxer.write(0, timed(120_000, 0, 40_000)).unwrap();
    muxer.write(0, timed(40_000, 40_000, 40_000)).unwrap();
    refused(&mut muxer, chunk(20_000), "no dts_us of its own");
    muxer.finish().unwrap();
    let times: Vec<_> = packets(&path)["0"].iter().map(|packet| packet["pts_time"].clone()).collect();
    assert_eq!(times, ["0.000000", "0.120000", "0.040000"]);
}

#[test]
fn far_away_beginnings_survive() {
    for start in [-(1_i64 << 53), -1, 1, 1 << 53] {
        let path = scratch("far.mp4");
        let mut muxer = Muxer::create(text(&path)).unwrap();
        muxer.add_track(&video()).unwrap();
        muxer.write(0, timed(start, start, 40_000)).unwrap();
        muxer.finish().unwrap();
        let (_, errors) = read_all(&path);
        assert!(errors.is_empty(), "{start}: {errors:?}");
    }
}

#[test]
fn configurations_that_do_not_fit() {
    let path = scratch("configs.mp4");
    let mut muxer = Muxer::create(text(&path)).unwrap();
    let with = |codec: &str, keys: &[(&str, &str)]| {
        let mut config = Config::new(codec).unwrap();
        keys.iter().for_each(|(key, value)| config.set(key, value).unwrap());
        config
    };
    let size = [("codedWidth", "64"), ("codedHeight", "48")];
    let sound = [("sampleRate", "48000"), ("numberOfChannels", "2")];
    let mut short = video();
    short.set_bytes("description", &[1, 2, 3]).unwrap();
    let mut wide = video();
    wide.set("codedWidth", "65536").unwrap();
    let mut absurd = video();
    absurd.set("codedWidth", "4294967295").unwrap();
    for (config, kind, word) in [
        (with("unheard-of", &size), Kind::NotSupported, "unheard-of"),
        (with("wmav2", &sound), Kind::NotSupported, "wmav2"),
        (with("rv40", &size), Kind::NotSupported, "rv40"),
        (with("mov_text", &size), Kind::NotSupported, "mov_text"),
        (with("vp09.00.10.08", &size[..1]), Kind::InvalidArgument, "codedHeight"),
        (with("mp4a.40.2", &sound[1..]), Kind::InvalidArgument, "sampleRate"),
        (with("mp4a.40.2", &sound[..1]), Kind::InvalidArgument, "numberOfChannels"),
        (short, Kind::InvalidArgument, "description"),
        (wide, Kind::NotSupported, "mp4"),
        (absurd, Kind::InvalidArgument, "4294967295"),
    ] {
        let error = muxer.add_track(&config).unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.text.contains(word), "{error} does not name {word}");
    }
    assert_eq!(muxer.add_track(&video()), Ok(0), "refused tracks are not there");
    muxer.write(0, chunk(0)).unwrap();
    muxer.finish().unwrap();
    assert_eq!(Demuxer::open(text(&path)).unwrap().track_count(), 1);
}

#[test]
fn dropping_closes_the_file() {
    let source = clip("dropped-source.mp4", CLIP);
    let path = scratch("dropped.mp4");
    let open_files = |path: &Path| {
        let links = fs::read_dir("/proc/self/fd").unwrap().flatten();
        links.filter(|link| fs::read_link(link.path()).is_ok_and(|file| file == *path)).count()
    };
    let mut demuxer = Demuxer::open(text(&source)).unwrap();
    let mut muxer = Muxer::create(text(&path)).unwrap();
    muxer.add_track(demuxer.track(0).unwrap()).unwrap();
    muxer.add_track(demuxer.track(1).unwrap()).unwrap();
    for _ in 0..20 {
        let (track, chunk) = demuxer.read().unwrap().unwrap();
        muxer.write(track, chunk).unwrap();
    }
    assert_eq!((open_files(&source), open_files(&path)), (1, 1));
    drop((demuxer, muxer));
    assert_eq!((open_files(&source), open_files(&path)), (0, 0));
    copy(&source, &path);
    assert_eq!(open_files(&path), 0);
}
