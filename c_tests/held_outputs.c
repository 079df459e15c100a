/* held_outputs [count]: what the host holds stays readable after close and free, and is released then. */
#include "media.h"

enum { WIDTH = 64, HEIGHT = 48 };

/* An output in hand, and what its bytes were when it came. */
struct held {
    fg_output output;
    uint64_t sum;
};

static uint64_t sum_of(const fg_output *output) {
    if (output->kind == FG_OUTPUT_CHUNK) return checksum(output->data, output->size);
    uint8_t pixels[WIDTH * HEIGHT * 3 / 2];
    CHECK_OK(fg_frame_copy_to(output->frame, NULL, pixels, sizeof pixels));
    return checksum(pixels, sizeof pixels);
}

static void *release_all(void *argument) {
    struct held *held = (struct held *)argument;
    for (; held->output.token != 0; held++) {
        CHECK_OK(fg_release_output(held->output.token));
        CHECK_STATUS(fg_release_output(held->output.token), FG_ERROR_INVALID_ARGUMENT);
    }
    return NULL;
}

/* The handle is gone: the bytes are the same, and another thread gives them back. */
static void outlive(struct held *held, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) CHECK(sum_of(&held[i].output) == held[i].sum);
    check_join(check_spawn(release_all, held));
}

static void hold(struct held *held, const fg_output *output) {
    held->output = *output;
    held->sum = sum_of(output);
}

/* Polls the outputs of a flush into `held`, all at the same time. */
#define HOLD_ALL(poll, handle, held, count)                                                                  \
    for (uint32_t taken = 0;; taken++) {                                                                     \
        fg_output output = FG_OUTPUT_INIT;                                                                   \
        CHECK_OK(poll(handle, &output, -1));                                                                 \
        if (output.kind == FG_OUTPUT_FLUSHED) {                                                              \
            CHECK_EQUAL(taken, count);                                                                       \
            break;                                                                                           \
        }                                                                                                    \
        CHECK(taken < (count));                                                                              \
        hold(&(held)[taken], &output);                                                                       \
    }

int main(int argc, char **argv) {
    check_begin();
    const uint32_t count = check_argument(argc, argv, 1, 10);
    struct held *chunks = (struct held *)calloc(count + 1, sizeof *chunks);
    struct held *frames = (struct held *)calloc(count + 1, sizeof *frames);
    CHECK(chunks != NULL && frames != NULL);

    check_stage = "chunks";
    fg_config *config = encoder_config(AVC_BASELINE, WIDTH, HEIGHT, count);
    CHECK_OK(fg_config_set(config, "latencyMode", "realtime"));
    fg_encoder *encoder = encoder_of(config);
    for (uint32_t i = 0; i < count; i++) CHECK_OK(send_picture(encoder, WIDTH, HEIGHT, i, NULL, -1));
    CHECK_OK(fg_encoder_flush(encoder, NULL));
    HOLD_ALL(fg_encoder_poll, encoder, chunks, count)
    const fg_stats stats = encoder_stats(encoder);
    CHECK_EQUAL(stats.held, count);
    CHECK_OK(fg_encoder_close(encoder));
    for (uint32_t i = 0; i < count; i++) CHECK(sum_of(&chunks[i].output) == chunks[i].sum);
    fg_encoder_free(encoder);

    check_stage = "frames";
    fg_decoder *decoder = NULL;
    CHECK(chunks[0].output.config != NULL); /* valid as long as the chunk that brought it */
    CHECK_OK(fg_decoder_new(chunks[0].output.config, &decoder));
    fg_config *copied = NULL;
    CHECK_OK(fg_config_copy(chunks[0].output.config, &copied)); /* as long as the host likes */
    for (uint32_t i = 0; i < count; i++) {
        const fg_chunk chunk = chunk_of(&chunks[i].output);
        CHECK_OK(fg_decoder_enqueue(decoder, &chunk, -1));
    }
    CHECK_OK(fg_decoder_flush(decoder, NULL));
    HOLD_ALL(fg_decoder_poll, decoder, frames, count)
    fg_frame *kept = fg_frame_retain(frames[0].output.frame);
    fg_decoder_free(decoder); /* without a close before */
    outlive(frames, count);
    outlive(chunks, count);

    check_stage = "copied";
    const uint8_t *description = NULL;
    size_t size = 0;
    CHECK_OK(fg_config_get_bytes(copied, "description", &description, &size));
    CHECK(size > 7 && description[0] == 1); /* avcC */
    fg_config_free(copied);

    check_stage = "retained";
    frames[0].output.frame = kept;
    CHECK(sum_of(&frames[0].output) == frames[0].sum);
    fg_frame_release(kept);
    free(chunks);
    free(frames);
    return 0;
}
