// What a machine calls in the core, and the shape of what it passes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/vm/uvm_types.h"

namespace uvm {

struct vm_map;

// What the loader handed over. Both stay valid for ever.
struct boot_info {
    std::string_view command_line;      // without the kernel's own name
    std::span<const std::byte> archive; // empty when there is none
};

// The machine is up: memory is known, traps work, interrupts are still off. Runs on the boot thread's stack.
[[noreturn]] void kernel_main(const boot_info& boot);

// The timer ticked. Interrupts are off; may switch to another thread and returns when this one runs again.
void timer_tick();

// A program, or the kernel for it, touched a page that the page tables do not allow: uvm_fault, and before it
// the stack's growth where the page lies right below it. Locks: none but those of the call that accesses.
// Sleeps: as uvm_fault. Fails: as uvm_fault.
[[nodiscard]] errno_t user_page_fault(vm_map& map, vaddr_t page, vm_prot_t access);

// Ticks of the timer since boot.
inline constexpr uint32_t ticks_per_second = 100;
uint64_t timer_ticks();

// Sleeps like sleep_while, until a device's interrupt wakes it or the tick `deadline` comes: one of them
// will, so it is no deadlock. False: the tick has come.
[[nodiscard]] bool device_wait(const uint32_t& word, uint32_t value, const char* why, uint64_t deadline);
// A device does not do what it should, or does so again: a line on the console. Any context.
void device_report(std::string_view device, std::string_view what);

namespace machine {
struct user_frame;
}
// Why a program came into the kernel.
enum class user_cause : uint8_t {
    call,        // a system call
    fault,       // an access that the page tables do not allow: address, access
    interrupt,   // nothing of its own; the interrupt has been served
    arithmetic,  // a division, for instance
    instruction, // one that there is not
    privilege,   // one that it may not use, or an address that there cannot be
    alignment,
    breakpoint,
};
struct user_event {
    user_cause cause;
    uintptr_t address;
    vm_prot_t access;
};
// A program came into the kernel, and goes on with what stands in `frame` when this returns. Called and
// returns with interrupts off, on the thread's own stack.
void user_entered(machine::user_frame& frame, const user_event& event);

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
