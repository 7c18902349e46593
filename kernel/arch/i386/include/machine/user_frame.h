// The registers of a program that is in the kernel.
#pragma once

#include <machine/trap_frame.h>

namespace uvm::machine {

// What a trap from user mode leaves at the top of the thread's kernel stack.
struct user_frame : trap_frame {
    uint32_t user_esp, user_ss;

    // A fresh one that starts at `ip`; all other registers are 0.
    static user_frame start(uintptr_t ip, uintptr_t stack_pointer) {
        user_frame frame{};
        frame.eip = uint32_t(ip);
        frame.user_esp = uint32_t(stack_pointer);
        frame.make_safe();
        return frame;
    }
    // A system call: its number, its words (n < 6), its result.
    [[nodiscard]] uintptr_t call_number() const { return eax; }
    [[nodiscard]] uintptr_t argument(uint32_t n) const {
        uint32_t const words[] = {ebx, ecx, edx, esi, edi, ebp};
        return words[n];
    }
    void set_result(uintptr_t value) { eax = uint32_t(value); }
    [[nodiscard]] uintptr_t stack_pointer() const { return user_esp; }

    // What lies on the stack of a function that was just called.
    struct call_stack {
        uintptr_t pointer;
        uint32_t count;
        uintptr_t words[4];
    };
    // Makes the program be at the start of target(a, b, c), which returns to return_to. The stack lies below
    // `below`; the caller writes what is returned to it.
    call_stack set_call(uintptr_t target, const uintptr_t (&a)[3], uintptr_t return_to, uintptr_t below) {
        call_stack const stack{((below - 12) & ~uintptr_t{15}) - 4, 4, {return_to, a[0], a[1], a[2]}};
        eip = uint32_t(target);
        user_esp = uint32_t(stack.pointer);
        ebp = 0;
        eflags &= ~uint32_t{0x400}; // the calling convention wants the direction up
        return stack;
    }
    // Whatever a program put into it, it will run in user mode, with interrupts on.
    void make_safe() {
        constexpr uint32_t arithmetic_trap_and_direction = 0xdd5, always = 0x2, interrupts = 0x200;
        cs = 0x18 | 3;
        user_ss = 0x20 | 3;
        eflags = (eflags & arithmetic_trap_and_direction) | always | interrupts;
    }
};
static_assert(sizeof(user_frame) == 60);

} // namespace uvm::machine
