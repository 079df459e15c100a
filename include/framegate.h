/* framegate: the W3C WebCodecs model as a C library over FFmpeg, with a gate that bounds every handle.
 *
 * Statuses: 0 done; positive not now, and what to do about it; negative failed, with fg_last_error as its text.
 * Structs begin with struct_size: initialise them with their FG_..._INIT. Objects that a function gives are the
 * host's to free; what is inside an fg_output is valid until fg_release_output. NULL is never fatal.
 *
 * timeout_ms: 0 try; n wait n milliseconds at most; -1 wait as long as it takes. Below -1, as -1, but -n comes back with
 * a positive status after n milliseconds, for hosts that must look at signals before they wait on.
 *
 * fork: encoders, decoders, wait sets, demuxers, muxers and resamplers belong to the process that made them. In a child they give
 * FG_ERROR_INVALID_STATE ("made before fork"), and freeing one leaves all that it has where it is. Frames,
 * configurations and outputs that the parent held are memory, which the child has, too: they may be used and released
 * (a decoded frame's pixels stay allocated). What the child makes works and is freed as ever. Never fork in on_free,
 * unless exec comes next.
 *
 * Generated from src/ffi. Do not edit. */


#ifndef FRAMEGATE_H
#define FRAMEGATE_H

#include <stddef.h>
#include <stdint.h>

/* A time that is not known. (-1 is a valid time.) */
#define FG_NO_TIMESTAMP INT64_MIN

/* Initialisers: struct_size and every default. */
#define FG_OUTPUT_INIT { sizeof(fg_output), 0, 0, 0, -1, FG_NO_TIMESTAMP, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }
#define FG_CHUNK_INIT { sizeof(fg_chunk), 0, 0, -1, FG_NO_TIMESTAMP, 0, 0, 0, 0, 0 }
#define FG_VIDEO_INFO_INIT { sizeof(fg_video_info), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, 0, -1, 0, 0, 0 }
#define FG_AUDIO_INFO_INIT { sizeof(fg_audio_info), 0, 0, 0, 0, 0, 0, -1, 0 }
#define FG_PLANES_INIT { sizeof(fg_planes), 0, { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, 0 }
#define FG_ENCODE_OPTIONS_INIT { sizeof(fg_encode_options), 0, -1, 0 }
#define FG_COPY_OPTIONS_INIT { sizeof(fg_copy_options), -1, 0, 0, 0, 0, 0, 0, { 0, 0, 0, 0 }, { 0, 0, 0, 0 }, 0, 0, 0, 0 }
#define FG_LIMITS_INIT { sizeof(fg_limits), 0, 0, 0, 0, 0, 0, 0, 0 }
#define FG_FILE_INFO_INIT { sizeof(fg_file_info), 0, -1, FG_NO_TIMESTAMP, 0, 0, 0, 0 }
#define FG_TRACK_INFO_INIT { sizeof(fg_track_info), 0, 0, 0, -1, -1, FG_NO_TIMESTAMP }
#define FG_IO_INIT { sizeof(fg_io), 0, NULL, NULL, NULL, NULL, NULL }
#define FG_STATS_INIT { sizeof(fg_stats), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }


/**
 * fg_output.kind: an encoded chunk (encoders).
 */
#define FG_OUTPUT_CHUNK 1

/**
 * fg_output.kind: a decoded frame (decoders).
 */
#define FG_OUTPUT_FRAME 2

/**
 * fg_output.kind: everything before the flush numbered flush_id has come out.
 */
#define FG_OUTPUT_FLUSHED 3

/**
 * fg_output.kind: the codec failed, status says how; nothing comes after it.
 */
#define FG_OUTPUT_ERROR 4

/**
 * fg_output.flags: decoding can start at this chunk.
 */
#define FG_OUTPUT_KEY 1

/**
 * fg_output.flags: config is set: the first chunk, or the decoder configuration changed.
 */
#define FG_OUTPUT_CONFIG 2

/**
 * fg_chunk.flags: decoding can start at this chunk.
 */
#define FG_CHUNK_KEY 1

/**
 * fg_chunk.flags: decoded and not shown. A demuxer sets it where a file's edit list leaves a chunk out that others need.
 */
#define FG_CHUNK_DISCARD 2

/**
 * fg_file_info.flags: fg_demuxer_seek works.
 */
#define FG_FILE_SEEKABLE 1

/**
 * fg_track_info.disposition: what a file says that a track is for. Default: to be played unless the user wants another of
 * its kind.
 */
#define FG_DISPOSITION_DEFAULT 1

#define FG_DISPOSITION_DUB 2

#define FG_DISPOSITION_ORIGINAL 4

#define FG_DISPOSITION_COMMENT 8

#define FG_DISPOSITION_FORCED 16

#define FG_DISPOSITION_HEARING_IMPAIRED 32

#define FG_DISPOSITION_VISUAL_IMPAIRED 64

/**
 * fg_video_info.flags of a decoded frame: a picture that it refers to, directly or through others, never came, so that it
 * does not look as it should. Told where the numbers of the stream's pictures (frame_num, H.264 7.4.3) leave one out that
 * others may refer to; set on all pictures up to the next from which decoding could begin. Not told: how much of the
 * picture is wrong, the loss of several such pictures that the numbers (4 to 16 bits) come around over, and any loss in
 * streams that may leave numbers out (gaps_in_frame_num_value_allowed_flag). A lost picture that nobody refers to is no
 * loss of this kind.
 */
#define FG_VIDEO_FLAG_REFERENCE_LOST 1

/**
 * fg_encoder_wait: enqueue may go on.
 */
#define FG_READY_ENQUEUE 1

/**
 * fg_encoder_wait: poll may go on.
 */
#define FG_READY_POLL 2

/**
 * fg_encoder_wait: no input waits for the codec (fg_stats.waiting is 0).
 */
#define FG_READY_DEQUEUE 4

/**
 * fg_config_medium: pictures.
 */
#define FG_MEDIUM_VIDEO 1

/**
 * fg_config_medium: sound.
 */
#define FG_MEDIUM_AUDIO 2

/**
 * fg_video_info.format: W3C VideoPixelFormat, and two of three bytes a pixel for numpy, OpenCV and PIL. Samples of 10
 * and 12 bits are 16-bit little-endian words.
 */
#define FG_PIXEL_I420 1

#define FG_PIXEL_I420A 2

#define FG_PIXEL_I422 3

#define FG_PIXEL_I422A 4

#define FG_PIXEL_I444 5

#define FG_PIXEL_I444A 6

#define FG_PIXEL_NV12 7

#define FG_PIXEL_RGBA 8

#define FG_PIXEL_RGBX 9

#define FG_PIXEL_BGRA 10

#define FG_PIXEL_BGRX 11

#define FG_PIXEL_I420P10 12

#define FG_PIXEL_I420AP10 13

#define FG_PIXEL_I422P10 14

#define FG_PIXEL_I422AP10 15

#define FG_PIXEL_I444P10 16

#define FG_PIXEL_I444AP10 17

#define FG_PIXEL_I420P12 18

#define FG_PIXEL_I420AP12 19

#define FG_PIXEL_I422P12 20

#define FG_PIXEL_I422AP12 21

#define FG_PIXEL_I444P12 22

#define FG_PIXEL_I444AP12 23

#define FG_PIXEL_RGB24 24

#define FG_PIXEL_BGR24 25

/**
 * fg_audio_info.format: W3C AudioSampleFormat. The first four have the samples of all channels in turn, in one plane; the
 * others have a plane a channel. u8 has 128 for silence; s32 and s16 are signed; f32 is from -1 to 1. Samples of 24 bits are
 * the upper bits of s32. The machine's own byte order.
 */
#define FG_SAMPLE_U8 1

#define FG_SAMPLE_S16 2

#define FG_SAMPLE_S32 3

#define FG_SAMPLE_F32 4

#define FG_SAMPLE_U8_PLANAR 5

#define FG_SAMPLE_S16_PLANAR 6

#define FG_SAMPLE_S32_PLANAR 7

#define FG_SAMPLE_F32_PLANAR 8

/**
 * fg_copy_options.color_space: what red, green and blue mean, W3C PredefinedColorSpace. Frames of BT.709 or sRGB and
 * those whose colour is not known are sRGB, and nothing is computed; of the others (BT.601, BT.2020, P3, gamma 2.2,
 * linear) colours are changed in linear light, and what sRGB or P3 does not have is clipped. Curves of cameras (BT.709,
 * BT.601, BT.2020) count as sRGB's, as in browsers. PQ and HLG are not tone mapped: reference white (203 cd/m2, 75 %
 * of HLG) becomes white, and what is brighter is clipped.
 */
#define FG_COLOR_SPACE_SRGB 0

#define FG_COLOR_SPACE_DISPLAY_P3 1

/**
 * fg_copy_options.color_space, not W3C: primaries and transfer stay the frame's own, as FFmpeg's converters leave them.
 */
#define FG_COLOR_SPACE_SOURCE 2

/**
 * The number of the binary interface. Programs built for an older number of the same soname run on a newer one.
 */
#define FG_ABI_VERSION 1

/**
 * A codec's configuration: WebCodecs member names and values, as text. Functions that take one copy what they
 * need, so it may be changed and freed afterwards.
 *
 * Threads: reading functions may run beside each other, fg_config_set and fg_config_set_bytes beside nothing.
 */
typedef struct fg_config fg_config;

/**
 * A decoder: chunks go in with fg_decoder_enqueue, in decode order, frames come out of fg_decoder_poll, in the order
 * in which they are shown or heard. Everything else is as with fg_encoder: the gate, the statuses, the threads.
 */
typedef struct fg_decoder fg_decoder;

/**
 * A file that is read: plain blocking I/O on the caller's thread, no gate. Audio and video tracks are numbered from
 * 0; others are left out.
 *
 * Threads: any function on any thread; a chunk's bytes are valid until the next read, whoever reads, and of
 * fg_demuxer_read_track until the next read of that track.
 */
typedef struct fg_demuxer fg_demuxer;

/**
 * An encoder: frames go in with fg_encoder_enqueue, chunks come out of fg_encoder_poll, in decode order.
 *
 * It works on a thread of its own, which the first enqueue starts. Between the host and the codec stands a gate:
 * at most `slots` items are in flight (inputs that the codec has not answered, and outputs that the host
 * has not released). A call that cannot go on says what to do about it, with a positive status, or waits. A
 * host with one thread:
 *
 *     while (more input or output is expected) {
 *         fg_encoder_wait(encoder, FG_READY_ENQUEUE | FG_READY_POLL, &ready, -1);
 *         if (ready & FG_READY_POLL)    poll, use the output, fg_release_output
 *         if (ready & FG_READY_ENQUEUE) enqueue the next frame, or flush after the last
 *     }
 *
 * Sound (codecs mp4a.40.2, opus, flac, mp3, vorbis, pcm-..., alaw, ulaw) goes in as frames of any length, and is cut to the codec's
 * own frames: nothing is put between two inputs, and the last chunk of a flush says by its duration how much of it is sound. An
 * input takes a slot for each chunk that it makes, at least one, and its chunks inherit them; one that makes more than `slots`
 * is let in alone. So a second of sound in chunks of 2.5 ms, 400 of them, is enqueued as any other frame, with 16 slots:
 *
 *     fg_audio_info info = FG_AUDIO_INFO_INIT;           of FG_SAMPLE_F32, 48000 Hz, 2 channels, 48000 frames
 *     fg_config_set(config, "opus.frameDuration", "2500");
 *     ...                                                wait, enqueue and poll as above: 400 slots are taken at once, and a
 *                                                        slot is free again with each fg_release_output
 *
 * The next input is let in when the gate has room for all of its chunks, or is empty. So enqueue may refuse it after fg_encoder_wait
 * named enqueue, and it is offered again; the wait in between knows how much room it needs. Shorter inputs, of 20 to 200 ms, keep a
 * codec busier. Timestamps: the first input after configure, flush or reset says
 * when the sound begins; from there on samples are counted, and the timestamps of later inputs do not count. Who has a gap
 * fills it with silence, or flushes; who has an overlap cuts it. An encoder may put samples of its own in front (priming), and
 * behind (padding): fg_output has them of each chunk, and the decoder configuration has the key primingSamples. The chunks' durations
 * add up to priming and input, to the sample.
 *
 * Waiting: timeout_ms is 0 (not at all), n (at most n milliseconds) or -1 (as long as it takes). -n is for hosts that
 * must look at signals in between: as -1, deadlock and all, but it comes back after n milliseconds as n does.
 * Who waits for outputs is woken by the first; but where the codec takes well below a millisecond, and four inputs still wait for
 * it, for several at a time, a millisecond late at most.
 * Deadlock: a thread that waits for what only it could do is told FG_ERROR_WOULD_DEADLOCK.
 * Failure: if the codec fails, poll gives what was ready, then one FG_OUTPUT_ERROR; from then on calls give
 * FG_ERROR_ENCODING (or the status in that output), and fg_encoder_error has the text.
 * Threads: any function on any thread at any time beside any other, except fg_encoder_free, which is last.
 */
typedef struct fg_encoder fg_encoder;

/**
 * A picture or sound, reference counted: made by the host (fg_frame_new_video, fg_frame_wrap_video, fg_frame_new_audio,
 * fg_frame_wrap_audio) or by a decoder. What is for one of them gives FG_ERROR_INVALID_ARGUMENT for the other.
 *
 * Its planes may be written until it is first enqueued; from then on, and when a decoder made it, they are only
 * read. Every reference is given back with fg_frame_release.
 *
 * Threads: any function on any thread; writing to the planes beside nothing else.
 */
typedef struct fg_frame fg_frame;

/**
 * A file that is written: plain blocking I/O on the caller's thread, no gate.
 *
 * Threads: any function on any thread; chunks of a track in decode order.
 */
typedef struct fg_muxer fg_muxer;

/**
 * Changes the rate, the format or the number of channels of sound (libswresample, its defaults). For commands and examples:
 * encoders take any format by themselves, and never change a rate or mix channels. No gate: what is pushed and not pulled is in
 * memory.
 *
 * Threads: any function on any thread, one at a time.
 */
typedef struct fg_resampler fg_resampler;

/**
 * A wait set: one place, and one descriptor, where a host waits for thousands of encoders and decoders
 * (fg_encoder_join, fg_decoder_join).
 *
 * An enqueue, poll or wait with a positive status arms its handle; the next change that could let that call go on
 * brings the handle's key up, once. So, in a loop: fg_waitset_wait, and for each key poll and enqueue with timeout 0
 * until they give a positive status (or fg_encoder_wait with timeout 0, for what the host has no input for). A key
 * may come up for nothing, never too late; one that is left half way does not come up again by itself.
 *
 * After fg_encoder_close a key comes up once more, when the handle's thread has ended: then fg_encoder_free does not wait
 * at all.
 *
 * Threads: any function on any thread, except fg_waitset_free, which is last. Several threads may wait: each key
 * goes to one of them.
 */
typedef struct fg_waitset fg_waitset;

/**
 * What a function says: 0 done; above 0 not now, and what to do about it; below 0 failed.
 */
typedef int32_t fg_status;

/**
 * The facts of a video frame: W3C VideoFrame's attributes. FG_VIDEO_INFO_INIT sets defaults.
 */
typedef struct fg_video_info {
  /**
   * sizeof(fg_video_info).
   */
  uint32_t struct_size;
  /**
   * FG_PIXEL_...
   */
  int32_t format;
  /**
   * Pixels in memory, 1 to 32768.
   */
  uint32_t coded_width;
  uint32_t coded_height;
  /**
   * The part to be seen, inside the coded size, x and y on chroma sample boundaries. All 0: everything.
   */
  uint32_t visible_x;
  uint32_t visible_y;
  uint32_t visible_width;
  uint32_t visible_height;
  /**
   * Shown size. Both 0: the visible size (turned when rotation is 90 or 270).
   */
  uint32_t display_width;
  uint32_t display_height;
  /**
   * Clockwise turn before showing: 0, 90, 180 or 270.
   */
  uint32_t rotation;
  /**
   * 1: mirrored left to right, after the turn.
   */
  uint32_t flip;
  /**
   * H.273 ColourPrimaries; -1 unknown.
   */
  int32_t color_primaries;
  /**
   * H.273 TransferCharacteristics; -1 unknown.
   */
  int32_t color_transfer;
  /**
   * H.273 MatrixCoefficients; -1 unknown. RGB without colour is sRGB; YUV without matrix is taken for BT.709.
   */
  int32_t color_matrix;
  /**
   * H.273 VideoFullRangeFlag: 0 limited, 1 full; -1 unknown (RGB is always full, YUV is taken for limited).
   */
  int32_t color_range;
  /**
   * Presentation time, microseconds; may be negative.
   */
  int64_t timestamp_us;
  /**
   * How long it is shown, microseconds; -1 unknown.
   */
  int64_t duration_us;
  /**
   * Any number of the host's; comes out with the chunk.
   */
  uint64_t id;
  /**
   * FG_VIDEO_FLAG_...
   */
  uint32_t flags;
  /**
   * 0.
   */
  uint32_t reserved;
} fg_video_info;

/**
 * Where the planes of a frame lie. FG_PLANES_INIT sets the size.
 */
typedef struct fg_planes {
  /**
   * sizeof(fg_planes).
   */
  uint32_t struct_size;
  /**
   * Planes in use, as the format has: 1 to 4 of a picture; of sound 1, or if it is planar one for each channel.
   */
  uint32_t count;
  /**
   * First byte of each plane; of sound, of the first four.
   */
  uint8_t *data[4];
  /**
   * Bytes from one row to the next. Of sound: bytes of the plane; fg_frame_wrap_audio takes 0 for "as the format says".
   */
  uint64_t stride[4];
  /**
   * Rows; of sound 1. fg_frame_wrap_video and fg_frame_wrap_audio take 0 for "as the format says".
   */
  uint32_t rows[4];
  /**
   * Sound: first byte of each of the count planes; the first four are those of data. fg_frame_planes writes it, and it is
   * valid as long as the frame. fg_frame_wrap_audio reads it instead of data if it is not NULL, and needs it for more than
   * four planes; the library keeps a copy. Pictures: NULL.
   */
  uint8_t *const *extended_data;
} fg_planes;

/**
 * What fg_frame_copy_to writes. FG_COPY_OPTIONS_INIT sets defaults; NULL means the defaults.
 */
typedef struct fg_copy_options {
  /**
   * sizeof(fg_copy_options).
   */
  uint32_t struct_size;
  /**
   * The format to write: the frame's own (-1), or FG_PIXEL_RGBA, RGBX, BGRA, BGRX, RGB24, BGR24; of sound, any FG_SAMPLE_...
   */
  int32_t format;
  /**
   * The part of a picture to copy, inside the coded size, x and y on chroma sample boundaries. All 0: the visible part; of
   * sound, always.
   */
  uint32_t x;
  uint32_t y;
  uint32_t width;
  uint32_t height;
  /**
   * Sound in a planar format: the channel to copy. Else 0: all planes are copied.
   */
  uint32_t plane;
  /**
   * Planes of a picture whose offset and stride are given below; 0: tightly packed; of sound, always.
   */
  uint32_t plane_count;
  /**
   * Bytes from dest to each plane.
   */
  uint64_t offset[4];
  /**
   * Bytes from one row to the next; 0 tight.
   */
  uint64_t stride[4];
  /**
   * With an RGB format: FG_COLOR_SPACE_... (0: sRGB). Without: not used. Of sound 0.
   */
  uint32_t color_space;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * Sound: the first frame to copy. Pictures: 0.
   */
  uint32_t frame_offset;
  /**
   * Sound: how many frames; 0 for all that follow. Pictures: 0.
   */
  uint32_t frame_count;
} fg_copy_options;

/**
 * The facts of sound: W3C AudioData's attributes. A frame of sound is a sample of each channel. FG_AUDIO_INFO_INIT sets
 * defaults.
 */
typedef struct fg_audio_info {
  /**
   * sizeof(fg_audio_info).
   */
  uint32_t struct_size;
  /**
   * FG_SAMPLE_...
   */
  int32_t format;
  /**
   * Samples a second of each channel, 1 to 16,000,000.
   */
  uint32_t sample_rate;
  /**
   * Channels, 1 to 255.
   */
  uint32_t channels;
  /**
   * Samples of each channel, 1 to 2^31 - 1.
   */
  uint32_t frames;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * When the first sample is heard, microseconds; may be negative.
   */
  int64_t timestamp_us;
  /**
   * How long it lasts, microseconds, rounded down. The library computes it of frames and sample_rate; what a host writes here
   * is not looked at.
   */
  int64_t duration_us;
  /**
   * Any number of the host's; comes out with the chunk.
   */
  uint64_t id;
} fg_audio_info;

/**
 * How to encode one frame. FG_ENCODE_OPTIONS_INIT sets defaults; NULL means the defaults.
 */
typedef struct fg_encode_options {
  /**
   * sizeof(fg_encode_options).
   */
  uint32_t struct_size;
  /**
   * 1: make this a key frame.
   */
  int32_t key_frame;
  /**
   * bitrateMode quantizer: this frame's quantizer, by the codec's own numbers (H.264 0 to 51, VP8 0 to 127, VP9
   * 0 to 255); -1 none.
   */
  int32_t quantizer;
  /**
   * 0.
   */
  uint32_t reserved;
} fg_encode_options;

/**
 * What fg_encoder_poll and fg_decoder_poll write. Pointers in it are valid until the token is released.
 */
typedef struct fg_output {
  /**
   * sizeof(fg_output); FG_OUTPUT_INIT sets it.
   */
  uint32_t struct_size;
  /**
   * FG_OUTPUT_CHUNK, FG_OUTPUT_FRAME, FG_OUTPUT_FLUSHED or FG_OUTPUT_ERROR.
   */
  int32_t kind;
  /**
   * Give it to fg_release_output, from any thread. 0: nothing to release. Below 2^53.
   */
  uint64_t token;
  /**
   * The timestamp of the input that this output belongs to, microseconds. An error that belongs to no input has
   * FG_NO_TIMESTAMP.
   */
  int64_t timestamp_us;
  /**
   * Its duration, microseconds; -1 unknown.
   */
  int64_t duration_us;
  /**
   * Chunks: decode time, microseconds; FG_NO_TIMESTAMP otherwise.
   */
  int64_t dts_us;
  /**
   * The id that the host gave with the input.
   */
  uint64_t id;
  /**
   * FG_OUTPUT_KEY | FG_OUTPUT_CONFIG.
   */
  uint32_t flags;
  /**
   * FG_OUTPUT_ERROR: the status that the handle is now closed with.
   */
  int32_t status;
  /**
   * Chunks: the bytes; NULL otherwise.
   */
  const uint8_t *data;
  /**
   * Chunks: how many.
   */
  uint64_t size;
  /**
   * Frames: the frame. fg_frame_retain keeps it beyond the release, outside the gate.
   */
  struct fg_frame *frame;
  /**
   * With FG_OUTPUT_CONFIG: the decoder configuration.
   */
  const struct fg_config *config;
  /**
   * FG_OUTPUT_FLUSHED: the number that fg_encoder_flush gave.
   */
  uint64_t flush_id;
  /**
   * Chunks: the temporal layer, from 0: with those of the highest left out, the others decode to the same pictures. 0 without
   * scalabilityMode.
   */
  uint32_t temporal_layer;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * Chunks: the encoded alpha plane; NULL without alpha.
   */
  const uint8_t *alpha_data;
  /**
   * How many bytes of it.
   */
  uint64_t alpha_size;
  /**
   * Sound: samples at its beginning that the encoder has put in front of what it was given. Of a chunk: that it decodes to.
   */
  uint32_t priming;
  /**
   * Samples at its end that the encoder has put behind it.
   */
  uint32_t padding;
} fg_output;

/**
 * What a handle has done and has in hand. FG_STATS_INIT sets the size. One consistent moment.
 */
typedef struct fg_stats {
  /**
   * sizeof(fg_stats).
   */
  uint32_t struct_size;
  /**
   * The gate's width.
   */
  uint32_t slots;
  /**
   * queued + ready + held.
   */
  uint32_t in_flight;
  /**
   * The most that it ever was; above slots only by what the codec gave back at once.
   */
  uint32_t in_flight_peak;
  /**
   * Inputs that the codec has not answered yet.
   */
  uint32_t queued;
  /**
   * Inputs that the codec keeps (lookahead, reordering); they hold no slot.
   */
  uint32_t in_codec;
  /**
   * The most that it ever was.
   */
  uint32_t in_codec_peak;
  /**
   * Outputs that wait for poll.
   */
  uint32_t ready;
  /**
   * Outputs that the host has not released.
   */
  uint32_t held;
  /**
   * Of queued, those that the codec has not begun with: W3C encodeQueueSize.
   */
  uint32_t waiting;
  /**
   * Bytes of what is in flight.
   */
  uint64_t bytes_in_flight;
  /**
   * The most that it ever was.
   */
  uint64_t bytes_peak;
  /**
   * Inputs taken.
   */
  uint64_t inputs;
  /**
   * Chunks or frames polled.
   */
  uint64_t outputs;
  /**
   * Of those, released.
   */
  uint64_t releases;
  /**
   * Enqueues that found the gate full and waited.
   */
  uint64_t enqueue_waits;
  /**
   * How long they waited, microseconds.
   */
  uint64_t enqueue_wait_us;
  /**
   * Chunks that the codec took and gives no frame for: pictures that cannot be right after decoding began in the middle
   * of a stream (those that the `ffmpeg` command does not give either), those marked FG_CHUNK_DISCARD, and those that the
   * codec itself left out. Encoders: 0.
   */
  uint64_t dropped;
} fg_stats;

/**
 * An encoded chunk, for fg_decoder_enqueue and the muxer, and from the demuxer. FG_CHUNK_INIT sets defaults.
 */
typedef struct fg_chunk {
  /**
   * sizeof(fg_chunk).
   */
  uint32_t struct_size;
  /**
   * FG_CHUNK_KEY.
   */
  uint32_t flags;
  /**
   * Presentation time, microseconds; may be negative.
   */
  int64_t timestamp_us;
  /**
   * How long it lasts, microseconds; -1 unknown.
   */
  int64_t duration_us;
  /**
   * Decode time, microseconds; FG_NO_TIMESTAMP unknown. Muxers need it where frames are reordered.
   */
  int64_t dts_us;
  /**
   * Any number of the host's; comes out with the output.
   */
  uint64_t id;
  /**
   * The bytes. Functions that take a chunk copy them before they return.
   */
  const uint8_t *data;
  /**
   * How many.
   */
  uint64_t size;
  /**
   * The encoded alpha plane, a picture of its own; NULL without alpha. A stream has it from a key chunk on, with every chunk, or
   * not at all. Codecs and containers that have no alpha refuse it.
   */
  const uint8_t *alpha_data;
  /**
   * How many bytes of it; 0 without alpha.
   */
  uint64_t alpha_size;
} fg_chunk;

/**
 * What a file may claim before fg_demuxer_open_limits refuses it: whoever uploads a file decides what it says. 0 stands for
 * the default, which lets everything through that codecs' levels allow. FG_LIMITS_INIT sets all to their defaults.
 */
typedef struct fg_limits {
  /**
   * sizeof(fg_limits).
   */
  uint32_t struct_size;
  /**
   * Streams of any kind; 256.
   */
  uint32_t max_streams;
  /**
   * Bytes that are read to find out what the file is and what its streams are; 5,000,000. At least 2,048 are.
   */
  uint64_t probe_bytes;
  /**
   * Pixels of a picture, its width times its height; 67,108,864 (8192 x 8192).
   */
  uint64_t max_pixels;
  /**
   * Pixels of a picture's longer side; 16,384.
   */
  uint32_t max_side;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * Samples of each channel that one chunk of sound decodes to; 1,048,576.
   */
  uint64_t max_samples;
  /**
   * Chunks that the demuxer keeps of tracks that are not read as far as others, see fg_demuxer_read_track; 4,096.
   */
  uint64_t max_buffered_chunks;
  /**
   * Bytes of those, of which the last chunk may be beyond; 67,108,864.
   */
  uint64_t max_buffered_bytes;
} fg_limits;

/**
 * The host's own bytes, for fg_demuxer_open_io and fg_muxer_create_io. FG_IO_INIT sets the size and the rest to NULL.
 *
 * The functions are called by the thread that is in a function of the demuxer or muxer, and only meanwhile; they may block. A negative
 * number says that a call failed: the negative of the system's errno (-ENOSPC), which the error's text names, or any other. They
 * call no function of a demuxer or muxer (FG_ERROR_WOULD_DEADLOCK), and throw nothing. `opaque` is theirs, until the demuxer or muxer is
 * freed.
 */
typedef struct fg_io {
  /**
   * sizeof(fg_io).
   */
  uint32_t struct_size;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * What the functions are given.
   */
  void *opaque;
  /**
   * Reads at most size bytes, waiting until there is one; gives how many, 0 at the end. Demuxers need it.
   */
  int64_t (*read)(void *opaque, uint8_t *bytes, size_t size);
  /**
   * Writes at most size bytes, waiting until one can be; gives how many. Muxers need it.
   */
  int64_t (*write)(void *opaque, const uint8_t *bytes, size_t size);
  /**
   * Goes to a place, as lseek: whence is 0 from the start (SEEK_SET), 1 from where it is, 2 from the end. Gives the place from
   * the start; of what is read -EINVAL (or -1) for a place that cannot be, which a format may ask for: other errors fail the
   * call. NULL: it cannot, as a pipe; then bytes are read and written one after another.
   */
  int64_t (*seek)(void *opaque, int64_t offset, int32_t whence);
  /**
   * How many bytes there are now. NULL: the end is found by seek.
   */
  int64_t (*size)(void *opaque);
} fg_io;

/**
 * What fg_demuxer_info tells of a file. FG_FILE_INFO_INIT sets the size.
 */
typedef struct fg_file_info {
  /**
   * sizeof(fg_file_info).
   */
  uint32_t struct_size;
  /**
   * FG_FILE_SEEKABLE.
   */
  uint32_t flags;
  /**
   * How long it lasts, microseconds; -1 unknown. Of files that do not say it, an estimate by their size.
   */
  int64_t duration_us;
  /**
   * The earliest time of any track, microseconds; FG_NO_TIMESTAMP unknown.
   */
  int64_t start_us;
  /**
   * Tracks, as fg_demuxer_track_count.
   */
  uint32_t track_count;
  /**
   * Chapters, for fg_demuxer_get.
   */
  uint32_t chapter_count;
  /**
   * Pictures such as the cover of an album, for fg_demuxer_get_bytes. They are no tracks.
   */
  uint32_t cover_count;
  /**
   * 0.
   */
  uint32_t reserved;
} fg_file_info;

/**
 * What fg_demuxer_track_info tells of a track, beside its configuration. FG_TRACK_INFO_INIT sets the size.
 */
typedef struct fg_track_info {
  /**
   * sizeof(fg_track_info).
   */
  uint32_t struct_size;
  /**
   * FG_DISPOSITION_... of the track, together.
   */
  uint32_t disposition;
  /**
   * Its number among all streams of the file, as FFmpeg counts them; covers and subtitles have numbers, too.
   */
  uint32_t stream;
  /**
   * 0.
   */
  uint32_t reserved;
  /**
   * Chunks that it has by the file's word; -1 unknown.
   */
  int64_t frames;
  /**
   * How long it lasts, microseconds; -1 unknown.
   */
  int64_t duration_us;
  /**
   * When it begins, microseconds; FG_NO_TIMESTAMP unknown.
   */
  int64_t start_us;
} fg_track_info;

/**
 * Done.
 */
#define FG_OK 0

/**
 * The codec is working: wait or try again.
 */
#define FG_WAIT_CODEC 1

/**
 * Poll: nothing is in flight; enqueue or flush.
 */
#define FG_WAIT_INPUT 2

/**
 * Enqueue: the gate is full and outputs are ready: poll.
 */
#define FG_WAIT_POLL 3

/**
 * Enqueue: the gate is full of outputs that you hold: release one.
 */
#define FG_WAIT_RELEASE 4

/**
 * Demuxer: no more chunks.
 */
#define FG_END 5

/**
 * An argument is NULL, out of range, an unknown key, a wrong struct_size, a stale token.
 */
#define FG_ERROR_INVALID_ARGUMENT -1

/**
 * The handle is not configured, or the call came in the wrong order.
 */
#define FG_ERROR_INVALID_STATE -2

/**
 * Well formed, but this build, codec or format cannot do it. The text says what would.
 */
#define FG_ERROR_NOT_SUPPORTED -3

/**
 * The data is not what it claims to be: no key chunk where one is due, a damaged file.
 */
#define FG_ERROR_DATA -4

/**
 * The codec failed; the handle is closed. fg_encoder_error has the text.
 */
#define FG_ERROR_ENCODING -5

/**
 * The handle was closed.
 */
#define FG_ERROR_CLOSED -6

/**
 * The wait could never end, because only this thread could end it.
 */
#define FG_ERROR_WOULD_DEADLOCK -7

/**
 * Memory ran out.
 */
#define FG_ERROR_OUT_OF_MEMORY -8

/**
 * A file could not be opened, read or written.
 */
#define FG_ERROR_IO -9

/**
 * A defect of this library: please report it.
 */
#define FG_ERROR_INTERNAL -10

#ifdef __cplusplus
extern "C" {
#endif /* __cplusplus */

/**
 * The name of a status, such as "FG_WAIT_POLL"; "FG_UNKNOWN_STATUS" for any other number. Static. Any thread.
 */
const char *fg_status_name(fg_status status);

/**
 * The text of this thread's last failed call, or "" if none failed. Never NULL. Valid until the next failing
 * call of this thread. For what a codec says of its failure, see fg_encoder_error.
 */
const char *fg_last_error(void);

/**
 * The number of the binary interface, 1. It grows when functions or struct members are added. Any thread.
 */
uint32_t fg_abi_version(void);

/**
 * The version of this library, such as "0.1.0". Static. Any thread.
 */
const char *fg_version(void);

/**
 * The version of the FFmpeg that is loaded, as it names itself. Static. Any thread.
 */
const char *fg_ffmpeg_version(void);

/**
 * Makes a configuration for a codec string, such as "avc1.42001f". Freed with fg_config_free.
 *
 * FG_ERROR_INVALID_ARGUMENT: codec is NULL or blank. Whether it is supported is told by fg_encoder_new.
 */
fg_status fg_config_new(const char *codec, struct fg_config **config);

/**
 * Makes a copy, also of a configuration inside an fg_output, which lasts no longer than that. Freed with
 * fg_config_free.
 *
 * FG_ERROR_INVALID_ARGUMENT: NULL. FG_ERROR_OUT_OF_MEMORY.
 */
fg_status fg_config_copy(const struct fg_config *config, struct fg_config **copy);

/**
 * Sets a key: a WebCodecs member ("width", "bitrate", "latencyMode", "avc.format"), one of this library's
 * ("slots", "maxBytes", "maxDelay", "threads", of encoders "bFrames", and of decoders "maxPixels", "maxSide",
 * "maxSamples"), or `ffmpeg.` and an AVOption. Whether the codec has that option, takes
 * its value and leaves it to the host is checked when an encoder or decoder is made or configured: refused there
 * (FG_ERROR_INVALID_ARGUMENT, with the key to use instead) is what this library sets itself and what names a file; what
 * would hold more than `maxDelay` frames is FG_ERROR_NOT_SUPPORTED.
 *
 * FG_ERROR_INVALID_ARGUMENT: an unknown key, or a value that it does not take, of 65,535 bytes at the most; the text names the key, the
 * value and what is allowed, and nothing has changed.
 */
fg_status fg_config_set(struct fg_config *config,
                        const char *key,
                        const char *value);

/**
 * Sets the bytes of a key: "description". They are copied; size 0 unsets them.
 *
 * FG_ERROR_INVALID_ARGUMENT: an unknown key, a key that takes text, or NULL bytes with a size.
 * FG_ERROR_OUT_OF_MEMORY: nothing has changed.
 */
fg_status fg_config_set_bytes(struct fg_config *config, const char *key, const uint8_t *bytes, size_t size);

/**
 * Writes a key's value to text: what was set, else its default, else "". 256 bytes are enough for every value
 * but text that the host set itself.
 *
 * FG_ERROR_INVALID_ARGUMENT: an unknown key, a key that holds bytes, or a capacity that is too small.
 */
fg_status fg_config_get(const struct fg_config *config, const char *key, char *text, size_t capacity);

/**
 * Gives the bytes of a key, valid until the configuration is changed or freed; NULL and 0 when unset.
 *
 * FG_ERROR_INVALID_ARGUMENT: an unknown key, or a key that holds text.
 */
fg_status fg_config_get_bytes(const struct fg_config *config, const char *key, const uint8_t **bytes, size_t *size);

/**
 * Writes the name of a key that is set to text, `codec` among them: index 0 is the first. For hosts that store a
 * configuration or send it elsewhere; "description" holds bytes, the others text. 256 bytes are enough for every
 * name but an AVOption's that the host set itself.
 *
 * FG_OK. FG_END: so many are not set; text is untouched. FG_ERROR_INVALID_ARGUMENT: a capacity that is too small.
 */
fg_status fg_config_key(const struct fg_config *config, size_t index, char *text, size_t capacity);

/**
 * Frees a configuration. NULL is allowed. Never for one inside an fg_output.
 */
void fg_config_free(struct fg_config *config);

/**
 * Tells what the codec has: writes FG_MEDIUM_VIDEO or FG_MEDIUM_AUDIO to medium.
 *
 * FG_ERROR_NOT_SUPPORTED: neither this library nor FFmpeg knows the codec.
 */
fg_status fg_config_medium(const struct fg_config *config, int32_t *medium);

/**
 * FG_OK if an encoder of this configuration can be made; it is opened to see.
 *
 * FG_ERROR_NOT_SUPPORTED or FG_ERROR_INVALID_ARGUMENT: why not, in fg_last_error. FG_ERROR_OUT_OF_MEMORY: memory or a thread
 * was missing, which says nothing of the configuration. Any thread.
 */
fg_status fg_encoder_is_config_supported(const struct fg_config *config);

/**
 * FG_OK if a decoder of this configuration can be made; it is opened to see. A description that the codec needs (FLAC, Vorbis, Opus
 * with more than two channels) may be missing here, as in W3C's isConfigSupported: then this is about the rest.
 *
 * FG_ERROR_NOT_SUPPORTED, FG_ERROR_INVALID_ARGUMENT or FG_ERROR_DATA: why not, in fg_last_error. FG_ERROR_OUT_OF_MEMORY:
 * memory or a thread was missing, which says nothing of the configuration. Any thread.
 */
fg_status fg_decoder_is_config_supported(const struct fg_config *config);

/**
 * Makes a frame with memory of the library's own, rows aligned to 64 bytes. Fill its planes (fg_frame_planes,
 * fg_frame_copy_from) before enqueueing it. Memory comes from a pool: addresses recur, contents are undefined.
 *
 * FG_ERROR_INVALID_ARGUMENT: an impossible size, rectangle, turn or format. FG_ERROR_OUT_OF_MEMORY.
 */
fg_status fg_frame_new_video(const struct fg_video_info *info, struct fg_frame **frame);

/**
 * Makes a frame around memory of the host's, without a copy. planes gives data and stride of each plane of the
 * coded picture (rows may be 0). on_free(opaque), if not NULL, is called once when the last reference is gone,
 * on whatever thread that happens; until then the memory must stay as it is.
 *
 * on_free often runs on a codec's own thread, which does nothing else meanwhile. So it should be short: free or
 * recycle the memory, tell another thread. It may call any function of this library, also on its own handle, close
 * and free among them (free does not wait for the thread there), but a call that could wait does not: with another
 * timeout_ms than 0, enqueue, poll and wait give FG_ERROR_WOULD_DEADLOCK. It must not throw or longjmp.
 *
 * FG_ERROR_INVALID_ARGUMENT: as fg_frame_new_video, or planes that do not fit the format; on_free is not
 * called then.
 */
fg_status fg_frame_wrap_video(const struct fg_video_info *info,
                              const struct fg_planes *planes,
                              void (*on_free)(void *opaque),
                              void *opaque,
                              struct fg_frame **frame);

/**
 * Makes a frame of another's pixels with other facts: time, id, visible part, shown size, turn, colour. Nothing is
 * copied; the two share the memory, either may be released first, and neither may be written to any more.
 * fg_frame_video_info of the frame gives an info to begin with.
 *
 * FG_ERROR_INVALID_ARGUMENT: as fg_frame_new_video; another coded size; a format that is neither the frame's nor
 * its opaque form (I420 for I420A, RGBX for RGBA).
 */
fg_status fg_frame_derive(struct fg_frame *frame, const struct fg_video_info *info, struct fg_frame **derived);

/**
 * Makes a frame of the visible part in another size, any to any: the mean of the area where it shrinks, bicubic where it
 * grows. It has memory of its own, writable until it is enqueued, and the frame's format, colour, turn, time and id; the
 * size in which it is shown changes in proportion. RGB is scaled as YUV of full resolution, so a component may be off by 2.
 *
 * FG_ERROR_INVALID_ARGUMENT: a side of 0 or above 32768. FG_ERROR_NOT_SUPPORTED: FG_PIXEL_I420AP12, which FFmpeg does not
 * have; a plane of 2 GiB or more. FG_ERROR_OUT_OF_MEMORY.
 */
fg_status fg_frame_scale(const struct fg_frame *frame,
                         uint32_t width,
                         uint32_t height,
                         struct fg_frame **scaled);

/**
 * Writes a picture's facts to info.
 *
 * FG_ERROR_INVALID_ARGUMENT: NULL, a wrong struct_size, or the frame is sound.
 */
fg_status fg_frame_video_info(const struct fg_frame *frame, struct fg_video_info *info);

/**
 * Writes where the planes of the coded picture, or of the sound, lie to planes. Valid as long as the frame; to be written to only
 * in a frame that the host made and has not enqueued.
 *
 * FG_ERROR_INVALID_ARGUMENT: NULL, or a wrong struct_size.
 */
fg_status fg_frame_planes(const struct fg_frame *frame,
                          struct fg_planes *planes);

/**
 * Fills the coded picture, or the sound, from bytes: tightly packed, plane after plane, in the frame's own format.
 *
 * FG_ERROR_INVALID_ARGUMENT: size is not that of the picture or sound. FG_ERROR_INVALID_STATE: the frame was enqueued
 * or decoded.
 */
fg_status fg_frame_copy_from(struct fg_frame *frame, const uint8_t *bytes, size_t size);

/**
 * How many bytes fg_frame_copy_to needs with these options.
 *
 * FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED: as fg_frame_copy_to.
 */
fg_status fg_frame_allocation_size(const struct fg_frame *frame, const struct fg_copy_options *options, size_t *size);

/**
 * Copies a frame, or a part of it, to dest.
 *
 * A picture: converts to RGB if options say so, and to their colour space. W3C VideoFrame.copyTo. The unused byte of RGBX and BGRX is 255 where options have a format, also the frame's own.
 *
 * Sound: converts to any FG_SAMPLE_ format. To an interleaved one all channels are written, to a planar one the channel that
 * options.plane says. W3C AudioData.copyTo. What a format cannot say exactly is rounded to the nearest, of two as near to the
 * even one; what is beyond its ends becomes its end; NaN is silence. No dither.
 *
 * FG_ERROR_INVALID_ARGUMENT: size is too small (fg_frame_allocation_size tells), the rectangle or layout does not fit, an
 * unknown colour space, frames or a plane that the sound does not have, an option that means nothing for this kind of frame.
 * FG_ERROR_NOT_SUPPORTED: that conversion does not exist. dest is untouched then.
 */
fg_status fg_frame_copy_to(const struct fg_frame *frame,
                           const struct fg_copy_options *options,
                           uint8_t *dest,
                           size_t size);

/**
 * Takes another reference to a frame and gives it back, for convenience. A decoded frame that is kept this way
 * leaves the gate: releasing its output frees the slot, the frame stays. NULL gives NULL.
 */
struct fg_frame *fg_frame_retain(struct fg_frame *frame);

/**
 * How many references to the frame there are, the host's and the library's, and frames that share its memory;
 * 0 for NULL. 1 means that only the caller has it: memory wrapped without on_free may be used again once this last
 * reference is released. For hosts that cannot be called back on other threads. Any thread.
 */
uint32_t fg_frame_references(const struct fg_frame *frame);

/**
 * Gives a reference back. NULL is allowed. Never for the frame inside an fg_output, unless it was retained.
 */
void fg_frame_release(struct fg_frame *frame);

/**
 * Makes a frame of sound with memory of the library's own, planes aligned to 64 bytes. Fill its planes (fg_frame_planes,
 * fg_frame_copy_from) before enqueueing it. Memory comes from a pool: addresses recur, contents are undefined.
 *
 * FG_ERROR_INVALID_ARGUMENT: an impossible rate, number of channels or frames, or format. FG_ERROR_OUT_OF_MEMORY.
 */
fg_status fg_frame_new_audio(const struct fg_audio_info *info,
                             struct fg_frame **frame);

/**
 * Makes a frame of sound around memory of the host's, without a copy, at any alignment. planes gives data, or with more than
 * four planes extended_data; stride and rows may be 0. on_free(opaque), if not NULL, is called once when the last reference is
 * gone, on whatever thread that happens; until then the memory must stay as it is. What fg_frame_wrap_video says of on_free
 * holds here, too.
 *
 * FG_ERROR_INVALID_ARGUMENT: as fg_frame_new_audio, or planes that do not fit the facts; on_free is not called then.
 */
fg_status fg_frame_wrap_audio(const struct fg_audio_info *info,
                              const struct fg_planes *planes,
                              void (*on_free)(void *opaque),
                              void *opaque,
                              struct fg_frame **frame);

/**
 * Writes the facts of sound to info.
 *
 * FG_ERROR_INVALID_ARGUMENT: NULL, a wrong struct_size, or the frame is a picture.
 */
fg_status fg_frame_audio_info(const struct fg_frame *frame, struct fg_audio_info *info);

/**
 * Makes an encoder. `bitrate` is bits a second by the frames' timestamps, of which no more than a second between two counts;
 * `framerate` is a hint, for the first frame and where time does not go on. (With `ffmpeg.nal-hrd`, a maxrate above the
 * bitrate, or another encoder than libx264 it is by `framerate` alone.) `bFrames` (0 to 16) is how many B-frames may stand
 * in a row; unset it is the preset's, and none with latencyMode realtime. The decoder configuration's `codec` is the
 * configured one, letter by letter; where its level was too low for the pictures, which is raised, the stream's own.
 * `contentHint` and `hardwareAcceleration` are taken and change nothing: W3C has them as hints.
 *
 * Its gate has the configuration's `slots` and `maxBytes`. Freed with fg_encoder_free.
 *
 * FG_ERROR_INVALID_ARGUMENT: a key is missing or its value impossible. FG_ERROR_NOT_SUPPORTED: the codec, profile
 * or size is not, or the codec would hold more than `maxDelay` frames; the text says what would do.
 */
fg_status fg_encoder_new(const struct fg_config *config,
                         struct fg_encoder **encoder);

/**
 * Goes on with another configuration: what was enqueued before is finished under the old one. Also after a reset.
 * `slots` and `maxBytes` must be what they were.
 *
 * Where only `bitrate` and `framerate` change, libx264 goes on as it is: no key frame, and nothing comes out sooner. It
 * cannot where one of the two has no bitrate, the level must rise, or `ffmpeg.nal-hrd` or a maxrate of the host's fixes
 * the rate. libvpx goes on with a bitrate up to four times more or less than it was opened with; other encoders never can. Those, and every other change, begin anew with a key frame. FG_OUTPUT_CONFIG comes
 * again only if the decoder configuration is another one than before.
 *
 * FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED: as fg_encoder_new; the old configuration stays.
 * FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
 */
fg_status fg_encoder_configure(struct fg_encoder *encoder,
                               const struct fg_config *config);

/**
 * Gives the encoder a frame, waiting for a slot at most timeout_ms (0 not at all, -1 as long as it takes). The
 * encoder takes a reference: the host may release its own at once, and must not write to the planes any more.
 * The frame's timestamp, duration and id come out with its chunk. Any FG_PIXEL_ format: what the codec does not
 * encode as it is (H.264: all but I420 and NV12) is converted here, by the calling thread, and the frame is free again. Alpha is
 * left out, unless the configuration keeps it. Sound of any FG_SAMPLE_ format is converted by the encoder's thread; its
 * rate and number of channels must be the configuration's, else the encoder fails (FG_ERROR_ENCODING). options may be NULL.
 *
 * FG_OK: taken. Anything else: nothing was taken.
 * FG_WAIT_POLL: the gate is full and outputs are ready: poll. FG_WAIT_RELEASE: it is full of outputs that you hold.
 * FG_WAIT_CODEC: it is full and the codec is working: wait.
 * FG_ERROR_WOULD_DEADLOCK: -1, every slot is taken by outputs, and this thread is the only one that ever polled or
 * released one: nobody else will. While no thread has, it waits: another may be about to.
 * FG_ERROR_INVALID_ARGUMENT: an impossible option; sound for an encoder of pictures, or the other way round.
 * FG_ERROR_DATA: another rotation or flip than the first frame had. FG_ERROR_INVALID_STATE: not configured.
 * FG_ERROR_OUT_OF_MEMORY: for the frame, where it must be converted, or the thread. FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
 */
fg_status fg_encoder_enqueue(struct fg_encoder *encoder,
                             struct fg_frame *frame,
                             const struct fg_encode_options *options,
                             int32_t timeout_ms);

/**
 * Asks for everything that the codec holds back. An FG_OUTPUT_FLUSHED with this flush_id comes after it.
 * Takes no slot and does not wait; enqueueing may go on at once. flush_id may be NULL.
 *
 * FG_ERROR_INVALID_STATE: not configured. FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
 */
fg_status fg_encoder_flush(struct fg_encoder *encoder, uint64_t *flush_id);

/**
 * Takes the next output, in order, waiting for it at most timeout_ms (0 not at all, -1 as long as it takes).
 * If its token is not 0 it holds a slot until fg_release_output(token).
 *
 * FG_OK. FG_WAIT_CODEC: the codec is working. FG_WAIT_INPUT: nothing is in flight: enqueue or flush.
 * FG_ERROR_WOULD_DEADLOCK: -1, nothing is in flight, and this thread is the only one that ever enqueued or flushed:
 * nothing will come. While no thread has, it waits: another may be about to.
 * FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended and everything was polled.
 * On anything but FG_OK, output is untouched.
 */
fg_status fg_encoder_poll(struct fg_encoder *encoder, struct fg_output *output, int32_t timeout_ms);

/**
 * Waits until one of the calls in want (FG_READY_ENQUEUE | FG_READY_POLL) can go on, at most timeout_ms, and writes
 * those that can to ready. For a host with one thread: waiting in poll would miss the slot that the codec frees,
 * waiting in enqueue the output that must be released first.
 * FG_READY_DEQUEUE in want is for W3C's dequeue event: no input waits for the codec any more; armed with it
 * (timeout_ms 0), descriptors and wait sets wake each time that the codec takes an input.
 *
 * FG_OK. FG_WAIT_...: not yet, as the calls themselves would say. FG_ERROR_WOULD_DEADLOCK: -1, and each call that is
 * wanted would say so. FG_ERROR_INVALID_STATE: only FG_READY_ENQUEUE is wanted and it is not configured.
 * FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended and everything was polled.
 */
fg_status fg_encoder_wait(struct fg_encoder *encoder, uint32_t want, uint32_t *ready, int32_t timeout_ms);

/**
 * Drops what is queued and ready, and gives those slots back (that of the input which the codec is at, when it is
 * done with it); outputs that the host holds stay valid. Flushes under way never arrive. Then configure again.
 * on_free of frames that were enqueued may be called meanwhile.
 *
 * FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
 */
fg_status fg_encoder_reset(struct fg_encoder *encoder);

/**
 * As reset, for good: every waiting call returns FG_ERROR_CLOSED, and so does every later one. Again is allowed.
 * Does not wait for the codec.
 */
fg_status fg_encoder_close(struct fg_encoder *encoder);

/**
 * Closes and frees an encoder; the last call on it. Waits for at most one call of the codec, never for the host:
 * outputs on hold stay valid until they are released. NULL is allowed.
 */
void fg_encoder_free(struct fg_encoder *encoder);

/**
 * Writes the statistics to stats: one consistent moment.
 */
fg_status fg_encoder_stats(const struct fg_encoder *encoder, struct fg_stats *stats);

/**
 * Writes the text of the failure that closed the handle, cut to capacity; "" if none did.
 */
fg_status fg_encoder_error(const struct fg_encoder *encoder, char *text, size_t capacity);

/**
 * Gives a descriptor that wakes an event loop: one end of a socketpair, non-blocking, close-on-exec. The host owns
 * and closes it. Every call makes another one.
 *
 * An enqueue or poll that returned a positive status arms it; the next change that could let that call go on (an
 * output, a free slot, an error, close) writes one byte and disarms. So: when it is readable, read it, then poll
 * and enqueue with timeout 0 until they give a positive status. A wake may come for nothing, never too late.
 *
 * FG_ERROR_IO: the process has no descriptors left.
 */
fg_status fg_encoder_wake_fd(struct fg_encoder *encoder, int32_t *fd);

/**
 * Joins a wait set, where `key` (any number of the host's) stands for this encoder; it comes up once at once. One set a
 * handle: joining another, or again, leaves the one before; NULL only leaves. Freeing the encoder leaves, too.
 * In a thread's wait set (fg_waitset_new_for_thread) it ends with that thread.
 */
fg_status fg_encoder_join(struct fg_encoder *encoder, struct fg_waitset *set, uint64_t key);

/**
 * Makes a decoder. Its gate has the configuration's `slots` and `maxBytes`. Freed with fg_decoder_free.
 *
 * What the stream says later may be anything; these keys bound what it can make the decoder take: `maxPixels` (67108864)
 * pixels of a picture, `maxSide` (16384) pixels of its longer side, `maxSamples` (1048576) samples of each channel of a
 * chunk of sound. A stream beyond them ends the handle with FG_ERROR_NOT_SUPPORTED, and fg_decoder_error names the key.
 *
 * H.264. Damage to a picture ends the handle with FG_ERROR_ENCODING at its chunk; malformed side information (SEI,
 * parameter sets that nobody uses) does not. A picture of which whole predecessors are missing is marked, see
 * FG_VIDEO_FLAG_REFERENCE_LOST. After a start at a recovery point pictures that cannot be right are not given out, see
 * fg_stats.dropped. How far pictures are reordered is the stream's to say. One that does not (no bitstream_restriction in its
 * parameter sets) may be reordered as far as its level has memory for, up to 15 pictures, unless it is Baseline, has
 * pic_order_cnt_type 2, or `optimizeForLatency` is set (then a picture that comes too late is lost): so many stay in the
 * codec, more than `maxDelay` if need be, and threads, which hold pictures too, are fewer then. RGB comes out as I444,
 * I444P10 or I444P12 with color_matrix 0 (planes of green, blue and red), grey as 4:2:0 with grey chroma.
 *
 * Sound comes out as it is decoded: the format is the decoder's, and rate and channels the stream's (HE-AAC has twice the rate
 * that its configuration begins with, Opus 48 kHz always). A frame has its chunk's timestamp. Damage ends the handle with
 * FG_ERROR_ENCODING at its chunk. With the key `priming` keep (the default) everything comes out, and fg_output.priming and
 * .padding say how much of a frame the encoder has added. With drop, that is left out: the first `primingSamples` of a sequence (after
 * configure, flush and reset), and what its last chunk has beyond its duration, for which the newest frame is
 * held back until another chunk or a flush comes. The first sample that is left has then the first chunk's timestamp;
 * with `primingIsTimed`, as demuxers say, `primingSamples` later.
 *
 * FG_ERROR_INVALID_ARGUMENT: a key is missing or its value impossible. FG_ERROR_NOT_SUPPORTED: the codec, profile
 * or size is not, or the codec would hold more than `maxDelay` frames; the text says what would do.
 * FG_ERROR_DATA: the description is damaged. FG_ERROR_OUT_OF_MEMORY.
 */
fg_status fg_decoder_new(const struct fg_config *config,
                         struct fg_decoder **decoder);

/**
 * Goes on with another configuration: what was enqueued before is finished under the old one. Also after a reset.
 * `slots` and `maxBytes` must be what they were.
 *
 * FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED, FG_ERROR_DATA: as fg_decoder_new; the old configuration stays.
 * FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
 */
fg_status fg_decoder_configure(struct fg_decoder *decoder, const struct fg_config *config);

/**
 * Gives the decoder a chunk, waiting for a slot at most timeout_ms (0 not at all, -1 as long as it takes). The
 * bytes are copied before it returns. The chunk's timestamp, duration and id come out with its frame.
 *
 * FG_OK: taken. Anything else: nothing was taken.
 * FG_WAIT_POLL, FG_WAIT_RELEASE, FG_WAIT_CODEC, FG_ERROR_WOULD_DEADLOCK: as fg_encoder_enqueue.
 * FG_ERROR_DATA: after configure, flush and reset a key chunk comes first; this one is none, or says that it is
 * and has neither an IDR picture nor a recovery point, or is empty. (An empty chunk later on is the codec's to refuse:
 * FG_ERROR_ENCODING, in order.) FG_ERROR_INVALID_ARGUMENT: NULL data with a size.
 * FG_ERROR_INVALID_STATE: not configured. FG_ERROR_OUT_OF_MEMORY: for the chunk's bytes or the thread.
 * FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
 */
fg_status fg_decoder_enqueue(struct fg_decoder *decoder, const struct fg_chunk *chunk, int32_t timeout_ms);

/**
 * Asks for everything that the codec holds back. An FG_OUTPUT_FLUSHED with this flush_id comes after it.
 * Takes no slot and does not wait; enqueueing may go on at once. flush_id may be NULL.
 *
 * FG_ERROR_INVALID_STATE: not configured. FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
 */
fg_status fg_decoder_flush(struct fg_decoder *decoder, uint64_t *flush_id);

/**
 * Takes the next output, in order, waiting for it at most timeout_ms (0 not at all, -1 as long as it takes).
 * If its token is not 0 it holds a slot until fg_release_output(token).
 *
 * FG_OK. FG_WAIT_CODEC: the codec is working. FG_WAIT_INPUT: nothing is in flight: enqueue or flush.
 * FG_ERROR_WOULD_DEADLOCK: -1, nothing is in flight, and this thread is the only one that ever enqueued or flushed:
 * nothing will come. While no thread has, it waits: another may be about to.
 * FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended and everything was polled.
 * On anything but FG_OK, output is untouched.
 */
fg_status fg_decoder_poll(struct fg_decoder *decoder, struct fg_output *output, int32_t timeout_ms);

/**
 * Waits until one of the calls in want (FG_READY_ENQUEUE | FG_READY_POLL) can go on, at most timeout_ms, and writes
 * those that can to ready. For a host with one thread: waiting in poll would miss the slot that the codec frees,
 * waiting in enqueue the output that must be released first.
 * FG_READY_DEQUEUE in want is for W3C's dequeue event: no input waits for the codec any more; armed with it
 * (timeout_ms 0), descriptors and wait sets wake each time that the codec takes an input.
 *
 * FG_OK. FG_WAIT_...: not yet, as the calls themselves would say. FG_ERROR_WOULD_DEADLOCK: -1, and each call that is
 * wanted would say so. FG_ERROR_INVALID_STATE: only FG_READY_ENQUEUE is wanted and it is not configured.
 * FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended and everything was polled.
 */
fg_status fg_decoder_wait(struct fg_decoder *decoder, uint32_t want, uint32_t *ready, int32_t timeout_ms);

/**
 * Drops what is queued and ready, and gives those slots back (that of the input which the codec is at, when it is
 * done with it); outputs that the host holds stay valid. Flushes under way never arrive. Then configure again.
 * on_free of frames that were enqueued may be called meanwhile.
 *
 * FG_ERROR_CLOSED, FG_ERROR_ENCODING: the handle has ended.
 */
fg_status fg_decoder_reset(struct fg_decoder *decoder);

/**
 * As reset, for good: every waiting call returns FG_ERROR_CLOSED, and so does every later one. Again is allowed.
 * Does not wait for the codec.
 */
fg_status fg_decoder_close(struct fg_decoder *decoder);

/**
 * Closes and frees a decoder; the last call on it. Waits for at most one call of the codec, never for the host:
 * outputs on hold stay valid until they are released. NULL is allowed.
 */
void fg_decoder_free(struct fg_decoder *decoder);

/**
 * Writes the statistics to stats: one consistent moment.
 */
fg_status fg_decoder_stats(const struct fg_decoder *decoder, struct fg_stats *stats);

/**
 * Writes the text of the failure that closed the handle, cut to capacity; "" if none did.
 */
fg_status fg_decoder_error(const struct fg_decoder *decoder, char *text, size_t capacity);

/**
 * Gives a descriptor that wakes an event loop: one end of a socketpair, non-blocking, close-on-exec. The host owns
 * and closes it. Every call makes another one.
 *
 * An enqueue or poll that returned a positive status arms it; the next change that could let that call go on (an
 * output, a free slot, an error, close) writes one byte and disarms. So: when it is readable, read it, then poll
 * and enqueue with timeout 0 until they give a positive status. A wake may come for nothing, never too late.
 *
 * FG_ERROR_IO: the process has no descriptors left.
 */
fg_status fg_decoder_wake_fd(struct fg_decoder *decoder, int32_t *fd);

/**
 * Joins a wait set, where `key` (any number of the host's) stands for this decoder; it comes up once at once. One set a
 * handle: joining another, or again, leaves the one before; NULL only leaves. Freeing the decoder leaves, too.
 * In a thread's wait set (fg_waitset_new_for_thread) it ends with that thread.
 */
fg_status fg_decoder_join(struct fg_decoder *decoder, struct fg_waitset *set, uint64_t key);

/**
 * Writes an encoder's output as a chunk, for fg_decoder_enqueue and fg_muxer_write. Its data are the output's own,
 * valid until the output is released.
 *
 * FG_ERROR_INVALID_ARGUMENT: NULL, a wrong struct_size, or an output that is no FG_OUTPUT_CHUNK.
 */
fg_status fg_output_chunk(const struct fg_output *output, struct fg_chunk *chunk);

/**
 * Gives an output back: its pointers are invalid from then on and its slot in the gate is free. Any thread, any
 * time, also after the handle was closed or freed. Frames kept with fg_frame_retain stay.
 *
 * FG_OK; 0 is allowed and does nothing. FG_ERROR_INVALID_ARGUMENT: the token was released before, or never
 * given out; nothing happened.
 */
fg_status fg_release_output(uint64_t token);

/**
 * Makes a wait set. Freed with fg_waitset_free.
 */
fg_status fg_waitset_new(struct fg_waitset **set);

/**
 * Makes a wait set that ends with the calling thread, for hosts whose threads may be stopped at any moment and then run
 * no more code of theirs (a worker thread of JavaScript that is terminated). Otherwise it is as one of fg_waitset_new.
 *
 * When the thread ends, the library frees the set, and every encoder and decoder that is in it: they are closed,
 * outputs that were polled from them and not released are released, and their threads end by themselves, each after
 * at most one call of its codec; nothing waits for that. Descriptors stay the host's to close. So no other thread may
 * use the set, its handles or their outputs when this one may end; frames kept with fg_frame_retain stay valid.
 *
 * Freeing them before is allowed, as ever. A handle that leaves the set (fg_encoder_join with another set or NULL) is
 * the host's alone again, and so is every one in it when the set itself is freed. In a forked child the end of the
 * thread frees nothing of the parent's.
 *
 * FG_ERROR_INVALID_STATE: the thread is ending already.
 */
fg_status fg_waitset_new_for_thread(struct fg_waitset **set);

/**
 * Gives a descriptor that wakes an event loop: one end of a socketpair, non-blocking, close-on-exec. The host owns
 * and closes it. Every call makes another one.
 *
 * An fg_waitset_wait that gave FG_WAIT_CODEC arms it; the next key writes one byte. So: when it is readable, read it,
 * then take keys with timeout 0 until there are none.
 *
 * FG_ERROR_IO: the process has no descriptors left.
 */
fg_status fg_waitset_fd(struct fg_waitset *set, int32_t *fd);

/**
 * Takes the keys of handles where enqueue or poll may now go on, at most `capacity` and 256, waiting for the first
 * at most timeout_ms (0 not at all, -1 as long as it takes). Each comes once, those that came up first before the
 * others.
 *
 * FG_OK: keys has count of them, at least 1. FG_WAIT_CODEC: there are none; keys and count are untouched.
 * FG_ERROR_INVALID_ARGUMENT: NULL, or capacity 0.
 */
fg_status fg_waitset_wait(struct fg_waitset *set, uint64_t *keys, size_t capacity, size_t *count, int32_t timeout_ms);

/**
 * Frees a wait set; the last call on it. Handles that joined it stay as they are, also if it was a thread's. NULL is
 * allowed.
 */
void fg_waitset_free(struct fg_waitset *set);

/**
 * As fg_demuxer_open_limits, with the default limits.
 */
fg_status fg_demuxer_open(const char *path, struct fg_demuxer **demuxer);

/**
 * Opens a file: MP4 and MOV, Matroska and WebM, AVI, MPEG-TS, Ogg, WAV, FLAC, MP3, ADTS (.aac), IVF, raw H.264 and HEVC; its
 * contents say which. No other file is ever opened: a path is never taken for a URL or a pattern, playlists and lists of
 * files are refused, and what a file refers to is left alone (a track that lies in another file has no chunks).
 * Freed with fg_demuxer_free. NULL limits are the defaults. What is added to the file while it is open is read, too; of a fragmented
 * MP4 the fragments that are there when it is opened are (through a pipe, all as they come).
 *
 * FG_ERROR_IO: it cannot be read. FG_ERROR_DATA: it is damaged or of no known format. FG_ERROR_NOT_SUPPORTED: it is of a
 * format that is not read, or beyond a limit, which the text names with its value. FG_ERROR_OUT_OF_MEMORY.
 * FG_ERROR_INVALID_ARGUMENT: NULL, a wrong struct_size, or a reserved member that is not 0.
 */
fg_status fg_demuxer_open_limits(const char *path,
                                 const struct fg_limits *limits,
                                 struct fg_demuxer **demuxer);

/**
 * As fg_demuxer_open_io_limits, with the default limits.
 */
fg_status fg_demuxer_open_io(const struct fg_io *io, struct fg_demuxer **demuxer);

/**
 * Opens the host's bytes as fg_demuxer_open_limits opens a file; nothing but these bytes is read. `io` is copied. Formats need `seek`
 * for what stands at the end (an MP4 without faststart, durations); without it others are read as they come.
 * Freed with fg_demuxer_free. NULL limits are the defaults.
 *
 * As fg_demuxer_open_limits. FG_ERROR_IO: a function of `io` failed, in this or a later call; that one fails, and the next asks it
 * again. FG_ERROR_INVALID_ARGUMENT: `read` is NULL. FG_ERROR_WOULD_DEADLOCK: in a function of an fg_io.
 */
fg_status fg_demuxer_open_io_limits(const struct fg_io *io,
                                    const struct fg_limits *limits,
                                    struct fg_demuxer **demuxer);

/**
 * How many tracks there are; 0 for NULL.
 */
uint32_t fg_demuxer_track_count(const struct fg_demuxer *demuxer);

/**
 * Gives the decoder configuration of a track, which the host frees with fg_config_free. Beside what a decoder needs
 * it has `framerate` and `bitrate` where the file knows them.
 *
 * FG_ERROR_INVALID_ARGUMENT: there is no such track. FG_ERROR_OUT_OF_MEMORY.
 */
fg_status fg_demuxer_track(const struct fg_demuxer *demuxer, uint32_t track, struct fg_config **decoder_config);

/**
 * Reads the next chunk of any track, in file order. Its bytes are valid until the next read or free; its id is its
 * number in its track, from 0 (after fg_demuxer_seek it counts on).
 *
 * Its times are the ones at which it is shown and decoded by the file's edit list; chunks that the list leaves out and
 * others need have FG_CHUNK_DISCARD. Times that the file does not say follow from its frame rate and the order of pictures
 * (AVI, raw streams, Matroska's decode times). Where H.264 goes on with other parameter sets, they are in the chunk.
 *
 * FG_OK. FG_END: no more. FG_ERROR_DATA: this chunk is damaged; the next read goes on after it (a loop that
 * ignores errors must have an end of its own). FG_ERROR_NOT_SUPPORTED: this chunk begins another sample description, of a
 * codec that cannot have its parameter sets in band here. FG_ERROR_IO. FG_ERROR_OUT_OF_MEMORY.
 */
fg_status fg_demuxer_read(struct fg_demuxer *demuxer,
                          uint32_t *track,
                          struct fg_chunk *chunk);

/**
 * Reads the next chunk of one track. Chunks of other tracks that are read on the way are kept for when they are read, by this
 * function or fg_demuxer_read, within fg_limits.max_buffered_chunks (4,096) and max_buffered_bytes (64 MiB). The chunk's bytes are
 * valid until the next chunk of this track is read, or free.
 *
 * FG_OK. FG_END: no more of this track. FG_ERROR_WOULD_DEADLOCK: so much of other tracks is kept that no more may be read; the
 * text names the track that has most. Nothing is lost: the track goes on once the other is read, or left out by
 * fg_demuxer_select. FG_ERROR_INVALID_ARGUMENT: there is no such track. FG_ERROR_INVALID_STATE: it is left out. Else as
 * fg_demuxer_read, for chunks of this track.
 */
fg_status fg_demuxer_read_track(struct fg_demuxer *demuxer,
                                uint32_t track,
                                struct fg_chunk *chunk);

/**
 * Leaves a track out (selected is 0), or takes it in again (1), as all are at first. Of a track that is left out nothing is read, nor
 * kept: what was kept of it is dropped. Taken in again, it goes on where the file is read; pictures then may begin with a chunk
 * that is no key.
 *
 * FG_ERROR_INVALID_ARGUMENT: there is no such track, or selected is neither.
 */
fg_status fg_demuxer_select(struct fg_demuxer *demuxer,
                            uint32_t track,
                            uint32_t selected);

/**
 * Goes to the key chunk of a track at or before a time, to where FFmpeg goes: to the first one if none is before, to the last one
 * past the end. All tracks go on from there in the file; another one of pictures may begin with a chunk that is no key. What
 * was kept for fg_demuxer_read_track is dropped. Sound whose container says so (Opus: 80 ms) begins as much
 * earlier, for its decoder to be right at the time; but its priming is at the track's beginning alone: elsewhere decode with
 * primingSamples 0. A decoder is to be reset; what it gives before the time is the host's to drop. After FG_END it works, too.
 *
 * FG_ERROR_NOT_SUPPORTED: the file has no index or no times (raw H.264 and HEVC), or its bytes come one after another (a
 * pipe, an fg_io without seek); the text says which, and reading goes on where it was. FG_ERROR_INVALID_ARGUMENT: there is no such
 * track, or the time is beyond 2^53 microseconds. FG_ERROR_INVALID_STATE: the track is left out. FG_ERROR_IO, FG_ERROR_DATA, FG_ERROR_OUT_OF_MEMORY: where reading goes on is not
 * known then: seek again.
 */
fg_status fg_demuxer_seek(struct fg_demuxer *demuxer,
                          uint32_t track,
                          int64_t timestamp_us);

/**
 * Closes the file and frees the demuxer. NULL is allowed. The last call on it.
 */
void fg_demuxer_free(struct fg_demuxer *demuxer);

/**
 * Tells how long the file is, when it begins, and what it has.
 *
 * FG_ERROR_INVALID_ARGUMENT: NULL, or a wrong struct_size.
 */
fg_status fg_demuxer_info(const struct fg_demuxer *demuxer, struct fg_file_info *info);

/**
 * Tells how long a track is, when it begins, how many chunks it has, and what it is for. Its language, rotation, frame rate
 * and bit rate are keys of its configuration, see fg_demuxer_track; its tags are told by fg_demuxer_get.
 *
 * FG_ERROR_INVALID_ARGUMENT: NULL, a wrong struct_size, or there is no such track.
 */
fg_status fg_demuxer_track_info(const struct fg_demuxer *demuxer,
                                uint32_t track,
                                struct fg_track_info *info);

/**
 * Writes what the file says of itself to text, "" where it says nothing. Numbers count from 0. Keys:
 *
 * - title; format: FFmpeg's name of the file's format ("mov,mp4,m4a,3gp,3g2,mj2").
 * - `tags.<name>`: artist, album, comment ..., by FFmpeg's names; `tracks.<n>.tags.<name>`: those of a track.
 * - `chapters.<n>.start`, `chapters.<n>.end`: microseconds; `chapters.<n>.title`.
 * - `covers.<n>`: the picture's type ("image/jpeg"); fg_demuxer_get_bytes has its bytes.
 *
 * 65,536 bytes are enough for what fg_muxer_set takes. fg_demuxer_key tells which of them this file has.
 *
 * FG_ERROR_INVALID_ARGUMENT: an unknown key, which the text names with what is allowed, or a capacity that is too small.
 */
fg_status fg_demuxer_get(const struct fg_demuxer *demuxer,
                         const char *key,
                         char *text,
                         size_t capacity);

/**
 * Writes a key for which fg_demuxer_get has a value to text; index 0 is the first.
 *
 * FG_OK. FG_END: there are not so many; text is untouched. FG_ERROR_INVALID_ARGUMENT: a capacity that is too small.
 */
fg_status fg_demuxer_key(const struct fg_demuxer *demuxer, size_t index, char *text, size_t capacity);

/**
 * Gives the bytes of a key, which are the demuxer's and valid until it is freed: `covers.<n>`, a picture that belongs to the file,
 * such as the cover of an album, in a format of pictures (JPEG, PNG).
 *
 * FG_ERROR_INVALID_ARGUMENT: there is no such cover, or a key that holds text.
 */
fg_status fg_demuxer_get_bytes(const struct fg_demuxer *demuxer,
                               const char *key,
                               const uint8_t **bytes,
                               size_t *size);

/**
 * Makes a file, in the format that the path's ending names (".mp4"). An existing one is overwritten. No other file is
 * written. It may be a pipe, for formats that need not go back (all but MP4 and MOV without fragmentDuration): without a reader writing is FG_ERROR_IO,
 * and SIGPIPE, which the writing thread blocks for as long as it writes, does not come. Freed with fg_muxer_free.
 *
 * FG_ERROR_IO: it cannot be written. FG_ERROR_NOT_SUPPORTED: no known ending.
 */
fg_status fg_muxer_create(const char *path,
                          struct fg_muxer **muxer);

/**
 * Writes a file to the host's own bytes. `format` is the ending that a file would have: "mp4", "mov", "mkv", "webm", "ts", "h264" ...
 * `io` is copied. Formats that go back to what they wrote need `seek` (mp4 and mov, unless fragmentDuration is set); the others are
 * written a chunk at a time without it, soon after it came (webm, mkv, ogg: 100 ms at the most), and then do not say how long
 * they are. fg_muxer_free may write what is held back. Freed with fg_muxer_free.
 *
 * FG_ERROR_NOT_SUPPORTED: no known ending. FG_ERROR_INVALID_ARGUMENT: `write` is NULL. FG_ERROR_WOULD_DEADLOCK: in a
 * function of an fg_io. A later FG_ERROR_IO: a function of `io` failed; what was written is not complete, and nothing more can be.
 */
fg_status fg_muxer_create_io(const struct fg_io *io,
                             const char *format,
                             struct fg_muxer **muxer);

/**
 * Sets something of the whole file, before the first write:
 *
 * - startAtZero: "true" makes the earliest timestamp 0 and moves all others with it. Else ("false") timestamps stay what
 *   they are, also the first one.
 * - title: any text; "" for none.
 * - faststart (MP4, MOV): "true" puts the index in front, so that players need not look for it at the end. What was written is read
 *   again for that, by fg_muxer_finish: an fg_io needs `read` and `seek`. In fragments it is in front anyway.
 * - fragmentDuration (MP4, MOV): microseconds, 1 to 2147483647. The file is written in fragments, each of which lasts so long at the most;
 *   each key picture begins one. A fragment is written at once when it is complete, the first one together with the header, once each
 *   track has a chunk. Nothing is gone back to, so that no `seek` is needed; set it before fg_muxer_add_track then. Unset: no fragments.
 *
 * What belongs to a track is a key of its configuration: language, rotation, displayAspectWidth ...
 *
 * FG_ERROR_INVALID_ARGUMENT: an unknown key, one that this kind of file does not have, or a bad value; the text names it and what is
 * allowed. FG_ERROR_INVALID_STATE: something was written already.
 */
fg_status fg_muxer_set(struct fg_muxer *muxer,
                       const char *key,
                       const char *value);

/**
 * Adds a track, before the first write: with the configuration of an encoder's first chunk, or of a demuxer's track,
 * whose chunks then pass through unchanged. Writes its number to track.
 *
 * Its `framerate` says what a picture without a duration lasts, and gives MP4 its clock; its `language` is written. H.264
 * without a description (Annex B), and AAC without one (ADTS), is converted where the file has another form (MP4, Matroska).
 *
 * FG_ERROR_NOT_SUPPORTED: this kind of file cannot hold it, and the text says what it can; or no track more; or it needs `seek`, or
 * for faststart `read`, too. FG_ERROR_INVALID_ARGUMENT: a key is missing.
 * FG_ERROR_INVALID_STATE: something was written already.
 */
fg_status fg_muxer_add_track(struct fg_muxer *muxer,
                             const struct fg_config *decoder_config,
                             uint32_t *track);

/**
 * Writes a chunk; its bytes are copied before it returns. Chunks of a track come in decode order, with dts_us where
 * they are reordered (encoders and demuxers give it). A track that is far ahead of the others is kept in memory,
 * up to ten seconds of it. Equal timestamps are written a tick apart. Between two chunks of MP4 video there may be 99
 * minutes.
 *
 * Chunks with FG_CHUNK_DISCARD are left out at the end of a track, and are hidden by an edit list (MP4, MOV) at its
 * beginning, where they need negative timestamps.
 *
 * FG_ERROR_INVALID_ARGUMENT: there is no such track, or the times run backwards; nothing is written.
 * FG_ERROR_INVALID_STATE: finished. FG_ERROR_IO. FG_ERROR_DATA: the bytes are damaged, or a track of H.264 or AAC without a
 * description begins without its parameter sets or headers. FG_ERROR_NOT_SUPPORTED: the first write tells that this kind of file
 * cannot hold a track; or other chunks with FG_CHUNK_DISCARD than those: decode and encode the track instead.
 * FG_ERROR_OUT_OF_MEMORY: nothing is written.
 */
fg_status fg_muxer_write(struct fg_muxer *muxer,
                         uint32_t track,
                         const struct fg_chunk *chunk);

/**
 * Completes the file. Without it the file cannot be played.
 *
 * FG_ERROR_IO. FG_ERROR_INVALID_STATE: finished before, or no track was added. FG_ERROR_DATA,
 * FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED: as fg_muxer_write, for chunks that were held until now.
 */
fg_status fg_muxer_finish(struct fg_muxer *muxer);

/**
 * Closes the file, finished or not, and frees the muxer. NULL is allowed. The last call on it.
 */
void fg_muxer_free(struct fg_muxer *muxer);

/**
 * Makes a resampler, by format, sample_rate and channels of from and to; their other members do not count, but frames must not
 * be 0. Freed with fg_resampler_free.
 *
 * FG_ERROR_INVALID_ARGUMENT: an impossible member. FG_ERROR_NOT_SUPPORTED: FFmpeg does not do that. FG_ERROR_OUT_OF_MEMORY.
 */
fg_status fg_resampler_new(const struct fg_audio_info *from,
                           const struct fg_audio_info *to,
                           struct fg_resampler **resampler);

/**
 * Takes sound; NULL for frame says that none follows. The frame stays the host's, and may be released at once.
 *
 * FG_ERROR_INVALID_ARGUMENT: a picture, or sound of another format, rate or number of channels than from.
 * FG_ERROR_INVALID_STATE: the end was pushed before. FG_ERROR_OUT_OF_MEMORY.
 */
fg_status fg_resampler_push(struct fg_resampler *resampler, const struct fg_frame *frame);

/**
 * Gives what is ready as a new frame, which the host releases. Its timestamp is counted from that of the first frame pushed.
 *
 * FG_OK. FG_WAIT_INPUT: push first. FG_END: the end was pushed, and everything was given. FG_ERROR_OUT_OF_MEMORY.
 * On anything but FG_OK, frame is untouched.
 */
fg_status fg_resampler_pull(struct fg_resampler *resampler,
                            struct fg_frame **frame);

/**
 * Frees a resampler, with what it holds. NULL is allowed.
 */
void fg_resampler_free(struct fg_resampler *resampler);

/**
 * For hosts that use FFmpeg themselves, beside this library and from the same libavutil: where the lines go that their own
 * contexts log. The library takes FFmpeg's one log callback when it first opens something, and FFmpeg does not say which
 * one was there before; so a host gives its own, `void (*)(void *, int, const char *, va_list)`, here as well as to
 * av_log_set_callback. It then gets all lines but those of this library's handles, with FFmpeg's own arguments.
 * NULL, the default: nobody gets them (FRAMEGATE_LOG shows them). Who sets av_log_set_callback after that takes
 * the library's own lines from it: errors then say less, and damage that threads conceal may go unnoticed.
 *
 * The callback may be called on any thread, must not call this library, and stays until another is set. Any thread.
 */
void fg_set_av_log_callback(void (*callback)(void));

#ifdef __cplusplus
}  // extern "C"
#endif  /* __cplusplus */

#endif  /* FRAMEGATE_H */
