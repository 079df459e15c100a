/* Decodes the video of a file, demuxer and all, on one thread beside the decoder's, and prints how long it took.
 *
 *     decode in.mp4 [key=value]...
 */
#include "bench.h"

static fg_decoder *open_decoder(fg_demuxer *demuxer, char **settings, int count)
{
    fg_config *config;
    fg_decoder *decoder;
    TRY(fg_demuxer_track(demuxer, 0, &config)); /* the benchmark's clip has one track */
    set_all(config, settings, count);
    TRY(fg_decoder_new(config, &decoder));
    fg_config_free(config);
    return decoder;
}

/* Gives the decoder the next chunk, or the flush after the last. False after that. */
static int feed(fg_demuxer *demuxer, fg_decoder *decoder)
{
    fg_chunk chunk = FG_CHUNK_INIT;
    uint32_t track;
    if (TRY(fg_demuxer_read(demuxer, &track, &chunk)) == FG_END) {
        TRY(fg_decoder_flush(decoder, NULL));
        return 0;
    }
    TRY(fg_decoder_enqueue(decoder, &chunk, -1));
    return 1;
}

static uint64_t run(fg_demuxer *demuxer, fg_decoder *decoder)
{
    uint64_t frames = 0;
    for (int feeding = 1;;) {
        uint32_t ready, want = feeding ? FG_READY_ENQUEUE | FG_READY_POLL : FG_READY_POLL;
        TRY(fg_decoder_wait(decoder, want, &ready, -1));
        if (ready & FG_READY_ENQUEUE)
            feeding = feed(demuxer, decoder);
        if (!(ready & FG_READY_POLL))
            continue;
        fg_output out = FG_OUTPUT_INIT;
        TRY(fg_decoder_poll(decoder, &out, -1));
        if (out.kind == FG_OUTPUT_FLUSHED)
            return frames;
        if (out.kind != FG_OUTPUT_FRAME)
            bench_fail("decode", "the decoder failed");
        frames++;
        TRY(fg_release_output(out.token));
    }
}

int main(int argc, char **argv)
{
    fg_demuxer *demuxer;
    fg_stats stats = FG_STATS_INIT;
    if (argc < 2)
        bench_fail(argv[0], "in.mp4 [key=value]...");
    TRY(fg_demuxer_open(argv[1], &demuxer));
    double wall_began = wall(), cpu_began = cpu();
    fg_decoder *decoder = open_decoder(demuxer, argv + 2, argc - 2);
    uint64_t frames = run(demuxer, decoder);
    double wall_s = wall() - wall_began, cpu_s = cpu() - cpu_began;
    TRY(fg_decoder_stats(decoder, &stats));
    fg_decoder_free(decoder);
    fg_demuxer_free(demuxer);
    printf("{\"seconds\": %.6f, \"cpu_seconds\": %.6f, \"frames\": %llu, \"in_flight_peak\": %u, \"in_codec_peak\": %u}\n",
           wall_s, cpu_s, (unsigned long long)frames, stats.in_flight_peak, stats.in_codec_peak);
    return 0;
}
