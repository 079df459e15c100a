/* How much memory an encoder and its frames take when the consumer is slow.
 *
 *     memory frames.raw count chunk_ms [key=value]...
 *
 * One thread makes RGBA frames and enqueues them as fast as the gate lets it; the other takes `chunk_ms` for each chunk.
 * Growth is the peak resident size of the run less the resident size before the encoder was made.
 */
#include "bench.h"

#include <pthread.h>

struct job {
    struct frames frames;
    uint64_t count;
    fg_encoder *encoder;
};

static void *produce(void *opaque)
{
    struct job *job = opaque;
    for (uint64_t index = 0; index < job->count; index++) {
        fg_frame *frame = copied_frame(FG_PIXEL_RGBA, index, frame_bytes(&job->frames, index));
        TRY(fg_encoder_enqueue(job->encoder, frame, NULL, -1));
        fg_frame_release(frame);
    }
    TRY(fg_encoder_flush(job->encoder, NULL));
    return NULL;
}

static uint64_t consume(fg_encoder *encoder, long chunk_ms)
{
    struct timespec pause = { chunk_ms / 1000, chunk_ms % 1000 * 1000000 };
    for (uint64_t chunks = 0;; chunks++) {
        fg_output out = FG_OUTPUT_INIT;
        TRY(fg_encoder_poll(encoder, &out, -1));
        if (out.kind == FG_OUTPUT_FLUSHED)
            return chunks;
        if (out.kind != FG_OUTPUT_CHUNK)
            bench_fail("memory", "the encoder failed");
        nanosleep(&pause, NULL);
        TRY(fg_release_output(out.token));
    }
}

/* A line of /proc/self/status, in bytes. */
static uint64_t status_bytes(const char *name)
{
    char line[256];
    unsigned long long kib = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (!strncmp(line, name, strlen(name)))
            sscanf(line + strlen(name), ": %llu", &kib);
    if (status)
        fclose(status);
    if (!kib)
        bench_fail(name, "is not in /proc/self/status");
    return kib * 1024;
}

/* Forgets the peak so far, so that VmHWM is this run's. */
static void reset_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    if (!file || fputs("5", file) < 0 || fclose(file) != 0)
        bench_fail("/proc/self/clear_refs", "cannot be written");
}

int main(int argc, char **argv)
{
    struct job job = { 0 };
    fg_stats stats = FG_STATS_INIT;
    pthread_t producer;
    if (argc < 4)
        bench_fail(argv[0], "frames.raw count chunk_ms [key=value]...");
    job.frames = map_frames(argv[1], frame_size_of(FG_PIXEL_RGBA));
    job.count = strtoull(argv[2], NULL, 10);
    uint64_t before = status_bytes("VmRSS");
    reset_peak();
    double began = wall();
    job.encoder = new_encoder(argv + 4, argc - 4);
    if (pthread_create(&producer, NULL, produce, &job) != 0)
        bench_fail("memory", "no thread");
    uint64_t chunks = consume(job.encoder, strtol(argv[3], NULL, 10));
    pthread_join(producer, NULL);
    double took = wall() - began;
    uint64_t growth = status_bytes("VmHWM") - before;
    TRY(fg_encoder_stats(job.encoder, &stats));
    fg_encoder_free(job.encoder);
    if (chunks != job.count)
        bench_fail("memory", "frames are missing");
    printf("{\"growth_bytes\": %llu, \"frame_bytes\": %zu, \"seconds\": %.3f, \"frames\": %llu, \"slots\": %u, "
           "\"in_flight_peak\": %u, \"in_codec_peak\": %u}\n",
           (unsigned long long)growth, frame_size_of(FG_PIXEL_RGBA), took, (unsigned long long)chunks, stats.slots,
           stats.in_flight_peak, stats.in_codec_peak);
    return 0;
}
