// roundtrip [frames]: framegate.hpp from end to end: encode, mux, demux and decode on one thread, with the
// gate's statuses as values.
#include "check.h"

#include <framegate.hpp>

#include <string>
#include <vector>

namespace fg = framegate;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t width = 64, height = 48;
constexpr auto frame_time = 40ms;

fg::Frame picture(std::uint32_t index) {
    fg::VideoInfo info(FG_PIXEL_I420, width, height, index * frame_time);
    info.duration_us = std::chrono::microseconds(frame_time).count();
    info.id = index + 1;
    fg::Frame frame(info);
    std::vector<std::uint8_t> pixels(frame.allocation_size());
    for (std::size_t i = 0; i < pixels.size(); i++) {
        pixels[i] = static_cast<std::uint8_t>(64 + (i % width + index * 4) % 100);
    }
    frame.copy_from(pixels);
    return frame;
}

fg::Config encoder_config() {
    fg::Config config("avc1.64001f");
    config.set("width", width).set("height", height).set("framerate", 25.0).set("bitrate", 1'000'000);
    config.set("slots", 4);
    return config;
}

// Runs `take` on every output that is there, or on all up to the end of the flush.
template <class Codec, class Take> void take_all(Codec &codec, bool to_the_end, Take take) {
    fg::Output output;
    while (codec.poll(output, to_the_end ? fg::forever : 0ms) == fg::Flow::ok) {
        if (output.kind() == fg::OutputKind::flushed) return;
        take(output);
    }
}

// Enqueues on a thread that is the only one: what comes out meanwhile is taken, and nothing can hang.
template <class Codec, class Input, class Take> void send(Codec &codec, const Input &input, Take take) {
    while (codec.enqueue(input, 0ms) != fg::Flow::ok) {
        const fg::Ready ready = codec.wait();
        CHECK(ready.enqueue || ready.poll);
        take_all(codec, false, take);
    }
}

void write_file(const std::string &path, std::uint32_t count) {
    fg::Encoder encoder(encoder_config());
    fg::Muxer muxer(path);
    muxer.set("title", "A round trip").set("startAtZero", "false");
    std::uint32_t chunks = 0;
    const auto take = [&](fg::Output &output) {
        CHECK(output.kind() == fg::OutputKind::chunk);
        CHECK(output.duration() == std::optional<std::chrono::microseconds>(frame_time));
        CHECK(output.timestamp() == (output.id() - 1) * frame_time);
        if (chunks++ == 0) {
            CHECK(output.key() && output.config().has_value());
            CHECK(output.config()->get_bytes("description").has_value());
            CHECK(output.config()->get("framerate") == "25"); // for the muxer
            muxer.add_track(*output.config());
        }
        muxer.write(0, output.chunk());
    };
    for (std::uint32_t i = 0; i < count; i++) send(encoder, picture(i), take);
    encoder.flush();
    take_all(encoder, true, take);
    CHECK_EQUAL(chunks, count);
    CHECK_EQUAL(encoder.stats().releases, count);
    muxer.finish();
}

void read_file(const std::string &path, std::uint32_t count) {
    fg::Limits limits;
    limits.max_pixels = std::uint64_t{width} * height;
    fg::Demuxer demuxer(path, limits);
    CHECK_EQUAL(demuxer.track_count(), 1);
    CHECK(demuxer.get("title") == "A round trip");
    limits.max_pixels--;
    try {
        fg::Demuxer refused(path, limits);
        CHECK(false);
    } catch (const fg::Error &error) {
        CHECK_EQUAL(error.status(), FG_ERROR_NOT_SUPPORTED);
    }
    fg::Config config = demuxer.track(0);
    config.set("flip", false);
    CHECK(config.medium() == fg::Medium::video);
    CHECK(fg::Config("opus").medium() == fg::Medium::audio);
    CHECK(fg::Decoder::is_supported(config));
    fg::Decoder decoder(config);
    std::uint32_t frames = 0;
    const auto take = [&](fg::Output &output) {
        CHECK(output.kind() == fg::OutputKind::frame);
        CHECK(output.timestamp() == frames * frame_time);
        const std::vector<std::uint8_t> want = picture(frames++).copy(), got = output.frame()->copy();
        CHECK_EQUAL(want.size(), got.size());
        for (std::size_t i = 0; i < got.size(); i++) CHECK(std::abs(got[i] - want[i]) < 64);
        CHECK_EQUAL(output.frame()->copy(fg::CopyOptions(FG_PIXEL_RGBA)).size(), width * height * 4);
    };
    while (const auto packet = demuxer.read()) send(decoder, packet->chunk, take);
    decoder.flush();
    take_all(decoder, true, take);
    CHECK_EQUAL(frames, count);
}

// Pictures that come in pairs of the same time: all are in the file.
void write_equal_timestamps(const std::string &path, std::uint32_t count) {
    fg::Encoder encoder(encoder_config());
    fg::Muxer muxer(path);
    std::uint32_t chunks = 0;
    const auto take = [&](fg::Output &output) {
        if (chunks++ == 0) muxer.add_track(*output.config());
        muxer.write(0, output.chunk());
    };
    for (std::uint32_t i = 0; i < count; i++) {
        fg::VideoInfo info(FG_PIXEL_I420, width, height, i / 2 * frame_time);
        send(encoder, fg::Frame(info), take);
    }
    encoder.flush();
    take_all(encoder, true, take);
    muxer.finish();
    fg::Demuxer demuxer(path);
    std::uint32_t read = 0;
    for (; const auto packet = demuxer.read(); read++) CHECK(!packet->chunk.discard() && packet->chunk.duration() > 0us);
    CHECK_EQUAL(read, count);
}

} // namespace

int main(int argc, char **argv) {
    check_begin();
    const std::uint32_t count = check_argument(argc, argv, 1, 30);
    char directory[] = "/tmp/framegate-roundtrip-XXXXXX";
    CHECK(mkdtemp(directory) != nullptr);
    const std::string path = std::string(directory) + "/clip.mp4";
    write_file(path, count);
    read_file(path, count);
    write_equal_timestamps(path, count);
    CHECK_EQUAL(std::remove(path.c_str()), 0);
    CHECK_EQUAL(rmdir(directory), 0);
    return 0;
}
