// What an exception or interrupt leaves on the stack.
#pragma once

#include <cstdint>

namespace uvm::machine {

// In the order in which traps.S pushes it; a trap from user mode has more behind it (user_frame).
struct trap_frame {
    uint32_t edi, esi, ebp, esp_at_push, ebx, edx, ecx, eax;
    uint32_t vector, error;
    uint32_t eip, cs, eflags;

    // The stack pointer of the interrupted code.
    [[nodiscard]] uint32_t esp() const { return uint32_t(reinterpret_cast<uintptr_t>(this + 1)); }
    // True when the interrupted code ran in user mode; the frame is a user_frame then.
    [[nodiscard]] bool from_user() const { return (cs & 3) == 3; }
    // What both widths have, under one name.
    [[nodiscard]] uintptr_t ip() const { return eip; }
    [[nodiscard]] uintptr_t frame_pointer() const { return ebp; }
    [[nodiscard]] uintptr_t flags() const { return eflags; }
    void set_ip(uintptr_t address) { eip = uint32_t(address); }
};
static_assert(sizeof(trap_frame) == 52);

} // namespace uvm::machine
