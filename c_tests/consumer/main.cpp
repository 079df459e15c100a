// A C++ program that uses the installed library: one frame through an encoder.
#include <framegate.hpp>

#include <exception>
#include <iostream>

int main() {
    try {
        framegate::Config config("avc1.42001f");
        config.set("width", 64).set("height", 48);
        framegate::Encoder encoder(config);
        encoder.enqueue(framegate::Frame(framegate::VideoInfo(FG_PIXEL_I420, 64, 48)));
        encoder.flush();
        framegate::Output output;
        encoder.poll(output);
        std::cout << "framegate " << framegate::version() << ": a chunk of " << output.data().size()
                  << " bytes\n";
        return output.data().empty();
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
