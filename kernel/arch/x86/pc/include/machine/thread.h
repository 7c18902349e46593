// The machine's part of a kernel thread.
#pragma once

#include <span>

#include <machine/param.h>

#include "kernel/base/address.h"

namespace uvm {
struct vm_map;
}

namespace uvm::machine {

// Whether interrupts are on, as a word. / Turns them off and tells what it was. / Puts that back.
using interrupt_state = uintptr_t;
inline interrupt_state interrupts_disable() {
    uintptr_t flags;
    asm volatile("pushf; pop %0; cli" : "=r"(flags) : : "memory");
    return flags & 0x200;
}
inline void interrupts_restore(interrupt_state before) {
    if (before)
        asm volatile("sti" : : : "memory");
}

// One turn of a spin lock that is taken.
inline void spin_pause() { asm volatile("pause" : : : "memory"); }

// What the machine keeps of a thread. Field tag: written with interrupts off, or by the thread itself.
struct thread_context {
    uint32_t thread_id{};
    uintptr_t stack_pointer{}; // while it does not run
    paddr_t root{};            // page tables that it runs on
    vm_map* user_map{};        // set while it accesses user memory: the map that faults are resolved in
    uintptr_t stack_top{};     // of its kernel stack; 0 in the boot thread, which never leaves the kernel
    int fault_error{};         // errno of the access that failed, for user_access.cc
};

extern thread_context* running_context;
extern uint32_t running_thread; // its thread_id: every event asks for it

// Id of the thread that runs; 1 is the one that boots.
inline uint32_t current_thread() { return running_thread; }
inline bool is_current_thread(uint32_t id) { return id == current_thread(); }

// Makes `context` the one of the code that runs now, which has booted without.
void context_adopt(thread_context& context);
// Prepares a context that starts in entry(argument) on the given stack, with interrupts off.
void context_create(thread_context& context, std::span<std::byte> stack, void (*entry)(void*),
                    void* argument);
// Where a thread stands that does not run: the code that it goes on with, and its frame pointer there.
struct context_place {
    uintptr_t pc, frame;
};
context_place context_stopped_at(const thread_context& context);
// Leaves `from`, which must be the running one, for `to`. Needs: interrupts off. Returns when switched back.
void context_switch(thread_context& from, thread_context& to);

// The stack with this number below max_threads, with a page below it that is not mapped. 0 is the boot
// thread's.
std::span<std::byte> kernel_stack(uint32_t number);

} // namespace uvm::machine
