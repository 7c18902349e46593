// The kernel debugger on the console: looks at the machine while everything stands still.
//
// It is entered by a key at the console (debugger_key), and by a panic where the command line has the word
// `debugger`; a program has no way to it. While it runs, interrupts are off and no lock is taken: what it
// prints may be in the middle of a change. A command that runs into damage ends with a line, and the prompt
// comes again.
#pragma once

#include <cstdint>

namespace uvm {

// Control and backslash.
inline constexpr char debugger_key = 0x1c;

// Where the code stood that was stopped.
struct debugger_place {
    uintptr_t pc, frame;
};

// Commands until `continue`. Any context.
void debugger_enter();
// Commands until the machine is ended: there is no way back from a panic.
[[noreturn]] void debugger_after_panic(debugger_place place);
// Called by a panic first of all. While a command runs it says that the command failed and goes back to the
// prompt; otherwise it returns at once.
void debugger_command_failed(const char* why);

} // namespace uvm
