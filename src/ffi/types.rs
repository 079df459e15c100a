//! The C structs, exactly as they stand in the header, and the constants with them.
//!
//! Every struct begins with `struct_size`, so that it can grow at the end: the library reads and writes no
//! more than the host's size (see `pod`). Only fixed-width integers and pointers, and no hidden padding.

#![allow(non_camel_case_types, missing_docs)] // C spelling; constants that one comment heads

use super::config::fg_config;
pub use super::constants::*;
pub use super::file_types::*;
use super::frame::fg_frame;

/// What fg_encoder_poll and fg_decoder_poll write. Pointers in it are valid until the token is released.
#[repr(C)]
pub struct fg_output {
    /// sizeof(fg_output); FG_OUTPUT_INIT sets it.
    pub struct_size: u32,
    /// FG_OUTPUT_CHUNK, FG_OUTPUT_FRAME, FG_OUTPUT_FLUSHED or FG_OUTPUT_ERROR.
    pub kind: i32,
    /// Give it to fg_release_output, from any thread. 0: nothing to release. Below 2^53.
    pub token: u64,
    /// The timestamp of the input that this output belongs to, microseconds. An error that belongs to no input has
    /// FG_NO_TIMESTAMP.
    pub timestamp_us: i64,
    /// Its duration, microseconds; -1 unknown.
    pub duration_us: i64,
    /// Chunks: decode time, microseconds; FG_NO_TIMESTAMP otherwise.
    pub dts_us: i64,
    /// The id that the host gave with the input.
    pub id: u64,
    /// FG_OUTPUT_KEY | FG_OUTPUT_CONFIG.
    pub flags: u32,
    /// FG_OUTPUT_ERROR: the status that the handle is now closed with.
    pub status: i32,
    /// Chunks: the bytes; NULL otherwise.
    pub data: *const u8,
    /// Chunks: how many.
    pub size: u64,
    /// Frames: the frame. fg_frame_retain keeps it beyond the release, outside the gate.
    pub frame: *mut fg_frame,
    /// With FG_OUTPUT_CONFIG: the decoder configuration.
    pub config: *const fg_config,
    /// FG_OUTPUT_FLUSHED: the number that fg_encoder_flush gave.
    pub flush_id: u64,
    /// Chunks: the temporal layer, from 0: with those of the highest left out, the others decode to the same pictures. 0 without
    /// scalabilityMode.
    pub temporal_layer: u32,
    /// 0.
    pub reserved: u32,
    /// Chunks: the encoded alpha plane; NULL without alpha.
    pub alpha_data: *const u8,
    /// How many bytes of it.
    pub alpha_size: u64,
    /// Sound: samples at its beginning that the encoder has put in front of what it was given. Of a chunk: that it decodes to.
    pub priming: u32,
    /// Samples at its end that the encoder has put behind it.
    pub padding: u32,
}

/// An encoded chunk, for fg_decoder_enqueue and the muxer, and from the demuxer. FG_CHUNK_INIT sets defaults.
#[repr(C)]
pub struct fg_chunk {
    /// sizeof(fg_chunk).
    pub struct_size: u32,
    /// FG_CHUNK_KEY.
    pub flags: u32,
    /// Presentation time, microseconds; may be negative.
    pub timestamp_us: i64,
    /// How long it lasts, microseconds; -1 unknown.
    pub duration_us: i64,
    /// Decode time, microseconds; FG_NO_TIMESTAMP unknown. Muxers need it where frames are reordered.
    pub dts_us: i64,
    /// Any number of the host's; comes out with the output.
    pub id: u64,
    /// The bytes. Functions that take a chunk copy them before they return.
    pub data: *const u8,
    /// How many.
    pub size: u64,
    /// The encoded alpha plane, a picture of its own; NULL without alpha. A stream has it from a key chunk on, with every chunk, or
    /// not at all. Codecs and containers that have no alpha refuse it.
    pub alpha_data: *const u8,
    /// How many bytes of it; 0 without alpha.
    pub alpha_size: u64,
}

/// The facts of a video frame: W3C VideoFrame's attributes. FG_VIDEO_INFO_INIT sets defaults.
#[repr(C)]
pub struct fg_video_info {
    /// sizeof(fg_video_info).
    pub struct_size: u32,
    /// FG_PIXEL_...
    pub format: i32,
    /// Pixels in memory, 1 to 32768.
    pub coded_width: u32,
    pub coded_height: u32,
    /// The part to be seen, inside the coded size, x and y on chroma sample boundaries. All 0: everything.
    pub visible_x: u32,
    pub visible_y: u32,
    pub visible_width: u32,
    pub visible_height: u32,
    /// Shown size. Both 0: the visible size (turned when rotation is 90 or 270).
    pub display_width: u32,
    pub display_height: u32,
    /// Clockwise turn before showing: 0, 90, 180 or 270.
    pub rotation: u32,
    /// 1: mirrored left to right, after the turn.
    pub flip: u32,
    /// H.273 ColourPrimaries; -1 unknown.
    pub color_primaries: i32,
    /// H.273 TransferCharacteristics; -1 unknown.
    pub color_transfer: i32,
    /// H.273 MatrixCoefficients; -1 unknown. RGB without colour is sRGB; YUV without matrix is taken for BT.709.
    pub color_matrix: i32,
    /// H.273 VideoFullRangeFlag: 0 limited, 1 full; -1 unknown (RGB is always full, YUV is taken for limited).
    pub color_range: i32,
    /// Presentation time, microseconds; may be negative.
    pub timestamp_us: i64,
    /// How long it is shown, microseconds; -1 unknown.
    pub duration_us: i64,
    /// Any number of the host's; comes out with the chunk.
    pub id: u64,
    /// FG_VIDEO_FLAG_...
    pub flags: u32,
    /// 0.
    pub reserved: u32,
}

/// The facts of sound: W3C AudioData's attributes. A frame of sound is a sample of each channel. FG_AUDIO_INFO_INIT sets
/// defaults.
#[repr(C)]
pub struct fg_audio_info {
    /// sizeof(fg_audio_info).
    pub struct_size: u32,
    /// FG_SAMPLE_...
    pub format: i32,
    /// Samples a second of each channel, 1 to 16,000,000.
    pub sample_rate: u32,
    /// Channels, 1 to 255.
    pub channels: u32,
    /// Samples of each channel, 1 to 2^31 - 1.
    pub frames: u32,
    /// 0.
    pub reserved: u32,
    /// When the first sample is heard, microseconds; may be negative.
    pub timestamp_us: i64,
    /// How long it lasts, microseconds, rounded down. The library computes it of frames and sample_rate; what a host writes here
    /// is not looked at.
    pub duration_us: i64,
    /// Any number of the host's; comes out with the chunk.
    pub id: u64,
}

/// Where the planes of a frame lie. FG_PLANES_INIT sets the size.
#[repr(C)]
pub struct fg_planes {
    /// sizeof(fg_planes).
    pub struct_size: u32,
    /// Planes in use, as the format has: 1 to 4 of a picture; of sound 1, or if it is planar one for each channel.
    pub count: u32,
    /// First byte of each plane; of sound, of the first four.
    pub data: [*mut u8; 4],
    /// Bytes from one row to the next. Of sound: bytes of the plane; fg_frame_wrap_audio takes 0 for "as the format says".
    pub stride: [u64; 4],
    /// Rows; of sound 1. fg_frame_wrap_video and fg_frame_wrap_audio take 0 for "as the format says".
    pub rows: [u32; 4],
    /// Sound: first byte of each of the count planes; the first four are those of data. fg_frame_planes writes it, and it is
    /// valid as long as the frame. fg_frame_wrap_audio reads it instead of data if it is not NULL, and needs it for more than
    /// four planes; the library keeps a copy. Pictures: NULL.
    pub extended_data: *const *mut u8,
}

/// How to encode one frame. FG_ENCODE_OPTIONS_INIT sets defaults; NULL means the defaults.
#[repr(C)]
pub struct fg_encode_options {
    /// sizeof(fg_encode_options).
    pub struct_size: u32,
    /// 1: make this a key frame.
    pub key_frame: i32,
    /// bitrateMode quantizer: this frame's quantizer, by the codec's own numbers (H.264 0 to 51, VP8 0 to 127, VP9
    /// 0 to 255); -1 none.
    pub quantizer: i32,
    /// 0.
    pub reserved: u32,
}

/// What fg_frame_copy_to writes. FG_COPY_OPTIONS_INIT sets defaults; NULL means the defaults.
#[repr(C)]
pub struct fg_copy_options {
    /// sizeof(fg_copy_options).
    pub struct_size: u32,
    /// The format to write: the frame's own (-1), or FG_PIXEL_RGBA, RGBX, BGRA, BGRX, RGB24, BGR24; of sound, any FG_SAMPLE_...
    pub format: i32,
    /// The part of a picture to copy, inside the coded size, x and y on chroma sample boundaries. All 0: the visible part; of
    /// sound, always.
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
    /// Sound in a planar format: the channel to copy. Else 0: all planes are copied.
    pub plane: u32,
    /// Planes of a picture whose offset and stride are given below; 0: tightly packed; of sound, always.
    pub plane_count: u32,
    /// Bytes from dest to each plane.
    pub offset: [u64; 4],
    /// Bytes from one row to the next; 0 tight.
    pub stride: [u64; 4],
    /// With an RGB format: FG_COLOR_SPACE_... (0: sRGB). Without: not used. Of sound 0.
    pub color_space: u32,
    /// 0.
    pub reserved: u32,
    /// Sound: the first frame to copy. Pictures: 0.
    pub frame_offset: u32,
    /// Sound: how many frames; 0 for all that follow. Pictures: 0.
    pub frame_count: u32,
}

/// What a handle has done and has in hand. FG_STATS_INIT sets the size. One consistent moment.
#[repr(C)]
pub struct fg_stats {
    /// sizeof(fg_stats).
    pub struct_size: u32,
    /// The gate's width.
    pub slots: u32,
    /// queued + ready + held.
    pub in_flight: u32,
    /// The most that it ever was; above slots only by what the codec gave back at once.
    pub in_flight_peak: u32,
    /// Inputs that the codec has not answered yet.
    pub queued: u32,
    /// Inputs that the codec keeps (lookahead, reordering); they hold no slot.
    pub in_codec: u32,
    /// The most that it ever was.
    pub in_codec_peak: u32,
    /// Outputs that wait for poll.
    pub ready: u32,
    /// Outputs that the host has not released.
    pub held: u32,
    /// Of queued, those that the codec has not begun with: W3C encodeQueueSize.
    pub waiting: u32,
    /// Bytes of what is in flight.
    pub bytes_in_flight: u64,
    /// The most that it ever was.
    pub bytes_peak: u64,
    /// Inputs taken.
    pub inputs: u64,
    /// Chunks or frames polled.
    pub outputs: u64,
    /// Of those, released.
    pub releases: u64,
    /// Enqueues that found the gate full and waited.
    pub enqueue_waits: u64,
    /// How long they waited, microseconds.
    pub enqueue_wait_us: u64,
    /// Chunks that the codec took and gives no frame for: pictures that cannot be right after decoding began in the middle
    /// of a stream (those that the `ffmpeg` command does not give either), those marked FG_CHUNK_DISCARD, and those that the
    /// codec itself left out. Encoders: 0.
    pub dropped: u64,
}
