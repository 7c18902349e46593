// The interrupt table of the i386, the registers of a frame, and the double-fault task.
#include <machine/thread.h>

#include "kernel/arch/i386/segments.h"
#include "kernel/arch/x86/pc/devices.h"
#include "kernel/arch/x86/pc/paging.h"
#include "kernel/arch/x86/pc/traps.h"

extern "C" {
extern const uint32_t trap_stubs[uvm::machine::trap_vectors];
[[noreturn]] void double_fault_task();
}

namespace uvm::machine {

namespace {

struct gate {
    uint32_t low, high;
};
constinit gate gates[system_call_gate + 1]{};

// An interrupt gate: interrupts go off. `lowest`: the privilege level that may call it by an instruction.
constexpr gate make_gate(uint32_t handler, uint32_t lowest) {
    return {uint32_t(kernel_code_selector) << 16 | (handler & 0xffff),
            (handler & 0xffff0000) | 0x8e00 | lowest << 13};
}

} // namespace

std::span<const machine_word> trap_words(const trap_frame& frame, uintptr_t address,
                                         machine_word (&room)[max_trap_words]) {
    size_t count = 0;
    for (machine_word const& word :
         {machine_word{"vector", frame.vector}, machine_word{"error", frame.error},
          machine_word{"eip", frame.eip}, machine_word{"eflags", frame.eflags},
          machine_word{"eax", frame.eax}, machine_word{"ebx", frame.ebx}, machine_word{"ecx", frame.ecx},
          machine_word{"edx", frame.edx}, machine_word{"esi", frame.esi}, machine_word{"edi", frame.edi},
          machine_word{"ebp", frame.ebp}, machine_word{"esp", frame.esp()}, machine_word{"cr2", address},
          machine_word{"cr3", loaded_root().value}})
        room[count++] = word;
    return {room, count};
}

void traps_init() {
    for (uint32_t v = 0; v < system_call_vector; ++v)
        gates[v] = make_gate(trap_stubs[v], v == breakpoint_vector || v == overflow_vector ? 3 : 0);
    gates[system_call_gate] = make_gate(trap_stubs[system_call_vector], 3);
    gates[double_fault_vector] = {uint32_t(double_fault_selector) << 16, 0x8500};
    struct [[gnu::packed]] {
        uint16_t limit;
        const void* base;
    } const pointer{sizeof(gates) - 1, gates};
    asm volatile("lidt %0" : : "m"(pointer) : "memory");
}

} // namespace uvm::machine

// Runs as its own task; the processor has saved the registers of the code that broke in main_task.
void double_fault_task() {
    using namespace uvm;
    using namespace uvm::machine;
    uintptr_t const address = fault_address();
    task_state const& old = main_task;
    machine_word const words[] = {
        {"eip", old.eip}, {"eflags", old.eflags}, {"eax", old.eax}, {"ebx", old.ebx},
        {"ecx", old.ecx}, {"edx", old.edx},       {"esi", old.esi}, {"edi", old.edi},
        {"ebp", old.ebp}, {"esp", old.esp},       {"cr2", address}, {"cr3", running_context->root.value}};
    double_fault_died({old.eip, old.ebp, address, words});
}
