// Calls on demuxers and muxers, on real, cut and flipped files.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include "chunks.hpp"

inline const char *const ENDINGS[] = {"mp4", "mp4", "mkv", "mov", "ts", "h264", "webm", "avi", "nonsense"};

inline std::string some_path(World &world, Dice &dice) {
    return world.dir + "/" + std::to_string(dice.below(6)) + "." + dice.pick(ENDINGS);
}

inline bool read_file(const std::string &path, Bytes &bytes) {
    FILE *file = fopen(path.c_str(), "rb");
    if (file == nullptr) return false;
    bytes.resize(1u << 21);
    bytes.resize(fread(bytes.data(), 1, bytes.size(), file));
    fclose(file);
    return true;
}

// A file that is there, or a damaged copy of it.
inline std::string path_to_read(World &world, Dice &dice) {
    std::string path = some_path(world, dice);
    if (!world.clips.empty() && dice.once_in(3))
        path = world.clips[dice.below(static_cast<uint32_t>(world.clips.size()))];
    Bytes bytes;
    if (!dice.once_in(3) || !read_file(path, bytes)) return path;
    for (uint32_t more = dice.below(4); more > 0; more--) damage(dice, bytes);
    const std::string damaged = world.dir + "/damaged" + std::to_string(dice.below(4));
    FILE *file = fopen(damaged.c_str(), "wb");
    if (file == nullptr) return path;
    fwrite(bytes.data(), 1, bytes.size(), file);
    fclose(file);
    return damaged;
}

inline void open_demuxer(World &world, Dice &dice) {
    static const char *const odd[] = {"", "/", "http://localhost/x.mp4", "/dev/null", "concat:a|b", "pipe:0"};
    const std::string path = dice.once_in(20) ? dice.pick(odd) : path_to_read(world, dice);
    fg_demuxer *demuxer = nullptr;
    const auto allowed = allow(FG_ERROR_IO, FG_ERROR_DATA, FG_ERROR_NOT_SUPPORTED, FG_ERROR_INVALID_ARGUMENT, FG_ERROR_OUT_OF_MEMORY);
    const char *const given = dice.once_in(60) ? nullptr : path.c_str();
    fg_limits limits = FG_LIMITS_INIT;
    if (dice.once_in(2)) limits.max_streams = dice.below(4);
    if (dice.once_in(2)) limits.probe_bytes = dice.below(100000);
    if (dice.once_in(2)) limits.max_pixels = dice.below(100000);
    if (dice.once_in(2)) limits.max_side = dice.below(2000);
    if (dice.once_in(2)) limits.max_samples = dice.below(10000);
    if (dice.once_in(2)) limits.max_buffered_chunks = dice.below(8);
    if (dice.once_in(2)) limits.max_buffered_bytes = dice.below(100000);
    limits.reserved = dice.once_in(60);
    std::shared_ptr<HostBytes> bytes;
    FILE *const file = dice.once_in(3) ? fopen(path.c_str(), "rb") : nullptr;
    if (file != nullptr) {
        bytes = std::make_shared<HostBytes>(file, dice.once_in(3) ? dice.below(100) : 0);
        const fg_io io = bytes->io(!dice.once_in(4));
        if (dice.once_in(2))
            CALL(allowed, fg_demuxer_open_io, dice.once_in(60) ? nullptr : &io, &demuxer);
        else
            CALL(allowed, fg_demuxer_open_io_limits, &io, dice.once_in(4) ? nullptr : &limits, &demuxer);
    } else if (dice.once_in(2)) {
        CALL(allowed, fg_demuxer_open, given, &demuxer);
    } else {
        CALL(allowed, fg_demuxer_open_limits, given, dice.once_in(4) ? nullptr : &limits, &demuxer);
    }
    if (demuxer != nullptr) world.demuxers.put(dice, std::make_shared<Demuxer>(demuxer, bytes));
}

inline void read_on(World &world, Dice &dice, Demuxer &demuxer) {
    const auto decoder = world.decoders.any(dice);
    const std::lock_guard<std::mutex> lock(demuxer.reading);
    fg_chunk chunk = FG_CHUNK_INIT;
    uint32_t track = 0;
    const Allowed errors =
        allow(FG_END, FG_ERROR_DATA, FG_ERROR_IO, FG_ERROR_NOT_SUPPORTED, FG_ERROR_OUT_OF_MEMORY);
    if (dice.once_in(8)) {
        const int64_t times[] = {0, -1, 500000, static_cast<int64_t>(dice.below(1u << 24)), INT64_MAX, INT64_MIN};
        CALL(errors | allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_INVALID_STATE), fg_demuxer_seek, demuxer.handle, dice.below(3),
             times[dice.below(6)]);
    }
    if (dice.once_in(20)) CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_demuxer_select, demuxer.handle, dice.below(3), dice.below(3));
    fg_status status;
    if (dice.once_in(3)) {
        track = dice.below(3);
        status = CALL(errors | allow(FG_ERROR_WOULD_DEADLOCK, FG_ERROR_INVALID_ARGUMENT, FG_ERROR_INVALID_STATE),
                      fg_demuxer_read_track, demuxer.handle, track, &chunk);
    } else {
        status = CALL(errors, fg_demuxer_read, demuxer.handle, &track, &chunk);
    }
    if (status != FG_OK) return;
    HOLDS(track < fg_demuxer_track_count(demuxer.handle));
    HOLDS(chunk.data != nullptr || chunk.size == 0);
    chunk.id = world.last_id.fetch_add(1) + 1;
    chunk.timestamp_us = time_of(chunk.id);
    // Not for ever: the one who reads would keep the others from freeing the demuxer.
    if (decoder && dice.once_in(2))
        CALL(FULL | ENDED | allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_DATA, FG_ERROR_INVALID_STATE),
             fg_decoder_enqueue, decoder->handle, &chunk, 0);
}

inline void random_demuxer(World &world, Dice &dice) {
    const auto demuxer = world.demuxers.any(dice);
    if (!demuxer || dice.once_in(12)) return open_demuxer(world, dice);
    if (!dice.once_in(8)) return read_on(world, dice, *demuxer);
    if (dice.once_in(8)) return world.demuxers.remove(demuxer);
    const uint32_t count = fg_demuxer_track_count(demuxer->handle);
    HOLDS(fg_demuxer_track_count(nullptr) == 0);
    const uint32_t track = dice.below(count + 1);
    char text[64];
    static const char *const keys[] = {"title", "titel", "format", "tags.encoder", "chapters.0.start", "covers.0"};
    CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_demuxer_get, demuxer->handle, dice.pick(keys), text,
         dice.below(sizeof text + 1));
    CALL(allow(FG_ERROR_INVALID_ARGUMENT, FG_END), fg_demuxer_key, demuxer->handle, dice.below(8), text,
         dice.below(sizeof text + 1));
    const uint8_t *bytes = nullptr;
    size_t size = 0;
    CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_demuxer_get_bytes, demuxer->handle, dice.pick(keys), &bytes, &size);
    fg_file_info file = FG_FILE_INFO_INIT;
    CALL(allow(), fg_demuxer_info, demuxer->handle, &file);
    HOLDS(file.track_count == count);
    fg_track_info of_track = FG_TRACK_INFO_INIT;
    const fg_status told = CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_demuxer_track_info, demuxer->handle, track, &of_track);
    HOLDS((told == FG_OK) == (track < count));
    fg_config *config = nullptr;
    const fg_status status = CALL(allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_NOT_SUPPORTED), fg_demuxer_track,
                                  demuxer->handle, track, &config);
    HOLDS(status != FG_OK || track < count);
    if (config != nullptr) world.configs.put(dice, owned(config, OF_STREAM));
}

inline void set_on(Dice &dice, fg_muxer *muxer) {
    static const char *const keys[] = {"startAtZero", "title", "faststart", "fragmentDuration", ""};
    static const char *const values[] = {"true", "false", "A title", "40000", ""};
    CALL(allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_INVALID_STATE), fg_muxer_set, muxer, dice.pick(keys),
         dice.once_in(20) ? nullptr : dice.pick(values));
}

inline void open_muxer(World &world, Dice &dice) {
    const std::string path = dice.once_in(30) ? world.dir + "/none/x.mp4" : some_path(world, dice);
    fg_muxer *made = nullptr;
    const Allowed refusals = allow(FG_ERROR_IO, FG_ERROR_NOT_SUPPORTED, FG_ERROR_INVALID_ARGUMENT);
    std::shared_ptr<HostBytes> bytes;
    FILE *const file = dice.once_in(3) ? tmpfile() : nullptr;
    if (file != nullptr) {
        bytes = std::make_shared<HostBytes>(file, dice.once_in(3) ? dice.below(100) : 0);
        const fg_io io = bytes->io(!dice.once_in(4));
        CALL(refusals, fg_muxer_create_io, dice.once_in(60) ? nullptr : &io, dice.pick(ENDINGS), &made);
    } else {
        CALL(refusals, fg_muxer_create, dice.once_in(60) ? nullptr : path.c_str(), &made);
    }
    if (made == nullptr) return;
    auto muxer = std::make_shared<Muxer>(made, path, bytes);
    muxer->stream = world.streams.any(dice);
    if (dice.once_in(3)) set_on(dice, made);
    uint32_t track = 0;
    const Allowed errors = allow(FG_ERROR_NOT_SUPPORTED, FG_ERROR_INVALID_ARGUMENT, FG_ERROR_INVALID_STATE);
    if (muxer->stream) CALL(errors, fg_muxer_add_track, made, muxer->stream->config->handle, &track);
    if (dice.once_in(4)) {
        const auto config = world.configs.any(dice);
        CALL(errors, fg_muxer_add_track, made, config ? config->handle : nullptr, &track);
    }
    world.muxers.put(dice, std::move(muxer));
}

inline void random_muxer(World &world, Dice &dice) {
    const auto muxer = world.muxers.any(dice);
    if (!muxer || dice.once_in(20)) return open_muxer(world, dice);
    if (dice.once_in(20)) {
        CALL(allow(FG_ERROR_IO, FG_ERROR_INVALID_STATE, FG_ERROR_INVALID_ARGUMENT, FG_ERROR_DATA, FG_ERROR_NOT_SUPPORTED),
             fg_muxer_finish, muxer->handle);
        if (!dice.once_in(4)) world.muxers.remove(muxer);
        return;
    }
    if (dice.once_in(60)) return set_on(dice, muxer->handle);
    if (dice.once_in(60)) {
        uint32_t track = 0;
        const auto config = world.configs.any(dice);
        CALL(allow(FG_ERROR_NOT_SUPPORTED, FG_ERROR_INVALID_ARGUMENT, FG_ERROR_INVALID_STATE), fg_muxer_add_track,
             muxer->handle, config ? config->handle : nullptr, &track);
        return;
    }
    if (!muxer->stream) return;
    Bytes bytes;
    fg_chunk chunk = next_chunk(world, dice, *muxer->stream, muxer->cursor, bytes);
    if (!dice.once_in(20)) // in order
        chunk.timestamp_us = chunk.dts_us = static_cast<int64_t>(muxer->cursor.load()) * 40000;
    CALL(allow(FG_ERROR_INVALID_ARGUMENT, FG_ERROR_INVALID_STATE, FG_ERROR_IO, FG_ERROR_DATA, FG_ERROR_NOT_SUPPORTED),
         fg_muxer_write, muxer->handle, dice.below(20) / 19, &chunk);
}
