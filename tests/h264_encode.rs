//! H.264 encoding through the C API, against ffmpeg and ffprobe.

mod c_api;
mod support;

use std::process::Command;

use c_api::clips::{annexb_file, encoder_config, moving, noise};
use c_api::*;
use support::{probe, run};

const PRESETS: [&str; 9] =
    ["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"];

fn encoded(codec: &str, more: &[(&str, &str)], count: usize) -> Vec<Out> {
    Encoder::new(&encoder_config(codec, 320, 240, more)).unwrap().encode(&moving(320, 240, count)).unwrap()
}

/// What ffprobe says of an Annex B stream: profile, level, and the picture types in decode order.
fn probed(name: &str, chunks: &[Out]) -> (String, String, String) {
    let path = annexb_file(name, chunks);
    let stream = probe(&path, "stream=profile,level").remove(0);
    let types: Vec<_> =
        probe(&path, "frame=pict_type").into_iter().map(|frame| frame["pict_type"].clone()).collect();
    (stream["profile"].clone(), stream["level"].clone(), types.concat())
}

#[test]
fn profile_and_level_are_those_of_the_codec_string() {
    let cases = [
        ("avc1.42001f", "Constrained Baseline", "31"),
        ("avc1.4d401f", "Main", "31"),
        ("avc1.640033", "High", "51"),
        ("avc1.42000a", "Constrained Baseline", "13"), // 1.0 is too low for 320x240, 30 a second
    ];
    for (codec, profile, level) in cases {
        for latency in ["quality", "realtime"] {
            let more = [("latencyMode", latency), ("avc.format", "annexb")];
            let chunks = encoded(codec, &more, 30);
            let found = probed(&format!("profile-{codec}-{latency}.h264"), &chunks);
            assert_eq!((found.0.as_str(), found.1.as_str()), (profile, level), "{codec} {latency}");
            let b_frames = latency == "quality" && profile != "Constrained Baseline";
            assert_eq!(found.2.contains('B'), b_frames, "{codec} {latency}: {}", found.2);
        }
    }
}

/// W3C: the string is the configured one, letter by letter, while a decoder of that decodes the stream: also where a preset
/// switches off what makes the profile. The description tells what the stream has.
#[test]
fn the_decoder_configurations_codec_is_the_configured_one() {
    for preset in ["ultrafast", "medium"] {
        for (codec, format) in [
            ("avc1.64001F", "annexb"),
            ("avc1.64001F", "avc"),
            ("avc3.64001f", "avc"),
            ("avc1.64003C", "avc"),
        ] {
            let chunks = encoded(codec, &[("ffmpeg.preset", preset), ("avc.format", format)], 2);
            let config = chunks[0].config.as_ref().unwrap();
            assert_eq!(config.get("codec"), codec, "{preset} {format}");
            let in_band =
                chunks[0].data.windows(5).any(|bytes| bytes[..4] == [0, 0, 0, 1] && bytes[4] & 31 == 7);
            assert_eq!(in_band, format == "annexb");
            assert_eq!(config.description().is_empty(), format == "annexb");
            if format == "avc" {
                assert_eq!(config.description()[1], if preset == "ultrafast" { 0x42 } else { 0x64 });
            }
        }
    }
    for codec in ["avc1.42E01f", "avc1.42001e", "avc1.42401F", "avc1.4d401f", "avc1.4D001f"] {
        assert_eq!(encoded(codec, &[], 2)[0].config.as_ref().unwrap().get("codec"), codec);
    }
}

/// 320x240 at 30 frames a second need level 1.3 (H.264 table A-1: 300 macroblocks, 9000 a second).
#[test]
fn where_the_level_was_raised_the_decoder_configurations_codec_is_the_streams_own() {
    for (codec, format, raised) in [
        ("avc1.42000A", "avc", "avc1.42c00d"),
        ("avc3.42000A", "annexb", "avc3.42c00d"),
        ("avc1.64000a", "annexb", "avc1.64000d"),
    ] {
        let chunks = encoded(codec, &[("avc.format", format)], 2);
        assert_eq!(chunks[0].config.as_ref().unwrap().get("codec"), raised);
    }
}

#[test]
fn parameter_sets_stand_before_every_key_frame_of_annexb_and_nowhere_in_avc() {
    let kinds = |data: &[u8], avc: bool| -> Vec<u8> {
        if avc {
            let (mut rest, mut kinds) = (data, Vec::new());
            while let Some((size, units)) = rest.split_first_chunk::<4>() {
                kinds.push(units[0] & 31);
                rest = &units[u32::from_be_bytes(*size) as usize..];
            }
            return kinds;
        }
        data.windows(4).filter(|bytes| bytes[..3] == [0, 0, 1]).map(|bytes| bytes[3] & 31).collect()
    };
    for format in ["annexb", "avc"] {
        let encoder =
            Encoder::new(&encoder_config("avc1.64001f", 320, 240, &[("avc.format", format)])).unwrap();
        let chunks = encoder.encode_with(&moving(320, 240, 40), |index| (index % 15 == 7, -1)).unwrap();
        for chunk in &chunks {
            let kinds = kinds(&chunk.data, format == "avc");
            let wanted = chunk.key && format == "annexb";
            assert_eq!((kinds.contains(&7), kinds.contains(&8)), (wanted, wanted), "{format}: {kinds:?}");
            assert_eq!(kinds.contains(&5), chunk.key);
        }
        let keys: Vec<_> = chunks.iter().filter(|chunk| chunk.key).map(|chunk| chunk.id).collect();
        assert_eq!(keys, [1000, 1007, 1022, 1037], "a key frame is where it was asked for");
    }
}

#[test]
fn realtime_answers_each_frame_before_the_next() {
    for threads in ["1", "2", "4"] {
        let more = [("latencyMode", "realtime"), ("threads", threads)];
        let encoder = Encoder::new(&encoder_config("avc1.64001f", 320, 240, &more)).unwrap();
        for frame in moving(320, 240, 20) {
            assert_eq!(encoder.enqueue(&frame, (false, -1), 0), Ok(FG_OK));
            let chunk = encoder.poll(-1).unwrap().unwrap();
            assert_eq!(chunk.id, frame.info().id);
        }
        assert_eq!(encoder.stats().in_codec_peak, 0);
    }
}

#[test]
fn no_preset_holds_more_than_max_delay() {
    let frames = moving(64, 48, 80);
    for preset in PRESETS {
        for (threads, delays) in
            [("1", [0, 1, 3, 12, 30]), ("2", [0, 1, 3, 12, 30]), ("4", [0, 3, 6, 12, 30])]
        {
            for delay in delays {
                let (delay_text, limit) = (delay.to_string(), delay);
                let more = [("ffmpeg.preset", preset), ("threads", threads), ("maxDelay", &delay_text)];
                let encoder = Encoder::new(&encoder_config("avc1.64001f", 64, 48, &more)).unwrap();
                assert_eq!(encoder.encode(&frames).unwrap().len(), frames.len());
                let peak = encoder.stats().in_codec_peak;
                assert!(peak <= limit, "{preset}, {threads} threads: {peak} of {limit}");
                // As much as is allowed is used, where the preset has it.
                let most = if preset == "medium" { limit.min(40) } else { 0 };
                assert!(peak >= most, "{preset}, {threads} threads: only {peak} of {limit}");
            }
        }
    }
}

/// Picture types by ffprobe, and the times of an encoder that may use so many B-frames.
#[test]
fn b_frames_are_as_many_as_the_key_allows() {
    for (key, latency, most) in [
        (None, "quality", 3), // the preset's
        (None, "realtime", 0),
        (Some("0"), "quality", 0),
        (Some("1"), "quality", 1),
        (Some("2"), "realtime", 2),
    ] {
        let mut more = vec![("latencyMode", latency), ("avc.format", "annexb"), ("ffmpeg.b_strategy", "0")];
        more.extend(key.map(|key| ("bFrames", key)));
        let encoder = Encoder::new(&encoder_config("avc1.64001f", 320, 240, &more)).unwrap();
        let chunks = encoder.encode(&moving(320, 240, 30)).unwrap();
        let path = annexb_file("b-frames.h264", &chunks);
        let types: String =
            probe(&path, "frame=pict_type").into_iter().map(|frame| frame["pict_type"].clone()).collect();
        let longest = types.split(['I', 'P']).map(str::len).max();
        assert_eq!(longest, Some(most), "{key:?} {latency}: {types}");
        let reordered = chunks.iter().any(|chunk| chunk.dts_us != chunk.timestamp_us);
        assert_eq!(reordered, most > 0, "{key:?} {latency}");
        assert!(chunks.is_sorted_by_key(|chunk| chunk.dts_us));
        assert_eq!(chunks.is_sorted_by_key(|chunk| chunk.timestamp_us), most == 0);
        assert!(encoder.stats().in_codec_peak <= 12);
    }
    for (codec, more, says) in [
        ("avc1.64001f", &[("bFrames", "17")][..], "bFrames is \"17\""),
        ("avc1.42001f", &[("bFrames", "1")], "Baseline, which has no B-frames"),
        ("avc1.64001f", &[("bFrames", "5"), ("maxDelay", "4"), ("threads", "1")], "set maxDelay to 5"),
        ("avc1.64001f", &[("bFrames", "1"), ("ffmpeg.bf", "1")], "bFrames is set"),
        ("avc1.64001f", &[("bFrames", "1"), ("ffmpeg.x264-params", "bframes=1")], "bFrames is set"),
    ] {
        let config = Config::new(codec, &[("width", "320"), ("height", "240")]);
        let refused = more.iter().try_fold(config, |config, (key, value)| config.try_with(key, value));
        let refused = refused.and_then(|config| Encoder::new(&config).map(drop)).unwrap_err();
        assert!(refused.text.contains(says), "{more:?}: {}", refused.text);
    }
}

#[test]
fn a_lookahead_that_does_not_fit_is_refused_and_the_text_says_what_fits() {
    let more = [("ffmpeg.rc-lookahead", "40"), ("threads", "1")];
    let refused = Encoder::new(&encoder_config("avc1.64001f", 320, 240, &more)).err().unwrap();
    assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
    assert!(
        refused.text.contains("maxDelay is 12") && refused.text.contains("set maxDelay to 40"),
        "{}",
        refused.text
    );
    let more = [("ffmpeg.rc-lookahead", "40"), ("threads", "1"), ("maxDelay", "40")];
    let encoder = Encoder::new(&encoder_config("avc1.64001f", 64, 48, &more)).unwrap();
    encoder.encode(&moving(64, 48, 80)).unwrap();
    assert_eq!(encoder.stats().in_codec_peak, 40);
    let refused =
        Encoder::new(&encoder_config("avc1.64001f", 64, 48, &[("threads", "4"), ("maxDelay", "1")]));
    assert!(refused.err().unwrap().text.contains("set maxDelay to 3"));
}

/// Lookahead costs 3.2 bytes a pixel and frame: by default large pictures get less, a maxDelay that was asked for is
/// used up.
#[test]
fn large_pictures_have_less_lookahead_unless_max_delay_is_set() {
    for (more, peak) in [(&[("threads", "1")][..], 6), (&[("threads", "1"), ("maxDelay", "12")][..], 12)] {
        let encoder = Encoder::new(&encoder_config("avc1.640028", 1920, 1080, more)).unwrap();
        encoder.encode(&moving(1920, 1080, 14)).unwrap();
        assert_eq!(encoder.stats().in_codec_peak, peak, "{more:?}");
    }
}

/// x264 writes its settings into the stream; those of ffmpeg's presets are what maxDelay's sums begin with.
#[test]
fn presets_have_the_lookahead_that_the_delay_is_computed_from() {
    for (preset, delay) in PRESETS.into_iter().zip([0, 3, 10, 20, 30, 40, 50, 60, 60]) {
        let arguments = format!("-f lavfi -i testsrc2=s=64x48:d=0.1 -c:v libx264 -preset {preset}");
        let stream = std::fs::read(support::clip(&format!("preset-{preset}.h264"), &arguments)).unwrap();
        let text = String::from_utf8_lossy(&stream).into_owned();
        let number = |name: &str| -> u32 {
            let (_, rest) = text.split_once(&format!(" {name}=")).unwrap_or(("", "0 "));
            rest.split_once(' ').unwrap().0.parse().unwrap()
        };
        let decision = if number("b_adapt") == 2 { number("bframes").max(3) * 4 } else { number("bframes") };
        assert_eq!(decision.max(number("rc_lookahead")), delay, "{preset}");
        let more = [("ffmpeg.preset", preset), ("threads", "1"), ("maxDelay", "100")];
        let encoder = Encoder::new(&encoder_config("avc1.64001f", 64, 48, &more)).unwrap();
        encoder.encode(&moving(64, 48, 100)).unwrap();
        assert_eq!(encoder.stats().in_codec_peak, delay, "{preset}");
    }
}

#[test]
fn the_rate_is_what_was_asked_for() {
    for (mode, tolerance) in [("constant", 0.1), ("variable", 0.25)] {
        for latency in ["quality", "realtime"] {
            let more = [
                ("bitrateMode", mode),
                ("latencyMode", latency),
                ("bitrate", "1000000"),
                ("framerate", "30"),
            ];
            let encoder = Encoder::new(&encoder_config("avc1.64001f", 320, 240, &more)).unwrap();
            let chunks = encoder.encode(&noise(320, 240, 150)).unwrap();
            let bits = chunks.iter().map(|chunk| chunk.data.len()).sum::<usize>() as f64 * 8.0;
            let rate = bits / (chunks.len() as f64 / 30.0);
            assert!(
                (rate / 1e6 - 1.0).abs() < tolerance,
                "{mode} {latency}: {rate} bits a second of 1000000"
            );
        }
    }
}

/// The quantizers of macroblocks as ffmpeg's decoder prints them, by frame in presentation order.
fn quantizers(name: &str, chunks: &[Out]) -> Vec<Vec<i32>> {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "debug", "-nostdin", "-threads", "1", "-debug", "qp", "-i"]);
    let output = command.arg(annexb_file(name, chunks)).args(["-f", "null", "-"]).output().unwrap();
    let mut frames = Vec::new();
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        let Some((_, text)) = line.split_once("] ").filter(|(context, _)| context.starts_with("[h264"))
        else {
            continue;
        };
        if text.starts_with("New frame") {
            frames.push(Vec::new());
        } else if let (Some(frame), true) =
            (frames.last_mut(), text.bytes().all(|byte| byte == b' ' || byte.is_ascii_digit()))
        {
            let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap().trim());
            frame.extend(
                digits.filter(|number| !number.is_empty()).map(|number| number.parse::<i32>().unwrap()),
            );
        }
    }
    // Finding out about the stream decodes frames, too: the last ones are all of them.
    frames.split_off(frames.len() - chunks.len())
}

#[test]
fn every_frame_has_its_quantizer() {
    for (latency, first) in [("realtime", 0), ("realtime", 30), ("quality", 13), ("quality", 51)] {
        let more = [("bitrateMode", "quantizer"), ("latencyMode", latency), ("avc.format", "annexb")];
        let encoder = Encoder::new(&encoder_config("avc1.64001f", 320, 240, &more)).unwrap();
        let wanted = |index: usize| ((index * 3 + first) % 52) as i32;
        let how = |index| (index % 10 == 9, wanted(index));
        let chunks = encoder.encode_with(&moving(320, 240, 60), how).unwrap();
        let found = quantizers(&format!("quantizer-{latency}-{first}.h264"), &chunks);
        let base = wanted(0).max(if first == 0 { 2 } else { 0 });
        for chunk in &chunks {
            let index = chunk.id as usize - 1000;
            let (wanted, blocks) = (wanted(index), &found[index]);
            assert_eq!(blocks.len(), 20 * 15);
            let off: Vec<_> = blocks.iter().filter(|block| **block != wanted).collect();
            // Beside the first frame's quantizer, the left edge and what is skipped there is two or three off.
            let allowed = if wanted.abs_diff(base) == 1 { blocks.len() / 10 } else { 0 };
            let close = off.iter().all(|block| (*block - wanted).abs() <= 3);
            assert!(off.len() <= allowed && close, "frame {} of quantizer {wanted}: {off:?}", chunk.id);
        }
    }
}

#[test]
fn one_quantizer_for_all_is_the_slices_own() {
    for quantizer in [1, 23, 51] {
        let more = [("bitrateMode", "quantizer"), ("avc.format", "annexb")];
        let encoder = Encoder::new(&encoder_config("avc1.64001f", 320, 240, &more)).unwrap();
        let chunks = encoder.encode_with(&moving(320, 240, 20), |_| (false, quantizer)).unwrap();
        let path = annexb_file(&format!("slices-{quantizer}.h264"), &chunks);
        let mut command = Command::new("ffmpeg");
        command.args(["-nostdin", "-i"]).arg(path).args([
            "-c",
            "copy",
            "-bsf:v",
            "trace_headers",
            "-f",
            "null",
            "-",
        ]);
        let output = command.output().unwrap();
        let trace = String::from_utf8_lossy(&output.stderr).into_owned();
        let number = |line: &str| line.rsplit(' ').next().unwrap().parse::<i32>().unwrap();
        let values = |name: &str| -> Vec<i32> {
            trace.lines().filter(|line| line.contains(&format!(" {name} "))).map(number).collect()
        };
        let init = 26 + values("pic_init_qp_minus26")[0];
        let deltas = values("slice_qp_delta");
        assert!(
            deltas.len() >= 20 && deltas.iter().all(|delta| init + delta == quantizer),
            "{init} {deltas:?}"
        );
    }
}

#[test]
fn avc_chunks_make_a_file_that_decodes_without_a_word() {
    let path = support::scratch("encoded.mp4");
    let chunks = encoded("avc1.64001f", &[], 30);
    let config = chunks[0].config.as_ref().unwrap();
    assert!(chunks[1..].iter().all(|chunk| chunk.config.is_none()));
    let mut own = framegate::media::Config::new(&config.get("codec")).unwrap();
    own.set("codedWidth", "320").unwrap();
    own.set("codedHeight", "240").unwrap();
    own.set_bytes("description", &config.description()).unwrap();
    let mut muxer = framegate::container::Muxer::create(support::text(&path)).unwrap();
    let track = muxer.add_track(&own).unwrap();
    for chunk in &chunks {
        let info = framegate::media::ChunkInfo {
            discard: false,
            key: chunk.key,
            timestamp_us: chunk.timestamp_us,
            duration_us: Some(chunk.duration_us),
            dts_us: Some(chunk.dts_us),
            id: 0,
            ..Default::default()
        };
        muxer.write(track, framegate::media::ChunkRef { info, data: &chunk.data, alpha: None }).unwrap();
    }
    muxer.finish().unwrap();
    let mut command = Command::new("ffmpeg");
    run(command.args(["-v", "warning", "-nostdin", "-xerror", "-i"]).arg(&path).args(["-f", "null", "-"]));
    assert_eq!(probe(&path, "frame=pict_type").len(), 30);
}

/// x264 counts in thousands, and would refuse a rate of 0 of them with the first frame.
#[test]
fn a_bitrate_below_x264s_unit_encodes() {
    for bitrate in ["1", "999", "1000"] {
        for mode in ["variable", "constant"] {
            let chunks = encoded("avc1.42001f", &[("bitrate", bitrate), ("bitrateMode", mode)], 3);
            assert_eq!(chunks.len(), 3, "{bitrate} {mode}");
        }
    }
    let most = i32::MAX as u64 * 1000;
    let config = |bits: u64| encoder_config("avc1.42001f", 64, 48, &[("bitrate", &bits.to_string())]);
    Encoder::new(&config(most)).unwrap().encode(&moving(64, 48, 1)).unwrap();
    for bits in [most + 1, i64::MAX as u64] {
        let Err(refused) = Encoder::new(&config(bits)) else { panic!("{bits}") };
        assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
        assert!(refused.text.contains("bitrate"), "{}", refused.text);
    }
}

/// W3C allows any positive number; what no encoder can be opened with is said before.
#[test]
fn a_framerate_that_is_no_fraction_is_refused_by_name() {
    let config = |framerate| encoder_config("avc1.42001f", 64, 48, &[("framerate", framerate)]);
    for framerate in ["1e-308", "0.0001", "1000001", "1e308"] {
        let Err(refused) = Encoder::new(&config(framerate)) else { panic!("{framerate}") };
        assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
        assert!(refused.text.contains("framerate"), "{}", refused.text);
    }
    for framerate in ["0.001", "1000000", "59.94"] {
        let chunks = Encoder::new(&config(framerate)).unwrap().encode(&moving(64, 48, 3)).unwrap();
        assert_eq!(chunks.len(), 3, "{framerate}: {:?}", chunks.last().map(|out| out.kind));
    }
}
