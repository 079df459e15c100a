/* gate_two_threads [frames] [consumer_us] [width] [height]: one thread enqueues without looking, another
 * polls and is slow. Nothing piles up, nothing is lost, and the order holds. */
#define _DEFAULT_SOURCE
#include "media.h"

enum { MAX_DELAY = 12, SLOTS = 4 };

struct job {
    fg_encoder *encoder;
    uint32_t count, consumer_us, width, height;
    int in_order;
};

static void *consume(void *argument) {
    const struct job *job = (const struct job *)argument;
    uint8_t *seen = (uint8_t *)calloc(job->count, 1);
    CHECK(seen != NULL);
    for (uint32_t received = 0;; received++) {
        fg_output output = FG_OUTPUT_INIT;
        CHECK_OK(fg_encoder_poll(job->encoder, &output, -1));
        if (output.kind == FG_OUTPUT_FLUSHED) {
            CHECK_EQUAL(received, job->count);
            break;
        }
        CHECK_EQUAL(output.kind, FG_OUTPUT_CHUNK);
        CHECK(output.id >= 1 && output.id <= job->count && !seen[output.id - 1]);
        seen[output.id - 1] = 1;
        if (job->in_order) CHECK_EQUAL(output.id, received + 1);
        usleep(job->consumer_us);
        release(&output);
    }
    free(seen);
    return NULL;
}

/* Enqueues until the gate is full of outputs, so that it is full once in every run; gives how many fitted. */
static uint32_t fill(const struct job *job) {
    uint32_t sent = 0;
    fg_status status;
    do {
        status = send_picture(job->encoder, job->width, job->height, sent, NULL, 0);
        if (status == FG_OK) sent++;
        else sched_yield(); /* FG_WAIT_CODEC: soon */
    } while (status != FG_WAIT_POLL && sent < job->count);
    CHECK_STATUS(status, FG_WAIT_POLL);
    return sent;
}

static void run(struct job job, fg_config *config, int in_order) {
    job.encoder = encoder_of(config);
    job.in_order = in_order;
    const uint32_t sent = fill(&job);
    const pthread_t consumer = check_spawn(consume, &job);
    for (uint32_t i = sent; i < job.count; i++) {
        CHECK_OK(send_picture(job.encoder, job.width, job.height, i, NULL, -1));
        const fg_stats stats = encoder_stats(job.encoder);
        check_stats(&stats, MAX_DELAY);
    }
    CHECK_OK(fg_encoder_flush(job.encoder, NULL));
    check_join(consumer);
    const fg_stats stats = encoder_stats(job.encoder);
    check_settled(&stats, job.count);
    CHECK(stats.in_flight_peak >= SLOTS);
    if (in_order) {
        const uint64_t frame_bytes = (uint64_t)job.width * job.height * 3 / 2;
        CHECK(stats.in_flight_peak <= SLOTS);
        CHECK(stats.bytes_peak >= frame_bytes && stats.bytes_peak <= SLOTS * frame_bytes);
    }
    fg_encoder_free(job.encoder);
}

int main(int argc, char **argv) {
    struct job job;
    check_begin();
    memset(&job, 0, sizeof job);
    job.count = check_argument(argc, argv, 1, 100);
    job.consumer_us = check_argument(argc, argv, 2, 2000);
    job.width = check_argument(argc, argv, 3, 64);
    job.height = check_argument(argc, argv, 4, 48);
    check_stage = "null";
    run(job, encoder_config(NULL_CODEC, job.width, job.height, SLOTS), 1);
    check_stage = "avc";
    run(job, encoder_config(AVC_HIGH, job.width, job.height, SLOTS), 0);
    return 0;
}
