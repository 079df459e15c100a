/* Configurations, pictures and codec loops that more than one program needs. */
#ifndef MEDIA_H
#define MEDIA_H

#include "check.h"

#include <dirent.h>
#include <sched.h>

enum { FRAME_US = 40000 }; /* 25 frames a second */

#define NULL_CODEC "framegate.null"
#define AVC_BASELINE "avc1.42001f"
#define AVC_HIGH "avc1.64001f"

static inline void config_number(fg_config *config, const char *key, uint64_t value) {
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    CHECK_OK(fg_config_set(config, key, text));
}

/* A configuration of an encoder. `slots` 0 leaves the default. */
static inline fg_config *encoder_config(const char *codec, uint32_t width, uint32_t height, uint32_t slots) {
    fg_config *config = NULL;
    CHECK_OK(fg_config_new(codec, &config));
    config_number(config, "width", width);
    config_number(config, "height", height);
    if (slots != 0) config_number(config, "slots", slots);
    if (strcmp(codec, NULL_CODEC) != 0) {
        CHECK_OK(fg_config_set(config, "framerate", "25"));
        CHECK_OK(fg_config_set(config, "bitrate", "2000000"));
    }
    return config;
}

/* An encoder for that configuration, which is freed. */
static inline fg_encoder *encoder_of(fg_config *config) {
    fg_encoder *encoder = NULL;
    CHECK_OK(fg_encoder_new(config, &encoder));
    fg_config_free(config);
    return encoder;
}

static inline fg_encoder *null_encoder(uint32_t slots) {
    return encoder_of(encoder_config(NULL_CODEC, 32, 16, slots));
}

/* Up and down again, between 0 and `top`. */
static inline uint32_t wave(uint32_t at, uint32_t top) {
    const uint32_t phase = at % (2 * top);
    return phase < top ? phase : 2 * top - phase;
}

/* The sample at (x, y) of plane `plane` of picture `index`: smooth, and moving from picture to picture.
 * RGBA counts as one plane of four-byte pixels; its alpha is opaque. */
static inline uint8_t picture_sample(int32_t format, uint32_t plane, uint32_t x, uint32_t y, uint32_t index) {
    if (format == FG_PIXEL_RGBA) {
        const uint32_t channel = x % 4, column = x / 4;
        return (uint8_t)(channel == 3 ? 255 : 40 + wave(column + y * (channel + 1) + index * 3, 160));
    }
    if (plane == 0) return (uint8_t)(40 + wave(x * 2 + y + index * 4, 160));
    return (uint8_t)(100 + wave(x + y * plane + index * 2, 48));
}

/* Bytes of a pixel of packed RGB, 0 for the other formats. */
static inline uint32_t rgb_bytes(int32_t format) {
    if (format == FG_PIXEL_RGB24 || format == FG_PIXEL_BGR24) return 3;
    return format >= FG_PIXEL_RGBA && format <= FG_PIXEL_BGRX ? 4 : 0;
}

/* How many planes a format has. */
static inline uint32_t plane_count(int32_t format) {
    if (format == FG_PIXEL_NV12) return 2;
    if (rgb_bytes(format) != 0) return 1;
    return format % 2 == (format < FG_PIXEL_NV12) ? 3 : 4; /* planar formats alternate: without, with alpha */
}

/* Bytes in a row, and rows, of a plane. Written from the W3C's text, not from the library. */
static inline void plane_size(int32_t format, uint32_t plane, uint32_t width, uint32_t height,
                              uint32_t *row_bytes, uint32_t *rows) {
    const uint32_t packed = rgb_bytes(format);
    const int wide = format >= FG_PIXEL_I420P10; /* two bytes a sample */
    const int32_t group = format < FG_PIXEL_NV12 ? (format - FG_PIXEL_I420) / 2 /* 4:2:0, 4:2:2, 4:4:4 */
                                                 : (format - FG_PIXEL_I420P10) / 2 % 3;
    const int chroma = plane == 1 || plane == 2;
    const int half_x = chroma && (format == FG_PIXEL_NV12 || group < 2);
    const int half_y = chroma && (format == FG_PIXEL_NV12 || group < 1);
    const uint32_t samples = half_x ? (width + 1) / 2 : width;
    *row_bytes = samples * (packed ? packed : wide || (format == FG_PIXEL_NV12 && chroma) ? 2u : 1u);
    *rows = half_y ? (height + 1) / 2 : height;
}

/* Paints all planes of an 8-bit frame. */
static inline void paint(const fg_frame *frame, uint32_t index) {
    fg_video_info info = FG_VIDEO_INFO_INIT;
    fg_planes planes = FG_PLANES_INIT;
    CHECK_OK(fg_frame_video_info(frame, &info));
    CHECK_OK(fg_frame_planes(frame, &planes));
    for (uint32_t plane = 0; plane < planes.count; plane++) {
        uint32_t row_bytes, rows;
        plane_size(info.format, plane, info.coded_width, info.coded_height, &row_bytes, &rows);
        for (uint32_t y = 0; y < rows; y++) {
            for (uint32_t x = 0; x < row_bytes; x++)
                planes.data[plane][y * planes.stride[plane] + x] =
                    picture_sample(info.format, plane, x, y, index);
        }
    }
}

/* Picture number `index`: its timestamp and id follow from the number. */
static inline fg_frame *picture(int32_t format, uint32_t width, uint32_t height, uint32_t index) {
    fg_video_info info = FG_VIDEO_INFO_INIT;
    fg_frame *frame = NULL;
    info.format = format;
    info.coded_width = width;
    info.coded_height = height;
    info.timestamp_us = (int64_t)index * FRAME_US;
    info.duration_us = FRAME_US;
    info.id = index + 1;
    CHECK_OK(fg_frame_new_video(&info, &frame));
    paint(frame, index);
    return frame;
}

/* Enqueues picture number `index`. */
static inline fg_status send_picture(fg_encoder *encoder, uint32_t width, uint32_t height, uint32_t index,
                                     const fg_encode_options *options, int32_t timeout_ms) {
    fg_frame *frame = picture(FG_PIXEL_I420, width, height, index);
    const fg_status status = fg_encoder_enqueue(encoder, frame, options, timeout_ms);
    fg_frame_release(frame);
    return status;
}

/* A picture for null_encoder. */
static inline fg_status send_small(fg_encoder *encoder, uint32_t index, int32_t timeout_ms) {
    return send_picture(encoder, 32, 16, index, NULL, timeout_ms);
}

/* The chunk of a chunk output. */
static inline fg_chunk chunk_of(const fg_output *output) {
    fg_chunk chunk = FG_CHUNK_INIT;
    CHECK_OK(fg_output_chunk(output, &chunk));
    return chunk;
}

/* Takes one output and lets go of it. */
static inline void release(const fg_output *output) {
    if (output->token != 0) CHECK_OK(fg_release_output(output->token));
}

static inline fg_stats encoder_stats(const fg_encoder *encoder) {
    fg_stats stats = FG_STATS_INIT;
    CHECK_OK(fg_encoder_stats(encoder, &stats));
    return stats;
}

/* The statistics once the codec has let go of the input that a reset found in its hands. */
static inline fg_stats stats_after_reset(const fg_encoder *encoder) {
    fg_stats stats = encoder_stats(encoder);
    while (stats.queued > 0) {
        CHECK_EQUAL(stats.queued, 1);
        sched_yield();
        stats = encoder_stats(encoder);
    }
    CHECK_EQUAL(stats.ready, 0);
    CHECK_EQUAL(stats.in_codec, 0);
    return stats;
}

static inline fg_stats decoder_stats(const fg_decoder *decoder) {
    fg_stats stats = FG_STATS_INIT;
    CHECK_OK(fg_decoder_stats(decoder, &stats));
    return stats;
}

/* Poll says that nothing is in flight. For a moment after the last output the codec may still be at work. */
static inline void check_idle(fg_encoder *encoder) {
    fg_output output = FG_OUTPUT_INIT;
    fg_status status;
    while ((status = fg_encoder_poll(encoder, &output, 0)) == FG_WAIT_CODEC) sched_yield();
    CHECK_STATUS(status, FG_WAIT_INPUT);
}

/* What holds at every moment. */
static inline void check_stats(const fg_stats *stats, uint32_t max_delay) {
    CHECK_EQUAL(stats->in_flight, stats->queued + stats->ready + stats->held);
    CHECK(stats->in_flight <= stats->in_flight_peak);
    CHECK(stats->in_codec <= stats->in_codec_peak);
    CHECK(stats->in_codec_peak <= max_delay);
    CHECK(stats->in_flight + stats->in_codec <= stats->slots + max_delay);
    CHECK(stats->in_flight_peak <= stats->slots + max_delay);
    CHECK(stats->bytes_in_flight <= stats->bytes_peak);
    CHECK_EQUAL(stats->outputs - stats->releases, stats->held);
    CHECK(stats->outputs <= stats->inputs);
}

/* What holds when `count` inputs went in, came out and were released. */
static inline void check_settled(const fg_stats *stats, uint64_t count) {
    CHECK_EQUAL(stats->in_flight, 0);
    CHECK_EQUAL(stats->in_codec, 0);
    CHECK_EQUAL(stats->bytes_in_flight, 0);
    CHECK_EQUAL(stats->inputs, count);
    CHECK_EQUAL(stats->outputs, count);
    CHECK_EQUAL(stats->releases, count);
}

/* FNV-1a, to see whether bytes have changed. */
static inline uint64_t checksum(const uint8_t *bytes, uint64_t size) {
    uint64_t hash = 14695981039346656037u;
    for (uint64_t i = 0; i < size; i++) hash = (hash ^ bytes[i]) * 1099511628211u;
    return hash;
}

/* How many entries a directory has. */
static inline uint32_t entries(const char *path) {
    uint32_t count = 0;
    DIR *directory = opendir(path);
    CHECK(directory != NULL);
    while (readdir(directory) != NULL) count++;
    closedir(directory);
    return count;
}

/* Threads end by themselves, so they are waited for. */
static inline void wait_for_threads(uint32_t count) {
    while (entries("/proc/self/task") > count) sched_yield();
}

#endif
