// roundtrip [frames]: framegate.hpp from end to end: encode, mux, demux and decode on one thread, with the
// gate's statuses as values. H.264 in MP4, and VP9 with alpha in WebM and with layers.
#include "check.h"

#include <framegate.hpp>

#include <optional>
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

// What a chunk was, to be compared and used when its output is gone.
struct Kept {
    std::vector<std::uint8_t> bytes, alpha;
    bool key;
    std::chrono::microseconds timestamp;
    std::uint32_t layer;

    explicit Kept(const fg::Output &output)
        : bytes(output.data().begin(), output.data().end()),
          alpha(output.alpha_data().begin(), output.alpha_data().end()), key(output.key()),
          timestamp(output.timestamp()), layer(output.temporal_layer()) {}

    fg::Chunk chunk() const { return fg::Chunk(bytes, key, timestamp).set_alpha(alpha); }
};

fg::Config vp9_config(const char *key, const char *value) {
    fg::Config config("vp09.00.10.08");
    config.set("width", width).set("height", height).set("bitrate", 1'000'000).set("slots", 4).set(key, value);
    return config;
}

bool same(fg::Bytes bytes, const std::vector<std::uint8_t> &others) {
    return std::vector<std::uint8_t>(bytes.begin(), bytes.end()) == others;
}

// Opaque to transparent from left to right, whatever the picture.
std::uint8_t alpha_at(std::size_t column) { return static_cast<std::uint8_t>(column * 4); }

fg::Frame glass(std::uint32_t index) {
    fg::Frame frame(fg::VideoInfo(FG_PIXEL_I420A, width, height, index * frame_time));
    std::vector<std::uint8_t> pixels = picture(index).copy();
    for (std::size_t i = 0; i < std::size_t{width} * height; i++) pixels.push_back(alpha_at(i % width));
    frame.copy_from(pixels);
    return frame;
}

// Encodes with alpha, and writes and reads a file with it; what is read, and a chunk of one's own bytes, decode to it.
void alpha_goes_through(const std::string &path, std::uint32_t count) {
    check_stage = "alpha";
    fg::Encoder encoder(vp9_config("alpha", "keep"));
    fg::Muxer muxer(path);
    std::vector<Kept> kept;
    std::optional<fg::Config> decoder_config;
    const auto take = [&](fg::Output &output) {
        CHECK(!output.alpha_data().empty() && same(output.chunk().alpha_bytes(), Kept(output).alpha));
        if (kept.empty()) {
            decoder_config.emplace(*output.config());
            muxer.add_track(*output.config());
        }
        muxer.write(0, output.chunk());
        kept.emplace_back(output);
    };
    for (std::uint32_t i = 0; i < count; i++) send(encoder, glass(i), take);
    encoder.flush();
    take_all(encoder, true, take);
    muxer.finish();
    CHECK_EQUAL(kept.size(), count);

    std::uint32_t frames = 0;
    const auto look = [&](fg::Output &output) {
        CHECK_EQUAL(output.frame()->info().format, FG_PIXEL_I420A);
        CHECK(output.timestamp() == frames++ % count * frame_time);
        const std::vector<std::uint8_t> got = output.frame()->copy();
        const std::size_t size = std::size_t{width} * height;
        for (std::size_t i = 0; i < size; i++) {
            CHECK(std::abs(got[got.size() - size + i] - alpha_at(i % width)) < 40);
        }
    };
    fg::Demuxer demuxer(path);
    fg::Decoder decoder(demuxer.track(0));
    for (std::size_t at = 0; const auto packet = demuxer.read(); at++) {
        CHECK(same(packet->chunk.bytes(), kept[at].bytes) && same(packet->chunk.alpha_bytes(), kept[at].alpha));
        send(decoder, packet->chunk, look);
    }
    decoder.flush();
    take_all(decoder, true, look);
    CHECK_EQUAL(frames, count);
    decoder.configure(*decoder_config);
    for (const Kept &each : kept) send(decoder, each.chunk(), look);
    decoder.flush();
    take_all(decoder, true, look);
    CHECK_EQUAL(frames, 2 * count);
    CHECK(fg::Chunk(kept[0].bytes, true, 0us).alpha_bytes().empty());
}

// Without the upper layers the others decode to the same pictures.
void layers_can_be_left_out(std::uint32_t count) {
    check_stage = "layers";
    const std::uint32_t pattern[] = {0, 2, 1, 2};
    fg::Encoder encoder(vp9_config("scalabilityMode", "L1T3"));
    std::vector<Kept> kept;
    std::optional<fg::Config> decoder_config;
    const auto take = [&](fg::Output &output) {
        CHECK_EQUAL(output.temporal_layer(), pattern[kept.size() % 4]);
        if (kept.empty()) decoder_config.emplace(*output.config());
        kept.emplace_back(output);
    };
    for (std::uint32_t i = 0; i < count; i++) send(encoder, picture(i), take);
    encoder.flush();
    take_all(encoder, true, take);
    CHECK_EQUAL(kept.size(), count);

    std::vector<std::vector<std::uint8_t>> whole;
    for (const std::uint32_t most : {2u, 1u, 0u}) {
        fg::Decoder decoder(*decoder_config);
        std::uint32_t frames = 0, wanted = 0;
        const auto look = [&](fg::Output &output) {
            const auto index = static_cast<std::size_t>(output.timestamp() / frame_time);
            if (most == 2) whole.push_back(output.frame()->copy());
            CHECK(output.frame()->copy() == whole[index]);
            frames++;
        };
        for (const Kept &each : kept) {
            if (each.layer > most) continue;
            send(decoder, each.chunk(), look);
            wanted++;
        }
        decoder.flush();
        take_all(decoder, true, look);
        CHECK_EQUAL(frames, wanted);
    }
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
    const std::string glass_path = std::string(directory) + "/glass.webm";
    alpha_goes_through(glass_path, count);
    CHECK_EQUAL(std::remove(glass_path.c_str()), 0);
    layers_can_be_left_out(count);
    CHECK_EQUAL(rmdir(directory), 0);
    return 0;
}
