//! Every parser of the registry, on strings, chunks and descriptions that were changed at random: no panic, and what is taken for
//! good can be said again. The same each time; for FRAMEGATE_FUZZ_SECONDS, from FRAMEGATE_FUZZ_SEED on, in `make check` and `make fuzz`.

mod support;

use std::sync::OnceLock;

use framegate::container::Demuxer;
use framegate::media::{Config, StreamFacts};
use framegate::registry::{self, Audio, CODECS, Parsed, Video};
use support::dice::rounds;
use support::{clip, text};

const ROUNDS: u64 = 20_000;

/// What a demuxer says of a clip, and its first chunks.
struct Clip {
    config: Config,
    chunks: Vec<Vec<u8>>,
}

/// Made once: the tests run beside each other.
fn clips() -> &'static [Clip] {
    static CLIPS: OnceLock<Vec<Clip>> = OnceLock::new();
    CLIPS.get_or_init(make_clips)
}

fn make_clips() -> Vec<Clip> {
    let source = "-f lavfi -i testsrc2=s=48x32:r=25:d=1 -pix_fmt";
    let (hidden, log) = ("-auto-alt-ref 6 -lag-in-frames 25 -b:v 30k", support::scratch("hostile.log"));
    let two = |pass: u32| format!("-pass {pass} -passlogfile {} {hidden}", text(&log));
    let vp9 = "yuv420p -c:v libvpx-vp9";
    clip("hostile-first.webm", &format!("{source} {vp9} {}", two(1)));
    [
        ("hostile.mp4", "yuv420p -c:v libx264 -g 5".to_owned()),
        ("hostile.ts", "yuv420p -c:v libx264 -g 5 -x264-params aud=1:slices=2".to_owned()),
        ("hostile-422.mkv", "yuv422p10le -c:v libx264".to_owned()),
        ("hostile-8.webm", "yuv420p -c:v libvpx -g 5".to_owned()),
        ("hostile-9.webm", format!("{vp9} {}", two(2))),
        ("hostile-9-deep.webm", "yuv444p12le -c:v libvpx-vp9 -g 5".to_owned()),
    ]
    .map(|(name, options)| {
        let path = clip(name, &format!("{source} {options}"));
        let mut demuxer = Demuxer::open(text(&path)).unwrap();
        let (config, mut chunks) = (demuxer.track(0).unwrap().try_clone().unwrap(), Vec::new());
        while let Ok(Some((_, chunk))) = demuxer.read() {
            chunks.push(chunk.data.to_vec());
        }
        assert!(chunks.len() >= 25, "{name}");
        Clip { config, chunks }
    })
    .into()
}

/// The first chunk's bytes and setup of sound, as containers have them.
fn sounds() -> &'static [Clip] {
    static CLIPS: OnceLock<Vec<Clip>> = OnceLock::new();
    CLIPS.get_or_init(|| {
        [
            ("hostile.m4a", "aac", ""),
            ("hostile-opus.mp4", "libopus", ""),
            ("hostile-6.opus", "libopus", "-ac 6 -mapping_family 1"),
            ("hostile.flac", "flac", ""),
            ("hostile-vorbis.ogg", "libvorbis", ""),
            ("hostile.mp3", "libmp3lame", ""),
            ("hostile-pcm.wav", "pcm_s16le", ""),
        ]
        .map(|(name, codec, more)| {
            let path = clip(name, &format!("-f lavfi -i sine=r=48000:d=0.2 -c:a {codec} {more}"));
            let mut demuxer = Demuxer::open(text(&path)).unwrap();
            let config = demuxer.track(0).unwrap().try_clone().unwrap();
            let chunks = vec![demuxer.read().unwrap().unwrap().1.data.to_vec()];
            Clip { config, chunks }
        })
        .into()
    })
}

fn audio(codec: &str) -> Box<dyn Audio> {
    let Ok((_, Parsed::Audio(audio))) = registry::parse(codec) else { panic!("{codec}") };
    audio
}

fn video(codec: &str) -> Box<dyn Video> {
    let Ok((_, Parsed::Video(video))) = registry::parse(codec) else { panic!("{codec}") };
    video
}

#[test]
fn strings() {
    let strings = [
        "avc1.64001f",
        "avc3.42e00a",
        "vp8",
        "vp09.00.10.08",
        "vp09.02.31.10.01.09.16.09.01",
        "mp4a.40.2",
        "mp4a.40.02",
        "mp4a.67",
        "mp4a.69",
        "mp4a.6B",
        "mp3",
        "opus",
        "flac",
        "vorbis",
        "alaw",
        "ulaw",
        "pcm-u8",
        "pcm-s16",
        "pcm-s24",
        "pcm-s32",
        "pcm-f32",
    ];
    for registration in CODECS {
        let known = |text: &&str| registration.tags.iter().any(|tag| text.starts_with(tag));
        assert!(strings.iter().any(known), "{:?} has no string here", registration.tags);
    }
    let (mut good, mut bad) = (0u64, 0u64);
    for mut dice in rounds(ROUNDS) {
        let string = strings[dice.below(strings.len())];
        // Of many codecs there is one string alone, which no change leaves right.
        let changed = if dice.below(20) == 0 { string.into() } else { dice.change(string.as_bytes()) };
        let codec = String::from_utf8_lossy(&changed);
        match registry::parse(&codec) {
            Ok((_, Parsed::Video(video))) => {
                assert!(video.to_string().eq_ignore_ascii_case(&codec), "{codec:?} became {video}");
                assert!(
                    !video.formats().is_empty() && video.quantizers().contains(&video.default_quantizer())
                );
                good += 1;
            }
            Ok((_, Parsed::Audio(audio))) => {
                assert_eq!(audio.to_string(), codec);
                good += 1;
            }
            Err(error) => {
                assert!(!error.text.is_empty());
                bad += 1;
            }
        }
    }
    assert!(good > 100 && bad > 100, "{good} and {bad}");
}

#[test]
fn chunks() {
    let clips = clips();
    let (mut good, mut bad) = (0u64, 0u64);
    for mut dice in rounds(ROUNDS) {
        let clip = &clips[dice.below(clips.len())];
        let video = video(clip.config.codec());
        let framing = video.framing(&clip.config, clip.config.description()).unwrap();
        let mut stream = framing.stream();
        // From a key frame or not; the first chunks as they are, so that what is changed finds a stream.
        let from = dice.below(6);
        for (index, chunk) in clip.chunks[from..].iter().take(4).enumerate() {
            let changed = if index < dice.below(4) { chunk.clone() } else { dice.change(chunk) };
            match framing.is_key(&changed) {
                Ok(_) => good += 1,
                Err(_) => bad += 1,
            }
            let _content = stream.look(&changed);
            let _reorder = stream.reorder();
            let mut ahead = Vec::new();
            stream.repeat(&mut ahead).unwrap();
            assert!(ahead.len() < 1 << 20, "{} bytes to repeat", ahead.len());
            if let Ok(Some(converted)) = framing.chunk(&changed) {
                assert!(converted.len() <= changed.len() * 2 + 64);
            }
            if let Ok((codec, _)) = framing.describe(&dice.change(framing.extradata()), &changed) {
                assert!(registry::parse(&codec).is_ok(), "{codec:?}");
            }
        }
        stream.restart();
    }
    assert!(good > 1000 && bad > 100, "{good} and {bad}");
}

#[test]
fn descriptions_of_sound() {
    let clips = sounds();
    let (mut good, mut bad) = (0u64, 0u64);
    for mut dice in rounds(ROUNDS) {
        let clip = &clips[dice.below(clips.len())];
        let codec = clip.config.codec();
        let description = dice.change(clip.config.description().unwrap_or(&clip.chunks[0]));
        match audio(codec).framing(&clip.config, Some(&description)) {
            Ok(framing) => {
                assert!(framing.shape().is_none_or(|shape| shape.rate > 0 && shape.channels > 0), "{codec}");
                assert!(framing.extradata().len() <= description.len(), "{codec}");
                let _chunk = framing.chunk(&dice.change(&clip.chunks[0]));
                let _described = framing.describe(&description);
                good += 1;
            }
            Err(error) => {
                assert!(error.text.contains("description"), "{error}");
                bad += 1;
            }
        }
        let registration = registry::find(codec).unwrap();
        let facts = StreamFacts {
            av_name: registration.av_name,
            extradata: &description,
            profile: dice.below(1 << 16) as i32 - 300,
            ..StreamFacts::default()
        };
        assert!(registry::name(&facts).codec.is_some(), "{codec}");
    }
    assert!(good > 1000 && bad > 1000, "{good} and {bad}");
}

#[test]
fn descriptions() {
    let clips = clips();
    for mut dice in rounds(ROUNDS) {
        let clip = &clips[dice.below(clips.len())];
        let codec = clip.config.codec();
        let description = dice.change(clip.config.description().unwrap_or(&clip.chunks[0]));
        let _framing = video(codec).framing(&clip.config, Some(&description));
        let registration = registry::find(codec).unwrap();
        let [profile, level] = [0, 1].map(|_| dice.below(1 << 16) as i32 - 300);
        let facts = StreamFacts {
            av_name: registration.av_name,
            extradata: &description,
            profile,
            level,
            width: dice.below(70_000) as u32,
            height: dice.below(70_000) as u32,
            framerate: dice.below(1000) as f64,
            ..StreamFacts::default()
        };
        if let Some(codec) = registry::name(&facts).codec {
            assert!(registry::parse(&codec).is_ok() || codec.len() == 11, "{codec:?}");
        }
        let Some(in_band) = registry::in_band(codec) else { continue };
        let _is = (in_band.is_description)(&description);
        let _checked = (in_band.check)(&description);
        let chunk = &clip.chunks[dice.below(5)];
        let chunk = dice.change(chunk);
        let _sets = (in_band.sets)(&chunk);
        if let Ok(mut changes) = (in_band.changes)(clip.config.description().unwrap_or(&description)) {
            let _changed = changes.change(&description);
            let _fitted = changes.fit(&chunk).map(<[u8]>::len);
        }
    }
}
