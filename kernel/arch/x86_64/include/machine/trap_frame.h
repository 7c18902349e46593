// What an exception or interrupt leaves on the stack.
#pragma once

#include <cstdint>

namespace uvm::machine {

// In the order in which traps.S pushes it; the processor pushes the last five at every privilege level.
struct trap_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
    uint64_t vector, error;
    uint64_t rip, cs, rflags, rsp, ss;

    // True when the interrupted code ran in user mode; the frame is a user_frame then.
    [[nodiscard]] bool from_user() const { return (cs & 3) == 3; }
    // What both widths have, under one name.
    [[nodiscard]] uintptr_t ip() const { return rip; }
    [[nodiscard]] uintptr_t frame_pointer() const { return rbp; }
    [[nodiscard]] uintptr_t flags() const { return rflags; }
    void set_ip(uintptr_t address) { rip = address; }
};
static_assert(sizeof(trap_frame) == 176);

} // namespace uvm::machine
