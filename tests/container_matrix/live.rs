//! What is written while others read: fragments, and what cannot go back.

use framegate::container::{Demuxer, Muxer};
use framegate::error::Kind;

use crate::memory::Memory;
use crate::sources::{Source, sources};
use crate::support::{packets, scratch, text};

fn source(name: &str) -> &'static Source {
    sources().iter().find(|source| source.name == name).unwrap()
}

/// The boxes of a movie: names and sizes.
fn boxes(bytes: &[u8]) -> Vec<(String, usize)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let size = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        found.push((String::from_utf8_lossy(&bytes[at + 4..at + 8]).into_owned(), size));
        at += size;
    }
    assert_eq!(at, bytes.len(), "a box is cut");
    found
}

/// Pictures and sound in fragments, chunk by chunk by time; what there is after each of the pictures.
fn fragments(duration_us: &str) -> (Memory, Vec<usize>) {
    let (video, audio) = (source("avc"), source("aac"));
    let memory = Memory::new(false, false);
    let mut muxer = Muxer::create_stream(memory.clone(), "mp4", "memory").unwrap();
    muxer.set("fragmentDuration", duration_us).unwrap();
    let tracks = (video.add_to(&mut muxer).unwrap(), audio.add_to(&mut muxer).unwrap());
    let (mut heard, mut sizes) = (0, Vec::new());
    for (index, chunk) in video.chunks.iter().enumerate() {
        let due = |at: &usize| audio.chunks[*at].info.timestamp_us < chunk.info.dts_us.unwrap() + 80_000;
        while Some(heard).filter(|at| *at < audio.chunks.len()).as_ref().is_some_and(due) {
            audio.write_to(&mut muxer, tracks.1, heard..heard + 1);
            heard += 1;
        }
        video.write_to(&mut muxer, tracks.0, index..index + 1);
        sizes.push(memory.bytes().len());
    }
    audio.write_to(&mut muxer, tracks.1, heard..audio.chunks.len());
    muxer.finish().unwrap();
    (memory, sizes)
}

#[test]
fn fragments_are_whole_and_there_at_once_and_begin_with_keys() {
    let (memory, sizes) = fragments("400000");
    // What is there at any time is whole boxes, and grows with each fragment: 12 pictures are a group, 10 are 400 ms.
    for size in &sizes {
        boxes(&memory.bytes()[..*size]);
    }
    let grown = sizes.windows(2).filter(|pair| pair[1] > pair[0]).count();
    assert!((3..=6).contains(&grown), "{sizes:?}");
    let names: Vec<_> = boxes(&memory.bytes()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names[..4], ["ftyp", "moov", "moof", "mdat"]);
    // What came until the third group is played alone, from the start of a later fragment on, too.
    let path = scratch("fragments.mp4");
    std::fs::write(&path, memory.bytes()).unwrap();
    let found = packets(&path);
    assert_eq!((found["0"].len(), found["1"].len()), (30, 50));
    assert_eq!((&*found["0"][0]["pts_time"], &*found["1"][1]["pts_time"]), ("0.000000", "0.000000"));
    for key in found["0"].iter().filter(|packet| packet["flags"].starts_with('K')) {
        let begins = first_of_fragments(&memory.bytes());
        let dts_us = (key["dts_time"].parse::<f64>().unwrap() * 1e6).round() as i64;
        assert!(begins.iter().any(|begin| (begin - dts_us - 80_000).abs() < 100), "{begins:?} {key:?}");
    }
}

/// When the fragments of the first track begin, microseconds: tfdt, in the track's clock of 1/360,000 s.
fn first_of_fragments(bytes: &[u8]) -> Vec<i64> {
    let places = bytes.windows(4).enumerate().filter(|(_, window)| *window == b"tfdt").map(|(at, _)| at);
    let times = places.map(|at| i64::from_be_bytes(bytes[at + 8..at + 16].try_into().unwrap()));
    times.map(|ticks| ticks * 1_000_000 / 360_000).collect()
}

#[test]
fn a_movie_without_going_back_is_refused_and_keys_are_by_format() {
    let add = |muxer: &mut Muxer| source("avc").add_to(muxer).map(drop);
    for extension in ["mp4", "mov"] {
        let mut muxer = Muxer::create_stream(Memory::new(false, false), extension, "memory").unwrap();
        let refused = add(&mut muxer).unwrap_err();
        assert_eq!(refused.kind, Kind::NotSupported, "{refused}");
        assert!(refused.text.contains("fragmentDuration") && refused.text.contains("seek"), "{refused}");
        muxer.set("fragmentDuration", "1000000").unwrap();
        assert_eq!(add(&mut muxer), Ok(()));
    }
    let mut unreadable = Muxer::create_stream(Memory::new(true, false), "mp4", "memory").unwrap();
    unreadable.set("faststart", "true").unwrap();
    let refused = add(&mut unreadable).unwrap_err();
    assert!(refused.kind == Kind::NotSupported && refused.text.contains("faststart"), "{refused}");
    for extension in ["webm", "mkv", "ogg", "wav", "ts"] {
        let mut muxer = Muxer::create_stream(Memory::new(true, true), extension, "memory").unwrap();
        for (key, value) in [("faststart", "true"), ("fragmentDuration", "1000000")] {
            let refused = muxer.set(key, value).unwrap_err();
            assert_eq!(refused.kind, Kind::InvalidArgument, "{refused}");
            assert!(refused.text.contains(key) && refused.text.contains("startAtZero, title"), "{refused}");
        }
    }
    let mut muxer = Muxer::create_stream(Memory::new(true, true), "mp4", "memory").unwrap();
    for wrong in ["0", "-1", "0.5", "2147483648", ""] {
        let refused = muxer.set("fragmentDuration", wrong).unwrap_err();
        assert_eq!(refused.kind, Kind::InvalidArgument, "{refused}");
    }
}

#[test]
fn one_track_is_what_some_containers_hold() {
    for (extension, name) in [("wav", "s16"), ("mp3", "mp3"), ("ivf", "vp8")] {
        let mut muxer = Muxer::create_stream(Memory::new(true, true), extension, "memory").unwrap();
        source(name).add_to(&mut muxer).unwrap();
        let refused = source(name).add_to(&mut muxer).unwrap_err();
        assert_eq!(refused.kind, Kind::NotSupported, "{refused}");
        assert!(refused.text.contains("holds 1 track"), "{refused}");
    }
}

/// What the other formats write without going back is there soon: half of it once half was written.
#[test]
fn what_cannot_go_back_does_not_wait() {
    for (extension, name) in
        [("mkv", "avc"), ("webm", "opus"), ("ogg", "opus"), ("ts", "aac"), ("aac", "aac"), ("mp3", "mp3")]
    {
        let (source, memory) = (source(name), Memory::new(false, false));
        let mut muxer = Muxer::create_stream(memory.clone(), extension, "memory").unwrap();
        let track = source.add_to(&mut muxer).unwrap();
        let half = source.chunks.len() / 2;
        source.write_to(&mut muxer, track, 0..half);
        let path = scratch(&format!("half.{extension}"));
        std::fs::write(&path, memory.bytes()).unwrap();
        let mut demuxer = Demuxer::open(text(&path)).unwrap();
        let mut count = 0;
        while let Ok(Some(_)) = demuxer.read() {
            count += 1;
        }
        assert!(count + 8 >= half, "{extension}: {count} of {half}");
    }
}
