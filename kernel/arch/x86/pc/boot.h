// From the entry code of a width to kernel_main.
#pragma once

#include <machine/memory.h>

#include "kernel/core/machine_calls.h"

namespace uvm::machine {

inline constexpr uintptr_t page_bytes = 1u << page_shift;

// First: segments, serial lines, traps, constructors. From here on a panic can be seen.
void boot_early();
// The loader's command line, copied away from memory that will be used for something else.
std::string_view keep_command_line(std::string_view line);
// Last: page tables, devices, kernel_main. `free`: the frames that nobody uses, behind the image; `end`: of
// all memory.
[[noreturn]] void boot_finish(const boot_info& boot, physical_range free, paddr_t end);

// An object of the loader at a physical address.
template <class T>
T* at_physical(uintptr_t address) {
    return static_cast<T*>(phys_to_ptr(paddr_t(address)));
}

// Loads segments and tasks. Each width has its own.
void segments_init();

} // namespace uvm::machine
