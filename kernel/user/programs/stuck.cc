// Waits for ever: for bytes in a pipe that nobody but itself could write to.
#include "kernel/user/lib/libc.h"

int main(int, char**) {
    int ends[2];
    if (int const error = pipe(ends); error < 0) {
        printf("stuck: no pipe: %s\n", error_text(error));
        return 1;
    }
    char byte;
    return int(read(ends[0], &byte, 1));
}
