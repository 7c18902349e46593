// Several processes write to the console at once: lines of one letter each, by which a torn one shows.
#include "kernel/user/lib/check.h"

int main(int, char**) {
    int children[3];
    for (int i = 0; i < 3; ++i) {
        children[i] = fork();
        expect(children[i] >= 0, "a writer");
        if (children[i] != 0)
            continue;
        char line[151];
        memset(line, 'a' + i, sizeof line - 1);
        line[sizeof line - 1] = '\n';
        for (int n = 0; n < 40; ++n)
            expect_is(write(1, line, sizeof line), sizeof line, "a line, written");
        exit(check_failures == 0 ? 0 : 1);
    }
    for (int const child : children) {
        int status = -1;
        expect_is(wait(child, &status), child, "the writer's end");
        expect_is(status, 0, "its status");
    }
    return outcome("console_writers");
}
