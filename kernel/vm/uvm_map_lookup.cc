// uvm_map_lookup_entry: hint, short walk, tree.
#include "kernel/vm/uvm_counters.h"
#include "kernel/vm/uvm_map.h"

namespace uvm {

namespace {

// Maps of at most this many entries are walked from the hint instead of searched.
constexpr uint32_t short_map = 15;

[[gnu::always_inline]] inline void remember(vm_map& map, vm_map_entry* before, vm_map_entry** entry) {
    __atomic_store_n(&map.hint, before, __ATOMIC_RELAXED);
    *entry = before;
}

// Ends of a search that visited `steps` entries: in the entry that contains va, and at a neighbour of va's
// gap (no entry: of an empty map).
[[gnu::always_inline]] inline bool found(vm_map& map, vm_map_entry* at, uvm_counter steps,
                                         vm_map_entry** entry) {
    uvm_count(map.counters->mlk_treeloop, steps);
    remember(map, at, entry);
    return true;
}
[[gnu::noinline]] bool missed(vm_map& map, vaddr_t va, vm_map_entry** entry, vm_map_entry* last,
                              uvm_counter steps) {
    uvm_count(map.counters->mlk_treeloop, steps);
    remember(map, !last ? &map.header : va < last->start ? last->prev : last, entry);
    return false;
}

enum class step { on, found, missed };

// One step down from `from`, to `to`.
[[gnu::always_inline]] inline step descend(vm_map_entry* from, vaddr_t va, vm_map_entry*& to) {
    if (va < from->start) {
        to = from->rb.left;
        return to ? step::on : step::missed;
    }
    if (va < from->end)
        return step::found;
    to = from->rb.right;
    return to ? step::on : step::missed;
}

// Four steps a turn, so that neither counting them nor remembering the last entry costs an instruction at
// each.
[[gnu::always_inline]] inline bool search(vm_map& map, vaddr_t va, vm_map_entry** entry) {
    vm_map_entry *a = map.tree.root, *b = nullptr, *c = nullptr, *d = nullptr;
    if (!a)
        return missed(map, va, entry, nullptr, 0);
    for (uvm_counter steps = 0;; steps += 4) {
        if (step const next = descend(a, va, b); next != step::on)
            return next == step::found ? found(map, a, steps + 1, entry)
                                       : missed(map, va, entry, a, steps + 1);
        if (step const next = descend(b, va, c); next != step::on)
            return next == step::found ? found(map, b, steps + 2, entry)
                                       : missed(map, va, entry, b, steps + 2);
        if (step const next = descend(c, va, d); next != step::on)
            return next == step::found ? found(map, c, steps + 3, entry)
                                       : missed(map, va, entry, c, steps + 3);
        if (step const next = descend(d, va, a); next != step::on)
            return next == step::found ? found(map, d, steps + 4, entry)
                                       : missed(map, va, entry, d, steps + 4);
    }
}

} // namespace

bool uvm_map_lookup_entry(vm_map& map, vaddr_t va, vm_map_entry** entry) {
    uvm_map_counters& counters = *map.counters;
    // Readers move the hint under a shared lock, so it is read once.
    vm_map_entry* const at = __atomic_load_n(&map.hint, __ATOMIC_RELAXED);
    // The header begins where the map ends and ends where it begins, so it contains no address and lies above
    // all of the map's.
    if (va >= at->start) {
        if (va < at->end) {
            uvm_count(counters.mlk_hint);
            *entry = at;
            return true;
        }
        if (map.nentries <= short_map && va < map.header.start) {
            uvm_count(counters.mlk_list);
            vm_map_entry* next = at->next;
            uvm_counter steps = 0;
            for (; va >= next->start; next = next->next)
                ++steps;
            uvm_count(counters.mlk_listloop, steps);
            vm_map_entry* const before = next->prev;
            remember(map, before, entry);
            return va < before->end;
        }
    }
    uvm_count(counters.mlk_tree);
    return search(map, va, entry);
}

} // namespace uvm
