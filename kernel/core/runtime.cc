// What the C++ library's headers call when they are used wrongly.
#include "kernel/base/kassert.h"

namespace std {

[[noreturn]] void __throw_out_of_range_fmt(const char* format, ...);
void __throw_out_of_range_fmt(const char* format, ...) { uvm::panic(format); }

} // namespace std
