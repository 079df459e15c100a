//! The AVOptions that a host may set on a codec (`ffmpeg.<AVOption>`), and those that it may not.
//!
//! FFmpeg lets options write any field of a codec context: another picture size makes an encoder read past the host's
//! planes, a flag opens files, threads and reordering hold frames that nobody counts. So:
//! - Options that every codec has (those of `AVCodecContext`) go by a list of the allowed ones: what steers quality and rate,
//!   and neither moves a field that this library sets, nor changes how many pictures come out, how large they are, or when.
//! - A codec's own options are allowed unless they are listed here, or by whoever knows that codec.

use std::ffi::CString;
use std::ptr;

use ffmpeg_sys_next as ff;

use super::context::Context;
use crate::error::{Error, Result};

/// Which options of `AVCodecContext` a host may set.
pub struct Generic(&'static [&'static str]);

/// Encoders: rate control, quantizers, group of pictures, motion search.
pub static ENCODER: Generic = Generic(&[
    "g",
    "keyint_min",
    "bf",
    "refs",
    "slices", // pictures; whoever allows B-frames counts them
    "maxrate",
    "minrate",
    "bufsize",
    "rc_init_occupancy",
    "bt",
    "rc_max_vbv_use",
    "rc_min_vbv_use", // rate
    "qmin",
    "qmax",
    "qdiff",
    "qcomp",
    "qblur",
    "global_quality",
    "compression_level", // quantizers
    "i_qfactor",
    "b_qfactor",
    "i_qoffset",
    "b_qoffset",
    "trellis", // and how they differ
    "me_range",
    "subq",
    "cmp",
    "subcmp",
    "mbcmp",
    "mbd",
    "dia_size", // search and decision
]);

/// Decoders: what makes pictures worse or fewer, and decoding faster. Chunks that give no frame are taken out of the count.
pub static DECODER: Generic = Generic(&["skip_loop_filter", "skip_idct", "skip_frame"]);

const SIZE: &str = "use width and height, or codedWidth and codedHeight";
const FORMAT: &str = "it follows from the frames";
const ASPECT: &str = "use displayWidth and displayHeight";
const COLOR: &str = "use colorSpace";
const CODEC: &str = "use codec, whose string has profile and level";
const THREADS: &str = "use threads, and latencyMode or optimizeForLatency";
const FLAGS: &str = "flags belong to framegate; use {headers}latencyMode or optimizeForLatency for delay";
const DAMAGE: &str = "damage is an error, as in WebCodecs";
const WHOLE: &str = "frames come out whole, as the stream has them";
const STREAM: &str = "it follows from description";
const HELD: &str = "how many frames a codec may hold is maxDelay";
const LIBRARY: &str = "it names a library to load";

/// Options that are refused with what to use instead: generic ones, then those of codecs.
static REFUSED: &[(&str, &str)] = &[
    ("video_size", SIZE),
    ("pixel_format", FORMAT),
    ("b", "use bitrate"),
    ("ab", "use bitrate"),
    ("aspect", ASPECT),
    ("sar", ASPECT),
    ("color_primaries", COLOR),
    ("color_trc", COLOR),
    ("colorspace", COLOR),
    ("color_range", COLOR),
    ("chroma_sample_location", FORMAT),
    ("field_order", "frames are progressive"),
    ("ticks_per_frame", "use framerate"),
    ("profile", CODEC),
    ("level", CODEC),
    ("threads", THREADS),
    ("thread_type", THREADS),
    ("flags", FLAGS),
    ("flags2", FLAGS),
    ("err_detect", DAMAGE),
    ("ec", DAMAGE),
    ("skip_top", WHOLE),
    ("skip_bottom", WHOLE),
    ("lowres", WHOLE),
    ("apply_cropping", WHOLE),
    ("max_pixels", "use maxPixels"),
    ("max_samples", "use maxSamples"),
    ("strict", "it may hold frames; how many a codec may hold is maxDelay"),
    ("codec_whitelist", "use ffmpeg.decoder"),
    ("debug", "use the environment variable FRAMEGATE_LOG"),
    ("extra_hw_frames", HELD),
    // Of single decoders.
    ("is_avc", STREAM),
    ("nal_length_size", STREAM),
    ("enable_er", DAMAGE),
    // Hardware, which keeps frames in queues of its own.
    ("num_output_buffers", HELD),
    ("num_capture_buffers", HELD),
    ("async_depth", HELD),
    ("b_depth", HELD),
    ("surfaces", HELD),
    ("delay", HELD),
    ("rc-lookahead", HELD),
    ("look_ahead", HELD),
    ("look_ahead_depth", HELD),
    ("extbrc", HELD),
    ("max_dec_frame_buffering", HELD),
    ("deint", WHOLE),
    ("drop_second_field", WHOLE),
    ("crop", WHOLE),
    ("resize", WHOLE),
    ("omx_libname", LIBRARY),
    ("omx_libprefix", LIBRARY),
];

/// Sets the options of a host on a context that is not open. `format_key` is the key that decides where parameter sets are, if
/// there are any.
///
/// # Errors
/// `InvalidArgument` for one that the host may not set, saying what to use instead; else as [`Context::set_options`].
pub(super) fn set(
    context: &mut Context,
    options: &[(String, String)],
    allowed: &Generic,
    format_key: Option<&str>,
) -> Result<()> {
    for option in options {
        let name = option.0.as_str();
        if let Some((_, why)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
            let headers = format_key.map_or_else(String::new, |key| format!("{key} for headers, "));
            let why = why.replace("{headers}", &headers);
            return Err(Error::invalid(format!("ffmpeg.{name} cannot be set: {why}")));
        }
        if is_generic(context, name)? && !allowed.0.contains(&name) {
            let text = format!(
                "ffmpeg.{name} cannot be set: of the options that every codec has, allowed are {}",
                allowed.0.join(", ")
            );
            return Err(Error::invalid(text));
        }
        context.set_options(std::slice::from_ref(option))?;
    }
    Ok(())
}

/// A codec by name, and the options that a host has set: one of them may be to blame.
pub(super) fn with(codec: &str, options: &[(String, String)]) -> String {
    let names: Vec<_> = options.iter().map(|(name, _)| format!("ffmpeg.{name}")).collect();
    if names.is_empty() { codec.to_owned() } else { format!("{codec} with {}", names.join(", ")) }
}

/// True if an option belongs to every codec, and not to this one alone; false also if there is none of that name.
fn is_generic(context: &Context, name: &str) -> Result<bool> {
    let text = CString::new(name).map_err(|_| Error::invalid(format!("ffmpeg.{name} has a NUL inside")))?;
    let object = context.as_ptr().cast();
    let mut target = ptr::null_mut();
    // SAFETY: the context begins with its AVClass; the name is NUL-terminated, and the place is ours.
    let option = unsafe {
        let children = ff::AV_OPT_SEARCH_CHILDREN; // as av_opt_set looks for it: a codec's own goes first
        ff::av_opt_find2(object, text.as_ptr(), ptr::null(), 0, children, &mut target)
    };
    Ok(!option.is_null() && target == object)
}
