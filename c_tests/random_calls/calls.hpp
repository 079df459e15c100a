// Every call of the library goes through `checked`: it notes what the thread is at, and aborts with the seed and the
// thread's last calls if the status is none that the call's documentation names.
#pragma once

#include <framegate.h>
#include <unistd.h>

#include <atomic>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

inline uint64_t run_seed;
// Memory or threads may be missing: any call may say so.
inline std::atomic<bool> faults_on{false};

inline int64_t now_ms() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1000000;
}

// What a thread is at, for the message of a hang or a violation.
struct Watch {
    static constexpr uint32_t TRAIL = 12;
    uint32_t thread = 0;
    std::atomic<const char *> call{nullptr};
    std::atomic<int64_t> since_ms{0};
    std::atomic<uint64_t> calls{0};
    const char *trail[TRAIL] = {};
    fg_status said[TRAIL] = {};
};
inline thread_local Watch spare_watch; // of threads that are not this program's: on_free comes on them, too
inline thread_local Watch *watch = &spare_watch;

[[noreturn]] inline void violated(const char *what, const char *detail) {
    fprintf(stderr, "random_calls: seed %" PRIu64 ", pid %d, thread %u: %s: %s\n", run_seed, getpid(),
            watch->thread, what, detail);
    fprintf(stderr, "  fg_last_error: %s\n", fg_last_error());
    for (uint32_t back = Watch::TRAIL; back-- > 0;) {
        const uint64_t calls = watch->calls.load();
        if (calls > back)
            fprintf(stderr, "  %s -> %s\n", watch->trail[(calls - 1 - back) % Watch::TRAIL],
                    fg_status_name(watch->said[(calls - 1 - back) % Watch::TRAIL]));
    }
    abort();
}

#define HOLDS(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) violated(__func__, #condition);                                                    \
    } while (0)

// A set of statuses.
using Allowed = uint32_t;
template <class... Statuses> constexpr Allowed only(Statuses... statuses) { return (0u | ... | (1u << (10 + statuses))); }
// FG_OK and these.
template <class... Statuses> constexpr Allowed allow(Statuses... statuses) { return only(FG_OK, statuses...); }

// Whether the words are those of memory or threads that ran out: then the status must say it, too.
inline bool says_exhausted(const char *text) {
    return strstr(text, "annot allocate memory") != nullptr || strstr(text, "emporarily unavailable") != nullptr;
}

// After a failure a handle's calls give its status. An encoder that was made opens, so its codec can fail in what it
// does, but not be unsupported; what a stream holds shows when it is decoded.
inline Allowed of_failure(const char *name) {
    if (strstr(fg_last_error(), "the handle was closed by a failure") == nullptr) return 0;
    if (strncmp(name, "fg_decoder", 10) == 0) return only(FG_ERROR_NOT_SUPPORTED, FG_ERROR_DATA);
    return 0;
}

inline void check_status(const char *name, Allowed allowed, fg_status status) {
    char detail[160];
    if (faults_on.load(std::memory_order_relaxed)) allowed |= only(FG_ERROR_OUT_OF_MEMORY);
    if (status < 0) allowed |= of_failure(name);
    if (status < -10 || status > 5 || (allowed & only(status)) == 0) {
        snprintf(detail, sizeof detail, "the status %s (%d) is not documented", fg_status_name(status), status);
        violated(name, detail);
    }
    if (status >= 0) return;
    const char *text = fg_last_error();
    if (text == nullptr || text[0] == '\0') violated(name, "an error without a text");
    if (status == FG_ERROR_NOT_SUPPORTED && says_exhausted(text)) violated(name, "a want of memory called NOT_SUPPORTED");
}

// A call within a call (on_free): the outer one is what the thread is at again afterwards. The time before the name:
// who sees the name sees no older time.
class Noted {
    const char *outer;

    static void note(const char *name) {
        watch->since_ms.store(now_ms());
        watch->call.store(name);
    }

public:
    explicit Noted(const char *name) : outer(watch->call.load()) { note(name); }
    ~Noted() { note(outer); }
    Noted(const Noted &) = delete;
    Noted &operator=(const Noted &) = delete;
};

template <class Call> fg_status checked(const char *name, Allowed allowed, Call &&call) {
    const Noted noted(name);
    const fg_status status = call();
    const uint64_t at = watch->calls.fetch_add(1);
    watch->trail[at % Watch::TRAIL] = name;
    watch->said[at % Watch::TRAIL] = status;
    check_status(name, allowed, status);
    return status;
}

// CALL(allowed statuses, function, arguments...)
#define CALL(allowed, function, ...) checked(#function, (allowed), [&] { return function(__VA_ARGS__); })
// The same for a function with a name of its own, as in Api.
#define CALL_NAMED(allowed, named, ...)                                                                      \
    checked((named).name, (allowed), [&] { return (named).call(__VA_ARGS__); })
// The same as CALL for a function that gives nothing.
#define CALL_VOID(function, ...) checked(#function, allow(), [&] { return function(__VA_ARGS__), FG_OK; })
