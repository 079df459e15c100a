/* The states of a handle: configured, flushed, reset, configured again, closed, freed. */
#include "media.h"

static void versions(void) {
    check_stage = "versions";
    CHECK(fg_abi_version() >= 1);
    CHECK(strchr(fg_version(), '.') != NULL);
    CHECK(strlen(fg_ffmpeg_version()) > 0);
    CHECK(strcmp(fg_status_name(FG_OK), "FG_OK") == 0);
    CHECK(strcmp(fg_status_name(FG_WAIT_RELEASE), "FG_WAIT_RELEASE") == 0);
    CHECK(strcmp(fg_status_name(FG_ERROR_INTERNAL), "FG_ERROR_INTERNAL") == 0);
    CHECK(fg_status_name(12345) != NULL);
    CHECK(fg_last_error() != NULL);
}

static void nothing_is_freed(void) {
    check_stage = "NULL";
    fg_config_free(NULL);
    fg_frame_release(NULL);
    fg_encoder_free(NULL);
    fg_decoder_free(NULL);
    fg_demuxer_free(NULL);
    fg_muxer_free(NULL);
    CHECK(fg_frame_retain(NULL) == NULL);
}

static void configurations(void) {
    check_stage = "configurations";
    fg_config *config = encoder_config(AVC_BASELINE, 64, 48, 3);
    char text[16];
    CHECK_OK(fg_config_get(config, "codec", text, sizeof text));
    CHECK(strcmp(text, AVC_BASELINE) == 0);
    CHECK_OK(fg_config_get(config, "slots", text, sizeof text));
    CHECK(strcmp(text, "3") == 0);
    CHECK_OK(fg_config_get(config, "latencyMode", text, sizeof text));
    CHECK(strcmp(text, "quality") == 0);
    CHECK_OK(fg_config_get(config, "displayWidth", text, sizeof text));
    CHECK(text[0] == '\0');

    const uint8_t *bytes = NULL;
    size_t size = 1;
    CHECK_OK(fg_config_get_bytes(config, "description", &bytes, &size));
    CHECK_EQUAL(size, 0);
    CHECK_OK(fg_config_set_bytes(config, "description", (const uint8_t *)"\1\2\3", 3));
    CHECK_OK(fg_config_get_bytes(config, "description", &bytes, &size));
    CHECK(size == 3 && memcmp(bytes, "\1\2\3", 3) == 0);
    fg_config_free(config);

    config = encoder_config(AVC_BASELINE, 64, 48, 0);
    CHECK_OK(fg_encoder_is_config_supported(config));
    fg_config_free(config);
    CHECK_OK(fg_config_new("av99.0", &config));
    CHECK_ERROR(fg_encoder_is_config_supported(config), FG_ERROR_NOT_SUPPORTED, "av99.0");
    CHECK_ERROR(fg_decoder_is_config_supported(config), FG_ERROR_NOT_SUPPORTED, "av99.0");
    fg_config_free(config);
}

/* One output, which has this id. */
static void expect(fg_encoder *encoder, uint64_t id) {
    fg_output output = FG_OUTPUT_INIT;
    CHECK_OK(fg_encoder_poll(encoder, &output, -1));
    CHECK_EQUAL(output.kind, FG_OUTPUT_CHUNK);
    CHECK_EQUAL(output.id, id);
    CHECK(output.token != 0 && output.token >> 53 == 0);
    release(&output);
}

/* The end of this flush. */
static void expect_flushed(fg_encoder *encoder, uint64_t flush_id) {
    fg_output output = FG_OUTPUT_INIT;
    CHECK_OK(fg_encoder_poll(encoder, &output, -1));
    CHECK_EQUAL(output.kind, FG_OUTPUT_FLUSHED);
    CHECK_EQUAL(output.flush_id, flush_id);
    release(&output);
}

static void states(void) {
    check_stage = "flush";
    fg_encoder *encoder = null_encoder(4);
    uint64_t first = 0, second = 0;
    CHECK_OK(fg_encoder_flush(encoder, &first)); /* of nothing */
    expect_flushed(encoder, first);
    CHECK_OK(send_small(encoder, 0, 0));
    CHECK_OK(fg_encoder_flush(encoder, &first));
    CHECK_OK(send_small(encoder, 1, 0)); /* encoding goes on behind a flush */
    CHECK_OK(fg_encoder_flush(encoder, &second));
    CHECK_OK(fg_encoder_flush(encoder, NULL));
    CHECK(first != second);
    expect(encoder, 1);
    expect_flushed(encoder, first);
    expect(encoder, 2);
    expect_flushed(encoder, second);

    check_stage = "reset";
    CHECK_OK(send_small(encoder, 2, 0));
    CHECK_OK(fg_encoder_reset(encoder));
    CHECK_OK(fg_encoder_reset(encoder)); /* of what is unconfigured */
    CHECK_EQUAL(stats_after_reset(encoder).in_flight, 0);
    CHECK_STATUS(send_small(encoder, 3, 0), FG_ERROR_INVALID_STATE);
    CHECK_STATUS(fg_encoder_flush(encoder, &first), FG_ERROR_INVALID_STATE);

    check_stage = "configure";
    fg_config *config = encoder_config(NULL_CODEC, 32, 16, 4);
    CHECK_OK(fg_encoder_configure(encoder, config));
    CHECK_OK(send_small(encoder, 4, 0));
    CHECK_OK(fg_encoder_configure(encoder, config)); /* what is queued is encoded before */
    CHECK_OK(send_small(encoder, 5, 0));
    expect(encoder, 5);
    expect(encoder, 6);

    check_stage = "close";
    CHECK_OK(send_small(encoder, 6, 0));
    CHECK_OK(fg_encoder_close(encoder));
    CHECK_OK(fg_encoder_close(encoder));
    fg_output output = FG_OUTPUT_INIT;
    uint32_t ready = 0;
    CHECK_STATUS(fg_encoder_poll(encoder, &output, -1), FG_ERROR_CLOSED);
    CHECK_STATUS(send_small(encoder, 7, -1), FG_ERROR_CLOSED);
    CHECK_STATUS(fg_encoder_flush(encoder, &first), FG_ERROR_CLOSED);
    CHECK_STATUS(fg_encoder_reset(encoder), FG_ERROR_CLOSED);
    CHECK_STATUS(fg_encoder_configure(encoder, config), FG_ERROR_CLOSED);
    CHECK_STATUS(fg_encoder_wait(encoder, FG_READY_POLL, &ready, -1), FG_ERROR_CLOSED);
    fg_config_free(config);
    fg_encoder_free(encoder);
}

static void free_at_any_moment(void) {
    check_stage = "free";
    for (uint32_t round = 0; round < 4; round++) {
        fg_encoder *encoder = encoder_of(encoder_config(AVC_BASELINE, 64, 48, 4));
        for (uint32_t i = 0; i < round; i++) CHECK_OK(send_picture(encoder, 64, 48, i, NULL, -1));
        if (round == 3) CHECK_OK(fg_encoder_flush(encoder, NULL));
        fg_encoder_free(encoder);
    }
}

int main(void) {
    check_begin();
    versions();
    nothing_is_freed();
    configurations();
    states();
    free_at_any_moment();
    return 0;
}
