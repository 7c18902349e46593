// The host machine: a process whose arena is the physical memory.
#pragma once

#include "kernel/base/address.h"

namespace uvm {

// What a panic does after its message: abort (a debugger or a death test sees it), or leave with a status.
enum class host_panic : uint8_t { abort, exit_3 };

inline constexpr vsize_t host_default_memory{uintptr_t{256} << 20};

// Maps an arena of `size` bytes and brings the page layer up on it. Called once, by the thread that is to be
// number 1. Fails: panics when there is no memory for the arena.
void host_boot(vsize_t size = host_default_memory);

void host_set_panic(host_panic what);

} // namespace uvm
