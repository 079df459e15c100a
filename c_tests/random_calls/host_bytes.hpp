// Bytes of the host's, for fg_io: a file whose calls fail now and then.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>

#include <framegate.h>

struct HostBytes {
    FILE *const file;
    const uint32_t fails_every; // 0: never
    std::atomic<uint32_t> calls{0};

    HostBytes(FILE *owned, uint32_t fails) : file(owned), fails_every(fails) {}
    ~HostBytes() { fclose(file); }
    HostBytes(const HostBytes &) = delete;
    HostBytes &operator=(const HostBytes &) = delete;

    fg_io io(bool can_seek) {
        fg_io io = FG_IO_INIT;
        io.opaque = this;
        io.read = [](void *self, uint8_t *bytes, size_t size) -> int64_t {
            HostBytes &own = *static_cast<HostBytes *>(self);
            return own.fails() ? -5 : static_cast<int64_t>(fread(bytes, 1, size, own.file));
        };
        io.write = [](void *self, const uint8_t *bytes, size_t size) -> int64_t {
            HostBytes &own = *static_cast<HostBytes *>(self);
            return own.fails() ? -28 : static_cast<int64_t>(fwrite(bytes, 1, size, own.file));
        };
        if (can_seek) {
            io.seek = [](void *self, int64_t offset, int32_t whence) -> int64_t {
                HostBytes &own = *static_cast<HostBytes *>(self);
                return own.fails() || fseek(own.file, offset, whence) != 0 ? -22 : ftell(own.file);
            };
        }
        return io;
    }

private:
    bool fails() { return fails_every != 0 && calls.fetch_add(1) % fails_every == fails_every - 1; }
};
