/* wake_fd [frames]: an event loop that sleeps on the wake descriptor only. No wake is lost (the loop would
 * hang), none comes that was not armed, and a descriptor that the host closed harms nobody. */
#include "media.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>

static int wake_fd(fg_encoder *encoder) {
    int32_t fd = -1;
    CHECK_OK(fg_encoder_wake_fd(encoder, &fd));
    CHECK(fd >= 0);
    return fd;
}

/* Reads all bytes that are there. */
static uint32_t read_bytes(int fd) {
    uint8_t bytes[64];
    const ssize_t size = read(fd, bytes, sizeof bytes);
    CHECK(size > 0 || (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)));
    return size > 0 ? (uint32_t)size : 0;
}

/* Sleeps until the descriptor is readable. */
static void sleep_on(int poller) {
    struct epoll_event event;
    CHECK_EQUAL(epoll_wait(poller, &event, 1, -1), 1);
    CHECK((event.events & EPOLLIN) != 0);
}

static int poller_of(int fd) {
    struct epoll_event event;
    const int poller = epoll_create1(EPOLL_CLOEXEC);
    CHECK(poller >= 0);
    memset(&event, 0, sizeof event);
    event.events = EPOLLIN;
    CHECK_EQUAL(epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event), 0);
    return poller;
}

static void event_loop(fg_encoder *encoder, uint32_t count) {
    const int fd = wake_fd(encoder), poller = poller_of(fd);
    uint32_t sent = 0, received = 0, arms = 0, bytes = 0;
    int flushed = 0, flush_sent = 0;
    CHECK((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    while (!flushed) {
        fg_output output = FG_OUTPUT_INIT;
        fg_status status;
        while (sent < count && (status = send_picture(encoder, 64, 48, sent, NULL, 0)) >= 0) {
            if (status > 0) {
                arms++;
                break;
            }
            sent++;
        }
        if (sent == count && !flush_sent) {
            CHECK_OK(fg_encoder_flush(encoder, NULL));
            flush_sent = 1;
        }
        while ((status = fg_encoder_poll(encoder, &output, 0)) == FG_OK) {
            if (output.kind == FG_OUTPUT_FLUSHED) flushed = 1;
            else received++;
            release(&output);
        }
        CHECK(status > 0);
        arms++;
        if (flushed) break;
        sleep_on(poller);
        bytes += read_bytes(fd);
    }
    bytes += read_bytes(fd);
    CHECK_EQUAL(received, count);
    CHECK(bytes > 0 && bytes <= arms); /* one byte for one arm, at most */
    close(poller);
    close(fd);
}

/* Nothing asked to be told, so nothing is. */
static void unarmed(void) {
    check_stage = "unarmed";
    fg_encoder *encoder = null_encoder(4);
    fg_output output = FG_OUTPUT_INIT;
    uint32_t ready = 0;
    const int fd = wake_fd(encoder);
    CHECK_OK(send_small(encoder, 0, 0));
    CHECK_OK(fg_encoder_wait(encoder, FG_READY_POLL, &ready, -1));
    CHECK_OK(fg_encoder_poll(encoder, &output, 0));
    release(&output);
    CHECK_EQUAL(read_bytes(fd), 0);
    fg_encoder_free(encoder);
    close(fd);
}

/* The byte that an arm gave, and no other. */
static void woken(int fd, int poller) {
    sleep_on(poller);
    CHECK_EQUAL(read_bytes(fd), 1);
}

/* What ends the wait: an output, a released slot, a close. A wake may come for nothing, so a call that still
 * says "not now" has armed the next one. */
static void causes(void) {
    check_stage = "causes";
    fg_encoder *encoder = null_encoder(1);
    fg_output output = FG_OUTPUT_INIT;
    const int fd = wake_fd(encoder), poller = poller_of(fd);
    fg_status status = fg_encoder_poll(encoder, &output, 0);
    CHECK_STATUS(status, FG_WAIT_INPUT); /* of a handle that has done nothing yet */
    CHECK_OK(send_small(encoder, 0, 0));
    for (; status > 0; status = fg_encoder_poll(encoder, &output, 0)) woken(fd, poller);
    CHECK_OK(status);

    status = send_small(encoder, 1, 0);
    CHECK_STATUS(status, FG_WAIT_RELEASE);
    CHECK_OK(fg_release_output(output.token));
    for (; status > 0; status = send_small(encoder, 1, 0)) woken(fd, poller);
    CHECK_OK(status);

    while ((status = fg_encoder_poll(encoder, &output, 0)) > 0) woken(fd, poller);
    CHECK_OK(status);
    release(&output);
    status = fg_encoder_poll(encoder, &output, 0);
    CHECK_OK(fg_encoder_close(encoder));
    for (; status > 0; status = fg_encoder_poll(encoder, &output, 0)) woken(fd, poller);
    CHECK_STATUS(status, FG_ERROR_CLOSED);
    fg_encoder_free(encoder);
    close(poller);
    close(fd);
}

/* Writing to a closed end must neither fail a call nor raise SIGPIPE. */
static void closed_by_host(void) {
    check_stage = "closed by the host";
    fg_encoder *encoder = null_encoder(2);
    const int fd = wake_fd(encoder);
    check_idle(encoder);
    close(fd);
    for (uint32_t i = 0; i < 20; i++) {
        fg_output output = FG_OUTPUT_INIT;
        CHECK_OK(send_small(encoder, i, 0));
        CHECK_OK(fg_encoder_poll(encoder, &output, -1));
        release(&output);
        check_idle(encoder);
    }
    fg_encoder_free(encoder);
}

static uint32_t open_descriptors(void) {
    uint32_t count = 0;
    for (int fd = 0; fd < 4096; fd++) count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* Ends that the host closed do not pile up on a handle that has nothing to tell. */
static void closed_while_idle(void) {
    check_stage = "closed while idle";
    fg_encoder *encoder = null_encoder(2);
    fg_waitset *set = NULL;
    CHECK_OK(fg_waitset_new(&set));
    const uint32_t before = open_descriptors();
    for (int i = 0; i < 1024; i++) {
        int32_t fd = -1;
        CHECK_EQUAL(close(wake_fd(encoder)), 0);
        CHECK_OK(fg_waitset_fd(set, &fd));
        CHECK_EQUAL(close(fd), 0);
    }
    CHECK(open_descriptors() <= before + 2); /* the last of each */
    fg_waitset_free(set);
    fg_encoder_free(encoder);
}

/* The descriptor is the host's: it outlives the handle. */
static void outlives(void) {
    check_stage = "outlives";
    fg_encoder *encoder = null_encoder(2);
    const int fd = wake_fd(encoder);
    fg_encoder_free(encoder);
    CHECK(fcntl(fd, F_GETFD) >= 0);
    CHECK_EQUAL(close(fd), 0);
}

int main(int argc, char **argv) {
    check_begin();
    const uint32_t count = check_argument(argc, argv, 1, 100);
    check_stage = "null";
    fg_encoder *encoder = encoder_of(encoder_config(NULL_CODEC, 64, 48, 2));
    event_loop(encoder, count);
    fg_encoder_free(encoder);
    check_stage = "avc";
    encoder = encoder_of(encoder_config(AVC_HIGH, 64, 48, 2));
    event_loop(encoder, count);
    fg_encoder_free(encoder);
    unarmed();
    causes();
    closed_by_host();
    closed_while_idle();
    outlives();
    return 0;
}
