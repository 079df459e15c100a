/* waitset [handles] [frames]: many handles on one wait set. Every handle makes progress, each key comes up once, and
 * the oldest first; leaving, moving, freeing and closing do what they say. */
#include "media.h"

#include <sys/epoll.h>

static fg_waitset *new_set(void) {
    fg_waitset *set = NULL;
    CHECK_OK(fg_waitset_new(&set));
    return set;
}

/* Exactly these keys are up, in this order. */
static void check_keys(fg_waitset *set, const uint64_t *want, size_t count) {
    uint64_t keys[16];
    size_t found = 0;
    const fg_status status = fg_waitset_wait(set, keys, 16, &found, 0);
    CHECK_EQUAL(found, count);
    CHECK_STATUS(status, count > 0 ? FG_OK : FG_WAIT_CODEC);
    for (size_t i = 0; i < count; i++) CHECK_EQUAL(keys[i], want[i]);
}

static void check_no_keys(fg_waitset *set) { check_keys(set, NULL, 0); }

/* Arms for poll, and says that there is nothing. */
static void arm(fg_encoder *encoder) { check_idle(encoder); }

static void come_and_go(void) {
    check_stage = "come and go";
    fg_waitset *set = new_set(), *other = new_set();
    fg_encoder *encoders[3];
    const uint64_t all[3] = {10, 11, UINT64_MAX}, two[2] = {10, UINT64_MAX}, one[1] = {5};
    for (int i = 0; i < 3; i++) {
        encoders[i] = null_encoder(2);
        CHECK_OK(fg_encoder_join(encoders[i], set, all[i]));
    }
    check_keys(set, all, 3); /* each comes up by joining, in order */
    check_no_keys(set);
    for (int i = 0; i < 3; i++) CHECK_OK(send_small(encoders[i], 0, 0));
    check_no_keys(set); /* nothing was armed */

    CHECK_OK(fg_encoder_join(encoders[1], other, 5)); /* moves */
    check_keys(other, one, 1);
    CHECK_OK(fg_encoder_join(encoders[1], other, 5));
    CHECK_OK(fg_encoder_join(encoders[1], NULL, 0)); /* leaves, and takes its key along */
    check_no_keys(other);

    CHECK_OK(fg_encoder_join(encoders[0], set, 10));
    CHECK_OK(fg_encoder_join(encoders[0], set, 10)); /* again: still once */
    CHECK_OK(fg_encoder_join(encoders[2], set, UINT64_MAX));
    check_keys(set, two, 2);
    CHECK_OK(fg_encoder_join(encoders[0], set, 10));
    fg_encoder_free(encoders[0]); /* takes its key along */
    check_no_keys(set);
    fg_waitset_free(set); /* before a handle that is in it */
    fg_waitset_free(other);
    fg_encoder_free(encoders[1]);
    fg_encoder_free(encoders[2]);
}

/* What brings a key up: an output, a slot, a close; each once, however often it happens. */
static void causes(void) {
    check_stage = "causes";
    fg_waitset *set = new_set();
    fg_encoder *encoder = null_encoder(2);
    fg_output output = FG_OUTPUT_INIT;
    const uint64_t want[1] = {1};
    uint64_t key;
    size_t count;
    CHECK_OK(fg_encoder_join(encoder, set, 1));
    check_keys(set, want, 1);
    arm(encoder);
    CHECK_OK(send_small(encoder, 0, 0));
    CHECK_OK(send_small(encoder, 1, 0));
    CHECK_OK(fg_waitset_wait(set, &key, 1, &count, -1));
    CHECK(key == 1 && count == 1);
    CHECK_OK(fg_encoder_poll(encoder, &output, -1));
    check_no_keys(set); /* the second output: nothing was armed since */
    const uint64_t token = output.token;
    CHECK_OK(fg_encoder_poll(encoder, &output, -1));
    CHECK_STATUS(send_small(encoder, 2, 0), FG_WAIT_RELEASE);
    CHECK_OK(fg_release_output(token));
    CHECK_OK(fg_release_output(output.token));
    check_keys(set, want, 1);
    arm(encoder);
    while (fg_waitset_wait(set, &key, 1, &count, 0) == FG_OK) arm(encoder); /* a wake for nothing is allowed */
    CHECK_OK(fg_encoder_close(encoder));
    CHECK_OK(fg_waitset_wait(set, &key, 1, &count, -1));
    check_no_keys(set);
    fg_encoder_free(encoder);
    fg_waitset_free(set);
}

/* A closed handle's key comes up when its thread has ended, whether it ever had one or not. */
static void ends(int started) {
    check_stage = started ? "ends" : "ends without having begun";
    fg_waitset *set = new_set();
    fg_encoder *encoder = encoder_of(encoder_config(AVC_HIGH, 320, 240, 16));
    const uint64_t want[1] = {3};
    uint64_t key;
    size_t count;
    CHECK_OK(fg_encoder_join(encoder, set, 3));
    check_keys(set, want, 1);
    for (uint32_t i = 0; started && i < 10; i++) CHECK_OK(send_picture(encoder, 320, 240, i, NULL, 0));
    CHECK_OK(fg_encoder_close(encoder));
    CHECK_OK(fg_waitset_wait(set, &key, 1, &count, -1));
    CHECK_EQUAL(key, 3);
    CHECK_OK(fg_encoder_close(encoder));
    if (started) check_no_keys(set);
    fg_encoder_free(encoder);
    check_no_keys(set);
    fg_waitset_free(set);
}

/* FG_READY_DEQUEUE: a host that watches the queue hears of every input that the codec takes. */
static void dequeues(void) {
    check_stage = "dequeues";
    const uint32_t frames = 40, most = 3;
    fg_waitset *set = new_set();
    fg_encoder *encoder = encoder_of(encoder_config(AVC_HIGH, 64, 48, 16));
    fg_output output = FG_OUTPUT_INIT;
    uint64_t key, flush_id;
    size_t count;
    uint32_t sent = 0, ready = 0, received = 0;
    CHECK_OK(fg_encoder_join(encoder, set, 1));
    while (sent < frames) {
        /* Keeps at most three inputs in the queue. The codec holds more than that before its first output, so a
         * host that only heard of outputs and slots would wait for ever. */
        while (sent < frames && encoder_stats(encoder).waiting < most) CHECK_OK(send_picture(encoder, 64, 48, sent++, NULL, 0));
        while (fg_encoder_poll(encoder, &output, 0) == FG_OK) release(&output), received++;
        if (sent == frames || fg_encoder_wait(encoder, FG_READY_DEQUEUE, &ready, 0) == FG_OK) continue;
        CHECK_OK(fg_waitset_wait(set, &key, 1, &count, -1));
    }
    CHECK_OK(fg_encoder_wait(encoder, FG_READY_DEQUEUE, &ready, -1));
    CHECK_EQUAL(ready, FG_READY_DEQUEUE);
    CHECK_EQUAL(encoder_stats(encoder).waiting, 0);
    CHECK_OK(fg_encoder_flush(encoder, &flush_id));
    do {
        CHECK_OK(fg_encoder_poll(encoder, &output, -1));
        release(&output);
        received += output.kind == FG_OUTPUT_CHUNK;
    } while (output.kind != FG_OUTPUT_FLUSHED);
    CHECK_EQUAL(received, frames);
    CHECK_OK(fg_encoder_close(encoder));
    CHECK_STATUS(fg_encoder_wait(encoder, FG_READY_DEQUEUE, &ready, -1), FG_ERROR_CLOSED);
    fg_encoder_free(encoder);
    fg_waitset_free(set);
}

/* Two threads wait on one set; every key goes to one of them. */
struct share {
    fg_waitset *set;
    uint32_t keys;
};

static void *take_keys(void *argument) {
    struct share *share = argument;
    uint64_t key;
    size_t count;
    while (fg_waitset_wait(share->set, &key, 1, &count, -1) == FG_OK && key != 0) share->keys++;
    return NULL;
}

static void two_threads(void) {
    check_stage = "two threads";
    enum { ROUNDS = 2000 };
    fg_waitset *set = new_set();
    fg_encoder *encoder = null_encoder(1), *stops[2];
    struct share shares[2] = {{set, 0}, {set, 0}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) threads[i] = check_spawn(take_keys, &shares[i]);
    for (int i = 0; i < ROUNDS; i++) CHECK_OK(fg_encoder_join(encoder, set, 1));
    for (int i = 0; i < 2; i++) {
        stops[i] = null_encoder(1);
        CHECK_OK(fg_encoder_join(stops[i], set, 0)); /* a thread takes one of these and ends */
    }
    for (int i = 0; i < 2; i++) check_join(threads[i]);
    check_no_keys(set);
    CHECK(shares[0].keys + shares[1].keys >= 1 && shares[0].keys + shares[1].keys <= ROUNDS);
    fg_encoder_free(encoder);
    for (int i = 0; i < 2; i++) fg_encoder_free(stops[i]);
    fg_waitset_free(set);
}

/* One thread, one epoll, one descriptor, many encoders: all of them finish. */
struct job {
    fg_encoder *encoder;
    uint32_t sent, received;
    int done;
};

/* Goes on until both calls say "not now". */
static void work(struct job *job, uint32_t frames) {
    fg_output output = FG_OUTPUT_INIT;
    fg_status status = FG_OK;
    for (;;) {
        int idle = 1;
        if (job->sent < frames && (status = send_small(job->encoder, job->sent, 0)) == FG_OK) {
            if (++job->sent == frames) CHECK_OK(fg_encoder_flush(job->encoder, NULL));
            idle = 0;
        }
        CHECK(status >= 0);
        if (fg_encoder_poll(job->encoder, &output, 0) == FG_OK) {
            release(&output);
            idle = 0;
            if (output.kind == FG_OUTPUT_FLUSHED) job->done = 1;
            else job->received++;
        }
        if (idle || job->done) return;
    }
}

static void many(uint32_t handles, uint32_t frames) {
    check_stage = "many";
    fg_waitset *set = new_set();
    struct job *jobs = calloc(handles, sizeof *jobs);
    struct epoll_event event;
    int32_t fd = -1;
    uint32_t done = 0;
    CHECK(jobs != NULL);
    CHECK_OK(fg_waitset_fd(set, &fd));
    const int poller = epoll_create1(EPOLL_CLOEXEC);
    memset(&event, 0, sizeof event);
    event.events = EPOLLIN;
    CHECK(poller >= 0 && epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) == 0);
    for (uint32_t i = 0; i < handles; i++) {
        jobs[i].encoder = null_encoder(2);
        CHECK_OK(fg_encoder_join(jobs[i].encoder, set, i));
    }
    while (done < handles) {
        uint64_t keys[64];
        uint8_t bytes[64];
        size_t count;
        while (done < handles && fg_waitset_wait(set, keys, 64, &count, 0) == FG_OK) {
            for (size_t i = 0; i < count; i++) {
                struct job *job = &jobs[keys[i]];
                if (job->done) continue;
                work(job, frames);
                done += (uint32_t)job->done;
            }
        }
        if (done == handles) break;
        CHECK_EQUAL(epoll_wait(poller, &event, 1, -1), 1);
        CHECK_EQUAL(read(fd, bytes, sizeof bytes), 1); /* one byte for one arm */
    }
    for (uint32_t i = 0; i < handles; i++) {
        CHECK_EQUAL(jobs[i].received, frames);
        fg_encoder_free(jobs[i].encoder);
    }
    free(jobs);
    close(poller);
    close(fd);
    fg_waitset_free(set);
}

int main(int argc, char **argv) {
    check_begin();
    come_and_go();
    causes();
    ends(0);
    ends(1);
    dequeues();
    two_threads();
    many(check_argument(argc, argv, 1, 50), check_argument(argc, argv, 2, 50));
    return 0;
}
