// The registers of a program that is in the kernel.
#pragma once

#include <machine/trap_frame.h>

namespace uvm::machine {

// What a trap from user mode leaves at the top of the thread's kernel stack.
struct user_frame : trap_frame {
    // A fresh one that starts at `ip`; all other registers are 0.
    static user_frame start(uintptr_t ip, uintptr_t stack_pointer) {
        user_frame frame{};
        frame.rip = ip;
        frame.rsp = stack_pointer;
        frame.make_safe();
        return frame;
    }
    // A system call: its number, its words (n < 6), its result.
    [[nodiscard]] uintptr_t call_number() const { return rax; }
    [[nodiscard]] uintptr_t argument(uint32_t n) const {
        uint64_t const words[] = {rdi, rsi, rdx, r10, r8, r9};
        return words[n];
    }
    void set_result(uintptr_t value) { rax = value; }
    [[nodiscard]] uintptr_t stack_pointer() const { return rsp; }

    // What lies on the stack of a function that was just called.
    struct call_stack {
        uintptr_t pointer;
        uint32_t count;
        uintptr_t words[4];
    };
    // Makes the program be at the start of target(a, b, c), which returns to return_to. The stack lies below
    // `below`, behind the red zone of what ran there; the caller writes what is returned to it.
    call_stack set_call(uintptr_t target, const uintptr_t (&a)[3], uintptr_t return_to, uintptr_t below) {
        call_stack const stack{(below & ~uintptr_t{15}) - 8, 1, {return_to}};
        rip = target;
        rsp = stack.pointer;
        rdi = a[0];
        rsi = a[1];
        rdx = a[2];
        rbp = 0;
        rflags &= ~uint64_t{0x400}; // the calling convention wants the direction up
        return stack;
    }
    // Whatever a program put into it, it will run in user mode, with interrupts on.
    void make_safe() {
        constexpr uint64_t arithmetic_trap_and_direction = 0xdd5, always = 0x2, interrupts = 0x200;
        cs = 0x20 | 3;
        ss = 0x18 | 3;
        rflags = (rflags & arithmetic_trap_and_direction) | always | interrupts;
    }
};

} // namespace uvm::machine
