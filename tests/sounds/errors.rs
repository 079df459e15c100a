//! What cannot be is refused by name, and nothing is lost.

use super::*;

fn text(result: Result<impl Sized, Refused>, status: fg_status) -> String {
    let refused = result.err().expect("it is refused");
    assert_eq!(refused.status, status, "{}", refused.text);
    refused.text
}

#[test]
fn configurations() {
    let refused = |codec: &str, keys: &[(&str, &str)], status| {
        let config = Config::new(codec, keys);
        text(Encoder::new(&config).map(drop), status)
    };
    let stereo = [("sampleRate", "48000"), ("numberOfChannels", "2")];
    for (codec, keys, status, words) in [
        ("mp4a.40.2", &[][..], FG_ERROR_INVALID_ARGUMENT, "sampleRate is not set"),
        ("mp4a.40.2", &stereo[..1], FG_ERROR_INVALID_ARGUMENT, "numberOfChannels is not set"),
        ("mp4a.40.5", &stereo, FG_ERROR_NOT_SUPPORTED, "mp4a.40.2 and mp4a.67"),
        ("mp4a.40.29", &stereo, FG_ERROR_NOT_SUPPORTED, "mp4a.40.2 and mp4a.67"),
        ("mp4a.40.42", &stereo, FG_ERROR_NOT_SUPPORTED, "mp4a.40.2 and mp4a.67"),
        ("mp4a.40.3", &stereo, FG_ERROR_NOT_SUPPORTED, "\"mp4a.40.3\""),
        ("mp4a", &stereo, FG_ERROR_NOT_SUPPORTED, "\"mp4a\""),
        (
            "opus",
            &[("sampleRate", "44100"), stereo[1]],
            FG_ERROR_NOT_SUPPORTED,
            "sampleRate is 44100, Opus supports 48000",
        ),
        (
            "mp3",
            &[stereo[0], ("numberOfChannels", "3")],
            FG_ERROR_NOT_SUPPORTED,
            "numberOfChannels is 3, MP3 supports 1 to 2",
        ),
        (
            "opus",
            &[stereo[0], stereo[1], ("opus.frameDuration", "3000")],
            FG_ERROR_INVALID_ARGUMENT,
            "opus.frameDuration is \"3000\"",
        ),
        (
            "opus",
            &[stereo[0], stereo[1], ("bitrate", "499")],
            FG_ERROR_INVALID_ARGUMENT,
            "bitrate is 499, Opus of so many channels allows 500 to 512000",
        ),
        (
            "flac",
            &[stereo[0], stereo[1], ("flac.blockSize", "15")],
            FG_ERROR_INVALID_ARGUMENT,
            "flac.blockSize is \"15\"",
        ),
        (
            "flac",
            &[stereo[0], stereo[1], ("width", "15")],
            FG_ERROR_INVALID_ARGUMENT,
            "width is no key of an audio encoder",
        ),
        (
            "flac",
            &[stereo[0], stereo[1], ("bitrateMode", "quantizer")],
            FG_ERROR_INVALID_ARGUMENT,
            "bitrateMode is \"quantizer\"",
        ),
    ] {
        let said = refused(codec, keys, status);
        assert!(said.contains(words), "{said}");
    }
    let decoder = |codec: &str, keys: &[(&str, &str)]| Decoder::new(&Config::new(codec, keys)).map(drop);
    assert!(text(decoder("flac", &stereo), FG_ERROR_INVALID_ARGUMENT).contains("description is not set"));
    assert!(text(decoder("vorbis", &stereo), FG_ERROR_INVALID_ARGUMENT).contains("description is not set"));
    let three = [stereo[0], ("numberOfChannels", "3")];
    let refused = text(decoder("opus", &three), FG_ERROR_INVALID_ARGUMENT);
    assert!(
        refused.contains("description is not set, a decoder of Opus with 3 channels needs it"),
        "{refused}"
    );
    // W3C's isConfigSupported may come before there is one.
    for (codec, keys) in [("flac", &stereo), ("vorbis", &stereo), ("opus", &three)] {
        Config::new(codec, keys).decoder_support().unwrap();
        text(Config::new(codec, &keys[..1]).decoder_support(), FG_ERROR_INVALID_ARGUMENT);
    }
    assert!(text(decoder("mp4a.40.42", &stereo), FG_ERROR_NOT_SUPPORTED).contains("mp4a.40.42"));
    for (codec, bytes) in
        [("flac", &b"fLaC"[..]), ("opus", b"OpusHead"), ("vorbis", b"\x02\x01\x01"), ("mp4a.40.2", b"\x11")]
    {
        let config = Config::new(codec, &stereo).described(bytes);
        assert!(text(Decoder::new(&config).map(drop), FG_ERROR_DATA).contains("description"));
    }
}

#[test]
fn sound_of_another_shape_ends_the_encoder() {
    let case = &CASES[0];
    for (rate, channels) in [(44_100, 2), (48_000, 1)] {
        let encoder = case.encoder(48_000, 2, &[]);
        let good = case.tones(48_000, 2, 0, 4_096, FG_SAMPLE_F32);
        let other = case.tones(rate, channels, 0, 1_024, FG_SAMPLE_F32);
        let outs = encoder.encode(&[good, other]).unwrap();
        let last = outs.last().unwrap();
        assert_eq!((last.kind, last.status), (FG_OUTPUT_ERROR, FG_ERROR_ENCODING));
        assert!(encoder.error().contains("48000 Hz and 2"), "{}", encoder.error());
        assert!(outs.len() >= 4, "what was encoded before came out");
        // The input that failed gives its slot back after the failure can be seen.
        let is_empty = || {
            std::thread::sleep(std::time::Duration::from_millis(1));
            encoder.stats().in_flight == 0
        };
        assert!((0..10_000).any(|_| is_empty()));
    }
}

#[test]
fn the_other_kind_of_frame_is_refused() {
    let sound = CASES[0].tones(48_000, 2, 0, 10, FG_SAMPLE_F32);
    let picture = Frame::new(&video_info(FG_PIXEL_I420, 16, 16), &[0; 384]).unwrap();
    let audio = CASES[0].encoder(48_000, 2, &[]);
    let video = Encoder::new(&Config::new("vp8", &[("width", "16"), ("height", "16")])).unwrap();
    let how = (false, -1);
    assert!(text(audio.enqueue(&picture, how, 0), FG_ERROR_INVALID_ARGUMENT).contains("sound is wanted"));
    assert!(text(video.enqueue(&sound, how, 0), FG_ERROR_INVALID_ARGUMENT).contains("picture is wanted"));
    assert!(text(audio.enqueue(&sound, (false, 3), 0), FG_ERROR_INVALID_ARGUMENT).contains("quantizer is 3"));
    assert_eq!(audio.stats().in_flight_peak + video.stats().in_flight_peak, 0);
}

/// As far as a codec can tell: Vorbis, Opus and PCM have nothing to check.
#[test]
fn damage_is_an_error_and_what_came_before_comes_out() {
    for case in CASES.iter().filter(|case| matches!(case.codec, "mp4a.40.2" | "flac" | "mp3")) {
        let rate = 44_100;
        let mut chunks = case.encoder(rate, 2, &[]).encode(&case.inputs(rate, 2, &[88_200])).unwrap();
        let at = chunks.len() / 2;
        for byte in chunks[at].data.iter_mut() {
            *byte ^= 0x5a;
        }
        let decoder = Decoder::new(&config_of(&chunks, &[])).unwrap();
        let outs = decoder.decode(&chunks).unwrap();
        let last = outs.last().unwrap();
        assert_eq!((last.kind, last.status), (FG_OUTPUT_ERROR, FG_ERROR_ENCODING), "{}", case.codec);
        assert_eq!(last.timestamp_us, chunks[at].timestamp_us, "{}", case.codec);
        assert!(outs.len() >= at - 1, "{}: {} of {at}", case.codec, outs.len());
    }
}

/// Floats that are no numbers are silence, and what is far too loud is bounded: LAME would end the process, FFmpeg's AAC fail.
#[test]
fn no_float_is_too_odd_for_an_encoder() {
    let odd = [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MAX,
        -f32::MAX,
        1e20,
        f32::MIN_POSITIVE,
        1e-45,
        0.5,
        -3.0,
    ];
    for case in CASES {
        let rate = if case.rates.contains(&48_000) { 48_000 } else { case.rates[0] };
        let bytes: Vec<u8> =
            (0..10_000usize).flat_map(|at| odd[at * at % 7 + at % 4].to_le_bytes()).collect();
        let sound = Frame::sound(&audio_info(FG_SAMPLE_F32, rate, 2, 5_000), &bytes).unwrap();
        let encoder = case.encoder(rate, 2, &[]);
        let chunks = encoder.encode(&[sound]).unwrap();
        assert!(
            chunks.iter().all(|chunk| chunk.kind == FG_OUTPUT_CHUNK),
            "{}: {}",
            case.codec,
            encoder.error()
        );
        let samples = channel(&decode(&chunks, &[("priming", "drop")]), 1);
        assert_eq!(samples.len(), case.decoded(5_000, rate), "{}", case.codec);
        assert!(samples.iter().all(|sample| sample.is_finite()), "{}", case.codec);
    }
}

#[test]
fn chunks_without_bytes_and_of_too_many_samples() {
    let case = CASES.iter().find(|case| case.codec == "pcm-s16").unwrap();
    let mut chunks = case.encoder(48_000, 1, &[]).encode(&case.inputs(48_000, 1, &[100, 5_000, 1])).unwrap();
    let decoder = Decoder::new(&config_of(&chunks, &[("maxSamples", "4000")])).unwrap();
    let outs = decoder.decode(&chunks).unwrap();
    assert_eq!(outs.last().unwrap().status, FG_ERROR_NOT_SUPPORTED);
    assert!(decoder.error().contains("maxSamples is 4000"), "{}", decoder.error());
    chunks[1].data.clear();
    let decoder = Decoder::new(&config_of(&chunks, &[])).unwrap();
    assert_eq!(decoder.decode(&chunks).unwrap().last().unwrap().status, FG_ERROR_ENCODING);
    chunks[0].data.clear();
    let decoder = Decoder::new(&config_of(&chunks, &[])).unwrap();
    assert_eq!(
        text(decoder.enqueue(&chunks[0], 0), FG_ERROR_DATA),
        "a key chunk is wanted first: this one is empty"
    );
}
