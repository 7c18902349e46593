// The smallest program: says hello by a system call and ends.
#include "kernel/user/lib/libc.h"

int main(int, char**) {
    print("hello\n");
    return 7;
}
