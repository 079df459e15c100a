//! Files as other programs make them, which are as they should be and yet odd, against ffprobe.

mod support;

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use framegate::container::Demuxer;
use support::{chunks_of_ffprobe, clip, packets, scratch, text};

const INPUT: &str =
    "-f lavfi -i testsrc2=size=96x64:rate=25:duration=4 -f lavfi -i sine=sample_rate=48000:duration=4";
const FILM: &str = "-c:v libx264 -preset ultrafast -bf 3 -g 25 -pix_fmt yuv420p -c:a aac";
/// More than would be read to skip it.
const HUGE_BYTES: u64 = 6 << 30;

/// The file with a box in front of its first one of a kind, `written_bytes` of which are there: a hole, which takes no room on the disk.
fn with_box(name: &str, original: &Path, before: &[u8; 4], said_bytes: u64, written_bytes: u64) -> PathBuf {
    let bytes = std::fs::read(original).unwrap();
    let at = bytes.windows(4).position(|window| window == before).unwrap() - 4;
    let path = scratch(name);
    let mut file = File::create(&path).unwrap();
    file.write_all(&bytes[..at]).unwrap();
    // A size of 1: that of 64 bits follows the name.
    file.write_all(&[&1_u32.to_be_bytes()[..], b"free", &said_bytes.to_be_bytes()].concat()).unwrap();
    file.seek(SeekFrom::Start(at as u64 + written_bytes)).unwrap();
    file.write_all(&bytes[at..]).unwrap();
    path
}

#[test]
fn fragments_without_base() {
    for flags in ["frag_keyframe+empty_moov", "frag_keyframe+empty_moov+omit_tfhd_offset", "frag_keyframe"] {
        let path = clip("odd-fragments.mp4", &format!("{INPUT} {FILM} -movflags {flags}"));
        assert_eq!(chunks_of_ffprobe(&path)[0], 100, "{flags}");
    }
}

#[test]
fn many_tracks() {
    const SOUNDS: usize = 100;
    for ending in ["mp4", "mkv", "ts"] {
        let maps = "-map 1 ".repeat(SOUNDS);
        let path = clip(&format!("odd-many.{ending}"), &format!("{INPUT} -map 0 {maps} {FILM} -t 1"));
        assert_eq!(Demuxer::open(text(&path)).unwrap().track_count() as usize, 1 + SOUNDS, "{ending}");
        let mut demuxer = Demuxer::open(text(&path)).unwrap();
        let mut counts = vec![0; 1 + SOUNDS];
        while let Some((track, _)) = demuxer.read().unwrap() {
            counts[track as usize] += 1;
        }
        let packets = packets(&path);
        let expected: Vec<_> = (0..=SOUNDS).map(|track| packets[&track.to_string()].len()).collect();
        assert_eq!(counts, expected, "{ending}");
    }
}

#[test]
fn a_huge_box_is_passed_over() {
    for flags in ["", "-movflags frag_keyframe+empty_moov+default_base_moof"] {
        let original = clip("odd-huge-before.mp4", &format!("{INPUT} {FILM} {flags}"));
        // In front of the index of a fragmented file; in front of a plain one's media the offsets would be wrong.
        let before = if flags.is_empty() { b"moov" } else { b"moof" };
        let path = with_box("odd-huge.mp4", &original, before, HUGE_BYTES, HUGE_BYTES);
        let counts = chunks_of_ffprobe(&path);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(counts, chunks_of_ffprobe(&original), "{flags}");
    }
}

#[test]
fn a_box_that_is_larger_than_the_file_hides_what_follows() {
    let original = clip("odd-larger-before.mp4", &format!("{INPUT} {FILM}"));
    let path = with_box("odd-larger.mp4", &original, b"moov", u64::MAX >> 2, 16);
    let error = Demuxer::open(text(&path)).err().expect("there is no index");
    assert!(error.text.contains("odd-larger.mp4"), "{}", error.text);
}
