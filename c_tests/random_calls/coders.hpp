// Calls that encoders and decoders have alike, and held outputs.
#pragma once

#include "configs.hpp"
#include "frames.hpp"

inline const Allowed ENDED = allow(FG_ERROR_CLOSED, FG_ERROR_ENCODING);

// What a configuration may be refused with; a decoder's description may be damaged.
template <class Handle> constexpr Allowed refused() {
    const Allowed any = allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED);
    return std::is_same_v<Handle, fg_decoder> ? any | only(FG_ERROR_DATA) : any;
}

inline Pool<Encoder> &pool(World &world, const Encoder *) { return world.encoders; }
inline Pool<Decoder> &pool(World &world, const Decoder *) { return world.decoders; }

// The statistics: one consistent moment, within what the gate promises.
template <class Handle> void look(const Coder<Handle> &coder) {
    fg_stats stats = FG_STATS_INIT;
    CALL_NAMED(allow(), api<Handle>().stats, coder.handle, &stats);
    // A damaged stream may claim any order that H.264 has, which goes before maxDelay: max_dec_frame_buffering is 16.
    const uint64_t order = std::is_same_v<Handle, fg_decoder> ? 16 : 0;
    // No input of sound is longer than 2,000 samples, of which FLAC makes a chunk of 16 at the least.
    const uint64_t cut = coder.sound.load() ? 300 : 0;
    const uint64_t delay = coder.max_delay.load() + order + cut;
    HOLDS(stats.slots == coder.slots);
    HOLDS(stats.in_flight == stats.queued + stats.ready + stats.held);
    HOLDS(stats.in_flight <= stats.in_flight_peak && stats.in_codec <= stats.in_codec_peak);
    HOLDS(stats.in_codec_peak <= delay);
    HOLDS(stats.in_flight + stats.in_codec <= stats.slots + delay);
    HOLDS(stats.in_flight_peak <= stats.slots + delay);
    HOLDS(stats.waiting <= stats.queued && stats.bytes_in_flight <= stats.bytes_peak);
    HOLDS(stats.outputs - stats.releases == stats.held);
    HOLDS(stats.releases <= coder.sums->polled.load()); // only what was polled can have been released
    char text[64] = "x";
    CALL_NAMED(allow(), api<Handle>().error, coder.handle, text, sizeof text);
    HOLDS(memchr(text, '\0', sizeof text) != nullptr);
}

// Raises what may be held before the library can know the configuration.
template <class Handle> void note_delay(Coder<Handle> &coder, const fg_config *config) {
    if (number(config, "numberOfChannels") != 0) coder.sound = true;
    std::atomic<uint32_t> &most = coder.max_delay;
    const uint32_t delay = number(config, "maxDelay");
    uint32_t before = most.load();
    while (before < delay && !most.compare_exchange_weak(before, delay)) {}
}

template <class Handle> std::shared_ptr<Coder<Handle>> new_coder(const fg_config *config) {
    auto coder = std::make_shared<Coder<Handle>>();
    if (config != nullptr) {
        note_delay(*coder, config);
        coder->slots = number(config, "slots");
    }
    CALL_NAMED(refused<Handle>(), api<Handle>().make, config, &coder->handle);
    return coder->handle == nullptr ? nullptr : coder;
}

template <class Handle> void configure(World &world, Dice &dice, Coder<Handle> &coder) {
    const auto config = coder.stream && !dice.once_in(4) ? coder.stream->config : world.configs.any(dice);
    if (!config) return;
    note_delay(coder, config->handle);
    CALL_NAMED(ENDED | refused<Handle>(), api<Handle>().configure, coder.handle,
         config->handle);
}

template <class Handle, class Call>
fg_status waiting(World &world, Dice &dice, const std::shared_ptr<Coder<Handle>> &coder, Call &&call) {
    const Timeout time = timeout(world, dice);
    if (!time.forever) return call(time.ms);
    const Forever::Waits waits(world.forever, coder);
    return call(time.ms);
}

// After a refusal: most of the time a handle that has ended goes, and one that was reset is configured.
template <class Handle>
void go_on(World &world, Dice &dice, const std::shared_ptr<Coder<Handle>> &coder, fg_status status) {
    const bool ended = status == FG_ERROR_CLOSED || status == FG_ERROR_ENCODING;
    if (ended && dice.once_in(3)) pool(world, coder.get()).remove(coder);
    if (status == FG_ERROR_INVALID_STATE && dice.once_in(2)) configure(world, dice, *coder);
}

// A chunk or frame that came out: its time and number are those of an input.
inline void check_output(World &world, const fg_output &output, bool sound) {
    HOLDS(output.id >= 1 && output.id <= world.last_id.load());
    HOLDS(sound || output.timestamp_us == time_of(output.id));
    HOLDS(output.token != 0 && output.token < 1ull << 53);
    HOLDS((output.config != nullptr) == ((output.flags & FG_OUTPUT_CONFIG) != 0));
    if (output.kind == FG_OUTPUT_CHUNK) {
        HOLDS((output.data != nullptr || output.size == 0) && output.frame == nullptr); // framegate.null: empty
        volatile uint8_t sum = 0; // the bytes can be read
        for (uint64_t at = 0; at < output.size; at++) sum = static_cast<uint8_t>(sum ^ output.data[at]);
        return;
    }
    HOLDS(output.frame != nullptr && output.data == nullptr);
    fg_video_info info = FG_VIDEO_INFO_INIT;
    fg_audio_info heard = FG_AUDIO_INFO_INIT;
    if (sound && fg_frame_audio_info(output.frame, &heard) == FG_OK) {
        HOLDS(heard.timestamp_us == output.timestamp_us && heard.id == output.id && heard.frames > 0);
        HOLDS(output.priming <= heard.frames && output.padding <= heard.frames);
    } else {
        CALL(allow(), fg_frame_video_info, output.frame, &info);
        HOLDS(info.timestamp_us == output.timestamp_us && info.id == output.id);
    }
    HOLDS(fg_frame_references(output.frame) >= 1);
}

template <class Handle> void poll(World &world, Dice &dice, const std::shared_ptr<Coder<Handle>> &coder) {
    fg_output output = FG_OUTPUT_INIT;
    const fg_status status = waiting(world, dice, coder, [&](int32_t ms) {
        return CALL_NAMED(ENDED | allow(FG_WAIT_CODEC, FG_WAIT_INPUT, FG_ERROR_WOULD_DEADLOCK, FG_ERROR_INVALID_ARGUMENT),
                          api<Handle>().poll, coder->handle, dice.once_in(400) ? nullptr : &output, ms);
    });
    if (status != FG_OK) {
        HOLDS(output.kind == 0 && output.token == 0); // untouched
        return;
    }
    switch (output.kind) {
    case FG_OUTPUT_CHUNK:
    case FG_OUTPUT_FRAME:
        coder->sums->polled++;
        check_output(world, output, coder->sound.load());
        HOLDS((output.kind == FG_OUTPUT_CHUNK) == (std::is_same_v<Handle, fg_encoder>));
        world.held.put(dice, std::make_shared<Held>(output, coder->sums));
        break;
    case FG_OUTPUT_FLUSHED: HOLDS(output.token == 0 && output.flush_id > 0); break;
    case FG_OUTPUT_ERROR: HOLDS(output.token == 0 && output.status < 0 && output.status != FG_ERROR_INTERNAL); break;
    default: violated("poll", "an unknown kind of output");
    }
}

template <class Handle> void wait(World &world, Dice &dice, const std::shared_ptr<Coder<Handle>> &coder) {
    const uint32_t want = dice.once_in(60) ? dice.below(16) : 1 + dice.below(7);
    uint32_t ready = 0;
    const fg_status status = waiting(world, dice, coder, [&](int32_t ms) {
        return CALL_NAMED(ENDED | allow(1, 2, 3, 4, FG_ERROR_WOULD_DEADLOCK, FG_ERROR_INVALID_STATE,
                                  FG_ERROR_INVALID_ARGUMENT),
                    api<Handle>().wait, coder->handle, want, &ready, ms);
    });
    if (status == FG_OK) HOLDS(ready != 0 && (ready & ~want) == 0);
    else HOLDS(ready == 0);
}

template <class Handle> void descriptor(World &world, Dice &dice, Coder<Handle> &coder) {
    int32_t fd = -1;
    CALL_NAMED(allow(FG_ERROR_IO, FG_ERROR_CLOSED), api<Handle>().wake_fd, coder.handle, &fd);
    if (fd < 0) return;
    world.descriptors.put(dice, std::shared_ptr<int32_t>(new int32_t(fd), [](const int32_t *it) {
                              ::close(*it);
                              delete it;
                          }));
}

// All but enqueue. `coder` leaves the pool when it was closed, most of the time.
template <class Handle> void random_call(World &world, Dice &dice, const std::shared_ptr<Coder<Handle>> &coder) {
    const Api<Handle> &functions = api<Handle>();
    const uint32_t chance = dice.below(100);
    uint64_t flush_id = 0;
    if (chance < 55) return poll(world, dice, coder);
    if (chance < 66) return look(*coder);
    if (chance < 76) return wait(world, dice, coder);
    if (chance < 84) {
        CALL_NAMED(ENDED | allow(FG_ERROR_INVALID_STATE), functions.flush, coder->handle,
             dice.once_in(4) ? nullptr : &flush_id);
    } else if (chance < 88) {
        configure(world, dice, *coder);
    } else if (chance < 91) {
        CALL_NAMED(ENDED, functions.reset, coder->handle);
        if (!dice.once_in(4)) configure(world, dice, *coder);
    } else if (chance < 94) {
        descriptor(world, dice, *coder);
    } else if (chance < 98) {
        const auto set = dice.once_in(4) ? nullptr : world.sets.any(dice);
        CALL_NAMED(allow(FG_ERROR_CLOSED), functions.join, coder->handle, set ? set->handle : nullptr, dice.next());
    } else if (chance < 99) {
        CALL_NAMED(allow(), functions.close, coder->handle);
        if (!dice.once_in(4)) pool(world, coder.get()).remove(coder);
    } else {
        pool(world, coder.get()).remove(coder); // freed when the last thread is through with it
    }
}

// Tokens that are on lease no more, or never were.
inline void random_token(Dice &dice) {
    const Allowed refused = only(FG_ERROR_INVALID_ARGUMENT);
    if (const uint64_t stale = stale_token.load()) CALL(refused, fg_release_output, stale);
    CALL(refused, fg_release_output, dice.next() | 1ull << 53);
    CALL(refused, fg_release_output, uint64_t{1} + dice.below((1u << 21) - 1)); // generation 0
    CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_release_output, uint64_t{0});
}
