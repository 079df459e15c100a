// Encodes 90 frames to out.h264, on one thread, with at most 16 in flight. Failures are exceptions.
#include <framegate.hpp>
#include <cstring>
#include <fstream>

int main() {
    framegate::Config config("avc1.42001f");
    config.set("width", 640).set("height", 360).set("avc.format", "annexb");
    framegate::Encoder encoder(config);
    framegate::Output output;
    std::ofstream file("out.h264", std::ios::binary);
    for (int sent = 0; output.kind() != framegate::OutputKind::flushed;) {
        const auto ready = sent < 90 ? encoder.wait() : framegate::Ready{false, encoder.wait_poll()};
        if (ready.enqueue) {
            framegate::Frame frame(framegate::VideoInfo(FG_PIXEL_RGBA, 640, 360, std::chrono::microseconds(sent * 1'000'000LL / 30)));
            const auto planes = frame.planes();
            std::memset(planes.data[0], sent * 2, planes.stride[0] * planes.rows[0]);             // draw
            encoder.enqueue(frame);
            if (++sent == 90) encoder.flush();
        }
        if (ready.poll && encoder.poll(output) == framegate::Flow::ok)                            // releases the one before
            file.write(reinterpret_cast<const char *>(output.data().data()), static_cast<std::streamsize>(output.data().size()));
    }
}
