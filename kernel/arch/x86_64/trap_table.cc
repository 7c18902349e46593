// The interrupt table of x86-64, and the registers of a frame.
#include "kernel/arch/x86/pc/devices.h"
#include "kernel/arch/x86/pc/paging.h"
#include "kernel/arch/x86/pc/traps.h"
#include "kernel/arch/x86_64/segments.h"

extern "C" const uint64_t trap_stubs[uvm::machine::trap_vectors];

namespace uvm::machine {

namespace {

struct gate {
    uint64_t low, high;
};
constinit gate gates[system_call_gate + 1]{};

// An interrupt gate: interrupts go off. `stack`: 0 for the running one. `lowest`: the privilege level that
// may call it by an instruction.
constexpr gate make_gate(uint64_t handler, uint8_t stack, uint64_t lowest) {
    return {(handler & 0xffff) | uint64_t(kernel_code_selector) << 16 | uint64_t(stack) << 32 |
                (uint64_t{0x8e} | lowest << 5) << 40 | (handler >> 16 & 0xffff) << 48,
            handler >> 32};
}

} // namespace

std::span<const machine_word> trap_words(const trap_frame& frame, uintptr_t address,
                                         machine_word (&room)[max_trap_words]) {
    size_t count = 0;
    for (machine_word const& word :
         {machine_word{"vector", frame.vector}, machine_word{"error", frame.error},
          machine_word{"rip", frame.rip},       machine_word{"rflags", frame.rflags},
          machine_word{"rax", frame.rax},       machine_word{"rbx", frame.rbx},
          machine_word{"rcx", frame.rcx},       machine_word{"rdx", frame.rdx},
          machine_word{"rsi", frame.rsi},       machine_word{"rdi", frame.rdi},
          machine_word{"rbp", frame.rbp},       machine_word{"rsp", frame.rsp},
          machine_word{"r8", frame.r8},         machine_word{"r9", frame.r9},
          machine_word{"r10", frame.r10},       machine_word{"r11", frame.r11},
          machine_word{"r12", frame.r12},       machine_word{"r13", frame.r13},
          machine_word{"r14", frame.r14},       machine_word{"r15", frame.r15},
          machine_word{"cr2", address},         machine_word{"cr3", loaded_root().value}})
        room[count++] = word;
    return {room, count};
}

void traps_init() {
    for (uint32_t v = 0; v < system_call_vector; ++v)
        gates[v] = make_gate(trap_stubs[v], v == double_fault_vector ? double_fault_stack_number : uint8_t{0},
                             v == breakpoint_vector || v == overflow_vector ? 3 : 0);
    gates[system_call_gate] = make_gate(trap_stubs[system_call_vector], 0, 3);
    struct [[gnu::packed]] {
        uint16_t limit;
        const void* base;
    } const pointer{sizeof(gates) - 1, gates};
    asm volatile("lidt %0" : : "m"(pointer) : "memory");
}

} // namespace uvm::machine
