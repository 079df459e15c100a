/* containers [media file]: what goes into a file comes out of it; and every video track of the media file,
 * if one is named, can be read to its end and decoded. */
#include "media.h"

enum { WIDTH = 64, HEIGHT = 48, COUNT = 25, MAX_SIZE = 1 << 16 };

/* A chunk that outlives its output. */
struct kept {
    fg_chunk chunk;
    uint8_t data[MAX_SIZE];
};

static struct kept kept[COUNT];

static void keep(struct kept *to, const fg_output *output) {
    CHECK(output->size <= MAX_SIZE);
    to->chunk = chunk_of(output);
    memcpy(to->data, output->data, output->size);
    to->chunk.data = to->data;
}

/* Encodes with B-frames into `kept` and into `path`. */
static void write_file(const char *path) {
    fg_muxer *muxer = NULL;
    uint32_t track = 99, count = 0;
    fg_config *config = encoder_config(AVC_HIGH, WIDTH, HEIGHT, 64);
    CHECK_OK(fg_config_set(config, "ffmpeg.bf", "2"));
    CHECK_OK(fg_config_set(config, "ffmpeg.b_strategy", "0"));
    fg_encoder *encoder = encoder_of(config);
    CHECK_OK(fg_muxer_create(path, &muxer));
    for (uint32_t i = 0; i < COUNT; i++) CHECK_OK(send_picture(encoder, WIDTH, HEIGHT, i, NULL, -1));
    CHECK_OK(fg_encoder_flush(encoder, NULL));
    for (;;) {
        fg_output output = FG_OUTPUT_INIT;
        CHECK_OK(fg_encoder_poll(encoder, &output, -1));
        if (output.kind == FG_OUTPUT_FLUSHED) break;
        CHECK(count < COUNT);
        keep(&kept[count], &output);
        if (count == 0) {
            CHECK_STATUS(fg_muxer_write(muxer, 0, &kept[0].chunk), FG_ERROR_INVALID_STATE); /* no track yet */
            CHECK_OK(fg_muxer_set(muxer, "title", "A clip"));
            CHECK_STATUS(fg_muxer_set(muxer, "titel", "A clip"), FG_ERROR_INVALID_ARGUMENT);
            CHECK_STATUS(fg_muxer_set(muxer, "startAtZero", "yes"), FG_ERROR_INVALID_ARGUMENT);
            CHECK_OK(fg_muxer_add_track(muxer, output.config, &track));
            CHECK_EQUAL(track, 0);
        }
        CHECK_OK(fg_muxer_write(muxer, track, &kept[count].chunk));
        CHECK_STATUS(fg_muxer_write(muxer, 7, &kept[count].chunk), FG_ERROR_INVALID_ARGUMENT);
        count++;
        release(&output);
    }
    CHECK_EQUAL(count, COUNT);
    CHECK_STATUS(fg_muxer_set(muxer, "title", "Late"), FG_ERROR_INVALID_STATE);
    CHECK_OK(fg_muxer_finish(muxer));
    CHECK_STATUS(fg_muxer_write(muxer, track, &kept[0].chunk), FG_ERROR_INVALID_STATE);
    fg_muxer_free(muxer);
    fg_encoder_free(encoder);
}

/* What a file says of itself, and reading from the key before a time. */
static void seek_file(const char *path) {
    fg_demuxer *demuxer = NULL;
    fg_chunk chunk = FG_CHUNK_INIT;
    fg_file_info file = FG_FILE_INFO_INIT;
    fg_track_info track = FG_TRACK_INFO_INIT;
    const uint8_t *bytes = NULL;
    size_t size = 0;
    uint32_t count = 0;
    char text[64];
    CHECK_OK(fg_demuxer_open(path, &demuxer));
    CHECK_OK(fg_demuxer_info(demuxer, &file));
    CHECK_EQUAL(file.track_count, 1);
    CHECK_EQUAL(file.flags, FG_FILE_SEEKABLE);
    CHECK_EQUAL(file.duration_us, COUNT * 40000);
    CHECK_OK(fg_demuxer_track_info(demuxer, 0, &track));
    CHECK_EQUAL(track.frames, COUNT);
    CHECK_EQUAL(track.duration_us, COUNT * 40000);
    CHECK_EQUAL(track.disposition, FG_DISPOSITION_DEFAULT);
    CHECK_STATUS(fg_demuxer_track_info(demuxer, 1, &track), FG_ERROR_INVALID_ARGUMENT);
    CHECK_OK(fg_demuxer_key(demuxer, 0, text, sizeof text));
    CHECK(strcmp(text, "format") == 0);
    CHECK_STATUS(fg_demuxer_key(demuxer, 0, text, 3), FG_ERROR_INVALID_ARGUMENT);
    CHECK_STATUS(fg_demuxer_key(demuxer, 1000, text, sizeof text), FG_END);
    CHECK_STATUS(fg_demuxer_get_bytes(demuxer, "covers.0", &bytes, &size), FG_ERROR_INVALID_ARGUMENT);
    while (fg_demuxer_read_track(demuxer, 0, &chunk) == FG_OK) count++;
    CHECK_EQUAL(count, COUNT);
    CHECK_STATUS(fg_demuxer_read_track(demuxer, 0, &chunk), FG_END);
    CHECK_STATUS(fg_demuxer_read_track(demuxer, 1, &chunk), FG_ERROR_INVALID_ARGUMENT);
    CHECK_OK(fg_demuxer_seek(demuxer, 0, COUNT * 40000 / 2));
    CHECK_OK(fg_demuxer_read_track(demuxer, 0, &chunk));
    CHECK_EQUAL(chunk.timestamp_us, kept[0].chunk.timestamp_us); /* the only key */
    CHECK_EQUAL(chunk.id, COUNT);
    CHECK_STATUS(fg_demuxer_seek(demuxer, 0, INT64_MAX), FG_ERROR_INVALID_ARGUMENT);
    CHECK_STATUS(fg_demuxer_seek(demuxer, 1, 0), FG_ERROR_INVALID_ARGUMENT);
    CHECK_STATUS(fg_demuxer_select(demuxer, 1, 0), FG_ERROR_INVALID_ARGUMENT);
    CHECK_STATUS(fg_demuxer_select(demuxer, 0, 2), FG_ERROR_INVALID_ARGUMENT);
    CHECK_OK(fg_demuxer_select(demuxer, 0, 0));
    CHECK_STATUS(fg_demuxer_read_track(demuxer, 0, &chunk), FG_ERROR_INVALID_STATE);
    fg_demuxer_free(demuxer);
}

/* Reads it back, chunk by chunk. */
static void read_file(const char *path) {
    fg_demuxer *demuxer = NULL;
    fg_config *config = NULL;
    fg_chunk chunk = FG_CHUNK_INIT;
    uint32_t track = 99;
    char text[32];
    CHECK_OK(fg_demuxer_open(path, &demuxer));
    CHECK_OK(fg_demuxer_get(demuxer, "title", text, sizeof text));
    CHECK(strcmp(text, "A clip") == 0);
    CHECK_STATUS(fg_demuxer_get(demuxer, "title", text, 3), FG_ERROR_INVALID_ARGUMENT);
    CHECK_STATUS(fg_demuxer_get(demuxer, "titel", text, sizeof text), FG_ERROR_INVALID_ARGUMENT);
    CHECK_EQUAL(fg_demuxer_track_count(demuxer), 1);
    CHECK_STATUS(fg_demuxer_track(demuxer, 1, &config), FG_ERROR_INVALID_ARGUMENT);
    CHECK_OK(fg_demuxer_track(demuxer, 0, &config));
    CHECK_OK(fg_decoder_is_config_supported(config));
    CHECK_OK(fg_config_get(config, "codec", text, sizeof text));
    CHECK(strncmp(text, "avc1.6400", 9) == 0);
    fg_config_free(config);
    for (uint32_t i = 0; i < COUNT; i++) {
        const fg_chunk *want = &kept[i].chunk;
        CHECK_OK(fg_demuxer_read(demuxer, &track, &chunk));
        CHECK_EQUAL(track, 0);
        CHECK_EQUAL(chunk.timestamp_us, want->timestamp_us);
        CHECK_EQUAL(chunk.duration_us, want->duration_us);
        CHECK_EQUAL(chunk.flags & FG_CHUNK_KEY, want->flags & FG_CHUNK_KEY);
        CHECK_EQUAL(chunk.size, want->size);
        CHECK(memcmp(chunk.data, want->data, chunk.size) == 0);
    }
    CHECK_STATUS(fg_demuxer_read(demuxer, &track, &chunk), FG_END);
    CHECK_STATUS(fg_demuxer_read(demuxer, &track, &chunk), FG_END);
    fg_demuxer_free(demuxer);
}

/* Frames of `decoder` that are there, or all up to the end of a flush; the times increase. */
static uint32_t take_frames(fg_decoder *decoder, int32_t timeout_ms, int64_t *last_us) {
    uint32_t count = 0;
    for (;;) {
        fg_output output = FG_OUTPUT_INIT;
        const fg_status status = fg_decoder_poll(decoder, &output, timeout_ms);
        if (status > 0 && timeout_ms == 0) return count;
        CHECK_OK(status);
        if (output.kind == FG_OUTPUT_FLUSHED) return count;
        CHECK_EQUAL(output.kind, FG_OUTPUT_FRAME);
        CHECK(output.timestamp_us > *last_us);
        *last_us = output.timestamp_us;
        count++;
        release(&output);
    }
}

/* Decodes track 0; as many frames come out as chunks go in. */
static void decode_file(const char *path, uint32_t at_least) {
    fg_demuxer *demuxer = NULL;
    fg_config *config = NULL;
    fg_decoder *decoder = NULL;
    fg_chunk chunk = FG_CHUNK_INIT;
    uint32_t track = 0, chunks = 0, frames = 0;
    int64_t last_us = INT64_MIN;
    CHECK_OK(fg_demuxer_open(path, &demuxer));
    CHECK_OK(fg_demuxer_track(demuxer, 0, &config));
    CHECK_OK(fg_decoder_new(config, &decoder));
    fg_config_free(config);
    while (fg_demuxer_read(demuxer, &track, &chunk) == FG_OK) {
        if (track != 0) continue;
        while (fg_decoder_enqueue(decoder, &chunk, 0) != FG_OK) {
            uint32_t ready = 0;
            CHECK_OK(fg_decoder_wait(decoder, FG_READY_ENQUEUE | FG_READY_POLL, &ready, -1));
            frames += take_frames(decoder, 0, &last_us);
        }
        chunks++;
    }
    CHECK_OK(fg_decoder_flush(decoder, NULL));
    frames += take_frames(decoder, -1, &last_us);
    CHECK(chunks >= at_least);
    CHECK_EQUAL(frames, chunks);
    fg_decoder_free(decoder);
    fg_demuxer_free(demuxer);
}

/* A muxer that is given up in the middle leaves no handle and no memory behind. */
static void abandon(const char *path) {
    fg_muxer *muxer = NULL;
    CHECK_OK(fg_muxer_create(path, &muxer));
    fg_muxer_free(muxer);
}

int main(int argc, char **argv) {
    static const char *const endings[] = {"mp4", "mov"};
    char directory[] = "/tmp/framegate-containers-XXXXXX", path[64];
    check_begin();
    CHECK(mkdtemp(directory) != NULL);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        check_stage = endings[i];
        snprintf(path, sizeof path, "%s/clip.%s", directory, endings[i]);
        write_file(path);
        read_file(path);
        seek_file(path);
        decode_file(path, COUNT);
        abandon(path);
        remove(path);
    }
    CHECK_EQUAL(rmdir(directory), 0);
    check_stage = "argument";
    if (argc > 1) decode_file(argv[1], 1);
    return 0;
}
