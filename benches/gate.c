/* The cost of the gate: enqueue + poll + release of a frame through a codec that does nothing.
 *
 *     gate fill|wait|two|lockstep rounds count-allocations(0|1)
 *
 * fill      one thread enqueues until the gate is full, takes what is ready, and sleeps in wait if it could do neither
 * wait      one thread, as documented: wait for either, then do one thing
 * two       a producer and a consumer that block
 * lockstep  one thread, one frame at a time: two thread switches a frame
 */
#include "allocations.h"
#include "bench.h"

#include <pthread.h>

static fg_encoder *encoder;
static fg_frame *frame;

static void take(const fg_output *out)
{
    if (out->kind != FG_OUTPUT_CHUNK)
        bench_fail("gate", "not a chunk");
    TRY(fg_release_output(out->token));
}

static void fill(uint64_t rounds)
{
    for (uint64_t sent = 0, done = 0; done < rounds;) {
        uint64_t before = sent + done;
        fg_output out = FG_OUTPUT_INIT;
        uint32_t ready;
        while (sent < rounds && TRY(fg_encoder_enqueue(encoder, frame, NULL, 0)) == FG_OK)
            sent++;
        for (; TRY(fg_encoder_poll(encoder, &out, 0)) == FG_OK; done++)
            take(&out);
        if (sent + done == before)
            TRY(fg_encoder_wait(encoder, FG_READY_POLL, &ready, -1));
    }
}

static void wait_either(uint64_t rounds)
{
    for (uint64_t sent = 0, done = 0; done < rounds;) {
        fg_output out = FG_OUTPUT_INIT;
        uint32_t ready, want = sent < rounds ? FG_READY_ENQUEUE | FG_READY_POLL : FG_READY_POLL;
        TRY(fg_encoder_wait(encoder, want, &ready, -1));
        if (ready & FG_READY_POLL) {
            TRY(fg_encoder_poll(encoder, &out, -1));
            take(&out);
            done++;
        }
        if (ready & FG_READY_ENQUEUE) {
            TRY(fg_encoder_enqueue(encoder, frame, NULL, -1));
            sent++;
        }
    }
}

static void lockstep(uint64_t rounds)
{
    for (uint64_t done = 0; done < rounds; done++) {
        fg_output out = FG_OUTPUT_INIT;
        TRY(fg_encoder_enqueue(encoder, frame, NULL, -1));
        TRY(fg_encoder_poll(encoder, &out, -1));
        take(&out);
    }
}

static void *consume(void *opaque)
{
    for (uint64_t left = *(uint64_t *)opaque; left; left--) {
        fg_output out = FG_OUTPUT_INIT;
        TRY(fg_encoder_poll(encoder, &out, -1));
        take(&out);
    }
    return NULL;
}

static void two(uint64_t rounds)
{
    pthread_t consumer;
    if (pthread_create(&consumer, NULL, consume, &rounds) != 0)
        bench_fail("gate", "no thread");
    for (uint64_t sent = 0; sent < rounds; sent++)
        TRY(fg_encoder_enqueue(encoder, frame, NULL, -1));
    pthread_join(consumer, NULL);
}

static void (*variant(const char *name))(uint64_t)
{
    if (!strcmp(name, "fill"))
        return fill;
    if (!strcmp(name, "wait"))
        return wait_either;
    if (!strcmp(name, "two"))
        return two;
    if (!strcmp(name, "lockstep"))
        return lockstep;
    bench_fail(name, "is not fill, wait, two or lockstep");
    return NULL;
}

int main(int argc, char **argv)
{
    char slots[] = "slots=16", *settings[] = { slots };
    fg_video_info info = FG_VIDEO_INFO_INIT;
    struct rusage before, after;
    uint64_t allocations = 0, at_setup = 0;
    if (argc != 4)
        bench_fail(argv[0], "fill|wait|two|lockstep rounds count-allocations(0|1)");
    void (*run)(uint64_t) = variant(argv[1]);
    uint64_t rounds = strtoull(argv[2], NULL, 10);
    int count = atoi(argv[3]);
    if (count)
        allocations_begin();
    fg_config *config = new_config("framegate.null", settings, 1);
    TRY(fg_encoder_new(config, &encoder));
    info.format = FG_PIXEL_I420;
    info.coded_width = info.coded_height = 16;
    TRY(fg_frame_new_video(&info, &frame));
    run(rounds / 10 + 1000); /* queues grow to their size */
    if (count) {
        at_setup = allocations_end(); /* none would mean that the counter does not see the library */
        if (!at_setup)
            bench_fail("gate", "no allocation was counted while the encoder was made");
        allocations_begin();
    }
    getrusage(RUSAGE_SELF, &before);
    double wall_began = wall(), cpu_began = cpu();
    run(rounds);
    double wall_s = wall() - wall_began, cpu_s = cpu() - cpu_began;
    getrusage(RUSAGE_SELF, &after);
    if (count)
        allocations = allocations_end();
    printf("{\"ns_per_frame\": %.1f, \"cpu_ns_per_frame\": %.1f, \"switches_per_frame\": %.3f, \"allocations\": %llu, "
           "\"allocations_at_setup\": %llu, \"rounds\": %llu, \"sites\": ",
           wall_s * 1e9 / (double)rounds, cpu_s * 1e9 / (double)rounds,
           (double)(after.ru_nvcsw - before.ru_nvcsw) / (double)rounds, (unsigned long long)allocations, (unsigned long long)at_setup,
           (unsigned long long)rounds);
    allocations_print(stdout);
    puts("}");
    fg_frame_release(frame);
    fg_encoder_free(encoder);
    fg_config_free(config);
    return 0;
}
