// Does nothing until somebody ends it.
#include "kernel/user/lib/libc.h"

int main(int, char**) {
    print("forever: until somebody ends it\n");
    for (;;)
        asm volatile("");
}
