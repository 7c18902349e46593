// Assertions and panic, as functions: the caller's file and line come as default arguments.
#pragma once

#include <cstdint>

namespace uvm {

// What a panic knows. Filled in before the machine is stopped; the debugger bridge reads it by name.
struct panic_record {
    const char* message; // null while nothing has panicked
    const char* file;
    uint32_t line;
    uint32_t invariant;  // number in the map contract, 0 when the panic is of another kind
    uint64_t expected;   // for an invariant: what should have been found
    uint64_t found;      // and what was
    const void* subject; // the entry, page, ... that is wrong; may be null
};
extern panic_record uvm_panic_record;

// Stops the machine for good: prints message, place and a backtrace (kernel), or aborts (host).
[[noreturn]] void panic(const char* message, const char* file = __builtin_FILE(),
                        uint32_t line = uint32_t(__builtin_LINE()));

// Panic over a broken numbered invariant, with both values and the object that shows it.
[[noreturn]] void panic_invariant(uint32_t invariant, const char* message, uint64_t expected, uint64_t found,
                                  const void* subject, const char* file = __builtin_FILE(),
                                  uint32_t line = uint32_t(__builtin_LINE()));

// Checks a fact that costs O(1); always compiled in.
constexpr void kassert(bool condition, const char* what, const char* file = __builtin_FILE(),
                       uint32_t line = uint32_t(__builtin_LINE())) {
    if (!condition) [[unlikely]]
        panic(what, file, line);
}

} // namespace uvm
