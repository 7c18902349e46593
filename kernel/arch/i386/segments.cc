#include "kernel/arch/i386/segments.h"

#include <machine/memory.h>

#include "kernel/arch/x86/pc/boot.h"
#include "kernel/arch/x86/pc/traps.h"

extern "C" {
extern uint32_t boot_page_directory[1024];
void double_fault_entry();
}

namespace uvm::machine {

constinit task_state main_task{};

namespace {

constinit task_state double_fault_state{};
alignas(16) constinit uint8_t double_fault_stack[8192]{};

struct descriptor {
    uint32_t low, high;
};

// `type`: the access byte. Limits are in pages where `granular`.
constexpr descriptor make_descriptor(uint32_t base, uint32_t limit, uint8_t type, bool granular) {
    return {base << 16 | (limit & 0xffff), (base & 0xff000000) | (granular ? 0xc00000u : 0u) |
                                               (limit & 0xf0000) | uint32_t(type) << 8 | (base >> 16 & 0xff)};
}

constinit descriptor descriptors[] = {
    {0, 0},
    make_descriptor(0, 0xfffff, 0x9a, true), // kernel code
    make_descriptor(0, 0xfffff, 0x92, true), // kernel data
    make_descriptor(0, 0xfffff, 0xfa, true), // user code
    make_descriptor(0, 0xfffff, 0xf2, true), // user data
    {0, 0},                                  // main task
    {0, 0},                                  // double-fault task
};

descriptor task_descriptor(const task_state& task) {
    return make_descriptor(uint32_t(reinterpret_cast<uintptr_t>(&task)), sizeof(task_state) - 1, 0x89, false);
}

} // namespace

// The double-fault task gets a stack and page directory of its own.
void segments_init() {
    main_task.ss0 = kernel_data_selector;
    main_task.io_map = sizeof(task_state);

    task_state& task = double_fault_state;
    task.cr3 = uint32_t(ptr_to_phys(boot_page_directory).value);
    task.eip = uint32_t(reinterpret_cast<uintptr_t>(&double_fault_entry));
    task.eflags = 2;
    task.esp = task.esp0 =
        uint32_t(reinterpret_cast<uintptr_t>(double_fault_stack + sizeof(double_fault_stack)));
    task.cs = kernel_code_selector;
    task.ss = task.ss0 = task.ds = task.es = task.fs = task.gs = kernel_data_selector;
    task.io_map = sizeof(task_state);

    descriptors[main_task_selector / 8] = task_descriptor(main_task);
    descriptors[double_fault_selector / 8] = task_descriptor(double_fault_state);
    struct [[gnu::packed]] {
        uint16_t limit;
        const void* base;
    } pointer{sizeof(descriptors) - 1, descriptors};
    asm volatile(
        "lgdt %0\n\t"
        "ljmp %1, $1f\n"
        "1:\n\t"
        "movl %2, %%eax\n\t"
        "movw %%ax, %%ds\n\tmovw %%ax, %%es\n\tmovw %%ax, %%ss\n\tmovw %%ax, %%fs\n\tmovw %%ax, %%gs\n\t"
        "movw %3, %%ax\n\t"
        "ltr %%ax"
        :
        : "m"(pointer), "i"(kernel_code_selector), "i"(uint32_t(kernel_data_selector)),
          "i"(main_task_selector)
        : "eax", "memory");
}

void set_kernel_stack(uintptr_t top) { main_task.esp0 = uint32_t(top); }

} // namespace uvm::machine
