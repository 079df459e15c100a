/* gate_one_thread [frames] [width] [height]: a host with one thread can always go on. It never blocks
 * where it could be the one that is waited for, does what each status says, and nothing is lost. */
#include "media.h"

enum { MAX_DELAY = 12, MAX_HELD = 256 };

struct host {
    fg_encoder *encoder;
    uint32_t width, height, count; /* pictures, and how many */
    int in_order;                  /* whether outputs come in the order of the inputs */
    int keeps;                     /* whether it holds its outputs until it is told to release */
    uint32_t sent, received, held;
    int64_t last_dts;
    uint64_t flush_id;
    uint64_t tokens[MAX_HELD];
    uint8_t *seen;
};

static void release_oldest(struct host *host) {
    CHECK(host->held > 0);
    CHECK_OK(fg_release_output(host->tokens[0]));
    host->held--;
    memmove(host->tokens, host->tokens + 1, host->held * sizeof host->tokens[0]);
}

static void receive(struct host *host, const fg_output *output) {
    CHECK_EQUAL(output->kind, FG_OUTPUT_CHUNK);
    CHECK(output->id >= 1 && output->id <= host->count);
    CHECK_EQUAL(host->seen[output->id - 1], 0);
    host->seen[output->id - 1] = 1;
    CHECK_EQUAL(output->timestamp_us, (int64_t)(output->id - 1) * FRAME_US);
    CHECK_EQUAL(output->duration_us, FRAME_US);
    if (host->in_order) CHECK_EQUAL(output->id, host->received + 1);
    if (output->dts_us != FG_NO_TIMESTAMP) {
        CHECK(host->received == 0 || output->dts_us > host->last_dts);
        CHECK(output->dts_us <= output->timestamp_us);
        host->last_dts = output->dts_us;
    }
    host->received++;
    CHECK(output->token != 0 && host->held < MAX_HELD);
    host->tokens[host->held++] = output->token;
    if (!host->keeps) release_oldest(host);
}

/* Waits, which must find something: only this thread could make it hang. */
static void wait_for(struct host *host, uint32_t want) {
    uint32_t ready = 0;
    CHECK_OK(fg_encoder_wait(host->encoder, want, &ready, -1));
    CHECK(ready != 0 && (ready & ~want) == 0);
}

/* Sends one picture, doing what each status says. */
static void send_one(struct host *host) {
    for (;;) {
        fg_output output = FG_OUTPUT_INIT;
        const fg_status status =
            send_picture(host->encoder, host->width, host->height, host->sent, NULL, 0);
        const fg_stats stats = encoder_stats(host->encoder);
        check_stats(&stats, MAX_DELAY);
        switch (status) {
        case FG_OK:
            host->sent++;
            return;
        case FG_WAIT_POLL: /* outputs are ready, so poll has one */
            CHECK_OK(fg_encoder_poll(host->encoder, &output, 0));
            receive(host, &output);
            break;
        case FG_WAIT_RELEASE: /* outputs are held */
            release_oldest(host);
            break;
        default:
            CHECK_STATUS(status, FG_WAIT_CODEC);
            wait_for(host, FG_READY_ENQUEUE | FG_READY_POLL);
        }
    }
}

/* Polls up to the end of the flush, without releasing anything if the host keeps its outputs. */
static void drain(struct host *host) {
    CHECK_OK(fg_encoder_flush(host->encoder, &host->flush_id));
    for (;;) {
        fg_output output = FG_OUTPUT_INIT;
        const fg_status status = fg_encoder_poll(host->encoder, &output, 0);
        if (status == FG_WAIT_CODEC) {
            wait_for(host, FG_READY_POLL);
            continue;
        }
        CHECK_OK(status);
        if (output.kind == FG_OUTPUT_FLUSHED) {
            CHECK_EQUAL(output.flush_id, host->flush_id);
            release(&output);
            break;
        }
        receive(host, &output);
    }
    while (host->held > 0) release_oldest(host);
}

static void run(fg_config *config, const char *stage, struct host host) {
    check_stage = stage;
    host.encoder = encoder_of(config);
    host.seen = (uint8_t *)calloc(host.count, 1);
    CHECK(host.seen != NULL);
    while (host.sent < host.count) send_one(&host);
    drain(&host);
    CHECK_EQUAL(host.received, host.count);
    const fg_stats stats = encoder_stats(host.encoder);
    check_stats(&stats, MAX_DELAY);
    check_settled(&stats, host.count);
    check_idle(host.encoder);
    fg_encoder_free(host.encoder);
    free(host.seen);
}

static void run_all(struct host host, uint32_t slots) {
    static const char *const presets[] = {"ultrafast", "veryfast", "medium"};
    host.in_order = 1;
    run(encoder_config(NULL_CODEC, host.width, host.height, slots), "null", host);
    fg_config *realtime = encoder_config(AVC_BASELINE, host.width, host.height, slots);
    CHECK_OK(fg_config_set(realtime, "latencyMode", "realtime"));
    run(realtime, "realtime", host);
    host.in_order = 0;
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++) {
        fg_config *config = encoder_config(AVC_HIGH, host.width, host.height, slots);
        CHECK_OK(fg_config_set(config, "ffmpeg.preset", presets[i]));
        run(config, presets[i], host);
    }
}

int main(int argc, char **argv) {
    static const uint32_t slots[] = {1, 4, 16};
    struct host host;
    check_begin();
    memset(&host, 0, sizeof host);
    host.count = check_argument(argc, argv, 1, 36);
    host.width = check_argument(argc, argv, 2, 64);
    host.height = check_argument(argc, argv, 3, 48);
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        for (host.keeps = 0; host.keeps <= 1; host.keeps++) run_all(host, slots[i]);
    }
    return 0;
}
