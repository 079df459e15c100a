/* What every program here shares: checks that say where and why they failed, and arguments.
 * Programs are C99 with POSIX threads; the C++ ones include this, too. */
#ifndef CHECK_H
#define CHECK_H

#include <framegate.h>

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the program is at, for the message of a hang. */
static const char *volatile check_stage = "start";

static inline void check_fail(const char *file, int line, const char *expression) {
    fprintf(stderr, "%s:%d: %s\n  stage: %s\n  fg_last_error: %s\n", file, line, expression, check_stage,
            fg_last_error());
    exit(1);
}

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) check_fail(__FILE__, __LINE__, #condition);                                        \
    } while (0)

static inline void check_equal(const char *file, int line, const char *expressions, int64_t left,
                               int64_t right) {
    if (left == right) return;
    fprintf(stderr, "  %" PRId64 " is not %" PRId64 "\n", left, right);
    check_fail(file, line, expressions);
}

/* Two whole numbers of any type below 2^63. */
#define CHECK_EQUAL(left, right)                                                                             \
    check_equal(__FILE__, __LINE__, #left " == " #right, (int64_t)(left), (int64_t)(right))

static inline void check_status(const char *file, int line, const char *call, fg_status got, fg_status want) {
    if (got == want) return;
    fprintf(stderr, "  %s, not %s\n", fg_status_name(got), fg_status_name(want));
    check_fail(file, line, call);
}

/* The call returns exactly this status. */
#define CHECK_STATUS(call, status) check_status(__FILE__, __LINE__, #call, (call), (status))
#define CHECK_OK(call) CHECK_STATUS(call, FG_OK)

/* The call fails with this status, and fg_last_error says `words`. */
#define CHECK_ERROR(call, status, words)                                                                     \
    do {                                                                                                     \
        CHECK_STATUS(call, status);                                                                          \
        if (strstr(fg_last_error(), (words)) == NULL)                                                        \
            check_fail(__FILE__, __LINE__, "the text of " #call " does not say " #words);                    \
    } while (0)

static inline void check_hung(int signal_number) {
    (void)signal_number;
    static const char text[] = "hung; stage: ";
    if (write(2, text, sizeof text - 1) < 0 || write(2, check_stage, strlen(check_stage)) < 0) _exit(3);
    _exit(2);
}

/* Ends the program if it hangs. The limit is for valgrind on a slow machine; nothing measures time. */
static inline void check_begin(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = check_hung;
    sigaction(SIGALRM, &action, NULL);
    alarm(300);
}

/* The whole number in argv[index], or `otherwise` where there is none. */
static inline uint32_t check_argument(int argc, char **argv, int index, uint32_t otherwise) {
    return argc > index ? (uint32_t)strtoul(argv[index], NULL, 10) : otherwise;
}

typedef void *(*check_thread)(void *);

static inline pthread_t check_spawn(check_thread run, void *argument) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, run, argument) == 0);
    return thread;
}

static inline void check_join(pthread_t thread) { CHECK(pthread_join(thread, NULL) == 0); }

/* Pseudo-random numbers that are the same in every run. */
static inline uint32_t check_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

#endif
