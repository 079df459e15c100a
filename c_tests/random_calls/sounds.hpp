// Frames of sound: made, wrapped, copied. They are in the same pool as pictures, so that each also gets calls for the other.
#pragma once

#include "world.hpp"

inline int32_t sample_format(Dice &dice) {
    return dice.once_in(60) ? static_cast<int32_t>(dice.next()) : static_cast<int32_t>(1 + dice.below(FG_SAMPLE_F32_PLANAR));
}

inline fg_audio_info random_sound(World &world, Dice &dice) {
    static const uint32_t usual[] = {1, 2, 2, 2, 6, 8, 3}, odd[] = {0, 255, 256, UINT32_MAX, 0x80000000u};
    fg_audio_info info = FG_AUDIO_INFO_INIT;
    info.format = sample_format(dice);
    info.sample_rate = dice.once_in(60) ? dice.pick(odd) : 48000;
    info.channels = dice.once_in(30) ? dice.pick(odd) : dice.pick(usual);
    info.frames = dice.once_in(60) ? dice.pick(odd) : 1 + dice.below(2000);
    info.id = world.last_id.fetch_add(1) + 1;
    info.timestamp_us = time_of(info.id);
    info.duration_us = static_cast<int64_t>(dice.next());
    if (dice.once_in(100)) info.struct_size = dice.below(300);
    if (dice.once_in(100)) info.reserved = dice.below(3);
    // More would be memory for nothing.
    if (uint64_t{info.channels} * info.frames > 1u << 20) info.frames = dice.once_in(2) ? 0 : UINT32_MAX;
    return info;
}

inline void fill_sound(Dice &dice, fg_frame *frame) {
    fg_audio_info info = FG_AUDIO_INFO_INIT;
    fg_planes planes = FG_PLANES_INIT;
    CALL(allow(), fg_frame_audio_info, frame, &info);
    CALL(allow(), fg_frame_planes, frame, &planes);
    HOLDS(planes.stride[0] % info.frames == 0);
    const size_t size = planes.stride[0] * planes.count;
    Bytes bytes(size, static_cast<uint8_t>(dice.below(256)));
    for (size_t at = 0; at < size; at += 1 + dice.below(64)) bytes[at] = static_cast<uint8_t>(dice.below(256));
    CALL(allow(), fg_frame_copy_from, frame, bytes.data(), size);
    CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_frame_copy_from, frame, bytes.data(), size - 1);
    for (uint32_t plane = 0; plane < planes.count; plane++) // they are ours to write to
        planes.extended_data[plane][dice.below(static_cast<uint32_t>(planes.stride[0]))] ^= 1;
}

inline fg_frame *new_sound(World &world, Dice &dice) {
    const fg_audio_info info = random_sound(world, dice);
    fg_frame *frame = nullptr;
    CALL(allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_OUT_OF_MEMORY), fg_frame_new_audio, dice.once_in(200) ? nullptr : &info,
         &frame);
    if (frame != nullptr) fill_sound(dice, frame);
    return frame;
}

// All planes begin at the first byte of the same memory, which is enough for each.
inline fg_frame *wrapped_sound(World &world, Dice &dice, void (*on_free)(void *)) {
    const fg_audio_info info = random_sound(world, dice);
    if (info.channels > 256 || uint64_t{info.channels} * info.frames > 1u << 20) return nullptr;
    auto bytes = std::make_unique<Bytes>(uint64_t{info.channels} * info.frames * 4 + 1, static_cast<uint8_t>(dice.below(256)));
    std::vector<uint8_t *> starts(info.channels + 1, bytes->data() + dice.below(2));
    fg_planes planes = FG_PLANES_INIT;
    planes.count = info.format > FG_SAMPLE_F32 ? info.channels : 1;
    if (dice.once_in(40)) planes.count = dice.below(5);
    planes.data[0] = starts[0];
    if (!dice.once_in(8)) planes.extended_data = starts.data();
    if (dice.once_in(100)) starts[0] = nullptr;
    if (dice.once_in(100)) planes.stride[dice.below(4)] = dice.next();
    if (dice.once_in(100)) planes.rows[dice.below(4)] = dice.below(3);
    if (dice.once_in(100)) planes.struct_size = dice.below(120);
    void *opaque = Wrapped::current()->add(std::move(bytes));
    fg_frame *frame = nullptr;
    CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_frame_wrap_audio, &info, &planes, on_free, opaque, &frame);
    if (frame == nullptr) HOLDS(Wrapped::current()->remove(opaque)); // on_free did not come
    return frame;
}

// A resampler's whole life. Not where memory fails: libswresample 4 leaks what it has made until then.
inline void resample(World &world, Dice &dice, fg_frame *frame) {
    if (faults_on.load()) return;
    fg_audio_info from = FG_AUDIO_INFO_INIT, to = random_sound(world, dice);
    if (frame == nullptr || fg_frame_audio_info(frame, &from) != FG_OK) from = random_sound(world, dice);
    if (dice.once_in(2)) to = from, to.sample_rate = 8000 + dice.below(90000);
    fg_resampler *resampler = nullptr;
    CALL(allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED, FG_ERROR_OUT_OF_MEMORY), fg_resampler_new,
         dice.once_in(40) ? nullptr : &from, &to, dice.once_in(40) ? nullptr : &resampler);
    for (uint32_t more = dice.below(6); more > 0; more--) {
        fg_frame *made = nullptr;
        CALL(allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_INVALID_STATE, FG_ERROR_OUT_OF_MEMORY), fg_resampler_push, resampler,
             dice.once_in(4) ? nullptr : frame);
        const fg_status status = CALL(allow(FG_WAIT_INPUT, FG_END, FG_ERROR_INVALID_ARGUMENT, FG_ERROR_OUT_OF_MEMORY),
                                      fg_resampler_pull, resampler, &made);
        HOLDS((status == FG_OK) == (made != nullptr));
        fg_frame_release(made);
    }
    fg_resampler_free(resampler);
}

// Options of which some are right for sound.
inline void sound_options(Dice &dice, fg_copy_options &options) {
    if (dice.once_in(2)) options.format = sample_format(dice);
    if (dice.once_in(3)) options.plane = dice.below(4);
    if (dice.once_in(3)) options.frame_offset = dice.below(2200);
    if (dice.once_in(3)) options.frame_count = dice.once_in(20) ? UINT32_MAX : dice.below(500);
}
