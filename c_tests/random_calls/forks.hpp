// A thread forks. The child sees that its parent's handles say so, releases and frees them, makes random calls on
// handles of its own, and ends; the parent waits for it.
#pragma once

#include <signal.h>
#include <sys/wait.h>

#include "containers.hpp"

void random_step(World &world, Dice &dice);

// What a child takes with it. Nothing of the pools, whose locks other threads may have at the moment of the fork.
struct Luggage {
    std::shared_ptr<Encoder> encoder;
    std::shared_ptr<Decoder> decoder;
    std::shared_ptr<Held> held; // taken: nobody else releases it
    std::shared_ptr<Frame> frame;
    std::shared_ptr<WaitSet> set;
    std::shared_ptr<Stream> stream;
};

inline void child_hangs(int) {
    static const char text[] = "random_calls: a forked child hangs in ";
    const char *call = watch->call.load();
    if (call == nullptr) call = "no call";
    if (write(2, text, sizeof text - 1) < 0 || write(2, call, strlen(call)) < 0 || write(2, "\n", 1) < 0) _exit(3);
    abort();
}

// The call says that the handle was made before the fork.
template <class Call> void foreign(const char *name, Call &&call) {
    const fg_status status = checked(name, only(FG_ERROR_INVALID_STATE), call);
    if (status == FG_ERROR_INVALID_STATE && strstr(fg_last_error(), "before fork") == nullptr)
        violated(name, "the text does not say \"made before fork\"");
}

template <class Handle> void try_foreign(const std::shared_ptr<Coder<Handle>> &coder, const fg_config *config) {
    if (!coder) return;
    const Api<Handle> &functions = api<Handle>();
    fg_output output = FG_OUTPUT_INIT;
    uint32_t ready = 0;
    int32_t fd = -1;
    foreign(functions.poll.name, [&] { return functions.poll.call(coder->handle, &output, -1); });
    foreign(functions.wait.name, [&] { return functions.wait.call(coder->handle, FG_READY_POLL, &ready, -1); });
    foreign(functions.flush.name, [&] { return functions.flush.call(coder->handle, nullptr); });
    foreign(functions.reset.name, [&] { return functions.reset.call(coder->handle); });
    foreign(functions.wake_fd.name, [&] { return functions.wake_fd.call(coder->handle, &fd); });
    foreign(functions.close.name, [&] { return functions.close.call(coder->handle); });
    foreign(functions.join.name, [&] { return functions.join.call(coder->handle, nullptr, 0); });
    if (config != nullptr) foreign(functions.configure.name, [&] { return functions.configure.call(coder->handle, config); });
}

inline void try_parents(Luggage &luggage) {
    const fg_config *config = luggage.stream ? luggage.stream->config->handle : nullptr;
    try_foreign(luggage.encoder, config);
    try_foreign(luggage.decoder, config);
    if (luggage.encoder && luggage.frame)
        foreign("fg_encoder_enqueue", [&] {
            return fg_encoder_enqueue(luggage.encoder->handle, luggage.frame->handle, nullptr, -1);
        });
    luggage.held.reset(); // releases the token, twice
    if (luggage.frame) CALL_VOID(fg_frame_release, fg_frame_retain(luggage.frame->handle));
    // As last calls: nobody else is here.
    if (luggage.encoder) CALL_VOID(fg_encoder_free, luggage.encoder->handle);
    if (luggage.decoder) CALL_VOID(fg_decoder_free, luggage.decoder->handle);
}

[[noreturn]] inline void child(const World &parents, Dice &dice, Luggage &luggage) {
    signal(SIGALRM, child_hangs);
    alarm(240);
    Wrapped::begin_child();
    auto *world = new World; // never deleted: the_world is for callbacks at any time
    the_world = world;
    world->dir = parents.dir + "/child";
    world->clips = parents.clips;
    world->hostile = parents.hostile;
    world->last_id.store(parents.last_id.load());
    if (luggage.stream) world->streams.put(dice, luggage.stream);
    try_parents(luggage);
    for (uint32_t steps = 20 + dice.below(300); steps > 0; steps--) random_step(*world, dice);
    world->clear();
    HOLDS(Wrapped::current()->count() == 0);
    _exit(0);
}

inline void random_fork(World &world, Dice &dice) {
    static std::atomic<int> children{0};
    if (children.fetch_add(1) < 2) {
        Luggage luggage = {world.encoders.any(dice), world.decoders.any(dice), world.held.take(dice),
                           world.frames.any(dice),   world.sets.any(dice),     world.streams.any(dice)};
        const pid_t pid = fork();
        if (pid == 0) child(world, dice, luggage);
        const Noted noted("waitpid for a forked child");
        int how = 0;
        pid_t ended;
        while (pid > 0 && (ended = waitpid(pid, &how, 0)) < 0 && errno == EINTR) {}
        if (pid > 0 && (!WIFEXITED(how) || WEXITSTATUS(how) != 0)) {
            char text[80];
            snprintf(text, sizeof text, "child %d ended with status %#x", pid, static_cast<unsigned>(how));
            violated("fork", text);
        }
        if (luggage.held) world.held.put(dice, std::move(luggage.held));
    }
    children.fetch_sub(1);
}
