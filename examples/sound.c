/* Encodes three seconds of a tone to out.aac (ADTS), with at most 16 AAC frames in flight. Real programs check every status. */
#include <framegate.h>
#include <stdio.h>

enum { RATE = 48000, PART = 960 };                      /* samples a second, and of an input, which may have any number */

int main(void) {
    fg_audio_info info = FG_AUDIO_INFO_INIT; fg_output out = FG_OUTPUT_INIT; fg_planes planes = FG_PLANES_INIT;
    fg_config *config; fg_encoder *encoder; fg_frame *frame; uint32_t ready; int sent = 0;
    FILE *file = fopen("out.aac", "wb");
    fg_config_new("mp4a.40.2", &config);
    fg_config_set(config, "sampleRate", "48000"), fg_config_set(config, "numberOfChannels", "1"), fg_config_set(config, "aac.format", "adts");
    if (fg_encoder_new(config, &encoder) != FG_OK) return fprintf(stderr, "%s\n", fg_last_error()), 1;
    info.format = FG_SAMPLE_S16, info.sample_rate = RATE, info.channels = 1, info.frames = PART;
    do {
        fg_encoder_wait(encoder, sent < 3 * RATE ? FG_READY_ENQUEUE | FG_READY_POLL : FG_READY_POLL, &ready, -1);
        if ((ready & FG_READY_ENQUEUE) && sent < 3 * RATE) {
            info.timestamp_us = sent * 1000000LL / RATE;
            fg_frame_new_audio(&info, &frame), fg_frame_planes(frame, &planes);
            for (int i = 0; i < PART; i++) ((int16_t *)planes.data[0])[i] = (int16_t)((sent + i) * 600 % 65536 / 4 - 8192); /* 440 Hz */
            fg_encoder_enqueue(encoder, frame, NULL, 0), fg_frame_release(frame);
            if ((sent += PART) == 3 * RATE) fg_encoder_flush(encoder, NULL);
        }
        if ((ready & FG_READY_POLL) && fg_encoder_poll(encoder, &out, 0) == FG_OK) {
            fwrite(out.data, 1, out.size, file), fg_release_output(out.token);
        }
    } while (out.kind != FG_OUTPUT_FLUSHED && out.kind != FG_OUTPUT_ERROR);
    fg_encoder_free(encoder), fg_config_free(config);
    return fclose(file);
}
