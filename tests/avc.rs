//! H.264 framing, keys, avcC and levels against what the ffmpeg and ffprobe commands say of the same clips.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use framegate::registry::avc::{avcc, is_key, level, sps::Sps};
use framegate::registry::nal;

/// The kinds of clip: a name, and what the encoder is told.
const CLIPS: [(&str, &str); 8] = [
    ("baseline", "-pix_fmt yuv420p -profile:v baseline"),
    ("main", "-pix_fmt yuv420p -profile:v main"),
    ("high", "-pix_fmt yuv420p -profile:v high -x264-params slices=3:keyint=10"),
    ("high10", "-pix_fmt yuv420p10le -profile:v high10"),
    ("high422", "-pix_fmt yuv422p10le -profile:v high422"),
    ("high444", "-pix_fmt yuv444p -profile:v high444"),
    ("open_gop", "-pix_fmt yuv420p -x264-params open-gop=1:keyint=8:min-keyint=4:bframes=3:scenecut=0"),
    ("intra_refresh", "-pix_fmt yuv420p -x264-params intra-refresh=1:keyint=10:bframes=0"),
];

fn run(program: &str, arguments: &str) -> String {
    let output = Command::new(program)
        .args(["-hide_banner", "-loglevel", "error"])
        .args(arguments.split_whitespace())
        .output()
        .unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program} {arguments}\n{complaints}");
    String::from_utf8(output.stdout).unwrap()
}

/// A clip as Annex B in MPEG-TS (with access unit delimiters), and FFmpeg's own remux of it to MP4.
struct Clip {
    name: &'static str,
    ts: PathBuf,
    mp4: PathBuf,
}

/// A packet as ffprobe sees it.
struct Packet {
    position: usize,
    size: usize,
    key: bool,
}

impl Clip {
    fn make(directory: &str, name: &'static str, options: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(directory);
        fs::create_dir_all(&directory).unwrap();
        let [ts, mp4] = ["ts", "mp4"].map(|kind| directory.join(format!("{name}.{kind}")));
        let source = "-y -f lavfi -i testsrc2=size=176x144:rate=25:duration=1.6 -c:v libx264 -preset fast";
        run("ffmpeg", &format!("{source} {options} {}", ts.display()));
        run("ffmpeg", &format!("-y -i {} -c copy {}", ts.display(), mp4.display()));
        Self { name, ts, mp4 }
    }

    fn all(directory: &str) -> impl Iterator<Item = Self> {
        CLIPS.iter().map(move |(name, options)| Self::make(directory, name, options))
    }

    /// The elementary stream after `filter`, as Annex B.
    fn stream(&self, filter: &str) -> Vec<u8> {
        let out = self.ts.with_extension("h264");
        let input = self.ts.display();
        run("ffmpeg", &format!("-y -i {input} -c copy -bsf:v {filter} -f h264 {}", out.display()));
        fs::read(&out).unwrap()
    }

    fn chunks(&self) -> Vec<(Vec<u8>, bool)> {
        let stream = self.stream("null");
        let mut rest = &stream[..];
        let chunks: Vec<_> = packets(&self.ts)
            .iter()
            .map(|packet| (rest.split_off(..packet.size).unwrap().to_vec(), packet.key))
            .collect();
        assert!(rest.is_empty() && chunks.len() == 40, "{}", self.name);
        chunks
    }

    fn samples(&self) -> Vec<(Vec<u8>, bool)> {
        let file = fs::read(&self.mp4).unwrap();
        let sample = |packet: &Packet| file[packet.position..][..packet.size].to_vec();
        packets(&self.mp4).iter().map(|packet| (sample(packet), packet.key)).collect()
    }

    /// The avcC box that FFmpeg's MP4 muxer wrote.
    fn avcc(&self) -> Vec<u8> {
        let file = fs::read(&self.mp4).unwrap();
        let at = file.windows(4).position(|name| name == b"avcC").unwrap();
        let size = u32::from_be_bytes(file[at - 4..at].try_into().unwrap()) as usize;
        file[at + 4..at - 4 + size].to_vec()
    }

    fn entry(&self, entry: &str) -> String {
        entry_of(&self.mp4, entry)
    }
}

fn entry_of(file: &Path, entry: &str) -> String {
    let options = "-select_streams v:0 -of default=noprint_wrappers=1:nokey=1";
    let text = run("ffprobe", &format!("{options} -show_entries stream={entry} {}", file.display()));
    text.lines().next().unwrap().to_owned()
}

fn packets(file: &Path) -> Vec<Packet> {
    let entries = "-select_streams v:0 -show_entries packet=pos,size,flags -of compact=p=0";
    run("ffprobe", &format!("{entries} {}", file.display()))
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| {
            let field = |name: &str| line.split('|').find_map(|field| field.strip_prefix(name)).unwrap();
            let number = |name| field(name).parse().unwrap();
            Packet { position: number("pos="), size: number("size="), key: field("flags=").starts_with('K') }
        })
        .collect()
}

#[test]
fn the_record_is_the_one_that_ffmpeg_writes() {
    for clip in Clip::all("avc_record") {
        let sets = clip.stream("filter_units=pass_types=7-8 -frames:v 1");
        let expected = clip.avcc();
        let record = avcc::from_parameter_sets(&sets).unwrap();
        assert_eq!(record, expected, "{}", clip.name);
        assert!(avcc::parameter_sets(&expected).is_ok(), "{}", clip.name);
        assert_eq!(avcc::length_size(&expected), Ok(4));
        let codec = avcc::codec_string(&expected).unwrap();
        assert_eq!(u32::from(codec.level_idc), clip.entry("level").parse().unwrap(), "{}", clip.name);
    }
}

#[test]
fn parameter_sets_say_what_ffprobe_says() {
    for clip in Clip::all("avc_sps") {
        let stream = clip.stream("null");
        let unit = nal::annexb(&stream).find(|unit| nal::unit_type(unit) == nal::SPS).unwrap();
        let sps = Sps::parse(unit).unwrap();
        let pixels = match (sps.chroma_format_idc, sps.bit_depth_luma, sps.bit_depth_chroma) {
            (1, 8, 8) => "yuv420p",
            (1, 10, 10) => "yuv420p10le",
            (2, 10, 10) => "yuv422p10le",
            (3, 8, 8) => "yuv444p",
            _ => panic!("{sps:?}"),
        };
        let profile = match (sps.profile_idc, sps.constraint_flags & 0x40 != 0) {
            (66, true) => "Constrained Baseline",
            (77, _) => "Main",
            (100, _) => "High",
            (110, _) => "High 10",
            (122, _) => "High 4:2:2",
            (244, _) => "High 4:4:4 Predictive",
            _ => panic!("{sps:?}"),
        };
        assert_eq!(
            (profile, pixels, u32::from(sps.level_idc)),
            (
                clip.entry("profile").as_str(),
                clip.entry("pix_fmt").as_str(),
                clip.entry("level").parse().unwrap()
            ),
            "{}",
            clip.name
        );
    }
}

#[test]
fn keys_are_those_of_ffprobe() {
    for clip in Clip::all("avc_keys") {
        let size = avcc::length_size(&clip.avcc()).unwrap();
        for (framing, chunks) in [(None, clip.chunks()), (Some(size), clip.samples())] {
            let ours: Vec<bool> = chunks.iter().map(|(bytes, _)| is_key(bytes, framing).unwrap()).collect();
            let expected: Vec<bool> = chunks.iter().map(|(_, key)| *key).collect();
            assert!(expected[0] && !expected[1], "{}", clip.name);
            assert_eq!(ours, expected, "{} {framing:?}", clip.name);
        }
    }
}

#[test]
fn keys_without_idr_slices_are_among_them() {
    for clip in Clip::all("avc_recovery").filter(|clip| ["open_gop", "intra_refresh"].contains(&clip.name)) {
        let has_idr = |chunk: &[u8]| nal::annexb(chunk).any(|unit| nal::unit_type(unit) == nal::IDR_SLICE);
        let found = clip.chunks().iter().filter(|(chunk, key)| *key && !has_idr(chunk)).count();
        assert!(found > 0, "{}", clip.name);
    }
}

#[test]
fn length_prefixed_chunks_are_the_samples_of_ffmpegs_mp4() {
    for clip in Clip::all("avc_samples") {
        let ours: Vec<_> =
            clip.chunks().iter().map(|(chunk, _)| avcc::to_length_prefixed(chunk, false).unwrap()).collect();
        let expected: Vec<_> = clip.samples().into_iter().map(|(sample, _)| sample).collect();
        assert!(ours == expected, "{}", clip.name);
    }
}

#[test]
fn parameter_sets_are_skipped_as_ffmpegs_filter_does() {
    for clip in Clip::all("avc_skip") {
        let ours: Vec<u8> = clip
            .chunks()
            .iter()
            .flat_map(|(chunk, _)| avcc::to_length_prefixed(chunk, true).unwrap())
            .collect();
        let filtered = clip.stream("filter_units=remove_types=7|8|9|13");
        assert!(filtered.len() < clip.stream("null").len(), "there is something to skip");
        let expected: Vec<_> = nal::annexb(&filtered).collect();
        let units: Vec<_> = nal::length_prefixed(&ours, 4).map(Result::unwrap).collect();
        assert!(units == expected, "{}", clip.name);
    }
}

#[test]
fn ffmpeg_reads_the_units_back() {
    for clip in Clip::all("avc_back") {
        let out = clip.mp4.with_extension("back.h264");
        let input = clip.mp4.display();
        run("ffmpeg", &format!("-y -i {input} -c copy -bsf:v h264_mp4toannexb -f h264 {}", out.display()));
        let back = fs::read(&out).unwrap();
        let kinds = |unit: &&[u8]| !matches!(nal::unit_type(unit), nal::SPS | nal::PPS);
        let expected: Vec<_> = nal::annexb(&back).filter(kinds).collect();
        let samples: Vec<u8> = clip.samples().into_iter().flat_map(|(sample, _)| sample).collect();
        let units: Vec<_> = nal::length_prefixed(&samples, 4).map(Result::unwrap).filter(kinds).collect();
        assert!(units == expected && units.len() >= 40, "{}", clip.name);
    }
}

/// x264 and FFmpeg's h264_metadata filter have tables of their own.
#[test]
fn levels_are_those_that_x264_and_ffmpeg_choose() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("avc_levels");
    fs::create_dir_all(&directory).unwrap();
    let (plain, metadata) = (directory.join("plain.h264"), directory.join("metadata.h264"));
    let mut seen = std::collections::BTreeSet::new();
    for (size, rate, references, profile, kilobits) in [
        ((176, 144), 15, 1, "baseline", None),
        ((176, 144), 15, 4, "baseline", None),
        ((176, 144), 15, 1, "baseline", Some(500)),
        ((320, 240), 10, 1, "main", None),
        ((320, 240), 20, 1, "main", None),
        ((352, 288), 30, 6, "high", None),
        ((352, 288), 30, 6, "high", Some(2_400)),
        ((352, 288), 30, 6, "high", Some(2_600)),
        ((352, 576), 25, 2, "main", None),
        ((720, 480), 12, 2, "main", None),
        ((720, 576), 25, 1, "main", None),
        ((1280, 720), 30, 4, "high", None),
        ((1280, 720), 60, 2, "high", None),
        ((1280, 1024), 42, 2, "high", None),
        ((1920, 1080), 30, 4, "high", None),
        ((1920, 1080), 30, 4, "main", Some(20_001)),
        ((1920, 1080), 60, 4, "high", None),
        ((1920, 1080), 30, 6, "high", None),
        ((2560, 1920), 30, 2, "high", None),
        ((3840, 2160), 30, 2, "high", None),
        ((3840, 2160), 60, 2, "high", None),
        ((16, 1920), 5, 1, "high", None),
        ((4080, 16), 5, 1, "high", None),
        ((4096, 4320), 60, 2, "high", None),
        ((7680, 4320), 60, 2, "high", None),
        ((7680, 4320), 120, 1, "high", None),
    ] {
        let (width, height) = size;
        let bits = kilobits.map_or(String::new(), |k| format!("-b:v {k}k -maxrate {k}k -bufsize {k}k"));
        let encode = format!(
            "-y -f lavfi -i color=black:s={width}x{height}:r={rate} -frames:v 1 -pix_fmt yuv420p -c:v libx264 \
             -preset veryfast -refs {references} -bf 0 -profile:v {profile} {bits} -x264-params \
             b-pyramid=none:nal-hrd=none:force-cfr=1",
        );
        run("ffmpeg", &format!("{encode} {}", plain.display()));
        let filter = "-c copy -bsf:v h264_metadata=level=auto -f h264";
        let input = plain.display();
        run("ffmpeg", &format!("-y -framerate {rate} -i {input} {filter} {}", metadata.display()));
        let stream = fs::read(&plain).unwrap();
        let unit = nal::annexb(&stream).find(|unit| nal::unit_type(unit) == nal::SPS).unwrap();
        let profile_idc = Sps::parse(unit).unwrap().profile_idc;
        let bitrate = kilobits.map(|kilobits| kilobits * 1000);
        let ours = level::lowest(profile_idc, width, height, f64::from(rate), bitrate, references);
        let case = format!("{width}x{height} at {rate}, {references} references, {profile} {kilobits:?}");
        assert_eq!(u32::from(ours), entry_of(&plain, "level").parse().unwrap(), "x264: {case}");
        if bitrate.is_none() {
            let theirs: u32 = entry_of(&metadata, "level").parse().unwrap();
            assert_eq!(u32::from(ours), theirs, "h264_metadata: {case}");
        }
        seen.insert(ours);
    }
    assert_eq!(seen.len(), 19, "a row of the table was never met: {seen:?}");
}
