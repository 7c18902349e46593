// The kernel's console: one serial line, any context.
#pragma once

#include <machine/cpu.h>

#include "kernel/base/format.h"

namespace uvm {

// console().text("pages: ").dec(n).text("\n");
class console_sink : public formatter<console_sink> {
public:
    void put(std::string_view words) { machine::console_write(words); }
};
inline console_sink console() { return {}; }

} // namespace uvm
