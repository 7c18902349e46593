// The last events of the ring as text on the console.
#pragma once

#include <cstdint>
#include <string_view>

#include "kernel/vm/uvm_probe.h"

namespace uvm {

// What records everything.
inline constexpr auto all_event_classes = uvm_event_class((uint32_t(uvm_event_class::call) << 1) - 1);

// The last `count` events whose names begin with `name`, oldest first, one a line. Returns how many there
// were. Any context.
uint64_t print_last_events(uint64_t count, std::string_view name = {});

} // namespace uvm
