/* frames: every format and odd sizes, packed copies in and out, rectangles and layouts, memory of the
 * host's, and memory that is used again. */
#include "media.h"

static fg_video_info info_of(int32_t format, uint32_t width, uint32_t height) {
    fg_video_info info = FG_VIDEO_INFO_INIT;
    info.format = format;
    info.coded_width = width;
    info.coded_height = height;
    return info;
}

static fg_frame *frame_of(const fg_video_info *info) {
    fg_frame *frame = NULL;
    CHECK_OK(fg_frame_new_video(info, &frame));
    return frame;
}

static uint8_t *bytes_of(size_t size) {
    uint8_t *bytes = (uint8_t *)malloc(size);
    uint32_t state = 1;
    CHECK(bytes != NULL);
    for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)check_random(&state);
    return bytes;
}

static size_t packed_size(int32_t format, uint32_t width, uint32_t height) {
    size_t size = 0;
    for (uint32_t plane = 0; plane < plane_count(format); plane++) {
        uint32_t row_bytes, rows;
        plane_size(format, plane, width, height, &row_bytes, &rows);
        size += (size_t)row_bytes * rows;
    }
    return size;
}

static void format_and_size(int32_t format, uint32_t width, uint32_t height) {
    fg_video_info info = info_of(format, width, height);
    fg_frame *frame = frame_of(&info);
    fg_planes planes = FG_PLANES_INIT;
    const size_t size = packed_size(format, width, height);
    size_t asked = 0;

    CHECK_OK(fg_frame_planes(frame, &planes));
    CHECK_EQUAL(planes.count, plane_count(format));
    for (uint32_t plane = 0; plane < planes.count; plane++) {
        uint32_t row_bytes, rows;
        plane_size(format, plane, width, height, &row_bytes, &rows);
        CHECK_EQUAL(planes.rows[plane], rows);
        CHECK(planes.stride[plane] >= row_bytes);
        CHECK(planes.data[plane] != NULL);
    }

    CHECK_OK(fg_frame_allocation_size(frame, NULL, &asked));
    CHECK_EQUAL(asked, size);
    uint8_t *in = bytes_of(size), *out = (uint8_t *)malloc(size);
    CHECK(out != NULL);
    CHECK_OK(fg_frame_copy_from(frame, in, size));
    CHECK_ERROR(fg_frame_copy_from(frame, in, size - 1), FG_ERROR_INVALID_ARGUMENT, "size");
    CHECK_OK(fg_frame_copy_to(frame, NULL, out, size));
    CHECK(memcmp(in, out, size) == 0);
    /* The planes hold what was copied in. */
    CHECK(memcmp(planes.data[0], in, 1) == 0);

    CHECK_OK(fg_frame_video_info(frame, &info));
    CHECK_EQUAL(info.format, format);
    CHECK_EQUAL(info.visible_width, width);
    CHECK_EQUAL(info.display_height, height);
    fg_frame_release(frame);
    free(in);
    free(out);
}

static void formats(void) {
    static const uint32_t sizes[][2] = {{1, 1}, {3, 5}, {16, 16}, {17, 33}, {66, 2}};
    check_stage = "formats";
    for (int32_t format = FG_PIXEL_I420; format <= FG_PIXEL_BGR24; format++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
            format_and_size(format, sizes[i][0], sizes[i][1]);
    }
}

static void facts(void) {
    check_stage = "facts";
    fg_video_info info = info_of(FG_PIXEL_I420, 64, 48), back = FG_VIDEO_INFO_INIT;
    info.visible_x = 2;
    info.visible_y = 4;
    info.visible_width = 31;
    info.visible_height = 17;
    info.rotation = 90;
    info.flip = 1;
    info.color_primaries = 9;
    info.color_transfer = 16;
    info.color_matrix = 9;
    info.color_range = 0;
    info.timestamp_us = -123456789;
    info.duration_us = 41708;
    info.id = UINT64_MAX;
    fg_frame *frame = frame_of(&info);
    CHECK_OK(fg_frame_video_info(frame, &back));
    CHECK_EQUAL(back.display_width, 17); /* turned */
    CHECK_EQUAL(back.display_height, 31);
    info.display_width = back.display_width;
    info.display_height = back.display_height;
    CHECK(memcmp(&info, &back, sizeof info) == 0);
    fg_frame_release(frame);
}

static void rectangles(void) {
    check_stage = "rectangles";
    fg_video_info info = info_of(FG_PIXEL_I420, 16, 8);
    fg_copy_options options = FG_COPY_OPTIONS_INIT;
    uint8_t out[256], in[16 * 8 * 3 / 2];
    size_t size = 0;
    info.visible_x = 4;
    info.visible_y = 2;
    info.visible_width = 6;
    info.visible_height = 4;
    fg_frame *frame = frame_of(&info);
    for (size_t i = 0; i < sizeof in; i++) in[i] = (uint8_t)i;
    CHECK_OK(fg_frame_copy_from(frame, in, sizeof in)); /* the coded picture */
    CHECK_OK(fg_frame_allocation_size(frame, NULL, &size));
    CHECK_EQUAL(size, 6 * 4 + 2 * (3 * 2)); /* the visible part */
    CHECK_OK(fg_frame_copy_to(frame, NULL, out, size));
    CHECK_EQUAL(out[0], in[2 * 16 + 4]);
    CHECK_EQUAL(out[6], in[3 * 16 + 4]);
    CHECK_EQUAL(out[24], in[128 + 8 + 2]);      /* U, at half the position */
    CHECK_EQUAL(out[24 + 6], in[128 + 32 + 8 + 2]); /* V */

    options.x = 8;
    options.width = 8;
    options.height = 8;
    CHECK_OK(fg_frame_allocation_size(frame, &options, &size));
    CHECK_EQUAL(size, 8 * 8 * 3 / 2);
    CHECK_OK(fg_frame_copy_to(frame, &options, out, size));
    CHECK_EQUAL(out[0], in[8]);
    options.x = 7;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, out, sizeof out), FG_ERROR_INVALID_ARGUMENT, "alignment");
    options.x = 10;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, out, sizeof out), FG_ERROR_INVALID_ARGUMENT, "fit");
    options.x = UINT32_MAX - 1;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, out, sizeof out), FG_ERROR_INVALID_ARGUMENT, "fit");
    fg_frame_release(frame);

    info.visible_x = 3;
    CHECK_ERROR(fg_frame_new_video(&info, &frame), FG_ERROR_INVALID_ARGUMENT, "visible");
}

static void layouts(void) {
    check_stage = "layouts";
    const fg_video_info info = info_of(FG_PIXEL_NV12, 4, 4);
    fg_frame *frame = frame_of(&info);
    fg_copy_options options = FG_COPY_OPTIONS_INIT;
    uint8_t in[24], out[64];
    size_t size = 0;
    for (size_t i = 0; i < sizeof in; i++) in[i] = (uint8_t)(i + 1);
    CHECK_OK(fg_frame_copy_from(frame, in, sizeof in));
    options.plane_count = 2;
    options.offset[0] = 20; /* the planes may change places */
    options.stride[0] = 6;
    options.offset[1] = 0;
    options.stride[1] = 10;
    CHECK_OK(fg_frame_allocation_size(frame, &options, &size));
    CHECK_EQUAL(size, 20 + 4 * 6);
    memset(out, 0, sizeof out);
    CHECK_OK(fg_frame_copy_to(frame, &options, out, size));
    CHECK(memcmp(out + 20 + 6, in + 4, 4) == 0);
    CHECK(memcmp(out + 10, in + 16 + 4, 4) == 0);
    CHECK_EQUAL(out[4], 0); /* nothing between the rows */
    CHECK_ERROR(fg_frame_copy_to(frame, &options, out, size - 1), FG_ERROR_INVALID_ARGUMENT, "44");
    options.stride[0] = 3;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, out, sizeof out), FG_ERROR_INVALID_ARGUMENT, "stride");
    options.stride[0] = UINT64_MAX;
    CHECK_STATUS(fg_frame_copy_to(frame, &options, out, sizeof out), FG_ERROR_INVALID_ARGUMENT);
    options.stride[0] = 4;
    options.offset[1] = 24;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, out, sizeof out), FG_ERROR_INVALID_ARGUMENT, "overlap");
    options.plane_count = 3;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, out, sizeof out), FG_ERROR_INVALID_ARGUMENT, "planes");
    options.plane_count = 5;
    CHECK_STATUS(fg_frame_copy_to(frame, &options, out, sizeof out), FG_ERROR_INVALID_ARGUMENT);
    fg_frame_release(frame);
}

/* Limited-range video grey and the ends of the scale, whose RGB does not depend on the matrix. */
static void conversion(int32_t format) {
    static const uint8_t luma[] = {16, 126, 235}, rgb[] = {0, 128, 255};
    const size_t bytes = rgb_bytes(format);
    check_stage = "conversion";
    for (size_t i = 0; i < sizeof luma; i++) {
        fg_video_info info = info_of(FG_PIXEL_I420, 3, 3);
        fg_copy_options options = FG_COPY_OPTIONS_INIT;
        fg_frame *frame = frame_of(&info);
        uint8_t in[9 + 8], out[36];
        memset(in, luma[i], 9);
        memset(in + 9, 128, 8);
        CHECK_OK(fg_frame_copy_from(frame, in, sizeof in));
        size_t size = 0;
        options.format = format;
        CHECK_OK(fg_frame_allocation_size(frame, &options, &size));
        CHECK_EQUAL(size, 9 * bytes);
        CHECK_OK(fg_frame_copy_to(frame, &options, out, sizeof out));
        for (size_t at = 0; at < size; at++) {
            const int want = bytes == 4 && at % 4 == 3 ? 255 : rgb[i];
            CHECK(abs(out[at] - want) <= 1);
        }
        fg_frame_release(frame);
    }
}

/* Red of P3 in sRGB, P3 and as it is; a host of the first version, whose struct has no colour space, gets sRGB. */
static void color_spaces(void) {
    static const uint8_t red[] = {234, 51, 35, 234, 51, 35};
    fg_video_info info = info_of(FG_PIXEL_RGB24, 2, 1);
    fg_copy_options options = FG_COPY_OPTIONS_INIT;
    uint8_t out[6];
    check_stage = "colour spaces";
    info.color_primaries = 12;
    info.color_transfer = 13;
    fg_frame *frame = frame_of(&info);
    CHECK_OK(fg_frame_copy_from(frame, red, sizeof red));
    options.format = FG_PIXEL_RGB24;
    CHECK_OK(fg_frame_copy_to(frame, &options, out, sizeof out));
    CHECK_EQUAL(out[0], 255);
    CHECK_EQUAL(out[1], 0);
    CHECK_EQUAL(out[2], 0);
    options.color_space = FG_COLOR_SPACE_DISPLAY_P3;
    CHECK_OK(fg_frame_copy_to(frame, &options, out, sizeof out));
    CHECK(memcmp(out, red, sizeof out) == 0);
    options.struct_size = offsetof(fg_copy_options, color_space);
    CHECK_OK(fg_frame_copy_to(frame, &options, out, sizeof out));
    CHECK_EQUAL(out[3], 255);
    options.struct_size = sizeof options;
    options.color_space = FG_COLOR_SPACE_SOURCE;
    CHECK_OK(fg_frame_copy_to(frame, &options, out, sizeof out));
    CHECK(memcmp(out, red, sizeof out) == 0);
    fg_frame_release(frame);
}

static void count_free(void *opaque) { ++*(int *)opaque; }

/* Frames wait in the queue as the 4:2:0 that they are encoded as: fewer bytes, and the host's memory is free at once. */
static void converted_in_the_queue(int32_t format) {
    check_stage = "converted in the queue";
    enum { WIDTH = 33, HEIGHT = 17, YUV_BYTES = WIDTH * HEIGHT + 2 * 17 * 9 };
    static uint8_t memory[4][WIDTH * HEIGHT * 4];
    fg_video_info info = info_of(format, WIDTH, HEIGHT);
    fg_planes planes = FG_PLANES_INIT;
    fg_frame *frame = NULL;
    int freed = 0;
    planes.count = plane_count(format);
    for (uint32_t plane = 0; plane < planes.count; plane++) {
        planes.data[plane] = memory[plane];
        planes.stride[plane] = WIDTH * 4;
    }
    info.timestamp_us = -7;
    info.id = 77;
    fg_config *config = encoder_config(NULL_CODEC, 32, 16, 4);
    config_number(config, "maxBytes", YUV_BYTES);
    fg_encoder *encoder = encoder_of(config);
    CHECK_OK(fg_frame_wrap_video(&info, &planes, count_free, &freed, &frame));
    CHECK_OK(fg_encoder_enqueue(encoder, frame, NULL, 0));
    CHECK_EQUAL(freed, 0);
    fg_frame_release(frame);
    CHECK_EQUAL(freed, 1);
    CHECK_EQUAL(encoder_stats(encoder).bytes_peak, YUV_BYTES);
    fg_output output = FG_OUTPUT_INIT;
    CHECK_OK(fg_encoder_poll(encoder, &output, -1));
    CHECK(output.timestamp_us == -7 && output.id == 77);
    release(&output);
    fg_encoder_free(encoder);
}

static void wrapping(void) {
    check_stage = "wrapping";
    enum { WIDTH = 32, HEIGHT = 16, STRIDE = 40 };
    static uint8_t memory[STRIDE * HEIGHT * 2];
    fg_video_info info = info_of(FG_PIXEL_I420, WIDTH, HEIGHT);
    fg_planes planes = FG_PLANES_INIT, back = FG_PLANES_INIT;
    fg_frame *frame = NULL;
    int freed = 0;
    planes.count = 3;
    for (uint32_t i = 0; i < 3; i++) {
        planes.data[i] = memory + (i == 0 ? 0 : STRIDE * (HEIGHT + (i - 1) * HEIGHT / 2));
        planes.stride[i] = STRIDE;
    }
    CHECK_OK(fg_frame_wrap_video(&info, &planes, count_free, &freed, &frame));
    CHECK_OK(fg_frame_planes(frame, &back));
    CHECK(back.data[2] == planes.data[2]); /* no copy */
    CHECK_EQUAL(back.rows[0], HEIGHT);
    CHECK_EQUAL(back.rows[1], HEIGHT / 2);
    CHECK(fg_frame_retain(frame) == frame);
    fg_frame_release(frame);
    CHECK_EQUAL(freed, 0);

    fg_encoder *encoder = null_encoder(4);
    CHECK_OK(fg_encoder_reset(encoder)); /* a frame that is not taken stays the host's to write */
    CHECK_STATUS(fg_encoder_enqueue(encoder, frame, NULL, 0), FG_ERROR_INVALID_STATE);
    static const uint8_t black[WIDTH * HEIGHT * 3 / 2];
    CHECK_OK(fg_frame_copy_from(frame, black, sizeof black));
    fg_encoder_free(encoder);
    encoder = null_encoder(4);
    CHECK_OK(fg_encoder_enqueue(encoder, frame, NULL, 0));
    CHECK_STATUS(fg_frame_copy_from(frame, memory, WIDTH * HEIGHT * 3 / 2), FG_ERROR_INVALID_STATE);
    fg_frame_release(frame); /* the encoder has a reference of its own */
    CHECK_OK(fg_encoder_flush(encoder, NULL));
    for (fg_output output = FG_OUTPUT_INIT; output.kind != FG_OUTPUT_FLUSHED; release(&output))
        CHECK_OK(fg_encoder_poll(encoder, &output, -1));
    fg_encoder_free(encoder);
    CHECK_EQUAL(freed, 1);

    CHECK_OK(fg_frame_wrap_video(&info, &planes, NULL, NULL, &frame)); /* nobody to tell */
    fg_frame_release(frame);

    freed = 0; /* a wrap that fails takes nothing over */
    frame = NULL;
    planes.stride[1] = WIDTH / 2 - 1;
    CHECK_ERROR(fg_frame_wrap_video(&info, &planes, count_free, &freed, &frame), FG_ERROR_INVALID_ARGUMENT,
                "stride");
    planes.stride[1] = UINT64_MAX / 2;
    CHECK_STATUS(fg_frame_wrap_video(&info, &planes, count_free, &freed, &frame), FG_ERROR_INVALID_ARGUMENT);
    planes.stride[1] = STRIDE;
    planes.rows[1] = HEIGHT / 2 - 1;
    CHECK_ERROR(fg_frame_wrap_video(&info, &planes, count_free, &freed, &frame), FG_ERROR_INVALID_ARGUMENT,
                "rows");
    planes.rows[1] = 0;
    planes.data[1] = NULL;
    CHECK_ERROR(fg_frame_wrap_video(&info, &planes, count_free, &freed, &frame), FG_ERROR_INVALID_ARGUMENT,
                "data");
    planes.count = 2;
    CHECK_ERROR(fg_frame_wrap_video(&info, &planes, count_free, &freed, &frame), FG_ERROR_INVALID_ARGUMENT,
                "planes");
    CHECK(frame == NULL);
    CHECK_EQUAL(freed, 0);
}

/* A steady stream of frames lives in a handful of buffers. */
static void addresses_recur(void) {
    enum { ALIVE = 3, ROUNDS = 100 };
    fg_frame *ring[ALIVE] = {NULL, NULL, NULL};
    const uint8_t *seen[ROUNDS];
    size_t addresses = 0;
    const fg_video_info info = info_of(FG_PIXEL_I420, 318, 242);
    check_stage = "addresses";
    for (uint32_t round = 0; round < ROUNDS; round++) {
        fg_planes planes = FG_PLANES_INIT;
        fg_frame_release(ring[round % ALIVE]);
        ring[round % ALIVE] = frame_of(&info);
        CHECK_OK(fg_frame_planes(ring[round % ALIVE], &planes));
        size_t at = 0;
        while (at < addresses && seen[at] != planes.data[0]) at++;
        if (at == addresses) seen[addresses++] = planes.data[0];
    }
    CHECK_EQUAL(addresses, ALIVE);
    for (size_t i = 0; i < ALIVE; i++) fg_frame_release(ring[i]);
}

int main(void) {
    check_begin();
    formats();
    facts();
    rectangles();
    layouts();
    for (int32_t format = FG_PIXEL_RGBA; format <= FG_PIXEL_BGRX; format++) conversion(format);
    conversion(FG_PIXEL_RGB24);
    conversion(FG_PIXEL_BGR24);
    converted_in_the_queue(FG_PIXEL_BGRA);
    converted_in_the_queue(FG_PIXEL_RGB24);
    converted_in_the_queue(FG_PIXEL_I444AP12);
    color_spaces();
    wrapping();
    addresses_recur();
    return 0;
}
