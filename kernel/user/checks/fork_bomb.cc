// Processes within a limit: forks fail with EAGAIN, and the machine goes on.
#include "kernel/user/lib/check.h"

int main(int, char**) {
    abi::rlimit limit{};
    getrlimit(abi::limit_processes, &limit);
    limit.current = 5;
    expect_is(setrlimit(abi::limit_processes, &limit), 0, "a limit of five");
    int children[8], count = 0;
    int error = 0;
    for (int& child : children) {
        child = fork();
        if (child == 0) {
            sleep_milliseconds(10000);
            exit(0);
        }
        if (child < 0) {
            error = child;
            break;
        }
        ++count;
    }
    expect_is(count, 5, "five children");
    expect_is(error, -EAGAIN, "and no sixth");
    for (int i = 0; i < count; ++i)
        kill(children[i], abi::sig_kill);
    for (int i = 0; i < count; ++i)
        wait(-1, nullptr);
    limit.maximum = limit.maximum + 1;
    expect_is(setrlimit(abi::limit_processes, &limit), -EPERM, "a limit is not raised above its maximum");
    // Everybody forks, as long as it goes.
    int const root = fork();
    if (root == 0) {
        for (int i = 0; i < 6; ++i)
            fork();
        sleep_milliseconds(100);
        while (wait(-1, nullptr) > 0) {
        }
        exit(0);
    }
    int status = -1;
    expect_is(wait(root, &status), root, "the bomb has gone off");
    expect_is(in_child([] {}), 0, "and forks work again");
    return outcome("fork_bomb");
}
