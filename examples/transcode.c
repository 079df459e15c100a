/* transcode: a video at another bit rate, on one thread and two gates.
 *
 *     transcode in.mp4 out.mp4 [--bitrate 1M] [--slots 16] [--codec avc1.640028] [--set key=value]...
 *
 * Other codecs are vp8 and vp09.00.41.08 (VP9, profile 0, level 4.1, 8 bits), into .mkv and .webm, VP9 into .mp4, too.
 * The video goes demuxer -> decoder -> encoder -> muxer; every other track is copied as it is. Title and languages stay.
 * Each round of the loop moves what can be moved without waiting. When nothing can, the program sleeps on the two wake
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

struct job {
    fg_demuxer *demuxer;
    fg_decoder *decoder;
    fg_encoder *encoder;
    fg_muxer *muxer;
    uint32_t video;           /* the demuxer's number of the video track */
    uint32_t video_out;       /* the muxer's */
    uint32_t *copied;         /* the muxer's number of each other track of the demuxer's */
    int muxing;               /* the muxer knows all tracks */
    struct waiting *first, **last;
    fg_chunk chunk;           /* read, and not yet taken by the decoder */
    int has_chunk, read_all;
    fg_output frame;          /* decoded, and not yet taken by the encoder */
    int has_frame, decoded_all;
    int done;
    uint64_t frames, total;
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

/* The first video track, and how many frames it has. */
static void find_video(struct job *job, const char *path)
{
    uint32_t count, track;
    TRY(fg_demuxer_open(path, &job->demuxer));
    count = fg_demuxer_track_count(job->demuxer);
    for (job->video = 0; job->video < count; job->video++) {
        fg_config *config;
        TRY(fg_demuxer_track(job->demuxer, job->video, &config));
        int found = *get(config, "codedWidth") != 0;
        fg_config_free(config);
        if (found)
            break;
    }
    if (job->video == count) {
        fprintf(stderr, "%s has no video track\n", path);
        exit(1);
    }
    while (TRY(fg_demuxer_read(job->demuxer, &track, &job->chunk)) != FG_END)
        job->total += track == job->video;
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
        TRY(fg_muxer_write(job->muxer, job->copied[track], chunk));
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

/* The encoded video's track: with the language of the source's. */
static void add_video(struct job *job, const fg_config *encoded, const fg_config *source)
{
    fg_config *config;
    TRY(fg_config_copy(encoded, &config));
    copy_key(config, "language", source, "language");
    TRY(fg_muxer_add_track(job->muxer, config, &job->video_out));
    fg_config_free(config);
}

/* The first chunk brings the decoder configuration, without which the video track cannot be added; and both codecs have
 * opened. */
static void begin_muxing(struct job *job, const fg_config *video)
{
    static char title[65536];
    uint32_t count = fg_demuxer_track_count(job->demuxer);
    TRY(fg_muxer_create(make_unfinished(), &job->muxer));
    TRY(fg_demuxer_get(job->demuxer, "title", title, sizeof title));
    TRY(fg_muxer_set(job->muxer, "title", title));
    for (uint32_t track = 0; track < count; track++) {
        fg_config *config;
        TRY(fg_demuxer_track(job->demuxer, track, &config));
        if (track == job->video)
            add_video(job, video, config);
        else
            TRY(fg_muxer_add_track(job->muxer, config, &job->copied[track]));
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

/* Each of the three steps moves one thing if it can, and says whether it did. */

static int encoder_to_muxer(struct job *job)
{
    fg_output out = FG_OUTPUT_INIT;
    fg_chunk chunk = FG_CHUNK_INIT;
    if (TRY(fg_encoder_poll(job->encoder, &out, 0)) != FG_OK)
        return 0;
    if (out.kind == FG_OUTPUT_FLUSHED) {
        job->done = 1;
        return 1;
    }
    if (out.kind == FG_OUTPUT_ERROR) {
        char text[512] = "";
        fg_encoder_error(job->encoder, text, sizeof text);
        fail_output("encoder", out.status, text);
    }
    if ((out.flags & FG_OUTPUT_CONFIG) && !job->muxing)
        begin_muxing(job, out.config);
    TRY(fg_output_chunk(&out, &chunk));
    TRY(fg_muxer_write(job->muxer, job->video_out, &chunk));
    TRY(fg_release_output(out.token));
    job->frames++;
    return 1;
}

static int decoder_to_encoder(struct job *job)
{
    if (job->decoded_all)
        return 0;
    if (!job->has_frame) {
        if (TRY(fg_decoder_poll(job->decoder, &job->frame, 0)) != FG_OK)
            return 0;
        job->has_frame = 1;
    }
    if (job->frame.kind == FG_OUTPUT_ERROR) {
        char text[512] = "";
        fg_decoder_error(job->decoder, text, sizeof text);
        fail_output("decoder", job->frame.status, text);
    }
    if (job->frame.kind == FG_OUTPUT_FLUSHED) {
        job->decoded_all = 1;
        TRY(fg_encoder_flush(job->encoder, NULL));
        return 1;
    }
    if (TRY(fg_encoder_enqueue(job->encoder, job->frame.frame, NULL, 0)) != FG_OK)
        return 0;
    TRY(fg_release_output(job->frame.token)); /* the encoder has a reference of its own */
    job->has_frame = 0;
    return 1;
}

static int demuxer_to_decoder(struct job *job)
{
    uint32_t track;
    if (job->read_all)
        return 0;
    if (!job->has_chunk) {
        if (TRY(fg_demuxer_read(job->demuxer, &track, &job->chunk)) == FG_END) {
            job->read_all = 1;
            TRY(fg_decoder_flush(job->decoder, NULL));
            return 1;
        }
        if (track != job->video) {
            write_chunk(job, track, &job->chunk);
            return 1;
        }
        job->has_chunk = 1;
    }
    if (TRY(fg_decoder_enqueue(job->decoder, &job->chunk, 0)) != FG_OK)
        return 0;
    job->has_chunk = 0;
    return 1;
}

static void sleep_until_woken(const int fds[2])
{
    struct pollfd polls[2] = { { fds[0], POLLIN, 0 }, { fds[1], POLLIN, 0 } };
    char bytes[64];
    poll(polls, 2, -1);
    for (int i = 0; i < 2; i++)
        while (polls[i].revents && read(fds[i], bytes, sizeof bytes) > 0)
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
    double time = now(), share = job->total ? (double)job->frames / (double)job->total : 1;
    char bar[31];
    if (!isatty(STDERR_FILENO) || (time - drawn < 0.1 && !job->done))
        return;
    drawn = time;
    memset(bar, '.', 30);
    memset(bar, '#', (size_t)(30 * (share > 1 ? 1 : share)));
    bar[30] = 0;
    fprintf(stderr, "\r[%s] %3.0f %%  %6.1f fps ", bar, 100 * share, (double)job->frames / (time - since + 1e-9));
    if (job->done)
        fputc('\n', stderr);
}

static void print_row(const char *name, const fg_stats *stats)
{
    printf("%-8s %8llu %16u / %-5u %12u %15.1f MB\n", name, (unsigned long long)stats->outputs, stats->in_flight_peak,
           stats->slots, stats->in_codec_peak, (double)stats->bytes_peak / 1e6);
}

static void print_table(const struct job *job, double seconds)
{
    fg_stats decoder = FG_STATS_INIT, encoder = FG_STATS_INIT;
    struct rusage usage;
    TRY(fg_decoder_stats(job->decoder, &decoder));
    TRY(fg_encoder_stats(job->encoder, &encoder));
    getrusage(RUSAGE_SELF, &usage);
    printf("%-8s %8s %16s / %-5s %12s %18s\n", "", "frames", "peak in flight", "slots", "in the codec", "peak in the gate");
    print_row("decoder", &decoder);
    print_row("encoder", &encoder);
    printf("%llu frames in %.2f s: %.1f fps. Peak memory of the process: %.1f MB.\n", (unsigned long long)job->frames,
           seconds, (double)job->frames / seconds, (double)usage.ru_maxrss / 1e3);
}

static void run(struct job *job)
{
    double since = now();
    int fds[2];
    TRY(fg_decoder_wake_fd(job->decoder, &fds[0]));
    TRY(fg_encoder_wake_fd(job->encoder, &fds[1]));
    while (!job->done) {
        int moved = encoder_to_muxer(job);
        moved |= decoder_to_encoder(job);
        moved |= demuxer_to_decoder(job);
        if (!moved)
            sleep_until_woken(fds);
        draw_progress(job, since);
    }
    if (!job->muxer)
        give_up("there was nothing to encode", target);
    TRY(fg_muxer_finish(job->muxer));
    fg_muxer_free(job->muxer);
    move_to_target();
    print_table(job, now() - since);
    close(fds[0]);
    close(fds[1]);
}

static void usage(const char *program)
{
    fprintf(stderr, "usage: %s [--bitrate 1M] [--slots 16] [--codec avc1.640028] [--set key=value]... in.mp4 out.mp4\n",
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

int main(int argc, char **argv)
{
    static const struct option options[] = { { "bitrate", required_argument, NULL, 'b' },
                                             { "slots", required_argument, NULL, 's' },
                                             { "codec", required_argument, NULL, 'c' },
                                             { "set", required_argument, NULL, 'S' },
                                             { NULL, 0, NULL, 0 } };
    const char *bitrate = "1M", *slots = "16", *codec = "avc1.640028", *set[64];
    struct job job = { .last = &job.first, .chunk = FG_CHUNK_INIT, .frame = FG_OUTPUT_INIT };
    fg_config *source, *encoded;
    int sets = 0, option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'b': bitrate = optarg; break;
        case 's': slots = optarg; break;
        case 'c': codec = optarg; break;
        case 'S':
            if (sets == 64 || !strchr(optarg, '='))
                usage(argv[0]);
            set[sets++] = optarg;
            break;
        default: usage(argv[0]);
        }
    }
    if (argc - optind != 2)
        usage(argv[0]);

    choose_target(argv[optind], argv[optind + 1]);
    find_video(&job, argv[optind]);
    TRY(fg_demuxer_track(job.demuxer, job.video, &source));
    encoded = encoder_config(source, codec);
    set_bitrate(encoded, bitrate);
    for (int i = 0; i < sets; i++) {
        char *equals = strchr(set[i], '=');
        *equals = 0;
        TRY(fg_config_set(encoded, set[i], equals + 1));
    }
    TRY(fg_config_set(source, "slots", slots));
    TRY(fg_config_set(encoded, "slots", slots));
    TRY(fg_decoder_new(source, &job.decoder));
    TRY(fg_encoder_new(encoded, &job.encoder));
    job.copied = calloc(fg_demuxer_track_count(job.demuxer), sizeof *job.copied);

    run(&job);

    free(job.copied);
    fg_config_free(source);
    fg_config_free(encoded);
    fg_encoder_free(job.encoder);
    fg_decoder_free(job.decoder);
    fg_demuxer_free(job.demuxer);
    return 0;
}
