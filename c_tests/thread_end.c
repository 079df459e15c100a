/* thread_end [threads]: threads that end without freeing anything, as those of a host that stops them. What was in a
 * wait set of theirs goes with them: descriptors at once, codec threads and frames by themselves. */
#include "media.h"

#include <sys/wait.h>

static uint32_t descriptors(void) { return entries("/proc/self/fd"); }

/* What a thread leaves behind for the test to look at. */
struct trace {
    fg_waitset *set;
    fg_encoder *encoder, *left;
    uint64_t token;
    int32_t fd;
};

static void count_free(void *count) { __atomic_add_fetch((int *)count, 1, __ATOMIC_RELAXED); }

static int frames_freed;

static fg_frame *wrapped(uint32_t width, uint32_t height, uint32_t index) {
    static uint8_t memory[320 * 240 * 3 / 2];
    fg_video_info info = FG_VIDEO_INFO_INIT;
    fg_planes planes = FG_PLANES_INIT;
    fg_frame *frame = NULL;
    info.format = FG_PIXEL_I420;
    info.coded_width = width;
    info.coded_height = height;
    info.timestamp_us = (int64_t)index * FRAME_US;
    planes.count = 3;
    for (uint32_t i = 0; i < 3; i++) {
        planes.data[i] = memory + (i == 0 ? 0 : width * height * (3 + i) / 4);
        planes.stride[i] = i == 0 ? width : width / 2;
    }
    CHECK_OK(fg_frame_wrap_video(&info, &planes, count_free, &frames_freed, &frame));
    return frame;
}

static fg_waitset *thread_set(void) {
    fg_waitset *set = NULL;
    CHECK_OK(fg_waitset_new_for_thread(&set));
    return set;
}

enum { FRAMES = 10 };

/* An encoder in the middle of its work, one whose output is on hold, a decoder that never began, and a descriptor. */
static void *stopped(void *argument) {
    struct trace *trace = argument;
    fg_config *config = NULL;
    fg_decoder *decoder = NULL;
    fg_output output = FG_OUTPUT_INIT;
    fg_waitset *set = thread_set();
    CHECK_OK(fg_waitset_fd(set, &trace->fd));
    fg_encoder *encoder = encoder_of(encoder_config(AVC_HIGH, 320, 240, 16));
    CHECK_OK(fg_encoder_join(encoder, set, 1));
    for (uint32_t i = 0; i < FRAMES; i++) {
        fg_frame *frame = wrapped(320, 240, i);
        CHECK_OK(fg_encoder_enqueue(encoder, frame, NULL, -1));
        fg_frame_release(frame);
    }
    fg_encoder *held = null_encoder(4);
    CHECK_OK(fg_encoder_join(held, set, 2));
    CHECK_OK(send_small(held, 0, 0));
    CHECK_OK(fg_encoder_poll(held, &output, -1));
    trace->token = output.token;
    CHECK_OK(fg_config_new(AVC_HIGH, &config));
    CHECK_OK(fg_decoder_new(config, &decoder));
    fg_config_free(config);
    CHECK_OK(fg_decoder_join(decoder, set, 3));
    return NULL;
}

static void nothing_is_left(uint32_t count) {
    check_stage = "nothing is left";
    const uint32_t fds = descriptors(), threads = entries("/proc/self/task");
    for (uint32_t i = 0; i < count; i++) {
        struct trace trace;
        check_join(check_spawn(stopped, &trace));
        CHECK_EQUAL(close(trace.fd), 0);
        CHECK_EQUAL(descriptors(), fds);
        CHECK_STATUS(fg_release_output(trace.token), FG_ERROR_INVALID_ARGUMENT); /* it was released */
    }
    wait_for_threads(threads);
    CHECK_EQUAL(frames_freed, (int)count * FRAMES);
}

/* What leaves the set, or whose set is freed, is the host's alone. */
static void *parting(void *argument) {
    struct trace *trace = argument;
    fg_waitset *set = thread_set(), *freed = thread_set();
    trace->encoder = null_encoder(2);
    CHECK_OK(fg_encoder_join(trace->encoder, freed, 1));
    fg_waitset_free(freed);
    trace->left = null_encoder(2);
    CHECK_OK(fg_encoder_join(trace->left, set, 2));
    CHECK_OK(fg_encoder_join(trace->left, trace->set, 3));
    return NULL;
}

static void what_parted_stays(void) {
    check_stage = "what parted stays";
    struct trace trace;
    uint64_t key = 0;
    size_t count = 0;
    memset(&trace, 0, sizeof trace);
    CHECK_OK(fg_waitset_new(&trace.set));
    check_join(check_spawn(parting, &trace));
    CHECK_OK(fg_waitset_wait(trace.set, &key, 1, &count, 0));
    CHECK_EQUAL(key, 3);
    fg_encoder *encoders[2] = {trace.encoder, trace.left};
    for (int i = 0; i < 2; i++) {
        fg_output output = FG_OUTPUT_INIT;
        CHECK_OK(send_small(encoders[i], 0, 0));
        CHECK_OK(fg_encoder_poll(encoders[i], &output, -1));
        release(&output);
        fg_encoder_free(encoders[i]);
    }
    fg_waitset_free(trace.set);
}

/* A host that frees everything itself: nothing is freed twice. */
static void *tidy(void *argument) {
    (void)argument;
    fg_waitset *set = thread_set();
    fg_encoder *first = null_encoder(2), *second = null_encoder(2);
    CHECK_OK(fg_encoder_join(first, set, 1));
    CHECK_OK(fg_encoder_join(first, set, 2));
    CHECK_OK(fg_encoder_join(second, set, 3));
    fg_encoder_free(first);
    fg_waitset_free(set);
    fg_encoder_free(second);
    return NULL;
}

static void freed_before(void) {
    check_stage = "freed before";
    const uint32_t fds = descriptors(), threads = entries("/proc/self/task");
    check_join(check_spawn(tidy, NULL));
    CHECK_EQUAL(descriptors(), fds);
    wait_for_threads(threads);
    CHECK_STATUS(fg_waitset_new_for_thread(NULL), FG_ERROR_INVALID_ARGUMENT);
}

/* Ends the process when the thread has ended, without what is done at exit: tools would count what stays by design. */
static void *ends_after(void *argument) {
    check_join(*(pthread_t *)argument);
    raise(SIGKILL);
    return NULL;
}

/* In a child the thread that forked ends, too, and what it has copies of is the parent's. */
static void *forking(void *argument) {
    static fg_waitset *set; /* static: what the child keeps is not lost to a leak checker */
    static fg_encoder *encoder;
    pid_t *child = argument;
    set = thread_set();
    encoder = null_encoder(2);
    CHECK_OK(fg_encoder_join(encoder, set, 1));
    CHECK_OK(send_small(encoder, 0, 0));
    *child = fork();
    if (*child == 0) {
        static pthread_t me;
        me = pthread_self();
        check_spawn(ends_after, &me);
    }
    return NULL;
}

static void a_child_frees_nothing(void) {
    check_stage = "a child frees nothing";
    pid_t child = -1;
    int status = -1;
    check_join(check_spawn(forking, &child));
    CHECK(child > 0);
    CHECK_EQUAL(waitpid(child, &status, 0), child);
    CHECK(!WIFEXITED(status)); /* a check that failed */
    CHECK_EQUAL(WTERMSIG(status), SIGKILL);
}

int main(int argc, char **argv) {
    check_begin();
    nothing_is_left(check_argument(argc, argv, 1, 20));
    what_parted_stays();
    freed_before();
    a_child_frees_nothing();
    return 0;
}
