// vmspaces: a map and its pmap, shared by the threads of one process (and by vfork).
#pragma once

#include "kernel/vm/uvm_map.h"

namespace uvm {

// Field tags: [m] the map's lock, [t] atomic, [I] set once.
struct vmspace {
    struct vm_map vm_map; // [m]
    uint32_t vm_refcnt{}; // [t] processes that use it
    uint32_t vm_id{};     // [I] serial number, never used again
};

enum class vmspace_direction : uint8_t { bottom_up, top_down };

// A new, empty space over [min, max) with one reference, or null.
[[nodiscard]] vmspace* uvmspace_alloc(vaddr_t min, vaddr_t max, vmspace_direction direction);
// One more reference.
void uvmspace_addref(vmspace& vm);
// One reference less; the last one removes every mapping and destroys the space. Sleeps: for I/O.
void uvmspace_free(vmspace& vm);
// A copy of the space as fork makes it, entry by entry by inheritance, or null without memory.
// Locks: takes the parent's map exclusively. Cost: O(entries), not O(pages).
[[nodiscard]] vmspace* uvmspace_fork(vmspace& parent);
// What the owner of a shared space gets to be alone: its own copy by fork. The same space when not shared;
// null without memory. The caller's reference moves to the result.
[[nodiscard]] vmspace* uvmspace_unshare(vmspace& vm);
// The space for a new program over [min, max): the same one emptied when the caller is its only user, else a
// fresh one. The caller's reference moves to the result; null without memory (the old space is kept).
[[nodiscard]] vmspace* uvmspace_exec(vmspace& vm, vaddr_t min, vaddr_t max);

} // namespace uvm
