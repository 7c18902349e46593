// nanosleep and time: not shorter than asked; signals end it.
#include "kernel/user/lib/check.h"

int main(int, char**) {
    abi::time_span span{0, 2'000'000'000, 0};
    expect_is(ask(call::nanosleep, &span), -EINVAL, "no such nanoseconds");
    span = {~uint64_t{0}, 0, 0};
    expect_is(ask(call::nanosleep, &span), -EINVAL, "for ever");
    span = {0, 0, 0};
    expect_is(ask(call::nanosleep, &span), 0, "not at all");
    // Who sleeps longer wakes later.
    int ends[2];
    pipe(ends);
    for (int const ms : {90, 30, 60}) {
        if (fork() == 0) {
            sleep_milliseconds(uint32_t(ms));
            char const byte = char(ms);
            write(ends[1], &byte, 1);
            exit(0);
        }
    }
    for (int const ms : {30, 60, 90}) {
        char byte = 0;
        read(ends[0], &byte, 1);
        expect_is(byte, ms, "in the order of their times");
    }
    while (wait(-1, nullptr) > 0) {
    }
    int const sleeper = fork();
    if (sleeper == 0) {
        on_signal(abi::sig_usr1, [](int, abi::signal_info*, void*) {});
        span = {1000, 0, 0};
        exit(ask(call::nanosleep, &span) == -EINTR ? 0 : 1);
    }
    sleep_milliseconds(50);
    kill(sleeper, abi::sig_usr1);
    int status = -1;
    wait(sleeper, &status);
    expect_is(status, 0, "a signal ends a sleep");
    return outcome("sleep");
}
