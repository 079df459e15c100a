//! Every container on files that were changed at random: no panic, no memory without end, and an end that comes. The same each
//! time; for FRAMEGATE_FUZZ_SECONDS each, from FRAMEGATE_FUZZ_SEED on, in `make check` and `make fuzz`.

mod support;

use std::path::Path;
use std::sync::Once;

use framegate::container::Demuxer;
use framegate::error::Kind;
use support::dice::{Dice, rounds};
use support::{clip, scratch, text};

const ROUNDS: u64 = 300;
/// Of the whole process: beyond it allocations fail.
const MOST_BYTES: u64 = 4 << 30;

const PICTURES: &str = "-f lavfi -i testsrc2=s=48x32:r=25:d=1";
const SOUND: &str = "-f lavfi -i sine=r=48000:d=1";
const FILM: &str = "-pix_fmt yuv420p -c:v libx264 -g 10 -bf 2 -c:a aac -shortest";

fn bound_memory() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let limit = libc::rlimit { rlim_cur: MOST_BYTES, rlim_max: MOST_BYTES };
        // SAFETY: the struct is there.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) }, 0);
    });
}

/// Changes the file that ffmpeg makes with `options`, and reads what comes of it.
fn hostile(name: &str, options: &str) {
    let whole = std::fs::read(clip(&format!("hostile-file-{name}"), options)).unwrap();
    assert!(
        read_all(&scratch(&format!("whole-{name}")), &whole, None) > 10,
        "{name} is read while it is whole"
    );
    bound_memory();
    let path = scratch(&format!("changed-{name}"));
    for mut dice in rounds(ROUNDS) {
        let changed = dice.change_file(&whole);
        read_all(&path, &changed, Some(&mut dice));
    }
}

/// How many chunks there are. With dice: after having gone here and there.
fn read_all(path: &Path, bytes: &[u8], dice: Option<&mut Dice>) -> usize {
    std::fs::write(path, bytes).unwrap();
    let mut demuxer = match Demuxer::open(text(path)) {
        Ok(demuxer) => demuxer,
        Err(error) => {
            assert!(!error.text.is_empty());
            return 0;
        }
    };
    if let Some(dice) = dice {
        wander(&mut demuxer, dice);
    }
    let (mut chunks, mut damaged) = (0, 0);
    loop {
        match demuxer.read() {
            Ok(Some((track, _))) => assert!(track < u32::MAX),
            Ok(None) => return chunks,
            Err(error) if error.kind == Kind::Data => damaged += 1,
            Err(_) => return chunks,
        }
        chunks += 1;
        assert!(chunks + damaged <= bytes.len() + 1000, "it ends");
    }
}

/// Seeks, reads tracks on their own, leaves them out.
fn wander(demuxer: &mut Demuxer, dice: &mut Dice) {
    let count = demuxer.track_count() as usize;
    for _ in 0..dice.below(8) {
        let track = dice.below(count + 1) as u32;
        let time_us = match dice.below(3) {
            0 => dice.below(2_000_000) as i64 - 500_000,
            1 => i64::MAX - dice.below(1000) as i64,
            _ => i64::MIN + dice.below(1000) as i64,
        };
        let result = match dice.below(4) {
            0 => demuxer.seek(track, time_us),
            1 => demuxer.select(track, dice.below(2) == 0),
            _ => demuxer.read_track(track).map(drop),
        };
        if let Err(error) = result {
            assert!(!error.text.is_empty());
        }
    }
    _ = (demuxer.get("title"), demuxer.get("chapters"), demuxer.cover(0).map(drop));
    for track in 0..count as u32 {
        _ = demuxer.select(track, true);
    }
}

/// A test a container, so that they run beside each other: its name, the file's ending, and what ffmpeg makes it of.
macro_rules! containers {
    ($($name:ident: $ending:literal, $($part:expr),+;)*) => {
        $(#[test]
        fn $name() {
            hostile(concat!(stringify!($name), ".", $ending), &[$($part),+].join(" "));
        })*
    };
}

containers! {
    mp4: "mp4", PICTURES, SOUND, FILM;
    fragmented_mp4: "mp4", PICTURES, SOUND, FILM, "-movflags frag_keyframe+empty_moov";
    matroska: "mkv", PICTURES, SOUND, FILM, "-metadata title=x";
    webm: "webm", PICTURES, SOUND, "-pix_fmt yuv420p -c:v libvpx -g 10 -c:a libopus -shortest";
    mpeg_ts: "ts", PICTURES, SOUND, FILM;
    avi: "avi", PICTURES, "-pix_fmt yuv420p -c:v libx264 -bf 0";
    ogg: "ogg", SOUND, "-c:a libvorbis";
    opus: "opus", SOUND, "-c:a libopus";
    wav: "wav", SOUND;
    flac: "flac", SOUND;
    mp3: "mp3", SOUND;
    adts: "aac", SOUND;
    ivf: "ivf", PICTURES, "-pix_fmt yuv420p -c:v libvpx -g 10";
    annexb: "h264", PICTURES, "-pix_fmt yuv420p -c:v libx264 -g 10";
}
