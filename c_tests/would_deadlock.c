/* would_deadlock: a wait that only this thread could end is an error; one that another could end is not. */
#include "media.h"

enum { SLOTS = 2 };

static void fill(fg_encoder *encoder) {
    for (uint32_t i = 0; i < SLOTS; i++) CHECK_OK(send_small(encoder, i, -1));
}

static void hold(fg_encoder *encoder, fg_output *outputs, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        outputs[i] = (fg_output)FG_OUTPUT_INIT;
        CHECK_OK(fg_encoder_poll(encoder, &outputs[i], -1));
    }
}

/* Every slot is in this thread's hands. */
static void held_by_this_thread(void) {
    check_stage = "held";
    fg_encoder *encoder = null_encoder(SLOTS);
    fg_output outputs[SLOTS];
    uint32_t ready = 0;
    fill(encoder);
    hold(encoder, outputs, SLOTS);
    CHECK_STATUS(send_small(encoder, 2, -1), FG_ERROR_WOULD_DEADLOCK);
    CHECK(strlen(fg_last_error()) > 0);
    CHECK_STATUS(fg_encoder_wait(encoder, FG_READY_ENQUEUE, &ready, -1), FG_ERROR_WOULD_DEADLOCK);
    CHECK_STATUS(fg_encoder_wait(encoder, FG_READY_ENQUEUE | FG_READY_POLL, &ready, -1),
                 FG_ERROR_WOULD_DEADLOCK);
    CHECK_STATUS(send_small(encoder, 2, 0), FG_WAIT_RELEASE);
    CHECK_STATUS(send_small(encoder, 2, 5), FG_WAIT_RELEASE); /* which ends by itself */
    CHECK_STATUS(send_small(encoder, 2, -5), FG_ERROR_WOULD_DEADLOCK); /* which would be tried again, for ever */
    CHECK_STATUS(send_small(encoder, 2, INT32_MIN), FG_ERROR_WOULD_DEADLOCK);
    release(&outputs[0]);
    CHECK_OK(send_small(encoder, 2, -1)); /* the error closed nothing */
    release(&outputs[1]);
    fg_encoder_free(encoder);
}

/* Every slot is an output that waits for this thread, which polled before. */
static void ready_for_this_thread(void) {
    check_stage = "ready";
    fg_encoder *encoder = null_encoder(SLOTS);
    fg_output outputs[SLOTS];
    uint32_t ready = 0;
    CHECK_OK(send_small(encoder, 9, -1));
    hold(encoder, outputs, 1);
    release(&outputs[0]);
    fill(encoder);
    CHECK_STATUS(send_small(encoder, 2, -1), FG_ERROR_WOULD_DEADLOCK);
    CHECK_OK(fg_encoder_wait(encoder, FG_READY_ENQUEUE | FG_READY_POLL, &ready, -1));
    CHECK_EQUAL(ready, FG_READY_POLL);
    CHECK_STATUS(send_small(encoder, 2, 0), FG_WAIT_POLL);
    hold(encoder, outputs, 1);
    release(&outputs[0]);
    CHECK_OK(send_small(encoder, 2, -1));
    fg_encoder_free(encoder);
}

/* Nothing is in flight, and nobody else ever enqueued. */
static void poll_of_nothing(void) {
    check_stage = "poll";
    fg_encoder *encoder = null_encoder(SLOTS);
    fg_output output = FG_OUTPUT_INIT;
    CHECK_OK(send_small(encoder, 0, -1));
    CHECK_OK(fg_encoder_poll(encoder, &output, -1));
    release(&output);
    CHECK_STATUS(fg_encoder_poll(encoder, &output, -1), FG_ERROR_WOULD_DEADLOCK);
    CHECK_STATUS(fg_encoder_poll(encoder, &output, 5), FG_WAIT_INPUT);
    fg_encoder_free(encoder);
}

static void *poll_one(void *argument) {
    fg_encoder *encoder = (fg_encoder *)argument;
    fg_output output = FG_OUTPUT_INIT;
    CHECK_OK(fg_encoder_poll(encoder, &output, -1));
    release(&output);
    return NULL;
}

/* Nobody has polled yet, so somebody may be about to: the enqueue waits for them. */
static void another_is_about_to_poll(void) {
    check_stage = "about to poll";
    fg_encoder *encoder = null_encoder(SLOTS);
    fill(encoder);
    const pthread_t other = check_spawn(poll_one, encoder);
    CHECK_OK(send_small(encoder, 2, -1));
    check_join(other);
    fg_encoder_free(encoder);
}

static void *release_it(void *argument) {
    release((const fg_output *)argument);
    return NULL;
}

/* Another thread has polled, so it may hold or take outputs, and release them. */
static void another_has_polled(void) {
    check_stage = "has polled";
    fg_encoder *encoder = null_encoder(SLOTS);
    fg_output outputs[SLOTS];
    CHECK_OK(send_small(encoder, 0, -1));
    check_join(check_spawn(poll_one, encoder));
    fill(encoder);
    hold(encoder, outputs, SLOTS);
    CHECK_STATUS(send_small(encoder, 2, -5), FG_WAIT_RELEASE); /* a slice of the wait that it is for */
    const pthread_t other = check_spawn(release_it, &outputs[0]);
    CHECK_OK(send_small(encoder, 2, -1));
    check_join(other);
    release(&outputs[1]);
    fg_encoder_free(encoder);
}

int main(void) {
    check_begin();
    held_by_this_thread();
    ready_for_this_thread();
    poll_of_nothing();
    another_is_about_to_poll();
    another_has_polled();
    return 0;
}
