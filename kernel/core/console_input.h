// What is typed at the console: bytes wait in a ring until a program reads them, a line at a time.
#pragma once

#include <span>

#include "kernel/base/result.h"

namespace uvm {

// Takes what the machine has received; shows it, and wakes who reads; the debugger's key enters that. Called
// by the timer. Never sleeps.
void console_input_poll();
// Up to a line, its end included; waits until there is one. Returns how many bytes. Fails: EINTR.
[[nodiscard]] result<size_t> console_input_read(std::span<std::byte> to);

} // namespace uvm
