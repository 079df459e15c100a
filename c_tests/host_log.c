/* host_log: a host that uses FFmpeg itself keeps its own log: its lines and nobody else's. */
#include "media.h"

#include <dlfcn.h>
#include <stdarg.h>

enum { AV_LOG_ERROR = 16, AV_LOG_INFO = 32 };

typedef void log_callback(void *object, int level, const char *format, va_list arguments);
typedef void log_setter(log_callback *callback);
typedef void log_function(void *object, int level, const char *format, ...);

static uint32_t lines;
static char last[64];

static void hosts_callback(void *object, int level, const char *format, va_list arguments) {
    (void)object;
    if (level > AV_LOG_INFO) return;
    __atomic_fetch_add(&lines, 1, __ATOMIC_SEQ_CST);
    vsnprintf(last, sizeof last, format, arguments);
}

/* A function of the libavutil that the library has loaded. */
static void find(const char *name, void *function, size_t size) {
    void *const program = dlopen(NULL, RTLD_LAZY), *const symbol = dlsym(program, name);
    CHECK(symbol != NULL && size == sizeof symbol);
    memcpy(function, &symbol, size); /* which C has no cast for */
    dlclose(program);
}

/* FFmpeg has much to say of this, on the caller's thread, on the handle's and on the decoder's own. */
static void make_the_library_talk(void) {
    fg_encoder *encoder = encoder_of(encoder_config(AVC_BASELINE, 320, 240, 0));
    fg_config *config = NULL;
    fg_decoder *decoder = NULL;
    fg_demuxer *demuxer = NULL;
    fg_output output = FG_OUTPUT_INIT;
    static uint8_t bytes[1 << 16];
    fg_chunk chunk = FG_CHUNK_INIT;
    CHECK(fg_demuxer_open("/dev/null", &demuxer) < 0);
    CHECK_OK(send_picture(encoder, 320, 240, 0, NULL, -1));
    CHECK_OK(send_picture(encoder, 64, 48, 1, NULL, -1)); /* scaled */
    CHECK_OK(fg_encoder_flush(encoder, NULL));
    CHECK_OK(fg_encoder_poll(encoder, &output, -1));
    CHECK_OK(fg_config_new(AVC_BASELINE, &config));
    const uint8_t *description = NULL;
    size_t size = 0;
    CHECK_OK(fg_config_get_bytes(output.config, "description", &description, &size));
    CHECK_OK(fg_config_set_bytes(config, "description", description, size));
    CHECK_OK(fg_config_set(config, "threads", "2"));
    CHECK_OK(fg_decoder_new(config, &decoder));
    chunk = chunk_of(&output);
    CHECK(chunk.size > 200 && chunk.size < sizeof bytes);
    memcpy(bytes, chunk.data, chunk.size);
    memset(bytes + chunk.size / 2, 1, chunk.size / 2);
    chunk.data = bytes;
    release(&output);
    CHECK_OK(fg_decoder_enqueue(decoder, &chunk, -1));
    CHECK_OK(fg_decoder_flush(decoder, NULL));
    CHECK_OK(fg_decoder_poll(decoder, &output, -1));
    CHECK_EQUAL(output.kind, FG_OUTPUT_ERROR);
    char text[256];
    CHECK_OK(fg_decoder_error(decoder, text, sizeof text));
    CHECK(strchr(text, '(') != NULL); /* the codec's own words still reach the library */
    fg_decoder_free(decoder);
    fg_config_free(config);
    fg_encoder_free(encoder);
}

int main(void) {
    check_begin();
    log_setter *set_callback = NULL;
    log_function *log_line = NULL;
    find("av_log_set_callback", &set_callback, sizeof set_callback);
    find("av_log", &log_line, sizeof log_line);
    set_callback(hosts_callback);
    fg_set_av_log_callback((void (*)(void))hosts_callback);

    check_stage = "the library's lines";
    make_the_library_talk();
    CHECK_EQUAL(lines, 0);

    check_stage = "the host's lines";
    log_line(NULL, AV_LOG_ERROR, "picture %d of %s", 7, "the host");
    CHECK_EQUAL(lines, 1);
    CHECK(strcmp(last, "picture 7 of the host") == 0);

    check_stage = "nobody's lines";
    fg_set_av_log_callback(NULL);
    log_line(NULL, AV_LOG_ERROR, "more");
    CHECK_EQUAL(lines, 1);
    return 0;
}
