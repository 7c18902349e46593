// Exceptions and interrupts.
#include "kernel/arch/i386/traps.h"

#include <machine/cpu.h>
#include <machine/memory.h>
#include <machine/thread.h>

#include "kernel/arch/i386/devices.h"
#include "kernel/arch/i386/paging.h"
#include "kernel/arch/i386/segments.h"
#include "kernel/core/machine_calls.h"

extern "C" {
extern const uint32_t trap_stubs[48];
void trap_dispatch(uvm::machine::trap_frame* frame);
[[noreturn]] void double_fault_task();
}

namespace uvm::machine {

namespace {

constexpr uint8_t page_fault_vector = 14, double_fault_vector = 8, vectors = 48;

struct gate {
    uint32_t low, high;
};
constinit gate gates[vectors]{};

constexpr const char* exception_names[32] = {"divide error",
                                             "debug",
                                             "non-maskable interrupt",
                                             "breakpoint",
                                             "overflow",
                                             "bound exceeded",
                                             "invalid opcode",
                                             "no coprocessor",
                                             "double fault",
                                             "coprocessor overrun",
                                             "invalid task state",
                                             "segment not present",
                                             "stack segment fault",
                                             "general protection fault",
                                             "page fault",
                                             "reserved",
                                             "coprocessor error",
                                             "alignment check",
                                             "machine check",
                                             "SIMD error",
                                             "virtualization",
                                             "control protection"};

void fill_steps(trap_report& report, paddr_t root, uintptr_t address) {
    walk_step steps[2];
    report.walk_count = page_walk(root, address, steps);
    for (int i = 0; i < report.walk_count; ++i)
        report.walk[i] = {steps[i].table, steps[i].index, steps[i].entry, steps[i].present(),
                          steps[i].writable()};
}

[[noreturn]] void fatal(const trap_frame& frame, uintptr_t address) {
    trap_report report{};
    report.what =
        frame.vector < 32 && exception_names[frame.vector] ? exception_names[frame.vector] : "unknown trap";
    report.pc = frame.eip;
    report.frame = frame.ebp;
    machine_word const words[] = {{"vector", frame.vector}, {"error", frame.error},      {"eip", frame.eip},
                                  {"eflags", frame.eflags}, {"eax", frame.eax},          {"ebx", frame.ebx},
                                  {"ecx", frame.ecx},       {"edx", frame.edx},          {"esi", frame.esi},
                                  {"edi", frame.edi},       {"ebp", frame.ebp},          {"esp", frame.esp()},
                                  {"cr2", address},         {"cr3", loaded_root().value}};
    report.registers = words;
    if (frame.vector == page_fault_vector) {
        report.address = address;
        report.detail = frame.error & 2 ? "store" : frame.error & 16 ? "instruction fetch" : "load";
        fill_steps(report, loaded_root(), address);
    }
    machine_died(report);
}

void page_fault(trap_frame& frame) {
    uintptr_t const address = fault_address(); // before anything else can fault
    if (user_fault(frame, address))
        return;
    fatal(frame, address);
}

} // namespace

void traps_init() {
    for (uint32_t v = 0; v < vectors; ++v)
        gates[v] = {uint32_t(kernel_code_selector) << 16 | (trap_stubs[v] & 0xffff),
                    (trap_stubs[v] & 0xffff0000) | 0x8e00};
    gates[double_fault_vector] = {uint32_t(double_fault_selector) << 16, 0x8500};
    struct [[gnu::packed]] {
        uint16_t limit;
        const void* base;
    } const pointer{sizeof(gates) - 1, gates};
    asm volatile("lidt %0" : : "m"(pointer) : "memory");
}

} // namespace uvm::machine

void trap_dispatch(uvm::machine::trap_frame* frame) {
    using namespace uvm;
    using namespace uvm::machine;
    if (frame->vector == page_fault_vector) {
        page_fault(*frame);
    } else if (frame->vector >= irq_base) {
        auto const irq = uint8_t(frame->vector - irq_base);
        if (interrupt_acknowledge(irq) && irq == timer_irq)
            timer_tick();
    } else {
        fatal(*frame, fault_address());
    }
}

// Runs as its own task; the processor has saved the registers of the code that broke in main_task.
void double_fault_task() {
    using namespace uvm;
    using namespace uvm::machine;
    uintptr_t const address = fault_address();
    task_state const& old = main_task;
    trap_report report{};
    report.what = "double fault";
    report.detail = "an exception could not be delivered";
    for (uint32_t number = 0; number < max_threads; ++number) {
        auto const bottom = reinterpret_cast<uintptr_t>(kernel_stack(number).data());
        if (address >= bottom - 4096 && address < bottom)
            report.detail = "the kernel stack ran over its end";
    }
    report.pc = old.eip;
    report.frame = old.ebp;
    report.address = address;
    machine_word const words[] = {
        {"eip", old.eip}, {"eflags", old.eflags}, {"eax", old.eax}, {"ebx", old.ebx},
        {"ecx", old.ecx}, {"edx", old.edx},       {"esi", old.esi}, {"edi", old.edi},
        {"ebp", old.ebp}, {"esp", old.esp},       {"cr2", address}, {"cr3", running_context->root.value}};
    report.registers = words;
    fill_steps(report, running_context->root, address);
    machine_died(report);
}
