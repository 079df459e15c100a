/* failing_io: a host's read, write or seek that fails, whichever it is, fails the call that needed it, in the system's words,
 * and nothing of the file stays behind (which valgrind and AddressSanitizer see). */
#include "media.h"

#include <stdbool.h>

enum { WIDTH = 64, HEIGHT = 48, COUNT = 12, MAX_SIZE = 1 << 18, PIECE = 512, ERROR = 5 /* EIO */ };

/* A file in memory whose call number `fails_at`, from 1, fails. */
struct bytes {
    uint8_t data[MAX_SIZE];
    int64_t size, at;
    uint32_t calls, fails_at;
};

static int fails(struct bytes *own) { return ++own->calls == own->fails_at; }

static int64_t read_bytes(void *opaque, uint8_t *data, size_t size) {
    struct bytes *own = opaque;
    int64_t count = own->size - own->at < PIECE ? own->size - own->at : PIECE;
    if (fails(own)) return -ERROR;
    if ((int64_t)size < count) count = (int64_t)size;
    memcpy(data, own->data + own->at, (size_t)count);
    own->at += count;
    return count;
}

static int64_t write_bytes(void *opaque, const uint8_t *data, size_t size) {
    struct bytes *own = opaque;
    if (fails(own)) return -ERROR;
    CHECK(own->at + (int64_t)size <= MAX_SIZE);
    memcpy(own->data + own->at, data, size);
    own->at += (int64_t)size;
    if (own->at > own->size) own->size = own->at;
    return (int64_t)size;
}

static int64_t seek_bytes(void *opaque, int64_t offset, int32_t whence) {
    struct bytes *own = opaque;
    const int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? own->at : own->size;
    if (fails(own)) return -ERROR;
    if (from + offset < 0 || from + offset > MAX_SIZE) return -22;
    return own->at = from + offset;
}

static fg_io io_of(struct bytes *own, uint32_t fails_at) {
    fg_io io = FG_IO_INIT;
    io.opaque = own;
    io.read = read_bytes;
    io.write = write_bytes;
    io.seek = seek_bytes;
    own->at = 0;
    own->calls = 0;
    own->fails_at = fails_at;
    return io;
}

static void check_words(void) { CHECK(strstr(fg_last_error(), "Input/output error") != NULL); }

/* Writes a file of the chunks; the status of what failed first. */
static fg_status write_file(const fg_io *io, const char *format, const fg_config *config, const fg_chunk *chunks) {
    fg_muxer *muxer = NULL;
    uint32_t track = 0;
    fg_status status = fg_muxer_create_io(io, format, &muxer);
    if (status != FG_OK) return status;
    CHECK_OK(fg_muxer_add_track(muxer, config, &track));
    for (uint32_t i = 0; i < COUNT && status == FG_OK; i++) status = fg_muxer_write(muxer, track, &chunks[i]);
    if (status == FG_OK) status = fg_muxer_finish(muxer);
    if (status != FG_OK) check_words();
    fg_muxer_free(muxer);
    return status;
}

/* Reads a file to its end; the status of what failed first. */
static fg_status read_file(const fg_io *io) {
    fg_demuxer *demuxer = NULL;
    fg_chunk chunk = FG_CHUNK_INIT;
    uint32_t track = 0, count = 0;
    fg_status status = fg_demuxer_open_io(io, &demuxer);
    CHECK((status == FG_OK) == (demuxer != NULL));
    while (status == FG_OK) {
        status = fg_demuxer_read(demuxer, &track, &chunk);
        if (status == FG_OK) count++;
    }
    if (status == FG_END) CHECK_EQUAL(count, COUNT);
    else check_words();
    fg_demuxer_free(demuxer);
    return status;
}

/* Each call fails once, until there are none left. What fails none of ours was a question: the file is whole. */
static void fail_everywhere(struct bytes *own, const char *format, const fg_config *config, const fg_chunk *chunks) {
    uint32_t failed = 0, call = 0;
    bool is_over = false;
    while (!is_over) {
        own->size = 0;
        const fg_io io = io_of(own, ++call);
        const fg_status status = write_file(&io, format, config, chunks);
        is_over = own->calls < call;
        failed += status != FG_OK;
        if (status != FG_OK) {
            CHECK_STATUS(status, FG_ERROR_IO);
            continue;
        }
        const fg_io whole = io_of(own, 0);
        CHECK_STATUS(read_file(&whole), FG_END);
    }
    CHECK(failed > 0);
    for (is_over = false, failed = call = 0; !is_over;) {
        const fg_io io = io_of(own, ++call);
        const fg_status status = read_file(&io);
        is_over = own->calls < call;
        failed += status != FG_END;
        if (status != FG_END) CHECK_STATUS(status, FG_ERROR_IO);
    }
    CHECK(failed > 0);
}

int main(void) {
    static const char *const formats[] = {"mp4", "mov", "mkv", "ts", "avi"};
    static struct bytes own;
    fg_chunk chunks[COUNT];
    fg_output outputs[COUNT];
    fg_config *config = NULL;
    check_begin();
    fg_encoder *encoder = encoder_of(encoder_config(AVC_BASELINE, WIDTH, HEIGHT, 2 * COUNT));
    for (uint32_t i = 0; i < COUNT; i++) CHECK_OK(send_picture(encoder, WIDTH, HEIGHT, i, NULL, -1));
    CHECK_OK(fg_encoder_flush(encoder, NULL));
    for (uint32_t i = 0; i < COUNT; i++) {
        const fg_output empty = FG_OUTPUT_INIT;
        outputs[i] = empty;
        CHECK_OK(fg_encoder_poll(encoder, &outputs[i], -1));
        chunks[i] = chunk_of(&outputs[i]);
    }
    CHECK_OK(fg_config_copy(outputs[0].config, &config));
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        check_stage = formats[i];
        fail_everywhere(&own, formats[i], config, chunks);
    }
    fg_config_free(config);
    for (uint32_t i = 0; i < COUNT; i++) release(&outputs[i]);
    fg_encoder_free(encoder);
    return 0;
}
