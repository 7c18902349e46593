// What a program writes to the console, or traps with, is no key that was pressed there.
#include "kernel/user/lib/check.h"

int main(int, char**) {
    char const keys[] = {0x1c, 0x03, 0x1b, 0x1c, '\n'};
    expect_is(write(1, keys, sizeof keys), sizeof keys, "the debugger's key, written");
    expect_is(signal_in_child([] { asm volatile("int3"); }), abi::sig_trap, "a breakpoint of its own");
    return outcome("keys");
}
