//! The constants of the header, exactly as they stand there.

#![allow(non_camel_case_types, missing_docs)] // C spelling; constants that one comment heads
#![allow(dead_code)] // some are for hosts alone; tests/header compares the pixel formats

/// What a function says: 0 done; above 0 not now, and what to do about it; below 0 failed.
pub type fg_status = i32;

/// Done.
pub const FG_OK: fg_status = 0;
/// The codec is working: wait or try again.
pub const FG_WAIT_CODEC: fg_status = 1;
/// Poll: nothing is in flight; enqueue or flush.
pub const FG_WAIT_INPUT: fg_status = 2;
/// Enqueue: the gate is full and outputs are ready: poll.
pub const FG_WAIT_POLL: fg_status = 3;
/// Enqueue: the gate is full of outputs that you hold: release one.
pub const FG_WAIT_RELEASE: fg_status = 4;
/// Demuxer: no more chunks.
pub const FG_END: fg_status = 5;
/// An argument is NULL, out of range, an unknown key, a wrong struct_size, a stale token.
pub const FG_ERROR_INVALID_ARGUMENT: fg_status = -1;
/// The handle is not configured, or the call came in the wrong order.
pub const FG_ERROR_INVALID_STATE: fg_status = -2;
/// Well formed, but this build, codec or format cannot do it. The text says what would.
pub const FG_ERROR_NOT_SUPPORTED: fg_status = -3;
/// The data is not what it claims to be: no key chunk where one is due, a damaged file.
pub const FG_ERROR_DATA: fg_status = -4;
/// The codec failed; the handle is closed. fg_encoder_error has the text.
pub const FG_ERROR_ENCODING: fg_status = -5;
/// The handle was closed.
pub const FG_ERROR_CLOSED: fg_status = -6;
/// The wait could never end, because only this thread could end it.
pub const FG_ERROR_WOULD_DEADLOCK: fg_status = -7;
/// Memory ran out.
pub const FG_ERROR_OUT_OF_MEMORY: fg_status = -8;
/// A file could not be opened, read or written.
pub const FG_ERROR_IO: fg_status = -9;
/// A defect of this library: please report it.
pub const FG_ERROR_INTERNAL: fg_status = -10;

/// fg_output.kind: an encoded chunk (encoders).
pub const FG_OUTPUT_CHUNK: i32 = 1;
/// fg_output.kind: a decoded frame (decoders).
pub const FG_OUTPUT_FRAME: i32 = 2;
/// fg_output.kind: everything before the flush numbered flush_id has come out.
pub const FG_OUTPUT_FLUSHED: i32 = 3;
/// fg_output.kind: the codec failed, status says how; nothing comes after it.
pub const FG_OUTPUT_ERROR: i32 = 4;

/// fg_output.flags: decoding can start at this chunk.
pub const FG_OUTPUT_KEY: u32 = 1;
/// fg_output.flags: config is set: the first chunk, or the decoder configuration changed.
pub const FG_OUTPUT_CONFIG: u32 = 2;

/// fg_chunk.flags: decoding can start at this chunk.
pub const FG_CHUNK_KEY: u32 = 1;
/// fg_chunk.flags: decoded and not shown. A demuxer sets it where a file's edit list leaves a chunk out that others need.
pub const FG_CHUNK_DISCARD: u32 = 2;

/// fg_file_info.flags: fg_demuxer_seek works.
pub const FG_FILE_SEEKABLE: u32 = 1;

/// fg_track_info.disposition: what a file says that a track is for. Default: to be played unless the user wants another of
/// its kind.
pub const FG_DISPOSITION_DEFAULT: u32 = 1;
pub const FG_DISPOSITION_DUB: u32 = 2;
pub const FG_DISPOSITION_ORIGINAL: u32 = 4;
pub const FG_DISPOSITION_COMMENT: u32 = 8;
pub const FG_DISPOSITION_FORCED: u32 = 16;
pub const FG_DISPOSITION_HEARING_IMPAIRED: u32 = 32;
pub const FG_DISPOSITION_VISUAL_IMPAIRED: u32 = 64;

/// fg_video_info.flags of a decoded frame: a picture that it refers to, directly or through others, never came, so that it
/// does not look as it should. Told where the numbers of the stream's pictures (frame_num, H.264 7.4.3) leave one out that
/// others may refer to; set on all pictures up to the next from which decoding could begin. Not told: how much of the
/// picture is wrong, the loss of several such pictures that the numbers (4 to 16 bits) come around over, and any loss in
/// streams that may leave numbers out (gaps_in_frame_num_value_allowed_flag). A lost picture that nobody refers to is no
/// loss of this kind.
pub const FG_VIDEO_FLAG_REFERENCE_LOST: u32 = 1;

/// fg_encoder_wait: enqueue may go on.
pub const FG_READY_ENQUEUE: u32 = 1;
/// fg_encoder_wait: poll may go on.
pub const FG_READY_POLL: u32 = 2;
/// fg_encoder_wait: no input waits for the codec (fg_stats.waiting is 0).
pub const FG_READY_DEQUEUE: u32 = 4;

/// fg_config_medium: pictures.
pub const FG_MEDIUM_VIDEO: i32 = 1;
/// fg_config_medium: sound.
pub const FG_MEDIUM_AUDIO: i32 = 2;

/// A time that is not known. (-1 is a valid time.)
pub const FG_NO_TIMESTAMP: i64 = i64::MIN;

/// fg_video_info.format: W3C VideoPixelFormat, and two of three bytes a pixel for numpy, OpenCV and PIL. Samples of 10
/// and 12 bits are 16-bit little-endian words.
pub const FG_PIXEL_I420: i32 = 1;
pub const FG_PIXEL_I420A: i32 = 2;
pub const FG_PIXEL_I422: i32 = 3;
pub const FG_PIXEL_I422A: i32 = 4;
pub const FG_PIXEL_I444: i32 = 5;
pub const FG_PIXEL_I444A: i32 = 6;
pub const FG_PIXEL_NV12: i32 = 7;
pub const FG_PIXEL_RGBA: i32 = 8;
pub const FG_PIXEL_RGBX: i32 = 9;
pub const FG_PIXEL_BGRA: i32 = 10;
pub const FG_PIXEL_BGRX: i32 = 11;
pub const FG_PIXEL_I420P10: i32 = 12;
pub const FG_PIXEL_I420AP10: i32 = 13;
pub const FG_PIXEL_I422P10: i32 = 14;
pub const FG_PIXEL_I422AP10: i32 = 15;
pub const FG_PIXEL_I444P10: i32 = 16;
pub const FG_PIXEL_I444AP10: i32 = 17;
pub const FG_PIXEL_I420P12: i32 = 18;
pub const FG_PIXEL_I420AP12: i32 = 19;
pub const FG_PIXEL_I422P12: i32 = 20;
pub const FG_PIXEL_I422AP12: i32 = 21;
pub const FG_PIXEL_I444P12: i32 = 22;
pub const FG_PIXEL_I444AP12: i32 = 23;
pub const FG_PIXEL_RGB24: i32 = 24;
pub const FG_PIXEL_BGR24: i32 = 25;

/// fg_audio_info.format: W3C AudioSampleFormat. The first four have the samples of all channels in turn, in one plane; the
/// others have a plane a channel. u8 has 128 for silence; s32 and s16 are signed; f32 is from -1 to 1. Samples of 24 bits are
/// the upper bits of s32. The machine's own byte order.
pub const FG_SAMPLE_U8: i32 = 1;
pub const FG_SAMPLE_S16: i32 = 2;
pub const FG_SAMPLE_S32: i32 = 3;
pub const FG_SAMPLE_F32: i32 = 4;
pub const FG_SAMPLE_U8_PLANAR: i32 = 5;
pub const FG_SAMPLE_S16_PLANAR: i32 = 6;
pub const FG_SAMPLE_S32_PLANAR: i32 = 7;
pub const FG_SAMPLE_F32_PLANAR: i32 = 8;

/// fg_copy_options.color_space: what red, green and blue mean, W3C PredefinedColorSpace. Frames of BT.709 or sRGB and
/// those whose colour is not known are sRGB, and nothing is computed; of the others (BT.601, BT.2020, P3, gamma 2.2,
/// linear) colours are changed in linear light, and what sRGB or P3 does not have is clipped. Curves of cameras (BT.709,
/// BT.601, BT.2020) count as sRGB's, as in browsers. PQ and HLG are not tone mapped: reference white (203 cd/m2, 75 %
/// of HLG) becomes white, and what is brighter is clipped.
pub const FG_COLOR_SPACE_SRGB: u32 = 0;
pub const FG_COLOR_SPACE_DISPLAY_P3: u32 = 1;
/// fg_copy_options.color_space, not W3C: primaries and transfer stay the frame's own, as FFmpeg's converters leave them.
pub const FG_COLOR_SPACE_SOURCE: u32 = 2;
