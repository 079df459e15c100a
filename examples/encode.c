/* 90 frames of a moving gradient to H.264 in out.mp4, on one thread. cc encode.c $(pkg-config --cflags --libs framegate) */
#include <framegate.h>
#include <stdio.h>
#include <stdlib.h>

#define TRY(call) do { fg_status s = (call); if (s < 0) { fprintf(stderr, "%s: %s\n", #call, fg_last_error()); exit(1); } } while (0)

static fg_frame *draw(int n) {
    fg_video_info info = FG_VIDEO_INFO_INIT; fg_planes planes = FG_PLANES_INIT; fg_frame *frame;
    info.format = FG_PIXEL_RGBA; info.coded_width = 640; info.coded_height = 360;
    info.timestamp_us = n * 1000000LL / 30; info.duration_us = 1000000 / 30;
    TRY(fg_frame_new_video(&info, &frame)); TRY(fg_frame_planes(frame, &planes));
    for (int y = 0; y < 360; y++)
        for (int x = 0; x < 640; x++) {
            uint8_t *p = planes.data[0] + (size_t)y * planes.stride[0] + 4 * (size_t)x;
            p[0] = (uint8_t)(x + n); p[1] = (uint8_t)(y + n); p[2] = (uint8_t)(4 * n); p[3] = 255;
        }
    return frame;
}

int main(void) {
    fg_config *config; fg_encoder *encoder; fg_muxer *muxer; uint32_t track = 0, ready; int sent = 0, done = 0;
    TRY(fg_config_new("avc1.42001f", &config)); TRY(fg_config_set(config, "width", "640")); TRY(fg_config_set(config, "height", "360"));
    TRY(fg_encoder_new(config, &encoder)); TRY(fg_muxer_create("out.mp4", &muxer));
    while (!done) {                              /* wait for a free slot or an output, whichever is first */
        TRY(fg_encoder_wait(encoder, sent <= 90 ? FG_READY_ENQUEUE | FG_READY_POLL : FG_READY_POLL, &ready, -1));
        if ((ready & FG_READY_ENQUEUE) && sent++ < 90) {
            fg_frame *frame = draw(sent - 1); TRY(fg_encoder_enqueue(encoder, frame, NULL, 0)); fg_frame_release(frame);
            if (sent == 90) { TRY(fg_encoder_flush(encoder, NULL)); sent++; }
        }
        fg_output out = FG_OUTPUT_INIT; fg_chunk chunk = FG_CHUNK_INIT;
        if (!(ready & FG_READY_POLL) || fg_encoder_poll(encoder, &out, 0) != FG_OK) continue;
        if (out.kind == FG_OUTPUT_FLUSHED || out.kind == FG_OUTPUT_ERROR) done = 1;
    }
    return 0;
}
