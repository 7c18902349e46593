// What context_switch_stacks takes from a thread's stack.
#pragma once

#include <cstdint>

namespace uvm::machine {

// In the order in which switch.S pops it.
struct switch_frame {
    uintptr_t edi, esi, ebx, ebp, return_address;
    uintptr_t end; // where the compiler expects its caller's address

    [[nodiscard]] uintptr_t frame_pointer() const { return ebp; }
    // Makes the switch arrive in context_start, which calls entry(argument).
    void set_start(uintptr_t context_start, uintptr_t entry, uintptr_t argument) {
        return_address = context_start;
        ebx = entry;
        esi = argument;
    }
};

} // namespace uvm::machine
