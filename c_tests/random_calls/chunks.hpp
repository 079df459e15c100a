// Inputs: frames for encoders, chunks for decoders (real ones, cut ones, flipped ones), and what is done with
// outputs that are held.
#pragma once

#include "coders.hpp"

inline const Allowed FULL = allow(FG_WAIT_CODEC, FG_WAIT_POLL, FG_WAIT_RELEASE, FG_ERROR_WOULD_DEADLOCK);

inline void enqueue(World &world, Dice &dice, const std::shared_ptr<Encoder> &encoder) {
    auto frame = dice.once_in(3) ? new_frame(world, dice) : world.frames.any(dice);
    if (!frame && !dice.once_in(50)) return;
    fg_encode_options options = FG_ENCODE_OPTIONS_INIT;
    if (dice.once_in(10)) options.key_frame = static_cast<int32_t>(dice.below(3));
    if (dice.once_in(10)) options.quantizer = static_cast<int32_t>(dice.below(60)) - 2;
    if (dice.once_in(100)) options.struct_size = dice.below(20);
    const fg_status status = waiting(world, dice, encoder, [&](int32_t ms) {
        return CALL(FULL | ENDED | allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_DATA, FG_ERROR_INVALID_STATE),
                    fg_encoder_enqueue, encoder->handle, frame ? frame->handle : nullptr,
                    dice.once_in(3) ? nullptr : &options, ms);
    });
    go_on(world, dice, encoder, status);
    if (dice.once_in(3) && frame) { // the encoder has its own reference
        frame.reset();
    } else if (frame && dice.once_in(3)) {
        world.frames.put(dice, std::move(frame));
    }
}

inline void damage(Dice &dice, Bytes &bytes) {
    if (bytes.empty()) return;
    const auto size = static_cast<uint32_t>(bytes.size());
    switch (dice.below(4)) {
    case 0: bytes.resize(dice.below(size)); break;
    case 1: bytes.insert(bytes.end(), bytes.begin(), bytes.begin() + dice.below(size)); break;
    default:
        for (uint32_t flips = 1 + dice.below(6); flips > 0; flips--)
            bytes[dice.below(size)] ^= static_cast<uint8_t>(1u << dice.below(8));
    }
}

// The next chunk of a stream, at times another one, at times damaged. The bytes are valid as long as `bytes`.
inline fg_chunk next_chunk(World &world, Dice &dice, const Stream &stream, std::atomic<uint32_t> &cursor,
                           Bytes &bytes) {
    const auto count = static_cast<uint32_t>(stream.chunks.size());
    if (dice.once_in(30)) cursor.store(dice.once_in(2) ? 0 : dice.below(count));
    const Chunk &from = stream.chunks[cursor.fetch_add(1) % count];
    bytes = from.bytes;
    if (dice.once_in(40)) damage(dice, bytes);
    fg_chunk chunk = FG_CHUNK_INIT;
    chunk.flags = dice.once_in(100) ? static_cast<uint32_t>(dice.next()) : from.flags;
    chunk.id = world.last_id.fetch_add(1) + 1;
    chunk.timestamp_us = time_of(chunk.id);
    chunk.duration_us = dice.once_in(4) ? -1 : 40000;
    chunk.dts_us = dice.once_in(2) ? FG_NO_TIMESTAMP : chunk.timestamp_us;
    chunk.data = bytes.data();
    chunk.size = bytes.size();
    if (dice.once_in(300)) chunk.data = nullptr;
    if (dice.once_in(300)) chunk.struct_size = dice.below(100);
    return chunk;
}

inline void enqueue_chunk(World &world, Dice &dice, const std::shared_ptr<Decoder> &decoder, const fg_chunk *chunk) {
    const fg_status status = waiting(world, dice, decoder, [&](int32_t ms) {
        return CALL(FULL | ENDED | allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_DATA, FG_ERROR_INVALID_STATE),
                    fg_decoder_enqueue, decoder->handle, chunk, ms);
    });
    go_on(world, dice, decoder, status);
}

inline void enqueue(World &world, Dice &dice, const std::shared_ptr<Decoder> &decoder) {
    const auto stream = decoder->stream && !dice.once_in(60) ? decoder->stream : world.streams.any(dice);
    if (!stream) return;
    Bytes bytes;
    const fg_chunk chunk = next_chunk(world, dice, *stream, decoder->cursor, bytes);
    enqueue_chunk(world, dice, decoder, dice.once_in(400) ? nullptr : &chunk);
}

inline void random_encoder(World &world, Dice &dice) {
    const auto encoder = world.encoders.any(dice);
    if (!encoder || dice.once_in(60)) {
        const auto config = dice.once_in(2) ? new_config(world, dice) : world.configs.any(dice);
        if (auto made = new_coder<fg_encoder>(config ? config->handle : nullptr)) world.encoders.put(dice, made);
    } else if (dice.once_in(2)) {
        enqueue(world, dice, encoder);
    } else {
        random_call(world, dice, encoder);
    }
}

// A configuration of the stream's own, with a few keys set otherwise.
inline std::shared_ptr<Config> varied(World &world, Dice &dice, const Stream &stream) {
    fg_config *copy = nullptr;
    CALL(allow(), fg_config_copy, stream.config->handle, &copy);
    auto made = owned(copy, OF_DECODER);
    if (made && dice.once_in(2)) set_some(world, dice, copy, OF_DECODER);
    return made;
}

inline void random_decoder(World &world, Dice &dice) {
    const auto decoder = world.decoders.any(dice);
    if (!decoder || dice.once_in(60)) {
        const auto stream = world.streams.any(dice);
        const auto config = stream && !dice.once_in(6) ? varied(world, dice, *stream) : world.configs.any(dice);
        auto made = new_coder<fg_decoder>(config ? config->handle : nullptr);
        if (!made) return;
        made->stream = stream;
        world.decoders.put(dice, std::move(made));
    } else if (dice.once_in(2)) {
        enqueue(world, dice, decoder);
    } else {
        random_call(world, dice, decoder);
    }
}

// What a host does with an output while it holds it.
inline void use(World &world, Dice &dice, const Held &held) {
    const fg_output &output = held.output;
    fg_chunk chunk = FG_CHUNK_INIT;
    const fg_status status = CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_output_chunk, &output, &chunk);
    HOLDS((status == FG_OK) == (output.kind == FG_OUTPUT_CHUNK) || faults_on);
    if (output.config != nullptr && dice.once_in(2)) {
        fg_config *copy = nullptr;
        CALL(allow(), fg_config_copy, output.config, &copy);
        if (copy != nullptr) world.configs.put(dice, owned(copy, OF_STREAM));
    }
    if (output.frame != nullptr) return world.frames.put(dice, owned(fg_frame_retain(output.frame)));
    const auto decoder = world.decoders.any(dice);
    if (decoder && dice.once_in(8)) enqueue_chunk(world, dice, decoder, &chunk);
}

inline void random_output(World &world, Dice &dice) {
    if (dice.once_in(8)) random_token(dice);
    auto held = world.held.take(dice);
    if (!held) return;
    if (dice.once_in(3)) use(world, dice, *held);
    if (dice.once_in(6)) world.held.put(dice, std::move(held)); // held on
}

// A wait set of a thread that ends, and an encoder in it: the program frees neither.
struct SetOfAThread {
    Watch *watch;
    uint64_t key;
};

inline void *ends_with_its_set(void *argument) {
    const auto &of = *static_cast<SetOfAThread *>(argument);
    watch = of.watch; // of the thread that waits for this one
    fg_waitset *set = nullptr;
    fg_config *config = nullptr;
    fg_encoder *encoder = nullptr;
    CALL(allow(), fg_waitset_new_for_thread, &set);
    if (set == nullptr || fg_config_new("framegate.null", &config) != FG_OK) return nullptr;
    if (fg_config_set(config, "width", "16") == FG_OK && fg_config_set(config, "height", "16") == FG_OK)
        fg_encoder_new(config, &encoder);
    fg_config_free(config);
    if (encoder != nullptr) CALL(allow(), fg_encoder_join, encoder, set, of.key);
    return nullptr;
}

inline void set_of_a_thread(Dice &dice) {
    SetOfAThread of{watch, dice.below(9)};
    pthread_t thread;
    if (pthread_create(&thread, nullptr, ends_with_its_set, &of) == 0) pthread_join(thread, nullptr);
}

inline void random_set(World &world, Dice &dice) {
    const auto set = world.sets.any(dice);
    if (!set || dice.once_in(20)) {
        fg_waitset *made = nullptr;
        if (dice.once_in(4)) return set_of_a_thread(dice);
        CALL(allow(), fg_waitset_new, &made);
        if (made != nullptr) world.sets.put(dice, std::make_shared<WaitSet>(made));
        return;
    }
    uint64_t keys[4];
    size_t count = 0;
    int32_t fd = -1;
    if (dice.once_in(20)) {
        CALL(allow(FG_ERROR_IO), fg_waitset_fd, set->handle, &fd);
        if (fd >= 0) ::close(fd);
    }
    const Timeout time = timeout(world, dice);
    const auto wait = [&] {
        return CALL(allow(FG_WAIT_CODEC, FG_ERROR_INVALID_ARGUMENT), fg_waitset_wait, set->handle, keys,
                    dice.once_in(60) ? 0 : size_t{1} + dice.below(4), &count, time.ms);
    };
    fg_status status;
    if (time.forever) {
        const Forever::Waits waits(world.forever, set);
        status = wait();
    } else {
        status = wait();
    }
    HOLDS((status == FG_OK) == (count >= 1) && count <= 4);
}

inline void random_descriptor(World &world, Dice &dice) {
    const auto fd = dice.once_in(4) ? world.descriptors.take(dice) : world.descriptors.any(dice);
    char bytes[8];
    if (fd && read(*fd, bytes, sizeof bytes) < 0) return; // nothing to read
}
