/* Loaded before the C library: one call of pthread_create fails, as it does where there is no memory for a stack. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int calls_left;

/* From now on, call `call` fails, counted from 1; 0: none does. */
void fail_thread(int call)
{
    atomic_store(&calls_left, call);
}

/* True if that call has not come yet. */
int thread_has_yet_to_fail(void)
{
    return atomic_load(&calls_left) > 0;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    typedef int (*create_function)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    create_function create;

    if (atomic_load(&calls_left) > 0 && atomic_fetch_sub(&calls_left, 1) == 1)
        return EAGAIN;
    *(void **)&create = dlsym(RTLD_NEXT, "pthread_create");
    return create(thread, attributes, start, argument);
}
