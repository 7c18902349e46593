// Writing an event where it is passed: see probe_block.h.
#pragma once

#define UVM_PROBE_WIDTH "l"
#define UVM_PROBE_PLACE "%%ecx"
#define UVM_PROBE_ADDRESS ".long"
#include <machine/probe_block.h>

namespace uvm::machine {

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
#undef UVM_PROBE_ADDRESS
#undef UVM_PROBE_PLACE
#undef UVM_PROBE_WIDTH

} // namespace uvm::machine
