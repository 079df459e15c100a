/* Encodes 90 frames to out.h264, on one thread, with at most 16 in flight. Real programs check every status. */
#include <framegate.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    fg_video_info info = FG_VIDEO_INFO_INIT; fg_output out = FG_OUTPUT_INIT; fg_planes planes = FG_PLANES_INIT;
    fg_config *config; fg_encoder *encoder; fg_frame *frame; uint32_t ready; int sent = 0;
    FILE *file = fopen("out.h264", "wb");
    fg_config_new("avc1.42001f", &config);
    fg_config_set(config, "width", "640"), fg_config_set(config, "height", "360"), fg_config_set(config, "avc.format", "annexb");
    if (fg_encoder_new(config, &encoder) != FG_OK) return fprintf(stderr, "%s\n", fg_last_error()), 1;
    info.format = FG_PIXEL_RGBA, info.coded_width = 640, info.coded_height = 360;
    do {                                       /* wait for a free slot or an output, whichever is first */
        fg_encoder_wait(encoder, sent < 90 ? FG_READY_ENQUEUE | FG_READY_POLL : FG_READY_POLL, &ready, -1);
        if ((ready & FG_READY_ENQUEUE) && sent < 90) {
            info.timestamp_us = sent * 1000000LL / 30;
            fg_frame_new_video(&info, &frame), fg_frame_planes(frame, &planes);
            memset(planes.data[0], sent * 2, planes.stride[0] * planes.rows[0]);          /* draw */
            fg_encoder_enqueue(encoder, frame, NULL, 0), fg_frame_release(frame);
            if (++sent == 90) fg_encoder_flush(encoder, NULL);
        }
        if ((ready & FG_READY_POLL) && fg_encoder_poll(encoder, &out, 0) == FG_OK) {
            fwrite(out.data, 1, out.size, file), fg_release_output(out.token);            /* the slot is free again */
        }
    } while (out.kind != FG_OUTPUT_FLUSHED && out.kind != FG_OUTPUT_ERROR);
    fg_encoder_free(encoder), fg_config_free(config);
    return fclose(file);
}
