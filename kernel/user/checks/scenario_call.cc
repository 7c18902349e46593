// A scenario wants the machine for itself: who has children or other threads is refused, also while they make
// more; alone it runs.
#include "kernel/user/lib/check.h"

namespace {

volatile bool over;
uint32_t forks;

void fork_on(void*) {
    while (!over) {
        int const pid = fork();
        if (pid == 0)
            exit(0);
        wait(pid, nullptr);
        __atomic_add_fetch(&forks, 1, __ATOMIC_SEQ_CST);
    }
}

void put(const char* name, const char* text) {
    int const file = open(name, abi::open_write | abi::open_create | abi::open_truncate);
    write(file, text, strlen(text));
    close(file);
}

} // namespace

int main(int, char**) {
    expect_is(ask(call::scenario, "none"), -ENOENT, "no such scenario");
    expect_is(ask(call::scenario, 16), -EFAULT, "a name from nowhere");
    close(make_file("empty", 0, 0));
    expect_is(ask(call::scenario, "empty"), -EFBIG, "one without a line");
    put("works", "space A 0x1000 0x9000\nmap A 0x2000 0x2000 fixed\nwrite A 0x2000 01\ncheck\n");
    int const thread = thread_start(fork_on, nullptr);
    uint32_t others = 0;
    for (uint32_t i = 0; i < 300 || __atomic_load_n(&forks, __ATOMIC_SEQ_CST) < 30; ++i)
        others += ask(call::scenario, "works") != -EBUSY;
    over = true;
    thread_join(thread);
    expect_is(others, 0, "calls beside another thread that were not refused");
    while (wait(-1, nullptr) > 0) {
    }
    // The thread has said that it is over; its end comes a little later.
    long status;
    while ((status = ask(call::scenario, "works")) == -EBUSY)
        sched_yield();
    expect_is(status, 0, "alone it runs, and its check holds");
    put("broken", "space A 0x1000 0x9000\nnonsense\n");
    expect_is(ask(call::scenario, "broken"), 2, "one that does not parse");
    put("harm", "space A 0x1000 0x9000\nmap A 0x2000 0x2000 fixed\ndamage A 0x2000 gap 0x9000\ncheck\n");
    expect_is(ask(call::scenario, "harm"), 0, "a program cannot break a map");
    return outcome("scenario_call");
}
