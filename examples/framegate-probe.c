/* framegate-probe: which codecs this library has with the FFmpeg that it runs on, as a table.
 *
 *     framegate-probe [codec...]
 *
 * Each codec is tried: a picture or some sound is encoded, and what the encoder says of it is given to a decoder. Without names
 * there is one string of each codec; any other may be given ("avc1.640028", "mp4a.40.5").
 */
#include <framegate.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRY(call) check((call), #call)

static fg_status check(fg_status status, const char *call)
{
    if (status < 0) {
        fprintf(stderr, "%.*s: %s: %s\n", (int)strcspn(call, "("), call, fg_status_name(status), fg_last_error());
        exit(1);
    }
    return status;
}

static const char *const usual[] = { "avc1.42001f", "avc1.640028", "hvc1.1.6.L93.B0", "vp8", "vp09.00.10.08", "vp09.02.10.10",
                                     "av01.0.04M.08", "mp4a.40.2", "mp4a.40.5", "opus", "flac", "mp3", "vorbis", "pcm-u8",
                                     "pcm-s16", "pcm-s24", "pcm-s32", "pcm-f32", "alaw", "ulaw" };

/* What was found of a codec. */
struct row {
    int encodes, decodes;
    unsigned long long priming; /* samples, of sound */
    char why[200];              /* not */
};

static void note(struct row *row)
{
    snprintf(row->why, sizeof row->why, "%s", fg_last_error());
}

/* A picture of the encoder's size, or a quarter of a second of silence. */
static fg_frame *blank(int is_sound)
{
    fg_frame *frame;
    fg_planes planes = FG_PLANES_INIT;
    if (is_sound) {
        fg_audio_info info = FG_AUDIO_INFO_INIT;
        info.format = FG_SAMPLE_F32, info.sample_rate = 48000, info.channels = 2, info.frames = 12000;
        TRY(fg_frame_new_audio(&info, &frame));
    } else {
        fg_video_info info = FG_VIDEO_INFO_INIT;
        info.format = FG_PIXEL_I420, info.coded_width = 64, info.coded_height = 64;
        TRY(fg_frame_new_video(&info, &frame));
    }
    TRY(fg_frame_planes(frame, &planes));
    for (uint32_t i = 0; i < planes.count; i++)
        memset(planes.data[i], 0, (size_t)planes.stride[i] * planes.rows[i]);
    return frame;
}

/* Encodes, and asks a decoder what it thinks of the result. */
static void try_encoder(const fg_config *config, int is_sound, struct row *row)
{
    fg_encoder *encoder;
    fg_output out = FG_OUTPUT_INIT;
    fg_frame *frame;
    if (fg_encoder_new(config, &encoder) != FG_OK) {
        note(row);
        return;
    }
    frame = blank(is_sound);
    TRY(fg_encoder_enqueue(encoder, frame, NULL, -1));
    fg_frame_release(frame);
    TRY(fg_encoder_flush(encoder, NULL));
    do {
        TRY(fg_encoder_poll(encoder, &out, -1));
        if (out.kind == FG_OUTPUT_ERROR)
            fg_encoder_error(encoder, row->why, sizeof row->why);
        row->encodes |= out.kind == FG_OUTPUT_CHUNK;
        row->priming += out.priming;
        if (out.flags & FG_OUTPUT_CONFIG)
            row->decodes = fg_decoder_is_config_supported(out.config) == FG_OK;
        TRY(fg_release_output(out.token));
    } while (out.kind == FG_OUTPUT_CHUNK);
    fg_encoder_free(encoder);
}

static void set(fg_config *config, const char *key, const char *value)
{
    TRY(fg_config_set(config, key, value));
}

static struct row probe(const char *codec, int *is_sound)
{
    struct row row = { .encodes = 0 };
    fg_config *config;
    int32_t medium = 0;
    TRY(fg_config_new(codec, &config));
    *is_sound = fg_config_medium(config, &medium) == FG_OK && medium == FG_MEDIUM_AUDIO;
    if (*is_sound) {
        set(config, "sampleRate", "48000");
        set(config, "numberOfChannels", "2");
    } else {
        set(config, "width", "64");
        set(config, "height", "64");
    }
    try_encoder(config, *is_sound, &row);
    fg_config_free(config);
    if (!row.encodes) { /* it may be decoded all the same */
        TRY(fg_config_new(codec, &config));
        if (*is_sound) {
            set(config, "sampleRate", "48000");
            set(config, "numberOfChannels", "2");
        }
        row.decodes = fg_decoder_is_config_supported(config) == FG_OK;
        fg_config_free(config);
    }
    return row;
}

int main(int argc, char **argv)
{
    const char *const *names = argc > 1 ? (const char *const *)argv + 1 : usual;
    size_t count = argc > 1 ? (size_t)argc - 1 : sizeof usual / sizeof *usual;
    printf("framegate %s, FFmpeg %s\n\n%-18s %-9s %-7s %-7s %8s\n", fg_version(), fg_ffmpeg_version(), "codec", "", "encode",
           "decode", "priming");
    for (size_t i = 0; i < count; i++) {
        int is_sound;
        struct row row = probe(names[i], &is_sound);
        printf("%-18s %-9s %-7s %-7s ", names[i], is_sound ? "sound" : "pictures", row.encodes ? "yes" : "no",
               row.decodes ? "yes" : "no");
        if (is_sound && row.encodes)
            printf("%8llu", row.priming);
        printf("%s%s\n", *row.why ? "  " : "", row.why);
    }
    return 0;
}
