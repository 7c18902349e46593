// What is typed at the console: bytes wait in a ring until a program reads them, a line at a time.
#pragma once

#include <span>

#include "kernel/base/result.h"

namespace uvm {

// Takes what the machine has received; shows it, and wakes who reads; the debugger's key enters that.
// Backspace takes a character back, Control and U the line; Control and D where a line begins is the end of
// what is typed, Control and C interrupts. Other control characters and arrows mean nothing. Called by the
// timer. Never sleeps.
void console_input_poll();
// Up to a line, its end included; waits until there is one. Returns how many bytes, 0 at the end. Fails:
// EINTR.
[[nodiscard]] result<size_t> console_input_read(std::span<std::byte> to);

// Calls tell() whenever the interrupt key has been hit. For a thread of its own. Locks: none may be held.
[[noreturn]] void console_interrupts_run(void (*tell)());

} // namespace uvm
