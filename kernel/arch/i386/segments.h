// Segments and task state.
#pragma once

#include <cstdint>

namespace uvm::machine {

inline constexpr uint16_t kernel_code_selector = 0x08;
inline constexpr uint16_t kernel_data_selector = 0x10;
inline constexpr uint16_t main_task_selector = 0x28;
inline constexpr uint16_t double_fault_selector = 0x30;

// A task state segment, as the processor defines it.
struct task_state {
    uint32_t link;
    uint32_t esp0, ss0, esp1, ss1, esp2, ss2;
    uint32_t cr3, eip, eflags, eax, ecx, edx, ebx, esp, ebp, esi, edi;
    uint32_t es, cs, ss, ds, fs, gs, ldt;
    uint16_t trap, io_map;
};
static_assert(sizeof(task_state) == 104);

// The task that runs always; the processor writes its registers here when it enters the double-fault task.
extern task_state main_task;

} // namespace uvm::machine
