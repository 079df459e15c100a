// Seeded chance: the same seed throws the same numbers (SplitMix64).
#pragma once

#include <cstddef>
#include <cstdint>

class Dice {
    uint64_t state;

public:
    explicit Dice(uint64_t seed) : state(seed) {}

    uint64_t next() {
        uint64_t z = state += 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }

    // 0 to n - 1.
    uint32_t below(uint32_t n) { return static_cast<uint32_t>((next() >> 32) * n >> 32); }

    // True once in n.
    bool once_in(uint32_t n) { return below(n) == 0; }

    template <class T, size_t N> const T &pick(const T (&from)[N]) { return from[below(N)]; }
};
