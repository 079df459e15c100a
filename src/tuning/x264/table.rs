//! x264's parameters, of `common/base.c` (`x264_param_parse`): what each takes, and which a host may not set.
//!
//! The ranges are those that x264 itself keeps to, so that nothing is allowed here and something else done there. What is
//! refused either belongs to a configuration key, names a file or the machine, or makes a stream or chunks that are not
//! what the configuration says.

use crate::tuning::parameters::Kind::{
    self, Plain, Real, Reals, Refused, Switch, Whole, WholeOr, Word, Words, Zones,
};
use crate::tuning::parameters::Parameter;

const FILE: &str = "files are not opened or written by an encoder";
const PROGRESSIVE: &str = "frames are progressive";
const COLOR: &str = "it follows from the colour of the frames";
const HEADERS: &str = "use avc.format";
const CODEC: &str = "use codec, whose string has profile and level";
const OPENCL: &str = "OpenCL keeps files in the working directory";
const TEN_BITS: &str = "AVC-Intra has 10 bits a sample";
const NOT_IDR: &str = "its key frames would not be IDR pictures, with which decoding begins";

const COUNT: i64 = i32::MAX as i64;
const FOREVER: i64 = 1 << 30;

/// Bits of `analyse` that x264 knows.
pub(super) const PARTITIONS: Kind = Words(&["none", "all", "i4x4", "i8x8", "p8x8", "p4x4", "b8x8"]);
/// Strengths of psychovisual rate distortion and trellis.
pub(super) const PSY_RD: Kind = Reals(1, 2, 0.0, 10.0);
/// Alpha and beta of the deblocking filter.
pub(super) const DEBLOCK: Kind = Reals(1, 2, -6.0, 6.0);
/// `weightp`.
pub(super) const WEIGHTP: Kind = Whole(0, 2);
/// B-frames in a row.
pub(super) const BFRAMES: Kind = Whole(0, 16);
/// Reference frames.
pub(super) const REF: Kind = Whole(1, 16);
/// Frames of rate control lookahead.
pub(super) const LOOKAHEAD: Kind = Whole(0, 250);
/// How B-frames are decided.
pub(super) const B_ADAPT: Kind = Whole(0, 2);
/// Constant rate factors. Below 1 x264 is lossless, which no profile here allows.
pub(super) const CRF: Kind = Real(1.0, 51.0);
/// Constant quantizers; 0 is lossless.
pub(super) const QP: Kind = Whole(1, 51);

const TRANSFERS: Kind = Word(&[
    "bt709",
    "undef",
    "bt470m",
    "bt470bg",
    "smpte170m",
    "smpte240m",
    "linear",
    "log100",
    "log316",
    "iec61966-2-4",
    "bt1361e",
    "iec61966-2-1",
    "bt2020-10",
    "bt2020-12",
    "smpte2084",
    "smpte428",
    "arib-std-b67",
]);
const MATRIX_16: Kind = Reals(16, 16, 1.0, 255.0);
const MATRIX_64: Kind = Reals(64, 64, 1.0, 255.0);

const fn row(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, alias: "", kind }
}

const fn named(name: &'static str, alias: &'static str, kind: Kind) -> Parameter {
    Parameter { name, alias, kind }
}

/// Every parameter that x264 has.
pub(super) static TABLE: &[Parameter] = &[
    // Frame types and lookahead.
    row("bframes", BFRAMES),
    row("b-adapt", B_ADAPT),
    row("b-bias", Whole(-90, 100)),
    row("b-pyramid", Word(&["none", "strict", "normal", "0", "1", "2"])),
    row("rc-lookahead", LOOKAHEAD),
    row("sync-lookahead", WholeOr(0, 250, "auto")),
    row("lookahead-threads", WholeOr(1, 16, "auto")),
    row("sliced-threads", Switch),
    named("ref", "frameref", REF),
    row("keyint", WholeOr(1, FOREVER, "infinite")),
    named("min-keyint", "keyint-min", Whole(0, FOREVER)),
    row("scenecut", Whole(0, COUNT)),
    row("intra-refresh", Refused(NOT_IDR)),
    row("open-gop", Refused(NOT_IDR)),
    row("bluray-compat", Switch),
    // Slices.
    row("slices", Whole(0, COUNT)),
    row("slices-max", Whole(0, COUNT)),
    row("slice-max-size", Whole(0, COUNT)),
    row("slice-max-mbs", Whole(0, COUNT)),
    row("slice-min-mbs", Whole(0, COUNT)),
    // Coding tools.
    row("cabac", Switch),
    row("cabac-idc", Whole(0, 2)),
    row("8x8dct", Switch),
    named("weightb", "weight-b", Switch),
    row("weightp", WEIGHTP),
    row("nf", Switch),
    named("deblock", "filter", DEBLOCK),
    row("constrained-intra", Switch),
    row("cqm", Word(&["flat", "jvt"])),
    row("cqm4", MATRIX_16),
    row("cqm4i", MATRIX_16),
    row("cqm4p", MATRIX_16),
    row("cqm4iy", MATRIX_16),
    row("cqm4ic", MATRIX_16),
    row("cqm4py", MATRIX_16),
    row("cqm4pc", MATRIX_16),
    row("cqm8", MATRIX_64),
    row("cqm8i", MATRIX_64),
    row("cqm8p", MATRIX_64),
    // Analysis.
    named("analyse", "partitions", PARTITIONS),
    named("direct", "direct-pred", Word(&["none", "spatial", "temporal", "auto"])),
    row("chroma-qp-offset", Whole(-32, 32)),
    row("me", Word(&["dia", "hex", "umh", "esa", "tesa"])),
    named("merange", "me-range", Whole(4, 1024)),
    named("mvrange", "mv-range", Whole(32, 8192)),
    named("mvrange-thread", "mv-range-thread", Whole(1, 8192)),
    named("subme", "subq", Whole(0, 11)),
    row("psy", Switch),
    row("psy-rd", PSY_RD),
    row("chroma-me", Switch),
    row("mixed-refs", Switch),
    row("trellis", Whole(0, 2)),
    row("fast-pskip", Switch),
    row("dct-decimate", Switch),
    row("deadzone-inter", Whole(0, 32)),
    row("deadzone-intra", Whole(0, 32)),
    row("nr", Whole(0, 65_536)),
    row("psnr", Switch),
    row("ssim", Switch),
    named("deterministic", "n-deterministic", Switch),
    row("cpu-independent", Switch),
    // Rate control.
    row("qp", QP),
    row("crf", CRF),
    row("crf-max", Real(1.0, 51.0)),
    named("qpmin", "qp-min", Whole(0, 51)),
    named("qpmax", "qp-max", Whole(0, 51)),
    named("qpstep", "qp-step", Whole(1, 51)),
    row("ratetol", Real(0.01, 1e9)),
    row("vbv-maxrate", Whole(0, 2_000_000)),
    row("vbv-bufsize", Whole(0, 2_000_000)),
    row("vbv-init", Real(0.0, 2_000_000.0)),
    named("ipratio", "ip-factor", Real(0.01, 10.0)),
    named("pbratio", "pb-factor", Real(0.01, 10.0)),
    row("aq-mode", Whole(0, 3)),
    row("aq-strength", Real(0.0, 3.0)),
    row("qcomp", Real(0.0, 1.0)),
    row("mbtree", Switch),
    row("qblur", Real(0.0, 1000.0)),
    named("cplxblur", "cplx-blur", Real(0.0, 1000.0)),
    row("zones", Zones),
    row("nal-hrd", Word(&["none", "vbr", "cbr"])),
    row("filler", Switch),
    // What the stream says of itself.
    row("overscan", Word(&["undef", "show", "crop"])),
    row("videoformat", Word(&["component", "pal", "ntsc", "secam", "mac", "undef"])),
    row("chromaloc", Whole(0, 5)),
    row("alternative-transfer", TRANSFERS),
    row("mastering-display", Plain),
    row("cll", Plain),
    row("aud", Switch),
    row("sps-id", Whole(0, 31)),
    row("pic-struct", Switch),
    row("frame-packing", Whole(-1, 7)),
    row("stitchable", Switch),
    // What belongs to a configuration key, or to the frames.
    row("threads", Refused("use threads")),
    named("level", "level-idc", Refused(CODEC)),
    row("bitrate", Refused("use bitrate")),
    row("fps", Refused("use framerate")),
    row("sar", Refused("use displayWidth and displayHeight")),
    row("crop-rect", Refused("use width and height, and a view of the frame")),
    row("fullrange", Refused(COLOR)),
    row("colorprim", Refused(COLOR)),
    row("transfer", Refused(COLOR)),
    row("colormatrix", Refused(COLOR)),
    row("annexb", Refused(HEADERS)),
    row("repeat-headers", Refused(HEADERS)),
    row("global-header", Refused(HEADERS)),
    row("force-cfr", Refused("frames' times are kept beside x264")),
    row("interlaced", Refused(PROGRESSIVE)),
    row("tff", Refused(PROGRESSIVE)),
    row("bff", Refused(PROGRESSIVE)),
    row("fake-interlaced", Refused(PROGRESSIVE)),
    row("dpb-size", Refused("use ref")),
    row("avcintra-class", Refused(TEN_BITS)),
    row("avcintra-flavor", Refused(TEN_BITS)),
    // What names files, or the machine.
    row("stats", Refused(FILE)),
    row("pass", Refused(FILE)),
    row("dump-yuv", Refused(FILE)),
    row("cqmfile", Refused(FILE)),
    row("opencl", Refused(OPENCL)),
    row("opencl-clbin", Refused(OPENCL)),
    row("opencl-device", Refused(OPENCL)),
    row("asm", Refused("x264 finds out what the processor has")),
    row("log", Refused("use the environment variable FRAMEGATE_LOG")),
];

/// libx264's AVOptions that a host may not set, for the same reasons.
pub(super) const REFUSED_OPTIONS: [(&str, &str); 7] = [
    ("profile", CODEC),
    ("level", CODEC),
    ("stats", FILE),
    ("passlogfile", FILE),
    ("forced-idr", "every key frame is an IDR picture"),
    ("intra-refresh", NOT_IDR),
    ("avcintra-class", TEN_BITS),
];
