// Memory and threads that run out: the allocators and pthread_create of this program stand before the C library's (or
// the sanitizer's), for the program and every library, and fail at random when asked to.
//
// Who calls is told by the return address. FFmpeg fails from `small` on: it must give it back as an error. Below that
// avcodec_alloc_context3 ends the process, if it cannot evaluate the default of an option. The library itself fails
// from `large` on, where the host decides the size: below it Rust's collections end the process by design. This
// program, the C library and the loader never fail; nor does x264, of whose x264_encoder_headers FFmpeg 5.1 takes a
// failure for a result (tests/out_of_memory.rs is about x264); nor VP9's state of a column of tiles, whose absence FFmpeg 5.1's
// vp9_decode_free does not expect. av_max_alloc is lowered at times, too, to no less than that.
#pragma once

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>

#include <cerrno>
#include <initializer_list>

#include "calls.hpp"

#if !defined(__SANITIZE_THREAD__)
#define CAN_FAIL 1
#endif

// The allocators work before the sanitizer does, whose checks may not be in them: plain words, and no inline functions
// of others.
#define BEFORE_ALL __attribute__((no_sanitize("address"), no_sanitize("thread")))

namespace faults {

enum class Owner { Other, Library, Codec };

struct Range {
    uintptr_t begin, end;
    Owner owner;
};
inline Range ranges[64];
inline uint32_t range_count = 0;
inline uint32_t one_in = 0; // 0: nothing fails
inline uint64_t count = 0, failed = 0;
constexpr size_t small = 1024, large = 32768, vp9_tile_column = 77184;

inline Owner owner_of(const char *path) {
    const char *name = strrchr(path, '/');
    name = name != nullptr ? name + 1 : path;
    if (strncmp(name, "libframegate", 12) == 0) return Owner::Library;
    for (const char *prefix : {"libav", "libsw"})
        if (strncmp(name, prefix, strlen(prefix)) == 0) return Owner::Codec;
    return Owner::Other;
}

inline int note_range(dl_phdr_info *info, size_t, void *) {
    const Owner owner = owner_of(info->dlpi_name);
    if (owner == Owner::Other) return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const auto &header = info->dlpi_phdr[i];
        const uint32_t at = range_count;
        if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0 || at == 64) continue;
        const uintptr_t begin = info->dlpi_addr + header.p_vaddr;
        ranges[at] = {begin, begin + header.p_memsz, owner};
        range_count = at + 1;
    }
    return 0;
}

// Once, before anything fails.
inline void begin() { dl_iterate_phdr(note_range, nullptr); }

BEFORE_ALL inline bool fails(const void *caller, size_t size) {
    const uint32_t n = __atomic_load_n(&one_in, __ATOMIC_RELAXED);
    if (n == 0) return false;
    uint64_t z = (__atomic_add_fetch(&count, 1, __ATOMIC_RELAXED) + run_seed) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    if ((z >> 32) % n != 0) return false;
    const auto at = reinterpret_cast<uintptr_t>(caller);
    for (uint32_t i = 0; i < range_count; i++) {
        if (at < ranges[i].begin || at >= ranges[i].end) continue;
        const bool codec = ranges[i].owner == Owner::Codec;
        if (size < (codec ? small : large) || (codec && size % vp9_tile_column == 0)) return false;
        __atomic_add_fetch(&failed, 1, __ATOMIC_RELAXED);
        return true;
    }
    return false;
}

// From now on one allocation in `n` fails; 0: none.
inline void fail_one_in(uint32_t n) { __atomic_store_n(&one_in, n, __ATOMIC_RELAXED); }

// FFmpeg's own limit; `bytes` 0 lifts it.
inline void limit_av(size_t bytes) {
    using Limit = void (*)(size_t);
    static const auto limit = reinterpret_cast<Limit>(dlsym(RTLD_DEFAULT, "av_max_alloc"));
    if (limit != nullptr) limit(bytes != 0 ? bytes : INT32_MAX);
}

} // namespace faults
