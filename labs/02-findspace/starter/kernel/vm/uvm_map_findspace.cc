// uvm_map_findspace: where a new mapping goes. Yours to write.
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

// Given: what the app is told of a search. It listens only when search_is_watched().
enum class verdict : uint8_t { fits, too_small, cut };

[[maybe_unused]] bool search_is_watched() { return uvm_probe_is_watched(uvm_event_class::tree); }
[[maybe_unused]] void tell_begin(const vm_map& map, vaddr_t hint, vsize_t length, vsize_t align) {
    uvm_probe(uvm_event::findspace_begin, reinterpret_cast<uintptr_t>(&map), hint.value, length.value,
              align.value);
}
// The gap behind `entry` was looked at, or, with verdict::cut, the subtree at `entry` was not.
[[maybe_unused]] void tell_visit(const vm_map& map, const vm_map_entry& entry, verdict what) {
    uvm_probe(uvm_event::findspace_visit, reinterpret_cast<uintptr_t>(&map), entry.entry_id,
              entry.maxgap.value, uint32_t(what));
}
// `found` null: no room.
[[maybe_unused]] void tell_end(const vm_map& map, const vaddr_t* found, uint32_t visits) {
    uvm_probe(uvm_event::findspace_end, reinterpret_cast<uintptr_t>(&map), found ? found->value : 0, visits);
}

} // namespace

// The contract is at the declaration, in kernel/vm/uvm_map.h, and in README.md.
vm_map_entry* uvm_map_findspace(vm_map& map, vaddr_t hint, vsize_t length, vaddr_t* result, vsize_t align,
                                uvm_flag flags) {
    static_cast<void>(map);
    static_cast<void>(hint);
    static_cast<void>(length);
    static_cast<void>(result);
    static_cast<void>(align);
    static_cast<void>(flags);
    panic("lab 2: uvm_map_findspace is not written yet");
}

} // namespace uvm
