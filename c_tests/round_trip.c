/* round_trip [frames] [width] [height]: encode, decode, compare. Times, ids, key flags, sizes and the
 * picture itself, with and without B-frames, as annexb and as avc, from I420 and from RGBA. */
#include "media.h"

#include <math.h>

enum { KEY_AT = 7 }; /* the picture that is asked to be a key frame */

/* One combination of what can be chosen. */
struct variant {
    const char *name, *codec, *bitstream, *latency;
    int b_frames;
    int32_t format;
};

struct trip {
    struct variant variant;
    uint32_t count, width, height, chunks, frames;
    int reordered; /* whether a chunk came before one with an earlier time */
    int64_t last_us;
    fg_encoder *encoder;
    fg_decoder *decoder;
};

static fg_encode_options key_frame(int key) {
    fg_encode_options options = FG_ENCODE_OPTIONS_INIT;
    options.key_frame = key;
    return options;
}

static fg_config *config_of(const struct trip *trip) {
    fg_config *config = encoder_config(trip->variant.codec, trip->width, trip->height, 0);
    CHECK_OK(fg_config_set(config, "avc.format", trip->variant.bitstream));
    CHECK_OK(fg_config_set(config, "latencyMode", trip->variant.latency));
    if (trip->variant.b_frames) {
        CHECK_OK(fg_config_set(config, "ffmpeg.bf", "2"));
        CHECK_OK(fg_config_set(config, "ffmpeg.b_strategy", "0")); /* always, whatever the content */
    }
    return config;
}

/* The first chunk brings the configuration that the decoder needs. */
static void start_decoder(struct trip *trip, const fg_config *config) {
    const uint8_t *description = NULL;
    size_t size = 0;
    char text[16];
    CHECK(config != NULL);
    CHECK_OK(fg_config_get_bytes(config, "description", &description, &size));
    if (strcmp(trip->variant.bitstream, "avc") == 0) CHECK(size > 7 && description[0] == 1); /* avcC version */
    else CHECK_EQUAL(size, 0);
    CHECK_OK(fg_config_get(config, "codedWidth", text, sizeof text));
    CHECK_EQUAL(strtoul(text, NULL, 10), trip->width);
    CHECK_OK(fg_config_get(config, "codedHeight", text, sizeof text));
    CHECK_EQUAL(strtoul(text, NULL, 10), trip->height);
    CHECK_OK(fg_decoder_is_config_supported(config));
    CHECK_OK(fg_decoder_new(config, &trip->decoder));
}

/* annexb begins with a start code; avc is a chain of four-byte lengths that ends with the data. */
static void check_bitstream(const struct trip *trip, const fg_output *output) {
    if (strcmp(trip->variant.bitstream, "annexb") == 0) {
        CHECK(output->size > 4 && output->data[0] == 0 && output->data[1] == 0);
        CHECK(output->data[2] == 1 || (output->data[2] == 0 && output->data[3] == 1));
        return;
    }
    uint64_t at = 0;
    while (at + 4 <= output->size) {
        const uint8_t *length = output->data + at;
        at += 4 + ((uint64_t)length[0] << 24 | (uint64_t)length[1] << 16 | (uint64_t)length[2] << 8 | length[3]);
    }
    CHECK_EQUAL(at, output->size);
}

/* 10 log10(255^2 / mean squared error) over packed bytes. */
static double psnr(const uint8_t *left, const uint8_t *right, size_t size) {
    double sum = 0;
    for (size_t i = 0; i < size; i++) sum += ((double)left[i] - right[i]) * ((double)left[i] - right[i]);
    return sum == 0 ? 99 : 10 * log10(255.0 * 255.0 * (double)size / sum);
}

static uint8_t *packed(const fg_frame *frame, int32_t format, size_t *size) {
    fg_copy_options options = FG_COPY_OPTIONS_INIT;
    options.format = format;
    CHECK_OK(fg_frame_allocation_size(frame, &options, size));
    uint8_t *bytes = (uint8_t *)malloc(*size);
    CHECK(bytes != NULL);
    CHECK_OK(fg_frame_copy_to(frame, &options, bytes, *size));
    return bytes;
}

static void check_picture(const struct trip *trip, fg_frame *frame, uint32_t index) {
    fg_frame *source = picture(trip->variant.format, trip->width, trip->height, index);
    /* An RGBA source is decoded as I420, so that only the RGB forms of both can be compared. */
    static const int32_t formats[] = {FG_PIXEL_RGBA, FG_PIXEL_BGRX, FG_PIXEL_I420};
    const size_t count = trip->variant.format == FG_PIXEL_I420 ? 3 : 2;
    for (size_t i = 0; i < count; i++) {
        size_t want_size, got_size;
        uint8_t *want = packed(source, formats[i], &want_size), *got = packed(frame, formats[i], &got_size);
        CHECK_EQUAL(want_size, got_size);
        const double decibels = psnr(want, got, want_size);
        if (decibels < 30) fprintf(stderr, "picture %u, format %d: %.1f dB\n", index, formats[i], decibels);
        CHECK(decibels >= 30);
        free(want);
        free(got);
    }
    fg_frame_release(source);
}

static void take_frame(struct trip *trip, const fg_output *output) {
    fg_video_info info = FG_VIDEO_INFO_INIT;
    const uint32_t index = trip->frames++;
    CHECK_EQUAL(output->kind, FG_OUTPUT_FRAME);
    CHECK_EQUAL(output->timestamp_us, (int64_t)index * FRAME_US); /* in the order of presentation */
    CHECK_EQUAL(output->duration_us, FRAME_US);
    CHECK_EQUAL(output->id, index + 1);
    CHECK_OK(fg_frame_video_info(output->frame, &info));
    CHECK_EQUAL(info.timestamp_us, output->timestamp_us);
    CHECK_EQUAL(info.duration_us, output->duration_us);
    CHECK_EQUAL(info.id, output->id);
    CHECK_EQUAL(info.format, FG_PIXEL_I420);
    CHECK_EQUAL(info.visible_width, trip->width);
    CHECK_EQUAL(info.visible_height, trip->height);
    CHECK_EQUAL(info.display_width, trip->width);
    CHECK_EQUAL(info.display_height, trip->height);
    check_picture(trip, output->frame, index);
    release(output);
}

/* Takes frames: those that are there, or all up to the end of the flush. */
static void take_frames(struct trip *trip, int32_t timeout_ms) {
    for (;;) {
        fg_output output = FG_OUTPUT_INIT;
        const fg_status status = fg_decoder_poll(trip->decoder, &output, timeout_ms);
        if (status > 0 && timeout_ms == 0) return;
        CHECK_OK(status);
        if (output.kind == FG_OUTPUT_FLUSHED) return;
        take_frame(trip, &output);
    }
}

static void take_chunk(struct trip *trip, const fg_output *output) {
    CHECK_EQUAL(output->kind, FG_OUTPUT_CHUNK);
    CHECK_EQUAL(output->timestamp_us, (int64_t)(output->id - 1) * FRAME_US);
    CHECK_EQUAL((output->flags & FG_OUTPUT_CONFIG) != 0, output->config != NULL);
    if (trip->chunks++ == 0) {
        CHECK((output->flags & FG_OUTPUT_KEY) != 0);
        start_decoder(trip, output->config);
    } else if (output->timestamp_us < trip->last_us) {
        trip->reordered = 1;
    }
    if (output->id - 1 == KEY_AT) CHECK((output->flags & FG_OUTPUT_KEY) != 0);
    trip->last_us = output->timestamp_us;
    check_bitstream(trip, output);
    const fg_chunk chunk = chunk_of(output);
    fg_status status;
    while ((status = fg_decoder_enqueue(trip->decoder, &chunk, 0)) != FG_OK) {
        uint32_t ready = 0;
        CHECK(status > 0);
        CHECK_OK(fg_decoder_wait(trip->decoder, FG_READY_ENQUEUE | FG_READY_POLL, &ready, -1));
        take_frames(trip, 0);
    }
    release(output);
}

/* Takes chunks: those that are there, or all up to the end of the flush. */
static void take_chunks(struct trip *trip, int32_t timeout_ms) {
    for (;;) {
        fg_output output = FG_OUTPUT_INIT;
        const fg_status status = fg_encoder_poll(trip->encoder, &output, timeout_ms);
        if (status > 0 && timeout_ms == 0) return;
        CHECK_OK(status);
        if (output.kind == FG_OUTPUT_FLUSHED) return;
        take_chunk(trip, &output);
    }
}

static void send(struct trip *trip, uint32_t index) {
    const fg_encode_options options = key_frame(index == KEY_AT);
    fg_frame *frame = picture(trip->variant.format, trip->width, trip->height, index);
    while (fg_encoder_enqueue(trip->encoder, frame, &options, 0) != FG_OK) {
        uint32_t ready = 0;
        CHECK_OK(fg_encoder_wait(trip->encoder, FG_READY_ENQUEUE | FG_READY_POLL, &ready, -1));
        take_chunks(trip, 0);
    }
    fg_frame_release(frame);
}

static void run(struct trip trip) {
    check_stage = trip.variant.name;
    trip.encoder = encoder_of(config_of(&trip));
    for (uint32_t i = 0; i < trip.count; i++) send(&trip, i);
    CHECK_OK(fg_encoder_flush(trip.encoder, NULL));
    take_chunks(&trip, -1);
    CHECK_EQUAL(trip.chunks, trip.count);
    CHECK_OK(fg_decoder_flush(trip.decoder, NULL));
    take_frames(&trip, -1);
    CHECK_EQUAL(trip.frames, trip.count);
    CHECK_EQUAL(trip.reordered, trip.variant.b_frames);
    fg_stats stats = encoder_stats(trip.encoder);
    check_settled(&stats, trip.count);
    stats = decoder_stats(trip.decoder);
    check_settled(&stats, trip.count);
    fg_encoder_free(trip.encoder);
    fg_decoder_free(trip.decoder);
}

int main(int argc, char **argv) {
    static const struct variant variants[] = {
        {"baseline, avc", AVC_BASELINE, "avc", "quality", 0, FG_PIXEL_I420},
        {"baseline, annexb, realtime", AVC_BASELINE, "annexb", "realtime", 0, FG_PIXEL_I420},
        {"high with B-frames, avc", AVC_HIGH, "avc", "quality", 1, FG_PIXEL_I420},
        {"high with B-frames, annexb, RGBA", AVC_HIGH, "annexb", "quality", 1, FG_PIXEL_RGBA},
    };
    struct trip trip;
    check_begin();
    memset(&trip, 0, sizeof trip);
    trip.count = check_argument(argc, argv, 1, 20);
    trip.width = check_argument(argc, argv, 2, 96);
    trip.height = check_argument(argc, argv, 3, 64);
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        trip.variant = variants[i];
        run(trip);
    }
    return 0;
}
