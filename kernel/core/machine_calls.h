// What a machine calls in the core, and the shape of what it passes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace uvm {

// What the loader handed over. Both stay valid for ever.
struct boot_info {
    std::string_view command_line;      // without the kernel's own name
    std::span<const std::byte> archive; // empty when there is none
};

// The machine is up: memory is known, traps work, interrupts are still off. Runs on the boot thread's stack.
[[noreturn]] void kernel_main(const boot_info& boot);

// The timer ticked. Interrupts are off; may switch to another thread and returns when this one runs again.
void timer_tick();

// A register or another word worth printing.
struct machine_word {
    const char* name;
    uint64_t value;
};
// One step of the page walk of an address.
struct machine_walk {
    const char* table;
    uint32_t index;
    uint64_t entry;
    bool present, writable;
};
// Why the machine cannot go on: an exception that nobody expected.
struct trap_report {
    const char* what{};   // the exception
    const char* detail{}; // more about it, or null
    uintptr_t pc{};       // where
    uintptr_t frame{};    // frame pointer there, for the backtrace
    uint64_t address{};   // the address that was accessed, where there is a walk
    std::span<const machine_word> registers;
    machine_walk walk[4]{};
    int walk_count{};
};
// Prints an autopsy and stops the machine like a panic. Any context, any stack.
[[noreturn]] void machine_died(const trap_report& report);

} // namespace uvm
