// vfork: the child runs in the parent's space, and the parent waits until it has ended or executes.
#include "kernel/user/lib/check.h"

namespace {
volatile int shared = 0;
}

int main(int argc, char** argv) {
    if (argc > 1 && strcmp(argv[1], "again") == 0)
        return 23;
    int child = vfork();
    if (child == 0) {
        shared = 5;
        exit(9);
    }
    expect_is(shared, 5, "what the child wrote is there at once");
    int status = 0;
    expect_is(wait(child, &status), child, "wait");
    expect_is(abi::exit_status(status), 9, "its status");
    child = vfork();
    if (child == 0) {
        static const char* const arguments[] = {"vfork", "again", nullptr};
        shared = 6;
        exec("vfork", arguments);
        exit(99);
    }
    expect_is(shared, 6, "the parent goes on once the child executes");
    expect_is(wait(child, &status), child, "wait");
    expect_is(abi::exit_status(status), 23, "the new program's status");
    // One that is killed gives the space back, too.
    child = vfork();
    if (child == 0) {
        kill(getpid(), abi::sig_kill);
        exit(1);
    }
    expect_is(wait(child, &status), child, "wait");
    expect_is(abi::end_signal(status), abi::sig_kill, "killed");
    return outcome("vfork");
}
