//! What a host may set by `ffmpeg.<AVOption>`, what is refused, and what the refusal says.

mod c_api;
mod support;

use c_api::clips::{encoder_config, moving};
use c_api::*;

/// What a new encoder says to these keys.
fn said(codec: &str, keys: &[(&str, &str)]) -> Refused {
    let config = encoder_config(codec, 64, 48, keys);
    let refused = Encoder::new(&config).err().unwrap_or_else(|| panic!("{codec} {keys:?} is taken"));
    assert_eq!(
        config.encoder_support().unwrap_err(),
        refused,
        "fg_encoder_is_config_supported says the same"
    );
    let other = Encoder::new(&encoder_config(codec, 64, 48, &[])).unwrap();
    assert_eq!(other.configure(&config).unwrap_err(), refused, "fg_encoder_configure says the same");
    refused
}

fn is_refused(keys: &[(&str, &str)], words: &[&str]) {
    let refused = said("avc1.64001f", keys);
    assert_eq!(refused.status, FG_ERROR_INVALID_ARGUMENT, "{keys:?}: {}", refused.text);
    for word in words.iter().chain(&[keys[0].0]) {
        assert!(refused.text.contains(word), "{keys:?}: \"{word}\" is not in \"{}\"", refused.text);
    }
}

#[test]
fn what_the_library_sets_itself_is_refused_with_the_key_to_use_instead() {
    for (option, value, instead) in [
        ("video_size", "64x96", "use width and height"),
        ("pixel_format", "yuv444p", "the frames"),
        ("threads", "64", "use threads"),
        ("thread_type", "slice", "use threads"),
        ("flags", "+pass1", "avc.format"),
        ("flags", "+global_header", "avc.format"),
        ("flags2", "+noout", "avc.format"),
        ("b", "1000", "use bitrate"),
        ("sar", "2", "displayWidth"),
        ("aspect", "2", "displayWidth"),
        ("color_range", "pc", "colorSpace"),
        ("colorspace", "rgb", "colorSpace"),
        ("level", "10", "use codec"),
        ("profile", "high", "use codec"),
        ("forced-idr", "0", "IDR"),
        ("max_pixels", "1", "maxPixels"),
        ("export_side_data", "prft", "allowed are g, keyint_min"),
        ("ch_layout", "stereo", "allowed are g, keyint_min"),
    ] {
        is_refused(&[(&format!("ffmpeg.{option}"), value)], &[instead]);
    }
    for (parameter, instead) in [
        ("threads=16", "use threads"),
        ("level=1", "use codec"),
        ("fps=1", "use framerate"),
        ("bitrate=1", "use bitrate"),
        ("sar=2/1", "displayWidth"),
        ("crop-rect=0,0,2,2", "use width and height"),
        ("annexb=0", "avc.format"),
        ("no-repeat-headers", "avc.format"),
        ("colormatrix=GBR", "colour"),
        ("force_cfr=0", "times"),
        ("asm=avx512", "processor"),
    ] {
        is_refused(&[("ffmpeg.x264-params", parameter)], &[instead, parameter.split('=').next().unwrap()]);
        is_refused(&[("ffmpeg.x264opts", parameter)], &[instead]);
    }
}

#[test]
fn options_that_name_a_file_are_refused() {
    let dir = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = support::scratch("options-made-a-file");
    let path = support::text(&file);
    for (option, value) in [
        ("stats", path.to_owned()),
        ("passlogfile", path.to_owned()),
        ("x264-params", format!("stats={path}")),
        ("x264-params", format!("no-mbtree:dump_yuv={path}")),
        ("x264-params", format!("dump-yuv={path}:crf=30")),
        ("x264-params", format!("cqmfile={path}")),
        ("x264-params", format!("cqm={path}")),
        ("x264-params", "opencl=1".to_owned()),
        ("x264-params", format!("opencl-clbin={path}")),
        ("x264-params", "pass=1".to_owned()),
        ("x264opts", format!("pass=3:stats={path}")),
        ("x264-params", format!("st\\ats={path}")),
        ("x264-params", format!("'dump-yuv'={path}")),
    ] {
        let refused = said("avc1.64001f", &[(&format!("ffmpeg.{option}"), &value)]);
        assert_eq!(refused.status, FG_ERROR_INVALID_ARGUMENT, "{option} {value}: {}", refused.text);
        assert!(!file.exists(), "{option} {value}");
    }
    assert!(!dir.join("x264_2pass.log").exists());
}

#[test]
fn bad_tunes_presets_and_parameters_are_refused_at_configure_with_what_is_allowed() {
    for (tune, allowed) in [
        ("movie", "film, animation"),
        ("film,grain", "one of film"),
        ("zerolatency fast", "zerolatency with commas"),
    ] {
        is_refused(&[("ffmpeg.tune", tune)], &[tune, allowed]);
        is_refused(&[("ffmpeg.tune", tune), ("latencyMode", "realtime")], &[tune, allowed]);
    }
    is_refused(&[("ffmpeg.preset", "fastest")], &["fastest", "ultrafast, superfast"]);
    for (parameters, says) in [
        ("bframes=17", "bframes is \"17\", allowed are whole numbers from 0 to 16"),
        ("bframes=0x3", "bframes is \"0x3\""),
        ("me=best", "me is \"best\", allowed are dia, hex, umh, esa, tesa"),
        ("crf=nan", "crf is \"nan\", allowed are numbers from 1 to 51"),
        ("crf=0", "from 1 to 51"),
        ("qp=0", "from 1 to 51"),
        ("nonsense=1", "there is no parameter \"nonsense\""),
        ("rc-lookahead=2000000000", "from 0 to 250"),
    ] {
        is_refused(&[("ffmpeg.x264-params", parameters)], &[says]);
    }
    for (option, value) in [("crf", "0"), ("crf", "0.9"), ("qp", "0"), ("psy-rd", "nan:1"), ("wpredp", "9")] {
        is_refused(&[(&format!("ffmpeg.{option}"), value)], &[value, "allowed are"]);
    }
    is_refused(&[("ffmpeg.qcomp", "0/0")], &["0/0", "FFmpeg refuses that"]);
}

#[test]
fn baseline_has_no_b_frames_whoever_asks() {
    for keys in
        [[("ffmpeg.bf", "2")], [("ffmpeg.x264-params", "bframes=16")], [("ffmpeg.x264opts", "bframes=2")]]
    {
        let refused = said("avc1.42001f", &keys);
        assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
        assert!(refused.text.contains("Baseline, which has no B-frames"), "{}", refused.text);
    }
    let refused = said("avc1.4d001f", &[("ffmpeg.x264-params", "cqm=jvt")]);
    assert!(refused.text.contains("cqm needs the High profile"), "{}", refused.text);
}

/// The profile is what `codec` says, also where a parameter would be set after it.
#[test]
fn parameters_do_not_leave_the_profile() {
    for (codec, profile) in [("avc1.42001f", 66), ("avc1.4d001f", 77)] {
        let keys = [("ffmpeg.x264-params", "cabac=1:8x8dct=1:weightp=2"), ("threads", "1")];
        let chunks = Encoder::new(&encoder_config(codec, 64, 48, &keys)).unwrap().encode(&moving(64, 48, 4));
        let description = chunks.unwrap()[0].config.as_ref().unwrap().description();
        assert_eq!(description[1], profile, "{codec}");
    }
}

#[test]
fn what_would_hold_more_frames_than_max_delay_is_refused_and_says_what_would_fit() {
    for (keys, needs) in [
        (&[("ffmpeg.x264-params", "sync-lookahead=50"), ("threads", "2")][..], 51),
        (
            &[("ffmpeg.x264-params", "sync_lookahead=20"), ("threads", "2"), ("ffmpeg.preset", "ultrafast")],
            21,
        ),
        (&[("ffmpeg.x264-params", "bframes=16"), ("threads", "1")], 16),
        (&[("ffmpeg.x264-params", "bframes=8:b-adapt=2"), ("threads", "1")], 32),
        (&[("ffmpeg.bf", "13"), ("threads", "1")], 13),
        (&[("ffmpeg.x264opts", "rc-lookahead=30:no-mbtree"), ("threads", "1")], 30),
        (&[("ffmpeg.x264-params", "rc-lookahead=30"), ("threads", "1"), ("latencyMode", "realtime")], 30),
        (&[("ffmpeg.x264-params", "sliced-threads=0"), ("threads", "16"), ("latencyMode", "realtime")], 15),
        (&[("ffmpeg.bf", "16"), ("threads", "1"), ("ffmpeg.tune", "zerolatency")], 16),
    ] {
        let refused = said("avc1.64001f", keys);
        assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED, "{keys:?}: {}", refused.text);
        let fits = format!("set maxDelay to {needs}, or ask for less");
        assert!(refused.text.contains(&fits), "{keys:?}: {}", refused.text);
        // That fits, and no more is held.
        let delay = needs.to_string();
        let encoder =
            Encoder::new(&encoder_config("avc1.64001f", 64, 48, keys).with("maxDelay", &delay)).unwrap();
        assert_eq!(encoder.encode(&moving(64, 48, 80)).unwrap().len(), 80, "{keys:?}");
        let peak = encoder.stats().in_codec_peak;
        assert!(peak <= needs, "{keys:?}: {peak} of {needs}");
    }
}

#[test]
fn sliced_threads_hold_no_frames() {
    let keys =
        [("ffmpeg.x264-params", "sliced-threads=1"), ("threads", "16"), ("ffmpeg.preset", "ultrafast")];
    let encoder = Encoder::new(&encoder_config("avc1.64001f", 64, 256, &keys)).unwrap();
    assert_eq!(encoder.encode(&moving(64, 256, 30)).unwrap().len(), 30);
    assert_eq!(encoder.stats().in_codec_peak, 0);
}

#[test]
fn what_steers_quality_and_rate_is_taken() {
    for (option, value) in [
        ("g", "30"),
        ("keyint_min", "5"),
        ("refs", "2"),
        ("qmin", "10"),
        ("qmax", "40"),
        ("maxrate", "1000000"),
        ("bufsize", "1000000"),
        ("crf", "30"),
        ("crf", "-1"),
        ("qp", "30"),
        ("tune", "film"),
        ("tune", "PSNR+fastdecode"),
        ("aq-mode", "2"),
        ("psy-rd", "1.0:0.15"),
        ("deblock", "-1:-1"),
        ("partitions", "p8x8,i4x4"),
        ("nal-hrd", "vbr"),
        ("me_method", "umh"),
        ("subq", "8"),
        ("trellis", "2"),
        ("sc_threshold", "0"),
        ("coder", "cavlc"),
        ("mbtree", "0"),
        ("x264-params", "keyint=infinite:no-scenecut:ref=2:me=umh:zones=0,3,q=20/5,7,b=2"),
        ("x264opts", "aud:nal-hrd=vbr"),
        ("x264-params", "cqm4=16,16,16,16,16,16,16,16,16,16,16,16,16,16,16,16"),
        ("x264-params", "vbv-maxrate=500:vbv-bufsize=500"),
    ] {
        let keys = [(&*format!("ffmpeg.{option}"), value), ("threads", "1")];
        let encoder = Encoder::new(&encoder_config("avc1.64001f", 64, 48, &keys));
        let encoder = encoder.unwrap_or_else(|refused| panic!("{option} {value}: {}", refused.text));
        let outs = encoder.encode(&moving(64, 48, 16)).unwrap();
        assert_eq!(outs.len(), 16, "{option} {value}: {}", encoder.error());
    }
}

/// Two ways to steer the rate: which one goes would be a guess.
#[test]
fn crf_and_qp_beside_a_bitrate_or_quantizers_are_refused_by_name() {
    for (option, value) in [("crf", "30"), ("qp", "30"), ("x264-params", "crf=30"), ("x264opts", "qp=30")] {
        let key = &*format!("ffmpeg.{option}");
        let name = value.split('=').next().filter(|name| *name != "30").unwrap_or(option);
        for (mode, why) in
            [("variable", "bitrate is set"), ("constant", "bitrate is set"), ("quantizer", "quantizer")]
        {
            let refused = said("avc1.64001f", &[(key, value), ("bitrate", "300000"), ("bitrateMode", mode)]);
            assert_eq!(refused.status, FG_ERROR_INVALID_ARGUMENT);
            assert!(refused.text.contains(name) && refused.text.contains(why), "{}", refused.text);
        }
        Encoder::new(&encoder_config("avc1.64001f", 64, 48, &[(key, value)])).unwrap();
    }
    for option in ["qcomp", "aq-mode", "mbtree", "i_qfactor"] {
        is_refused(&[(&format!("ffmpeg.{option}"), "1"), ("bitrateMode", "quantizer")], &["quantizer"]);
    }
    // -1 is FFmpeg's word for "not set".
    Encoder::new(&encoder_config("avc1.64001f", 64, 48, &[("ffmpeg.crf", "-1"), ("bitrate", "300000")]))
        .unwrap();
}

#[test]
fn level_and_profile_belong_to_codec_in_constant_mode_too() {
    for (option, value) in [("level", "10"), ("profile", "high")] {
        let key = &*format!("ffmpeg.{option}");
        is_refused(&[(key, value), ("bitrateMode", "constant"), ("bitrate", "300000")], &["use codec"]);
    }
}

#[test]
fn decoders_take_what_changes_no_count_and_refuse_the_rest() {
    for (option, value, says) in [
        ("threads", "64", "use threads"),
        ("thread_type", "frame", "use threads"),
        ("flags", "+low_delay", "optimizeForLatency"),
        ("flags2", "+ignorecrop", "optimizeForLatency"),
        ("strict", "1", "maxDelay"),
        ("apply_cropping", "0", "whole"),
        ("lowres", "1", "whole"),
        ("is_avc", "1", "description"),
        ("nal_length_size", "2", "description"),
        ("enable_er", "1", "damage is an error"),
        ("err_detect", "0", "damage is an error"),
        ("colorspace", "rgb", "colorSpace"),
        ("video_size", "64x96", "width and height"),
        ("idct", "1", "allowed are skip_loop_filter, skip_idct, skip_frame"),
    ] {
        let config = Config::new("avc1.64001f", &[(&format!("ffmpeg.{option}"), value)]);
        let refused = Decoder::new(&config).err().unwrap_or_else(|| panic!("{option} is taken"));
        assert_eq!(refused.status, FG_ERROR_INVALID_ARGUMENT);
        assert!(refused.text.contains(says) && refused.text.contains(option), "{}", refused.text);
    }
    for (option, value) in
        [("skip_loop_filter", "all"), ("skip_idct", "noref"), ("skip_frame", "nokey"), ("x264_build", "150")]
    {
        Decoder::new(&Config::new("avc1.64001f", &[(&format!("ffmpeg.{option}"), value)])).unwrap();
    }
}

#[test]
fn other_encoders_and_decoders_have_the_same_limits() {
    let refused = |codec: &str, option: &str, value: &str| {
        let keys = [("ffmpeg.encoder", codec), (&*format!("ffmpeg.{option}"), value)];
        Encoder::new(&encoder_config("avc1.64001f", 64, 48, &keys)).err()
    };
    let encoders = ["h264_v4l2m2m", "h264_vaapi", "h264_omx", "h264_qsv", "h264_nvenc"];
    let mut found = 0;
    for codec in encoders {
        if refused(codec, "bf", "99").is_none_or(|refused| refused.status == FG_ERROR_NOT_SUPPORTED) {
            continue; // this FFmpeg has no such encoder
        }
        found += 1;
        for (option, value) in [("video_size", "64x96"), ("threads", "9"), ("flags", "+pass1"), ("bf", "13")]
        {
            let refused = refused(codec, option, value).unwrap_or_else(|| panic!("{codec} takes {option}"));
            assert_eq!(refused.status, FG_ERROR_INVALID_ARGUMENT, "{codec} {option}: {}", refused.text);
        }
    }
    assert!(found > 0, "FFmpeg has none of {encoders:?}");
}

/// An encoder of other pictures is refused at configure, not at its first frame.
#[test]
fn an_encoder_that_does_not_take_our_pictures_is_refused_by_name() {
    let config = encoder_config("avc1.640033", 64, 48, &[("ffmpeg.encoder", "libx264rgb")]);
    let Err(refused) = Encoder::new(&config) else { panic!("libx264rgb encodes RGB only") };
    assert_eq!(refused.status, FG_ERROR_NOT_SUPPORTED);
    assert!(refused.text.contains("libx264rgb"), "{}", refused.text);
}
