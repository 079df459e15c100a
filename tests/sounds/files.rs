//! Sound in files: what is written decodes in other tools as here, and the other way round.

use framegate::container::Demuxer;

use super::*;

/// A decoder configuration of a demuxer's, as a host has it.
fn config_of_track(demuxer: &Demuxer, more: &[(&str, &str)]) -> Config {
    let given = demuxer.track(0).unwrap();
    let keys: Vec<_> = given.keys().filter(|key| !["codec", "description"].contains(key)).collect();
    let keys: Vec<_> = keys.iter().map(|key| (*key, given.get(key).unwrap())).collect();
    let config = Config::new(given.codec(), &[&keys[..], more].concat());
    match given.description() {
        Some(description) => config.described(description),
        None => config,
    }
}

/// Its chunks.
fn read(demuxer: &mut Demuxer) -> Vec<Out> {
    let mut chunks = Vec::new();
    while let Some((track, chunk)) = demuxer.read().unwrap() {
        assert_eq!(track, 0);
        let mut out = Out::chunk(chunk.info.timestamp_us, chunk.info.key, chunk.data.to_vec());
        (out.duration_us, out.discard) = (chunk.info.duration_us.unwrap_or(-1), chunk.info.discard);
        chunks.push(out);
    }
    chunks
}

/// The samples of a file, its priming and padding left out, and when they begin.
fn decoded(path: &str, format: i32) -> (Vec<u8>, i64) {
    let mut demuxer = Demuxer::open(path).unwrap();
    let config = config_of_track(&demuxer, &[("priming", "drop")]);
    let decoder = Decoder::new(&config).unwrap();
    let outs = decoder.decode(&read(&mut demuxer)).unwrap();
    assert!(outs.iter().all(|out| out.kind == FG_OUTPUT_FRAME), "{path}: {}", decoder.error());
    let bytes = outs.iter().flat_map(|out| out.frame.as_ref().unwrap().interleaved(format)).collect();
    (bytes, outs[0].timestamp_us)
}

fn mux(path: &str, chunks: &[Out]) {
    let mut muxer = framegate::container::Muxer::create(path).unwrap();
    let given = chunks[0].config.as_ref().unwrap();
    let mut config = framegate::media::Config::new(&given.get("codec")).unwrap();
    for key in ["sampleRate", "numberOfChannels", "primingSamples"] {
        if !given.get(key).is_empty() {
            config.set(key, &given.get(key)).unwrap();
        }
    }
    config.set_bytes("description", &given.description()).unwrap();
    let track = muxer.add_track(&config).unwrap();
    for chunk in chunks {
        let info = framegate::media::ChunkInfo {
            key: true,
            timestamp_us: chunk.timestamp_us,
            duration_us: Some(chunk.duration_us),
            ..Default::default()
        };
        muxer.write(track, framegate::media::ChunkRef { info, data: &chunk.data, alpha: None }).unwrap();
    }
    muxer.finish().unwrap();
}

/// What MP4 and MOV carry: the `ffmpeg` command, which does not cut the end, decodes to the same samples.
#[test]
fn what_is_written_decodes_in_ffmpeg_from_the_first_sample_on() {
    for (codec, rate, channels, ending) in [
        ("mp4a.40.2", 48_000, 2, "mp4"),
        ("mp4a.40.2", 44_100, 6, "mp4"),
        ("opus", 48_000, 2, "mp4"),
        ("opus", 24_000, 1, "mp4"),
        ("opus", 48_000, 6, "mp4"),
        ("flac", 96_000, 2, "mp4"),
        ("mp3", 44_100, 2, "mp4"),
        ("pcm-s16", 48_000, 2, "mov"),
        ("pcm-s24", 48_000, 8, "mov"),
        ("ulaw", 8_000, 1, "mov"),
    ] {
        let case = CASES.iter().find(|case| case.codec == codec).unwrap();
        let total = 50_000;
        let chunks =
            case.encoder(rate, channels, &[]).encode(&case.inputs(rate, channels, &[total])).unwrap();
        let path = support::scratch(&format!("sound-{codec}-{rate}-{channels}.{ending}"));
        mux(support::text(&path), &chunks);
        let (ours, first_us) = decoded(support::text(&path), FG_SAMPLE_F32);
        assert_eq!(first_us, 0, "{codec}");
        assert_eq!(ours.len(), case.decoded(total, rate) * channels as usize * 4, "{codec} {rate}");
        let theirs = support::ffmpeg(&format!("-i {} -f f32le -", support::text(&path)));
        assert!(theirs.len() >= ours.len() && theirs[..ours.len()] == ours, "{codec} {rate} {channels}");
        let probed = support::probe(&path, "stream=start_time");
        assert_eq!(probed[0]["start_time"], "0.000000", "{codec}");
    }
}

/// What the `ffmpeg` command writes decodes here to what it decodes itself.
#[test]
fn what_ffmpeg_writes_decodes_to_the_same_samples() {
    let source = "-f lavfi -i sine=440:r=44100:d=2.3456,aformat=channel_layouts=stereo";
    for (name, options) in [
        ("theirs-aac.mp4", "-c:a aac"),
        ("theirs-opus.mp4", "-c:a libopus -ar 48000"),
        ("theirs-flac.mp4", "-c:a flac -strict -2"),
        ("theirs-mp3.mp4", "-c:a libmp3lame"),
        ("theirs.wav", "-c:a pcm_s16le"),
        ("theirs.flac", "-c:a flac"),
        ("theirs.mov", "-c:a pcm_s24le"),
    ] {
        let path = support::clip(name, &format!("{source} {options}"));
        let (ours, first_us) = decoded(support::text(&path), FG_SAMPLE_F32);
        let theirs = support::ffmpeg(&format!("-i {} -f f32le -", support::text(&path)));
        let rate = if name.contains("opus") { 48_000.0 } else { 44_100.0 };
        let samples = (2.3456f64 * rate).round() as i64;
        // In MP4 the command rounds what is shown to milliseconds, and does not cut to it itself.
        let unsure = if name.ends_with("mp4") { 48 } else { 0 };
        assert!((ours.len() as i64 / 8 - samples).abs() <= unsure, "{name}: {} of {samples}", ours.len() / 8);
        assert!(theirs.len() >= ours.len() && theirs[..ours.len()] == ours, "{name}");
        assert_eq!(first_us, 0, "{name}");
    }
}

/// Runs a command of Debian's whose words IN and OUT are these files.
fn tool(command: &str, from: &str, to: &std::path::Path) {
    let mut words = command.split(' ').map(|word| match word {
        "IN" => from,
        "OUT" => support::text(to),
        word => word,
    });
    let output = std::process::Command::new(words.next().unwrap())
        .args(words)
        .output()
        .expect("the tool is installed");
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
}

/// What is written, once `ffmpeg -c copy` has put it into the codec's own container: Debian's own decoders give what is decoded
/// here, `off` at the most: lame rounds to 16 bits, opusdec has another decoder than FFmpeg. The copy tells lame no padding.
#[test]
fn what_is_written_decodes_in_other_tools_after_a_copy() {
    let opus = ("opus", "opusdec --quiet --float --rate 48000 --no-dither IN OUT", 2e-4);
    let flac = ("flac", "flac --silent -f -d IN -o OUT", 0.0);
    let mp3 = ("mp3", "lame --quiet --decode IN OUT", 1.0 / 32_768.0);
    for ((codec, decode, off), rate, channels) in [
        (opus, 48_000, 2),
        (opus, 48_000, 6),
        (opus, 24_000, 1),
        (flac, 44_100, 2),
        (flac, 96_000, 6),
        (mp3, 44_100, 2),
        (mp3, 48_000, 1),
    ] {
        let case = CASES.iter().find(|case| case.codec == codec).unwrap();
        let chunks =
            case.encoder(rate, channels, &[]).encode(&case.inputs(rate, channels, &[50_000])).unwrap();
        let name = format!("copy-{rate}-{channels}");
        let (mp4, own, wav) = (
            support::scratch(&format!("{name}-{codec}.mp4")),
            support::scratch(&format!("{name}.{codec}")),
            support::scratch(&format!("{name}-{codec}.wav")),
        );
        mux(support::text(&mp4), &chunks);
        support::ffmpeg(&format!("-i {} -c copy {}", support::text(&mp4), support::text(&own)));
        tool(decode, support::text(&own), &wav);
        let (ours, _) = decoded(support::text(&mp4), FG_SAMPLE_F32);
        let theirs = support::ffmpeg(&format!("-i {} -f f32le -", support::text(&wav)));
        assert!(
            theirs.len() == ours.len() || codec == "mp3" && theirs.len() > ours.len(),
            "{codec} {rate} {channels}: {} and {} bytes",
            ours.len(),
            theirs.len()
        );
        let furthest = floats(&ours).zip(floats(&theirs)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(furthest <= off, "{codec} {rate} {channels}: {furthest}");
    }
}

fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> + '_ {
    bytes.chunks_exact(4).map(|sample| f32::from_ne_bytes(sample.try_into().unwrap()))
}

/// Debian's own encoders, each by its own decoder: the samples are ffmpeg's, as many as the tool gives, and FLAC's those that went
/// in.
#[test]
fn what_other_tools_write_decodes_to_as_many_samples() {
    let source = support::clip(
        "tools.wav",
        "-f lavfi -i sine=440:r=48000:d=2.3456,aformat=s16:channel_layouts=stereo -bitexact",
    );
    let source = support::text(&source);
    for (ending, encode, decode) in [
        ("opus", "opusenc --quiet IN OUT", "opusdec --quiet --force-wav --rate 48000 IN OUT"),
        ("mp3", "lame --quiet IN OUT", "lame --quiet --decode IN OUT"),
        ("ogg", "oggenc -Q IN -o OUT", "oggdec -Q IN -o OUT"),
        ("flac", "flac --silent -f IN -o OUT", "flac --silent -f -d IN -o OUT"),
    ] {
        let (file, wav) =
            (support::scratch(&format!("tools.{ending}")), support::scratch(&format!("tools-{ending}.wav")));
        tool(encode, source, &file);
        tool(decode, support::text(&file), &wav);
        let (ours, first_us) = decoded(support::text(&file), FG_SAMPLE_F32);
        assert_eq!(first_us, 0, "{ending}");
        let theirs = support::ffmpeg(&format!("-i {} -f f32le -", support::text(&file)));
        assert!(ours == theirs, "{ending}: {} and {} bytes", ours.len(), theirs.len());
        let own = support::ffmpeg(&format!("-i {} -f f32le -", support::text(&wav)));
        assert_eq!(ours.len(), own.len(), "{ending}");
        if ending == "flac" {
            assert!(ours == support::ffmpeg(&format!("-i {source} -f f32le -")));
        }
    }
}

#[test]
fn chunks_go_from_file_to_file_and_keep_their_edit_list() {
    let source = support::clip("edit.mp4", "-f lavfi -i sine=440:r=48000:d=1 -c:a aac");
    let mut demuxer = Demuxer::open(support::text(&source)).unwrap();
    let copy = support::scratch("edit-copy.mp4");
    let mut muxer = framegate::container::Muxer::create(support::text(&copy)).unwrap();
    muxer.add_track(demuxer.track(0).unwrap()).unwrap();
    while let Some((_, chunk)) = demuxer.read().unwrap() {
        muxer.write(0, chunk).unwrap();
    }
    muxer.finish().unwrap();
    assert_eq!(decoded(support::text(&source), FG_SAMPLE_F32), decoded(support::text(&copy), FG_SAMPLE_F32));
}

/// Matroska's times are milliseconds: what is put in front is still taken off to the sample.
#[test]
fn opus_in_matroska_loses_its_priming_to_the_sample() {
    let case = CASES.iter().find(|case| case.codec == "opus").unwrap();
    let chunks = case.encoder(48_000, 2, &[]).encode(&case.inputs(48_000, 2, &[50_000])).unwrap();
    let exact = {
        let path = support::scratch("sound-opus-priming.mp4");
        mux(support::text(&path), &chunks);
        decoded(support::text(&path), FG_SAMPLE_F32).0
    };
    for ending in ["webm", "mkv"] {
        let path = support::scratch(&format!("sound-opus-priming.{ending}"));
        mux(support::text(&path), &chunks);
        let demuxer = Demuxer::open(support::text(&path)).unwrap();
        assert_eq!(demuxer.track(0).unwrap().get("primingSamples").unwrap(), "312", "{ending}");
        let (ours, first_us) = decoded(support::text(&path), FG_SAMPLE_F32);
        assert!(ours[..exact.len()] == exact, "{ending}");
        assert!(first_us.abs() < 1000, "{ending}: {first_us}");
    }
}
