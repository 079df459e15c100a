/* soak [frames] [width] [height]: the promise of the gate, in full: with 1, 4 and 16 slots and every preset from
 * ultrafast to slow, a host with one thread, a host with two (one that sleeps at each chunk), and a host that closes
 * in the middle from a third thread. No hang, no frame lost, repeated or out of order. `make soak` runs it at
 * 200 frames of 1920x1080. */
#define _DEFAULT_SOURCE
#include "media.h"

#include <unistd.h>

enum { PICTURES = 8, MAX_DELAY = 12, SECONDS_A_RUN = 300, SLEEP_US = 2000 };

struct host {
    fg_encoder *encoder;
    uint32_t width, height, count;
    int closing;         /* it may end with FG_ERROR_CLOSED, at any call */
    uint32_t received;
    int64_t last_dts;
    uint8_t *seen;       /* by input */
    fg_frame *pictures[PICTURES]; /* painted once; every input is a view of one */
};

/* Input number `index`: the planes of a painted picture, with a timestamp and id of its own. */
static fg_status send_view(struct host *host, uint32_t index, int32_t timeout_ms) {
    fg_video_info info = FG_VIDEO_INFO_INIT;
    fg_planes planes = FG_PLANES_INIT;
    fg_frame *frame = NULL;
    CHECK_OK(fg_frame_video_info(host->pictures[index % PICTURES], &info));
    CHECK_OK(fg_frame_planes(host->pictures[index % PICTURES], &planes));
    info.timestamp_us = (int64_t)index * FRAME_US;
    info.duration_us = FRAME_US;
    info.id = index + 1;
    CHECK_OK(fg_frame_wrap_video(&info, &planes, NULL, NULL, &frame));
    const fg_status status = fg_encoder_enqueue(host->encoder, frame, NULL, timeout_ms);
    fg_frame_release(frame);
    return status;
}

/* Takes a chunk: each input once, with its own times, in decode order. 0 when everything was flushed. */
static int take(struct host *host, const fg_output *output) {
    if (output->kind == FG_OUTPUT_FLUSHED) return 0;
    CHECK_EQUAL(output->kind, FG_OUTPUT_CHUNK);
    CHECK(output->id >= 1 && output->id <= host->count);
    CHECK_EQUAL(host->seen[output->id - 1]++, 0);
    CHECK_EQUAL(output->timestamp_us, (int64_t)(output->id - 1) * FRAME_US);
    CHECK_EQUAL(output->duration_us, FRAME_US);
    CHECK(output->size > 0);
    CHECK(output->dts_us > host->last_dts && output->dts_us <= output->timestamp_us);
    host->last_dts = output->dts_us;
    host->received++;
    release(output);
    return 1;
}

/* True if the host was closed under a call, which only a closing host may be. */
static int ended(const struct host *host, fg_status status) {
    CHECK(status >= 0 || (host->closing && status == FG_ERROR_CLOSED));
    return status < 0;
}

static void *one_thread(void *argument) {
    struct host *host = (struct host *)argument;
    uint32_t sent = 0, ready = 0;
    for (;;) {
        fg_output output = FG_OUTPUT_INIT;
        const uint32_t want = sent < host->count ? FG_READY_ENQUEUE | FG_READY_POLL : FG_READY_POLL;
        fg_status status = fg_encoder_wait(host->encoder, want, &ready, -1);
        if (ended(host, status)) return NULL;
        CHECK_STATUS(status, FG_OK);
        if ((ready & FG_READY_POLL) != 0) {
            status = fg_encoder_poll(host->encoder, &output, 0);
            if (ended(host, status)) return NULL;
            CHECK_STATUS(status, FG_OK);
            if (!take(host, &output)) return NULL;
        }
        if ((ready & FG_READY_ENQUEUE) != 0) {
            status = send_view(host, sent, 0);
            if (ended(host, status)) return NULL;
            sent += status == FG_OK;
            if (sent == host->count && ended(host, fg_encoder_flush(host->encoder, NULL))) return NULL;
        }
    }
}

static void *produce(void *argument) {
    struct host *host = (struct host *)argument;
    for (uint32_t index = 0; index < host->count; index++) {
        const fg_status status = send_view(host, index, -1);
        if (ended(host, status)) return NULL;
        CHECK_STATUS(status, FG_OK);
    }
    ended(host, fg_encoder_flush(host->encoder, NULL));
    return NULL;
}

static void *consume(void *argument) {
    struct host *host = (struct host *)argument;
    for (;;) {
        fg_output output = FG_OUTPUT_INIT;
        const fg_status status = fg_encoder_poll(host->encoder, &output, -1);
        if (ended(host, status)) return NULL;
        CHECK_STATUS(status, FG_OK);
        if (!take(host, &output)) return NULL;
        usleep(SLEEP_US);
    }
}

/* One run. `closed_after` > 0: this thread closes the handle once that many inputs were taken. */
static void run(struct host host, const char *preset, uint32_t slots, int threads, uint32_t closed_after) {
    fg_config *config = encoder_config(AVC_HIGH, host.width, host.height, slots);
    CHECK_OK(fg_config_set(config, "ffmpeg.preset", preset));
    host.encoder = encoder_of(config);
    host.closing = closed_after > 0;
    host.last_dts = INT64_MIN;
    host.seen = (uint8_t *)calloc(host.count, 1);
    CHECK(host.seen != NULL);
    alarm(SECONDS_A_RUN);
    const pthread_t first = check_spawn(threads == 1 ? one_thread : produce, &host);
    const pthread_t second = threads == 1 ? first : check_spawn(consume, &host);
    if (closed_after > 0) {
        while (encoder_stats(host.encoder).inputs < closed_after) usleep(200);
        CHECK_OK(fg_encoder_close(host.encoder));
    }
    check_join(first);
    if (threads == 2) check_join(second);
    const fg_stats stats = encoder_stats(host.encoder);
    if (closed_after == 0) {
        CHECK_EQUAL(host.received, host.count);
        check_stats(&stats, MAX_DELAY);
        check_settled(&stats, host.count);
    }
    fg_encoder_free(host.encoder);
    free(host.seen);
    printf("%-9s %2u slots, %d thread%s%s: %u of %u chunks, in flight %u, in the codec %u\n", preset, slots, threads,
           threads == 1 ? "" : "s", closed_after > 0 ? ", closed" : "", host.received, host.count, stats.in_flight_peak,
           stats.in_codec_peak);
    fflush(stdout);
}

int main(int argc, char **argv) {
    static const char *const presets[] = {"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"};
    static const uint32_t slots[] = {1, 4, 16};
    struct host host;
    check_begin();
    memset(&host, 0, sizeof host);
    host.count = check_argument(argc, argv, 1, 20);
    host.width = check_argument(argc, argv, 2, 64);
    host.height = check_argument(argc, argv, 3, 48);
    for (uint32_t i = 0; i < PICTURES; i++) host.pictures[i] = picture(FG_PIXEL_I420, host.width, host.height, i);
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++) {
        check_stage = presets[i];
        for (size_t j = 0; j < sizeof slots / sizeof slots[0]; j++) {
            for (int threads = 1; threads <= 2; threads++) {
                run(host, presets[i], slots[j], threads, 0);
                run(host, presets[i], slots[j], threads, host.count / 2);
            }
        }
    }
    for (uint32_t i = 0; i < PICTURES; i++) fg_frame_release(host.pictures[i]);
    return 0;
}
