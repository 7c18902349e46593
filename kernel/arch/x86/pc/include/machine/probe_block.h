// What writes an event where it is passed, on both machines (kernel/vm/uvm_probe.h).
//
// Nobody else may write to the ring meanwhile, and to keep interrupts off takes seven instructions of about
// twenty. So an interrupt may come, and begins the record anew: before it does anything it moves who was in
// the midst of one back to the begin (probe_window_begin in kernel/arch/x86/pc/traps.cc), as restartable
// sequences do. Nothing that the block needs is changed by it before the one instruction at its end, which
// makes the record be seen.
//
// <machine/probe.h> says before it includes this what a pointer is: UVM_PROBE_WIDTH, the suffix of
// instructions, UVM_PROBE_PLACE, a register, and UVM_PROBE_ADDRESS, the directive for an address. `put_head`
// and `put_args` fill the record at UVM_PROBE_PLACE and may use eax; the operands of the latter stand last.
// Who uses the block has `head`, `count` and a label `slow`.
#pragma once

#include <cstddef>

#include <machine/thread.h>

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_probe_ring.h"

namespace uvm::machine {

// Events are written where they are passed, and not by a call.
inline constexpr bool quick_probes = true;

} // namespace uvm::machine

// clang-format off
#define UVM_PROBE_BLOCK(put_head, put_args, head_constraint, change, ...)                                    \
    asm goto("771: mov" UVM_PROBE_WIDTH " %[next], " UVM_PROBE_PLACE "\n\t"                                  \
             "cmp" UVM_PROBE_WIDTH " %[until], " UVM_PROBE_PLACE "\n\t"                                      \
             "jae %l[slow]\n\t"                                                                              \
             ".if %c[of_change]\n\t"                                                                         \
             "movl %[begun], %%eax\n\t"                                                                      \
             "cmpl %[ended], %%eax\n\t"                                                                      \
             "je %l[slow]\n\t"                                                                               \
             ".endif\n\t"                                                                                    \
             "rdtsc\n\t"                                                                                     \
             "movl %%eax, %c[time](" UVM_PROBE_PLACE ")\n\t"                                                 \
             "movl %%edx, %c[time] + 4(" UVM_PROBE_PLACE ")\n\t"                                             \
             put_head                                                                                        \
             "movl %[running], %%eax\n\t"                                                                    \
             "movl %%eax, %c[thread](" UVM_PROBE_PLACE ")\n\t"                                               \
             put_args                                                                                        \
             "add" UVM_PROBE_WIDTH " %[size], %[next]\n"                                                     \
             "772:\n\t"                                                                                      \
             ".pushsection .probe_windows, \"a\"\n\t"                                                        \
             UVM_PROBE_ADDRESS " 771b, 772b\n\t"                                                             \
             ".popsection"                                                                                   \
             : : [next] "m"(uvm_probe_ring.next), [until] "m"(uvm_probe_control.quick_until),                \
                 [begun] "m"(uvm_changes.begun), [ended] "m"(uvm_changes.ended),                             \
                 [running] "m"(running_thread), [head] head_constraint(head), [of_change] "i"(change),       \
                 [count] "i"(count), [time] "i"(offsetof(uvm_probe_record, time)),                           \
                 [event] "i"(offsetof(uvm_probe_record, event)),                                             \
                 [thread] "i"(offsetof(uvm_probe_record, thread)),                                           \
                 [args] "i"(offsetof(uvm_probe_record, args)), [size] "i"(sizeof(uvm_probe_record)),         \
                 __VA_ARGS__                                                                                 \
             : "eax", "ecx", "edx", "memory", "cc" : slow)
// clang-format on
