// Pipes: bytes in order, waiting on both ends, the end of either.
#include "kernel/user/lib/check.h"

int main(int, char**) {
    int ends[2];
    expect_is(pipe(ends), 0, "pipe");
    constexpr int total = 20000;
    int const child = fork();
    if (child == 0) {
        close(ends[0]);
        for (int i = 0; i < total;) {
            unsigned char bytes[997];
            int count = 0;
            while (count < int(sizeof bytes) && i < total)
                bytes[count++] = (unsigned char)(i++ * 7);
            if (write(ends[1], bytes, size_t(count)) != count)
                exit(1);
        }
        exit(0);
    }
    close(ends[1]);
    int got = 0;
    bool right = true;
    for (;;) {
        unsigned char bytes[313];
        long const n = read(ends[0], bytes, sizeof bytes);
        if (n <= 0) {
            expect_is(n, 0, "the end comes when the writer has gone");
            break;
        }
        for (long i = 0; i < n; ++i)
            right = right && bytes[i] == (unsigned char)(got++ * 7);
    }
    expect_is(got, total, "every byte");
    expect(right, "in order");
    int status = -1;
    wait(child, &status);
    expect_is(status, 0, "the writer was content");
    int broken[2];
    pipe(broken);
    close(broken[0]);
    on_signal(abi::sig_pipe, (handler)abi::sig_ignore);
    expect_is(write(broken[1], "x", 1), -EPIPE, "nobody can read");
    expect_is(signal_in_child([&] {
                  on_signal(abi::sig_pipe, nullptr);
                  write(broken[1], "x", 1);
              }),
              abi::sig_pipe, "SIGPIPE");
    // One that waits for ever can be killed.
    int silent[2];
    pipe(silent);
    int const waiter = fork();
    if (waiter == 0) {
        char byte;
        read(silent[0], &byte, 1);
        exit(0);
    }
    sleep_milliseconds(30);
    kill(waiter, abi::sig_term);
    expect_is(wait(waiter, &status), waiter, "wait");
    expect_is(abi::end_signal(status), abi::sig_term, "killed while it waits");
    uint64_t at;
    expect_is(lseek(silent[0], 0, abi::seek_set, &at), -ESPIPE, "no seeking");
    return outcome("pipes");
}
