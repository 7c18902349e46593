// What an exception or interrupt leaves on the stack.
#pragma once

#include <cstdint>

namespace uvm::machine {

// In the order in which traps.S pushes it; all traps come from the kernel's own privilege level.
struct trap_frame {
    uint32_t edi, esi, ebp, esp_at_push, ebx, edx, ecx, eax;
    uint32_t vector, error;
    uint32_t eip, cs, eflags;

    // The stack pointer of the interrupted code.
    [[nodiscard]] uint32_t esp() const { return uint32_t(reinterpret_cast<uintptr_t>(this + 1)); }
};
static_assert(sizeof(trap_frame) == 52);

// Resolves a page fault of user_copy, or makes it return early. False: not such a fault.
bool user_fault(trap_frame& frame, uintptr_t address);

} // namespace uvm::machine
