// raii: framegate.hpp gives everything back exactly once, throws what failed, and returns what did not.
#include "check.h"

#include <framegate.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

namespace fg = framegate;
using namespace std::chrono_literals;

namespace {

template <class T> constexpr bool moves_only() {
    return std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T> &&
           !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;
}
static_assert(moves_only<fg::Config>() && moves_only<fg::Frame>() && moves_only<fg::Output>());
static_assert(moves_only<fg::Encoder>() && moves_only<fg::Decoder>());
static_assert(moves_only<fg::Demuxer>() && moves_only<fg::Muxer>());

// The Error that `call` throws.
template <class Call> fg::Error thrown(Call call) {
    try {
        call();
    } catch (const fg::Error &error) {
        return error;
    }
    check_fail(__FILE__, __LINE__, "nothing was thrown");
    std::abort();
}

fg::Config null_config(std::uint32_t slots) {
    fg::Config config("framegate.null");
    config.set("width", 32).set("height", 16).set("slots", slots);
    return config;
}

fg::Frame frame() { return fg::Frame(fg::VideoInfo(FG_PIXEL_I420, 32, 16)); }

void configurations() {
    check_stage = "configurations";
    fg::Config config("avc1.42001f");
    config.set("framerate", 29.97).set("flip", true).set("latencyMode", "realtime").set("bitrate", 5'000'000'000);
    CHECK(config.get("framerate") == "29.97" || std::stod(*config.get("framerate")) == 29.97);
    CHECK(config.get("flip") == "true");
    CHECK(config.get("bitrate") == "5000000000");
    CHECK((config.keys() == std::vector<std::string>{"codec", "bitrate", "flip", "framerate", "latencyMode"}));
    CHECK(!config.get("displayWidth").has_value());
    CHECK(!config.get_bytes("description").has_value());
    config.set_bytes("description", std::array<std::uint8_t, 3>{1, 2, 3});
    CHECK_EQUAL(config.get_bytes("description")->size(), 3);
    CHECK_EQUAL((*config.get_bytes("description"))[2], 3);
    config.set_bytes("description", {});
    CHECK(!config.get_bytes("description").has_value());
    const std::string long_text(1000, 'x');
    config.set("contentHint", long_text);
    CHECK(config.get("contentHint") == long_text);

    const fg::Error error = thrown([&] { config.set("latencyMode", "fast"); });
    CHECK_EQUAL(error.status(), FG_ERROR_INVALID_ARGUMENT);
    CHECK(std::string(error.what()).find("latencyMode") != std::string::npos);
    CHECK(!fg::Encoder::is_supported(fg::Config("av99.0")));
    CHECK(fg::Encoder::is_supported(null_config(1)));
    CHECK_EQUAL(thrown([] { fg::Encoder encoder(fg::Config("av99.0")); }).status(), FG_ERROR_NOT_SUPPORTED);
}

void outputs_give_slots_back() {
    check_stage = "outputs";
    fg::Output outlives;
    {
        fg::Encoder encoder(null_config(1));
        const fg::Frame input = frame();
        CHECK(encoder.enqueue(input) == fg::Flow::ok);
        {
            fg::Output output;
            CHECK(!output && output.kind() == fg::OutputKind::none);
            CHECK(encoder.poll(output) == fg::Flow::ok);
            CHECK(output && encoder.stats().held == 1);
            CHECK(encoder.enqueue(input, 0ms) == fg::Flow::wait_release);
            fg::Output moved = std::move(output);
            CHECK(!output && moved); // NOLINT: what a move leaves behind is part of the promise
            CHECK_EQUAL(encoder.stats().held, 1);
        }
        CHECK_EQUAL(encoder.stats().held, 0);
        CHECK(encoder.enqueue(input) == fg::Flow::ok);
        CHECK(encoder.poll(outlives) == fg::Flow::ok);
        CHECK_EQUAL(thrown([&] { encoder.enqueue(input); }).status(), FG_ERROR_WOULD_DEADLOCK);
        outlives = fg::Output(); // an assignment releases what was there
        CHECK_EQUAL(encoder.stats().held, 0);
        CHECK(encoder.enqueue(input) == fg::Flow::ok);
        CHECK(encoder.poll(outlives) == fg::Flow::ok);
        CHECK_EQUAL(encoder.stats().releases, 2);
        CHECK(encoder.poll(outlives, 0ms) != fg::Flow::ok); // and so does a poll, also one that finds nothing
        CHECK_EQUAL(encoder.stats().releases, 3);
        CHECK(encoder.enqueue(input) == fg::Flow::ok);
        CHECK(encoder.poll(outlives) == fg::Flow::ok);
    }
    CHECK_EQUAL(outlives.timestamp().count(), 0);
}

void frames_are_shared() {
    check_stage = "frames";
    int freed = 0;
    {
        std::vector<std::uint8_t> memory(8 * 4 * 4, 7);
        fg::Planes planes;
        planes.count = 1;
        planes.data[0] = memory.data();
        planes.stride[0] = 32;
        const fg::VideoInfo info(FG_PIXEL_RGBA, 8, 4, 5us);
        fg::Frame wrapped = fg::Frame::wrap(info, planes, [&freed] { freed++; });
        const fg::Frame shared = wrapped.share();
        { const fg::Frame gone = std::move(wrapped); }
        CHECK_EQUAL(freed, 0);
        CHECK_EQUAL(shared.info().timestamp_us, 5);
        CHECK_EQUAL(shared.copy()[0], 7);
        planes.stride[0] = 31;
        CHECK_EQUAL(thrown([&] { fg::Frame::wrap(info, planes, [&freed] { freed++; }); }).status(),
                    FG_ERROR_INVALID_ARGUMENT);
        CHECK_EQUAL(freed, 0);
    }
    CHECK_EQUAL(freed, 1);
    std::vector<std::uint8_t> small(3);
    const fg::Frame input = frame();
    CHECK_EQUAL(thrown([&] { input.copy_to(small); }).status(), FG_ERROR_INVALID_ARGUMENT);
}

void sound() {
    check_stage = "sound";
    fg::Frame stereo(fg::AudioInfo(FG_SAMPLE_S16, 48000, 2, 3, -5us));
    const std::array<std::int16_t, 6> samples{-32768, 0, 16384, 1, 2, 32767};
    stereo.copy_from({reinterpret_cast<const std::uint8_t *>(samples.data()), sizeof samples});
    CHECK_EQUAL(stereo.audio_info().timestamp_us, -5);
    CHECK_EQUAL(stereo.audio_info().duration_us, 62);
    CHECK_EQUAL(stereo.planes().count, 1);
    std::array<float, 2> right{};
    stereo.copy_to({reinterpret_cast<std::uint8_t *>(right.data()), sizeof right},
                   fg::CopyOptions(FG_SAMPLE_F32_PLANAR).channel(1).frames(1));
    CHECK(right[0] == 1.0f / 32768 && right[1] == 32767.0f / 32768);
    CHECK_EQUAL(stereo.copy().size(), 12);
    CHECK_EQUAL(stereo.copy(fg::CopyOptions(FG_SAMPLE_U8).frames(0, 2)).size(), 4);
    CHECK_EQUAL(thrown([&] { stereo.info(); }).status(), FG_ERROR_INVALID_ARGUMENT);
    CHECK_EQUAL(thrown([] { frame().audio_info(); }).status(), FG_ERROR_INVALID_ARGUMENT);

    int freed = 0;
    std::array<std::array<std::uint8_t, 16>, 6> memory{};
    std::array<std::uint8_t *, 6> starts{};
    for (std::size_t channel = 0; channel < 6; channel++) {
        memory[channel].fill(static_cast<std::uint8_t>(channel));
        starts[channel] = memory[channel].data();
    }
    fg::Planes planes;
    planes.count = 6;
    const fg::AudioInfo surround(FG_SAMPLE_U8_PLANAR, 48000, 6, 16);
    CHECK_EQUAL(thrown([&] { fg::Frame::wrap(surround, planes, [&freed] { freed++; }); }).status(),
                FG_ERROR_INVALID_ARGUMENT);
    CHECK_EQUAL(freed, 0);
    planes.extended_data = starts.data();
    {
        const fg::Frame wrapped = fg::Frame::wrap(surround, planes, [&freed] { freed++; });
        const fg::Frame shared = wrapped.share();
        CHECK_EQUAL(shared.planes().start(5)[15], 5);
        CHECK_EQUAL(shared.copy(fg::CopyOptions().channel(4))[0], 4);
    }
    CHECK_EQUAL(freed, 1);
}

// Encoded and decoded to the same number of samples, at another rate.
void codecs_of_sound() {
    check_stage = "codecs of sound";
    fg::Resampler resampler(fg::AudioInfo(FG_SAMPLE_S16, 48000, 1, 1), fg::AudioInfo(FG_SAMPLE_F32, 24000, 1, 1));
    fg::Frame silence(fg::AudioInfo(FG_SAMPLE_S16, 48000, 1, 4800, 1000us));
    silence.copy_from(std::vector<std::uint8_t>(9600));
    resampler.push(silence);
    resampler.finish();
    CHECK_EQUAL(thrown([&] { resampler.finish(); }).status(), FG_ERROR_INVALID_STATE);

    fg::Config config("mp4a.40.2");
    config.set("sampleRate", 24000).set("numberOfChannels", 1);
    fg::Encoder encoder(config);
    std::uint32_t samples = 0;
    while (auto part = resampler.pull()) {
        CHECK_EQUAL(part->audio_info().sample_rate, 24000u);
        CHECK(encoder.enqueue(*part) == fg::Flow::ok);
        samples += part->audio_info().frames;
    }
    CHECK_EQUAL(samples, 2400u);
    encoder.flush();

    fg::Output output;
    std::optional<fg::Decoder> decoder;
    std::uint32_t priming = 0, padding = 0, decoded = 0;
    for (encoder.poll(output); output.kind() == fg::OutputKind::chunk; encoder.poll(output)) {
        if (const auto given = output.config()) {
            fg::Config own(*given);
            decoder.emplace(own.set("priming", "drop"));
            CHECK_EQUAL(output.timestamp().count(), 1000);
        }
        priming += output.priming();
        padding += output.padding();
        CHECK(decoder->enqueue(output.chunk()) == fg::Flow::ok);
    }
    CHECK_EQUAL(priming, 1024u);
    CHECK_EQUAL((1024 + 2400 + padding) % 1024, 0u);
    decoder->flush();
    for (decoder->poll(output); output.kind() == fg::OutputKind::frame; decoder->poll(output))
        decoded += output.frame()->audio_info().frames;
    CHECK_EQUAL(decoded, 2400u);
}

void close_wakes() {
    check_stage = "close";
    fg::Encoder encoder(null_config(2));
    std::thread other([&] {
        fg::Output output;
        CHECK_EQUAL(thrown([&] { encoder.poll(output); }).status(), FG_ERROR_CLOSED);
    });
    encoder.close();
    other.join();
    CHECK(encoder.error().empty());
    CHECK_EQUAL(thrown([&] { encoder.flush(); }).status(), FG_ERROR_CLOSED);
}

void timeouts_and_statuses() {
    check_stage = "timeouts";
    fg::Encoder encoder(null_config(1));
    fg::Output output;
    CHECK(encoder.poll(output, 0ms) == fg::Flow::wait_input);
    CHECK(!encoder.wait_poll(1ms));
    CHECK(encoder.wait_enqueue(24h * 365 * 100)); // longer than the C API can say
    CHECK(std::string(fg::status_name(fg::Flow::wait_input)) == "FG_WAIT_INPUT");
    const std::uint64_t id = encoder.flush();
    CHECK(encoder.poll(output) == fg::Flow::ok);
    CHECK(output.kind() == fg::OutputKind::flushed && output.flush_id() == id);
    encoder.reset();
    CHECK_EQUAL(thrown([&] { encoder.flush(); }).status(), FG_ERROR_INVALID_STATE);
    encoder.configure(null_config(1));
    CHECK(encoder.wait().enqueue);
    CHECK(!encoder.wait().dequeue); // not asked for
    CHECK(encoder.wait_dequeue(0ms)); // nothing waits for the codec
    CHECK_EQUAL(fg::abi_version(), fg_abi_version());
    CHECK_EQUAL(close(encoder.wake_fd()), 0);
    CHECK_EQUAL(thrown([] { fg::Demuxer demuxer("/nowhere.mp4"); }).status(), FG_ERROR_IO);
}

void wait_sets() {
    check_stage = "wait sets";
    fg::WaitSet set;
    fg::Encoder encoder(null_config(1));
    std::array<std::uint64_t, 4> keys{};
    encoder.join(set, 42);
    CHECK_EQUAL(set.wait(keys, 0ms), 1);
    CHECK_EQUAL(keys[0], 42);
    CHECK_EQUAL(set.wait(keys, 0ms), 0);
    fg::Output output;
    CHECK(encoder.poll(output, 0ms) == fg::Flow::wait_input);
    CHECK(encoder.enqueue(frame(), 0ms) == fg::Flow::ok);
    CHECK_EQUAL(set.wait(keys, fg::forever), 1);
    encoder.leave();
    std::thread([&] {
        fg::WaitSet own = fg::WaitSet::for_thread();
        encoder.join(own, 7);
        CHECK_EQUAL(own.wait(keys, fg::forever), 1);
        encoder.leave();
    }).join();
    encoder.close();
    CHECK_EQUAL(set.wait(keys, 0ms), 0);
    const int fd = set.fd();
    CHECK_EQUAL(close(fd), 0);
}

void derived_frames() {
    check_stage = "derived frames";
    fg::VideoInfo info(FG_PIXEL_RGBA, 4, 2, 7us);
    fg::Frame base(info);
    std::vector<std::uint8_t> pixels(4 * 2 * 4, 9);
    base.copy_from(pixels);
    CHECK_EQUAL(base.references(), 1);
    CHECK(!base.info().reference_lost());
    info.flags = FG_VIDEO_FLAG_REFERENCE_LOST;
    CHECK(info.reference_lost());
    info.flags = 0;
    info.format = FG_PIXEL_RGBX;
    info.visible_x = 1;
    info.visible_width = 3;
    info.visible_height = 2;
    info.timestamp_us = -5;
    {
        fg::Frame derived = base.derive(info);
        CHECK_EQUAL(base.references(), 2);
        CHECK_EQUAL(derived.info().timestamp_us, -5);
        CHECK_EQUAL(derived.allocation_size(), 3 * 2 * 4);
        CHECK(derived.planes().data[0] == base.planes().data[0]);
        CHECK_EQUAL(thrown([&] { base.copy_from(pixels); }).status(), FG_ERROR_INVALID_STATE);
        base = fg::Frame(fg::VideoInfo(FG_PIXEL_RGBA, 4, 2)); // the derived one keeps the pixels
        CHECK(derived.copy() == std::vector<std::uint8_t>(3 * 2 * 4, 9));
    }
    info.format = FG_PIXEL_BGRA;
    CHECK_EQUAL(thrown([&] { base.derive(info); }).status(), FG_ERROR_INVALID_ARGUMENT);
    info.format = FG_PIXEL_RGBA;
    info.coded_width = 5;
    CHECK_EQUAL(thrown([&] { base.derive(info); }).status(), FG_ERROR_INVALID_ARGUMENT);
    CHECK_EQUAL(base.references(), 1);
}

void scaled_frames() {
    check_stage = "scaled frames";
    fg::VideoInfo info(FG_PIXEL_I420, 696, 60, 7us);
    info.visible_height = 59;
    info.visible_width = 696;
    info.display_width = 1392;
    info.display_height = 59;
    fg::Frame base(info);
    base.copy_from(std::vector<std::uint8_t>(696 * 60 * 3 / 2, 77));
    fg::Frame scaled = base.scaled(16, 720);
    CHECK(scaled.copy() == std::vector<std::uint8_t>(16 * 720 * 3 / 2, 77));
    CHECK_EQUAL(scaled.info().timestamp_us, 7);
    CHECK_EQUAL(scaled.info().display_width, 32u);
    CHECK_EQUAL(scaled.info().display_height, 720u);
    scaled.copy_from(std::vector<std::uint8_t>(16 * 720 * 3 / 2, 1)); // it is its own
    CHECK_EQUAL(thrown([&] { base.scaled(0, 720); }).status(), FG_ERROR_INVALID_ARGUMENT);
    CHECK_EQUAL(thrown([&] { base.scaled(16, 32769); }).status(), FG_ERROR_INVALID_ARGUMENT);
    CHECK_EQUAL(base.references(), 1);
}

/// Bytes in memory.
struct Memory : fg::Io {
    std::vector<std::uint8_t> bytes;
    std::size_t at = 0;
    bool fails = false, is_stuck = false;

    std::size_t read(std::uint8_t *to, std::size_t size) override {
        if (fails) throw std::runtime_error("the server went away");
        size = std::min(size, bytes.size() - at);
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), size, to);
        at += size;
        return size;
    }
    std::size_t write(const std::uint8_t *from, std::size_t size) override {
        if (fails) throw std::runtime_error("the disk is full");
        bytes.resize(std::max(bytes.size(), at + size));
        std::copy_n(from, size, bytes.begin() + static_cast<std::ptrdiff_t>(at));
        at += size;
        return size;
    }
    bool can_seek() const override { return true; }
    std::int64_t seek(std::int64_t offset, std::int32_t whence) override {
        if (is_stuck) throw std::runtime_error("the head is stuck");
        const std::size_t from[] = {0, at, bytes.size()};
        at = from[whence] + static_cast<std::size_t>(offset);
        return static_cast<std::int64_t>(at);
    }
};

template <class Call> std::string words(Call call) {
    try {
        call();
    } catch (const std::runtime_error &error) {
        return error.what();
    }
    return "";
}

void bytes_of_ones_own() {
    check_stage = "bytes of one's own";
    const auto memory = std::make_shared<Memory>();
    fg::Config config("pcm-s16");
    config.set("sampleRate", 8000).set("numberOfChannels", 1);
    const std::vector<std::uint8_t> samples(160, 7);
    fg_chunk chunk = FG_CHUNK_INIT;
    chunk.data = samples.data();
    chunk.size = samples.size();
    chunk.flags = FG_CHUNK_KEY;
    chunk.duration_us = 10000;
    {
        fg::Muxer muxer(memory, "wav");
        const auto track = muxer.add_track(config);
        for (int i = 0; i < 3; i++) {
            chunk.timestamp_us = i * 10000;
            muxer.write(track, chunk);
        }
        muxer.finish();
    }
    memory->at = 0;
    fg::Demuxer demuxer(memory);
    CHECK_EQUAL(demuxer.track_count(), 1u);
    std::size_t total = 0;
    while (const auto packet = demuxer.read()) total += packet->chunk.size;
    CHECK_EQUAL(total, 3 * samples.size());
    CHECK_EQUAL(demuxer.info().duration_us, 30000);
    CHECK_EQUAL(demuxer.info().flags, fg::file_seekable);
    CHECK_EQUAL(demuxer.track_info(0).duration_us, 30000);
    CHECK_EQUAL(demuxer.track_info(0).disposition, 0u);
    CHECK(demuxer.get("format") == "wav");
    CHECK(demuxer.keys().front() == "format");
    CHECK_EQUAL(thrown([&] { demuxer.cover(0); }).status(), FG_ERROR_INVALID_ARGUMENT);
    demuxer.seek(0, 10ms);
    const auto from_there = demuxer.read(0);
    CHECK(from_there && from_there->timestamp() == 10ms && from_there->size == 2 * samples.size());
    CHECK(!demuxer.read(0));
    demuxer.select(0, false);
    CHECK_EQUAL(thrown([&] { demuxer.read(0); }).status(), FG_ERROR_INVALID_STATE);

    memory->fails = true;
    memory->at = 0;
    CHECK(words([&] { fg::Demuxer again(memory); }) == "the server went away");
    const auto full = std::make_shared<Memory>();
    full->fails = true;
    CHECK(words([&] {
              fg::Muxer muxer(full, "wav");
              muxer.write(muxer.add_track(config), chunk);
              muxer.finish();
          }) == "the disk is full");
    const auto stuck = std::make_shared<Memory>();
    const std::vector<std::uint8_t> more(600000, 7); // than what waits to be written
    chunk.data = more.data();
    chunk.size = more.size();
    chunk.duration_us = 37500000;
    CHECK(words([&] {
              fg::Muxer muxer(stuck, "wav");
              muxer.write(muxer.add_track(config), chunk);
              stuck->is_stuck = true; // the header is completed at the end
              muxer.finish();
          }) == "the head is stuck");
    CHECK_EQUAL(thrown([&] { fg::Muxer muxer(full, "xyz"); }).status(), FG_ERROR_NOT_SUPPORTED);
}

} // namespace

int main() {
    check_begin();
    configurations();
    outputs_give_slots_back();
    frames_are_shared();
    sound();
    codecs_of_sound();
    close_wakes();
    timeouts_and_statuses();
    wait_sets();
    derived_frames();
    scaled_frames();
    bytes_of_ones_own();
    return 0;
}
