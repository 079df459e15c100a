//! Tracks that are read on their own, and files that end anywhere.

mod support;

use std::path::{Path, PathBuf};

use framegate::container::Demuxer;
use framegate::error::{Kind, Result};
use framegate::media::Limits;
use support::{clip, scratch, text};

const INPUT: &str =
    "-f lavfi -i testsrc2=size=96x64:rate=25:duration=4 -f lavfi -i sine=sample_rate=48000:duration=4";
const X264: &str = "-c:v libx264 -preset ultrafast -bf 3 -b_strategy 0 -g 25 -pix_fmt yuv420p";

/// What a chunk is known by: its timestamp, its bytes.
type Known = (i64, Vec<u8>);

/// The chunks of each track, by a reading of all in file order.
fn in_file_order(path: &Path) -> Vec<Vec<Known>> {
    let mut demuxer = Demuxer::open(text(path)).unwrap();
    let mut tracks = vec![Vec::new(); demuxer.track_count() as usize];
    while let Some((track, chunk)) = demuxer.read().unwrap() {
        tracks[track as usize].push((chunk.info.timestamp_us, chunk.data.to_vec()));
    }
    tracks
}

fn next(demuxer: &mut Demuxer, track: u32) -> Result<Option<Known>> {
    Ok(demuxer.read_track(track)?.map(|chunk| (chunk.info.timestamp_us, chunk.data.to_vec())))
}

fn rest(demuxer: &mut Demuxer, track: u32) -> Vec<Known> {
    std::iter::from_fn(|| next(demuxer, track).unwrap()).collect()
}

fn two_tracks(name: &str) -> PathBuf {
    let sound = if name.ends_with("webm") { "-c:a libopus" } else { "-c:a aac" };
    let pictures =
        if name.ends_with("webm") { "-c:v libvpx -g 25 -deadline realtime -cpu-used 8" } else { X264 };
    clip(&format!("tracks-{name}"), &format!("{INPUT} {pictures} {sound}"))
}

#[test]
fn one_after_the_other_in_turn_and_mixed() {
    for name in ["a.mp4", "a.mkv", "a.webm", "a.ts"] {
        let path = two_tracks(name);
        let whole = in_file_order(&path);
        for order in [[0, 1], [1, 0]] {
            let mut demuxer = Demuxer::open(text(&path)).unwrap();
            for track in order {
                assert_eq!(rest(&mut demuxer, track), whole[track as usize], "{name}: {order:?}");
            }
            assert!(demuxer.read().unwrap().is_none(), "{name}");
        }
        let mut demuxer = Demuxer::open(text(&path)).unwrap();
        let mut mixed = vec![Vec::new(); 2];
        for round in 0.. {
            let (track, known) = match round % 3 {
                0 => (1, next(&mut demuxer, 1).unwrap()),
                1 => (0, next(&mut demuxer, 0).unwrap()),
                _ => match demuxer.read().unwrap() {
                    Some((track, chunk)) => (track, Some((chunk.info.timestamp_us, chunk.data.to_vec()))),
                    None => break,
                },
            };
            mixed[track as usize].extend(known);
        }
        assert_eq!(mixed, whole, "{name}");
    }
}

#[test]
fn a_full_buffer_says_so_and_loses_nothing() {
    let path = two_tracks("full.mp4");
    let whole = in_file_order(&path);
    let all_bytes: usize = whole[1].iter().map(|(_, data)| data.len()).sum();
    for limits in [
        Limits { max_buffered_chunks: 30, ..Limits::default() },
        Limits { max_buffered_bytes: all_bytes as u64 / 4, ..Limits::default() },
    ] {
        let mut demuxer = Demuxer::open_limits(text(&path), limits).unwrap();
        let (mut pictures, mut sounds, mut refusals) = (Vec::new(), Vec::new(), 0);
        loop {
            match next(&mut demuxer, 0) {
                Ok(Some(known)) => pictures.push(known),
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(error.kind, Kind::WouldDeadlock);
                    assert!(error.text.starts_with("track 0: the buffer is full, "), "{error}");
                    assert!(error.text.ends_with("read track 1, or leave it out"), "{error}");
                    assert_eq!(next(&mut demuxer, 0).unwrap_err(), error, "nothing has changed");
                    refusals += 1;
                    sounds.extend(next(&mut demuxer, 1).unwrap());
                }
            }
        }
        assert!(refusals > 2, "{refusals}");
        sounds.extend(rest(&mut demuxer, 1));
        assert_eq!([pictures, sounds], *whole, "{limits:?}");

        let mut demuxer = Demuxer::open_limits(text(&path), limits).unwrap();
        while next(&mut demuxer, 0).is_ok() {}
        assert_eq!(demuxer.read().unwrap().unwrap().0, 1, "reading in file order goes on, too");
        demuxer.select(1, false).unwrap();
        assert_eq!(rest(&mut demuxer, 0).last(), whole[0].last());
        assert_eq!(demuxer.read_track(1).unwrap_err().kind, Kind::InvalidState);
    }
}

#[test]
fn a_track_that_is_left_out() {
    for name in ["out.mp4", "out.mkv", "out.ts"] {
        let path = two_tracks(name);
        let whole = in_file_order(&path);
        let mut demuxer = Demuxer::open(text(&path)).unwrap();
        demuxer.select(0, false).unwrap();
        assert_eq!(demuxer.seek(0, 0).unwrap_err().kind, Kind::InvalidState, "{name}");
        for known in &whole[1][..50] {
            let (track, chunk) = demuxer.read().unwrap().unwrap();
            assert_eq!((track, chunk.info.timestamp_us, chunk.data), (1, known.0, &*known.1), "{name}");
        }
        demuxer.select(0, true).unwrap();
        let left = rest(&mut demuxer, 0);
        assert!(!left.is_empty() && left.len() < whole[0].len(), "{name}: {}", left.len());
        assert_eq!(left.last().unwrap().1, whole[0].last().unwrap().1, "{name}");
        demuxer.seek(0, 0).unwrap();
        assert_eq!(rest(&mut demuxer, 0), whole[0], "{name}");
        assert_eq!(demuxer.select(2, false).unwrap_err().text, "track is 2, there are 2, counted from 0");
    }
}

/// The file's beginning; what comes of it is what comes of the whole file, up to an error or an end, and seeking in it
/// works or says why not.
fn check_cut(path: &Path, whole: &[Vec<Known>], what: &str) {
    let Ok(mut demuxer) = Demuxer::open(text(path)) else { return };
    let mut places = vec![0; demuxer.track_count() as usize];
    // Behind a first error FFmpeg looks for what may follow: that is not compared.
    while let Ok(Some((track, chunk))) = demuxer.read() {
        let place = &mut places[track as usize];
        let known = &whole[track as usize][*place];
        assert_eq!(chunk.info.timestamp_us, known.0, "{what}: track {track}, chunk {place}");
        *place += 1;
    }
    for time_us in [2_500_000, 0, 10_000_000, 1_000_000] {
        if let Err(error) = demuxer.seek(0, time_us) {
            assert!(matches!(error.kind, Kind::NotSupported | Kind::Data | Kind::Io), "{what}: {error:?}");
            continue;
        }
        if let Ok(Some(chunk)) = demuxer.read_track(0) {
            assert!(chunk.info.key, "{what} to {time_us}: {:?}", chunk.info);
        }
    }
}

#[test]
fn files_cut_at_every_kilobyte() {
    for name in ["cut.mp4", "cut.mkv", "cut.webm", "cut.ts"] {
        let path = two_tracks(name);
        let (whole, bytes) = (in_file_order(&path), std::fs::read(&path).unwrap());
        let cut = scratch(&format!("tracks-short-{name}"));
        for size in (0..bytes.len()).step_by(1024) {
            std::fs::write(&cut, &bytes[..size]).unwrap();
            check_cut(&cut, &whole, &format!("{name}, {size} bytes"));
        }
    }
}

#[test]
fn sound_cut_at_every_kilobyte() {
    for (name, codec) in [
        ("cut.ogg", "libvorbis"),
        ("cut.opus", "libopus"),
        ("cut.wav", "pcm_s16le"),
        ("cut.flac", "flac"),
        ("cut.mp3", "libmp3lame"),
        ("cut.aac", "aac"),
    ] {
        let path = clip(&format!("tracks-{name}"), &format!("{INPUT} -vn -c:a {codec}"));
        let (whole, bytes) = (in_file_order(&path), std::fs::read(&path).unwrap());
        let cut = scratch(&format!("tracks-short-{name}"));
        for size in (0..bytes.len()).step_by(1024) {
            std::fs::write(&cut, &bytes[..size]).unwrap();
            check_cut(&cut, &whole, &format!("{name}, {size} bytes"));
        }
    }
}
