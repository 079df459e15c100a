// Calls on frames: made, wrapped, derived, copied, referred to.
#pragma once

#include "sounds.hpp"

inline uint32_t side(Dice &dice) {
    static const uint32_t usual[] = {16, 32, 48, 64, 96, 17, 33, 1, 2, 15, 130};
    static const uint32_t odd[] = {0, 32768, 32769, 65536, UINT32_MAX, 0x80000000u};
    return dice.once_in(60) ? dice.pick(odd) : dice.pick(usual);
}

inline int32_t format(Dice &dice) {
    if (dice.once_in(60)) return dice.once_in(2) ? 0 : static_cast<int32_t>(dice.next());
    return dice.once_in(2) ? FG_PIXEL_I420 : static_cast<int32_t>(1 + dice.below(FG_PIXEL_BGR24));
}

// The parts of an info that fg_frame_derive may change.
inline void random_facts(World &world, Dice &dice, fg_video_info &info) {
    info.id = world.last_id.fetch_add(1) + 1;
    info.timestamp_us = time_of(info.id);
    info.duration_us = dice.once_in(4) ? -1 : static_cast<int64_t>(dice.below(80000));
    if (dice.once_in(100)) info.struct_size = dice.below(300);
    if (dice.once_in(16)) info.rotation = 90 * dice.below(5);
    if (dice.once_in(16)) info.flip = dice.below(3);
    if (dice.once_in(8)) info.color_primaries = static_cast<int32_t>(dice.below(24)) - 1;
    if (dice.once_in(8)) info.color_transfer = static_cast<int32_t>(dice.below(20)) - 1;
    if (dice.once_in(8)) info.color_matrix = static_cast<int32_t>(dice.below(16)) - 1;
    if (dice.once_in(8)) info.color_range = static_cast<int32_t>(dice.below(4)) - 1;
    if (dice.once_in(12)) info.visible_x = dice.below(20);
    if (dice.once_in(12)) info.visible_y = dice.below(20);
    if (dice.once_in(8)) {
        info.visible_width = side(dice);
        info.visible_height = side(dice);
    }
    if (dice.once_in(12)) {
        info.display_width = side(dice);
        info.display_height = side(dice);
    }
}

inline fg_video_info random_info(World &world, Dice &dice) {
    fg_video_info info = FG_VIDEO_INFO_INIT;
    info.format = format(dice);
    info.coded_width = side(dice);
    info.coded_height = side(dice);
    random_facts(world, dice, info);
    return info;
}

// Fills a frame that nobody else has; a large one stays as it is.
inline void fill(Dice &dice, fg_frame *frame) {
    fg_video_info info = FG_VIDEO_INFO_INIT;
    fg_planes planes = FG_PLANES_INIT;
    fg_copy_options all = FG_COPY_OPTIONS_INIT;
    size_t size = 0;
    CALL(allow(), fg_frame_video_info, frame, &info);
    CALL(allow(), fg_frame_planes, frame, &planes);
    if (uint64_t{info.coded_width} * info.coded_height > 1u << 16) return;
    all.width = info.coded_width;
    all.height = info.coded_height;
    CALL(allow(), fg_frame_allocation_size, frame, &all, &size);
    Bytes bytes(size, static_cast<uint8_t>(dice.below(256)));
    for (size_t at = 0; at < size; at += 1 + dice.below(64)) bytes[at] = static_cast<uint8_t>(dice.below(256));
    CALL(allow(), fg_frame_copy_from, frame, bytes.data(), size);
    CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_frame_copy_from, frame, bytes.data(), size - 1);
    for (uint32_t plane = 0; plane < planes.count; plane++) // they are ours to write to
        planes.data[plane][dice.below(planes.rows[plane]) * planes.stride[plane]] ^= 1;
}

inline std::shared_ptr<Frame> owned(fg_frame *frame) {
    return frame == nullptr ? nullptr : std::make_shared<Frame>(frame);
}

inline std::shared_ptr<Frame> new_frame(World &world, Dice &dice) {
    const fg_video_info info = random_info(world, dice);
    fg_frame *frame = nullptr;
    CALL(allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_OUT_OF_MEMORY), fg_frame_new_video,
         dice.once_in(200) ? nullptr : &info, &frame);
    auto made = owned(frame);
    if (made) fill(dice, frame);
    return made;
}

void on_free_calls(World &world); // what a host may do in on_free

inline World *the_world; // for on_free, which comes on any thread

// Counted as gone at the end: who counts none knows that no thread is in here, and may let go of the world.
extern "C" inline void memory_is_free(void *opaque) {
    if (the_world != nullptr) on_free_calls(*the_world);
    if (!Wrapped::current()->remove(opaque)) violated("on_free", "it came twice");
}

// Planes for any format that the library has: four planes of 4 bytes a pixel are enough for all.
inline std::shared_ptr<Frame> wrapped_frame(World &world, Dice &dice) {
    const fg_video_info info = random_info(world, dice);
    const uint64_t width = info.coded_width, height = info.coded_height;
    if (width > 256 || height > 256 || width == 0 || height == 0) return nullptr;
    const uint64_t stride = width * 4 + 8 * dice.below(3);
    fg_planes planes = FG_PLANES_INIT;
    auto bytes = std::make_unique<Bytes>(stride * height * 4, static_cast<uint8_t>(dice.below(256)));
    static const uint32_t counts[] = {3, 4, 3, 4, 3, 4, 2, 1, 1, 1, 1, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4, 1, 1};
    planes.count = info.format >= 1 && info.format <= FG_PIXEL_BGR24 && !dice.once_in(40)
                       ? counts[info.format - 1]
                       : dice.below(5);
    for (uint32_t plane = 0; plane < 4; plane++) {
        planes.data[plane] = bytes->data() + plane * stride * height;
        planes.stride[plane] = dice.once_in(400) ? dice.below(4) : stride;
    }
    if (dice.once_in(100)) planes.data[0] = nullptr;
    if (dice.once_in(100)) planes.struct_size = dice.below(120);
    void *opaque = Wrapped::current()->add(std::move(bytes));
    fg_frame *frame = nullptr;
    CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_frame_wrap_video, &info, &planes, memory_is_free, opaque, &frame);
    if (frame == nullptr) HOLDS(Wrapped::current()->remove(opaque)); // on_free did not come
    return owned(frame);
}

inline std::shared_ptr<Frame> derived_frame(World &world, Dice &dice) {
    const auto from = world.frames.any(dice);
    if (!from) return nullptr;
    fg_video_info info = FG_VIDEO_INFO_INIT;
    fg_audio_info sound = FG_AUDIO_INFO_INIT;
    const Allowed either = allow(FG_ERROR_INVALID_ARGUMENT);
    const fg_status picture = CALL(either, fg_frame_video_info, from->handle, &info);
    const fg_status other = CALL(either, fg_frame_audio_info, from->handle, &sound);
    HOLDS((picture == FG_OK) != (other == FG_OK));
    random_facts(world, dice, info);
    if (dice.once_in(8)) info.format = format(dice);
    if (dice.once_in(40)) info.coded_width = side(dice);
    fg_frame *derived = nullptr;
    CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_frame_derive, from->handle, &info, &derived);
    return owned(derived);
}

inline std::shared_ptr<Frame> scaled_frame(World &world, Dice &dice) {
    const auto from = world.frames.any(dice);
    if (!from) return nullptr;
    const uint32_t width = dice.once_in(40) ? side(dice) : 1 + dice.below(200);
    const uint32_t height = dice.once_in(40) ? side(dice) : 1 + dice.below(200);
    fg_frame *scaled = nullptr;
    CALL(allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED), fg_frame_scale, from->handle, width, height, &scaled);
    return owned(scaled);
}

inline void copy_out(World &world, Dice &dice) {
    const auto frame = world.frames.any(dice);
    if (!frame) return;
    fg_copy_options options = FG_COPY_OPTIONS_INIT;
    if (dice.once_in(2)) options.format = format(dice);
    if (dice.once_in(4)) options.color_space = dice.below(4);
    if (dice.once_in(4)) {
        options.x = dice.below(20);
        options.y = dice.below(20);
        options.width = side(dice);
        options.height = side(dice);
    }
    if (dice.once_in(8)) {
        options.plane_count = 1 + dice.below(4);
        for (uint32_t plane = 0; plane < 4; plane++) {
            options.offset[plane] = dice.once_in(40) ? dice.next() : plane * 20000u;
            options.stride[plane] = dice.once_in(40) ? dice.next() : dice.below(600);
        }
    }
    if (dice.once_in(40)) options.plane = dice.below(3);
    if (dice.once_in(3)) {
        options = FG_COPY_OPTIONS_INIT;
        sound_options(dice, options);
    }
    if (dice.once_in(80)) options.struct_size = dice.below(200);
    size_t size = 0;
    const Allowed errors = allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED);
    const fg_copy_options *chosen = dice.once_in(8) ? nullptr : &options;
    const fg_status sized = CALL(errors, fg_frame_allocation_size, frame->handle, chosen, &size);
    if (sized != FG_OK || size > 1u << 20) return;
    Bytes bytes(size + 64, 0xa5);
    const fg_status copied = CALL(errors, fg_frame_copy_to, frame->handle, chosen, bytes.data(), size);
    HOLDS(copied == FG_OK || faults_on);
    for (size_t at = size; at < bytes.size(); at++) HOLDS(bytes[at] == 0xa5);
    if (size > 0) CALL(errors, fg_frame_copy_to, frame->handle, chosen, bytes.data(), size - 1);
}

inline void refer(World &world, Dice &dice) {
    const auto frame = world.frames.any(dice);
    if (!frame) return;
    HOLDS(fg_frame_references(frame->handle) >= 1 && fg_frame_references(nullptr) == 0);
    fg_frame *again = fg_frame_retain(frame->handle);
    HOLDS(again == frame->handle && fg_frame_references(frame->handle) >= 2);
    HOLDS(fg_frame_retain(nullptr) == nullptr);
    fg_frame_release(nullptr);
    world.frames.put(dice, owned(again));
}

inline void random_frame(World &world, Dice &dice) {
    std::shared_ptr<Frame> made;
    switch (dice.below(12)) {
    case 0:
    case 1: made = new_frame(world, dice); break;
    case 2:
    case 3: made = wrapped_frame(world, dice); break;
    case 4: made = derived_frame(world, dice); break;
    case 5: return refer(world, dice);
    case 6: world.frames.take(dice); return; // the last reference, or one of many
    case 7: made = scaled_frame(world, dice); break;
    case 8: made = owned(new_sound(world, dice)); break;
    case 9: made = owned(wrapped_sound(world, dice, memory_is_free)); break;
    case 10: {
        const auto frame = world.frames.any(dice);
        return resample(world, dice, frame ? frame->handle : nullptr);
    }
    default: return copy_out(world, dice);
    }
    if (made) world.frames.put(dice, std::move(made));
}
