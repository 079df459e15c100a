/* Copies a file's tracks into another file:
 *
 *     remux from to
 *
 * Prints {"chunks": , "seconds": , "rss_mb": }.
 */
#include "bench.h"

int main(int count, char **words)
{
    fg_demuxer *demuxer;
    fg_muxer *muxer;
    fg_chunk chunk = FG_CHUNK_INIT;
    struct rusage usage;
    uint64_t chunks = 0;
    uint32_t track;
    double began = wall();
    if (count != 3)
        bench_fail("remux", "from and to are needed");
    TRY(fg_demuxer_open(words[1], &demuxer));
    TRY(fg_muxer_create(words[2], &muxer));
    for (uint32_t index = 0; index < fg_demuxer_track_count(demuxer); index++) {
        fg_config *config;
        TRY(fg_demuxer_track(demuxer, index, &config));
        TRY(fg_muxer_add_track(muxer, config, &track));
        fg_config_free(config);
    }
    while (TRY(fg_demuxer_read(demuxer, &track, &chunk)) != FG_END) {
        TRY(fg_muxer_write(muxer, track, &chunk));
        chunks++;
    }
    TRY(fg_muxer_finish(muxer));
    fg_muxer_free(muxer);
    fg_demuxer_free(demuxer);
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"chunks\": %llu, \"seconds\": %.6f, \"rss_mb\": %.1f}\n", (unsigned long long)chunks, wall() - began,
           (double)usage.ru_maxrss / 1e3);
    return 0;
}
