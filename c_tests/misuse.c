/* Everything a host can get wrong: the exact status, a text that names the thing, and no harm done. */
#include "media.h"

#define INVALID FG_ERROR_INVALID_ARGUMENT

static const uint32_t BAD_SIZES[] = {0, 4, 4097, UINT32_MAX};

/* Runs a call with each wrong struct_size of `object`, which never had less than `first_size` bytes. */
#define CHECK_GROWN_STRUCT_SIZE(object, first_size, call)                                                    \
    do {                                                                                                     \
        const uint32_t good_size = (object).struct_size;                                                     \
        for (size_t at = 0; at < sizeof BAD_SIZES / sizeof BAD_SIZES[0]; at++) {                             \
            (object).struct_size = BAD_SIZES[at];                                                            \
            CHECK_ERROR(call, INVALID, "struct_size");                                                       \
        }                                                                                                    \
        (object).struct_size = (uint32_t)(first_size) - 1;                                                   \
        CHECK_ERROR(call, INVALID, "struct_size");                                                           \
        (object).struct_size = good_size;                                                                    \
    } while (0)
#define CHECK_STRUCT_SIZE(object, call) CHECK_GROWN_STRUCT_SIZE(object, sizeof(object), call)

/* Runs a call with a member set that has no meaning yet. */
#define CHECK_UNUSED(object, member, call)                                                                   \
    do {                                                                                                     \
        (object).member = 3;                                                                                 \
        CHECK_ERROR(call, INVALID, #member " is 3, allowed is 0");                                           \
        (object).member = 0;                                                                                 \
    } while (0)

static void configurations(void) {
    check_stage = "configurations";
    fg_config *config = NULL;
    CHECK_ERROR(fg_config_new(NULL, &config), INVALID, "codec");
    CHECK_ERROR(fg_config_new("avc1.42001f", NULL), INVALID, "config");
    CHECK_ERROR(fg_config_new(" \t", &config), INVALID, "codec");
    CHECK_STATUS(fg_config_new("\xff\xfe", &config), INVALID);
    CHECK(config == NULL);

    CHECK_OK(fg_config_new(AVC_BASELINE, &config));
    CHECK_ERROR(fg_config_set(NULL, "width", "1"), INVALID, "config");
    CHECK_ERROR(fg_config_set(config, NULL, "1"), INVALID, "key");
    CHECK_ERROR(fg_config_set(config, "width", NULL), INVALID, "value");
    CHECK_ERROR(fg_config_set(config, "widht", "1"), INVALID, "widht");
    CHECK_ERROR(fg_config_set(config, "width", "0"), INVALID, "width");
    CHECK_ERROR(fg_config_set(config, "width", "-3"), INVALID, "-3");
    CHECK_ERROR(fg_config_set(config, "width", "99999999999999999999"), INVALID, "width");
    CHECK_ERROR(fg_config_set(config, "slots", "0"), INVALID, "slots");
    CHECK_ERROR(fg_config_set(config, "slots", "4097"), INVALID, "4096");
    CHECK_ERROR(fg_config_set(config, "latencyMode", "fast"), INVALID, "realtime");
    CHECK_ERROR(fg_config_set(config, "description", "text"), INVALID, "description");
    CHECK_ERROR(fg_config_set_bytes(NULL, "description", (const uint8_t *)"", 0), INVALID, "config");
    CHECK_ERROR(fg_config_set_bytes(config, NULL, (const uint8_t *)"", 0), INVALID, "key");
    CHECK_ERROR(fg_config_set_bytes(config, "description", NULL, 1), INVALID, "bytes");
    CHECK_ERROR(fg_config_set_bytes(config, "width", (const uint8_t *)"1", 1), INVALID, "width");

    char text[8];
    const uint8_t *bytes = NULL;
    size_t size = 0;
    CHECK_ERROR(fg_config_get(NULL, "width", text, sizeof text), INVALID, "config");
    CHECK_ERROR(fg_config_get(config, NULL, text, sizeof text), INVALID, "key");
    CHECK_ERROR(fg_config_get(config, "width", NULL, 8), INVALID, "text");
    CHECK_ERROR(fg_config_get(config, "widht", text, sizeof text), INVALID, "widht");
    CHECK_ERROR(fg_config_get(config, "description", text, sizeof text), INVALID, "description");
    CHECK_ERROR(fg_config_get_bytes(NULL, "description", &bytes, &size), INVALID, "config");
    CHECK_ERROR(fg_config_get_bytes(config, NULL, &bytes, &size), INVALID, "key");
    CHECK_ERROR(fg_config_get_bytes(config, "description", NULL, &size), INVALID, "bytes");
    CHECK_ERROR(fg_config_get_bytes(config, "description", &bytes, NULL), INVALID, "size");
    CHECK_ERROR(fg_config_get_bytes(config, "width", &bytes, &size), INVALID, "width");
    CHECK_ERROR(fg_config_copy(NULL, &config), INVALID, "config");
    CHECK_ERROR(fg_config_copy(config, NULL), INVALID, "copy");
    CHECK_ERROR(fg_encoder_is_config_supported(NULL), INVALID, "config");
    CHECK_ERROR(fg_decoder_is_config_supported(NULL), INVALID, "config");

    fg_encoder *encoder = NULL;
    CHECK_ERROR(fg_encoder_new(config, &encoder), INVALID, "width"); /* which was never set */
    CHECK(encoder == NULL);
    fg_config_free(config);
}

/* A frame whose facts are wrong in one member. */
#define CHECK_INFO(member, value, words)                                                                     \
    do {                                                                                                     \
        fg_video_info wrong = info;                                                                          \
        wrong.member = (value);                                                                              \
        CHECK_ERROR(fg_frame_new_video(&wrong, &frame), INVALID, words);                                     \
    } while (0)

static void frames(void) {
    check_stage = "frames";
    fg_frame *frame = NULL;
    fg_video_info info = FG_VIDEO_INFO_INIT;
    fg_planes planes = FG_PLANES_INIT;
    fg_copy_options options = FG_COPY_OPTIONS_INIT;
    const size_t first_size = offsetof(fg_copy_options, color_space);
    uint8_t bytes[64 * 48 * 4];
    size_t size = 0;
    info.format = FG_PIXEL_I420;
    info.coded_width = 64;
    info.coded_height = 48;
    CHECK_ERROR(fg_frame_new_video(NULL, &frame), INVALID, "info");
    CHECK_ERROR(fg_frame_new_video(&info, NULL), INVALID, "frame");
    CHECK_GROWN_STRUCT_SIZE(info, offsetof(fg_video_info, flags), fg_frame_new_video(&info, &frame));
    CHECK_INFO(format, 0, "format");
    CHECK_INFO(format, 999, "999");
    CHECK_INFO(format, INT32_MIN, "format");
    CHECK_INFO(coded_width, 0, "width");
    CHECK_INFO(coded_width, UINT32_MAX, "4294967295");
    CHECK_INFO(coded_height, 32769, "32769");
    CHECK_INFO(rotation, 45, "45");
    CHECK_INFO(flip, 2, "flip");
    CHECK_INFO(visible_width, 65, "visible");
    CHECK_INFO(visible_x, UINT32_MAX, "visible");
    CHECK_INFO(color_range, 7, "color_range");
    CHECK_INFO(color_primaries, -2, "color_primaries");
    CHECK_INFO(flags, 2, "flags");
    CHECK_INFO(reserved, 1, "reserved");
    CHECK(frame == NULL);

    CHECK_ERROR(fg_frame_wrap_video(NULL, &planes, NULL, NULL, &frame), INVALID, "info");
    CHECK_ERROR(fg_frame_wrap_video(&info, NULL, NULL, NULL, &frame), INVALID, "planes");
    CHECK_ERROR(fg_frame_wrap_video(&info, &planes, NULL, NULL, NULL), INVALID, "frame");
    CHECK(frame == NULL);

    CHECK_OK(fg_frame_new_video(&info, &frame));
    CHECK_ERROR(fg_frame_video_info(NULL, &info), INVALID, "frame");
    CHECK_ERROR(fg_frame_video_info(frame, NULL), INVALID, "info");
    CHECK_GROWN_STRUCT_SIZE(info, offsetof(fg_video_info, flags), fg_frame_video_info(frame, &info));
    CHECK_ERROR(fg_frame_planes(NULL, &planes), INVALID, "frame");
    CHECK_ERROR(fg_frame_planes(frame, NULL), INVALID, "planes");
    CHECK_GROWN_STRUCT_SIZE(planes, offsetof(fg_planes, extended_data), fg_frame_planes(frame, &planes));
    CHECK_ERROR(fg_frame_copy_from(NULL, bytes, sizeof bytes), INVALID, "frame");
    CHECK_ERROR(fg_frame_copy_from(frame, NULL, 64 * 48 * 3 / 2), INVALID, "bytes");
    CHECK_ERROR(fg_frame_copy_from(frame, bytes, 64 * 48 * 3 / 2 - 1), INVALID, "4608");
    CHECK_ERROR(fg_frame_allocation_size(NULL, NULL, &size), INVALID, "frame");
    CHECK_ERROR(fg_frame_allocation_size(frame, NULL, NULL), INVALID, "size");
    CHECK_GROWN_STRUCT_SIZE(options, first_size, fg_frame_allocation_size(frame, &options, &size));
    CHECK_UNUSED(options, plane, fg_frame_allocation_size(frame, &options, &size));
    CHECK_UNUSED(options, reserved, fg_frame_allocation_size(frame, &options, &size));
    CHECK_ERROR(fg_frame_copy_to(NULL, NULL, bytes, sizeof bytes), INVALID, "frame");
    CHECK_ERROR(fg_frame_copy_to(frame, NULL, NULL, sizeof bytes), INVALID, "dest");
    CHECK_ERROR(fg_frame_copy_to(frame, NULL, bytes, 64 * 48 * 3 / 2 - 1), INVALID, "4608");
    CHECK_GROWN_STRUCT_SIZE(options, first_size, fg_frame_copy_to(frame, &options, bytes, sizeof bytes));
    options.color_space = 3;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, bytes, sizeof bytes), INVALID, "color_space is 3");
    options.color_space = 0;
    CHECK_ERROR(fg_frame_derive(NULL, &info, &frame), INVALID, "frame");
    CHECK_ERROR(fg_frame_derive(frame, NULL, &frame), INVALID, "info");
    CHECK_ERROR(fg_frame_derive(frame, &info, NULL), INVALID, "derived");
    CHECK_ERROR(fg_frame_scale(NULL, 1, 1, &frame), INVALID, "frame");
    CHECK_ERROR(fg_frame_scale(frame, 1, 1, NULL), INVALID, "scaled");
    CHECK_EQUAL(fg_frame_references(NULL), 0);
    options.format = 999;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, bytes, sizeof bytes), INVALID, "999");
    options.format = FG_PIXEL_NV12;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, bytes, sizeof bytes), FG_ERROR_NOT_SUPPORTED, "NV12");
    fg_frame_release(frame);
}

static void encoders(void) {
    check_stage = "encoders";
    fg_encoder *encoder = null_encoder(2);
    fg_config *config = encoder_config(NULL_CODEC, 32, 16, 2);
    fg_frame *frame = picture(FG_PIXEL_I420, 32, 16, 0);
    fg_output output = FG_OUTPUT_INIT;
    fg_stats stats = FG_STATS_INIT;
    fg_encode_options options = FG_ENCODE_OPTIONS_INIT;
    uint32_t ready = 0;
    uint64_t flush_id = 0;
    int32_t fd = -1;
    char text[8];
    CHECK_ERROR(fg_encoder_new(NULL, &encoder), INVALID, "config");
    CHECK_ERROR(fg_encoder_new(config, NULL), INVALID, "encoder");
    CHECK_ERROR(fg_encoder_configure(NULL, config), INVALID, "encoder");
    CHECK_ERROR(fg_encoder_configure(encoder, NULL), INVALID, "config");
    CHECK_ERROR(fg_encoder_enqueue(NULL, frame, NULL, 0), INVALID, "encoder");
    CHECK_ERROR(fg_encoder_enqueue(encoder, NULL, NULL, 0), INVALID, "frame");
    CHECK_STRUCT_SIZE(options, fg_encoder_enqueue(encoder, frame, &options, 0));
    CHECK_UNUSED(options, reserved, fg_encoder_enqueue(encoder, frame, &options, 0));
    CHECK_ERROR(fg_encoder_flush(NULL, &flush_id), INVALID, "encoder");
    CHECK_ERROR(fg_encoder_poll(NULL, &output, 0), INVALID, "encoder");
    CHECK_ERROR(fg_encoder_poll(encoder, NULL, 0), INVALID, "output");
    CHECK_GROWN_STRUCT_SIZE(output, offsetof(fg_output, priming), fg_encoder_poll(encoder, &output, 0));
    CHECK_ERROR(fg_encoder_wait(NULL, FG_READY_POLL, &ready, 0), INVALID, "encoder");
    CHECK_ERROR(fg_encoder_wait(encoder, FG_READY_POLL, NULL, 0), INVALID, "ready");
    CHECK_ERROR(fg_encoder_wait(encoder, 0, &ready, 0), INVALID, "want");
    CHECK_ERROR(fg_encoder_wait(encoder, 8, &ready, 0), INVALID, "want");
    CHECK_ERROR(fg_encoder_reset(NULL), INVALID, "encoder");
    CHECK_ERROR(fg_encoder_close(NULL), INVALID, "encoder");
    CHECK_ERROR(fg_encoder_stats(NULL, &stats), INVALID, "encoder");
    CHECK_ERROR(fg_encoder_stats(encoder, NULL), INVALID, "stats");
    CHECK_GROWN_STRUCT_SIZE(stats, offsetof(fg_stats, dropped), fg_encoder_stats(encoder, &stats));
    CHECK_ERROR(fg_encoder_error(NULL, text, sizeof text), INVALID, "encoder");
    CHECK_ERROR(fg_encoder_error(encoder, NULL, sizeof text), INVALID, "text");
    CHECK_ERROR(fg_encoder_wake_fd(NULL, &fd), INVALID, "encoder");
    CHECK_ERROR(fg_encoder_wake_fd(encoder, NULL), INVALID, "fd");
    CHECK_ERROR(fg_encoder_join(NULL, NULL, 0), INVALID, "encoder");

    stats = encoder_stats(encoder);
    CHECK_EQUAL(stats.inputs, 0); /* none of the above took anything */
    CHECK_OK(fg_encoder_enqueue(encoder, frame, NULL, 0));
    CHECK_OK(fg_encoder_poll(encoder, &output, -1));
    CHECK_EQUAL(output.id, 1);
    release(&output);
    fg_frame_release(frame);

    fg_config *wider = encoder_config(NULL_CODEC, 32, 16, 3);
    CHECK_ERROR(fg_encoder_configure(encoder, wider), INVALID, "slots");
    fg_config_free(wider);
    fg_config_free(config);
    fg_encoder_free(encoder);
}

static void decoders(void) {
    check_stage = "decoders";
    fg_decoder *decoder = NULL;
    fg_config *config = NULL;
    fg_chunk chunk = FG_CHUNK_INIT;
    fg_output output = FG_OUTPUT_INIT;
    fg_stats stats = FG_STATS_INIT;
    uint32_t ready = 0;
    int32_t fd = -1;
    char text[8];
    CHECK_OK(fg_config_new(AVC_BASELINE, &config));
    CHECK_ERROR(fg_decoder_new(NULL, &decoder), INVALID, "config");
    CHECK_ERROR(fg_decoder_new(config, NULL), INVALID, "decoder");
    CHECK_OK(fg_decoder_new(config, &decoder));
    chunk.data = (const uint8_t *)"\0\0\0\1\x41\x9a\0\0"; /* a slice that needs a reference */
    chunk.size = 8;
    CHECK_ERROR(fg_decoder_configure(NULL, config), INVALID, "decoder");
    CHECK_ERROR(fg_decoder_configure(decoder, NULL), INVALID, "config");
    CHECK_ERROR(fg_decoder_enqueue(NULL, &chunk, 0), INVALID, "decoder");
    CHECK_ERROR(fg_decoder_enqueue(decoder, NULL, 0), INVALID, "chunk");
    CHECK_STRUCT_SIZE(chunk, fg_decoder_enqueue(decoder, &chunk, 0));
    CHECK_ERROR(fg_decoder_enqueue(decoder, &chunk, 0), FG_ERROR_DATA, "key");
    chunk.flags = FG_CHUNK_KEY; /* which it is not */
    chunk.alpha_size = 3;
    CHECK_ERROR(fg_decoder_enqueue(decoder, &chunk, 0), INVALID, "chunk.alpha_data is NULL");
    chunk.alpha_data = chunk.data;
    CHECK_UNUSED(chunk, alpha_size, fg_decoder_enqueue(decoder, &chunk, 0));
    CHECK_ERROR(fg_decoder_enqueue(decoder, &chunk, 0), FG_ERROR_DATA, "key");
    chunk.data = NULL;
    CHECK_ERROR(fg_decoder_enqueue(decoder, &chunk, 0), INVALID, "data");
    chunk.data = (const uint8_t *)"x";
    chunk.size = UINT64_MAX;
    CHECK_ERROR(fg_decoder_enqueue(decoder, &chunk, 0), INVALID, "chunk.data");
    CHECK_ERROR(fg_decoder_flush(NULL, NULL), INVALID, "decoder");
    CHECK_ERROR(fg_decoder_poll(NULL, &output, 0), INVALID, "decoder");
    CHECK_ERROR(fg_decoder_poll(decoder, NULL, 0), INVALID, "output");
    CHECK_GROWN_STRUCT_SIZE(output, offsetof(fg_output, priming), fg_decoder_poll(decoder, &output, 0));
    CHECK_ERROR(fg_decoder_wait(NULL, FG_READY_POLL, &ready, 0), INVALID, "decoder");
    CHECK_ERROR(fg_decoder_wait(decoder, FG_READY_POLL, NULL, 0), INVALID, "ready");
    CHECK_ERROR(fg_decoder_reset(NULL), INVALID, "decoder");
    CHECK_ERROR(fg_decoder_close(NULL), INVALID, "decoder");
    CHECK_ERROR(fg_decoder_stats(NULL, &stats), INVALID, "decoder");
    CHECK_ERROR(fg_decoder_stats(decoder, NULL), INVALID, "stats");
    CHECK_GROWN_STRUCT_SIZE(stats, offsetof(fg_stats, dropped), fg_decoder_stats(decoder, &stats));
    CHECK_ERROR(fg_decoder_error(NULL, text, sizeof text), INVALID, "decoder");
    CHECK_ERROR(fg_decoder_error(decoder, NULL, sizeof text), INVALID, "text");
    CHECK_ERROR(fg_decoder_wake_fd(NULL, &fd), INVALID, "decoder");
    CHECK_ERROR(fg_decoder_wake_fd(decoder, NULL), INVALID, "fd");
    CHECK_ERROR(fg_decoder_join(NULL, NULL, 0), INVALID, "decoder");
    stats = decoder_stats(decoder);
    CHECK_EQUAL(stats.inputs, 0);
    fg_config_free(config);
    fg_decoder_free(decoder);
}

static void chunks(void) {
    check_stage = "chunks";
    fg_output output = FG_OUTPUT_INIT;
    fg_chunk chunk = FG_CHUNK_INIT;
    CHECK_ERROR(fg_output_chunk(NULL, &chunk), INVALID, "output");
    CHECK_ERROR(fg_output_chunk(&output, &chunk), INVALID, "kind");
    output.kind = FG_OUTPUT_CHUNK;
    CHECK_ERROR(fg_output_chunk(&output, NULL), INVALID, "chunk");
    CHECK_GROWN_STRUCT_SIZE(output, offsetof(fg_output, priming), fg_output_chunk(&output, &chunk));
    CHECK_STRUCT_SIZE(chunk, fg_output_chunk(&output, &chunk));
}

static void waitsets(void) {
    check_stage = "wait sets";
    fg_waitset *set = NULL;
    uint64_t key = 7;
    size_t count = 9;
    int32_t fd = -1;
    CHECK_ERROR(fg_waitset_new(NULL), INVALID, "set");
    CHECK_OK(fg_waitset_new(&set));
    CHECK_ERROR(fg_waitset_fd(NULL, &fd), INVALID, "set");
    CHECK_ERROR(fg_waitset_fd(set, NULL), INVALID, "fd");
    CHECK_ERROR(fg_waitset_wait(NULL, &key, 1, &count, 0), INVALID, "set");
    CHECK_ERROR(fg_waitset_wait(set, NULL, 1, &count, 0), INVALID, "keys");
    CHECK_ERROR(fg_waitset_wait(set, &key, 0, &count, 0), INVALID, "capacity");
    CHECK_ERROR(fg_waitset_wait(set, &key, 1, NULL, 0), INVALID, "count");
    CHECK_STATUS(fg_waitset_wait(set, &key, 1, &count, 0), FG_WAIT_CODEC);
    CHECK_STATUS(fg_waitset_wait(set, &key, 1, &count, 1), FG_WAIT_CODEC);
    CHECK(key == 7 && count == 9 && fd == -1); /* nothing was written */
    fg_waitset_free(set);
    fg_waitset_free(NULL);
}

static void tokens(void) {
    check_stage = "tokens";
    fg_encoder *encoder = null_encoder(2);
    fg_output first = FG_OUTPUT_INIT, second = FG_OUTPUT_INIT;
    CHECK_OK(fg_release_output(0)); /* nothing to release */
    CHECK_ERROR(fg_release_output(UINT64_MAX), INVALID, "token");
    CHECK_ERROR(fg_release_output(0x123456789), INVALID, "token");
    CHECK_OK(send_small(encoder, 0, 0));
    CHECK_OK(send_small(encoder, 1, 0));
    CHECK_OK(fg_encoder_poll(encoder, &first, -1));
    CHECK_OK(fg_encoder_poll(encoder, &second, -1));
    CHECK(first.token != second.token);
    CHECK_OK(fg_release_output(first.token));
    CHECK_ERROR(fg_release_output(first.token), INVALID, "token");
    fg_stats stats = encoder_stats(encoder);
    CHECK_EQUAL(stats.in_flight, 1); /* the second release freed nobody else's slot */
    CHECK_OK(fg_release_output(second.token));
    CHECK_ERROR(fg_release_output(second.token), INVALID, "token");
    fg_encoder_free(encoder);
    CHECK_ERROR(fg_release_output(second.token), INVALID, "token");
}

static void containers(void) {
    check_stage = "containers";
    fg_demuxer *demuxer = NULL;
    fg_limits limits = FG_LIMITS_INIT;
    fg_muxer *muxer = NULL;
    fg_config *config = NULL;
    fg_chunk chunk = FG_CHUNK_INIT;
    fg_file_info file = FG_FILE_INFO_INIT;
    fg_track_info of_track = FG_TRACK_INFO_INIT;
    const uint8_t *bytes = NULL;
    size_t size = 0;
    uint32_t track = 0;
    char title[64];
    CHECK_ERROR(fg_demuxer_open(NULL, &demuxer), INVALID, "path");
    CHECK_ERROR(fg_demuxer_open("/nowhere/at all.mp4", NULL), INVALID, "demuxer");
    CHECK_ERROR(fg_demuxer_open("/nowhere/at all.mp4", &demuxer), FG_ERROR_IO, "/nowhere/at all.mp4");
    CHECK_STATUS(fg_demuxer_open(__FILE__, &demuxer), FG_ERROR_DATA); /* a file, but no media */
    CHECK_ERROR(fg_demuxer_open_limits(NULL, NULL, &demuxer), INVALID, "path");
    CHECK_ERROR(fg_demuxer_open_limits("/nowhere.mp4", &limits, NULL), INVALID, "demuxer");
    limits.reserved = 1;
    CHECK_ERROR(fg_demuxer_open_limits("/nowhere.mp4", &limits, &demuxer), INVALID, "reserved");
    limits.struct_size = 3;
    CHECK_ERROR(fg_demuxer_open_limits("/nowhere.mp4", &limits, &demuxer), INVALID, "struct_size");
    CHECK(demuxer == NULL);
    CHECK_EQUAL(fg_demuxer_track_count(NULL), 0);
    CHECK_ERROR(fg_demuxer_track(NULL, 0, &config), INVALID, "demuxer");
    CHECK_ERROR(fg_demuxer_read(NULL, &track, &chunk), INVALID, "demuxer");
    CHECK_ERROR(fg_demuxer_read_track(NULL, 0, &chunk), INVALID, "demuxer");
    CHECK_ERROR(fg_demuxer_seek(NULL, 0, 0), INVALID, "demuxer");
    CHECK_ERROR(fg_demuxer_select(NULL, 0, 1), INVALID, "demuxer");
    CHECK_ERROR(fg_demuxer_select(NULL, 0, 2), INVALID, "selected is 2");
    CHECK_ERROR(fg_demuxer_info(NULL, &file), INVALID, "demuxer");
    CHECK_ERROR(fg_demuxer_track_info(NULL, 0, &of_track), INVALID, "demuxer");
    CHECK_ERROR(fg_demuxer_key(NULL, 0, title, sizeof title), INVALID, "demuxer");
    CHECK_ERROR(fg_demuxer_get_bytes(NULL, "covers.0", &bytes, &size), INVALID, "demuxer");
    CHECK_ERROR(fg_demuxer_get_bytes(NULL, "covers.0", NULL, &size), INVALID, "bytes");
    CHECK_ERROR(fg_muxer_create(NULL, &muxer), INVALID, "path");
    CHECK_ERROR(fg_muxer_create("/nowhere/at all.mp4", NULL), INVALID, "muxer");
    CHECK_ERROR(fg_muxer_create("/nowhere/at all.mp4", &muxer), FG_ERROR_IO, "/nowhere/at all.mp4");
    CHECK(muxer == NULL);
    CHECK_ERROR(fg_demuxer_get(NULL, "title", title, sizeof title), INVALID, "demuxer");
    CHECK_ERROR(fg_muxer_set(NULL, "title", "x"), INVALID, "muxer");
    CHECK_ERROR(fg_muxer_add_track(NULL, config, &track), INVALID, "muxer");
    CHECK_ERROR(fg_muxer_write(NULL, 0, &chunk), INVALID, "muxer");
    CHECK_ERROR(fg_muxer_finish(NULL), INVALID, "muxer");
}

int main(void) {
    check_begin();
    configurations();
    frames();
    encoders();
    decoders();
    chunks();
    waitsets();
    tokens();
    containers();
    return 0;
}
