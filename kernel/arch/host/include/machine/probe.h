// Writing an event (kernel/vm/uvm_probe.h).
#pragma once

#include <cstddef>

#include <machine/memory.h>
#include <machine/thread.h>

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_probe_ring.h"

namespace uvm::machine {

// Events are written by a call: what a probe costs that nobody watches is counted here.
inline constexpr bool quick_probes = false;

template <class... Args>
inline bool probe_write_any(uint32_t head, bool of_change, Args... args) {
    uvm_probe_record* const record = uvm_probe_ring.next;
    if (record >= uvm_probe_control.quick_until || (of_change && uvm_changes.begun == uvm_changes.ended))
        return false;
    record->time = cycle_count();
    __builtin_memcpy(&record->event, &head, sizeof head);
    record->thread = current_thread();
    [[maybe_unused]] std::byte* to = record->args;
    ((__builtin_memcpy(to, &args, sizeof args), to += sizeof args), ...);
    asm volatile("" ::: "memory"); // whole before it is seen
    uvm_probe_ring.next = record + 1;
    return true;
}
// What uvm_probe_quick promises; `of_change` says whether the event belongs into a change.
template <size_t, class... Args>
inline bool probe_write(uint32_t head, bool of_change, Args... args) {
    return probe_write_any(head, of_change, uintptr_t(args)...);
}
// The same for arguments of 64 bits.
template <size_t, class... Args>
inline bool probe_write_long(uint32_t head, bool of_change, Args... args) {
    return probe_write_any(head, of_change, uint64_t(args)...);
}

} // namespace uvm::machine
