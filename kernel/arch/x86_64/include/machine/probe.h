// Writing an event where it is passed (kernel/vm/uvm_probe.h).
//
// Nobody else may write to the ring meanwhile, and to keep interrupts off takes seven instructions of about
// twenty. So an interrupt may come, and begins the record anew: before it does anything it moves who was in
// the midst of one back to the begin (probe_window_begin in kernel/arch/x86/pc/traps.cc), as restartable
// sequences do. Nothing that the block needs is changed by it before the one instruction at its end, which
// makes the record be seen.
#pragma once

#include <cstddef>

#include <machine/thread.h>

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_probe_ring.h"

namespace uvm::machine {

// Events are written where they are passed, and not by a call.
inline constexpr bool quick_probes = true;

// clang-format off
#define UVM_PROBE_WORD(number, n)                                                                            \
    ".if %c[count] >= " #number "\n\t"                                                                       \
    "movq %[" #n "], %c[args] + 8 * (" #number " - 1)(%%rcx)\n\t"                                            \
    ".endif\n\t"
#define UVM_PROBE_BLOCK(head_constraint, change)                                                             \
    asm goto("771: movq %[next], %%rcx\n\t"                                                                  \
             "cmpq %[until], %%rcx\n\t"                                                                      \
             "jae %l[slow]\n\t"                                                                              \
             ".if %c[of_change]\n\t"                                                                         \
             "movl %[begun], %%eax\n\t"                                                                      \
             "cmpl %[ended], %%eax\n\t"                                                                      \
             "je %l[slow]\n\t"                                                                               \
             ".endif\n\t"                                                                                    \
             "rdtsc\n\t"                                                                                     \
             "movl %%eax, %c[time](%%rcx)\n\t"                                                               \
             "movl %%edx, %c[time] + 4(%%rcx)\n\t"                                                           \
             "movl %[head], %c[event](%%rcx)\n\t"                                                            \
             "movl %[running], %%eax\n\t"                                                                    \
             "movl %%eax, %c[thread](%%rcx)\n\t"                                                             \
             UVM_PROBE_WORD(1, a) UVM_PROBE_WORD(2, b) UVM_PROBE_WORD(3, c) UVM_PROBE_WORD(4, d)             \
             UVM_PROBE_WORD(5, e)                                                                            \
             "addq %[size], %[next]\n"                                                                       \
             "772:\n\t"                                                                                      \
             ".pushsection .probe_windows, \"a\"\n\t"                                                        \
             ".quad 771b, 772b\n\t"                                                                          \
             ".popsection"                                                                                   \
             : : [next] "m"(uvm_probe_ring.next), [until] "m"(uvm_probe_control.quick_until),                \
                 [begun] "m"(uvm_changes.begun), [ended] "m"(uvm_changes.ended),                             \
                 [running] "m"(running_thread), [head] head_constraint(head), [of_change] "i"(change),       \
                 [count] "i"(count), [time] "i"(offsetof(uvm_probe_record, time)),                           \
                 [event] "i"(offsetof(uvm_probe_record, event)),                                             \
                 [thread] "i"(offsetof(uvm_probe_record, thread)),                                           \
                 [args] "i"(offsetof(uvm_probe_record, args)), [size] "i"(sizeof(uvm_probe_record)),         \
                 [a] "re"(a), [b] "re"(b), [c] "re"(c), [d] "re"(d), [e] "re"(e)                             \
             : "rax", "rcx", "rdx", "memory", "cc" : slow)
// clang-format on

// What uvm_probe_quick promises; `of_change` says whether the event belongs into a change, and is a constant
// where `head` is one.
template <size_t count>
[[gnu::always_inline]] inline bool probe_write(uint32_t head, bool of_change, uint64_t a = 0, uint64_t b = 0,
                                               uint64_t c = 0, uint64_t d = 0, uint64_t e = 0) {
    if (__builtin_constant_p(head))
        UVM_PROBE_BLOCK("i", int(of_change));
    else if (of_change)
        UVM_PROBE_BLOCK("r", 1);
    else
        return false;
    return true;
slow:
    return false;
}
// The same for arguments of 64 bits: here all have as many.
template <size_t count>
[[gnu::always_inline]] inline bool probe_write_long(uint32_t head, bool of_change, uint64_t a = 0,
                                                    uint64_t b = 0, uint64_t c = 0, uint64_t d = 0,
                                                    uint64_t e = 0) {
    return probe_write<count>(head, of_change, a, b, c, d, e);
}
#undef UVM_PROBE_BLOCK
#undef UVM_PROBE_WORD

} // namespace uvm::machine
