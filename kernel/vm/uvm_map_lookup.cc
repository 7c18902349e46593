// uvm_map_lookup_entry: hint, short walk, tree.
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_page.h"

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
    ++uvmexp.lookups;
    // Readers move the hint under a shared lock, so it is read once.
    vm_map_entry* at = __atomic_load_n(&map.hint, __ATOMIC_RELAXED);
    if (at != &map.header && va >= at->start) {
        if (va < at->end) {
            ++uvmexp.lookup_hint;
            *entry = at;
            return true;
        }
        if (map.nentries <= short_map) {
            ++uvmexp.lookup_list;
            while (at->next != &map.header && at->next->start <= va) {
                at = at->next;
                ++uvmexp.lookup_list_steps;
            }
            return found(map, at, va, entry);
        }
    }
    ++uvmexp.lookup_tree;
    vm_map_entry* before = &map.header;
    uint64_t steps = 0;
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
    uvmexp.lookup_tree_steps += steps;
    __atomic_store_n(&map.hint, before, __ATOMIC_RELAXED);
    *entry = before;
    return node != nullptr; // the search ended early: inside `before`
}

} // namespace uvm
