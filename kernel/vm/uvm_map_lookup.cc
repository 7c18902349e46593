// uvm_map_lookup_entry: hint, short walk, tree.
#include "kernel/vm/uvm_map.h"

namespace uvm {

namespace {

// Maps of at most this many entries are walked from the hint instead of searched.
constexpr uint32_t short_map = 15;

bool found(vm_map& map, vm_map_entry* at, vaddr_t va, vm_map_entry** entry) {
    __atomic_store_n(&map.hint, at, __ATOMIC_RELAXED);
    *entry = at;
    return at != &map.header && va >= at->start && va < at->end;
}

} // namespace

bool uvm_map_lookup_entry(vm_map& map, vaddr_t va, vm_map_entry** entry) {
    uvm_map_counters& counters = *map.counters;
    uvm_count(counters.mlk_call);
    // Readers move the hint under a shared lock, so it is read once.
    vm_map_entry* at = __atomic_load_n(&map.hint, __ATOMIC_RELAXED);
    if (at != &map.header && va >= at->start) {
        if (va < at->end) {
            uvm_count(counters.mlk_hint);
            *entry = at;
            return true;
        }
        if (map.nentries <= short_map) {
            uvm_counter steps = 0;
            for (; at->next != &map.header && at->next->start <= va; ++steps)
                at = at->next;
            uvm_count(counters.mlk_list);
            uvm_count(counters.mlk_listloop, steps);
            return found(map, at, va, entry);
        }
    }
    vm_map_entry* before = &map.header;
    uvm_counter steps = 0;
    vm_map_entry* node = map.tree.root;
    while (node) {
        ++steps;
        if (va < node->start) {
            node = node->rb.left;
        } else {
            before = node;
            if (va < node->end)
                break;
            node = node->rb.right;
        }
    }
    uvm_count(counters.mlk_tree);
    uvm_count(counters.mlk_treeloop, steps);
    __atomic_store_n(&map.hint, before, __ATOMIC_RELAXED);
    *entry = before;
    return node != nullptr; // the search ended early: inside `before`
}

} // namespace uvm
