// Map history: each call of a map operation passes a probe with its arguments and its caller. The history is
// what the ring of probes holds of them (docs/adr/0006-history-in-the-probe-ring.md).
#pragma once

#include "kernel/vm/uvm_probe.h"
#include "kernel/vm/uvm_types.h"

namespace uvm {

struct vm_map;

// At the head of a map operation on [start, end). Nothing where probes are compiled out.
[[gnu::always_inline]] inline void uvm_map_called(const vm_map& map, uvm_map_function function, vaddr_t start,
                                                  vaddr_t end) {
    uvm_probe(uvm_event::map_call, reinterpret_cast<uintptr_t>(&map), uint32_t(function), start.value,
              end.value, reinterpret_cast<uintptr_t>(__builtin_return_address(0)));
}

} // namespace uvm
