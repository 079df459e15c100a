// What the threads share: pools of every kind of handle, held outputs, and a corpus of real chunks.
#pragma once

#include <string>

#include "pool.hpp"
#include "wrapped.hpp"
#include "host_bytes.hpp"

// A configuration. In a pool it is only read: setting a key may run beside nothing.
struct Config {
    fg_config *handle;
    const uint32_t purpose;
    Config(fg_config *owned, uint32_t purpose) : handle(owned), purpose(purpose) {}
    ~Config() { CALL_VOID(fg_config_free, handle); }
    Config(const Config &) = delete;
    Config &operator=(const Config &) = delete;
};

// One reference to a frame.
struct Frame {
    fg_frame *handle;
    explicit Frame(fg_frame *owned) : handle(owned) {}
    ~Frame() { CALL_VOID(fg_frame_release, handle); }
    Frame(const Frame &) = delete;
    Frame &operator=(const Frame &) = delete;
};

struct WaitSet {
    fg_waitset *handle;
    explicit WaitSet(fg_waitset *owned) : handle(owned) {}
    ~WaitSet() { CALL_VOID(fg_waitset_free, handle); }
    WaitSet(const WaitSet &) = delete;
    WaitSet &operator=(const WaitSet &) = delete;
};

struct Chunk {
    Bytes bytes;
    uint32_t flags;
};

// Chunks of one encoder, from a key chunk on, and what decodes them.
struct Stream {
    std::shared_ptr<Config> config;
    std::vector<Chunk> chunks;
};

// A function, and its name for messages.
template <class Function> struct Named {
    Function call;
    const char *name;
};
#define NAMED(function)                                                                                      \
    { function, #function }

// The functions that encoders and decoders have alike.
template <class Handle> struct Api {
    Named<fg_status (*)(const fg_config *)> is_config_supported;
    Named<fg_status (*)(const fg_config *, Handle **)> make;
    Named<fg_status (*)(Handle *, const fg_config *)> configure;
    Named<fg_status (*)(Handle *, uint64_t *)> flush;
    Named<fg_status (*)(Handle *, fg_output *, int32_t)> poll;
    Named<fg_status (*)(Handle *, uint32_t, uint32_t *, int32_t)> wait;
    Named<fg_status (*)(Handle *)> reset;
    Named<fg_status (*)(Handle *)> close;
    Named<void (*)(Handle *)> free;
    Named<fg_status (*)(const Handle *, fg_stats *)> stats;
    Named<fg_status (*)(const Handle *, char *, size_t)> error;
    Named<fg_status (*)(Handle *, int32_t *)> wake_fd;
    Named<fg_status (*)(Handle *, fg_waitset *, uint64_t)> join;
};
inline constexpr Api<fg_encoder> ENCODER = {
    NAMED(fg_encoder_is_config_supported),
    NAMED(fg_encoder_new),
    NAMED(fg_encoder_configure),
    NAMED(fg_encoder_flush),
    NAMED(fg_encoder_poll),
    NAMED(fg_encoder_wait),
    NAMED(fg_encoder_reset),
    NAMED(fg_encoder_close),
    NAMED(fg_encoder_free),
    NAMED(fg_encoder_stats),
    NAMED(fg_encoder_error),
    NAMED(fg_encoder_wake_fd),
    NAMED(fg_encoder_join),
};
inline constexpr Api<fg_decoder> DECODER = {
    NAMED(fg_decoder_is_config_supported),
    NAMED(fg_decoder_new),
    NAMED(fg_decoder_configure),
    NAMED(fg_decoder_flush),
    NAMED(fg_decoder_poll),
    NAMED(fg_decoder_wait),
    NAMED(fg_decoder_reset),
    NAMED(fg_decoder_close),
    NAMED(fg_decoder_free),
    NAMED(fg_decoder_stats),
    NAMED(fg_decoder_error),
    NAMED(fg_decoder_wake_fd),
    NAMED(fg_decoder_join),
};
template <class Handle> constexpr const Api<Handle> &api();
template <> constexpr const Api<fg_encoder> &api() { return ENCODER; }
template <> constexpr const Api<fg_decoder> &api() { return DECODER; }

// What this program polled and released of a handle; outlives it.
struct Sums {
    std::atomic<uint64_t> polled{0}, released{0};
};

// An encoder or a decoder.
template <class Handle> struct Coder {
    Handle *handle = nullptr;
    uint32_t slots = 0;
    std::atomic<uint32_t> max_delay{0}; // the largest it was ever configured with
    std::atomic<bool> sound{false};     // it was ever configured with: one input may be many chunks, whose times are counted
    std::shared_ptr<Sums> sums = std::make_shared<Sums>();
    std::shared_ptr<Stream> stream; // decoders: what it is fed with
    std::atomic<uint32_t> cursor{0};
    Coder() = default;
    ~Coder() {
        if (handle == nullptr) return;
        const auto &function = api<Handle>().free;
        checked(function.name, allow(), [&] { return function.call(handle), FG_OK; });
    }
    Coder(const Coder &) = delete;
    Coder &operator=(const Coder &) = delete;
};
using Encoder = Coder<fg_encoder>;
using Decoder = Coder<fg_decoder>;

// A token that was released.
inline std::atomic<uint64_t> stale_token{0};

// An output that holds a slot. It is given back with this; a second time is refused.
struct Held {
    const fg_output output;
    const std::shared_ptr<Sums> sums;
    Held(const fg_output &polled, std::shared_ptr<Sums> of) : output(polled), sums(std::move(of)) {}
    ~Held() {
        CALL(allow(), fg_release_output, output.token);
        sums->released++;
        stale_token.store(output.token);
        CALL(only(FG_ERROR_INVALID_ARGUMENT), fg_release_output, output.token);
    }
    Held(const Held &) = delete;
    Held &operator=(const Held &) = delete;
};

struct Demuxer {
    fg_demuxer *handle;
    std::mutex reading; // a chunk's bytes are valid until the next read, whoever reads
    const std::shared_ptr<HostBytes> bytes; // of its own, which it may read until it is freed
    Demuxer(fg_demuxer *owned, std::shared_ptr<HostBytes> read) : handle(owned), bytes(std::move(read)) {}
    ~Demuxer() { CALL_VOID(fg_demuxer_free, handle); }
    Demuxer(const Demuxer &) = delete;
    Demuxer &operator=(const Demuxer &) = delete;
};

struct Muxer {
    fg_muxer *handle;
    std::string path;
    std::shared_ptr<Stream> stream; // what its first track takes
    std::atomic<uint32_t> cursor{0};
    const std::shared_ptr<HostBytes> bytes; // likewise
    Muxer(fg_muxer *owned, std::string name, std::shared_ptr<HostBytes> written)
        : handle(owned), path(std::move(name)), bytes(std::move(written)) {}
    ~Muxer() { CALL_VOID(fg_muxer_free, handle); }
    Muxer(const Muxer &) = delete;
    Muxer &operator=(const Muxer &) = delete;
};

// Calls that wait for ever, with what ends each of them.
class Forever {
    struct Entry {
        int64_t since_ms;
        std::shared_ptr<Encoder> encoder;
        std::shared_ptr<Decoder> decoder;
        std::shared_ptr<WaitSet> set;
    };
    std::mutex mutex;
    std::vector<std::unique_ptr<Entry>> entries;

    void remove(const Entry *entry) {
        std::unique_ptr<Entry> dropped;
        const std::lock_guard<std::mutex> lock(mutex);
        for (auto &each : entries) {
            if (each.get() != entry) continue;
            dropped = std::move(each);
            each = std::move(entries.back());
            entries.pop_back();
            return;
        }
    }
    static void set(Entry &entry, std::shared_ptr<Encoder> it) { entry.encoder = std::move(it); }
    static void set(Entry &entry, std::shared_ptr<Decoder> it) { entry.decoder = std::move(it); }
    static void set(Entry &entry, std::shared_ptr<WaitSet> it) { entry.set = std::move(it); }

public:
    // While this lives, the call is known to wait.
    class Waits {
        Forever &forever;
        const Entry *entry;

    public:
        template <class T> Waits(Forever &all, std::shared_ptr<T> it) : forever(all) {
            auto made = std::make_unique<Entry>();
            made->since_ms = now_ms();
            set(*made, std::move(it));
            entry = made.get();
            const std::lock_guard<std::mutex> lock(forever.mutex);
            forever.entries.push_back(std::move(made));
        }
        ~Waits() { forever.remove(entry); }
        Waits(const Waits &) = delete;
        Waits &operator=(const Waits &) = delete;
    };

    // Ends those that have waited longer than this: closes the handle, gives the set a key.
    void end_those_over(int64_t ms, const Encoder &joiner) {
        std::vector<Entry> over;
        {
            const std::lock_guard<std::mutex> lock(mutex);
            for (const auto &entry : entries)
                if (now_ms() - entry->since_ms >= ms) over.push_back(*entry);
        }
        for (const Entry &entry : over) {
            if (entry.encoder) CALL(allow(), fg_encoder_close, entry.encoder->handle);
            if (entry.decoder) CALL(allow(), fg_decoder_close, entry.decoder->handle);
            if (entry.set) CALL(allow(), fg_encoder_join, joiner.handle, entry.set->handle, uint64_t{0});
        }
    }
};

struct World {
    Pool<Config> configs{24};
    Pool<Frame> frames{32};
    Pool<Encoder> encoders{8};
    Pool<Decoder> decoders{8};
    Pool<WaitSet> sets{4};
    Pool<Held> held{64}; // taken out while a thread is at it
    Pool<Demuxer> demuxers{4};
    Pool<Muxer> muxers{4};
    Pool<Stream> streams{6};
    Pool<int32_t> descriptors{48}; // closed by the pointer's deleter
    Forever forever;
    std::string dir;                        // for files
    std::vector<std::string> clips;         // real files, never written to
    std::atomic<uint64_t> last_id{0};       // of inputs
    std::atomic<bool> somebody_closes{false}; // calls may wait for ever
    bool hostile = false;                     // options that reach into the codec

    // What on_free used: it may be the last reference, and on_free may not wait for a codec's thread.
    Pool<void> used_in_on_free{64};

    // Lets go of everything; the threads are through.
    void clear() {
        held.clear();
        muxers.clear();
        demuxers.clear();
        encoders.clear();
        decoders.clear();
        used_in_on_free.clear();
        sets.clear();
        frames.clear();
        streams.clear();
        configs.clear();
        descriptors.clear();
    }
};

// The time of input `id`, so that an output's can be known: mostly rising, at times any.
inline int64_t time_of(uint64_t id) {
    const uint64_t mixed = Dice(id).next();
    if (mixed % 64 == 0) return mixed % 128 == 0 ? INT64_MAX : INT64_MIN + 1;
    if (mixed % 16 == 1) return static_cast<int64_t>(mixed >> 20) - (int64_t{1} << 43);
    return static_cast<int64_t>(id) * 40000;
}

// How long a call may wait.
struct Timeout {
    int32_t ms;
    bool forever;
};
inline Timeout timeout(World &world, Dice &dice) {
    const uint32_t chance = dice.below(100);
    if (chance < 65) return {0, false};
    if (chance < 85) return {static_cast<int32_t>(1 + dice.below(3)), false};
    if (chance < 95 || !world.somebody_closes) return {-2 - static_cast<int32_t>(dice.below(3)), false};
    return {chance < 99 ? -1 : INT32_MIN, true};
}
