// Shared anonymous memory: parent, child and grandchild see one memory, in both directions.
#include "kernel/user/lib/check.h"

int main(int, char**) {
    auto* const cell = (volatile int*)map_anon(2 * page, abi::prot_read | abi::prot_write, abi::map_shared);
    auto* const own = (volatile int*)map_anon(page);
    *cell = 1;
    *own = 1;
    int const child = fork();
    if (child == 0) {
        if (fork() == 0) {
            while (*cell != 2)
                sched_yield();
            *cell = 3;
            *own = 3;
            exit(0);
        }
        wait(-1, nullptr);
        while (*cell == 3) // until the parent, too, has had its turn
            sched_yield();
        exit(*cell == 4 && *own == 1 ? 0 : 1);
    }
    *cell = 2;
    while (*cell != 3)
        sched_yield();
    *cell = 4;
    int status = -1;
    wait(child, &status);
    expect_is(status, 0, "what the parent wrote last is what the child sees");
    expect_is(*own, 1, "private memory stays apart");
    // A page that nobody touched before the fork is shared as well.
    expect_is(in_child([&] { cell[page / sizeof(int)] = 9; }), 0, "child");
    expect_is(cell[page / sizeof(int)], 9, "a page made by the child");
    return outcome("shared_anon");
}
