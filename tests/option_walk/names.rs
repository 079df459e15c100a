//! The codecs of this FFmpeg, and their options, as FFmpeg lists them.

use std::ffi::{CStr, CString, c_void};
use std::ptr;

use ffmpeg_sys_next as ff;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Encoder,
    Decoder,
}

/// An option, its range and the names of its values.
pub struct AvOption {
    pub name: String,
    pub range: (f64, f64),
    pub words: Vec<String>,
}

/// FFmpeg's ids of the codecs that are walked, and their codec strings.
const STRINGS: [(ff::AVCodecID, &str); 3] = [
    (ff::AVCodecID::AV_CODEC_ID_H264, "avc1.64001f"),
    (ff::AVCodecID::AV_CODEC_ID_VP8, "vp8"),
    (ff::AVCodecID::AV_CODEC_ID_VP9, "vp09.00.10.08"),
];

/// The names of all encoders or decoders of those, and their codec strings.
pub fn codecs(role: Role) -> Vec<(String, &'static str)> {
    let (mut found, mut state) = (Vec::new(), ptr::null_mut());
    // SAFETY: the state is ours; codecs and their names are static.
    unsafe {
        while let Some(codec) = ff::av_codec_iterate(&mut state).as_ref() {
            let is_role = match role {
                Role::Encoder => ff::av_codec_is_encoder(codec),
                Role::Decoder => ff::av_codec_is_decoder(codec),
            };
            let string = STRINGS.iter().find(|(id, _)| codec.id as u32 == *id as u32);
            if let Some((_, string)) = string.filter(|_| is_role != 0) {
                found.push((text(codec.name), *string));
            }
        }
    }
    found
}

/// All options of a codec: those that every codec has, and its own. Those of the other role are among the first.
pub fn options(role: Role, codec: &str) -> Vec<AvOption> {
    let name = CString::new(codec).unwrap();
    // SAFETY: a NUL-terminated name; codecs and classes are static.
    unsafe {
        let codec = match role {
            Role::Encoder => ff::avcodec_find_encoder_by_name(name.as_ptr()),
            Role::Decoder => ff::avcodec_find_decoder_by_name(name.as_ptr()),
        };
        let mut found = of_class(ff::avcodec_get_class());
        found.extend(of_class((*codec).priv_class));
        found
    }
}

/// # Safety
/// `class` is NULL or a static class.
unsafe fn of_class(class: *const ff::AVClass) -> Vec<AvOption> {
    let mut found: Vec<AvOption> = Vec::new();
    let mut units: Vec<String> = Vec::new();
    if class.is_null() {
        return found;
    }
    // FFmpeg takes a pointer to a pointer to a class for an object, to list its options.
    let object: *const *const ff::AVClass = &class;
    let mut option = ptr::null();
    // SAFETY: as above; options are static.
    unsafe {
        loop {
            option = ff::av_opt_next(object.cast::<c_void>(), option);
            let Some(option) = option.as_ref() else { return found };
            let unit = if option.unit.is_null() { String::new() } else { text(option.unit) };
            if matches!(option.type_, ff::AVOptionType::AV_OPT_TYPE_CONST) {
                let of_unit = found.iter_mut().zip(&units).filter(|(_, of)| **of == unit);
                of_unit.for_each(|(found, _)| found.words.push(text(option.name)));
            } else {
                let range = (option.min, option.max);
                found.push(AvOption { name: text(option.name), range, words: Vec::new() });
                units.push(unit);
            }
        }
    }
}

unsafe fn text(text: *const std::ffi::c_char) -> String {
    // SAFETY: FFmpeg's names are NUL-terminated.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned()
}

/// The names that `x264_param_parse` compares with (x264 164, common/base.c), other names of the same among them.
pub const X264_PARAMETERS: &[&str] = &[
    "asm",
    "threads",
    "lookahead-threads",
    "sliced-threads",
    "sync-lookahead",
    "deterministic",
    "n-deterministic",
    "cpu-independent",
    "level",
    "level-idc",
    "bluray-compat",
    "avcintra-class",
    "avcintra-flavor",
    "sar",
    "overscan",
    "videoformat",
    "fullrange",
    "colorprim",
    "transfer",
    "colormatrix",
    "chromaloc",
    "mastering-display",
    "cll",
    "alternative-transfer",
    "fps",
    "ref",
    "frameref",
    "dpb-size",
    "keyint",
    "min-keyint",
    "keyint-min",
    "scenecut",
    "intra-refresh",
    "bframes",
    "b-adapt",
    "b-bias",
    "b-pyramid",
    "open-gop",
    "nf",
    "filter",
    "deblock",
    "slice-max-size",
    "slice-max-mbs",
    "slice-min-mbs",
    "slices",
    "slices-max",
    "cabac",
    "cabac-idc",
    "interlaced",
    "tff",
    "bff",
    "constrained-intra",
    "cqm",
    "cqmfile",
    "cqm4",
    "cqm8",
    "cqm4i",
    "cqm4p",
    "cqm4iy",
    "cqm4ic",
    "cqm4py",
    "cqm4pc",
    "cqm8i",
    "cqm8p",
    "log",
    "dump-yuv",
    "analyse",
    "partitions",
    "8x8dct",
    "weightb",
    "weight-b",
    "weightp",
    "direct",
    "direct-pred",
    "chroma-qp-offset",
    "me",
    "merange",
    "me-range",
    "mvrange",
    "mv-range",
    "mvrange-thread",
    "mv-range-thread",
    "subme",
    "subq",
    "psy-rd",
    "psy",
    "chroma-me",
    "mixed-refs",
    "trellis",
    "fast-pskip",
    "dct-decimate",
    "deadzone-inter",
    "deadzone-intra",
    "nr",
    "bitrate",
    "qp",
    "qp_constant",
    "crf",
    "crf-max",
    "rc-lookahead",
    "qpmin",
    "qp-min",
    "qpmax",
    "qp-max",
    "qpstep",
    "qp-step",
    "ratetol",
    "vbv-maxrate",
    "vbv-bufsize",
    "vbv-init",
    "ipratio",
    "ip-factor",
    "pbratio",
    "pb-factor",
    "aq-mode",
    "aq-strength",
    "pass",
    "stats",
    "qcomp",
    "mbtree",
    "qblur",
    "cplxblur",
    "cplx-blur",
    "zones",
    "crop-rect",
    "psnr",
    "ssim",
    "aud",
    "sps-id",
    "global-header",
    "repeat-headers",
    "annexb",
    "force-cfr",
    "nal-hrd",
    "filler",
    "pic-struct",
    "fake-interlaced",
    "frame-packing",
    "stitchable",
    "opencl",
    "opencl-clbin",
    "opencl-device",
];
