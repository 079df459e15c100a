/* A C program that uses the installed library: one frame through an encoder. */
#include <framegate.h>
#include <stdio.h>

static int failed(const char *call) {
    fprintf(stderr, "%s: %s\n", call, fg_last_error());
    return 1;
}

int main(void) {
    fg_config *config = NULL;
    fg_encoder *encoder = NULL;
    fg_frame *frame = NULL;
    fg_output output = FG_OUTPUT_INIT;
    fg_video_info info = FG_VIDEO_INFO_INIT;
    info.format = FG_PIXEL_I420;
    info.coded_width = 64;
    info.coded_height = 48;

    if (fg_config_new("avc1.42001f", &config) != FG_OK) return failed("fg_config_new");
    if (fg_config_set(config, "width", "64") != FG_OK) return failed("width");
    if (fg_config_set(config, "height", "48") != FG_OK) return failed("height");
    if (fg_encoder_new(config, &encoder) != FG_OK) return failed("fg_encoder_new");
    if (fg_frame_new_video(&info, &frame) != FG_OK) return failed("fg_frame_new_video");
    if (fg_encoder_enqueue(encoder, frame, NULL, -1) != FG_OK) return failed("fg_encoder_enqueue");
    if (fg_encoder_flush(encoder, NULL) != FG_OK) return failed("fg_encoder_flush");
    if (fg_encoder_poll(encoder, &output, -1) != FG_OK) return failed("fg_encoder_poll");
    printf("framegate %s on FFmpeg %s: a chunk of %u bytes\n", fg_version(), fg_ffmpeg_version(),
           (unsigned)output.size);
    const int empty = output.size == 0;
    fg_release_output(output.token);
    fg_frame_release(frame);
    fg_config_free(config);
    fg_encoder_free(encoder);
    return empty;
}
