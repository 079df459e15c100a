/* Encodes 100 streams at once on one thread: one wait set, one descriptor in epoll, at most 4 frames in flight each.
 * usage: many [streams] [frames]   A server puts its sockets into the same epoll. */
#include <framegate.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { WIDTH = 320, HEIGHT = 240 };

typedef struct {
    fg_encoder *encoder;
    int sent, done;
    unsigned long long bytes;
} stream;

static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, fg_last_error());
    exit(1);
}

static void check(fg_status status, const char *what) {
    if (status < 0) fail(what);
}

static void start(stream *stream, fg_waitset *set, uint64_t key) {
    fg_config *config;
    check(fg_config_new("avc1.42001f", &config), "config");
    check(fg_config_set(config, "width", "320"), "width");
    check(fg_config_set(config, "height", "240"), "height");
    check(fg_config_set(config, "latencyMode", "realtime"), "latencyMode");
    check(fg_config_set(config, "slots", "4"), "slots");
    check(fg_encoder_new(config, &stream->encoder), "encoder");
    fg_config_free(config);
    check(fg_encoder_join(stream->encoder, set, key), "join"); /* its key comes up once, to begin with */
}

/* FG_OK: the frame was taken. Above 0: the gate is full, and the key comes up when it is not. */
static fg_status send(stream *stream) {
    fg_video_info info = FG_VIDEO_INFO_INIT;
    fg_planes planes = FG_PLANES_INIT;
    fg_frame *frame;
    info.format = FG_PIXEL_I420, info.coded_width = WIDTH, info.coded_height = HEIGHT;
    info.timestamp_us = stream->sent * 1000000LL / 30;
    check(fg_frame_new_video(&info, &frame), "frame");
    check(fg_frame_planes(frame, &planes), "planes");
    for (uint32_t plane = 0; plane < planes.count; plane++)
        memset(planes.data[plane], plane == 0 ? stream->sent * 3 : 128, planes.stride[plane] * planes.rows[plane]);
    const fg_status status = fg_encoder_enqueue(stream->encoder, frame, NULL, 0);
    fg_frame_release(frame);
    check(status, "enqueue");
    return status;
}

/* Goes on until both calls say "not now"; the key comes up when one of them may go on. */
static void work(stream *stream, int frames) {
    fg_output output = FG_OUTPUT_INIT;
    fg_status sent, polled;
    do {
        sent = FG_WAIT_CODEC;
        if (stream->sent < frames && (sent = send(stream)) == FG_OK && ++stream->sent == frames)
            check(fg_encoder_flush(stream->encoder, NULL), "flush");
        polled = fg_encoder_poll(stream->encoder, &output, 0);
        check(polled, "poll");
        if (polled == FG_OK) {
            stream->bytes += output.size; /* a server writes them to a socket, and releases when they are sent */
            stream->done = output.kind == FG_OUTPUT_FLUSHED;
            check(fg_release_output(output.token), "release");
        }
    } while (!stream->done && (sent == FG_OK || polled == FG_OK));
}

int main(int argc, char **argv) {
    const int count = argc > 1 ? atoi(argv[1]) : 100, frames = argc > 2 ? atoi(argv[2]) : 50;
    stream *streams = calloc((size_t)count, sizeof *streams);
    unsigned long long bytes = 0;
    fg_waitset *set;
    int32_t fd;
    check(fg_waitset_new(&set), "wait set");
    check(fg_waitset_fd(set, &fd), "descriptor");
    const int poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    if (streams == NULL || poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0) return perror("epoll"), 1;
    for (int i = 0; i < count; i++) start(&streams[i], set, (uint64_t)i);

    for (int running = count; running > 0;) {
        uint64_t keys[64];
        size_t found;
        char wakes[64];
        while (fg_waitset_wait(set, keys, 64, &found, 0) == FG_OK) {
            for (size_t i = 0; i < found; i++) {
                stream *stream = &streams[keys[i]];
                if (stream->done) continue;
                work(stream, frames);
                running -= stream->done;
            }
        }
        if (running > 0 && epoll_wait(poller, &event, 1, -1) == 1) (void)!read(fd, wakes, sizeof wakes);
    }

    for (int i = 0; i < count; i++) {
        bytes += streams[i].bytes;
        fg_encoder_free(streams[i].encoder);
    }
    printf("%d streams, %d frames each, %llu bytes, one thread, one descriptor\n", count, frames, bytes);
    free(streams);
    fg_waitset_free(set);
    return close(poller) | close(fd);
}
