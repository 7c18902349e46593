#include "kernel/arch/x86_64/segments.h"

#include "kernel/arch/x86/pc/boot.h"
#include "kernel/arch/x86/pc/traps.h"

namespace uvm::machine {

constinit task_state main_task{};

namespace {

alignas(16) constinit uint8_t double_fault_stack[8192]{};

// The access byte and the flags are all that long mode looks at; data segments need no limit.
constexpr uint64_t make_descriptor(uint8_t access, bool code) {
    return uint64_t(access) << 40 | (code ? uint64_t{1} << 53 : 0);
}

constinit uint64_t descriptors[] = {
    0,
    make_descriptor(0x9a, true),  // kernel code
    make_descriptor(0x92, false), // kernel data
    make_descriptor(0xf2, false), // user data
    make_descriptor(0xfa, true),  // user code
    0,                            // the task
    0,
};

void describe_task() {
    auto const base = reinterpret_cast<uintptr_t>(&main_task);
    descriptors[task_selector / 8] =
        (sizeof(task_state) - 1) | (base & 0xffffff) << 16 | uint64_t{0x89} << 40 | (base >> 24 & 0xff) << 56;
    descriptors[task_selector / 8 + 1] = base >> 32;
}

} // namespace

void segments_init() {
    main_task.io_map = sizeof(task_state);
    main_task.ist[double_fault_stack_number - 1] =
        reinterpret_cast<uintptr_t>(double_fault_stack + sizeof(double_fault_stack));
    describe_task();
    struct [[gnu::packed]] {
        uint16_t limit;
        const void* base;
    } const pointer{sizeof(descriptors) - 1, descriptors};
    asm volatile(
        "lgdt %0\n\t"
        "pushq %1\n\t"
        "leaq 1f(%%rip), %%rax\n\t"
        "pushq %%rax\n\t"
        "lretq\n"
        "1:\n\t"
        "movl %2, %%eax\n\t"
        "movl %%eax, %%ds\n\tmovl %%eax, %%es\n\tmovl %%eax, %%ss\n\tmovl %%eax, %%fs\n\tmovl %%eax, %%gs\n\t"
        "movl %3, %%eax\n\t"
        "ltr %%ax"
        :
        : "m"(pointer), "i"(kernel_code_selector), "i"(uint32_t(kernel_data_selector)),
          "i"(uint32_t(task_selector))
        : "rax", "memory");
}

void set_kernel_stack(uintptr_t top) { main_task.rsp[0] = top; }

} // namespace uvm::machine
