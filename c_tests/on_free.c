/* on_free: it runs on a codec's thread, often its own handle's. Nothing that it calls waits; everything else works. */
#include "media.h"

enum { WIDTH = 64, HEIGHT = 48, FRAMES = 8 };

static uint8_t memory[WIDTH * HEIGHT * 3 / 2];

typedef struct {
    fg_encoder *encoder, *other;
    fg_waitset *set;
    int free_handles;
    int calls; /* under the lock of the thread that it happens on: one codec's */
} host;

/* Calls that could wait say that they would, before they look; others work. */
static void calls_all(void *opaque) {
    host *me = opaque;
    fg_output output = FG_OUTPUT_INIT;
    uint32_t ready = 0;
    uint64_t key = 0;
    size_t count = 0;
    fg_encoder *handles[2] = {me->encoder, me->other};
    for (int i = 0; i < 2; i++) {
        for (int32_t timeout_ms = -2; timeout_ms < 2; timeout_ms++) {
            if (timeout_ms == 0) continue;
            CHECK_ERROR(fg_encoder_poll(handles[i], &output, timeout_ms), FG_ERROR_WOULD_DEADLOCK, "on_free");
            CHECK_ERROR(fg_encoder_wait(handles[i], FG_READY_POLL, &ready, timeout_ms),
                        FG_ERROR_WOULD_DEADLOCK, "on_free");
            CHECK_ERROR(send_picture(handles[i], WIDTH, HEIGHT, 0, NULL, timeout_ms),
                        FG_ERROR_WOULD_DEADLOCK, "on_free");
            CHECK_ERROR(fg_waitset_wait(me->set, &key, 1, &count, timeout_ms), FG_ERROR_WOULD_DEADLOCK,
                        "on_free");
        }
        const fg_status status = fg_encoder_poll(handles[i], &output, 0);
        CHECK(status >= FG_OK || status == FG_ERROR_CLOSED);
        if (status == FG_OK) release(&output);
        encoder_stats(handles[i]);
    }
    if (me->free_handles) {
        fg_encoder_free(me->encoder); /* the handle of the thread that this runs on, or of one that waits for it */
        fg_encoder_free(me->other);
    }
    __atomic_fetch_add(&me->calls, 1, __ATOMIC_SEQ_CST);
}

static fg_frame *wrapped(host *me, uint32_t index) {
    fg_video_info info = FG_VIDEO_INFO_INIT;
    fg_planes planes = FG_PLANES_INIT;
    fg_frame *frame = NULL;
    info.format = FG_PIXEL_I420;
    info.coded_width = WIDTH;
    info.coded_height = HEIGHT;
    info.timestamp_us = (int64_t)index * FRAME_US;
    planes.count = 3;
    planes.data[0] = memory;
    planes.data[1] = memory + WIDTH * HEIGHT;
    planes.data[2] = planes.data[1] + WIDTH * HEIGHT / 4;
    planes.stride[0] = WIDTH;
    planes.stride[1] = planes.stride[2] = WIDTH / 2;
    CHECK_OK(fg_frame_wrap_video(&info, &planes, calls_all, me, &frame));
    return frame;
}

static fg_encoder *realtime(void) {
    fg_config *config = encoder_config(AVC_BASELINE, WIDTH, HEIGHT, FRAMES);
    CHECK_OK(fg_config_set(config, "latencyMode", "realtime"));
    CHECK_OK(fg_config_set(config, "threads", "1"));
    return encoder_of(config);
}

static void send(host *me, fg_encoder *encoder, uint32_t index) {
    fg_frame *frame = wrapped(me, index);
    CHECK_OK(fg_encoder_enqueue(encoder, frame, NULL, -1));
    fg_frame_release(frame);
}

static void wait_for_calls(const host *me, int calls) {
    while (__atomic_load_n(&me->calls, __ATOMIC_SEQ_CST) < calls) sched_yield();
}

static void nothing_stalls(void) {
    check_stage = "calls";
    host me = {realtime(), null_encoder(2), NULL, 0, 0};
    CHECK_OK(fg_waitset_new(&me.set));
    for (uint32_t i = 0; i < FRAMES; i++) send(&me, me.encoder, i);
    wait_for_calls(&me, FRAMES);
    CHECK_OK(fg_encoder_close(me.encoder));
    CHECK_EQUAL(me.calls, FRAMES);
    fg_encoder_free(me.encoder);
    fg_encoder_free(me.other);
    fg_waitset_free(me.set);
}

static void handles_are_freed_there(void) {
    check_stage = "free";
    const uint32_t threads = entries("/proc/self/task");
    host me = {realtime(), realtime(), NULL, 1, 0};
    CHECK_OK(fg_waitset_new(&me.set));
    CHECK_OK(send_picture(me.other, WIDTH, HEIGHT, 0, NULL, -1)); /* it has a thread of its own */
    send(&me, me.encoder, 0);
    wait_for_calls(&me, 1);
    fg_waitset_free(me.set);
    wait_for_threads(threads);
}

int main(void) {
    check_begin();
    nothing_stalls();
    handles_are_freed_there();
    return 0;
}
