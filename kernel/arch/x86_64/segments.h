// Segments and the task state.
#pragma once

#include <cstdint>

namespace uvm::machine {

// User data lies before user code, as the processor's fast return to user mode wants it.
inline constexpr uint16_t kernel_code_selector = 0x08;
inline constexpr uint16_t kernel_data_selector = 0x10;
inline constexpr uint16_t user_data_selector = 0x18 | 3;
inline constexpr uint16_t user_code_selector = 0x20 | 3;
inline constexpr uint16_t task_selector = 0x28; // takes two descriptors

// A task state segment of long mode, as the processor defines it: only stacks are left of it.
struct [[gnu::packed]] task_state {
    uint32_t reserved0;
    uint64_t rsp[3]; // for a change to that privilege level
    uint64_t reserved1;
    uint64_t ist[7]; // stacks that a gate of the interrupt table names, from 1
    uint64_t reserved2;
    uint16_t reserved3, io_map;
};
static_assert(sizeof(task_state) == 104);

// The one task. Written with interrupts off.
extern task_state main_task;

// The stack for double faults, by its number in a gate. It is its own, because the running one may be what
// broke.
inline constexpr uint8_t double_fault_stack_number = 1;

} // namespace uvm::machine
