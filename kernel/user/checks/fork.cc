// fork: a copy that goes its own way; wait tells how it ended; memory is copied when it is written.
#include "kernel/user/lib/check.h"

namespace {
int shared_by_name = 1;
}

int main(int, char**) {
    char* const heap = map_anon(4 * page);
    memset(heap, 'a', 4 * page);
    int const parent = getpid();
    int const status = in_child([&] {
        expect(getpid() != parent, "the child has a number of its own");
        expect_is(getppid(), parent, "its parent");
        expect(all_are(heap, 4 * page, 'a'), "the child sees what the parent wrote");
        memset(heap, 'b', 4 * page);
        shared_by_name = 2;
        expect(all_are(heap, 4 * page, 'b'), "and then what it wrote itself");
    });
    expect_is(status, 0, "the child ends well");
    expect(all_are(heap, 4 * page, 'a'), "the parent's page is its own");
    expect_is(shared_by_name, 1, "so is its data");
    expect_is(abi::exit_status(in_child([] { exit(42); })), 42, "exit status");
    expect_is(wait(-1, nullptr), -ECHILD, "no child is left");
    int const child = fork();
    if (child == 0) {
        sleep_milliseconds(50);
        exit(3);
    }
    int ended = 0;
    expect_is(wait(child, &ended, abi::wait_no_hang), 0, "it has not ended yet");
    expect_is(wait(child, &ended), child, "now it has");
    expect_is(abi::exit_status(ended), 3, "with its status");
    // Three generations on one page.
    int const grandchild = in_child([&] {
        heap[0] = 'c';
        expect_is(in_child([&] {
                      expect(heap[0] == 'c' && heap[1] == 'a', "the grandchild sees its parent's page");
                      heap[0] = 'd';
                  }),
                  0, "grandchild");
        expect(heap[0] == 'c', "what the grandchild wrote is its own");
    });
    expect_is(grandchild, 0, "three generations");
    expect(heap[0] == 'a', "the first one's page is as it was");
    return outcome("fork");
}
