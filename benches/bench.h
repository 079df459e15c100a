/* What the benchmark programs share. Each measures one thing and prints one line of JSON; run.py does the rest. */
#ifndef BENCH_H
#define BENCH_H

#include <framegate.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Of all pictures; read_size changes them. */
static int width = 1920, height = 1080;
#define FRAME_US 33333

#define TRY(call) bench_check((call), #call)

static inline void bench_fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static inline fg_status bench_check(fg_status status, const char *call)
{
    if (status < 0)
        bench_fail(call, fg_last_error());
    return status;
}

static inline double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline double wall(void) { return seconds(CLOCK_MONOTONIC); }
static inline double cpu(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }

/* Raw frames of one size, back to back in a file, mapped and resident before any clock starts. */
struct frames {
    uint8_t *bytes;
    size_t frame_size, count;
};

static inline struct frames map_frames(const char *path, size_t frame_size)
{
    struct frames frames = { NULL, frame_size, 0 };
    struct stat stat;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &stat) != 0 || (size_t)stat.st_size < frame_size)
        bench_fail(path, "no frames");
    frames.count = (size_t)stat.st_size / frame_size;
    frames.bytes = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
    if (frames.bytes == MAP_FAILED)
        bench_fail(path, "cannot be mapped");
    close(fd);
    return frames;
}

/* The bytes of frame `index`; the file is shown again and again. */
static inline uint8_t *frame_bytes(const struct frames *frames, uint64_t index)
{
    return frames->bytes + index % frames->count * frames->frame_size;
}

static inline size_t frame_size_of(int32_t format)
{
    return format == FG_PIXEL_RGBA ? (size_t)width * height * 4 : (size_t)width * height * 3 / 2;
}

static inline fg_video_info picture_info(int32_t format, uint64_t index)
{
    fg_video_info info = FG_VIDEO_INFO_INIT;
    info.format = format;
    info.coded_width = (uint32_t)width;
    info.coded_height = (uint32_t)height;
    info.timestamp_us = (int64_t)index * FRAME_US;
    info.duration_us = FRAME_US;
    info.id = index;
    return info;
}

/* A frame of the library's, with `bytes` copied into it. */
static inline fg_frame *copied_frame(int32_t format, uint64_t index, const uint8_t *bytes)
{
    fg_video_info info = picture_info(format, index);
    fg_frame *frame;
    TRY(fg_frame_new_video(&info, &frame));
    TRY(fg_frame_copy_from(frame, bytes, frame_size_of(format)));
    return frame;
}

/* "key=value" settings from the command line. */
static inline void set_all(fg_config *config, char **settings, int count)
{
    for (int i = 0; i < count; i++) {
        const char *value = strchr(settings[i], '=');
        char key[64];
        if (!value || (size_t)(value - settings[i]) >= sizeof key)
            bench_fail(settings[i], "is not key=value");
        snprintf(key, sizeof key, "%.*s", (int)(value - settings[i]), settings[i]);
        TRY(fg_config_set(config, key, value + 1));
    }
}

/* A configuration of `codec` with such settings. */
static inline fg_config *new_config(const char *codec, char **settings, int count)
{
    fg_config *config;
    TRY(fg_config_new(codec, &config));
    set_all(config, settings, count);
    return config;
}

/* The value of the setting `name`, which is taken out; else `fallback`. */
static inline const char *take_setting(char **settings, int *count, const char *name, const char *fallback)
{
    size_t length = strlen(name);
    for (int i = 0; i < *count; i++) {
        if (strncmp(settings[i], name, length) || settings[i][length] != '=')
            continue;
        fallback = settings[i] + length + 1;
        memmove(settings + i, settings + i + 1, (size_t)(--*count - i) * sizeof *settings);
        break;
    }
    return fallback;
}

/* Takes the size of the pictures out of the settings: width=, height=. */
static inline void read_size(char **settings, int *count)
{
    width = atoi(take_setting(settings, count, "width", "1920"));
    height = atoi(take_setting(settings, count, "height", "1080"));
}

static inline fg_encoder *new_encoder(char **settings, int count)
{
    const char *codec = take_setting(settings, &count, "codec", "avc1.640028");
    fg_config *config = new_config(codec, settings, count);
    fg_encoder *encoder;
    char side[16];
    snprintf(side, sizeof side, "%d", width);
    TRY(fg_config_set(config, "width", side));
    snprintf(side, sizeof side, "%d", height);
    TRY(fg_config_set(config, "height", side));
    TRY(fg_config_set(config, "framerate", "30"));
    TRY(fg_encoder_new(config, &encoder));
    fg_config_free(config);
    return encoder;
}

#endif
