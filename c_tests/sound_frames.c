/* sound frames: every format, packed copies in and out, parts and channels, conversion, memory of the host's with any number of
 * channels, and hosts of the first version. */
#include "media.h"

#define INVALID FG_ERROR_INVALID_ARGUMENT

static size_t sample_bytes(int32_t format) {
    static const size_t bytes[] = {1, 2, 4, 4};
    return bytes[(format - FG_SAMPLE_U8) % 4];
}

static int is_planar(int32_t format) { return format >= FG_SAMPLE_U8_PLANAR; }

static fg_audio_info info_of(int32_t format, uint32_t channels, uint32_t frames) {
    fg_audio_info info = FG_AUDIO_INFO_INIT;
    info.format = format;
    info.sample_rate = 48000;
    info.channels = channels;
    info.frames = frames;
    return info;
}

static fg_frame *frame_of(const fg_audio_info *info) {
    fg_frame *frame = NULL;
    CHECK_OK(fg_frame_new_audio(info, &frame));
    return frame;
}

static uint8_t *bytes_of(size_t size) {
    uint8_t *bytes = (uint8_t *)malloc(size);
    uint32_t state = 1;
    CHECK(bytes != NULL);
    for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)check_random(&state);
    return bytes;
}

/* Copied in, the bytes lie in the planes and come out again, whole and in parts. */
static void format_and_channels(int32_t format, uint32_t channels, uint32_t frames) {
    const fg_audio_info info = info_of(format, channels, frames);
    fg_frame *frame = frame_of(&info);
    fg_planes planes = FG_PLANES_INIT;
    fg_copy_options options = FG_COPY_OPTIONS_INIT;
    const size_t sample = sample_bytes(format), size = sample * channels * frames;
    const uint32_t count = is_planar(format) ? channels : 1;
    const size_t plane_size = size / count;
    size_t asked = 0;
    uint8_t *in = bytes_of(size), *out = (uint8_t *)malloc(size);
    CHECK(out != NULL);

    CHECK_OK(fg_frame_copy_from(frame, in, size));
    CHECK_ERROR(fg_frame_copy_from(frame, in, size - 1), INVALID, "size");
    CHECK_OK(fg_frame_planes(frame, &planes));
    CHECK_EQUAL(planes.count, count);
    for (uint32_t plane = 0; plane < count; plane++) {
        const uint8_t *start = planes.extended_data[plane];
        CHECK((uintptr_t)start % 64 == 0);
        CHECK(memcmp(start, in + plane * plane_size, plane_size) == 0);
        if (plane >= 4) continue;
        CHECK(planes.data[plane] == start);
        CHECK_EQUAL(planes.stride[plane], plane_size);
        CHECK_EQUAL(planes.rows[plane], 1);
    }
    for (uint32_t plane = count; plane < 4; plane++)
        CHECK(planes.data[plane] == NULL && planes.stride[plane] == 0 && planes.rows[plane] == 0);

    for (uint32_t plane = 0; plane < count; plane++) {
        options.plane = plane;
        options.frame_offset = options.frame_count = 0;
        CHECK_OK(fg_frame_allocation_size(frame, &options, &asked));
        CHECK_EQUAL(asked, plane_size);
        CHECK_OK(fg_frame_copy_to(frame, &options, out, asked));
        CHECK(memcmp(out, in + plane * plane_size, plane_size) == 0);
        options.frame_offset = frames / 2;
        options.frame_count = 1;
        CHECK_OK(fg_frame_allocation_size(frame, &options, &asked));
        CHECK_EQUAL(asked, plane_size / frames);
        memset(out, 0xa5, plane_size);
        CHECK_OK(fg_frame_copy_to(frame, &options, out, asked));
        CHECK(memcmp(out, in + plane * plane_size + frames / 2 * asked, asked) == 0);
        if (plane_size > asked) CHECK_EQUAL(out[asked], 0xa5);
    }
    fg_frame_release(frame);
    free(in);
    free(out);
}

static void formats(void) {
    static const uint32_t channels[] = {1, 2, 3, 8, 255};
    check_stage = "formats";
    for (int32_t format = FG_SAMPLE_U8; format <= FG_SAMPLE_F32_PLANAR; format++) {
        for (size_t i = 0; i < sizeof channels / sizeof channels[0]; i++) {
            format_and_channels(format, channels[i], 1);
            format_and_channels(format, channels[i], 301);
        }
    }
}

static void facts(void) {
    check_stage = "facts";
    fg_audio_info info = info_of(FG_SAMPLE_S16, 2, 1024), back = FG_AUDIO_INFO_INIT;
    info.sample_rate = 44100;
    info.timestamp_us = -123456789;
    info.duration_us = 77; /* not looked at */
    info.id = UINT64_MAX;
    fg_frame *frame = frame_of(&info);
    CHECK_OK(fg_frame_audio_info(frame, &back));
    CHECK_EQUAL(back.duration_us, 23219); /* of 23219.95 */
    info.duration_us = back.duration_us;
    CHECK(memcmp(&info, &back, sizeof info) == 0);
    fg_frame_release(frame);
}

/* A wave that goes up by a step a frame, one in each channel, there and back through f32. */
static void conversion(void) {
    check_stage = "conversion";
    enum { CHANNELS = 8, FRAMES = 200 };
    const fg_audio_info info = info_of(FG_SAMPLE_S16_PLANAR, CHANNELS, FRAMES);
    fg_frame *frame = frame_of(&info);
    fg_planes planes = FG_PLANES_INIT;
    fg_copy_options options = FG_COPY_OPTIONS_INIT;
    static float floats[FRAMES * CHANNELS];
    float one[FRAMES];
    int16_t back[FRAMES];
    CHECK_OK(fg_frame_planes(frame, &planes));
    for (int channel = 0; channel < CHANNELS; channel++) {
        for (int at = 0; at < FRAMES; at++) {
            const int16_t sample = (int16_t)((at - FRAMES / 2) * (channel + 1));
            memcpy(planes.extended_data[channel] + at * 2, &sample, sizeof sample);
        }
    }
    options.format = FG_SAMPLE_F32;
    CHECK_OK(fg_frame_copy_to(frame, &options, (uint8_t *)floats, sizeof floats));
    for (int at = 0; at < FRAMES * CHANNELS; at++)
        CHECK(floats[at] == (float)((at / CHANNELS - FRAMES / 2) * (at % CHANNELS + 1)) / 32768.0f);
    options.format = FG_SAMPLE_F32_PLANAR;
    options.plane = 7;
    CHECK_OK(fg_frame_copy_to(frame, &options, (uint8_t *)one, sizeof one));
    for (int at = 0; at < FRAMES; at++) CHECK(one[at] == floats[at * CHANNELS + 7]);
    fg_frame_release(frame);

    const fg_audio_info of_floats = info_of(FG_SAMPLE_F32, CHANNELS, FRAMES);
    frame = frame_of(&of_floats);
    CHECK_OK(fg_frame_copy_from(frame, (const uint8_t *)floats, sizeof floats));
    options.format = FG_SAMPLE_S16_PLANAR;
    CHECK_OK(fg_frame_copy_to(frame, &options, (uint8_t *)back, sizeof back));
    for (int at = 0; at < FRAMES; at++) CHECK_EQUAL(back[at], (at - FRAMES / 2) * 8);
    fg_frame_release(frame);
}

static void count_free(void *opaque) { ++*(int *)opaque; }

static void wrapping(void) {
    check_stage = "wrapping";
    enum { CHANNELS = 8, FRAMES = 64 };
    static uint8_t memory[CHANNELS][FRAMES * 4 + 1];
    uint8_t *starts[CHANNELS], out[FRAMES * 4];
    const fg_audio_info info = info_of(FG_SAMPLE_F32_PLANAR, CHANNELS, FRAMES);
    fg_planes planes = FG_PLANES_INIT, back = FG_PLANES_INIT;
    fg_copy_options options = FG_COPY_OPTIONS_INIT;
    fg_frame *frame = NULL, *again = NULL;
    int freed = 0;
    for (int i = 0; i < CHANNELS; i++) {
        memset(memory[i], i + 1, sizeof memory[i]);
        starts[i] = memory[i] + 1; /* at no alignment */
    }
    planes.count = CHANNELS;
    CHECK_ERROR(fg_frame_wrap_audio(&info, &planes, count_free, &freed, &frame), INVALID, "extended_data is NULL");
    planes.extended_data = starts;
    CHECK_OK(fg_frame_wrap_audio(&info, &planes, count_free, &freed, &frame));
    memset(starts, 0, sizeof starts); /* the list is copied, the samples are not */
    CHECK_OK(fg_frame_planes(frame, &back));
    CHECK(back.extended_data[7] == memory[7] + 1);
    CHECK(back.data[3] == memory[3] + 1);
    options.plane = 7;
    CHECK_OK(fg_frame_copy_to(frame, &options, out, sizeof out));
    CHECK_EQUAL(out[0], 8);
    CHECK_EQUAL(fg_frame_references(frame), 1);
    CHECK(fg_frame_retain(frame) == frame);
    CHECK_EQUAL(fg_frame_references(frame), 2);
    fg_frame_release(frame);
    CHECK_EQUAL(freed, 0);
    CHECK_OK(fg_frame_wrap_audio(&info, &back, NULL, NULL, &again)); /* what one frame says, another takes */
    fg_frame_release(again);
    fg_frame_release(frame);
    CHECK_EQUAL(freed, 1);

    /* A wrap that fails takes nothing over. */
    freed = 0;
    frame = NULL;
    for (int i = 0; i < CHANNELS; i++) starts[i] = memory[i];
    starts[6] = NULL;
    CHECK_ERROR(fg_frame_wrap_audio(&info, &planes, count_free, &freed, &frame), INVALID,
                "planes.extended_data[6] is NULL");
    starts[6] = (uint8_t *)(UINTPTR_MAX - FRAMES);
    CHECK_ERROR(fg_frame_wrap_audio(&info, &planes, count_free, &freed, &frame), INVALID, "address space");
    starts[6] = memory[6];
    planes.stride[1] = FRAMES * 4 - 1;
    CHECK_ERROR(fg_frame_wrap_audio(&info, &planes, count_free, &freed, &frame), INVALID, "planes.stride[1] is 255");
    planes.stride[1] = 0;
    planes.rows[3] = 2;
    CHECK_ERROR(fg_frame_wrap_audio(&info, &planes, count_free, &freed, &frame), INVALID, "planes.rows[3] is 2");
    planes.rows[3] = 1;
    planes.count = 7;
    CHECK_ERROR(fg_frame_wrap_audio(&info, &planes, count_free, &freed, &frame), INVALID, "planes.count is 7");
    planes.count = 1;
    const fg_audio_info packed = info_of(FG_SAMPLE_S16, 2, 32);
    planes.extended_data = NULL;
    CHECK_ERROR(fg_frame_wrap_audio(&packed, &planes, count_free, &freed, &frame), INVALID, "planes.data[0] is NULL");
    CHECK(frame == NULL);
    CHECK_EQUAL(freed, 0);

    /* A host of the first version has no extended_data, and needs none for up to four planes. */
    planes.data[0] = memory[0];
    planes.extended_data = starts + 5; /* behind its struct */
    planes.struct_size = back.struct_size = offsetof(fg_planes, extended_data);
    CHECK_OK(fg_frame_wrap_audio(&packed, &planes, NULL, NULL, &frame));
    back.extended_data = NULL;
    CHECK_OK(fg_frame_planes(frame, &back));
    CHECK(back.data[0] == memory[0] && back.extended_data == NULL);
    fg_frame_release(frame);
}

/* The exact status of everything that a host can get wrong. */
#define CHECK_INFO(member, value, words)                                                                     \
    do {                                                                                                     \
        fg_audio_info wrong = info;                                                                          \
        wrong.member = (value);                                                                              \
        CHECK_ERROR(fg_frame_new_audio(&wrong, &frame), INVALID, words);                                     \
    } while (0)

#define CHECK_UNUSED(member)                                                                                 \
    do {                                                                                                     \
        options.member = 3;                                                                                  \
        CHECK_ERROR(fg_frame_copy_to(frame, &options, out, sizeof out), INVALID,                             \
                    "options." #member " is 3, allowed is 0");                                               \
        CHECK_ERROR(fg_frame_allocation_size(frame, &options, &size), INVALID, #member);                     \
        options.member = 0;                                                                                  \
    } while (0)

static void misuse(void) {
    check_stage = "misuse";
    fg_audio_info info = info_of(FG_SAMPLE_S16, 2, 16);
    fg_planes planes = FG_PLANES_INIT;
    fg_copy_options options = FG_COPY_OPTIONS_INIT;
    fg_frame *frame = NULL;
    uint8_t out[256];
    size_t size = 0;
    CHECK_ERROR(fg_frame_new_audio(NULL, &frame), INVALID, "info");
    CHECK_ERROR(fg_frame_new_audio(&info, NULL), INVALID, "frame");
    CHECK_ERROR(fg_frame_wrap_audio(NULL, &planes, NULL, NULL, &frame), INVALID, "info");
    CHECK_ERROR(fg_frame_wrap_audio(&info, NULL, NULL, NULL, &frame), INVALID, "planes");
    CHECK_ERROR(fg_frame_wrap_audio(&info, &planes, NULL, NULL, NULL), INVALID, "frame");
    CHECK_INFO(struct_size, 47, "struct_size");
    CHECK_INFO(format, 0, "format is 0, allowed are the FG_SAMPLE_ numbers, 1 to 8");
    CHECK_INFO(format, 9, "format is 9");
    CHECK_INFO(format, INT32_MIN, "format");
    CHECK_INFO(sample_rate, 0, "sample_rate is 0, allowed are 1 to 16000000");
    CHECK_INFO(sample_rate, UINT32_MAX, "sample_rate");
    CHECK_INFO(channels, 0, "channels");
    CHECK_INFO(channels, 256, "channels is 256, allowed are 1 to 255");
    CHECK_INFO(channels, UINT32_MAX, "channels");
    CHECK_INFO(frames, 0, "frames");
    CHECK_INFO(frames, 0x80000000u, "frames is 2147483648");
    CHECK_INFO(reserved, 1, "reserved");
    CHECK(frame == NULL);

    frame = frame_of(&info);
    CHECK_ERROR(fg_frame_audio_info(NULL, &info), INVALID, "frame");
    CHECK_ERROR(fg_frame_audio_info(frame, NULL), INVALID, "info");
    memset(out, 0xa5, sizeof out);
    CHECK_UNUSED(x);
    CHECK_UNUSED(y);
    CHECK_UNUSED(width);
    CHECK_UNUSED(height);
    CHECK_UNUSED(plane_count);
    CHECK_UNUSED(color_space);
    CHECK_UNUSED(reserved);
    options.format = FG_SAMPLE_F32_PLANAR + 1;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, out, sizeof out), INVALID, "format is 9");
    options.format = -1;
    options.plane = 1;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, out, sizeof out), INVALID, "options.plane is 1");
    options.plane = 0;
    options.frame_offset = 16;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, out, sizeof out), INVALID, "options.frame_offset is 16");
    options.frame_offset = 10;
    options.frame_count = 7;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, out, sizeof out), INVALID, "options.frame_count is 7");
    options.frame_count = 6;
    CHECK_ERROR(fg_frame_copy_to(frame, &options, out, 23), INVALID, "23 bytes, 24 needed");
    for (size_t i = 0; i < sizeof out; i++) CHECK_EQUAL(out[i], 0xa5);
    options.struct_size = offsetof(fg_copy_options, frame_offset); /* a host of before, which has all frames */
    CHECK_OK(fg_frame_allocation_size(frame, &options, &size));
    CHECK_EQUAL(size, 64);

    /* Sound is no picture, and a picture no sound. */
    fg_video_info video = FG_VIDEO_INFO_INIT;
    fg_frame *other = NULL;
    video.format = FG_PIXEL_RGBA;
    video.coded_width = video.coded_height = 4;
    CHECK_ERROR(fg_frame_video_info(frame, &video), INVALID, "frame is sound");
    CHECK_ERROR(fg_frame_derive(frame, &video, &other), INVALID, "frame is sound");
    CHECK_ERROR(fg_frame_scale(frame, 2, 2, &other), INVALID, "frame is sound");
    fg_encoder *encoder = null_encoder(4);
    CHECK_ERROR(fg_encoder_enqueue(encoder, frame, NULL, 0), INVALID, "frame is sound");
    fg_encoder_free(encoder);
    fg_frame_release(frame);
    CHECK_OK(fg_frame_new_video(&video, &frame));
    CHECK_ERROR(fg_frame_audio_info(frame, &info), INVALID, "frame is a picture");
    options = (fg_copy_options)FG_COPY_OPTIONS_INIT;
    CHECK_UNUSED(frame_offset);
    CHECK_UNUSED(frame_count);
    CHECK_UNUSED(plane);
    uint8_t *starts[] = {out};
    planes.count = 1;
    planes.data[0] = out;
    planes.stride[0] = 16;
    planes.extended_data = starts;
    CHECK_ERROR(fg_frame_wrap_video(&video, &planes, NULL, NULL, &other), INVALID, "planes.extended_data");
    CHECK(other == NULL);
    CHECK_OK(fg_frame_planes(frame, &planes));
    CHECK(planes.extended_data == NULL);
    fg_frame_release(frame);
}

int main(void) {
    check_begin();
    formats();
    facts();
    conversion();
    wrapping();
    misuse();
    return 0;
}
