// What context_switch_stacks takes from a thread's stack.
#pragma once

#include <cstdint>

namespace uvm::machine {

// In the order in which switch.S pops it.
struct switch_frame {
    uintptr_t r15, r14, r13, r12, rbx, rbp, return_address;
    uintptr_t end; // ends every backtrace

    [[nodiscard]] uintptr_t frame_pointer() const { return rbp; }
    // Makes the switch arrive in context_start, which calls entry(argument).
    void set_start(uintptr_t context_start, uintptr_t entry, uintptr_t argument) {
        return_address = context_start;
        rbx = entry;
        r12 = argument;
    }
};

} // namespace uvm::machine
