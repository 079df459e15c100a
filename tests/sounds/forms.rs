//! The forms of chunks and descriptions, against FFmpeg's decoders.

use super::*;

fn case(codec: &str) -> &'static Case {
    CASES.iter().find(|case| case.codec == codec).unwrap()
}

/// ADTS is read by the `ffmpeg` command as it is.
#[test]
fn aac_with_headers() {
    let aac = case("mp4a.40.2");
    for channels in [1, 2, 3, 6, 8] {
        let config = aac.config(44_100, channels, &[("aac.format", "adts")]);
        let chunks = Encoder::new(&config).unwrap().encode(&aac.inputs(44_100, channels, &[44_100])).unwrap();
        assert!(chunks[0].config.as_ref().unwrap().description().is_empty());
        let path = support::scratch(&format!("sound-{channels}.aac"));
        let bytes: Vec<u8> = chunks.iter().flat_map(|chunk| chunk.data.clone()).collect();
        std::fs::write(&path, bytes).unwrap();
        let theirs = support::ffmpeg(&format!("-i {} -f f32le -", support::text(&path)));
        let outs = decode(&chunks, &[]);
        let ours: Vec<u8> =
            outs.iter().flat_map(|out| out.frame.as_ref().unwrap().interleaved(FG_SAMPLE_F32)).collect();
        assert!(ours == theirs, "{channels} channels: {} and {} bytes", ours.len(), theirs.len());
    }
    let seven = Encoder::new(&aac.config(44_100, 7, &[("aac.format", "adts")])).map(drop).unwrap_err();
    assert!(seven.text.contains("numberOfChannels is 7"), "{seven:?}");
}

#[test]
fn opus_with_and_without_a_head() {
    let opus = case("opus");
    for (channels, format, described) in [(2, "opus", false), (2, "ogg", true), (6, "opus", true)] {
        let chunks = opus
            .encoder(48_000, channels, &[("opus.format", format)])
            .encode(&opus.inputs(48_000, channels, &[9_600]))
            .unwrap();
        let description = chunks[0].config.as_ref().unwrap().description();
        assert_eq!(description.starts_with(b"OpusHead"), described, "{channels} {format}");
        assert_eq!(channel(&decode(&chunks, &[("priming", "drop")]), 1).len(), 9_600);
    }
}

/// Each member that has an effect has it.
#[test]
fn members_of_opus_and_flac() {
    let bytes = |codec: &str, more: &[(&str, &str)]| {
        let case = case(codec);
        let chunks = case.encoder(48_000, 2, more).encode(&case.inputs(48_000, 2, &[96_000])).unwrap();
        (chunks.len(), chunks.iter().flat_map(|chunk| chunk.data.clone()).collect::<Vec<_>>())
    };
    let usual = bytes("opus", &[]);
    for more in [
        [("opus.application", "voip")],
        [("opus.application", "lowdelay")],
        [("opus.frameDuration", "5000")],
        [("opus.complexity", "0")],
        [("opus.packetlossperc", "30")],
        [("bitrate", "16000")],
        [("bitrateMode", "constant")],
    ] {
        assert!(bytes("opus", &more) != usual, "{more:?}");
    }
    for hint in [[("opus.signal", "music")], [("opus.usedtx", "true")]] {
        bytes("opus", &hint);
    }
    let fec = [("opus.packetlossperc", "20"), ("bitrate", "24000"), ("opus.application", "voip")];
    assert!(bytes("opus", &fec) != bytes("opus", &[&fec[..], &[("opus.useinbandfec", "true")]].concat()));
    for (duration, frames) in [("2500", 801), ("10000", 201), ("20000", 101), ("60000", 34), ("120000", 17)] {
        let (count, _) = bytes("opus", &[("opus.frameDuration", duration)]);
        assert_eq!(count, frames, "{duration}");
    }
    let (count, _) = bytes("flac", &[("flac.blockSize", "1000")]);
    assert_eq!(count, 96);
    assert!(
        bytes("flac", &[("flac.compressLevel", "0")]).1.len()
            > bytes("flac", &[("flac.compressLevel", "8")]).1.len()
    );
}
