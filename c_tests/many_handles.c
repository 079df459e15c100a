/* many_handles [pairs] [frames]: encoders that feed decoders, all alive at once on one wait set and one thread. Every one
 * makes progress; a codec has threads of its own only while handles are few; freeing gives all threads back. */
#include "media.h"

#include <dirent.h>
#include <time.h>

enum { WIDTH = 64, HEIGHT = 48 };

/* Threads of this process. */
static uint32_t threads(void) {
    uint32_t count = 0;
    DIR *tasks = opendir("/proc/self/task");
    CHECK(tasks != NULL);
    for (struct dirent *entry; (entry = readdir(tasks)) != NULL;) count += entry->d_name[0] != '.';
    closedir(tasks);
    return count;
}

struct pair {
    fg_encoder *encoder;
    fg_decoder *decoder; /* made with the first chunk */
    fg_output chunk;     /* held while the decoder has no room for it */
    uint32_t sent, decoded;
    int done;
};

static void make_decoder(struct pair *pair, fg_waitset *set, uint64_t key) {
    fg_config *config = NULL;
    CHECK_OK(fg_config_copy(pair->chunk.config, &config));
    CHECK_OK(fg_config_set(config, "slots", "2"));
    CHECK_OK(fg_decoder_new(config, &pair->decoder));
    CHECK_OK(fg_decoder_join(pair->decoder, set, key));
    fg_config_free(config);
}

/* Gives the decoder the chunk in hand, or the encoder's end. True if something moved. */
static int hand_over(struct pair *pair, fg_waitset *set, uint64_t key) {
    if (pair->chunk.kind == 0) {
        const fg_status status = fg_encoder_poll(pair->encoder, &pair->chunk, 0);
        CHECK(status >= 0);
        if (status != FG_OK) return 0;
    }
    if (pair->chunk.kind == FG_OUTPUT_FLUSHED) {
        CHECK_OK(fg_decoder_flush(pair->decoder, NULL));
    } else {
        if (pair->decoder == NULL) make_decoder(pair, set, key);
        const fg_chunk chunk = chunk_of(&pair->chunk);
        const fg_status status = fg_decoder_enqueue(pair->decoder, &chunk, 0);
        CHECK(status >= 0);
        if (status != FG_OK) return 0;
    }
    release(&pair->chunk);
    pair->chunk.kind = 0;
    return 1;
}

static int take_frame(struct pair *pair) {
    fg_output output = FG_OUTPUT_INIT;
    if (pair->decoder == NULL) return 0;
    const fg_status status = fg_decoder_poll(pair->decoder, &output, 0);
    CHECK(status >= 0);
    if (status != FG_OK) return 0;
    if (output.kind == FG_OUTPUT_FLUSHED) pair->done = 1;
    else CHECK_EQUAL(output.timestamp_us, (int64_t)pair->decoded++ * FRAME_US);
    release(&output);
    return 1;
}

static int send_frame(struct pair *pair, uint32_t frames) {
    if (pair->sent == frames) return 0;
    const fg_status status = send_picture(pair->encoder, WIDTH, HEIGHT, pair->sent, NULL, 0);
    CHECK(status >= 0);
    if (status != FG_OK) return 0;
    if (++pair->sent == frames) CHECK_OK(fg_encoder_flush(pair->encoder, NULL));
    return 1;
}

static void run_all(uint32_t count, uint32_t frames, uint32_t most_threads) {
    fg_waitset *set = NULL;
    struct pair *pairs = calloc(count, sizeof *pairs);
    uint32_t done = 0;
    CHECK(pairs != NULL);
    CHECK_OK(fg_waitset_new(&set));
    for (uint32_t i = 0; i < count; i++) {
        const fg_output nothing = FG_OUTPUT_INIT;
        pairs[i].chunk = nothing;
        pairs[i].encoder = encoder_of(encoder_config(AVC_HIGH, WIDTH, HEIGHT, 2));
        CHECK_OK(fg_encoder_join(pairs[i].encoder, set, i));
    }
    while (done < count) {
        uint64_t keys[64];
        size_t found = 0;
        CHECK_OK(fg_waitset_wait(set, keys, 64, &found, -1));
        for (size_t i = 0; i < found; i++) {
            struct pair *pair = &pairs[keys[i]];
            if (pair->done) continue;
            while (send_frame(pair, frames) | hand_over(pair, set, keys[i]) | take_frame(pair)) {}
            done += (uint32_t)pair->done;
        }
    }
    CHECK(threads() <= most_threads);
    for (uint32_t i = 0; i < count; i++) {
        CHECK_EQUAL(pairs[i].decoded, frames);
        fg_encoder_free(pairs[i].encoder);
        fg_decoder_free(pairs[i].decoder);
    }
    free(pairs);
    fg_waitset_free(set);
}

int main(int argc, char **argv) {
    check_begin();
    const uint32_t count = check_argument(argc, argv, 1, 20), before = threads();
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    CHECK(cores > 0);
    /* Two handles may have as many codec threads as there are cores, and a few; the others share the cores. */
    uint32_t codec_threads = 2 * (uint32_t)(cores + 2);
    for (uint32_t others = 2; others < (uint32_t)cores; others++) codec_threads += (uint32_t)cores / others + 2;
    check_stage = "alive";
    run_all(count, check_argument(argc, argv, 2, 30), before + 2 * count + codec_threads);
    check_stage = "freed";
    const struct timespec moment = {0, 10000000};
    while (threads() > before) nanosleep(&moment, NULL); /* the kernel lags */
    CHECK_EQUAL(threads(), before);
    return 0;
}
