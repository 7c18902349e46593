// Writing an event where it is passed: see probe_block.h.
#pragma once

#define UVM_PROBE_WIDTH "q"
#define UVM_PROBE_PLACE "%%rcx"
#define UVM_PROBE_ADDRESS ".quad"
#include <machine/probe_block.h>

namespace uvm::machine {

// clang-format off
#define UVM_PROBE_WORD(number, n)                                                                            \
    ".if %c[count] >= " #number "\n\t"                                                                       \
    "movq %[" #n "], %c[args] + 8 * (" #number " - 1)(%%rcx)\n\t"                                            \
    ".endif\n\t"
#define UVM_PROBE_WORDS                                                                                      \
    UVM_PROBE_WORD(1, a) UVM_PROBE_WORD(2, b) UVM_PROBE_WORD(3, c) UVM_PROBE_WORD(4, d) UVM_PROBE_WORD(5, e)
#define UVM_PROBE_HEAD "movl %[head], %c[event](%%rcx)\n\t"
#define UVM_PROBE_OPERANDS [a] "re"(a), [b] "re"(b), [c] "re"(c), [d] "re"(d), [e] "re"(e)
// clang-format on

// What uvm_probe_quick promises; `of_change` says whether the event belongs into a change, and is a constant
// where `head` is one.
template <size_t count>
[[gnu::always_inline]] inline bool probe_write(uint32_t head, bool of_change, uint64_t a = 0, uint64_t b = 0,
                                               uint64_t c = 0, uint64_t d = 0, uint64_t e = 0) {
    if (__builtin_constant_p(head))
        UVM_PROBE_BLOCK(UVM_PROBE_HEAD, UVM_PROBE_WORDS, "i", int(of_change), UVM_PROBE_OPERANDS);
    else if (of_change)
        UVM_PROBE_BLOCK(UVM_PROBE_HEAD, UVM_PROBE_WORDS, "r", 1, UVM_PROBE_OPERANDS);
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
#undef UVM_PROBE_OPERANDS
#undef UVM_PROBE_HEAD
#undef UVM_PROBE_WORDS
#undef UVM_PROBE_WORD
#undef UVM_PROBE_ADDRESS
#undef UVM_PROBE_PLACE
#undef UVM_PROBE_WIDTH

} // namespace uvm::machine
