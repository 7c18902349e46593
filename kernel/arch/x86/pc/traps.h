// Exceptions and interrupts: what the two widths share, and what each provides.
#pragma once

#include <span>

#include <machine/trap_frame.h>

#include "kernel/core/machine_calls.h"

namespace uvm::machine {

inline constexpr uint8_t breakpoint_vector = 3, overflow_vector = 4, double_fault_vector = 8,
                         page_fault_vector = 14, trap_vectors = 49;
// System calls come through gate 0x80, and have the last stub.
inline constexpr uint8_t system_call_gate = 0x80, system_call_vector = 48;

// A trap out of user mode; returns to it. The address is that of a page fault.
void trap_from_user(trap_frame& frame, uintptr_t address);
// Where traps from user mode find the kernel stack. Each width has its own. Needs: interrupts off.
void set_kernel_stack(uintptr_t top);

// Resolves a page fault of user_copy, or makes it return early. False: not such a fault.
bool user_fault(trap_frame& frame, uintptr_t address);

// The registers of a frame as words to print. Each width has its own.
inline constexpr size_t max_trap_words = 24;
std::span<const machine_word> trap_words(const trap_frame& frame, uintptr_t address,
                                         machine_word (&room)[max_trap_words]);

// Where a double fault happened.
struct double_fault {
    uintptr_t ip, frame_pointer, address;
    std::span<const machine_word> registers;
};
// Says whether a stack ran over, and stops the machine.
[[noreturn]] void double_fault_died(const double_fault& fault);

} // namespace uvm::machine
