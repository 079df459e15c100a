// Memory of the host's around which frames are wrapped: on_free must come exactly once for each.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "calls.hpp"

using Bytes = std::vector<uint8_t>;

class Wrapped {
    std::mutex mutex;
    std::map<uintptr_t, std::unique_ptr<Bytes>> live;
    const uintptr_t first;
    uintptr_t last;

    explicit Wrapped(uintptr_t after) : first(after), last(after) {}

public:
    // A forked child begins anew, above the numbers of its parent, whose frames are nothing that it counts.
    static Wrapped *&current() {
        static Wrapped *wrapped = new Wrapped(0);
        return wrapped;
    }
    static void begin_child() { current() = new Wrapped(UINTPTR_MAX / 2); }

    // Takes memory, and gives the opaque of its frame.
    void *add(std::unique_ptr<Bytes> bytes) {
        const std::lock_guard<std::mutex> lock(mutex);
        live.emplace(++last, std::move(bytes));
        return reinterpret_cast<void *>(last);
    }

    // The memory goes: the frame is gone, or was never made. False if it went before.
    bool remove(void *opaque) {
        if (reinterpret_cast<uintptr_t>(opaque) <= first) return true; // a parent's
        std::unique_ptr<Bytes> bytes;
        const std::lock_guard<std::mutex> lock(mutex);
        const auto at = live.find(reinterpret_cast<uintptr_t>(opaque));
        if (at == live.end()) return false;
        bytes = std::move(at->second);
        live.erase(at);
        return true;
    }

    size_t count() {
        const std::lock_guard<std::mutex> lock(mutex);
        return live.size();
    }
};
