// framegate.hpp: the C API of framegate.h as C++17 values. Header-only; link with libframegate as from C.
//
// - A failure (a negative status) is thrown as framegate::Error, with the status and the text. What is not
//   a failure, "not now, and what to do about it", is returned as a Flow and never thrown.
// - Config, Frame, Encoder, Decoder, Output, WaitSet, Demuxer and Muxer own what they hold: they move and do not
//   copy, and give back in the destructor. A moved-from value may only be assigned to or destroyed.
// - ConfigView and FrameView own nothing: they are valid as long as what they were taken from.
// - Threads: as in framegate.h. One Encoder or Decoder may be used by any number of threads at a time; moving
//   it and destroying it must come before or after all other uses.
//
//     framegate::Config config("avc1.42001f");
//     config.set("width", 640).set("height", 360).set("bitrate", 1'000'000);
//     framegate::Encoder encoder(config);
//     framegate::Output output;
//     ...
//     if (encoder.enqueue(frame, 0ms) == framegate::Flow::wait_poll) { encoder.poll(output); use(output.data()); }
#ifndef FRAMEGATE_HPP
#define FRAMEGATE_HPP

#include "framegate.h"

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <locale>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>
#if defined(__has_include)
#if __has_include(<version>)
#include <version>
#endif
#endif
#if defined(__cpp_lib_span)
#include <span>
#endif

namespace framegate {

/// A timeout that never ends. Zero tries once; anything else waits at most that long.
inline constexpr std::chrono::milliseconds forever{-1};

/// What a call that did not fail says: done, or not now and what to do about it (FG_OK, FG_WAIT_..., FG_END).
enum class Flow : fg_status {
    ok = FG_OK,                     ///< Done.
    wait_codec = FG_WAIT_CODEC,     ///< The codec is working: wait or try again.
    wait_input = FG_WAIT_INPUT,     ///< poll: nothing is in flight; enqueue or flush.
    wait_poll = FG_WAIT_POLL,       ///< enqueue: the gate is full and outputs are ready: poll.
    wait_release = FG_WAIT_RELEASE, ///< enqueue: the gate is full of outputs that you hold: release one.
    end = FG_END,                   ///< Demuxer: no more chunks.
};

/// What a codec has (FG_MEDIUM_...).
enum class Medium : std::int32_t {
    video = FG_MEDIUM_VIDEO, ///< Pictures.
    audio = FG_MEDIUM_AUDIO, ///< Sound.
};

/// What an Output is (FG_OUTPUT_...).
enum class OutputKind : std::int32_t {
    none = 0,                      ///< Nothing: not polled yet, or released.
    chunk = FG_OUTPUT_CHUNK,       ///< An encoded chunk.
    frame = FG_OUTPUT_FRAME,       ///< A decoded frame.
    flushed = FG_OUTPUT_FLUSHED,   ///< Everything before the flush has come out.
    error = FG_OUTPUT_ERROR,       ///< The codec failed; nothing comes after it.
};

/// A negative status with its text: what the failed call said.
class Error : public std::runtime_error {
public:
    Error(fg_status status, const std::string &text) : std::runtime_error(text), status_(status) {}

    /// The FG_ERROR_ number.
    fg_status status() const noexcept { return status_; }

private:
    fg_status status_;
};

/// A run of T's that somebody else owns. It converts to std::span where there is one.
template <class T> class span {
public:
    using element_type = T;
    using value_type = std::remove_cv_t<T>;
    using iterator = T *;

    constexpr span() noexcept = default;
    constexpr span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
    /// The elements of a container that keeps them in one piece: std::vector, std::array, std::string_view.
    template <class Container, class = std::enable_if_t<std::is_convertible_v<
                                   std::remove_pointer_t<decltype(std::declval<Container &>().data())> (*)[],
                                   T (*)[]>>>
    constexpr span(Container &&container) noexcept : data_(container.data()), size_(container.size()) {}

    constexpr T *data() const noexcept { return data_; }
    constexpr std::size_t size() const noexcept { return size_; }
    constexpr bool empty() const noexcept { return size_ == 0; }
    constexpr T *begin() const noexcept { return data_; }
    constexpr T *end() const noexcept { return data_ + size_; }
    /// The element at `index`, which is below size().
    constexpr T &operator[](std::size_t index) const noexcept { return data_[index]; }
#if defined(__cpp_lib_span)
    constexpr operator std::span<T>() const noexcept { return {data_, size_}; }
#endif

private:
    T *data_ = nullptr;
    std::size_t size_ = 0;
};

/// Bytes to read.
using Bytes = span<const std::uint8_t>;

namespace detail {

/// Throws what failed, returns what did not.
inline Flow check(fg_status status) {
    if (status < 0) throw Error(status, fg_last_error());
    return static_cast<Flow>(status);
}

/// The question of the is_config_supported functions: a NOT_SUPPORTED is an answer.
inline bool check_supported(fg_status status) {
    return status != FG_ERROR_NOT_SUPPORTED && check(status) == Flow::ok;
}

template <auto free> struct Free {
    template <class T> void operator()(T *handle) const noexcept { free(handle); }
};

/// A C handle that `free` gives back.
template <class T, auto free> using Owner = std::unique_ptr<T, Free<free>>;

/// What `create(arguments..., &handle)` makes.
template <class T, class Create, class... Arguments> T *make(Create create, Arguments... arguments) {
    T *handle = nullptr;
    check(create(arguments..., &handle));
    return handle;
}

/// Milliseconds as the C API takes them; too long is the longest.
constexpr std::int32_t to_timeout_ms(std::chrono::milliseconds timeout) noexcept {
    constexpr std::int32_t longest = std::numeric_limits<std::int32_t>::max();
    if (timeout.count() < 0) return -1;
    return timeout.count() > longest ? longest : static_cast<std::int32_t>(timeout.count());
}

/// The text that `read(text, capacity)` writes. A capacity that is too small has the same status as any other
/// bad argument, so that only a large one shows which of them it is.
template <class Read> std::string read_text(Read read, std::size_t largest = std::size_t{1} << 20) {
    for (std::size_t capacity = 256;; capacity *= 16) {
        std::string text(capacity, '\0');
        const fg_status status = read(&text[0], capacity);
        if (status == FG_ERROR_INVALID_ARGUMENT && capacity < largest) continue;
        check(status);
        text.resize(text.find('\0'));
        return text;
    }
}

/// Names that a C function writes one by one, until FG_END.
template <class Read> std::vector<std::string> read_names(Read read) {
    std::vector<std::string> names;
    for (bool more = true; more;) {
        std::string name = read_text([&](char *text, std::size_t capacity) {
            const fg_status status = read(names.size(), text, capacity);
            more = status != FG_END;
            return more ? status : FG_OK;
        });
        if (more) names.push_back(std::move(name));
    }
    return names;
}

/// A time that `absent` says is not known.
constexpr std::optional<std::chrono::microseconds> known(std::int64_t us, std::int64_t absent) noexcept {
    return us == absent ? std::nullopt : std::optional(std::chrono::microseconds(us));
}

/// A number as the configuration spells it, whatever the process's locale.
template <class Number> std::string spell(Number number) {
    if constexpr (std::is_same_v<Number, bool>) {
        return number ? "true" : "false";
    } else {
        std::ostringstream text;
        text.imbue(std::locale::classic());
        text.precision(std::numeric_limits<Number>::max_digits10 > 0
                           ? std::numeric_limits<Number>::max_digits10
                           : 20);
        text << +number;
        return text.str();
    }
}

} // namespace detail

/// The version of the library that is loaded, as in "0.1.0".
inline const char *version() noexcept { return fg_version(); }
/// The number of its binary interface.
inline std::uint32_t abi_version() noexcept { return fg_abi_version(); }
/// The version of the FFmpeg libraries that it runs on.
inline const char *ffmpeg_version() noexcept { return fg_ffmpeg_version(); }

/// fg_set_av_log_callback, for a function of FFmpeg's type.
template <typename Callback> void set_av_log_callback(Callback *callback) noexcept {
    fg_set_av_log_callback(reinterpret_cast<void (*)()>(callback));
}
/// The name of a status, as in "FG_WAIT_POLL".
inline const char *status_name(fg_status status) noexcept { return fg_status_name(status); }
inline const char *status_name(Flow flow) noexcept { return fg_status_name(static_cast<fg_status>(flow)); }

// ---- The plain structs, with their defaults -------------------------------------------------------------

/// fg_video_info with its defaults: colour and duration unknown, everything visible.
struct VideoInfo : fg_video_info {
    VideoInfo() noexcept : fg_video_info(FG_VIDEO_INFO_INIT) {}
    VideoInfo(std::int32_t pixel_format, std::uint32_t width, std::uint32_t height,
              std::chrono::microseconds timestamp = {}) noexcept
        : VideoInfo() {
        format = pixel_format;
        coded_width = width;
        coded_height = height;
        timestamp_us = timestamp.count();
    }

    /// A decoded picture was made from others that never came: it is not as it was encoded.
    bool reference_lost() const noexcept { return (flags & FG_VIDEO_FLAG_REFERENCE_LOST) != 0; }
};

/// fg_audio_info with its defaults.
struct AudioInfo : fg_audio_info {
    AudioInfo() noexcept : fg_audio_info(FG_AUDIO_INFO_INIT) {}
    /// `samples` of each of the channels.
    AudioInfo(std::int32_t sample_format, std::uint32_t rate, std::uint32_t channel_count, std::uint32_t samples,
              std::chrono::microseconds timestamp = {}) noexcept
        : AudioInfo() {
        format = sample_format;
        sample_rate = rate;
        channels = channel_count;
        frames = samples;
        timestamp_us = timestamp.count();
    }
};

/// fg_planes, empty.
struct Planes : fg_planes {
    Planes() noexcept : fg_planes(FG_PLANES_INIT) {}

    /// The first byte of a plane, also of sound with more than four.
    std::uint8_t *start(std::uint32_t plane) const noexcept {
        return extended_data == nullptr ? data[plane] : extended_data[plane];
    }
};

/// fg_copy_options with its defaults: the visible part of a picture, tightly packed, or all frames of sound, or of its first
/// channel if it is planar; in the frame's own format.
struct CopyOptions : fg_copy_options {
    CopyOptions() noexcept : fg_copy_options(FG_COPY_OPTIONS_INIT) {}
    /// The same as another format: FG_PIXEL_... or FG_SAMPLE_...
    explicit CopyOptions(std::int32_t other_format) noexcept : CopyOptions() { format = other_format; }

    /// Sound in a planar format: which channel.
    CopyOptions &channel(std::uint32_t index) noexcept {
        plane = index;
        return *this;
    }
    /// Sound: which frames; a count of 0 is all that follow.
    CopyOptions &frames(std::uint32_t first, std::uint32_t count = 0) noexcept {
        frame_offset = first;
        frame_count = count;
        return *this;
    }
};

/// fg_encode_options with its defaults.
struct EncodeOptions : fg_encode_options {
    EncodeOptions() noexcept : fg_encode_options(FG_ENCODE_OPTIONS_INIT) {}
};

/// fg_stats, zero.
struct Stats : fg_stats {
    Stats() noexcept : fg_stats(FG_STATS_INIT) {}
};

/// An encoded chunk whose bytes somebody else owns. Functions that take one copy the bytes.
struct Chunk : fg_chunk {
    Chunk() noexcept : fg_chunk(FG_CHUNK_INIT) {}
    Chunk(Bytes bytes, bool is_key, std::chrono::microseconds timestamp) noexcept : Chunk() {
        flags = is_key ? FG_CHUNK_KEY : 0;
        timestamp_us = timestamp.count();
        data = bytes.data();
        size = bytes.size();
    }

    /// True if decoding can start here.
    bool key() const noexcept { return (flags & FG_CHUNK_KEY) != 0; }
    /// True if it is decoded and not shown: a file's edit list leaves it out.
    bool discard() const noexcept { return (flags & FG_CHUNK_DISCARD) != 0; }
    /// The encoded bytes.
    Bytes bytes() const noexcept { return {data, static_cast<std::size_t>(size)}; }
    /// The encoded alpha plane, empty without alpha.
    Bytes alpha_bytes() const noexcept { return {alpha_data, static_cast<std::size_t>(alpha_size)}; }
    /// Sets the encoded alpha plane, whose bytes stay somebody else's, too; empty bytes unset it.
    Chunk &set_alpha(Bytes alpha) noexcept {
        alpha_data = alpha.data();
        alpha_size = alpha.size();
        return *this;
    }
    /// Presentation time.
    std::chrono::microseconds timestamp() const noexcept { return std::chrono::microseconds(timestamp_us); }
    /// How long it is shown.
    std::optional<std::chrono::microseconds> duration() const noexcept {
        return detail::known(duration_us, -1);
    }
    /// Decode time.
    std::optional<std::chrono::microseconds> dts() const noexcept {
        return detail::known(dts_us, FG_NO_TIMESTAMP);
    }
};

// ---- Configuration --------------------------------------------------------------------------------------

/// What can be read of a configuration, for Config and ConfigView.
template <class Self> class ConfigReader {
public:
    /// A key's value or its default; nothing where it has neither. Throws on unknown and on bytes keys.
    std::optional<std::string> get(const std::string &key) const {
        std::string value = detail::read_text([&](char *text, std::size_t capacity) {
            return fg_config_get(native(), key.c_str(), text, capacity);
        });
        return value.empty() ? std::nullopt : std::optional(std::move(value));
    }

    /// A bytes key's value; nothing if it is unset. Throws on unknown and on text keys. The bytes are valid
    /// until the configuration changes or goes.
    std::optional<Bytes> get_bytes(const std::string &key) const {
        const std::uint8_t *bytes = nullptr;
        std::size_t size = 0;
        detail::check(fg_config_get_bytes(native(), key.c_str(), &bytes, &size));
        return bytes == nullptr ? std::nullopt : std::optional(Bytes(bytes, size));
    }

    /// What the codec has. Throws FG_ERROR_NOT_SUPPORTED where nobody knows it.
    Medium medium() const {
        std::int32_t medium = 0;
        detail::check(fg_config_medium(native(), &medium));
        return static_cast<Medium>(medium);
    }

    /// The keys that are set, `codec` among them; "description" holds bytes, the others text.
    std::vector<std::string> keys() const {
        return detail::read_names([&](std::size_t index, char *text, std::size_t capacity) {
            return fg_config_key(native(), index, text, capacity);
        });
    }

private:
    const fg_config *native() const noexcept { return static_cast<const Self *>(this)->native(); }
};

/// A configuration that somebody else owns: an Output's or a Config's.
class ConfigView : public ConfigReader<ConfigView> {
public:
    explicit ConfigView(const fg_config *config) noexcept : config_(config) {}

    /// The C handle.
    const fg_config *native() const noexcept { return config_; }

private:
    const fg_config *config_;
};

/// A codec's configuration: WebCodecs member names and values.
class Config : public ConfigReader<Config> {
public:
    /// An empty configuration for a codec string. Throws if it is blank.
    explicit Config(const std::string &codec)
        : config_(detail::make<fg_config>(fg_config_new, codec.c_str())) {}
    /// Takes over what a C function gave.
    explicit Config(fg_config *owned) noexcept : config_(owned) {}
    /// A copy: of an Output's, to keep it beyond the Output.
    explicit Config(ConfigView other) : config_(detail::make<fg_config>(fg_config_copy, other.native())) {}

    /// Sets a text key. Throws, and changes nothing, on an unknown key or a bad value.
    Config &set(const std::string &key, const std::string &value) {
        detail::check(fg_config_set(config_.get(), key.c_str(), value.c_str()));
        return *this;
    }
    /// Sets a key to a number, or to true or false.
    template <class Number, class = std::enable_if_t<std::is_arithmetic_v<Number>>>
    Config &set(const std::string &key, Number value) {
        return set(key, detail::spell(value));
    }
    /// Sets a bytes key; empty bytes unset it.
    Config &set_bytes(const std::string &key, Bytes bytes) {
        detail::check(fg_config_set_bytes(config_.get(), key.c_str(), bytes.data(), bytes.size()));
        return *this;
    }

    /// The C handle, still owned by this.
    fg_config *native() const noexcept { return config_.get(); }
    /// To hand it to functions that only read it.
    operator ConfigView() const noexcept { return ConfigView(config_.get()); }

private:
    detail::Owner<fg_config, fg_config_free> config_;
};

// ---- Frames ---------------------------------------------------------------------------------------------

class Frame;

/// What can be read of a frame, for Frame and FrameView.
template <class Self> class FrameReader {
public:
    /// The facts of a picture. Throws on sound.
    VideoInfo info() const {
        VideoInfo info;
        detail::check(fg_frame_video_info(native(), &info));
        return info;
    }
    /// The facts of sound. Throws on a picture.
    AudioInfo audio_info() const {
        AudioInfo info;
        detail::check(fg_frame_audio_info(native(), &info));
        return info;
    }
    /// Where its pixels or samples lie; valid as long as the frame. Write only to frames that were never enqueued.
    Planes planes() const {
        Planes planes;
        detail::check(fg_frame_planes(native(), &planes));
        return planes;
    }
    /// How many bytes copy_to needs.
    std::size_t allocation_size(const CopyOptions &options = {}) const {
        std::size_t size = 0;
        detail::check(fg_frame_allocation_size(native(), &options, &size));
        return size;
    }
    /// Copies pixels or samples to `dest`, which has at least allocation_size(options) bytes.
    void copy_to(span<std::uint8_t> dest, const CopyOptions &options = {}) const {
        detail::check(fg_frame_copy_to(native(), &options, dest.data(), dest.size()));
    }
    /// Copies pixels or samples to a new vector.
    std::vector<std::uint8_t> copy(const CopyOptions &options = {}) const {
        std::vector<std::uint8_t> bytes(allocation_size(options));
        copy_to(bytes, options);
        return bytes;
    }
    /// Another reference to the same memory. Of an Output's frame: one that outlives the Output and is
    /// outside the gate, so that keeping many is the host's own memory to answer for.
    Frame share() const;
    /// How many references there are, the library's among them, and frames that share its memory: 1 is this one alone.
    std::uint32_t references() const noexcept { return fg_frame_references(native()); }
    /// The same pixels with other facts, without a copy. Neither may be written to any more.
    Frame derive(const fg_video_info &info) const;
    /// The visible part in another size, any to any, in memory of its own.
    Frame scaled(std::uint32_t width, std::uint32_t height) const;

private:
    fg_frame *native() const noexcept { return static_cast<const Self *>(this)->native(); }
};

/// A frame that an Output owns.
class FrameView : public FrameReader<FrameView> {
public:
    explicit FrameView(fg_frame *frame) noexcept : frame_(frame) {}

    /// The C handle.
    fg_frame *native() const noexcept { return frame_; }

private:
    fg_frame *frame_;
};

/// One reference to a picture or to sound. share() makes another. What is for one of them throws on the other.
class Frame : public FrameReader<Frame> {
public:
    /// A frame with memory of the library, writable until it is enqueued; what is in it is not defined.
    explicit Frame(const fg_video_info &info) : frame_(detail::make<fg_frame>(fg_frame_new_video, &info)) {}
    /// The same for sound.
    explicit Frame(const fg_audio_info &info) : frame_(detail::make<fg_frame>(fg_frame_new_audio, &info)) {}
    /// Takes over one reference that a C function gave.
    explicit Frame(fg_frame *owned) noexcept : frame_(owned) {}

    /// A frame around the host's memory, without a copy. `on_free` is called once, on any thread, when the
    /// library does not read the memory any more, and must not throw. If wrap throws, it is not called.
    static Frame wrap(const fg_video_info &info, const fg_planes &planes, std::function<void()> on_free) {
        return wrap_with(fg_frame_wrap_video, info, planes, std::move(on_free));
    }
    /// The same for sound, at any alignment; more than four planes stand in `planes.extended_data`.
    static Frame wrap(const fg_audio_info &info, const fg_planes &planes, std::function<void()> on_free) {
        return wrap_with(fg_frame_wrap_audio, info, planes, std::move(on_free));
    }

    /// Fills it with tightly packed pixels, or samples, plane after plane, in its own format. Throws once it was enqueued.
    void copy_from(Bytes bytes) {
        detail::check(fg_frame_copy_from(frame_.get(), bytes.data(), bytes.size()));
    }

    /// The C handle, still owned by this.
    fg_frame *native() const noexcept { return frame_.get(); }

private:
    template <class Create, class Info>
    static Frame wrap_with(Create create, const Info &info, const fg_planes &planes, std::function<void()> on_free) {
        auto owner = std::make_unique<std::function<void()>>(std::move(on_free));
        const auto call = [](void *opaque) {
            const std::unique_ptr<std::function<void()>> last(static_cast<std::function<void()> *>(opaque));
            if (*last) (*last)();
        };
        Frame frame(detail::make<fg_frame>(create, &info, &planes, +call, static_cast<void *>(owner.get())));
        static_cast<void>(owner.release()); // `call` owns it from here on
        return frame;
    }

    detail::Owner<fg_frame, fg_frame_release> frame_;
};

template <class Self> Frame FrameReader<Self>::share() const { return Frame(fg_frame_retain(native())); }
template <class Self> Frame FrameReader<Self>::derive(const fg_video_info &info) const {
    return Frame(detail::make<fg_frame>(fg_frame_derive, native(), &info));
}
template <class Self> Frame FrameReader<Self>::scaled(std::uint32_t width, std::uint32_t height) const {
    return Frame(detail::make<fg_frame>(fg_frame_scale, native(), width, height));
}

// ---- Outputs --------------------------------------------------------------------------------------------

/// What poll gave, and the slot of the gate that it takes. Destroying it or release() gives the slot back,
/// on any thread, also after its encoder or decoder is gone. Everything taken from it is valid until then.
class Output {
public:
    Output() noexcept : output_(FG_OUTPUT_INIT) {}
    Output(Output &&other) noexcept : Output() { std::swap(output_, other.output_); }
    Output &operator=(Output &&other) noexcept {
        Output moved(std::move(other));
        std::swap(output_, moved.output_);
        return *this;
    }
    ~Output() { release(); }

    /// Gives the slot back; the output is empty afterwards.
    void release() noexcept {
        if (output_.token != 0) fg_release_output(output_.token);
        output_ = FG_OUTPUT_INIT;
    }

    OutputKind kind() const noexcept { return static_cast<OutputKind>(output_.kind); }
    /// True unless it is empty.
    explicit operator bool() const noexcept { return output_.kind != 0; }

    /// The input's presentation time.
    std::chrono::microseconds timestamp() const noexcept {
        return std::chrono::microseconds(output_.timestamp_us);
    }
    /// The input's duration.
    std::optional<std::chrono::microseconds> duration() const noexcept {
        return detail::known(output_.duration_us, -1);
    }
    /// Chunks: decode time.
    std::optional<std::chrono::microseconds> dts() const noexcept {
        return detail::known(output_.dts_us, FG_NO_TIMESTAMP);
    }
    /// The number that the host gave with the input.
    std::uint64_t id() const noexcept { return output_.id; }
    /// True if decoding can start here.
    bool key() const noexcept { return (output_.flags & FG_OUTPUT_KEY) != 0; }
    /// Chunks: the encoded bytes.
    Bytes data() const noexcept { return {output_.data, static_cast<std::size_t>(output_.size)}; }
    /// Chunks: the encoded alpha plane, empty without alpha.
    Bytes alpha_data() const noexcept {
        return {output_.alpha_data, static_cast<std::size_t>(output_.alpha_size)};
    }
    /// Chunks: as Muxer::write and Decoder::enqueue take it.
    Chunk chunk() const noexcept {
        Chunk chunk;
        if (kind() == OutputKind::chunk) fg_output_chunk(&output_, &chunk); // fails on other kinds only
        return chunk;
    }
    /// Frames: the frame. FrameView::share keeps it beyond the output.
    std::optional<FrameView> frame() const noexcept {
        return output_.frame == nullptr ? std::nullopt : std::optional(FrameView(output_.frame));
    }
    /// The decoder configuration, on the first chunk and when it changed.
    std::optional<ConfigView> config() const noexcept {
        return output_.config == nullptr ? std::nullopt : std::optional(ConfigView(output_.config));
    }
    /// Flushed: the number that flush gave.
    std::uint64_t flush_id() const noexcept { return output_.flush_id; }
    /// Chunks: the temporal layer; 0 without scalability.
    std::uint32_t temporal_layer() const noexcept { return output_.temporal_layer; }
    /// Sound: samples at its beginning that the encoder has put in front of what it was given.
    std::uint32_t priming() const noexcept { return output_.priming; }
    /// Samples at its end that the encoder has put behind it.
    std::uint32_t padding() const noexcept { return output_.padding; }
    /// Errors: the FG_ERROR_ number that the handle is now closed with; the handle's error() has the text.
    fg_status status() const noexcept { return output_.status; }

    /// The C struct, still owned by this.
    const fg_output &native() const noexcept { return output_; }

private:
    template <class Api> friend class Codec;
    fg_output output_;
};

// ---- Wait sets ------------------------------------------------------------------------------------------

/// One place, and one descriptor, to wait for many encoders and decoders (see join).
class WaitSet {
public:
    WaitSet() : set_(detail::make<fg_waitset>(fg_waitset_new)) {}
    /// One that ends with the calling thread, and all handles in it, for threads that may be stopped before they can free anything.
    static WaitSet for_thread() { return WaitSet(detail::make<fg_waitset>(fg_waitset_new_for_thread)); }

    /// Takes the keys of handles where enqueue or poll may go on, into `keys`; gives how many there are. 0 when the
    /// time is up.
    std::size_t wait(span<std::uint64_t> keys, std::chrono::milliseconds timeout) {
        std::size_t count = 0;
        detail::check(fg_waitset_wait(native(), keys.data(), keys.size(), &count, detail::to_timeout_ms(timeout)));
        return count;
    }

    /// A descriptor that becomes readable when keys come up after a wait that found none. The host closes it.
    int fd() {
        std::int32_t fd = -1;
        detail::check(fg_waitset_fd(native(), &fd));
        return fd;
    }

    /// The C handle, still owned by this.
    fg_waitset *native() const noexcept { return set_.get(); }

private:
    explicit WaitSet(fg_waitset *owned) noexcept : set_(owned) {}

    detail::Owner<fg_waitset, fg_waitset_free> set_;
};

// ---- Encoders and decoders ------------------------------------------------------------------------------

namespace detail {

/// The C functions of an encoder, by the names that Codec uses.
struct EncoderApi {
    using Handle = fg_encoder;
    static constexpr auto create = &fg_encoder_new;
    static constexpr auto configure = &fg_encoder_configure;
    static constexpr auto enqueue = &fg_encoder_enqueue;
    static constexpr auto flush = &fg_encoder_flush;
    static constexpr auto poll = &fg_encoder_poll;
    static constexpr auto wait = &fg_encoder_wait;
    static constexpr auto reset = &fg_encoder_reset;
    static constexpr auto close = &fg_encoder_close;
    static constexpr auto free = &fg_encoder_free;
    static constexpr auto stats = &fg_encoder_stats;
    static constexpr auto error = &fg_encoder_error;
    static constexpr auto wake_fd = &fg_encoder_wake_fd;
    static constexpr auto join = &fg_encoder_join;
    static constexpr auto is_config_supported = &fg_encoder_is_config_supported;
};

/// The C functions of a decoder, by the names that Codec uses.
struct DecoderApi {
    using Handle = fg_decoder;
    static constexpr auto create = &fg_decoder_new;
    static constexpr auto configure = &fg_decoder_configure;
    static constexpr auto enqueue = &fg_decoder_enqueue;
    static constexpr auto flush = &fg_decoder_flush;
    static constexpr auto poll = &fg_decoder_poll;
    static constexpr auto wait = &fg_decoder_wait;
    static constexpr auto reset = &fg_decoder_reset;
    static constexpr auto close = &fg_decoder_close;
    static constexpr auto free = &fg_decoder_free;
    static constexpr auto stats = &fg_decoder_stats;
    static constexpr auto error = &fg_decoder_error;
    static constexpr auto wake_fd = &fg_decoder_wake_fd;
    static constexpr auto join = &fg_decoder_join;
    static constexpr auto is_config_supported = &fg_decoder_is_config_supported;
};

} // namespace detail

/// What wait found: which call can go on.
struct Ready {
    bool enqueue = false; ///< enqueue can go on.
    bool poll = false;    ///< poll can go on.
    bool dequeue = false; ///< No input waits for the codec any more. Only where it was asked for.
};

/// What an Encoder and a Decoder have in common: all but enqueue.
template <class Api> class Codec {
public:
    using Handle = typename Api::Handle;

    /// A configured handle with its own gate and thread.
    explicit Codec(ConfigView config) : codec_(detail::make<Handle>(Api::create, config.native())) {}

    /// Whether a handle for `config` could be made. Throws if `config` is not valid at all.
    static bool is_supported(ConfigView config) {
        return detail::check_supported(Api::is_config_supported(config.native()));
    }

    /// Configures it again; what was enqueued before is done under the old configuration.
    void configure(ConfigView config) { detail::check(Api::configure(native(), config.native())); }

    /// Asks for everything enqueued so far; returns the number that the OutputKind::flushed will carry.
    std::uint64_t flush() {
        std::uint64_t id = 0;
        detail::check(Api::flush(native(), &id));
        return id;
    }

    /// Takes the next output: Flow::ok, or wait_codec or wait_input when the time is up. What `output` held
    /// is released first, so that it cannot be what this call waits for.
    Flow poll(Output &output, std::chrono::milliseconds timeout = forever) {
        output.release();
        return detail::check(Api::poll(native(), &output.output_, detail::to_timeout_ms(timeout)));
    }

    /// Waits until an enqueue or a poll can go on, whichever comes first: the one blocking call that a host
    /// with one thread needs. Nothing is ready when the time is up.
    Ready wait(std::chrono::milliseconds timeout = forever) {
        return wait_for(FG_READY_ENQUEUE | FG_READY_POLL, timeout);
    }
    /// Waits until an enqueue can go on; false when the time is up.
    bool wait_enqueue(std::chrono::milliseconds timeout = forever) {
        return wait_for(FG_READY_ENQUEUE, timeout).enqueue;
    }
    /// Waits until a poll can go on; false when the time is up.
    bool wait_poll(std::chrono::milliseconds timeout = forever) {
        return wait_for(FG_READY_POLL, timeout).poll;
    }

    /// Waits until no input waits for the codec any more, as W3C's dequeue event tells; false when the time is up.
    bool wait_dequeue(std::chrono::milliseconds timeout = forever) {
        return wait_for(FG_READY_DEQUEUE, timeout).dequeue;
    }

    /// Drops what is queued and ready; configure before going on.
    void reset() { detail::check(Api::reset(native())); }
    /// Ends it: every waiting call throws FG_ERROR_CLOSED. Outputs in hand stay valid.
    void close() { detail::check(Api::close(native())); }

    /// One consistent moment of the gate.
    Stats stats() const {
        Stats stats;
        detail::check(Api::stats(native(), &stats));
        return stats;
    }

    /// Why the codec failed; empty if it did not.
    std::string error() const {
        return detail::read_text([&](char *text, std::size_t capacity) {
            return Api::error(native(), text, capacity);
        });
    }

    /// A descriptor that becomes readable when a call that said "not now" may go on. The host closes it.
    int wake_fd() {
        std::int32_t fd = -1;
        detail::check(Api::wake_fd(native(), &fd));
        return fd;
    }

    /// Joins a wait set, where `key` stands for this; it comes up at once. Leaves the set that it was in.
    void join(WaitSet &set, std::uint64_t key) { detail::check(Api::join(native(), set.native(), key)); }
    /// Leaves its wait set.
    void leave() { detail::check(Api::join(native(), nullptr, 0)); }

    /// The C handle, still owned by this.
    Handle *native() const noexcept { return codec_.get(); }

private:
    Ready wait_for(std::uint32_t want, std::chrono::milliseconds timeout) {
        std::uint32_t ready = 0;
        const auto flow = detail::check(Api::wait(native(), want, &ready, detail::to_timeout_ms(timeout)));
        if (flow != Flow::ok) return {};
        return {(ready & FG_READY_ENQUEUE) != 0, (ready & FG_READY_POLL) != 0, (ready & FG_READY_DEQUEUE) != 0};
    }

    detail::Owner<Handle, Api::free> codec_;
};

/// Encodes frames to chunks.
class Encoder : public Codec<detail::EncoderApi> {
public:
    using Codec::Codec;

    /// Gives a frame to the encoder, which keeps a reference of its own. Flow::ok: taken. Otherwise nothing
    /// was taken, and the Flow says what to do: wait_poll, wait_release or wait_codec.
    Flow enqueue(const Frame &frame, std::chrono::milliseconds timeout = forever) {
        return enqueue(frame, EncodeOptions(), timeout);
    }
    /// As above, with options for this frame.
    Flow enqueue(const Frame &frame, const EncodeOptions &options,
                 std::chrono::milliseconds timeout = forever) {
        return detail::check(
            fg_encoder_enqueue(native(), frame.native(), &options, detail::to_timeout_ms(timeout)));
    }
};

/// Decodes chunks to frames.
class Decoder : public Codec<detail::DecoderApi> {
public:
    using Codec::Codec;

    /// Gives a chunk to the decoder, which copies its bytes. As Encoder::enqueue.
    Flow enqueue(const fg_chunk &chunk, std::chrono::milliseconds timeout = forever) {
        return detail::check(fg_decoder_enqueue(native(), &chunk, detail::to_timeout_ms(timeout)));
    }
};

// ---- Containers -----------------------------------------------------------------------------------------

/// fg_file_info.flags: Demuxer::seek works.
inline constexpr std::uint32_t file_seekable = FG_FILE_SEEKABLE;

/// What a file may claim: fg_limits, 0 being the default.
struct Limits : fg_limits {
    Limits() noexcept : fg_limits(FG_LIMITS_INIT) {}
};

/// Bytes of your own, which a Demuxer reads or a Muxer writes, on the thread that is in a call of it. Derive from it. What a function
/// throws comes out of that call.
class Io {
public:
    Io() = default;
    Io(const Io &) = delete;
    Io &operator=(const Io &) = delete;
    virtual ~Io() = default;

    /// Reads at most `size` bytes, waiting until there is one; 0 at the end.
    virtual std::size_t read(std::uint8_t *bytes, std::size_t size) {
        (void)bytes, (void)size;
        throw std::logic_error("framegate::Io::read is not overridden");
    }
    /// Writes at most `size` bytes, waiting until one can be.
    virtual std::size_t write(const std::uint8_t *bytes, std::size_t size) {
        (void)bytes, (void)size;
        throw std::logic_error("framegate::Io::write is not overridden");
    }
    /// True if `seek` works.
    virtual bool can_seek() const { return false; }
    /// Goes to a place, as lseek: `whence` is SEEK_SET, SEEK_CUR or SEEK_END. Gives the place from the start; -1 where there is none, which a
    /// format may ask for: what is thrown fails the call.
    virtual std::int64_t seek(std::int64_t offset, std::int32_t whence) {
        (void)offset, (void)whence;
        return -1;
    }

    /// For the C API.
    fg_io native() noexcept {
        fg_io io = FG_IO_INIT;
        io.opaque = this;
        io.read = [](void *self, std::uint8_t *bytes, std::size_t size) -> std::int64_t {
            return as(self).kept([&](Io &own) { return static_cast<std::int64_t>(own.read(bytes, size)); });
        };
        io.write = [](void *self, const std::uint8_t *bytes, std::size_t size) -> std::int64_t {
            return as(self).kept([&](Io &own) { return static_cast<std::int64_t>(own.write(bytes, size)); });
        };
        if (can_seek()) {
            io.seek = [](void *self, std::int64_t offset, std::int32_t whence) -> std::int64_t {
                return as(self).kept([&](Io &own) { return own.seek(offset, whence); });
            };
        }
        return io;
    }
    /// The result of a call that may have used it; if it failed, what was thrown meanwhile.
    Flow check(fg_status status) {
        const std::exception_ptr thrown = std::exchange(thrown_, nullptr);
        if (status < 0 && thrown) std::rethrow_exception(thrown);
        return detail::check(status);
    }

private:
    static Io &as(void *self) noexcept { return *static_cast<Io *>(self); }

    template <class Call> std::int64_t kept(Call call) noexcept {
        try {
            return call(*this);
        } catch (...) {
            thrown_ = std::current_exception();
            return -EIO;
        }
    }

    std::exception_ptr thrown_;
};

/// Reads the chunks of a media file, and opens no other. Blocking I/O on the caller's thread; one thread at a time.
class Demuxer {
public:
    /// A chunk and the track that it belongs to.
    struct Packet {
        std::uint32_t track;
        Chunk chunk;
    };

    explicit Demuxer(const std::string &path, const Limits &limits = Limits())
        : demuxer_(detail::make<fg_demuxer>(fg_demuxer_open_limits, path.c_str(), &limits)) {}
    /// Of your own bytes, which it keeps.
    explicit Demuxer(std::shared_ptr<Io> io, const Limits &limits = Limits()) : io_(std::move(io)) {
        const fg_io native = io_->native();
        fg_demuxer *demuxer = nullptr;
        io_->check(fg_demuxer_open_io_limits(&native, &limits, &demuxer));
        demuxer_.reset(demuxer);
    }

    std::uint32_t track_count() const noexcept { return fg_demuxer_track_count(demuxer_.get()); }
    /// The decoder configuration of a track.
    Config track(std::uint32_t index) const {
        return Config(detail::make<fg_config>(fg_demuxer_track, native(), index));
    }
    /// How long the file is, when it begins, and what it has.
    fg_file_info info() const {
        fg_file_info info = FG_FILE_INFO_INIT;
        detail::check(fg_demuxer_info(native(), &info));
        return info;
    }
    /// How long a track is, when it begins, how many chunks it has, and what it is for.
    fg_track_info track_info(std::uint32_t index) const {
        fg_track_info info = FG_TRACK_INFO_INIT;
        detail::check(fg_demuxer_track_info(native(), index, &info));
        return info;
    }
    /// What the file says of itself, "" for nothing: title, tags.<name>, chapters.<n>.start ..., see fg_demuxer_get.
    std::string get(const std::string &key) const {
        const auto read = [&](char *text, std::size_t capacity) { return fg_demuxer_get(native(), key.c_str(), text, capacity); };
        return detail::read_text(read, std::size_t{1} << 24); // lyrics, descriptions of films
    }
    /// The keys for which `get` has a value.
    std::vector<std::string> keys() const {
        return detail::read_names([&](std::size_t index, char *text, std::size_t capacity) {
            return fg_demuxer_key(native(), index, text, capacity);
        });
    }
    /// The bytes of a picture that belongs to the file, such as the cover of an album: info().cover_count tells how many there are,
    /// get("covers.<n>") of what type one is. They are valid as long as this.
    Bytes cover(std::uint32_t index) const {
        const std::uint8_t *bytes = nullptr;
        std::size_t size = 0;
        const std::string key = "covers." + std::to_string(index);
        detail::check(fg_demuxer_get_bytes(native(), key.c_str(), &bytes, &size));
        return Bytes(bytes, size);
    }
    /// The next chunk, nothing at the end. Its bytes are valid until the next read.
    std::optional<Packet> read() {
        Packet packet{0, Chunk()};
        if (check(fg_demuxer_read(native(), &packet.track, &packet.chunk)) == Flow::end) return std::nullopt;
        return packet;
    }
    /// The next chunk of one track, nothing at its end; its bytes are valid until the next one of the track is read. Chunks of others are
    /// kept: throws FG_ERROR_WOULD_DEADLOCK when there are too many, and goes on once they are read or left out.
    std::optional<Chunk> read(std::uint32_t track) {
        Chunk chunk;
        if (check(fg_demuxer_read_track(native(), track, &chunk)) == Flow::end) return std::nullopt;
        return chunk;
    }
    /// Leaves a track out, or takes it in again.
    void select(std::uint32_t track, bool selected) { check(fg_demuxer_select(native(), track, selected)); }
    /// Goes to the key chunk of a track at or before a time; all tracks go on from there.
    void seek(std::uint32_t track, std::chrono::microseconds timestamp) {
        check(fg_demuxer_seek(native(), track, timestamp.count()));
    }

    /// The C handle, still owned by this.
    fg_demuxer *native() const noexcept { return demuxer_.get(); }

private:
    Flow check(fg_status status) { return io_ ? io_->check(status) : detail::check(status); }

    std::shared_ptr<Io> io_; // longer than the demuxer
    detail::Owner<fg_demuxer, fg_demuxer_free> demuxer_;
};

/// Changes the rate, the format or the number of channels of sound: for programs, codecs never use it. One thread at a time.
class Resampler {
public:
    /// By format, sample_rate and channels of both; `frames` must not be 0.
    Resampler(const fg_audio_info &from, const fg_audio_info &to)
        : resampler_(detail::make<fg_resampler>(fg_resampler_new, &from, &to)) {}

    /// Takes sound; it stays the caller's.
    template <class Self> void push(const FrameReader<Self> &frame) {
        detail::check(fg_resampler_push(native(), static_cast<const Self &>(frame).native()));
    }
    /// Says that no sound follows.
    void finish() { detail::check(fg_resampler_push(native(), nullptr)); }
    /// What is ready, nothing if more must be pushed, or after finish() if everything was given.
    std::optional<Frame> pull() {
        fg_frame *frame = nullptr;
        if (detail::check(fg_resampler_pull(native(), &frame)) != Flow::ok) return std::nullopt;
        return Frame(frame);
    }

    /// The C handle, still owned by this.
    fg_resampler *native() const noexcept { return resampler_.get(); }

private:
    detail::Owner<fg_resampler, fg_resampler_free> resampler_;
};

/// Writes chunks to a media file. Blocking I/O on the caller's thread; one thread at a time.
class Muxer {
public:
    explicit Muxer(const std::string &path)
        : muxer_(detail::make<fg_muxer>(fg_muxer_create, path.c_str())) {}
    /// To your own bytes, which it keeps; `format` is the ending that a file would have: "mp4", "webm" ...
    Muxer(std::shared_ptr<Io> io, const std::string &format) : io_(std::move(io)) {
        const fg_io native = io_->native();
        fg_muxer *muxer = nullptr;
        io_->check(fg_muxer_create_io(&native, format.c_str(), &muxer));
        muxer_.reset(muxer);
    }

    /// Sets something of the whole file, before the first write: "startAtZero" ("true", "false"), "title"; of MP4 and MOV "faststart"
    /// ("true", "false"; your own Io needs `read`, too) and "fragmentDuration" (microseconds).
    Muxer &set(const std::string &key, const std::string &value) {
        detail::check(fg_muxer_set(native(), key.c_str(), value.c_str()));
        return *this;
    }
    /// Adds a track, before the first write; returns its number.
    std::uint32_t add_track(ConfigView decoder_config) {
        std::uint32_t track = 0;
        check(fg_muxer_add_track(native(), decoder_config.native(), &track));
        return track;
    }
    /// Writes a chunk to a track.
    void write(std::uint32_t track, const fg_chunk &chunk) {
        check(fg_muxer_write(native(), track, &chunk));
    }
    /// Completes the file. Without it, the file is not playable.
    void finish() { check(fg_muxer_finish(native())); }

    /// The C handle, still owned by this.
    fg_muxer *native() const noexcept { return muxer_.get(); }

private:
    Flow check(fg_status status) { return io_ ? io_->check(status) : detail::check(status); }

    std::shared_ptr<Io> io_; // longer than the muxer
    detail::Owner<fg_muxer, fg_muxer_free> muxer_;
};

} // namespace framegate

#endif // FRAMEGATE_HPP
