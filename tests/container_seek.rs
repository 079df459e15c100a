//! Going to times in files, against where ffprobe goes, and the packets that it lists.

mod support;

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use framegate::container::Demuxer;
use framegate::error::Kind;
use framegate::media::ChunkInfo;
use support::{Entry, clip, packets, run, scratch, text};

const PICTURE: &str = "-f lavfi -i testsrc2=size=192x108:rate=25:duration=9";
const SOUND: &str = "-f lavfi -i sine=sample_rate=48000:duration=9";
const X264: &str = "-c:v libx264 -preset ultrafast -bf 3 -b_strategy 0 -g 40 -pix_fmt yuv420p";
const VP8: &str = "-c:v libvpx -b:v 200k -g 40 -deadline realtime -cpu-used 8";

/// Packets of a page of Ogg, at most.
const MOST_EARLIER: usize = 64;

/// Where to go, in seconds: on keys, between, before all and behind all.
const TIMES: [f64; 11] = [-5.0, 0.0, 0.02, 0.5, 1.6, 3.199, 3.2, 4.81, 7.0, 8.99, 500.0];

fn us(packet: &Entry, key: &str) -> Option<i64> {
    packet.get(key)?.parse::<f64>().ok().map(|seconds| (seconds * 1e6).round() as i64)
}

/// A packet's time: of the presentation, where the file has it.
fn time_us(packet: &Entry) -> Option<i64> {
    us(packet, "pts_time").or_else(|| us(packet, "dts_time"))
}

fn is_key(packet: &Entry) -> bool {
    packet["flags"].starts_with('K')
}

/// The first packet that ffprobe reads of stream 0 after it went to a time.
fn landing_of_ffprobe(path: &Path, seconds: f64) -> Option<Entry> {
    let mut command = std::process::Command::new("ffprobe");
    command.args(["-v", "quiet", "-select_streams", "0", "-show_entries", "packet=pts_time,dts_time,flags"]);
    command.args(["-read_intervals", &format!("{seconds}%+#1")]).arg(path);
    let said = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let lines = said.lines().take_while(|line| *line != "[/PACKET]").filter_map(|line| line.split_once('='));
    let packet: Entry = lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    (!packet.is_empty()).then_some(packet)
}

/// The packets to land on: ffprobe's, if it is a key at or before the time; else the last one that is, or the first key. Of sound, where
/// all are keys, an earlier one is as good.
fn wanted(path: &Path, all: &[Entry], seconds: f64) -> RangeInclusive<usize> {
    let is_before =
        |packet: &Entry| is_key(packet) && time_us(packet).unwrap() <= (seconds * 1e6).round() as i64;
    let found = landing_of_ffprobe(path, seconds).filter(is_before);
    if let Some(at) = found.and_then(|found| all.iter().position(|packet| time_us(packet) == time_us(&found)))
    {
        return at..=at;
    }
    let last = all.iter().rposition(is_before).unwrap_or_else(|| all.iter().position(is_key).unwrap());
    if all.iter().all(is_key) { last.saturating_sub(MOST_EARLIER)..=last } else { last..=last }
}

/// All chunks of a track that are left, with their sizes.
fn rest_of(demuxer: &mut Demuxer, track: u32) -> Vec<(ChunkInfo, usize)> {
    let mut rest = Vec::new();
    while let Some((number, chunk)) = demuxer.read().unwrap() {
        if number == track {
            rest.push((chunk.info, chunk.data.len()));
        }
    }
    rest
}

/// Goes to all times, in a new demuxer each, and in one that goes back and forth; what follows must be what a whole reading has there.
fn check(path: &Path, preroll_seconds: f64) {
    let name = path.file_name().unwrap().to_string_lossy();
    let all = &packets(path)["0"];
    let read = rest_of(&mut Demuxer::open(text(path)).unwrap(), 0);
    assert_eq!(read.len(), all.len(), "{name}");
    let mut one = Demuxer::open(text(path)).unwrap();
    for place in (0..TIMES.len() * 2).map(|round| round * 7 % TIMES.len()) {
        let (seconds, what) = (TIMES[place], format!("{name} to {}", TIMES[place]));
        let at = wanted(path, all, seconds - preroll_seconds);
        let first = lands_at(&mut Demuxer::open(text(path)).unwrap(), seconds, &read, &what);
        assert!(at.contains(&first), "{what}: {first}, not {at:?}");
        // One that has read more knows of more keys.
        let again = lands_at(&mut one, seconds, &read, &what);
        let is_before = time_us(&all[again]).unwrap() <= ((seconds - preroll_seconds) * 1e6).round() as i64;
        assert!(
            again == first || (again > first && is_before),
            "{what}, for the second time: {again}, not {first}"
        );
    }
}

/// Goes there, and reads to the end, which must be as in a whole reading; gives the number of the first chunk.
fn lands_at(demuxer: &mut Demuxer, seconds: f64, read: &[(ChunkInfo, usize)], what: &str) -> usize {
    demuxer.seek(0, (seconds * 1e6).round() as i64).unwrap_or_else(|error| panic!("{what}: {error}"));
    let rest = rest_of(demuxer, 0);
    assert!(rest[0].0.key, "{what}");
    let at = read.len() - rest.len();
    for ((info, size), (wanted, wanted_size)) in rest.iter().zip(&read[at..]) {
        let seen = (info.timestamp_us, info.key, info.discard, size);
        assert_eq!(seen, (wanted.timestamp_us, wanted.key, wanted.discard, wanted_size), "{what}");
        assert!(info.dts_us.is_none_or(|dts_us| dts_us <= info.timestamp_us), "{what}: {info:?}");
    }
    assert!(rest.windows(2).all(|pair| pair[0].0.id + 1 == pair[1].0.id), "{what}");
    assert!(rest.windows(2).all(|pair| pair[0].0.dts_us <= pair[1].0.dts_us), "{what}");
    at
}

fn pictures(name: &str, arguments: &str) -> PathBuf {
    clip(&format!("seek-{name}"), &format!("{PICTURE} {SOUND} {arguments}"))
}

#[test]
fn mp4() {
    check(&pictures("plain.mp4", &format!("{X264} -c:a aac")), 0.0);
    check(
        &pictures(
            "frag.mp4",
            &format!("{X264} -c:a aac -movflags frag_keyframe+empty_moov+default_base_moof"),
        ),
        0.0,
    );
    check(&pictures("pictures.mp4", &format!("{X264} -an")), 0.0);
    check(&pictures("late.mov", &format!("{X264} -c:a aac -output_ts_offset 1.5")), 0.0);
}

#[test]
fn open_groups_of_pictures() {
    let open = "-x264-params open-gop=1:b-adapt=0:scenecut=0";
    for ending in ["mp4", "mkv", "ts"] {
        check(&pictures(&format!("open.{ending}"), &format!("{X264} {open} -an")), 0.0);
    }
}

#[test]
fn an_edit_list_that_begins_between_keys() {
    let source = pictures("uncut.mp4", &format!("{X264} -c:a aac"));
    let cut = clip("seek-cut.mp4", &format!("-ss 2.1 -i {} -c copy", text(&source)));
    assert!(
        packets(&cut)["0"].iter().any(|packet| packet["flags"].contains('D')),
        "some are decoded and not shown"
    );
    check(&cut, 0.0);
}

#[test]
fn matroska_and_webm() {
    check(&pictures("plain.mkv", &format!("{X264} -c:a aac")), 0.0);
    check(&pictures("plain.webm", &format!("{VP8} -c:a libopus")), 0.0);
    check(&pictures("live.webm", &format!("{VP8} -c:a libopus -live 1")), 0.0);
}

#[test]
fn streams_without_an_index() {
    check(&pictures("plain.ts", &format!("{X264} -c:a aac")), 0.0);
    check(&pictures("long.ts", &format!("{X264} -g 500 -an")), 0.0);
    check(&pictures("plain.ivf", &format!("{VP8} -an")), 0.0);
    check(&pictures("pictures.ogv", "-c:v libtheora -g 40 -an"), 0.0);
}

#[test]
fn avi() {
    check(&pictures("plain.avi", "-c:v mpeg4 -g 40 -c:a mp3"), 0.0);
}

#[test]
fn sound() {
    for (name, codec) in [
        ("a.flac", "flac"),
        ("a.mp3", "libmp3lame"),
        ("vbr.mp3", "libmp3lame -q:a 4"),
        ("a.aac", "aac"),
        ("a.m4a", "aac"),
        ("vorbis.ogg", "libvorbis"),
        ("vorbis.mkv", "libvorbis"),
    ] {
        check(&pictures(name, &format!("-vn -c:a {codec}")), 0.0);
    }
}

#[test]
fn opus_begins_earlier_by_what_its_decoder_needs() {
    for name in ["opus.ogg", "opus.webm", "opus.mp4"] {
        check(&pictures(name, "-vn -c:a libopus"), 0.08);
    }
}

#[test]
fn what_cannot_be_sought_says_so_and_goes_on() {
    let raw = pictures("raw.h264", &format!("{X264} -an"));
    let mut demuxer = Demuxer::open(text(&raw)).unwrap();
    assert!(!demuxer.can_seek());
    let first = demuxer.read().unwrap().unwrap().1.info;
    let error = demuxer.seek(0, 0).unwrap_err();
    assert_eq!(error.kind, Kind::NotSupported);
    assert!(error.text.ends_with("this file of the format h264 has neither times nor an index"), "{error}");
    assert_eq!(demuxer.read().unwrap().unwrap().1.info.id, first.id + 1);

    let path = pictures("piped.mkv", &format!("{X264} -an"));
    let pipe = scratch("seek-pipe");
    run(std::process::Command::new("mkfifo").arg(&pipe));
    let writer = std::thread::spawn({
        let (pipe, bytes) = (pipe.clone(), std::fs::read(&path).unwrap());
        move || std::fs::write(pipe, bytes)
    });
    let mut demuxer = Demuxer::open(text(&pipe)).unwrap();
    assert!(!demuxer.can_seek());
    let error = demuxer.seek(0, 1_000_000).unwrap_err();
    assert_eq!(error.kind, Kind::NotSupported);
    assert!(error.text.contains("as a pipe's"), "{error}");
    assert_eq!(rest_of(&mut demuxer, 0).len(), packets(&path)["0"].len());
    writer.join().unwrap().unwrap();
}

#[test]
fn hostile_times_and_tracks_are_refused_and_change_nothing() {
    let path = pictures("hostile.mp4", &format!("{X264} -an"));
    let mut demuxer = Demuxer::open(text(&path)).unwrap();
    for time in [i64::MIN, i64::MIN + 1, -(1 << 53) - 1, (1 << 53) + 1, i64::MAX] {
        let error = demuxer.seek(0, time).unwrap_err();
        assert_eq!(error.kind, Kind::InvalidArgument);
        assert!(error.text.starts_with(&format!("timestamp_us is {time}, allowed are")), "{error}");
    }
    assert_eq!(demuxer.seek(1, 0).unwrap_err().text, "track is 1, there are 1, counted from 0");
    assert_eq!(rest_of(&mut demuxer, 0).len(), packets(&path)["0"].len());
    for (time, place) in [(-(1 << 53), 0), (1 << 53, 200)] {
        demuxer.seek(0, time).unwrap();
        assert_eq!(rest_of(&mut demuxer, 0).len(), packets(&path)["0"].len() - place);
    }
}

/// Samples are cut into packets anew from wherever reading begins.
#[test]
fn wav_to_the_sample() {
    let path = pictures("a.wav", "-vn -c:a pcm_s16le");
    let mut demuxer = Demuxer::open(text(&path)).unwrap();
    for seconds in TIMES.into_iter().filter(|seconds| (0.0..9.0).contains(seconds)) {
        demuxer.seek(0, (seconds * 1e6).round() as i64).unwrap();
        let landed_us = demuxer.read().unwrap().unwrap().1.info.timestamp_us;
        assert_eq!(
            Some(landed_us),
            landing_of_ffprobe(&path, seconds).and_then(|found| time_us(&found)),
            "{seconds}"
        );
        let left_us =
            rest_of(&mut demuxer, 0).last().map(|(info, _)| info.timestamp_us + info.duration_us.unwrap());
        assert_eq!(left_us.unwrap_or(9_000_000), 9_000_000);
    }
    demuxer.seek(0, 500_000_000).unwrap();
    assert_eq!(rest_of(&mut demuxer, 0).len(), 1, "the last one");
}
