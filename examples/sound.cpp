// Encodes three seconds of a tone to out.aac (ADTS), with at most 16 AAC frames in flight. Failures are exceptions.
#include <framegate.hpp>
#include <fstream>

int main() {
    constexpr int rate = 48000, part = 960;
    framegate::Config config("mp4a.40.2");
    config.set("sampleRate", rate).set("numberOfChannels", 1).set("aac.format", "adts");
    framegate::Encoder encoder(config);
    framegate::Output output;
    std::ofstream file("out.aac", std::ios::binary);
    for (int sent = 0; output.kind() != framegate::OutputKind::flushed;) {
        const auto ready = sent < 3 * rate ? encoder.wait() : framegate::Ready{false, encoder.wait_poll()};
        if (ready.enqueue) {
            framegate::Frame frame(framegate::AudioInfo(FG_SAMPLE_S16, rate, 1, part, std::chrono::microseconds(sent * 1'000'000LL / rate)));
            const auto planes = frame.planes();
            for (int i = 0; i < part; i++)
                reinterpret_cast<std::int16_t *>(planes.data[0])[i] = static_cast<std::int16_t>((sent + i) * 600 % 65536 / 4 - 8192); // 440 Hz
            encoder.enqueue(frame);
            if ((sent += part) == 3 * rate) encoder.flush();
        }
        if (ready.poll && encoder.poll(output) == framegate::Flow::ok)
            file.write(reinterpret_cast<const char *>(output.data().data()), static_cast<std::streamsize>(output.data().size()));
    }
}
