//! The configuration keys that all codecs share: WebCodecs member names, and ours. One row a key; a codec's own are in its
//! registration.

use super::Color;
use super::code_points::{self, MATRICES, PRIMARIES, TRANSFERS};
use super::key::{Dictionary, Typed};
use super::typed::{keys, words};
use super::value::{CodePoint, Raw, Text, Unsigned};

use Dictionary::{AudioDecoder, AudioEncoder, AudioTrack, VideoDecoder, VideoEncoder, VideoTrack};

words! {
    /// W3C.
    pub enum LatencyMode {
        /// As good as the bits allow, within `maxDelay`.
        Quality = "quality",
        /// No frame is held back.
        Realtime = "realtime",
    }
}

words! {
    /// W3C.
    pub enum VideoEncoderBitrateMode {
        /// The rate varies with the content.
        Variable = "variable",
        /// It does not, beyond what a small buffer takes.
        Constant = "constant",
        /// Each frame has its quantizer.
        Quantizer = "quantizer",
    }
}

words! {
    /// Whether what an encoder puts in front of the sound is given out.
    pub enum Priming {
        /// Everything that was decoded is.
        Keep = "keep",
        /// Only what went into the encoder is: the priming at the beginning and the padding at the end are left out.
        Drop = "drop",
    }
}

words! {
    /// W3C.
    pub enum AlphaOption {
        /// Transparency is left out.
        Discard = "discard",
        /// It is encoded beside the picture.
        Keep = "keep",
    }
}

words! {
    /// W3C.
    pub enum HardwareAcceleration {
        /// Whatever there is.
        NoPreference = "no-preference",
        /// Hardware; there is none.
        PreferHardware = "prefer-hardware",
        /// Software.
        PreferSoftware = "prefer-software",
    }
}

const CODECS: &[Dictionary] = &[VideoEncoder, VideoDecoder, AudioEncoder, AudioDecoder];
const PICTURE_CODECS: &[Dictionary] = &[VideoEncoder, VideoDecoder];
const ENCODERS: &[Dictionary] = &[VideoEncoder, AudioEncoder];
const DECODERS: &[Dictionary] = &[VideoDecoder, AudioDecoder];
const ENCODER: &[Dictionary] = &[VideoEncoder];
const DECODER: &[Dictionary] = &[VideoDecoder];
const TRACKS: &[Dictionary] = &[VideoTrack, AudioTrack];
const SOUND: &[Dictionary] = &[AudioEncoder, AudioDecoder, AudioTrack];
/// What a decoder needs to know of sound, and a container says.
const SAMPLES: &[Dictionary] = &[AudioDecoder, AudioTrack];
const SOUND_DECODER: &[Dictionary] = &[AudioDecoder];
/// What a decoder needs to know of a stream, and a container says.
const PICTURES: &[Dictionary] = &[VideoDecoder, VideoTrack];

keys! {
    /// W3C's.
    pub static W3C;
    CODEC: Text = any(), "codec", Dictionary::CODECS, "The codec string. Which are known, the table of codecs tells.";
    WIDTH: Option<u32> = some(), "width", ENCODER, "Width of the encoded pictures, in pixels; needed. Frames of another size are scaled.";
    HEIGHT: Option<u32> = some(), "height", ENCODER, "Height of the encoded pictures, in pixels; needed.";
    DISPLAY_WIDTH: Option<u32> = some(), "displayWidth", ENCODER, "Width at which they are to be shown; with displayHeight.";
    DISPLAY_HEIGHT: Option<u32> = some(), "displayHeight", ENCODER, "Height at which they are to be shown; with displayWidth.";
    DISPLAY_ASPECT_WIDTH: Option<u32> = some(), "displayAspectWidth", PICTURES, "With displayAspectHeight: the ratio of the sides as they are shown, before rotation.";
    DISPLAY_ASPECT_HEIGHT: Option<u32> = some(), "displayAspectHeight", PICTURES, "See displayAspectWidth.";
    CODED_WIDTH: Option<u32> = some(), "codedWidth", PICTURES, "Width of the pictures, in pixels: tracks need it, decoders take the stream's.";
    CODED_HEIGHT: Option<u32> = some(), "codedHeight", PICTURES, "Height of the pictures, in pixels.";
    BITRATE: Option<u64> = some(), "bitrate", &[VideoEncoder, AudioEncoder, VideoTrack, AudioTrack], "Bits a second, by the timestamps.";
    FRAMERATE: Option<f64> = positive(), "framerate", &[VideoEncoder, VideoTrack], "Frames a second, a hint: the timestamps tell. Encoders assume 30 where it is unset.";
    LATENCY_MODE: LatencyMode = word(), "latencyMode", ENCODER, "Realtime holds no frame back; quality may hold maxDelay of them.";
    BITRATE_MODE: VideoEncoderBitrateMode = word(), "bitrateMode", ENCODERS, "Whether the rate follows the content, is kept, or each frame has its quantizer (not of sound).";
    ALPHA: AlphaOption = word(), "alpha", ENCODER, "Whether transparency is encoded, where the codec can.";
    SCALABILITY_MODE: Text = any(), "scalabilityMode", ENCODER, "Temporal layers as W3C names them, where the codec has them.";
    CONTENT_HINT: Text = any(), "contentHint", ENCODER, "Taken, and without effect.";
    HARDWARE_ACCELERATION: HardwareAcceleration = word(), "hardwareAcceleration", PICTURE_CODECS, "A wish: there is software alone.";
    OPTIMIZE_FOR_LATENCY: bool = flag(), "optimizeForLatency", DECODER, "Each frame comes out as soon as its chunk is decoded, unless the stream reorders.";
    ROTATION: u16 = one_of(&["0", "90", "180", "270"]), "rotation", PICTURES, "Degrees clockwise by which pictures are to be turned to be shown.";
    FLIP: bool = flag(), "flip", PICTURES, "Pictures are to be mirrored, left to right, after that.";
    COLOR_PRIMARIES: CodePoint = named(PRIMARIES), "colorSpace.primaries", PICTURES, "Colour primaries; go before what the stream says.";
    COLOR_TRANSFER: CodePoint = named(TRANSFERS), "colorSpace.transfer", PICTURES, "Transfer characteristics, likewise.";
    COLOR_MATRIX: CodePoint = named(MATRICES), "colorSpace.matrix", PICTURES, "Matrix coefficients, likewise.";
    COLOR_FULL_RANGE: Option<bool> = known(), "colorSpace.fullRange", PICTURES, "Full range of values, likewise.";
    DESCRIPTION: Raw = raw(), "description", &[VideoDecoder, AudioDecoder, VideoTrack, AudioTrack], "The codec's setup bytes, where its chunks do not have them.";
    SAMPLE_RATE: Option<u32> = some(), "sampleRate", SOUND, "Samples a second of each channel; needed.";
    NUMBER_OF_CHANNELS: Option<u32> = within(1, 255), "numberOfChannels", SOUND, "Channels; needed.";
}

keys! {
    /// The gate's, which belong to the handle.
    pub static GATE;
    SLOTS: u32 = whole(1, 4096, "16"), "slots", CODECS, "Items in flight between host and codec, at most. Cannot change in a reconfigure.";
    MAX_BYTES: Option<u64> = some(), "maxBytes", CODECS, "Bytes of items in flight, at most; one item always goes. Unset: slots alone count. Cannot change in a reconfigure.";
}

keys! {
    /// Ours.
    pub static OURS;
    LANGUAGE: Text = spoken(), "language", TRACKS, "The track's language.";
    MAX_DELAY: u32 = whole(0, 256, "12"), "maxDelay", PICTURE_CODECS, "Frames that a codec may hold back: lookahead, B-frames and threads are chosen to fit.";
    THREADS: u32 = whole(0, 64, "0"), "threads", PICTURE_CODECS, "Codec threads. 0: by the machine's cores, the other handles and maxDelay.";
    B_FRAMES: Option<u32> = within(0, 16), "bFrames", ENCODER, "Consecutive B-frames, at most. Unset: what suits the codec and its latencyMode.";
    MAX_PIXELS: u64 = whole(1, u64::MOST, "67108864"), "maxPixels", DECODER, "Pixels of a picture, at most: a stream beyond it ends the decoder.";
    MAX_SIDE: u32 = whole(1, u32::MOST, "16384"), "maxSide", DECODER, "Pixels of a picture's longer side, at most.";
    MAX_SAMPLES: u64 = whole(1, u64::MOST, "1048576"), "maxSamples", DECODERS, "Samples of each channel that one chunk of sound decodes to, at most.";
    PRIMING: Priming = word(), "priming", SOUND_DECODER, "Whether what the encoder put in front of the sound, and behind it, comes out.";
    PRIMING_SAMPLES: Option<u32> = within(0, u32::MOST), "primingSamples", SAMPLES, "Samples of priming at the beginning of a sequence, at the rate that is decoded. Unset: what the description says, else 0.";
    PRIMING_IS_TIMED: bool = flag(), "primingIsTimed", SAMPLES, "The timestamps count the priming: what follows it is heard that much later. A demuxer's do; an encoder's, and W3C's, do not.";
    FFMPEG_ENCODER: Text = any(), "ffmpeg.encoder", ENCODERS, "FFmpeg's name of the encoder to use.";
    FFMPEG_DECODER: Text = any(), "ffmpeg.decoder", DECODERS, "FFmpeg's name of the decoder to use.";
}

/// The prefix of the keys that go to FFmpeg as they are.
pub const FFMPEG: &str = "ffmpeg.";

keys! {
    /// The one row that stands for many keys.
    pub static OPTIONS;
    AV_OPTION: Text = any(), "ffmpeg.<AVOption>", CODECS, "Any option of the codec, but for what this library sets itself and what names a file.";
}

/// The four keys of a colour, with their canonical values; unknown facts are left out.
pub(super) fn color_entries(color: &Color) -> impl Iterator<Item = (&'static str, String)> {
    let named = |key: &'static Typed<CodePoint>, names, number: Option<u8>| {
        number.map(|number| (key.name, code_points::name(names, number)))
    };
    [
        named(&COLOR_PRIMARIES, PRIMARIES, color.primaries),
        named(&COLOR_TRANSFER, TRANSFERS, color.transfer),
        named(&COLOR_MATRIX, MATRICES, color.matrix),
        color.full_range.map(|full| (COLOR_FULL_RANGE.name, full.to_string())),
    ]
    .into_iter()
    .flatten()
}
