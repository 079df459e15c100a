/* threads [threads] [rounds]: many threads call everything on one handle at once. Every status is one that
 * the call may give, tokens stay good for exactly one release, and the sums are right at the end. */
#include "media.h"

enum { MAX_DELAY = 12, SHARED_TOKENS = 64 };

/* A handle, and the tokens that one thread polled for another to release. */
struct shared {
    fg_encoder *encoder;
    fg_config *config;
    uint32_t rounds, width, height;
    pthread_mutex_t mutex;
    uint64_t tokens[SHARED_TOKENS];
    uint32_t token_count;
};

struct worker {
    struct shared *shared;
    uint32_t seed;
};

/* Takes a random token out, or gives 0 if there is none. */
static uint64_t take_token(struct shared *shared, uint32_t random) {
    uint64_t token = 0;
    pthread_mutex_lock(&shared->mutex);
    if (shared->token_count > 0) {
        uint64_t *place = &shared->tokens[random % shared->token_count];
        token = *place;
        *place = shared->tokens[--shared->token_count];
    }
    pthread_mutex_unlock(&shared->mutex);
    return token;
}

/* Leaves a token for any thread; gives it back at once if there is no room. */
static void leave_token(struct shared *shared, uint64_t token) {
    pthread_mutex_lock(&shared->mutex);
    const int room = shared->token_count < SHARED_TOKENS;
    if (room) shared->tokens[shared->token_count++] = token;
    pthread_mutex_unlock(&shared->mutex);
    if (!room) CHECK_OK(fg_release_output(token));
}

static void enqueue(struct shared *shared, uint32_t random) {
    const fg_status status = send_picture(shared->encoder, shared->width, shared->height, random % 100, NULL,
                                          (int32_t)(random % 3));
    CHECK(status == FG_OK || status == FG_WAIT_CODEC || status == FG_WAIT_POLL ||
          status == FG_WAIT_RELEASE || status == FG_ERROR_INVALID_STATE);
}

static void poll_one(struct shared *shared, uint32_t random) {
    fg_output output = FG_OUTPUT_INIT;
    const fg_status status = fg_encoder_poll(shared->encoder, &output, (int32_t)(random % 3));
    if (status != FG_OK) {
        CHECK(status == FG_WAIT_CODEC || status == FG_WAIT_INPUT || status == FG_ERROR_INVALID_STATE);
    } else if (output.token != 0) {
        CHECK_EQUAL(output.timestamp_us, (int64_t)(output.id - 1) * FRAME_US);
        leave_token(shared, output.token);
    } else {
        CHECK_EQUAL(output.kind, FG_OUTPUT_FLUSHED);
    }
}

static void release_one(struct shared *shared, uint32_t random) {
    const uint64_t token = take_token(shared, random);
    if (token == 0) return;
    CHECK_OK(fg_release_output(token));
    CHECK_STATUS(fg_release_output(token), FG_ERROR_INVALID_ARGUMENT);
}

static void look(struct shared *shared) {
    const fg_stats stats = encoder_stats(shared->encoder);
    char text[8];
    CHECK_EQUAL(stats.in_flight, stats.queued + stats.ready + stats.held);
    CHECK(stats.in_flight + stats.in_codec <= stats.slots + MAX_DELAY);
    CHECK_EQUAL(stats.outputs - stats.releases, stats.held);
    CHECK_OK(fg_encoder_error(shared->encoder, text, sizeof text));
    CHECK(text[0] == '\0');
}

static void wait_a_little(struct shared *shared, uint32_t random) {
    uint32_t ready = 0;
    const fg_status status = fg_encoder_wait(shared->encoder, 1 + random % 3, &ready, 1);
    CHECK(status >= 0 || status == FG_ERROR_INVALID_STATE);
}

/* A reset and the configuration after it are two calls: another thread may come between them. */
static void start_again(struct shared *shared) {
    CHECK_OK(fg_encoder_reset(shared->encoder));
    CHECK_OK(fg_encoder_configure(shared->encoder, shared->config));
}

static void *work(void *argument) {
    struct worker *worker = (struct worker *)argument;
    struct shared *shared = worker->shared;
    for (uint32_t round = 0; round < shared->rounds; round++) {
        const uint32_t random = check_random(&worker->seed);
        const uint32_t what = check_random(&worker->seed) % 100;
        if (what < 35) enqueue(shared, random);
        else if (what < 65) poll_one(shared, random);
        else if (what < 85) release_one(shared, random);
        else if (what < 92) look(shared);
        else if (what < 96) wait_a_little(shared, random);
        else if (what < 99) {
            const fg_status status = fg_encoder_flush(shared->encoder, NULL);
            CHECK(status == FG_OK || status == FG_ERROR_INVALID_STATE);
        } else start_again(shared);
    }
    return NULL;
}

/* After all that, the handle does what it did before. */
static void still_works(struct shared *shared) {
    fg_output output = FG_OUTPUT_INIT;
    CHECK_OK(fg_encoder_configure(shared->encoder, shared->config));
    CHECK_OK(send_picture(shared->encoder, shared->width, shared->height, 6, NULL, 0));
    CHECK_OK(fg_encoder_flush(shared->encoder, NULL));
    CHECK_OK(fg_encoder_poll(shared->encoder, &output, -1));
    CHECK_EQUAL(output.id, 7);
    release(&output);
    CHECK_OK(fg_encoder_poll(shared->encoder, &output, -1));
    CHECK_EQUAL(output.kind, FG_OUTPUT_FLUSHED);
    CHECK_EQUAL(encoder_stats(shared->encoder).in_flight, 0);
}

static void hammer(fg_config *config, uint32_t threads, uint32_t rounds) {
    struct shared shared;
    struct worker *workers = (struct worker *)calloc(threads, sizeof *workers);
    pthread_t *handles = (pthread_t *)calloc(threads, sizeof *handles);
    CHECK(workers != NULL && handles != NULL);
    memset(&shared, 0, sizeof shared);
    shared.config = config;
    shared.rounds = rounds;
    shared.width = 32;
    shared.height = 16;
    CHECK_OK(fg_encoder_new(config, &shared.encoder));
    CHECK(pthread_mutex_init(&shared.mutex, NULL) == 0);
    for (uint32_t i = 0; i < threads; i++) {
        workers[i].shared = &shared;
        workers[i].seed = i + 1;
        handles[i] = check_spawn(work, &workers[i]);
    }
    for (uint32_t i = 0; i < threads; i++) check_join(handles[i]);

    CHECK_OK(fg_encoder_reset(shared.encoder));
    const fg_stats stats = stats_after_reset(shared.encoder);
    CHECK_EQUAL(stats.held, shared.token_count); /* all that is left is in our hands */
    CHECK_EQUAL(stats.in_flight, shared.token_count);
    for (uint64_t token; (token = take_token(&shared, 0)) != 0;) CHECK_OK(fg_release_output(token));
    still_works(&shared);
    fg_encoder_free(shared.encoder);
    pthread_mutex_destroy(&shared.mutex);
    fg_config_free(config);
    free(workers);
    free(handles);
}

int main(int argc, char **argv) {
    check_begin();
    const uint32_t threads = check_argument(argc, argv, 1, 8);
    const uint32_t rounds = check_argument(argc, argv, 2, 400);
    check_stage = "null";
    hammer(encoder_config(NULL_CODEC, 32, 16, 4), threads, rounds);
    check_stage = "avc";
    hammer(encoder_config(AVC_BASELINE, 32, 16, 4), threads, rounds / 4);
    return 0;
}
