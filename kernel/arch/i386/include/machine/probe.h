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
    "movl %[" #n "], %c[args] + 4 * (" #number " - 1)(%%ecx)\n\t"                                            \
    ".endif\n\t"
// By way of a register, since there are not enough for all of them.
#define UVM_PROBE_WORD_BY_WAY(number, n)                                                                     \
    ".if %c[count] >= " #number "\n\t"                                                                       \
    "movl %[" #n "], %%eax\n\t"                                                                              \
    "movl %%eax, %c[args] + 4 * (" #number " - 1)(%%ecx)\n\t"                                                \
    ".endif\n\t"
#define UVM_PROBE_WORDS                                                                                      \
    UVM_PROBE_WORD(1, a) UVM_PROBE_WORD(2, b) UVM_PROBE_WORD_BY_WAY(3, c)                                    \
    UVM_PROBE_WORD_BY_WAY(4, d) UVM_PROBE_WORD_BY_WAY(5, e)
#define UVM_PROBE_WORDS_BY_WAY                                                                               \
    UVM_PROBE_WORD_BY_WAY(1, a) UVM_PROBE_WORD_BY_WAY(2, b) UVM_PROBE_WORD_BY_WAY(3, c)                      \
    UVM_PROBE_WORD_BY_WAY(4, d) UVM_PROBE_WORD_BY_WAY(5, e)
#define UVM_PROBE_LONG(number, n)                                                                            \
    ".if %c[count] >= " #number "\n\t"                                                                       \
    "movl %[" #n "], %%eax\n\t"                                                                              \
    "movl %%eax, %c[args] + 8 * (" #number " - 1)(%%ecx)\n\t"                                                \
    "movl %[" #n "_high], %%eax\n\t"                                                                         \
    "movl %%eax, %c[args] + 8 * (" #number " - 1) + 4(%%ecx)\n\t"                                            \
    ".endif\n\t"
#define UVM_PROBE_LONGS                                                                                      \
    UVM_PROBE_LONG(1, a) UVM_PROBE_LONG(2, b) UVM_PROBE_LONG(3, c) UVM_PROBE_LONG(4, d) UVM_PROBE_LONG(5, e)
#define UVM_PROBE_CONSTANT_HEAD "movl %[head], %c[event](%%ecx)\n\t"
#define UVM_PROBE_ANY_HEAD "movl %[head], %%eax\n\tmovl %%eax, %c[event](%%ecx)\n\t"
#define UVM_PROBE_BLOCK(put_head, put_args, head_constraint, change, ...)                                    \
    asm goto("771: movl %[next], %%ecx\n\t"                                                                  \
             "cmpl %[until], %%ecx\n\t"                                                                      \
             "jae %l[slow]\n\t"                                                                              \
             ".if %c[of_change]\n\t"                                                                         \
             "movl %[begun], %%eax\n\t"                                                                      \
             "cmpl %[ended], %%eax\n\t"                                                                      \
             "je %l[slow]\n\t"                                                                               \
             ".endif\n\t"                                                                                    \
             "rdtsc\n\t"                                                                                     \
             "movl %%eax, %c[time](%%ecx)\n\t"                                                               \
             "movl %%edx, %c[time] + 4(%%ecx)\n\t"                                                           \
             put_head                                                                                        \
             "movl %[running], %%eax\n\t"                                                                    \
             "movl %%eax, %c[thread](%%ecx)\n\t"                                                             \
             put_args                                                                                        \
             "addl %[size], %[next]\n"                                                                       \
             "772:\n\t"                                                                                      \
             ".pushsection .probe_windows, \"a\"\n\t"                                                        \
             ".long 771b, 772b\n\t"                                                                          \
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

// What uvm_probe_quick promises; `of_change` says whether the event belongs into a change, and is a constant
// where `head` is one.
template <size_t count>
[[gnu::always_inline]] inline bool probe_write(uint32_t head, bool of_change, uintptr_t a = 0,
                                               uintptr_t b = 0, uintptr_t c = 0, uintptr_t d = 0,
                                               uintptr_t e = 0) {
    if (__builtin_constant_p(head))
        UVM_PROBE_BLOCK(UVM_PROBE_CONSTANT_HEAD, UVM_PROBE_WORDS, "i",
                        int(of_change), [a] "ri"(a), [b] "ri"(b), [c] "g"(c), [d] "g"(d), [e] "g"(e));
    else if (of_change)
        UVM_PROBE_BLOCK(UVM_PROBE_ANY_HEAD, UVM_PROBE_WORDS_BY_WAY, "g",
                        1, [a] "g"(a), [b] "g"(b), [c] "g"(c), [d] "g"(d), [e] "g"(e));
    else
        return false;
    return true;
slow:
    return false;
}
// The same for arguments of 64 bits.
template <size_t count>
[[gnu::always_inline]] inline bool probe_write_long(uint32_t head, bool of_change, uint64_t a = 0,
                                                    uint64_t b = 0, uint64_t c = 0, uint64_t d = 0,
                                                    uint64_t e = 0) {
    if (!__builtin_constant_p(head))
        return false;
    UVM_PROBE_BLOCK(UVM_PROBE_CONSTANT_HEAD, UVM_PROBE_LONGS, "i", int(of_change), [a] "g"(uint32_t(a)),
                    [a_high] "g"(uint32_t(a >> 32)), [b] "g"(uint32_t(b)), [b_high] "g"(uint32_t(b >> 32)),
                    [c] "g"(uint32_t(c)), [c_high] "g"(uint32_t(c >> 32)), [d] "g"(uint32_t(d)),
                    [d_high] "g"(uint32_t(d >> 32)), [e] "g"(uint32_t(e)), [e_high] "g"(uint32_t(e >> 32)));
    return true;
slow:
    return false;
}
#undef UVM_PROBE_BLOCK
#undef UVM_PROBE_ANY_HEAD
#undef UVM_PROBE_CONSTANT_HEAD
#undef UVM_PROBE_LONGS
#undef UVM_PROBE_LONG
#undef UVM_PROBE_WORDS_BY_WAY
#undef UVM_PROBE_WORDS
#undef UVM_PROBE_WORD_BY_WAY
#undef UVM_PROBE_WORD

} // namespace uvm::machine
