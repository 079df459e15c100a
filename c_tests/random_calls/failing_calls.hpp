// The definitions that the linker puts before the C library's. Included once, by the program.
#pragma once

#include "faults.hpp"

#ifdef CAN_FAIL
#if defined(__SANITIZE_ADDRESS__)
#define REAL(name) __interceptor_##name
#define REAL_ALIGNED(alignment, size) __interceptor_memalign(alignment, size)
#else
#define REAL(name) __libc_##name
#define REAL_ALIGNED(alignment, size) __libc_memalign(alignment, size)
#endif

extern "C" {
void *REAL(malloc)(size_t);
void *REAL(calloc)(size_t, size_t);
void *REAL(realloc)(void *, size_t);
void *REAL(memalign)(size_t, size_t);

BEFORE_ALL void *malloc(size_t size) noexcept {
    return faults::fails(__builtin_return_address(0), size) ? nullptr : REAL(malloc)(size);
}

BEFORE_ALL void *calloc(size_t count, size_t size) noexcept {
    return faults::fails(__builtin_return_address(0), count * size) ? nullptr : REAL(calloc)(count, size);
}

BEFORE_ALL void *realloc(void *from, size_t size) noexcept {
    return faults::fails(__builtin_return_address(0), size) ? nullptr : REAL(realloc)(from, size);
}

BEFORE_ALL void *memalign(size_t alignment, size_t size) noexcept {
    return faults::fails(__builtin_return_address(0), size) ? nullptr : REAL_ALIGNED(alignment, size);
}

BEFORE_ALL void *aligned_alloc(size_t alignment, size_t size) noexcept {
    return faults::fails(__builtin_return_address(0), size) ? nullptr : REAL_ALIGNED(alignment, size);
}

BEFORE_ALL int posix_memalign(void **place, size_t alignment, size_t size) noexcept {
    if (faults::fails(__builtin_return_address(0), size)) return ENOMEM;
    void *memory = REAL_ALIGNED(alignment, size);
    if (memory == nullptr) return ENOMEM;
    *place = memory;
    return 0;
}

BEFORE_ALL int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument) noexcept {
    using Create = int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    static const auto real = reinterpret_cast<Create>(dlsym(
#if defined(__SANITIZE_ADDRESS__)
        RTLD_DEFAULT, "__interceptor_pthread_create"
#else
        RTLD_NEXT, "pthread_create"
#endif
        ));
    if (faults::fails(__builtin_return_address(0), SIZE_MAX)) return EAGAIN;
    return real(thread, attributes, run, argument);
}
}
#endif
