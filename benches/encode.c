/* Encodes raw frames, 1080p to H.264 unless the settings say otherwise, to a file, on one thread beside the encoder's, and prints how long it took.
 *
 *     encode frames.raw rgba|i420 copy|wrap count out [key=value]...
 *
 * Bare chunks, or a file where it ends in ".webm". copy: each frame is copied into one of the library's (the peer's frames are copied through a pipe). wrap: the
 * encoder reads the host's memory.
 */
#include "bench.h"

struct job {
    struct frames frames;
    int32_t format;
    int wrap;
    uint64_t count, sent, done;
    FILE *out; /* of the bare chunks, or */
    fg_muxer *muxer;
    uint32_t track;
    fg_encoder *encoder;
};

static void keep(void *opaque) { (void)opaque; }

static fg_frame *wrapped_frame(const struct job *job)
{
    fg_video_info info = picture_info(job->format, job->sent);
    fg_planes planes = FG_PLANES_INIT;
    uint8_t *bytes = frame_bytes(&job->frames, job->sent);
    size_t luma = (size_t)width * height;
    fg_frame *frame;
    planes.count = job->format == FG_PIXEL_RGBA ? 1 : 3;
    planes.data[0] = bytes;
    planes.stride[0] = job->format == FG_PIXEL_RGBA ? (uint32_t)width * 4 : (uint32_t)width;
    for (uint32_t plane = 1; plane < planes.count; plane++) {
        planes.data[plane] = bytes + luma + (plane - 1) * luma / 4;
        planes.stride[plane] = (uint32_t)width / 2;
    }
    TRY(fg_frame_wrap_video(&info, &planes, keep, NULL, &frame));
    return frame;
}

static void enqueue_next(struct job *job)
{
    fg_frame *frame = job->wrap ? wrapped_frame(job)
                                : copied_frame(job->format, job->sent, frame_bytes(&job->frames, job->sent));
    TRY(fg_encoder_enqueue(job->encoder, frame, NULL, -1));
    fg_frame_release(frame);
    if (++job->sent == job->count)
        TRY(fg_encoder_flush(job->encoder, NULL));
}

static void keep_chunk(struct job *job, const fg_output *out)
{
    fg_chunk chunk = FG_CHUNK_INIT;
    if (!job->muxer) {
        fwrite(out->data, 1, out->size, job->out);
        return;
    }
    if (job->done == 0)
        TRY(fg_muxer_add_track(job->muxer, out->config, &job->track));
    TRY(fg_output_chunk(out, &chunk));
    TRY(fg_muxer_write(job->muxer, job->track, &chunk));
}

/* Takes one output; false after the last. */
static int take_output(struct job *job)
{
    fg_output out = FG_OUTPUT_INIT;
    TRY(fg_encoder_poll(job->encoder, &out, -1));
    if (out.kind == FG_OUTPUT_FLUSHED)
        return 0;
    if (out.kind != FG_OUTPUT_CHUNK)
        bench_fail("encode", "the encoder failed");
    keep_chunk(job, &out);
    job->done++;
    TRY(fg_release_output(out.token));
    return 1;
}

static void run(struct job *job)
{
    uint32_t ready;
    for (int going = 1; going;) {
        uint32_t want = job->sent < job->count ? FG_READY_ENQUEUE | FG_READY_POLL : FG_READY_POLL;
        TRY(fg_encoder_wait(job->encoder, want, &ready, -1));
        if (ready & FG_READY_POLL)
            going = take_output(job);
        else
            enqueue_next(job);
    }
}

int main(int argc, char **argv)
{
    struct job job = { 0 };
    fg_stats stats = FG_STATS_INIT;
    if (argc < 6)
        bench_fail(argv[0], "frames.raw rgba|i420 copy|wrap count out [key=value]...");
    int count = argc - 6;
    read_size(argv + 6, &count);
    job.format = strcmp(argv[2], "rgba") ? FG_PIXEL_I420 : FG_PIXEL_RGBA;
    job.wrap = !strcmp(argv[3], "wrap");
    job.count = strtoull(argv[4], NULL, 10);
    job.frames = map_frames(argv[1], frame_size_of(job.format));
    const char *ending = strrchr(argv[5], '.');
    if (ending && !strcmp(ending, ".webm"))
        TRY(fg_muxer_create(argv[5], &job.muxer));
    else if (!(job.out = fopen(argv[5], "wb")))
        bench_fail(argv[5], "cannot be written");
    double wall_began = wall(), cpu_began = cpu();
    job.encoder = new_encoder(argv + 6, count);
    run(&job);
    double wall_s = wall() - wall_began, cpu_s = cpu() - cpu_began;
    TRY(fg_encoder_stats(job.encoder, &stats));
    fg_encoder_free(job.encoder);
    if (job.muxer) {
        TRY(fg_muxer_finish(job.muxer));
        fg_muxer_free(job.muxer);
    }
    if (job.done != job.count || (job.out && fclose(job.out) != 0))
        bench_fail("encode", "frames are missing");
    printf("{\"seconds\": %.6f, \"cpu_seconds\": %.6f, \"frames\": %llu, \"in_flight_peak\": %u, \"in_codec_peak\": %u}\n",
           wall_s, cpu_s, (unsigned long long)job.done, stats.in_flight_peak, stats.in_codec_peak);
    return 0;
}
