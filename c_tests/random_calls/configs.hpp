// Calls on configurations: valid, odd, and hostile ones.
#pragma once

#include "world.hpp"

inline const char *const CODECS[] = {"avc1.42001f", "avc1.42001f", "avc1.4d001f", "avc1.64001f", "avc1.64001f",
                                     "avc1.42e00a", "avc3.640028", "framegate.null", "framegate.null", "avc1.f4001f",
                                     "avc1.zz", "vp8", "vp8", "vp8", "vp09.00.10.08", "vp09.00.10.08", "vp09.00.10.08.01.09.16.09.01",
                                     "vp09.01.10.08", "vp09.02.10.10", "vp09.03.10.12", "vp9", "vp09.00.10", "avc1.", "hvc1.1.6.L93.B0", " \t", "avc1.42001f\n", ""};
// Not Vorbis: FFmpeg 5.1 leaks what libvorbis has made where it does not open, be it for a bitrate or for memory.
inline const char *const SOUND_CODECS[] = {"opus", "opus", "mp4a.40.2", "mp4a.40.2", "flac", "mp3", "mp3", "pcm-s16", "pcm-u8",
                                           "ulaw", "mp4a.40.5", "mp4a.40.42", "mp4a.6B"};
inline const char *const SIDES[] = {"16", "32", "48", "64", "96", "17", "33", "2", "1", "15", "130"};
inline const char *const NUMBERS[] = {"0", "1", "2", "3", "4", "7", "8", "15", "16", "17", "64", "255", "256", "4096",
                                      "65535", "65536", "2147483647", "2147483648", "4294967295", "4294967296",
                                      "9223372036854775807", "18446744073709551616", "-1", "-0", "1e3", "0x10", "1.5",
                                      "29.97", "1e308", "1e-308", "NaN", "inf", "", " 1", "\xff\xfe", "%s%n"};

// What a configuration is for: keys of other dictionaries are refused there.
enum Purpose : uint32_t { OF_ENCODER = 1, OF_DECODER = 2, OF_TRACK = 4, OF_CODEC = 3, OF_STREAM = 6, OF_EVERY = 7 };

struct Setting {
    const char *key;
    const char *values[8];
    uint32_t of = OF_EVERY;
};
// What a host may well ask for.
inline const Setting SETTINGS[] = {
    {"framerate", {"25", "30", "60", "29.97", "1", "1000"}},
    {"bitrate", {"100000", "1000000", "20000000", "1", "1000"}},
    {"latencyMode", {"quality", "realtime"}, OF_ENCODER},
    {"bitrateMode", {"variable", "constant", "quantizer"}, OF_ENCODER},
    {"alpha", {"discard", "keep"}, OF_ENCODER},
    {"scalabilityMode", {"L1T1", "L1T2", "L1T3", "L3T3", "x"}, OF_ENCODER},
    {"contentHint", {"motion", "detail", "text", "x"}, OF_ENCODER},
    {"hardwareAcceleration", {"no-preference", "prefer-hardware", "prefer-software"}, OF_CODEC},
    {"optimizeForLatency", {"true", "false"}, OF_DECODER},
    {"avc.format", {"avc", "annexb"}, OF_ENCODER},
    {"rotation", {"0", "90", "180", "270"}, OF_STREAM},
    {"flip", {"true", "false"}, OF_STREAM},
    {"colorSpace.primaries", {"bt709", "smpte170m", "bt2020", "22", "0", "255"}, OF_STREAM},
    {"colorSpace.transfer", {"bt709", "pq", "hlg", "iec61966-2-1", "99"}, OF_STREAM},
    {"colorSpace.matrix", {"bt709", "rgb", "smpte170m", "bt2020-ncl", "8"}, OF_STREAM},
    {"colorSpace.fullRange", {"true", "false"}, OF_STREAM},
    {"displayWidth", {"64", "1", "100000"}, OF_ENCODER},
    {"displayHeight", {"64", "1", "100000"}, OF_ENCODER},
    {"slots", {"1", "2", "4", "16", "4096"}, OF_CODEC},
    {"maxBytes", {"1", "5000", "100000"}, OF_CODEC},
    {"maxDelay", {"0", "1", "4", "12", "60"}, OF_CODEC},
    {"threads", {"0", "1", "2", "3", "5"}, OF_CODEC},
    {"bFrames", {"0", "1", "2", "16", "17"}, OF_ENCODER},
    {"ffmpeg.preset", {"ultrafast", "superfast", "veryfast", "medium", "veryslow", "nonsense"}, OF_ENCODER},
};
// And of sound.
inline const Setting SOUND_SETTINGS[] = {
    {"bitrate", {"64000", "128000", "1", "100000000"}},
    {"bitrateMode", {"variable", "constant", "quantizer"}, OF_ENCODER},
    {"aac.format", {"aac", "adts"}, OF_ENCODER},
    {"opus.format", {"opus", "ogg"}, OF_ENCODER},
    {"opus.frameDuration", {"2500", "5000", "20000", "120000", "3000"}, OF_ENCODER},
    {"opus.application", {"audio", "voip", "lowdelay"}, OF_ENCODER},
    {"flac.blockSize", {"0", "16", "1000", "65535", "15"}, OF_ENCODER},
    {"priming", {"keep", "drop"}, OF_DECODER},
    {"primingSamples", {"0", "1024", "4294967295"}, OF_STREAM},
    {"primingIsTimed", {"true", "false"}, OF_STREAM},
    {"maxSamples", {"1", "1000", "1048576"}, OF_DECODER},
    {"slots", {"1", "2", "4", "16", "4096"}, OF_CODEC},
    {"maxBytes", {"1", "5000", "100000"}, OF_CODEC},
};
// Options that reach into the codec.
inline const Setting OPTIONS[] = {
    {"ffmpeg.video_size", {"640x720", "1x1", "16x16", "0x0", "x"}},
    {"ffmpeg.pixel_format", {"rgb24", "yuv444p", "nv12", "none"}},
    {"ffmpeg.pix_fmt", {"yuv420p10le", "gray"}},
    {"ffmpeg.time_base", {"1/1", "0/0", "1/90000"}},
    {"ffmpeg.threads", {"1", "64", "auto", "-1", "0"}},
    {"ffmpeg.thread_type", {"slice", "frame", "0"}},
    {"ffmpeg.flags", {"+global_header", "-global_header", "+pass1", "+low_delay", "+copy_opaque", "+unaligned"}},
    {"ffmpeg.flags2", {"+local_header", "+chunks", "+fast"}},
    {"ffmpeg.x264-params", {"threads=16", "sync-lookahead=50", "bframes=16", "stats=x:pass=1", "bframes=3:b-adapt=2",
                            "annexb=0", "width=640", "nonsense"}},
    {"ffmpeg.x264opts", {"threads=16", "rc-lookahead=250", "keyint=1", "opencl=1"}},
    {"ffmpeg.tune", {"zerolatency", "film", "nonsense", "psnr,ssim", "stillimage"}},
    {"ffmpeg.profile", {"baseline", "high444", "-99", "100"}},
    {"ffmpeg.level", {"1", "3.1", "99", "-1"}},
    {"ffmpeg.bf", {"0", "3", "16", "-1"}},
    {"ffmpeg.g", {"0", "1", "-1", "1000000"}},
    {"ffmpeg.refs", {"0", "1", "16", "99"}},
    {"ffmpeg.b", {"0", "1", "1000000", "9223372036854775807"}},
    {"ffmpeg.maxrate", {"1", "1000000"}},
    {"ffmpeg.bufsize", {"1", "1000000", "2147483647"}},
    {"ffmpeg.crf", {"0", "23", "51", "99", "-1"}},
    {"ffmpeg.qp", {"0", "51", "-1"}},
    {"ffmpeg.skip_frame", {"nokey", "all", "none"}},
    {"ffmpeg.skip_loop_filter", {"all", "none"}},
    {"ffmpeg.lowres", {"1", "3"}},
    {"ffmpeg.err_detect", {"explode", "careful", "ignore_err"}},
    {"ffmpeg.ec", {"0", "guess_mvs+deblock", "favor_inter"}},
    {"ffmpeg.debug", {"pict", "65535"}},
    {"ffmpeg.max_pixels", {"1", "1000"}},
    {"ffmpeg.extradata", {"00", "x"}},
    {"ffmpeg.dump_separator", {"x"}},
    {"ffmpeg.is_avc", {"1", "0"}},
    {"ffmpeg.nal_length_size", {"0", "1", "4", "9"}},
    {"ffmpeg.a53cc", {"0", "1"}},
    {"ffmpeg.nal-hrd", {"cbr", "vbr"}},
    {"ffmpeg.encoder", {"libx264", "libx264rgb", "mpeg4", "rawvideo", "nonsense"}},
    {"ffmpeg.decoder", {"h264", "mpeg4", "nonsense"}},
    {"ffmpeg.nonsense", {"1"}},
};
inline const char *const KEYS[] = {"codec", "width", "height", "codedWidth", "codedHeight", "displayAspectWidth",
                                   "displayAspectHeight", "sampleRate", "numberOfChannels", "description", "widht",
                                   "ffmpeg.", "ffmpeg.x", "", "\xff", "slots", "maxDelay", "framerate", "bitrate"};

inline const char *value_of(Dice &dice, const Setting &setting) {
    uint32_t count = 0;
    while (count < 8 && setting.values[count] != nullptr) count++;
    return setting.values[dice.below(count)];
}

inline void set(fg_config *config, const char *key, const char *value) {
    CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_config_set, config, key, value);
}

inline void set_some(World &world, Dice &dice, fg_config *config, uint32_t purpose) {
    for (uint32_t more = dice.below(5); more > 0; more--) {
        const Setting &setting = dice.pick(SETTINGS);
        if ((setting.of & purpose) != 0 || dice.once_in(60)) set(config, setting.key, value_of(dice, setting));
    }
    if (world.hostile && purpose != OF_TRACK && dice.once_in(3)) {
        const Setting &setting = dice.pick(OPTIONS);
        set(config, setting.key, dice.once_in(8) ? dice.pick(NUMBERS) : value_of(dice, setting));
    }
    if (dice.once_in(12)) set(config, dice.pick(KEYS), dice.pick(NUMBERS));
    if (dice.once_in(12)) set(config, dice.pick(SETTINGS).key, dice.pick(NUMBERS));
    if ((purpose & OF_STREAM) != 0 && dice.once_in(12)) {
        uint8_t bytes[40];
        for (uint8_t &byte : bytes) byte = static_cast<uint8_t>(dice.once_in(2) ? dice.below(256) : dice.below(2));
        CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_config_set_bytes, config, dice.once_in(8) ? "width" : "description",
             dice.once_in(8) ? nullptr : bytes, dice.below(sizeof bytes));
    }
}

inline std::shared_ptr<Config> owned(fg_config *config, uint32_t purpose) {
    return config == nullptr ? nullptr : std::make_shared<Config>(config, purpose);
}

inline std::shared_ptr<Config> new_sound_config(Dice &dice) {
    static const char *const rates[] = {"48000", "48000", "48000", "44100", "8000"};
    static const char *const channels[] = {"2", "2", "2", "1", "3", "6", "8"};
    const uint32_t purposes[] = {OF_ENCODER, OF_ENCODER, OF_DECODER, OF_TRACK};
    const uint32_t purpose = dice.pick(purposes);
    fg_config *config = nullptr;
    CALL(allow(), fg_config_new, dice.pick(SOUND_CODECS), &config);
    if (config == nullptr) return nullptr;
    auto made = owned(config, purpose);
    set(config, "sampleRate", dice.pick(rates));
    set(config, "numberOfChannels", dice.pick(channels));
    for (uint32_t more = dice.below(4); more > 0; more--) {
        const Setting &setting = dice.pick(SOUND_SETTINGS);
        if ((setting.of & purpose) != 0 || dice.once_in(60)) set(config, setting.key, value_of(dice, setting));
    }
    return made;
}

inline std::shared_ptr<Config> new_config(World &world, Dice &dice) {
    if (dice.once_in(4)) return new_sound_config(dice);
    fg_config *config = nullptr;
    CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_config_new, dice.once_in(100) ? nullptr : dice.pick(CODECS), &config);
    if (config == nullptr) return nullptr;
    const uint32_t purposes[] = {OF_ENCODER, OF_ENCODER, OF_ENCODER, OF_DECODER, OF_TRACK};
    const uint32_t purpose = dice.pick(purposes);
    auto made = owned(config, purpose);
    set(config, purpose == OF_ENCODER ? "width" : "codedWidth", dice.pick(SIDES));
    set(config, purpose == OF_ENCODER ? "height" : "codedHeight", dice.pick(SIDES));
    if (purpose == OF_ENCODER && !dice.once_in(8)) set(config, "ffmpeg.preset", "ultrafast"); // most of them quick
    set_some(world, dice, config, purpose);
    return made;
}

// One of the pool's with some keys set otherwise.
inline std::shared_ptr<Config> changed_config(World &world, Dice &dice) {
    const auto from = world.configs.any(dice);
    fg_config *copy = nullptr;
    CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_config_copy, from ? from->handle : nullptr, &copy);
    auto made = owned(copy, from ? from->purpose : 0);
    if (made) set_some(world, dice, copy, made->purpose);
    return made;
}

inline uint32_t number(const fg_config *config, const char *key) {
    char text[64] = "";
    CALL(allow(), fg_config_get, config, key, text, sizeof text);
    return static_cast<uint32_t>(strtoul(text, nullptr, 10));
}

inline void read_config(World &world, Dice &dice) {
    const auto config = world.configs.any(dice);
    const fg_config *handle = config ? config->handle : nullptr;
    char text[300];
    const uint8_t *bytes = nullptr;
    size_t size = 0;
    CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_config_get, handle, dice.pick(KEYS), dice.once_in(20) ? nullptr : text,
         dice.once_in(3) ? dice.below(4) : sizeof text);
    CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_config_get, handle, dice.pick(SETTINGS).key, text, sizeof text);
    const fg_status status = CALL(allow(FG_ERROR_INVALID_ARGUMENT), fg_config_get_bytes, handle,
                                  dice.once_in(8) ? "codec" : "description", &bytes, &size);
    if (status == FG_OK) HOLDS((bytes == nullptr) == (size == 0));
    int32_t medium = 0;
    CALL(allow(FG_ERROR_NOT_SUPPORTED, FG_ERROR_INVALID_ARGUMENT), fg_config_medium, handle, dice.once_in(20) ? nullptr : &medium);
    CALL(allow(FG_END, FG_ERROR_INVALID_ARGUMENT), fg_config_key, handle, dice.below(30), text, sizeof text);
}

inline void random_config(World &world, Dice &dice) {
    if (dice.once_in(2)) return read_config(world, dice);
    auto made = dice.once_in(3) ? changed_config(world, dice) : new_config(world, dice);
    if (!made) return;
    if (dice.once_in(6))
        CALL(allow(FG_ERROR_NOT_SUPPORTED, FG_ERROR_INVALID_ARGUMENT), fg_encoder_is_config_supported, made->handle);
    if (dice.once_in(6))
        CALL(allow(FG_ERROR_NOT_SUPPORTED, FG_ERROR_INVALID_ARGUMENT, FG_ERROR_DATA), fg_decoder_is_config_supported,
             made->handle);
    world.configs.put(dice, std::move(made));
}
