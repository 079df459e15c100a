// random_calls [--calls N | --seconds N] [--seed N] [--threads N] [--hostile-options] [--fork] [--fail-alloc]
//              [--clip path]...
// Random calls of every function of framegate.h, on threads that share pools of handles. Host's rules hold (free
// is last, a chunk's bytes until the next read, planes are written to by one), anything else may come. After each
// call its status must be a documented one, and the gate's promises must hold; at the end everything that went in
// must have come out. What is wrong aborts, with the seed and the thread's last calls.
//
//   --fork             at times a thread forks: in the child its parent's handles must say "made before fork", and
//                      random calls on handles of its own must work
//   --fail-alloc       allocations and pthread_create fail at random (random_calls/faults.hpp)
//   --hostile-options  configurations with ffmpeg.* options that reach into the codec
//
// Under AddressSanitizer link Rust's own runtime (scripts/random-calls.sh): GCC 12's has no fork handlers, so that a
// child's first allocation may wait for ever, and failing allocations need __interceptor_malloc beneath malloc.
// allocator_may_return_null=1 and max_allocation_size_mb make the sanitizer say no to large sizes by itself.
#include <pthread.h>

#include "random_calls/failing_calls.hpp"
#include "random_calls/forks.hpp"

struct Options {
    uint64_t calls = 300; // a thread
    int64_t seconds = 0;
    uint32_t threads = 8;
    bool hostile = false, fork = false, fail = false;
};
static Options options;
static int64_t end_ms;
static std::atomic<bool> over{false};

static void say_versions(Dice &dice) {
    HOLDS(fg_abi_version() >= 1 && fg_version()[0] != '\0' && fg_ffmpeg_version()[0] != '\0');
    HOLDS(strncmp(fg_status_name(static_cast<fg_status>(dice.below(40)) - 20), "FG_", 3) == 0);
    HOLDS(fg_last_error() != nullptr);
    fg_set_av_log_callback(nullptr);
}

void random_step(World &world, Dice &dice) {
    const uint32_t chance = dice.below(128);
    if (chance < 34) random_encoder(world, dice);
    else if (chance < 68) random_decoder(world, dice);
    else if (chance < 96) random_output(world, dice);
    else if (chance < 108) random_frame(world, dice);
    else if (chance < 112) random_config(world, dice);
    else if (chance < 116) random_set(world, dice);
    else if (chance < 119) random_demuxer(world, dice);
    else if (chance < 123) random_muxer(world, dice);
    else if (chance < 126) random_descriptor(world, dice);
    else if (chance < 127) world.used_in_on_free.clear();
    else say_versions(dice);
}

void on_free_calls(World &world) {
    static thread_local bool inside = false;
    static std::atomic<uint64_t> times{0};
    if (inside) return;
    inside = true;
    Dice dice(run_seed ^ times.fetch_add(1));
    const auto encoder = world.encoders.any(dice);
    const auto decoder = world.decoders.any(dice);
    if (encoder && dice.once_in(2)) look(*encoder);
    if (decoder && dice.once_in(2)) look(*decoder);
    if (dice.once_in(4)) random_token(dice);
    world.used_in_on_free.put(dice, encoder);
    world.used_in_on_free.put(dice, decoder);
    inside = false;
}

struct Worker {
    World *world;
    uint32_t number;
    Watch watch;
    pthread_t thread;
};

static void *work(void *argument) {
    auto &worker = *static_cast<Worker *>(argument);
    watch = &worker.watch;
    watch->thread = worker.number;
    Dice dice(run_seed * 1000 + worker.number);
    for (uint64_t step = 0; !over.load() && (end_ms != 0 || step < options.calls); step++) {
        if (options.fork && dice.once_in(250)) random_fork(*worker.world, dice);
        else random_step(*worker.world, dice);
    }
    return nullptr;
}

// Encodes and muxes a stream: real chunks, and a file to read.
static std::shared_ptr<Stream> real_stream(World &world, Dice &dice, uint32_t index) {
    static const char *const settings[][3] = {{"avc1.42001f", "annexb", "realtime"},
                                              {"avc1.64001f", "avc", "quality"},
                                              {"avc1.4d001f", "annexb", "quality"}};
    fg_config *config = nullptr;
    CALL(allow(), fg_config_new, settings[index][0], &config);
    const auto owner = owned(config, OF_ENCODER);
    for (const auto &[key, value] : {std::pair{"width", "64"}, {"height", "48"}, {"framerate", "25"},
                                     {"ffmpeg.preset", "superfast"}, {"slots", "64"}})
        set(config, key, value);
    set(config, "avc.format", settings[index][1]);
    set(config, "latencyMode", settings[index][2]);
    const auto encoder = new_coder<fg_encoder>(config);
    auto stream = std::make_shared<Stream>();
    fg_muxer *muxer = nullptr;
    CALL(allow(), fg_muxer_create, (world.dir + "/" + std::to_string(index) + (index == 1 ? ".mp4" : ".h264")).c_str(), &muxer);
    uint32_t sent = 0, track = 0;
    for (bool flushed = false; !flushed;) {
        fg_encode_options key = FG_ENCODE_OPTIONS_INIT;
        fg_video_info info = FG_VIDEO_INFO_INIT;
        info.format = FG_PIXEL_I420;
        info.coded_width = 64;
        info.coded_height = 48;
        info.timestamp_us = sent * 40000;
        info.id = sent + 1;
        fg_frame *frame = nullptr;
        CALL(allow(), fg_frame_new_video, &info, &frame);
        fill(dice, frame);
        const Frame owned_frame(frame);
        key.key_frame = sent % 12 == 0;
        if (sent < 40) CALL(allow(), fg_encoder_enqueue, encoder->handle, frame, &key, 10000);
        if (++sent == 40) CALL(allow(), fg_encoder_flush, encoder->handle, nullptr);
        fg_output output = FG_OUTPUT_INIT;
        while (CALL(allow(FG_WAIT_CODEC, FG_WAIT_INPUT), fg_encoder_poll, encoder->handle, &output,
                    sent < 40 ? 0 : 10000) == FG_OK) {
            flushed = output.kind == FG_OUTPUT_FLUSHED;
            if (flushed) break;
            if (output.config != nullptr) {
                fg_config *copy = nullptr;
                CALL(allow(), fg_config_copy, output.config, &copy);
                stream->config = owned(copy, OF_STREAM);
                CALL(allow(), fg_muxer_add_track, muxer, copy, &track);
            }
            fg_chunk chunk = FG_CHUNK_INIT;
            CALL(allow(), fg_output_chunk, &output, &chunk);
            CALL(allow(), fg_muxer_write, muxer, track, &chunk);
            stream->chunks.push_back({Bytes(output.data, output.data + output.size), chunk.flags});
            CALL(allow(), fg_release_output, output.token);
        }
    }
    CALL(allow(), fg_muxer_finish, muxer);
    CALL_VOID(fg_muxer_free, muxer);
    HOLDS(stream->chunks.size() == 40);
    return stream;
}

// A thread that is in one call for longer than any may take.
static void see_hangs(const std::vector<std::unique_ptr<Worker>> &workers) {
    const int64_t limit_ms = 300000;
    for (const auto &hung : workers) {
        if (hung->watch.call.load() == nullptr || now_ms() - hung->watch.since_ms.load() < limit_ms) continue;
        for (const auto &each : workers)
            if (const char *call = each->watch.call.load())
                fprintf(stderr, "  thread %u: %s, for %" PRId64 " ms\n", each->number, call,
                        now_ms() - each->watch.since_ms.load());
        watch = &hung->watch;
        violated("a call hangs", hung->watch.call.load());
    }
}

// While the threads work: ends calls that wait for ever, lets memory run out and come back, looks for hangs.
static void attend(World &world, Dice &dice, const Encoder &joiner,
                   const std::vector<std::unique_ptr<Worker>> &workers, const std::atomic<uint32_t> &working) {
    for (uint32_t tick = 0; working.load() > 0; tick++) {
        usleep(10000);
        if (end_ms != 0 && now_ms() >= end_ms) over.store(true);
        world.forever.end_those_over(30, joiner);
        if (tick % 100 == 0) see_hangs(workers);
        if (!options.fail || tick % 8 != 0) continue;
        static const uint32_t rates[] = {0, 3000, 300, 30};
        faults::fail_one_in(dice.pick(rates));
        faults::limit_av(dice.once_in(2) ? 0 : size_t{131072} << dice.below(6));
    }
    faults::fail_one_in(0);
    faults::limit_av(0);
}

// With the threads gone: what this program counted is what the statistics say.
template <class Handle> static void settle(Pool<Coder<Handle>> &coders) {
    for (const auto &coder : coders.all()) {
        fg_stats stats = FG_STATS_INIT;
        CALL_NAMED(allow(), api<Handle>().stats, coder->handle, &stats);
        HOLDS(stats.outputs == coder->sums->polled && stats.releases == coder->sums->released);
    }
}

static std::atomic<uint32_t> working{0};

static void *work_and_leave(void *argument) {
    work(argument);
    working.fetch_sub(1);
    return nullptr;
}

static void run(World &world) {
    Dice dice(run_seed);
    for (uint32_t index = 0; index < 3; index++) world.streams.put(dice, real_stream(world, dice, index));
    fg_config *null = nullptr;
    CALL(allow(), fg_config_new, "framegate.null", &null);
    set(null, "width", "16");
    set(null, "height", "16");
    const auto null_config = owned(null, OF_ENCODER);
    const auto joiner = new_coder<fg_encoder>(null);

    the_world = &world;
    world.somebody_closes.store(true);
    faults_on.store(options.fail);
    end_ms = options.seconds != 0 ? now_ms() + options.seconds * 1000 : 0;
    std::vector<std::unique_ptr<Worker>> workers;
    working.store(options.threads);
    for (uint32_t number = 1; number <= options.threads; number++) {
        workers.push_back(std::make_unique<Worker>());
        workers.back()->world = &world;
        workers.back()->number = number;
        HOLDS(pthread_create(&workers.back()->thread, nullptr, work_and_leave, workers.back().get()) == 0);
    }
    attend(world, dice, *joiner, workers, working);
    uint64_t calls = 0;
    for (const auto &worker : workers) {
        HOLDS(pthread_join(worker->thread, nullptr) == 0);
        calls += worker->watch.calls.load();
    }
    settle(world.encoders);
    settle(world.decoders);
    world.clear();
    HOLDS(Wrapped::current()->count() == 0);
    the_world = nullptr;
    printf("%" PRIu64 " calls, %" PRIu64 " failed allocations\n", calls, faults::failed);
}

static bool take_option(int argc, char **argv, int &at, World &world) {
    const std::string name = argv[at];
    if (name == "--hostile-options") return world.hostile = options.hostile = true;
    if (name == "--fork") return options.fork = true;
    if (name == "--fail-alloc") return options.fail = true;
    if (at + 1 == argc) return false;
    const char *value = argv[++at];
    if (name == "--clip") world.clips.push_back(value);
    else if (name == "--seed") run_seed = strtoull(value, nullptr, 10);
    else if (name == "--calls") options.calls = strtoull(value, nullptr, 10);
    else if (name == "--seconds") options.seconds = atoll(value);
    else if (name == "--threads") options.threads = static_cast<uint32_t>(atoi(value));
    else return false;
    return true;
}

int main(int argc, char **argv) {
    auto world = std::make_unique<World>();
    run_seed = 1;
    for (int at = 1; at < argc; at++) {
        if (take_option(argc, argv, at, *world)) continue;
        fprintf(stderr, "random_calls: what is %s?\n", argv[at]);
        return 2;
    }
    char dir[] = "/tmp/random_calls.XXXXXX";
    if (mkdtemp(dir) == nullptr) return 2;
    world->dir = dir;
    HOLDS(mkdir((world->dir + "/child").c_str(), 0700) == 0);
    printf("seed %" PRIu64 "\n", run_seed);
    fflush(stdout);
    faults::begin();
    run(*world);
    return system(("rm -r " + world->dir).c_str()) == 0 ? 0 : 2;
}
