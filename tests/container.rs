//! Demuxer and muxer against ffprobe: what goes in comes out.

mod support;

use std::path::Path;

use framegate::container::{Demuxer, Muxer};
use framegate::media::{ChunkInfo, ChunkRef, Config};
use support::{Entry, chunks_of_ffprobe, clip, copy, packets, probe, scratch, text, us};

const STREAM: &str = "stream=codec_name,codec_tag_string,profile,level,width,height,sample_aspect_ratio,\
    color_range,color_space,color_transfer,color_primaries,sample_rate,channels,extradata_hash:\
    stream_side_data=rotation,displaymatrix";

const PICTURE: &str = "-f lavfi -i testsrc2=size=192x108:rate=25:duration=2";
const SOUND: &str = "-f lavfi -i sine=sample_rate=44100:duration=2";
const X264: &str = "-c:v libx264 -preset ultrafast -bf 3 -g 20 -pix_fmt yuv420p";

fn without_duration(packet: &Entry) -> Entry {
    packet.clone().into_iter().filter(|(key, _)| key != "duration_time").collect()
}

/// Copies a file and compares streams and packets. Times may differ by what microseconds cannot say:
/// `slack_us` of a duration, which MP4 stores as the distance of rounded times.
fn round_trip(original: &Path, slack_us: i64) {
    let name = original.file_name().unwrap().to_str().unwrap();
    let copied = scratch(&format!("copy-of-{name}"));
    let count = copy(original, &copied);
    assert_eq!(probe(original, STREAM), probe(&copied, STREAM), "{name}: streams");
    let (before, after) = (packets(original), packets(&copied));
    assert_eq!(count, before.values().map(Vec::len).sum::<usize>(), "{name}: packets");
    assert!(before.keys().eq(after.keys()), "{name}: streams with packets");
    for (before, after) in before.values().flatten().zip(after.values().flatten()) {
        // All else, side data such as the samples to skip among it.
        assert_eq!(without_duration(before), without_duration(after), "{name}");
        let off = us(before, "duration_time") - us(after, "duration_time");
        assert!(off.abs() <= slack_us, "{name}: duration of {before:?} and {after:?}");
    }
    assert!(before.values().map(Vec::len).eq(after.values().map(Vec::len)), "{name}: packets a stream");
}

#[test]
fn b_frames_and_aac_priming_survive() {
    let path = clip("b-frames.mp4", &format!("{PICTURE} {SOUND} {X264} -c:a aac"));
    let packets = packets(&path);
    assert!(us(&packets["0"][0], "dts_time") < 0, "the clip must begin with a negative decode time");
    assert!(us(&packets["1"][0], "pts_time") < 0, "the clip must begin with priming");
    round_trip(&path, 0);
}

#[test]
fn broadcast_frame_rate_survives() {
    let path =
        clip("29.97.mp4", &format!("-f lavfi -i testsrc2=size=192x108:rate=30000/1001:duration=4 {X264}"));
    round_trip(&path, 1);
    let demuxer = Demuxer::open(text(&path)).unwrap();
    let rate: f64 = demuxer.track(0).unwrap().get("framerate").unwrap().parse().unwrap();
    assert!((rate - 30_000.0 / 1001.0).abs() < 1e-9, "{rate}");
}

#[test]
fn colour_and_pixel_aspect_survive() {
    let color = "-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -color_range pc";
    let path = clip("anamorphic.mp4", &format!("{PICTURE} {X264} {color} -vf setsar=4/3"));
    round_trip(&path, 0);
    let demuxer = Demuxer::open(text(&path)).unwrap();
    let config = demuxer.track(0).unwrap();
    for (key, value) in [
        ("codedWidth", "192"),
        ("codedHeight", "108"),
        ("displayAspectWidth", "64"), // 192 x 4/3 : 108
        ("displayAspectHeight", "27"),
        ("framerate", "25"),
        ("rotation", "0"),
        ("flip", "false"),
        ("colorSpace.primaries", "bt2020"),
        ("colorSpace.transfer", "pq"),
        ("colorSpace.matrix", "bt2020-ncl"),
        ("colorSpace.fullRange", "true"),
    ] {
        assert_eq!(config.get(key), Ok(value), "{key}");
    }
}

#[test]
fn rotation_survives() {
    let upright = clip("upright.mp4", &format!("{PICTURE} {X264}"));
    for (name, clockwise) in [("turned-90.mp4", "90"), ("turned-180.mp4", "180"), ("turned-270.mp4", "270")] {
        let source = text(&upright);
        let path = clip(name, &format!("-i {source} -c copy -metadata:s:v rotate={clockwise}"));
        round_trip(&path, 0);
        let rotation =
            Demuxer::open(text(&path)).unwrap().track(0).unwrap().get("rotation").unwrap().to_owned();
        // ffprobe counts the other way round.
        let probed: i32 = probe(&path, "stream_side_data=rotation")[0]["rotation"].parse().unwrap();
        assert_eq!(rotation, (-probed).rem_euclid(360).to_string());
    }
}

#[test]
fn every_orientation_survives() {
    let upright = clip("orientations.mp4", &format!("{PICTURE} {X264}"));
    let mut source = Demuxer::open(text(&upright)).unwrap();
    let (_, chunk) = source.read().unwrap().unwrap();
    let chunk = chunk.to_chunk().unwrap();
    for rotation in ["0", "90", "180", "270"] {
        for flip in ["false", "true"] {
            let mut config = Demuxer::open(text(&upright)).unwrap().track(0).unwrap().try_clone().unwrap();
            config.set("rotation", rotation).unwrap();
            config.set("flip", flip).unwrap();
            let path = scratch("oriented.mp4");
            let mut muxer = Muxer::create(text(&path)).unwrap();
            muxer.add_track(&config).unwrap();
            muxer.write(0, ChunkRef { info: chunk.info, data: &chunk.data, alpha: None }).unwrap();
            muxer.finish().unwrap();
            let demuxer = Demuxer::open(text(&path)).unwrap();
            let read = demuxer.track(0).unwrap();
            assert_eq!((read.get("rotation"), read.get("flip")), (Ok(rotation), Ok(flip)));
        }
    }
}

#[test]
fn other_audio_passes_through() {
    for (name, codec) in [("opus.mp4", "opus"), ("flac.mp4", "flac"), ("mp3.mp4", "mp3"), ("ac3.mp4", "ac-3")]
    {
        let encoder = codec.replace("opus", "libopus").replace("mp3", "libmp3lame").replace("ac-3", "ac3");
        let rate = if codec == "opus" { 48_000 } else { 44_100 };
        let path = clip(name, &format!("{PICTURE} {SOUND} {X264} -ar {rate} -strict -2 -c:a {encoder}"));
        let demuxer = Demuxer::open(text(&path)).unwrap();
        let config = demuxer.track(1).unwrap();
        assert_eq!(config.codec(), codec);
        assert_eq!(config.get("sampleRate"), Ok(rate.to_string().as_str()));
        round_trip(&path, 0);
    }
}

#[test]
fn cut_clips_survive() {
    let whole = clip("whole.mp4", &format!("{PICTURE} {SOUND} {X264} -c:a aac"));
    let source = text(&whole);
    round_trip(&clip("cut.mp4", &format!("-ss 1.1 -i {source} -c copy")), 0);
    round_trip(&clip("late.mp4", &format!("-itsoffset 1.3 -i {source} -c copy")), 0);
    let mov = clip("quick.mov", &format!("-i {source} -c copy"));
    round_trip(&mov, 0);
}

#[test]
fn tracks_say_what_ffprobe_says() {
    let path = clip("facts.mp4", &format!("{PICTURE} {SOUND} {X264} -profile:v main -level 3.1 -c:a aac"));
    let demuxer = Demuxer::open(text(&path)).unwrap();
    assert_eq!(demuxer.track_count(), 2);
    let video = demuxer.track(0).unwrap();
    let avcc = video.description().unwrap();
    assert_eq!(video.codec(), format!("avc1.{:02x}{:02x}{:02x}", avcc[1], avcc[2], avcc[3]));
    let probed = &probe(&path, "stream=width,height,level,bit_rate,extradata_size")[0];
    assert_eq!(video.get("codedWidth"), Ok(probed["width"].as_str()));
    assert_eq!(video.get("codedHeight"), Ok(probed["height"].as_str()));
    assert_eq!(video.get("bitrate"), Ok(probed["bit_rate"].as_str()));
    assert_eq!(avcc[3].to_string(), probed["level"]);
    assert_eq!(avcc.len().to_string(), probed["extradata_size"]);
    let audio = demuxer.track(1).unwrap();
    assert_eq!(audio.codec(), "mp4a.40.2");
    assert_eq!(audio.get("sampleRate"), Ok("44100"));
    assert_eq!(audio.get("numberOfChannels"), Ok("1"));
    let probed = &probe(&path, "stream=extradata_size")[1];
    assert_eq!(audio.description().unwrap().len().to_string(), probed["extradata_size"]);
}

#[test]
fn chunks_say_what_ffprobe_says() {
    let path = clip("chunks.mp4", &format!("{PICTURE} {SOUND} {X264} -c:a aac"));
    assert_eq!(chunks_of_ffprobe(&path).len(), 2);
}

#[test]
fn annexb_input_has_no_description() {
    let path = clip("stream.ts", &format!("{PICTURE} {SOUND} {X264} -c:a aac"));
    let converted = clip("converted.mp4", &format!("-i {} -c copy", text(&path)));
    let expected = Demuxer::open(text(&converted)).unwrap().track(0).unwrap().codec().to_owned();
    let demuxer = Demuxer::open(text(&path)).unwrap();
    let video = demuxer.track(0).unwrap();
    assert_eq!(video.description(), None);
    assert_eq!(video.codec(), expected);
    let raw = clip("raw.h264", &format!("-i {} -an -c copy", text(&path)));
    let mut demuxer = Demuxer::open(text(&raw)).unwrap();
    assert_eq!(demuxer.track(0).unwrap().codec(), expected);
    let mut count = 0;
    while let Some((track, _)) = demuxer.read().unwrap() {
        assert_eq!(track, 0);
        count += 1;
    }
    assert_eq!(count, 50);
}

#[test]
fn other_tracks_are_not_numbered() {
    let cover = clip("cover.png", "-f lavfi -i color=size=64x64 -frames:v 1");
    let names = format!("{PICTURE} -i {} {SOUND} -map 1 -map 0 -map 2", text(&cover));
    let path = clip("cover.mp4", &format!("{names} {X264} -c:v:0 copy -c:a aac -disposition:0 attached_pic"));
    assert_eq!(probe(&path, "stream=codec_name").len(), 3);
    let mut demuxer = Demuxer::open(text(&path)).unwrap();
    assert_eq!(demuxer.track_count(), 2);
    assert!(demuxer.track(0).unwrap().codec().starts_with("avc1."));
    while let Some((track, chunk)) = demuxer.read().unwrap() {
        assert!(track < 2 && !chunk.data.starts_with(b"\x89PNG"));
    }
}

#[test]
fn chunks_without_decode_times_and_durations_are_enough() {
    let source = clip("plain.mp4", &format!("{PICTURE} {X264} -bf 0"));
    let path = scratch("few-facts.mp4");
    let mut demuxer = Demuxer::open(text(&source)).unwrap();
    let mut muxer = Muxer::create(text(&path)).unwrap();
    let config = demuxer.track(0).unwrap();
    let mut bare = Config::new(config.codec()).unwrap();
    bare.set_bytes("description", config.description().unwrap()).unwrap();
    bare.set("codedWidth", "192").unwrap();
    bare.set("codedHeight", "108").unwrap();
    muxer.add_track(&bare).unwrap();
    while let Some((track, chunk)) = demuxer.read().unwrap() {
        let info = ChunkInfo { dts_us: None, duration_us: None, ..chunk.info };
        muxer.write(track, ChunkRef { info, ..chunk }).unwrap();
    }
    muxer.finish().unwrap();
    assert_eq!(packets(&source), packets(&path));
}

#[test]
fn real_clips_survive() {
    let media = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/media");
    let clips = std::fs::read_dir(media).into_iter().flatten().flatten().map(|entry| entry.path());
    for path in clips.filter(|path| path.extension().is_some_and(|extension| extension == "mp4")) {
        round_trip(&path, 0);
    }
}

#[test]
fn a_silent_track_holds_back_ten_seconds_at_most() {
    const CHUNK: [u8; 10_000] = [0; 10_000];
    const SECONDS: u64 = 30;
    let source = clip("two-tracks.mp4", &format!("{PICTURE} {SOUND} {X264} -c:a aac"));
    let demuxer = Demuxer::open(text(&source)).unwrap();
    let path = scratch("silent.mp4");
    let mut muxer = Muxer::create(text(&path)).unwrap();
    muxer.add_track(demuxer.track(0).unwrap()).unwrap();
    muxer.add_track(demuxer.track(1).unwrap()).unwrap();
    for number in 0..SECONDS * 25 {
        let info = ChunkInfo { timestamp_us: number as i64 * 40_000, ..ChunkInfo::default() };
        muxer.write(0, ChunkRef { info, data: &CHUNK, alpha: None }).unwrap();
    }
    let written = std::fs::metadata(&path).unwrap().len();
    let second = 25 * CHUNK.len() as u64;
    assert!(written > (SECONDS - 11) * second, "{written} of {} bytes", SECONDS * second);
}
