//! What tests with files share: clips made by ffmpeg, what ffprobe says of a file, its chunks, and a plain copy.
#![allow(dead_code)] // each test program uses a part

pub mod dice;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use framegate::container::{Demuxer, Muxer};
use framegate::media::ChunkInfo;

/// A path for this test run's files; what was there is gone.
pub fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    _ = std::fs::remove_file(&path);
    path
}

/// The path as the API takes it.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("scratch paths are UTF-8")
}

/// Makes a clip: `arguments` of ffmpeg, separated by spaces, before the output's name.
pub fn clip(name: &str, arguments: &str) -> PathBuf {
    let path = scratch(name);
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-y"]).args(arguments.split_whitespace()).arg(&path);
    run(&mut command);
    path
}

/// What ffmpeg writes to its standard output, by arguments that are separated by spaces.
pub fn ffmpeg(arguments: &str) -> Vec<u8> {
    let mut command = Command::new("ffmpeg");
    run(command.args(["-v", "error", "-nostdin"]).args(arguments.split_whitespace())).stdout
}

/// Runs a command that must succeed in silence.
pub fn run(command: &mut Command) -> Output {
    let output = command.output().expect("the command is installed");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && words.is_empty(), "{command:?}: {words}");
    output
}

/// One section of ffprobe's answer, with its side data: names and values. Lines without a name are under "".
pub type Entry = BTreeMap<String, String>;

/// What ffprobe shows (`-show_entries`) for a file, a section an entry.
pub fn probe(path: &Path, entries: &str) -> Vec<Entry> {
    let mut command = Command::new("ffprobe");
    command.args(["-v", "fatal", "-show_data_hash", "md5", "-show_entries", entries]);
    let output = run(command.arg(path));
    let (mut found, mut entry, mut depth) = (Vec::new(), Entry::new(), 0);
    for line in String::from_utf8(output.stdout).expect("ffprobe writes UTF-8").lines() {
        if line.starts_with("[/") {
            depth -= 1;
            if depth == 0 {
                found.push(std::mem::take(&mut entry));
            }
        } else if line.starts_with('[') {
            depth += 1;
        } else {
            let (name, value) = line.split_once('=').unwrap_or(("", line));
            entry.entry(name.to_owned()).or_default().push_str(value);
        }
    }
    found.retain(|entry| !entry.is_empty());
    found
}

/// The packets of every stream, by stream, in order.
pub fn packets(path: &Path) -> BTreeMap<String, Vec<Entry>> {
    let entries = "packet=stream_index,pts_time,dts_time,duration_time,size,flags,data_hash";
    let mut streams = BTreeMap::<String, Vec<Entry>>::new();
    for packet in probe(path, entries) {
        streams.entry(packet["stream_index"].clone()).or_default().push(packet);
    }
    streams
}

/// A time of ffprobe's in microseconds.
pub fn us(packet: &Entry, key: &str) -> i64 {
    let seconds: f64 = packet[key].parse().unwrap_or_else(|_| panic!("{key} of {packet:?}"));
    (seconds * 1e6).round() as i64
}

/// Reads a file, in which each chunk must be as ffprobe shows it; gives the number of chunks of each track.
pub fn chunks_of_ffprobe(path: &Path) -> Vec<usize> {
    let packets = packets(path);
    let mut demuxer = Demuxer::open(text(path)).unwrap();
    let mut next = vec![0; demuxer.track_count() as usize];
    while let Some((track, chunk)) = demuxer.read().unwrap() {
        let number = &mut next[track as usize];
        let packet = &packets[&track.to_string()][*number];
        assert_eq!(chunk.info.id, *number as u64);
        assert_eq!(chunk.info.timestamp_us, us(packet, "pts_time"));
        assert_eq!(chunk.info.dts_us, Some(us(packet, "dts_time")));
        if packet["duration_time"] != "N/A" {
            assert_eq!(chunk.info.duration_us, Some(us(packet, "duration_time")));
        }
        assert_eq!(chunk.info.key, packet["flags"].starts_with('K'));
        assert_eq!(chunk.data.len().to_string(), packet["size"]);
        *number += 1;
    }
    assert_eq!(next, packets.values().map(Vec::len).collect::<Vec<_>>());
    assert!(demuxer.read().unwrap().is_none(), "the end stays the end");
    next
}

/// Copies every track and chunk; gives the number of chunks.
pub fn copy(from: &Path, to: &Path) -> usize {
    let mut demuxer = Demuxer::open(text(from)).unwrap();
    let mut muxer = Muxer::create(text(to)).unwrap();
    for track in 0..demuxer.track_count() {
        assert_eq!(muxer.add_track(demuxer.track(track).unwrap()), Ok(track));
    }
    let mut count = 0;
    while let Some((track, chunk)) = demuxer.read().unwrap() {
        muxer.write(track, chunk).unwrap();
        count += 1;
    }
    muxer.finish().unwrap();
    count
}

/// A clip among the tests' own files.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// The H.264 stream of a file, whatever ffmpeg says of it.
pub fn annexb_of(path: &Path) -> Vec<u8> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "fatal", "-nostdin", "-i"]).arg(path);
    run(command.args(["-an", "-c:v", "copy", "-bsf:v", "h264_mp4toannexb", "-f", "h264", "-"])).stdout
}

/// The facts of all chunks of a file.
pub fn chunk_infos(path: &Path) -> Vec<ChunkInfo> {
    let mut demuxer = Demuxer::open(text(path)).unwrap();
    let mut infos = Vec::new();
    while let Some((_, chunk)) = demuxer.read().unwrap() {
        infos.push(chunk.info);
    }
    infos
}
