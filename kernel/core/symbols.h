// Names for addresses of code, from the table that the build links into the kernel.
#pragma once

#include <cstdint>
#include <string_view>

namespace uvm {

struct symbol {
    std::string_view name; // "?" when no function lies there
    uintptr_t offset;      // of the address in it
};
symbol symbol_at(uintptr_t address);

// Prints the calls that led to `pc`, innermost first: by frame pointers, as far as they make sense.
void print_backtrace(uintptr_t pc, uintptr_t frame);

} // namespace uvm
