/* transcode: a video at another bit rate, on one thread; two gates for the pictures, and two for the sound.
 *
 *     transcode in.mp4 out.mp4 [--bitrate 1M] [--slots 16] [--codec avc1.640028] [--set key=value]...
 *                              [--audio opus [--audio-bitrate 96k] [--audio-set key=value]...]
 *
 * Other codecs are vp8 and vp09.00.41.08 (VP9, profile 0, level 4.1, 8 bits), into .mkv and .webm, VP9 into .mp4, too; of
 * sound mp4a.40.2 (AAC), opus, flac, mp3.
 * The video, and with --audio the first track of sound, goes demuxer -> decoder -> encoder -> muxer; every other track is copied as it
 * is. Title and languages stay. Sound keeps its rate where the codec has it, and is resampled to 48 kHz where it has not.
 * Each round of the loop moves what can be moved without waiting. When nothing can, the program sleeps on the wake
 * descriptors: the calls that said "not now" have armed them.
 *
 * The output is written beside its place and moved there when it is complete: a failure, or Ctrl-C, leaves what was there.
 */
#include <framegate.h>

#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TRY(call) check((call), #call)

static fg_status check(fg_status status, const char *call)
{
    if (status < 0) {
        fprintf(stderr, "\n%.*s: %s: %s\n", (int)strcspn(call, "("), call, fg_status_name(status), fg_last_error());
        exit(1);
    }
    return status;
}

/* Where the output goes, and where it is written until it is complete; "" if that is the same or not there. */
static char target[PATH_MAX], unfinished[PATH_MAX];

static void remove_unfinished(void)
{
    if (*unfinished)
        unlink(unfinished);
}

static void end_by_signal(int number)
{
    remove_unfinished();
    raise(number); /* SA_RESETHAND: this time it ends the program */
}

static void give_up(const char *what, const char *path)
{
    fprintf(stderr, "\n%s: %s\n", path, what);
    exit(1);
}

/* Refuses to write over the input, whatever it is called. Follows a link, so that it stays one. */
static void choose_target(const char *source, const char *path)
{
    struct stat from, to;
    if (stat(path, &to) != 0) {
        if (strlen(path) >= sizeof target)
            give_up("the name is too long", path);
        strcpy(target, path);
        return;
    }
    if (stat(source, &from) == 0 && from.st_dev == to.st_dev && from.st_ino == to.st_ino)
        give_up("is the input", path);
    if (!realpath(path, target))
        give_up("cannot be found", path);
}

/* Makes the file that is written: beside the target, with its ending, which says the container, and its permissions. A
 * target that is no plain file (a pipe, a device) is written itself. Gives its name. */
static const char *make_unfinished(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction inherited, action = { .sa_handler = end_by_signal, .sa_flags = (int)SA_RESETHAND };
    struct stat old;
    const char *slash = strrchr(target, '/'), *name = slash ? slash + 1 : target, *ending = strrchr(name, '.');
    mode_t mode = umask(0);
    sigset_t all, before;
    int file, exists = stat(target, &old) == 0;
    umask(mode);
    if (exists && !S_ISREG(old.st_mode))
        return target;
    if (exists && access(target, W_OK) != 0)
        give_up("cannot be written", target);
    if (snprintf(unfinished, sizeof unfinished, "%.*s.transcode-XXXXXX%s", (int)(name - target), target,
                 ending ? ending : "") >= (int)sizeof unfinished) {
        *unfinished = 0;
        give_up("the name is too long", target);
    }
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before); /* no signal between the file and its name */
    file = mkstemps(unfinished, ending ? (int)strlen(ending) : 0);
    if (file < 0) {
        *unfinished = 0;
    } else {
        atexit(remove_unfinished);
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
            if (sigaction(numbers[i], NULL, &inherited) == 0 && inherited.sa_handler != SIG_IGN)
                sigaction(numbers[i], &action, NULL);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (file < 0 || fchmod(file, exists ? old.st_mode & 07777 : 0666 & ~mode) != 0)
        give_up("no file can be made beside it", target);
    close(file);
    return unfinished;
}

static void move_to_target(void)
{
    if (!*unfinished)
        return;
    if (rename(unfinished, target) != 0)
        give_up("the complete file cannot be moved there", target);
    *unfinished = 0;
}

/* A chunk of another track that waits until the muxer knows all tracks. */
struct waiting {
    struct waiting *next;
    uint32_t track;
    fg_chunk chunk;
    uint8_t bytes[];
};

/* A track that is decoded and encoded. */
struct lane {
    uint32_t track;           /* the demuxer's number */
    fg_config *wanted;        /* the encoder's configuration; of sound without rate and channels, which the first frame says */
    fg_decoder *decoder;
    fg_encoder *encoder;
    fg_resampler *resampler;  /* of sound that the codec has no rate for */
    fg_frame *resampled;      /* and not yet taken by the encoder */
    int pushed_all;
    fg_chunk chunk;           /* read, and not yet taken by the decoder */
    int has_chunk;
    fg_output frame;          /* decoded, and not yet taken by the encoder */
    int has_frame, decoded_all;
    fg_config *encoded;       /* what the encoder says of its chunks, with the first */
    int done, fds[2];
    uint64_t frames;
};

struct job {
    fg_demuxer *demuxer;
    fg_muxer *muxer;
    struct lane lanes[2];     /* pictures, and sound if that is asked for */
    int lane_count;
    uint32_t *written;        /* the muxer's number of each track of the demuxer's */
    int muxing;               /* the muxer knows all tracks */
    struct waiting *first, **last;
    int read_all;
    uint64_t total;           /* pictures */
};

static const char *get(const fg_config *config, const char *key)
{
    static char text[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    TRY(fg_config_get(config, key, text[turn], sizeof text[turn]));
    return text[turn];
}

static void fail_output(const char *who, fg_status status, const char *text)
{
    fprintf(stderr, "\n%s: %s: %s\n", who, fg_status_name(status), text);
    exit(1);
}

/* The first track that has `key`, which pictures or sound have; the count of tracks if there is none. */
static uint32_t find_track(const struct job *job, const char *key)
{
    uint32_t count = fg_demuxer_track_count(job->demuxer), track;
    for (track = 0; track < count; track++) {
        fg_config *config;
        TRY(fg_demuxer_track(job->demuxer, track, &config));
        int found = *get(config, key) != 0;
        fg_config_free(config);
        if (found)
            break;
    }
    return track;
}

/* Opens the file, and counts the pictures of its first video track. */
static void open_input(struct job *job, const char *path)
{
    struct lane *video = &job->lanes[0];
    uint32_t track;
    TRY(fg_demuxer_open(path, &job->demuxer));
    video->track = find_track(job, "codedWidth");
    if (video->track == fg_demuxer_track_count(job->demuxer)) {
        fprintf(stderr, "%s has no video track\n", path);
        exit(1);
    }
    while (TRY(fg_demuxer_read(job->demuxer, &track, &video->chunk)) != FG_END)
        job->total += track == video->track;
    fg_demuxer_free(job->demuxer);
    TRY(fg_demuxer_open(path, &job->demuxer));
}

static void copy_key(fg_config *to, const char *key, const fg_config *from, const char *from_key)
{
    const char *value = get(from, from_key);
    if (*value)
        TRY(fg_config_set(to, key, value));
}

/* The encoder makes pictures of the source's size, shape and rate. */
static fg_config *encoder_config(const fg_config *source, const char *codec)
{
    fg_config *config;
    TRY(fg_config_new(codec, &config));
    copy_key(config, "width", source, "codedWidth");
    copy_key(config, "height", source, "codedHeight");
    copy_key(config, "displayWidth", source, "displayAspectWidth");
    copy_key(config, "displayHeight", source, "displayAspectHeight");
    copy_key(config, "framerate", source, "framerate");
    return config;
}

static void write_chunk(struct job *job, uint32_t track, const fg_chunk *chunk)
{
    struct waiting *waiting;
    if (job->muxing) {
        TRY(fg_muxer_write(job->muxer, job->written[track], chunk));
        return;
    }
    waiting = malloc(sizeof *waiting + chunk->size + chunk->alpha_size);
    if (!waiting)
        abort();
    waiting->chunk = *chunk;
    waiting->chunk.data = memcpy(waiting->bytes, chunk->data, chunk->size);
    if (chunk->alpha_size)
        waiting->chunk.alpha_data = memcpy(waiting->bytes + chunk->size, chunk->alpha_data, chunk->alpha_size);
    waiting->track = track;
    waiting->next = NULL;
    *job->last = waiting;
    job->last = &waiting->next;
}

static struct lane *lane_of(struct job *job, uint32_t track)
{
    for (int i = 0; i < job->lane_count; i++)
        if (job->lanes[i].track == track)
            return &job->lanes[i];
    return NULL;
}

/* An encoded track: with the language of the source's. */
static void add_encoded(struct job *job, const struct lane *lane, const fg_config *source)
{
    fg_config *config;
    TRY(fg_config_copy(lane->encoded, &config));
    copy_key(config, "language", source, "language");
    TRY(fg_muxer_add_track(job->muxer, config, &job->written[lane->track]));
    fg_config_free(config);
}

/* The first chunks bring the decoder configurations, without which the encoded tracks cannot be added; and all codecs have
 * opened. Sound of which nothing came is left out. */
static void begin_muxing(struct job *job)
{
    static char title[65536];
    uint32_t count = fg_demuxer_track_count(job->demuxer);
    if (!job->lanes[0].encoded)
        give_up("there was nothing to encode", target);
    TRY(fg_muxer_create(make_unfinished(), &job->muxer));
    TRY(fg_demuxer_get(job->demuxer, "title", title, sizeof title));
    TRY(fg_muxer_set(job->muxer, "title", title));
    for (uint32_t track = 0; track < count; track++) {
        struct lane *lane = lane_of(job, track);
        fg_config *config;
        TRY(fg_demuxer_track(job->demuxer, track, &config));
        if (!lane)
            TRY(fg_muxer_add_track(job->muxer, config, &job->written[track]));
        else if (lane->encoded)
            add_encoded(job, lane, config);
        fg_config_free(config);
    }
    job->muxing = 1;
    while (job->first) {
        struct waiting *waiting = job->first;
        write_chunk(job, waiting->track, &waiting->chunk);
        job->first = waiting->next;
        free(waiting);
    }
}

/* The encoder of sound is made for the first frame that was decoded: only that says the rate for certain. */
static void open_sound(struct lane *lane)
{
    fg_audio_info info = FG_AUDIO_INFO_INIT, other;
    char text[32];
    TRY(fg_frame_audio_info(lane->frame.frame, &info));
    snprintf(text, sizeof text, "%u", info.channels);
    TRY(fg_config_set(lane->wanted, "numberOfChannels", text));
    snprintf(text, sizeof text, "%u", info.sample_rate);
    TRY(fg_config_set(lane->wanted, "sampleRate", text));
    if (fg_encoder_is_config_supported(lane->wanted) == FG_ERROR_NOT_SUPPORTED) {
        other = info;
        other.sample_rate = 48000;
        TRY(fg_config_set(lane->wanted, "sampleRate", "48000"));
        TRY(fg_resampler_new(&info, &other, &lane->resampler));
    }
    TRY(fg_encoder_new(lane->wanted, &lane->encoder));
    TRY(fg_encoder_wake_fd(lane->encoder, &lane->fds[1]));
}

/* Each of the steps moves one thing if it can, and says whether it did. */

static int encoder_to_muxer(struct job *job, struct lane *lane)
{
    fg_output out = FG_OUTPUT_INIT;
    fg_chunk chunk = FG_CHUNK_INIT;
    if (!lane->encoder || lane->done || TRY(fg_encoder_poll(lane->encoder, &out, 0)) != FG_OK)
        return 0;
    if (out.kind == FG_OUTPUT_FLUSHED) {
        lane->done = 1;
        return 1;
    }
    if (out.kind == FG_OUTPUT_ERROR) {
        char text[512] = "";
        fg_encoder_error(lane->encoder, text, sizeof text);
        fail_output("encoder", out.status, text);
    }
    if ((out.flags & FG_OUTPUT_CONFIG) && !lane->encoded)
        TRY(fg_config_copy(out.config, &lane->encoded));
    TRY(fg_output_chunk(&out, &chunk));
    write_chunk(job, lane->track, &chunk);
    TRY(fg_release_output(out.token));
    lane->frames++;
    return 1;
}

/* The frame that was polled is the encoder's, or the resampler's, which have references of their own. */
static void let_go(struct lane *lane)
{
    TRY(fg_release_output(lane->frame.token));
    lane->has_frame = 0;
}

/* Between decoder and encoder, where the rates differ. */
static int resampler_to_encoder(struct lane *lane)
{
    fg_status status = FG_OK;
    if (!lane->resampled)
        status = TRY(fg_resampler_pull(lane->resampler, &lane->resampled));
    if (status == FG_OK) {
        if (TRY(fg_encoder_enqueue(lane->encoder, lane->resampled, NULL, 0)) != FG_OK)
            return 0;
        fg_frame_release(lane->resampled);
        lane->resampled = NULL;
        return 1;
    }
    if (status == FG_END && !lane->decoded_all) {
        lane->decoded_all = 1;
        TRY(fg_encoder_flush(lane->encoder, NULL));
        return 1;
    }
    if (status == FG_WAIT_INPUT && lane->has_frame) {
        TRY(fg_resampler_push(lane->resampler, lane->frame.frame));
        let_go(lane);
        return 1;
    }
    return 0;
}

static int end_of_decoder(struct lane *lane)
{
    lane->has_frame = 0;
    if (lane->resampler) {
        lane->pushed_all = 1;
        TRY(fg_resampler_push(lane->resampler, NULL));
    } else {
        lane->decoded_all = 1;
        if (lane->encoder)
            TRY(fg_encoder_flush(lane->encoder, NULL));
        else
            lane->done = 1; /* there was no sound */
    }
    return 1;
}

static int decoder_to_encoder(struct lane *lane)
{
    if (lane->decoded_all)
        return 0;
    if (!lane->has_frame && !lane->pushed_all) {
        if (TRY(fg_decoder_poll(lane->decoder, &lane->frame, 0)) == FG_OK)
            lane->has_frame = 1;
        else if (!lane->resampler)
            return 0;
    }
    if (lane->has_frame && lane->frame.kind == FG_OUTPUT_ERROR) {
        char text[512] = "";
        fg_decoder_error(lane->decoder, text, sizeof text);
        fail_output("decoder", lane->frame.status, text);
    }
    if (lane->has_frame && lane->frame.kind == FG_OUTPUT_FLUSHED)
        return end_of_decoder(lane);
    if (lane->has_frame && !lane->encoder)
        open_sound(lane);
    if (lane->resampler)
        return resampler_to_encoder(lane);
    if (TRY(fg_encoder_enqueue(lane->encoder, lane->frame.frame, NULL, 0)) != FG_OK)
        return 0;
    let_go(lane);
    return 1;
}

static int demuxer_to_decoders(struct job *job)
{
    fg_chunk chunk = FG_CHUNK_INIT;
    struct lane *lane;
    uint32_t track;
    for (int i = 0; i < job->lane_count; i++) {
        lane = &job->lanes[i];
        if (lane->has_chunk && TRY(fg_decoder_enqueue(lane->decoder, &lane->chunk, 0)) != FG_OK)
            return 0; /* its bytes are there until the next read */
        lane->has_chunk = 0;
    }
    if (job->read_all)
        return 0;
    if (TRY(fg_demuxer_read(job->demuxer, &track, &chunk)) == FG_END) {
        job->read_all = 1;
        for (int i = 0; i < job->lane_count; i++)
            TRY(fg_decoder_flush(job->lanes[i].decoder, NULL));
        return 1;
    }
    lane = lane_of(job, track);
    if (lane) {
        lane->chunk = chunk;
        lane->has_chunk = 1;
    } else {
        write_chunk(job, track, &chunk);
    }
    return 1;
}

static int move(struct job *job)
{
    int moved = 0, begun = 1;
    for (int i = 0; i < job->lane_count; i++) {
        struct lane *lane = &job->lanes[i];
        moved |= encoder_to_muxer(job, lane);
        moved |= decoder_to_encoder(lane);
        begun &= lane->encoded || lane->done;
    }
    if (begun && !job->muxing)
        begin_muxing(job);
    return moved | demuxer_to_decoders(job);
}

static int is_done(const struct job *job)
{
    int done = 1;
    for (int i = 0; i < job->lane_count; i++)
        done &= job->lanes[i].done;
    return done;
}

static void sleep_until_woken(const struct job *job)
{
    struct pollfd polls[4];
    nfds_t count = 0;
    char bytes[64];
    for (int i = 0; i < 2 * job->lane_count; i++)
        if (job->lanes[i / 2].fds[i % 2] >= 0)
            polls[count++] = (struct pollfd){ job->lanes[i / 2].fds[i % 2], POLLIN, 0 };
    poll(polls, count, -1);
    for (nfds_t i = 0; i < count; i++)
        while (polls[i].revents && read(polls[i].fd, bytes, sizeof bytes) > 0)
            ;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void draw_progress(const struct job *job, double since)
{
    static double drawn;
    double time = now(), frames = (double)job->lanes[0].frames, share = job->total ? frames / (double)job->total : 1;
    char bar[31];
    if (!isatty(STDERR_FILENO) || (time - drawn < 0.1 && !is_done(job)))
        return;
    drawn = time;
    memset(bar, '.', 30);
    memset(bar, '#', (size_t)(30 * (share > 1 ? 1 : share)));
    bar[30] = 0;
    fprintf(stderr, "\r[%s] %3.0f %%  %6.1f fps ", bar, 100 * share, frames / (time - since + 1e-9));
    if (is_done(job))
        fputc('\n', stderr);
}

static void print_row(const char *name, const fg_stats *stats)
{
    printf("%-8s %8llu %16u / %-5u %12u %15.1f MB\n", name, (unsigned long long)stats->outputs, stats->in_flight_peak,
           stats->slots, stats->in_codec_peak, (double)stats->bytes_peak / 1e6);
}

static void print_table(const struct job *job, double seconds)
{
    static const char *const names[2][2] = { { "decoder", "encoder" }, { "sound in", "out" } };
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%-8s %8s %16s / %-5s %12s %18s\n", "", "frames", "peak in flight", "slots", "in the codec", "peak in the gate");
    for (int i = 0; i < job->lane_count; i++) {
        fg_stats decoder = FG_STATS_INIT, encoder = FG_STATS_INIT;
        TRY(fg_decoder_stats(job->lanes[i].decoder, &decoder));
        print_row(names[i][0], &decoder);
        if (!job->lanes[i].encoder)
            continue;
        TRY(fg_encoder_stats(job->lanes[i].encoder, &encoder));
        print_row(names[i][1], &encoder);
    }
    printf("%llu frames in %.2f s: %.1f fps. Peak memory of the process: %.1f MB.\n",
           (unsigned long long)job->lanes[0].frames, seconds, (double)job->lanes[0].frames / seconds,
           (double)usage.ru_maxrss / 1e3);
}

static void run(struct job *job)
{
    double since = now();
    while (!is_done(job)) {
        if (!move(job))
            sleep_until_woken(job);
        draw_progress(job, since);
    }
    if (!job->muxing)
        begin_muxing(job);
    TRY(fg_muxer_finish(job->muxer));
    fg_muxer_free(job->muxer);
    move_to_target();
    print_table(job, now() - since);
}

static void usage(const char *program)
{
    fprintf(stderr,
            "usage: %s [--bitrate 1M] [--slots 16] [--codec avc1.640028] [--set key=value]...\n"
            "    [--audio opus] [--audio-bitrate 96k] [--audio-set key=value]... in.mp4 out.mp4\n",
            program);
    exit(2);
}

/* "800k", "1M" or a plain number, in bits a second. */
static void set_bitrate(fg_config *config, const char *text)
{
    char *end, value[32];
    double bits = strtod(text, &end);
    if (*end == 'k' || *end == 'K')
        bits *= 1e3, end++;
    else if (*end == 'M')
        bits *= 1e6, end++;
    snprintf(value, sizeof value, "%.0f", bits);
    TRY(fg_config_set(config, "bitrate", *end ? text : value));
}

/* Keys and values that the command line sets. */
struct settings {
    char *pairs[64];
    int count;
};

static void note_setting(struct settings *settings, char *pair, const char *program)
{
    if (settings->count == 64 || !strchr(pair, '='))
        usage(program);
    settings->pairs[settings->count++] = pair;
}

static void apply(const struct settings *settings, fg_config *config)
{
    for (int i = 0; i < settings->count; i++) {
        char *equals = strchr(settings->pairs[i], '=');
        *equals = 0;
        TRY(fg_config_set(config, settings->pairs[i], equals + 1));
    }
}

/* The pictures' decoder and encoder. */
static void open_video(struct job *job, const char *codec, const char *bitrate, const char *slots,
                       const struct settings *settings)
{
    struct lane *lane = &job->lanes[0];
    fg_config *source;
    TRY(fg_demuxer_track(job->demuxer, lane->track, &source));
    lane->wanted = encoder_config(source, codec);
    set_bitrate(lane->wanted, bitrate);
    apply(settings, lane->wanted);
    TRY(fg_config_set(source, "slots", slots));
    TRY(fg_config_set(lane->wanted, "slots", slots));
    TRY(fg_decoder_new(source, &lane->decoder));
    TRY(fg_encoder_new(lane->wanted, &lane->encoder));
    TRY(fg_decoder_wake_fd(lane->decoder, &lane->fds[0]));
    TRY(fg_encoder_wake_fd(lane->encoder, &lane->fds[1]));
    fg_config_free(source);
    job->lane_count = 1;
}

/* The decoder of the first track of sound, if there is one. What its encoder put before and behind it is left out. */
static void open_audio(struct job *job, const char *codec, const char *bitrate, const char *slots,
                       const struct settings *settings)
{
    struct lane *lane = &job->lanes[1];
    fg_config *source;
    lane->track = find_track(job, "sampleRate");
    if (lane->track == fg_demuxer_track_count(job->demuxer))
        return;
    TRY(fg_demuxer_track(job->demuxer, lane->track, &source));
    TRY(fg_config_set(source, "priming", "drop"));
    TRY(fg_config_set(source, "slots", slots));
    TRY(fg_config_new(codec, &lane->wanted));
    if (bitrate)
        set_bitrate(lane->wanted, bitrate);
    TRY(fg_config_set(lane->wanted, "slots", slots));
    apply(settings, lane->wanted);
    TRY(fg_decoder_new(source, &lane->decoder));
    TRY(fg_decoder_wake_fd(lane->decoder, &lane->fds[0]));
    fg_config_free(source);
    job->lane_count = 2;
}

static void close_lane(struct lane *lane)
{
    for (int i = 0; i < 2; i++)
        if (lane->fds[i] >= 0)
            close(lane->fds[i]);
    fg_config_free(lane->wanted);
    fg_config_free(lane->encoded);
    fg_encoder_free(lane->encoder);
    fg_decoder_free(lane->decoder);
    fg_resampler_free(lane->resampler);
}

int main(int argc, char **argv)
{
    static const struct option options[] = { { "bitrate", required_argument, NULL, 'b' },
                                             { "slots", required_argument, NULL, 's' },
                                             { "codec", required_argument, NULL, 'c' },
                                             { "set", required_argument, NULL, 'S' },
                                             { "audio", required_argument, NULL, 'a' },
                                             { "audio-bitrate", required_argument, NULL, 'B' },
                                             { "audio-set", required_argument, NULL, 'A' },
                                             { NULL, 0, NULL, 0 } };
    static const struct lane lane = { .chunk = FG_CHUNK_INIT, .frame = FG_OUTPUT_INIT, .fds = { -1, -1 } };
    const char *bitrate = "1M", *slots = "16", *codec = "avc1.640028", *audio = NULL, *audio_bitrate = NULL;
    struct settings video_settings = { .count = 0 }, audio_settings = { .count = 0 };
    struct job job = { .last = &job.first, .lanes = { lane, lane } };
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'b': bitrate = optarg; break;
        case 's': slots = optarg; break;
        case 'c': codec = optarg; break;
        case 'S': note_setting(&video_settings, optarg, argv[0]); break;
        case 'a': audio = optarg; break;
        case 'B': audio_bitrate = optarg; break;
        case 'A': note_setting(&audio_settings, optarg, argv[0]); break;
        default: usage(argv[0]);
        }
    }
    if (argc - optind != 2)
        usage(argv[0]);

    choose_target(argv[optind], argv[optind + 1]);
    open_input(&job, argv[optind]);
    open_video(&job, codec, bitrate, slots, &video_settings);
    if (audio)
        open_audio(&job, audio, audio_bitrate, slots, &audio_settings);
    job.written = calloc(fg_demuxer_track_count(job.demuxer), sizeof *job.written);

    run(&job);

    free(job.written);
    for (int i = 0; i < job.lane_count; i++)
        close_lane(&job.lanes[i]);
    fg_demuxer_free(job.demuxer);
    return 0;
}
