/* fork [forks]: what a parent made is of no use to its child, which says so; what the child makes works and is freed. */
#include "media.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

enum { THREADS = 8, FORKS = 1000, WIDTH = 64, HEIGHT = 48, SLOTS = 4 };

static volatile int running = 1;

static fg_encoder *encoder_for_children(const char *codec) {
    fg_config *config = encoder_config(codec, WIDTH, HEIGHT, SLOTS);
    if (strcmp(codec, NULL_CODEC) != 0) {
        CHECK_OK(fg_config_set(config, "latencyMode", "realtime"));
        CHECK_OK(fg_config_set(config, "threads", "1"));
        CHECK_OK(fg_config_set(config, "avc.format", "annexb"));
    }
    return encoder_of(config);
}

/* Encodes `count` pictures, takes and releases their chunks. */
static void encode(const char *codec, uint32_t count) {
    fg_encoder *encoder = encoder_for_children(codec);
    for (uint32_t i = 0; i < count; i++) {
        fg_output output = FG_OUTPUT_INIT;
        CHECK_OK(send_picture(encoder, WIDTH, HEIGHT, i, NULL, -1));
        CHECK_OK(fg_encoder_poll(encoder, &output, -1));
        CHECK_EQUAL(output.kind, FG_OUTPUT_CHUNK);
        CHECK_OK(fg_release_output(output.token));
    }
    fg_encoder_free(encoder);
}

/* Opens, encodes and frees all the time: every lock of the process is busy when a fork comes. */
static void *keeps_encoding(void *argument) {
    (void)argument;
    while (__atomic_load_n(&running, __ATOMIC_RELAXED)) encode(AVC_BASELINE, 20);
    return NULL;
}

/* What the parent has when it forks. */
typedef struct {
    fg_encoder *encoder;
    fg_decoder *decoder;
    fg_waitset *set;
    fg_muxer *muxer;
    fg_frame *frame;
    fg_config *config;
    fg_output chunk, decoded;
    int32_t wake_fd, set_fd;
    uint32_t rounds;
} family;

static const char *const muxed = "fork.mp4";

static family parents_own(void) {
    family own = {0};
    fg_chunk chunk;
    own.chunk = own.decoded = (fg_output)FG_OUTPUT_INIT;
    own.encoder = encoder_for_children(AVC_BASELINE);
    CHECK_OK(fg_config_new(AVC_BASELINE, &own.config));
    CHECK_OK(fg_decoder_new(own.config, &own.decoder));
    CHECK_OK(fg_waitset_new(&own.set));
    CHECK_OK(fg_encoder_join(own.encoder, own.set, 1));
    CHECK_OK(fg_encoder_wake_fd(own.encoder, &own.wake_fd));
    CHECK_OK(fg_waitset_fd(own.set, &own.set_fd));
    own.frame = picture(FG_PIXEL_I420, WIDTH, HEIGHT, 0);
    CHECK_OK(fg_encoder_enqueue(own.encoder, own.frame, NULL, -1));
    CHECK_OK(fg_encoder_poll(own.encoder, &own.chunk, -1));
    chunk = chunk_of(&own.chunk);
    CHECK_OK(fg_decoder_enqueue(own.decoder, &chunk, -1));
    CHECK_OK(fg_decoder_flush(own.decoder, NULL));
    CHECK_OK(fg_decoder_poll(own.decoder, &own.decoded, -1));
    CHECK_EQUAL(own.decoded.kind, FG_OUTPUT_FRAME);
    CHECK_OK(fg_muxer_create(muxed, &own.muxer));
    return own;
}

#define CHECK_PARENTS(call) CHECK_ERROR(call, FG_ERROR_INVALID_STATE, "made before fork")

/* Every call on a parent's handle is refused, at once. */
static void child_refuses(const family *own) {
    check_stage = "a parent's handles";
    fg_output output = FG_OUTPUT_INIT;
    fg_stats stats = FG_STATS_INIT;
    fg_chunk chunk = FG_CHUNK_INIT;
    uint32_t number = 0;
    uint64_t id = 0;
    size_t count = 0;
    int32_t fd = -1;
    char text[8];
    for (int32_t timeout_ms = -1; timeout_ms < 2; timeout_ms++) {
        CHECK_PARENTS(fg_encoder_enqueue(own->encoder, own->frame, NULL, timeout_ms));
        CHECK_PARENTS(fg_encoder_poll(own->encoder, &output, timeout_ms));
        CHECK_PARENTS(fg_encoder_wait(own->encoder, FG_READY_POLL, &number, timeout_ms));
        CHECK_PARENTS(fg_decoder_poll(own->decoder, &output, timeout_ms));
        CHECK_PARENTS(fg_decoder_wait(own->decoder, FG_READY_POLL, &number, timeout_ms));
        CHECK_PARENTS(fg_waitset_wait(own->set, &id, 1, &count, timeout_ms));
    }
    chunk.data = own->chunk.data; /* the bytes of a chunk that the parent holds are memory, and there */
    chunk.size = own->chunk.size;
    chunk.flags = FG_CHUNK_KEY;
    CHECK_PARENTS(fg_decoder_enqueue(own->decoder, &chunk, 0));
    CHECK_PARENTS(fg_encoder_configure(own->encoder, own->config));
    CHECK_PARENTS(fg_decoder_configure(own->decoder, own->config));
    CHECK_PARENTS(fg_encoder_flush(own->encoder, &id));
    CHECK_PARENTS(fg_decoder_flush(own->decoder, &id));
    CHECK_PARENTS(fg_encoder_reset(own->encoder));
    CHECK_PARENTS(fg_decoder_reset(own->decoder));
    CHECK_PARENTS(fg_encoder_close(own->encoder));
    CHECK_PARENTS(fg_decoder_close(own->decoder));
    CHECK_PARENTS(fg_encoder_stats(own->encoder, &stats));
    CHECK_PARENTS(fg_decoder_stats(own->decoder, &stats));
    CHECK_PARENTS(fg_encoder_error(own->encoder, text, sizeof text));
    CHECK_PARENTS(fg_decoder_error(own->decoder, text, sizeof text));
    CHECK_PARENTS(fg_encoder_wake_fd(own->encoder, &fd));
    CHECK_PARENTS(fg_decoder_wake_fd(own->decoder, &fd));
    CHECK_PARENTS(fg_encoder_join(own->encoder, NULL, 0));
    CHECK_PARENTS(fg_decoder_join(own->decoder, NULL, 0));
    CHECK_PARENTS(fg_waitset_fd(own->set, &fd));
    CHECK_PARENTS(fg_muxer_set(own->muxer, "title", "x"));
    CHECK_PARENTS(fg_muxer_add_track(own->muxer, own->config, &number));
    CHECK_PARENTS(fg_muxer_write(own->muxer, 0, &chunk));
    CHECK_PARENTS(fg_muxer_finish(own->muxer));
}

static void child_makes_its_own(const family *own) {
    check_stage = "a child's own handles";
    fg_encoder *encoder = encoder_for_children(NULL_CODEC);
    CHECK_PARENTS(fg_encoder_join(encoder, own->set, 1));
    CHECK_OK(fg_encoder_enqueue(encoder, own->frame, NULL, -1)); /* a parent's frame is memory */
    fg_output output = FG_OUTPUT_INIT;
    CHECK_OK(fg_encoder_poll(encoder, &output, -1));
    release(&output);
    CHECK_EQUAL(encoder_stats(encoder).in_flight, 0);
    fg_encoder_free(encoder);
    encode(AVC_BASELINE, 3);
}

static void child_lets_go(family *own) {
    check_stage = "letting go";
    CHECK_OK(fg_release_output(own->chunk.token));
    CHECK_STATUS(fg_release_output(own->chunk.token), FG_ERROR_INVALID_ARGUMENT);
    CHECK_OK(fg_release_output(own->decoded.token));
    fg_frame_release(own->frame);
    fg_config_free(own->config);
    fg_encoder_free(own->encoder);
    fg_decoder_free(own->decoder);
    fg_muxer_free(own->muxer);
    fg_waitset_free(own->set);
}

/* Runs `body` in a child, which must end well. */
static void in_a_child(void (*body)(family *), family *own) {
    alarm(300); /* for this one */
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        alarm(300); /* the parent's is not inherited */
        body(own);
        raise(SIGKILL); /* nothing runs at this end, as where exec comes: tools would count what stays by design */
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(!WIFEXITED(status)); /* a check that failed */
    CHECK_EQUAL(WTERMSIG(status), SIGKILL);
}

static void whole_child(family *own) {
    child_refuses(own);
    child_makes_its_own(own);
    child_lets_go(own);
}

static void small_child(family *own) {
    CHECK_PARENTS(fg_encoder_flush(own->encoder, NULL));
    encode(NULL_CODEC, 2);
    if (own->rounds % 20 == 0) encode(AVC_BASELINE, 1);
    CHECK_OK(fg_release_output(own->chunk.token));
    CHECK_OK(fg_release_output(own->decoded.token));
    fg_encoder_free(own->encoder);
}

/* No byte has come through a descriptor. */
static void check_silent(int32_t fd) {
    struct pollfd look = {fd, POLLIN, 0};
    CHECK_EQUAL(poll(&look, 1, 0), 0);
}

/* What the children did was of no consequence to the parent. */
static void parent_goes_on(family *own) {
    check_stage = "the parent";
    check_silent(own->wake_fd);
    check_silent(own->set_fd);
    CHECK_EQUAL(encoder_stats(own->encoder).held, 1);
    CHECK_OK(fg_release_output(own->chunk.token));
    CHECK_OK(fg_release_output(own->decoded.token));
    CHECK_OK(send_picture(own->encoder, WIDTH, HEIGHT, 1, NULL, -1));
    CHECK_OK(fg_encoder_poll(own->encoder, &own->chunk, -1));
    CHECK_OK(fg_release_output(own->chunk.token));
    close(own->wake_fd);
    close(own->set_fd);
    fg_frame_release(own->frame);
    fg_config_free(own->config);
    fg_encoder_free(own->encoder);
    fg_decoder_free(own->decoder);
    fg_muxer_free(own->muxer);
    fg_waitset_free(own->set);
    unlink(muxed);
}

static void beside_threads(uint32_t forks, family *own) {
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) threads[i] = check_spawn(keeps_encoding, NULL);
    for (own->rounds = 0; own->rounds < forks; own->rounds++) in_a_child(small_child, own);
    in_a_child(whole_child, own);
    running = 0;
    for (int i = 0; i < THREADS; i++) check_join(threads[i]);
}

int main(int argc, char **argv) {
    const uint32_t forks = check_argument(argc, argv, 1, FORKS);
    char folder[] = "/tmp/framegate-fork-XXXXXX";
    check_begin();
    CHECK(mkdtemp(folder) != NULL);
    CHECK(chdir(folder) == 0);
    family own = parents_own();
    in_a_child(whole_child, &own);
    if (forks > 0) beside_threads(forks, &own);
    parent_goes_on(&own);
    CHECK(rmdir(folder) == 0);
    return 0;
}
