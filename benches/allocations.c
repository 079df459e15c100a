/* malloc and its relatives, before libc's: the executable's symbols come first for every library of the process. */
#define _GNU_SOURCE
#include "allocations.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 24
#define SITES 64

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

struct site {
    void *path[DEPTH];
    int depth;
    uint64_t count;
    size_t size;
};

static atomic_int counting;
static atomic_ullong total;
static struct site sites[SITES];
static int site_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static __thread int inside;

static void add_to_site(void *const *path, int depth, size_t size)
{
    int i = 0;
    while (i < site_count && (sites[i].depth != depth || memcmp(sites[i].path, path, (size_t)depth * sizeof *path)))
        i++;
    if (i == SITES)
        return;
    if (i == site_count) {
        memcpy(sites[i].path, path, (size_t)depth * sizeof *path);
        sites[i].depth = depth;
        sites[i].count = 0; /* it may be another's from before the last begin */
        site_count++;
    }
    sites[i].count++;
    sites[i].size = size;
}

static void note(size_t size)
{
    void *path[DEPTH];
    if (!atomic_load_explicit(&counting, memory_order_relaxed) || inside)
        return;
    inside = 1; /* backtrace may allocate */
    atomic_fetch_add(&total, 1);
    int depth = backtrace(path, DEPTH);
    pthread_mutex_lock(&lock);
    add_to_site(path, depth, size);
    pthread_mutex_unlock(&lock);
    inside = 0;
}

void *malloc(size_t size)
{
    note(size);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    note(count * size);
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    note(size);
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size)
{
    note(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    note(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **place, size_t alignment, size_t size)
{
    note(size);
    *place = __libc_memalign(alignment, size);
    return *place ? 0 : 12; /* ENOMEM */
}

void allocations_begin(void)
{
    void *path[DEPTH];
    backtrace(path, DEPTH); /* loads its unwinder now, not while counting */
    atomic_store(&total, 0);
    site_count = 0;
    atomic_store(&counting, 1);
}

uint64_t allocations_end(void)
{
    atomic_store(&counting, 0);
    return atomic_load(&total);
}

void allocations_print(FILE *out)
{
    fputc('[', out);
    for (int i = 0; i < site_count; i++) {
        fprintf(out, "%s{\"count\": %llu, \"bytes\": %zu, \"path\": [", i ? ", " : "", (unsigned long long)sites[i].count,
                sites[i].size);
        for (int frame = 0; frame < sites[i].depth; frame++) {
            Dl_info info;
            void *address = sites[i].path[frame];
            const char *separator = frame ? ", " : "";
            if (dladdr(address, &info))
                fprintf(out, "%s\"%s+0x%zx\"", separator, info.dli_fname, (size_t)((char *)address - (char *)info.dli_fbase));
            else
                fprintf(out, "%s\"?\"", separator);
        }
        fputs("]}", out);
    }
    fputc(']', out);
}
