/* Sound through codecs, one mode a run; `raw` is a file of interleaved f32, stereo at 48 kHz:
 *
 *     audio encode raw codec seconds input-samples [key=value]...
 *     audio codec raw encoder seconds input-samples         libavcodec alone, which copies its input, on one thread
 *     audio decode file                                     demuxes and decodes the first track
 *     audio many raw encoders seconds [key=value]...        Opus encoders of 20 ms, fed in turn on one thread
 *     audio bare raw threads encoders seconds complexity    the same sound through libopus alone
 *
 * Prints {"chunks": , "seconds": , "cpu_seconds": , "threads": , "rss_mb": }.
 */
#include "bench.h"

#include <dirent.h>
#include <fcntl.h>
#include <libavcodec/avcodec.h>
#include <opus_multistream.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { RATE = 48000, CHANNELS = 2, OPUS_SAMPLES = 960, OPUS_BITRATE = 96000 };

/* What is encoded, again and again: `heard_frames` of interleaved stereo. */
static const float *heard;
static uint64_t heard_frames;

static void hear(const char *path)
{
    int file = open(path, O_RDONLY);
    struct stat facts;
    if (file < 0 || fstat(file, &facts) < 0)
        bench_fail(path, "cannot be read");
    heard = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    heard_frames = (uint64_t)facts.st_size / sizeof *heard / CHANNELS;
    if (heard == MAP_FAILED || heard_frames < RATE)
        bench_fail(path, "is too short");
    close(file);
}

static void keep(void *opaque) { (void)opaque; }

/* `samples` of what is heard, from `from` on, as far as it goes. */
static fg_frame *sound(uint64_t from, uint32_t samples)
{
    fg_audio_info info = FG_AUDIO_INFO_INIT;
    fg_planes planes = FG_PLANES_INIT;
    fg_frame *frame;
    uint64_t at = from % heard_frames;
    info.format = FG_SAMPLE_F32;
    info.sample_rate = RATE;
    info.channels = CHANNELS;
    info.frames = samples < heard_frames - at ? samples : (uint32_t)(heard_frames - at);
    info.timestamp_us = (int64_t)(from * 1000000 / RATE);
    planes.count = 1;
    planes.data[0] = (uint8_t *)(heard + at * CHANNELS);
    planes.stride[0] = (uint64_t)info.frames * CHANNELS * sizeof *heard;
    TRY(fg_frame_wrap_audio(&info, &planes, keep, NULL, &frame));
    return frame;
}

static int threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    int count = -2; /* . and .. */
    while (readdir(tasks))
        count++;
    closedir(tasks);
    return count;
}

static void print(uint64_t chunks, double began, double cpu_began, int at_work)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"chunks\": %llu, \"seconds\": %.6f, \"cpu_seconds\": %.6f, \"threads\": %d, \"rss_mb\": %.1f}\n",
           (unsigned long long)chunks, wall() - began, cpu() - cpu_began, at_work, (double)usage.ru_maxrss / 1e3);
}

static fg_encoder *open_encoder(const char *codec, char **settings, int count)
{
    fg_config *config = new_config(codec, settings, count);
    fg_encoder *encoder;
    TRY(fg_config_set(config, "sampleRate", "48000"));
    TRY(fg_config_set(config, "numberOfChannels", "2"));
    TRY(fg_encoder_new(config, &encoder));
    fg_config_free(config);
    return encoder;
}

static void encode(const char *codec, uint64_t seconds_of, uint32_t samples, char **settings, int count)
{
    fg_encoder *encoder = open_encoder(codec, settings, count);
    uint64_t total = seconds_of * RATE, sent = 0, chunks = 0;
    double began = wall(), cpu_began = cpu();
    for (int flushed = 0;;) {
        fg_output out = FG_OUTPUT_INIT;
        uint32_t ready;
        TRY(fg_encoder_wait(encoder, flushed ? FG_READY_POLL : FG_READY_POLL | FG_READY_ENQUEUE, &ready, -1));
        while (!flushed) {
            fg_frame *frame = sound(sent, samples);
            fg_audio_info info = FG_AUDIO_INFO_INIT;
            TRY(fg_frame_audio_info(frame, &info));
            fg_status status = TRY(fg_encoder_enqueue(encoder, frame, NULL, 0));
            fg_frame_release(frame);
            if (status != FG_OK)
                break;
            sent += info.frames;
            if (sent >= total) {
                TRY(fg_encoder_flush(encoder, NULL));
                flushed = 1;
            }
        }
        while (TRY(fg_encoder_poll(encoder, &out, 0)) == FG_OK) {
            if (out.kind == FG_OUTPUT_FLUSHED) {
                print(chunks, began, cpu_began, threads());
                fg_encoder_free(encoder);
                return;
            }
            if (out.kind != FG_OUTPUT_CHUNK)
                bench_fail(codec, "no chunk");
            chunks++;
            TRY(fg_release_output(out.token));
        }
    }
}

static void codec(const char *name, uint64_t seconds_of, uint32_t samples)
{
    const AVCodec *found = avcodec_find_encoder_by_name(name);
    AVCodecContext *context = avcodec_alloc_context3(found);
    AVFrame *frame = av_frame_alloc();
    AVPacket *packet = av_packet_alloc();
    uint64_t total = seconds_of * RATE, sent = 0, chunks = 0;
    double began, cpu_began;
    context->sample_rate = RATE;
    context->sample_fmt = AV_SAMPLE_FMT_FLT;
    av_channel_layout_default(&context->ch_layout, CHANNELS);
    if (!found || avcodec_open2(context, found, NULL) < 0)
        bench_fail(name, "does not open");
    began = wall(), cpu_began = cpu();
    while (sent < total) {
        uint64_t at = sent % heard_frames;
        frame->nb_samples = samples < heard_frames - at ? (int)samples : (int)(heard_frames - at);
        frame->format = context->sample_fmt;
        av_channel_layout_copy(&frame->ch_layout, &context->ch_layout);
        if (av_frame_get_buffer(frame, 0) < 0)
            bench_fail(name, "no memory");
        memcpy(frame->data[0], heard + at * CHANNELS, (size_t)frame->nb_samples * CHANNELS * sizeof *heard);
        frame->pts = (int64_t)sent;
        sent += (uint64_t)frame->nb_samples;
        if (avcodec_send_frame(context, frame) < 0)
            bench_fail(name, "takes no frame");
        av_frame_unref(frame);
        while (avcodec_receive_packet(context, packet) >= 0) {
            chunks++;
            av_packet_unref(packet);
        }
    }
    print(chunks, began, cpu_began, threads());
    av_packet_free(&packet);
    av_frame_free(&frame);
    avcodec_free_context(&context);
}

static void decode(const char *path)
{
    fg_demuxer *demuxer;
    fg_config *config;
    fg_decoder *decoder;
    fg_chunk chunk = FG_CHUNK_INIT;
    uint64_t chunks = 0;
    double began = wall(), cpu_began = cpu();
    int has_chunk = 0, flushed = 0;
    TRY(fg_demuxer_open(path, &demuxer));
    TRY(fg_demuxer_track(demuxer, 0, &config));
    TRY(fg_decoder_new(config, &decoder));
    for (;;) {
        fg_output out = FG_OUTPUT_INIT;
        uint32_t track, ready;
        TRY(fg_decoder_wait(decoder, flushed ? FG_READY_POLL : FG_READY_POLL | FG_READY_ENQUEUE, &ready, -1));
        while (!flushed) {
            if (!has_chunk && TRY(fg_demuxer_read(demuxer, &track, &chunk)) == FG_END) {
                TRY(fg_decoder_flush(decoder, NULL));
                flushed = 1;
                break;
            }
            has_chunk = TRY(fg_decoder_enqueue(decoder, &chunk, 0)) != FG_OK;
            if (has_chunk)
                break;
        }
        while (TRY(fg_decoder_poll(decoder, &out, 0)) == FG_OK) {
            if (out.kind == FG_OUTPUT_FLUSHED) {
                print(chunks, began, cpu_began, threads());
                fg_decoder_free(decoder);
                fg_demuxer_free(demuxer);
                fg_config_free(config);
                return;
            }
            if (out.kind != FG_OUTPUT_FRAME)
                bench_fail(path, "no sound");
            chunks++;
            TRY(fg_release_output(out.token));
        }
    }
}

/* Each encoder gets its next 20 ms when its last chunk is there. */
static void many(int encoders, uint64_t seconds_of, char **settings, int count)
{
    fg_encoder **all = calloc((size_t)encoders, sizeof(fg_encoder *));
    fg_waitset *set;
    uint64_t *sent = calloc((size_t)encoders, sizeof *sent), each = seconds_of * RATE / OPUS_SAMPLES, chunks = 0, done = 0;
    int at_work = 0;
    double began, cpu_began;
    TRY(fg_waitset_new(&set));
    for (int i = 0; i < encoders; i++) {
        all[i] = open_encoder("opus", settings, count);
        TRY(fg_encoder_join(all[i], set, (uint64_t)i));
    }
    began = wall(), cpu_began = cpu();
    while (done < (uint64_t)encoders) {
        uint64_t keys[64];
        size_t ready;
        TRY(fg_waitset_wait(set, keys, 64, &ready, -1));
        for (size_t k = 0; k < ready; k++) {
            uint64_t i = keys[k];
            fg_output out = FG_OUTPUT_INIT;
            while (TRY(fg_encoder_poll(all[i], &out, 0)) == FG_OK) {
                done += out.kind == FG_OUTPUT_FLUSHED;
                chunks += out.kind == FG_OUTPUT_CHUNK;
                TRY(fg_release_output(out.token));
            }
            while (sent[i] < each) {
                fg_frame *frame = sound(sent[i] * OPUS_SAMPLES, OPUS_SAMPLES);
                fg_status status = TRY(fg_encoder_enqueue(all[i], frame, NULL, 0));
                fg_frame_release(frame);
                if (status != FG_OK)
                    break;
                if (++sent[i] == each)
                    TRY(fg_encoder_flush(all[i], NULL));
            }
        }
        if (at_work == 0 && chunks > (uint64_t)encoders)
            at_work = threads();
    }
    print(chunks, began, cpu_began, at_work);
    for (int i = 0; i < encoders; i++)
        fg_encoder_free(all[i]);
    fg_waitset_free(set);
    free(all);
    free(sent);
}

struct part {
    pthread_t thread;
    int encoders, complexity;
    uint64_t each;
};

/* libopus as FFmpeg calls it: by its functions for many streams (libopus 1.3 asks the processor what it is with each packet, of
   which virtual machines make 20 us), with a free variable rate. */
static OpusMSEncoder *bare_encoder(int complexity)
{
    static const unsigned char mapping[CHANNELS] = { 0, 1 };
    OpusMSEncoder *encoder = opus_multistream_encoder_create(RATE, CHANNELS, 1, 1, mapping, OPUS_APPLICATION_AUDIO, NULL);
    opus_multistream_encoder_ctl(encoder, OPUS_SET_BITRATE(OPUS_BITRATE));
    opus_multistream_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(complexity));
    opus_multistream_encoder_ctl(encoder, OPUS_SET_VBR(1));
    opus_multistream_encoder_ctl(encoder, OPUS_SET_VBR_CONSTRAINT(0));
    return encoder;
}

static void *bare_part(void *opaque)
{
    struct part *part = opaque;
    OpusMSEncoder **all = calloc((size_t)part->encoders, sizeof(OpusMSEncoder *));
    unsigned char bytes[4000];
    for (int i = 0; i < part->encoders; i++)
        all[i] = bare_encoder(part->complexity);
    for (uint64_t frame = 0; frame < part->each; frame++) {
        const float *samples = heard + frame * OPUS_SAMPLES % heard_frames * CHANNELS;
        for (int i = 0; i < part->encoders; i++)
            if (opus_multistream_encode_float(all[i], samples, OPUS_SAMPLES, bytes, sizeof bytes) < 0)
                bench_fail("libopus", "encodes nothing");
    }
    for (int i = 0; i < part->encoders; i++)
        opus_multistream_encoder_destroy(all[i]);
    free(all);
    return NULL;
}

static void bare(int count, int encoders, uint64_t seconds_of, int complexity)
{
    struct part parts[64];
    double began = wall(), cpu_began = cpu();
    uint64_t each = seconds_of * RATE / OPUS_SAMPLES;
    for (int i = 0; i < count; i++) {
        parts[i] = (struct part){ 0, encoders / count, complexity, each };
        pthread_create(&parts[i].thread, NULL, bare_part, &parts[i]);
    }
    for (int i = 0; i < count; i++)
        pthread_join(parts[i].thread, NULL);
    print(each * (uint64_t)(encoders / count * count), began, cpu_began, count);
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    if (argc > 3 && strcmp(mode, "decode"))
        hear(argv[2]);
    if (!strcmp(mode, "encode") && argc > 5)
        encode(argv[3], strtoull(argv[4], NULL, 10), (uint32_t)atoi(argv[5]), argv + 6, argc - 6);
    else if (!strcmp(mode, "codec") && argc > 5)
        codec(argv[3], strtoull(argv[4], NULL, 10), (uint32_t)atoi(argv[5]));
    else if (!strcmp(mode, "decode") && argc > 2)
        decode(argv[2]);
    else if (!strcmp(mode, "many") && argc > 4)
        many(atoi(argv[3]), strtoull(argv[4], NULL, 10), argv + 5, argc - 5);
    else if (!strcmp(mode, "bare") && argc > 6)
        bare(atoi(argv[3]), atoi(argv[4]), strtoull(argv[5], NULL, 10), atoi(argv[6]));
    else
        bench_fail("audio", "encode, codec, decode, many or bare");
    return 0;
}
