/* Feeds the peer: writes raw frames from memory to standard output.
 *
 *     feed frames.raw rgba|i420 count [width=... height=...] | ffmpeg -f rawvideo ... -i pipe:0 ...
 */
#define _GNU_SOURCE
#include "bench.h"

int main(int argc, char **argv)
{
    int settings = argc - 4;
    if (argc < 4)
        bench_fail(argv[0], "frames.raw rgba|i420 count [width=... height=...]");
    read_size(argv + 4, &settings);
    struct frames frames = map_frames(argv[1], frame_size_of(strcmp(argv[2], "rgba") ? FG_PIXEL_I420 : FG_PIXEL_RGBA));
    uint64_t count = strtoull(argv[3], NULL, 10);
    fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 1 << 20); /* as few switches as a pipe can have; a refusal does no harm */
    for (uint64_t index = 0; index < count; index++) {
        const uint8_t *bytes = frame_bytes(&frames, index);
        for (size_t done = 0; done < frames.frame_size;) {
            ssize_t written = write(STDOUT_FILENO, bytes + done, frames.frame_size - done);
            if (written <= 0)
                bench_fail("feed", "the pipe broke");
            done += (size_t)written;
        }
    }
    return 0;
}
