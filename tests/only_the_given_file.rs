//! A demuxer opens the file that it is given and no other, whatever the file and its name say.

mod support;

use std::fs;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use framegate::container::{Demuxer, Muxer};
use framegate::error::Kind;
use support::{clip, packets, scratch, text};

/// Tells whether anybody has opened a file.
struct Watch(OwnedFd);

impl Watch {
    fn new(path: &Path) -> Self {
        let path = std::ffi::CString::new(path.as_os_str().as_bytes()).unwrap();
        // SAFETY: a string, and a new descriptor that nobody else owns.
        unsafe {
            let fd = libc::inotify_init1(libc::IN_NONBLOCK | libc::IN_CLOEXEC);
            assert!(fd >= 0 && libc::inotify_add_watch(fd, path.as_ptr(), libc::IN_OPEN) >= 0);
            Self(OwnedFd::from_raw_fd(fd))
        }
    }

    /// True if it was opened since the last call.
    fn was_opened(&self) -> bool {
        let mut events = [0u64; 512];
        // SAFETY: writable memory of that size.
        unsafe { libc::read(self.0.as_raw_fd(), events.as_mut_ptr().cast(), size_of_val(&events)) > 0 }
    }
}

/// A directory of this test's own, with a neighbour's film in it.
fn beside_a_secret(name: &str) -> (PathBuf, PathBuf, Watch) {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("only").join(name);
    _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    let made = clip(&format!("secret-{name}.ts"), "-f lavfi -i testsrc2=s=64x48:r=25:d=1 -c:v libx264");
    let secret = directory.join("secret.ts");
    fs::rename(made, &secret).unwrap();
    let watch = Watch::new(&secret);
    (directory, secret, watch)
}

fn refused(path: &Path, watch: &Watch) -> String {
    let error = Demuxer::open(text(path)).err().unwrap_or_else(|| panic!("{path:?} opened"));
    assert_eq!(error.kind, Kind::NotSupported, "{error}");
    assert!(error.text.contains(text(path)), "{error}");
    assert!(!watch.was_opened(), "{path:?} opened its neighbour");
    error.text
}

#[test]
fn playlists_and_manifests_named_mp4_open_no_neighbour() {
    let (directory, secret, watch) = beside_a_secret("lists");
    let dash = "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" \
        mediaPresentationDuration=\"PT1S\" profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\"><Period>\
        <AdaptationSet mimeType=\"video/mp2t\"><Representation id=\"1\" bandwidth=\"1\"><BaseURL>secret.ts</BaseURL>\
        </Representation></AdaptationSet></Period></MPD>";
    let absolute = format!("ffconcat version 1.0\nfile '{}'\n", text(&secret));
    for (format, content) in [
        (
            "hls",
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.ts\n#EXT-X-ENDLIST\n",
        ),
        ("dash", dash),
        ("concat", "ffconcat version 1.0\nfile secret.ts\n"),
        ("concat", &absolute),
    ] {
        for ending in ["mp4", "ts", "m3u8", "mpd", "txt", ""] {
            let path = directory.join(format!("upload.{ending}"));
            fs::write(&path, content).unwrap();
            let text = refused(&path, &watch);
            assert!(text.contains(format), "{text} does not name {format}");
        }
    }
    // The watch sees what it is there for.
    assert_eq!(Demuxer::open(text(&secret)).unwrap().track_count(), 1);
    assert!(watch.was_opened());
}

#[test]
fn patterns_and_protocols_in_a_path_are_names() {
    let (directory, secret, watch) = beside_a_secret("patterns");
    let picture = clip("only-picture.jpg", "-f lavfi -i testsrc2=s=64x48 -frames:v 1");
    for number in 1..=3 {
        fs::copy(&picture, directory.join(format!("seq{number:03}.jpg"))).unwrap();
    }
    let first = Watch::new(&directory.join("seq001.jpg"));
    for name in [
        "seq%03d.jpg",
        "seq*.jpg",
        "concat:secret.ts|secret.ts",
        "file:secret.ts",
        "subfile,,start,0,end,0,,:secret.ts",
    ] {
        let path = directory.join(name);
        assert_eq!(Demuxer::open(text(&path)).err().unwrap().kind, Kind::Io, "{name}");
        assert!(!first.was_opened() && !watch.was_opened(), "{name}");
    }
    // Files of these names are what is opened.
    for name in ["seq%03d.jpg", "seq*.jpg"] {
        let path = directory.join(name);
        fs::copy(&picture, &path).unwrap();
        assert!(refused(&path, &first).contains("jpeg"));
        fs::copy(&secret, &path).unwrap();
        watch.was_opened();
        assert_eq!(Demuxer::open(text(&path)).unwrap().track_count(), 1, "{name}");
        assert!(!first.was_opened() && !watch.was_opened(), "{name}");
    }
}

/// Wraps an atom's content.
fn atom(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), &kind[..], content].concat()
}

/// A data reference to a file by its path, as QuickTime writes it: an alias record.
fn alias(path: &str) -> Vec<u8> {
    let mut record = vec![0; 4 + 10 + 28 + 12 + 64 + 16 + 2 + 2 + 16]; // no volume, no name
    (record[4 + 10 + 28 + 12 + 64 + 16 + 1], record[4 + 10 + 28 + 12 + 64 + 16 + 3]) = (1, 1); // levels up, down
    record.extend(2u16.to_be_bytes()); // an absolute path
    record.extend((path.len() as u16).to_be_bytes());
    record.extend(path.replace('/', ":").bytes());
    record.extend(vec![0; path.len() % 2]);
    record.extend(u16::MAX.to_be_bytes());
    record.extend([0; 2]);
    atom(b"alis", &record)
}

/// The atoms in `bytes` with the content of the one called `dref` replaced, and the sizes of those around it.
fn with_dref(bytes: &[u8], dref: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::new(), bytes);
    while rest.len() >= 8 {
        let size = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        let kind: &[u8; 4] = rest[4..8].try_into().unwrap();
        let content = &rest[8..size];
        out.extend(match kind {
            b"dref" => atom(kind, dref),
            b"moov" | b"trak" | b"mdia" | b"minf" | b"dinf" => atom(kind, &with_dref(content, dref)),
            _ => rest[..size].to_vec(),
        });
        rest = &rest[size..];
    }
    out
}

#[test]
fn a_movs_reference_to_another_file_is_left_alone() {
    let (directory, secret, watch) = beside_a_secret("reference");
    let whole = clip("reference.mov", "-f lavfi -i testsrc2=s=64x48:r=25:d=1 -c:v libx264");
    for target in [text(&secret), "secret.ts", "/etc/passwd"] {
        let dref = [&[0, 0, 0, 0, 0, 0, 0, 1][..], &alias(target)].concat();
        let path = directory.join("reference.mov");
        fs::write(&path, with_dref(&fs::read(&whole).unwrap(), &dref)).unwrap();
        let mut demuxer = Demuxer::open(text(&path)).unwrap();
        assert_eq!(demuxer.track_count(), 1);
        assert!(demuxer.read().unwrap().is_none(), "the track's chunks are elsewhere");
        assert!(!watch.was_opened(), "{target}");
    }
    // ffprobe follows such a reference when it is told to, so that this one is what it is taken for.
    let dref = [&[0, 0, 0, 0, 0, 0, 0, 1][..], &alias(text(&secret))].concat();
    let path = directory.join("reference.mov");
    fs::write(&path, with_dref(&fs::read(&whole).unwrap(), &dref)).unwrap();
    let mut ffprobe = std::process::Command::new("ffprobe");
    ffprobe.args(["-v", "quiet", "-enable_drefs", "1", "-use_absolute_path", "1"]).arg(&path);
    ffprobe.output().unwrap();
    assert!(watch.was_opened());
}

#[test]
fn every_container_that_is_read_opens() {
    const PICTURE: &str = "-f lavfi -i testsrc2=s=64x48:r=25:d=1";
    const SOUND: &str = "-f lavfi -i sine=sample_rate=48000:d=1";
    const X264: &str = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";
    let both = format!("{PICTURE} {SOUND}");
    for (name, options, tracks) in [
        ("all.mp4", format!("{both} {X264} -c:a aac"), 2),
        ("all.mov", format!("{both} {X264} -c:a aac"), 2),
        ("all.m4a", format!("{SOUND} -c:a aac"), 1),
        ("all.3gp", format!("{both} {X264} -c:a aac"), 2),
        ("fragments.mp4", format!("{both} {X264} -c:a aac -movflags frag_keyframe+empty_moov"), 2),
        ("all.mkv", format!("{both} {X264} -c:a flac"), 2),
        ("all.webm", format!("{both} -c:v libvpx -c:a libopus"), 2),
        ("all.avi", format!("{both} {X264} -c:a mp3"), 2),
        ("all.ts", format!("{both} {X264} -c:a aac"), 2),
        ("all.ogg", format!("{SOUND} -c:a libvorbis"), 1),
        ("all.opus", format!("{SOUND} -c:a libopus"), 1),
        ("all.wav", SOUND.to_owned(), 1),
        ("all.flac", SOUND.to_owned(), 1),
        ("all.mp3", SOUND.to_owned(), 1),
        ("all.aac", SOUND.to_owned(), 1),
        ("all.ivf", format!("{PICTURE} -c:v libvpx"), 1),
        ("all.h264", format!("{PICTURE} {X264}"), 1),
        ("all.hevc", format!("{PICTURE} -c:v libx265 -preset ultrafast -x265-params log-level=none"), 1),
    ] {
        let path = clip(name, &options);
        let wanted = packets(&path);
        let mut demuxer = Demuxer::open(text(&path)).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(demuxer.track_count(), tracks, "{name}");
        let mut sizes = vec![Vec::new(); tracks as usize];
        while let Some((track, chunk)) = demuxer.read().unwrap() {
            sizes[track as usize].push(chunk.data.len().to_string());
        }
        let wanted: Vec<Vec<_>> = wanted
            .values()
            .map(|packets| packets.iter().map(|packet| packet["size"].clone()).collect())
            .collect();
        assert_eq!(sizes, wanted, "{name}");
    }
}

/// A transport stream announces its streams as it goes on: those of other programs, and those without any table.
#[test]
fn all_streams_of_a_transport_stream_are_found() {
    const PACKET: usize = 188;
    let pictures = "-f lavfi -i testsrc2=s=64x48:r=25:d=1 -f lavfi -i testsrc2=s=128x96:r=25:d=1";
    let programs = "-map 0 -map 1 -c:v libx264 -program st=0 -program st=1";
    let path = clip("programs.ts", &format!("{pictures} {programs}"));
    let sizes = |path: &Path| {
        let demuxer = Demuxer::open(text(path)).unwrap();
        let mut sizes: Vec<_> = (0..demuxer.track_count())
            .map(|track| demuxer.track(track).unwrap().get("codedWidth").unwrap().to_owned())
            .collect();
        sizes.sort();
        sizes
    };
    assert_eq!(sizes(&path), ["128", "64"]);
    let bytes = fs::read(&path).unwrap();
    let without_tables: Vec<u8> = bytes
        .chunks(PACKET)
        .filter(|packet| {
            let pid = u16::from_be_bytes([packet[1], packet[2]]) & 0x1fff;
            (0x100..0x1000).contains(&pid)
        })
        .flatten()
        .copied()
        .collect();
    let path = scratch("no-tables.ts");
    fs::write(&path, without_tables).unwrap();
    assert_eq!(sizes(&path), ["128", "64"]);
}

#[test]
fn a_muxer_writes_its_own_file_only() {
    let directory = scratch("muxed").with_extension("d");
    _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    for ending in ["m3u8", "mpd", "ism", "f4m", "jpg", "tee", "chk"] {
        for name in [format!("a.{ending}"), format!("a%03d.{ending}"), format!("hls:a.{ending}")] {
            let path = directory.join(&name);
            if let Ok(muxer) = Muxer::create(text(&path)) {
                drop(muxer);
                assert!(path.exists());
                fs::remove_file(&path).unwrap();
            }
            assert_eq!(fs::read_dir(&directory).unwrap().count(), 0, "{name} made another file");
        }
    }
    let source = clip("muxed.mp4", "-f lavfi -i testsrc2=s=64x48:r=25:d=1 -c:v libx264");
    let path = directory.join("a%03d.mp4");
    support::copy(&source, &path);
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
    assert!(path.exists());
}
