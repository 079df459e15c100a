// Pools of what threads share. References are counted, so freeing an object is the last call on it.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "dice.hpp"

template <class T> class Pool {
    const size_t capacity;
    std::mutex mutex;
    std::vector<std::shared_ptr<T>> items;

public:
    explicit Pool(size_t most) : capacity(most) {}

    // Puts one in. If there is no room, a random one goes out: freed here, if no other thread is at it.
    void put(Dice &dice, std::shared_ptr<T> item) {
        const std::lock_guard<std::mutex> lock(mutex);
        if (items.size() < capacity) items.push_back(std::move(item));
        else std::swap(items[dice.below(static_cast<uint32_t>(capacity))], item);
        // The parameter, which may be the last reference now, is dropped after the lock.
    }

    // One of them, or null; it stays.
    std::shared_ptr<T> any(Dice &dice) {
        const std::lock_guard<std::mutex> lock(mutex);
        if (items.empty()) return nullptr;
        return items[dice.below(static_cast<uint32_t>(items.size()))];
    }

    // One of them, or null; nobody else gets it.
    std::shared_ptr<T> take(Dice &dice) {
        const std::lock_guard<std::mutex> lock(mutex);
        if (items.empty()) return nullptr;
        std::swap(items[dice.below(static_cast<uint32_t>(items.size()))], items.back());
        std::shared_ptr<T> item = std::move(items.back());
        items.pop_back();
        return item;
    }

    // Takes this one out.
    void remove(const std::shared_ptr<T> &item) {
        std::shared_ptr<T> dropped; // after the lock
        const std::lock_guard<std::mutex> lock(mutex);
        for (auto &each : items) {
            if (each != item) continue;
            dropped = std::move(each);
            each = std::move(items.back());
            items.pop_back();
            return;
        }
    }

    std::vector<std::shared_ptr<T>> all() {
        const std::lock_guard<std::mutex> lock(mutex);
        return items;
    }

    size_t size() {
        const std::lock_guard<std::mutex> lock(mutex);
        return items.size();
    }

    void clear() {
        std::vector<std::shared_ptr<T>> dropped; // after the lock
        const std::lock_guard<std::mutex> lock(mutex);
        dropped.swap(items);
    }
};
