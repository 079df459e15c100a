/* refused_input: an input that is refused changes nothing: it takes no slot, not for a moment, and fixes nothing. */
#include "media.h"

static fg_frame *turned(uint16_t rotation, uint32_t index) {
    fg_frame *upright = picture(FG_PIXEL_I420, 64, 48, index), *frame = NULL;
    fg_video_info info = FG_VIDEO_INFO_INIT;
    CHECK_OK(fg_frame_video_info(upright, &info));
    info.rotation = rotation;
    CHECK_OK(fg_frame_derive(upright, &info, &frame));
    fg_frame_release(upright);
    return frame;
}

static fg_status send_turned(fg_encoder *encoder, uint16_t rotation, uint32_t index) {
    fg_frame *frame = turned(rotation, index);
    const fg_status status = fg_encoder_enqueue(encoder, frame, NULL, 0);
    fg_frame_release(frame);
    return status;
}

static void takes_no_slot(void) {
    check_stage = "an encoder's option";
    fg_encoder *encoder = encoder_of(encoder_config(AVC_BASELINE, 64, 48, 1));
    fg_encode_options options = FG_ENCODE_OPTIONS_INIT;
    options.quantizer = 20; /* without bitrateMode quantizer */
    CHECK_ERROR(send_picture(encoder, 64, 48, 0, &options, 0), FG_ERROR_INVALID_ARGUMENT, "quantizer");
    CHECK_EQUAL(encoder_stats(encoder).in_flight_peak, 0);
    CHECK_EQUAL(encoder_stats(encoder).bytes_peak, 0);
    fg_encoder_free(encoder);

    check_stage = "a decoder's delta chunk";
    fg_config *config = NULL;
    fg_decoder *decoder = NULL;
    const uint8_t bytes[] = {0, 0, 0, 1, 0x41, 0x9a};
    fg_chunk chunk = FG_CHUNK_INIT;
    CHECK_OK(fg_config_new(AVC_BASELINE, &config));
    CHECK_OK(fg_decoder_new(config, &decoder));
    chunk.data = bytes;
    chunk.size = sizeof bytes;
    CHECK_ERROR(fg_decoder_enqueue(decoder, &chunk, 0), FG_ERROR_DATA, "key chunk");
    chunk.flags = FG_CHUNK_KEY; /* says so, and is none */
    CHECK_ERROR(fg_decoder_enqueue(decoder, &chunk, 0), FG_ERROR_DATA, "key chunk");
    CHECK_EQUAL(decoder_stats(decoder).in_flight_peak, 0);
    CHECK_EQUAL(decoder_stats(decoder).bytes_peak, 0);
    fg_decoder_free(decoder);
    fg_config_free(config);

    check_stage = "after a reset";
    encoder = null_encoder(1);
    CHECK_OK(fg_encoder_reset(encoder));
    CHECK_STATUS(send_small(encoder, 0, 0), FG_ERROR_INVALID_STATE);
    CHECK_EQUAL(encoder_stats(encoder).in_flight_peak, 0);
    fg_encoder_free(encoder);
}

/* A turned frame that a full gate keeps out is not the first frame. */
static void fixes_no_orientation(void) {
    check_stage = "orientation";
    fg_config *config = encoder_config(AVC_BASELINE, 64, 48, 1);
    fg_encoder *encoder = NULL;
    fg_output output = FG_OUTPUT_INIT;
    CHECK_OK(fg_config_set(config, "latencyMode", "realtime"));
    CHECK_OK(fg_encoder_new(config, &encoder));
    CHECK_OK(send_turned(encoder, 0, 0));
    CHECK_OK(fg_encoder_poll(encoder, &output, -1)); /* held: the gate is full */
    CHECK_OK(fg_encoder_configure(encoder, config)); /* and any orientation may come */
    CHECK_STATUS(send_turned(encoder, 90, 1), FG_WAIT_RELEASE);
    CHECK_STATUS(send_turned(encoder, 180, 1), FG_WAIT_RELEASE);
    release(&output);
    CHECK_OK(send_turned(encoder, 0, 1));
    CHECK_OK(fg_encoder_poll(encoder, &output, -1));
    release(&output);
    CHECK_ERROR(send_turned(encoder, 90, 2), FG_ERROR_DATA, "rotation");
    CHECK_OK(send_turned(encoder, 0, 2));
    fg_encoder_free(encoder);
    fg_config_free(config);
}

int main(void) {
    check_begin();
    takes_no_slot();
    fixes_no_orientation();
    return 0;
}
