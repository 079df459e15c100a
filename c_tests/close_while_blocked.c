/* close_while_blocked [rounds]: a third thread closes the handle while others wait in enqueue, poll and
 * wait. All of them wake with FG_ERROR_CLOSED; none hangs, whenever the close comes. */
#define _DEFAULT_SOURCE
#include "media.h"

/* One thread that is blocked in one call of a handle. */
struct blocked {
    fg_encoder *encoder;
    fg_decoder *decoder;
    fg_status status;
};

static void *block_in_enqueue(void *argument) {
    struct blocked *blocked = (struct blocked *)argument;
    blocked->status = send_small(blocked->encoder, 9, -1);
    return NULL;
}

static void *block_in_poll(void *argument) {
    struct blocked *blocked = (struct blocked *)argument;
    fg_output output = FG_OUTPUT_INIT;
    blocked->status = blocked->encoder != NULL ? fg_encoder_poll(blocked->encoder, &output, -1)
                                               : fg_decoder_poll(blocked->decoder, &output, -1);
    return NULL;
}

static void *block_in_wait(void *argument) {
    struct blocked *blocked = (struct blocked *)argument;
    uint32_t ready = 0;
    blocked->status = blocked->encoder != NULL
                          ? fg_encoder_wait(blocked->encoder, FG_READY_ENQUEUE, &ready, -1)
                          : fg_decoder_wait(blocked->decoder, FG_READY_POLL, &ready, -1);
    return NULL;
}

/* The pause only makes it likely that the thread is in its call; the outcome is the same if it is not. */
static void closed_while(check_thread call, struct blocked blocked, uint32_t pause_us) {
    const pthread_t thread = check_spawn(call, &blocked);
    usleep(pause_us);
    if (blocked.encoder != NULL) CHECK_OK(fg_encoder_close(blocked.encoder));
    else CHECK_OK(fg_decoder_close(blocked.decoder));
    check_join(thread);
    CHECK_STATUS(blocked.status, FG_ERROR_CLOSED);
}

static void encoder_round(uint32_t pause_us) {
    struct blocked blocked = {NULL, NULL, FG_OK};
    check_stage = "enqueue";
    blocked.encoder = null_encoder(1);
    CHECK_OK(send_small(blocked.encoder, 0, 0));
    closed_while(block_in_enqueue, blocked, pause_us);
    fg_encoder_free(blocked.encoder);

    check_stage = "poll";
    blocked.encoder = null_encoder(1);
    closed_while(block_in_poll, blocked, pause_us);
    fg_encoder_free(blocked.encoder);

    check_stage = "wait";
    fg_output held = FG_OUTPUT_INIT;
    blocked.encoder = null_encoder(1);
    CHECK_OK(send_small(blocked.encoder, 0, 0));
    CHECK_OK(fg_encoder_poll(blocked.encoder, &held, -1));
    closed_while(block_in_wait, blocked, pause_us);
    fg_encoder_free(blocked.encoder);
    release(&held);
}

static void decoder_round(uint32_t pause_us) {
    static const check_thread calls[] = {block_in_poll, block_in_wait};
    check_stage = "decoder";
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        struct blocked blocked = {NULL, NULL, FG_OK};
        fg_config *config = NULL;
        CHECK_OK(fg_config_new(AVC_BASELINE, &config));
        CHECK_OK(fg_decoder_new(config, &blocked.decoder));
        fg_config_free(config);
        closed_while(calls[i], blocked, pause_us);
        fg_decoder_free(blocked.decoder);
    }
}

static void *produce(void *argument) {
    struct blocked *blocked = (struct blocked *)argument;
    uint32_t index = 0;
    do blocked->status = send_picture(blocked->encoder, 64, 48, index++, NULL, -1);
    while (blocked->status == FG_OK);
    return NULL;
}

static void *consume(void *argument) {
    struct blocked *blocked = (struct blocked *)argument;
    for (;;) {
        fg_output output = FG_OUTPUT_INIT;
        blocked->status = fg_encoder_poll(blocked->encoder, &output, -1);
        if (blocked->status != FG_OK) return NULL;
        release(&output);
    }
}

/* In the middle of work that would never end. */
static void busy_round(uint32_t pause_us) {
    check_stage = "busy";
    fg_encoder *encoder = encoder_of(encoder_config(AVC_HIGH, 64, 48, 4));
    struct blocked producer = {encoder, NULL, FG_OK}, consumer = {encoder, NULL, FG_OK};
    const pthread_t producing = check_spawn(produce, &producer);
    const pthread_t consuming = check_spawn(consume, &consumer);
    usleep(pause_us);
    CHECK_OK(fg_encoder_close(encoder));
    check_join(producing);
    check_join(consuming);
    CHECK_STATUS(producer.status, FG_ERROR_CLOSED);
    CHECK_STATUS(consumer.status, FG_ERROR_CLOSED);
    fg_encoder_free(encoder);
}

int main(int argc, char **argv) {
    check_begin();
    const uint32_t rounds = check_argument(argc, argv, 1, 8);
    for (uint32_t round = 0; round < rounds; round++) {
        const uint32_t pause_us = round % 4 * 5000; /* 0: the close may come first */
        encoder_round(pause_us);
        decoder_round(pause_us);
        busy_round(pause_us);
    }
    return 0;
}
