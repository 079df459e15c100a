/* sound <rounds>
 * A second of stereo at 48 kHz between every two sample formats: fg_frame_copy_to against swr_convert, in turn. Prints a line of
 * JSON a pair: the fastest and the median of all rounds, microseconds. A planar destination is one call a channel of ours. */
#include "bench.h"

#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libavutil/samplefmt.h>
#include <libswresample/swresample.h>

#define FRAMES 48000
#define FORMATS 8

static const char *const names[FORMATS] = { "u8", "s16", "s32", "f32", "u8-planar", "s16-planar", "s32-planar", "f32-planar" };
static const enum AVSampleFormat theirs[FORMATS] = {
    AV_SAMPLE_FMT_U8,  AV_SAMPLE_FMT_S16,  AV_SAMPLE_FMT_S32,  AV_SAMPLE_FMT_FLT,
    AV_SAMPLE_FMT_U8P, AV_SAMPLE_FMT_S16P, AV_SAMPLE_FMT_S32P, AV_SAMPLE_FMT_FLTP,
};

static uint8_t *planes_in[2], *planes_out[2];

static fg_frame *source_of(int format)
{
    fg_audio_info info = FG_AUDIO_INFO_INIT;
    fg_planes planes = FG_PLANES_INIT;
    fg_frame *frame;
    info.format = format + FG_SAMPLE_U8;
    info.sample_rate = FRAMES;
    info.channels = 2;
    info.frames = FRAMES;
    planes.count = format < FORMATS / 2 ? 1 : 2;
    planes.data[0] = planes_in[0];
    planes.data[1] = planes_in[1];
    TRY(fg_frame_wrap_audio(&info, &planes, NULL, NULL, &frame));
    return frame;
}

static double ours(const fg_frame *frame, int to)
{
    fg_copy_options options = FG_COPY_OPTIONS_INIT;
    double began = wall();
    options.format = to + FG_SAMPLE_U8;
    for (; options.plane < (to < FORMATS / 2 ? 1 : 2); options.plane++)
        TRY(fg_frame_copy_to(frame, &options, planes_out[options.plane], FRAMES * 8));
    return wall() - began;
}

static SwrContext *converter(int from, int to)
{
    SwrContext *swr = swr_alloc();
    av_opt_set(swr, "in_chlayout", "stereo", 0);
    av_opt_set(swr, "out_chlayout", "stereo", 0);
    av_opt_set_int(swr, "in_sample_rate", FRAMES, 0);
    av_opt_set_int(swr, "out_sample_rate", FRAMES, 0);
    av_opt_set_sample_fmt(swr, "in_sample_fmt", theirs[from], 0);
    av_opt_set_sample_fmt(swr, "out_sample_fmt", theirs[to], 0);
    if (swr_init(swr) < 0)
        bench_fail("swr_init", names[from]);
    return swr;
}

static double peers(SwrContext *swr)
{
    double began = wall();
    if (swr_convert(swr, planes_out, FRAMES, (const uint8_t **)planes_in, FRAMES) != FRAMES)
        bench_fail("swr_convert", "not all frames");
    return wall() - began;
}

static int by_size(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

static void compare(int from, int to, int rounds)
{
    double *times[2] = { malloc(sizeof(double) * (size_t)rounds), malloc(sizeof(double) * (size_t)rounds) };
    fg_frame *frame = source_of(from);
    SwrContext *swr = converter(from, to);
    for (int round = -3; round < rounds; round++) { /* the first ones warm up */
        double mine = ours(frame, to), peer = peers(swr);
        if (round >= 0)
            times[0][round] = mine, times[1][round] = peer;
    }
    for (int side = 0; side < 2; side++)
        qsort(times[side], (size_t)rounds, sizeof(double), by_size);
    printf("{\"from\": \"%s\", \"to\": \"%s\", \"ours\": [%.2f, %.2f], \"peer\": [%.2f, %.2f]}\n", names[from], names[to], times[0][0] * 1e6,
           times[0][rounds / 2] * 1e6, times[1][0] * 1e6, times[1][rounds / 2] * 1e6);
    swr_free(&swr);
    fg_frame_release(frame);
    free(times[0]);
    free(times[1]);
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 100;
    for (int plane = 0; plane < 2; plane++) {
        planes_in[plane] = aligned_alloc(64, FRAMES * 8);
        planes_out[plane] = aligned_alloc(64, FRAMES * 8);
        memset(planes_out[plane], 0, FRAMES * 8);
        for (int at = 0; at < FRAMES * 2; at++) { /* from -0.6 to 0.6 as f32, something as the others */
            float level = (float)(at * 37 % 1201 - 600) / 1000;
            memcpy(planes_in[plane] + at * 4, &level, sizeof level);
        }
    }
    for (int from = 0; from < FORMATS; from++)
        for (int to = 0; to < FORMATS; to++)
            compare(from, to, rounds);
    return 0;
}
