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

// Four steps, before which `steps` were made. True: the search is over, with *result; else `a` is where it
// goes on.
[[gnu::always_inline]] inline bool four_steps(vm_map& map, vaddr_t va, vm_map_entry** entry, vm_map_entry*& a,
                                              uvm_counter steps, bool* result) {
    vm_map_entry *b = nullptr, *c = nullptr, *d = nullptr, *on = nullptr;
    auto const over = [&](step how, vm_map_entry* at, uvm_counter made) {
        *result = how == step::found ? found(map, at, steps + made, entry)
                                     : missed(map, va, entry, at, steps + made);
        return true;
    };
    if (step const next = descend(a, va, b); next != step::on)
        return over(next, a, 1);
    if (step const next = descend(b, va, c); next != step::on)
        return over(next, b, 2);
    if (step const next = descend(c, va, d); next != step::on)
        return over(next, c, 3);
    if (step const next = descend(d, va, on); next != step::on)
        return over(next, d, 4);
    a = on;
    return false;
}

// Four steps a turn, so that neither counting them nor remembering the last entry costs an instruction at
// each; and the first two turns, in which the search of a small map ends, know how many they were.
[[gnu::always_inline]] inline bool search(vm_map& map, vaddr_t va, vm_map_entry** entry) {
    uvm_count(map.counters->mlk_tree);
    vm_map_entry* at = map.tree.root;
    if (!at)
        return missed(map, va, entry, nullptr, 0);
    bool result;
    if (four_steps(map, va, entry, at, 0, &result) || four_steps(map, va, entry, at, 4, &result))
        return result;
    for (uvm_counter steps = 8;; steps += 4)
        if (four_steps(map, va, entry, at, steps, &result))
            return result;
}

// The walk does not find the end of the map, so beyond it nothing is there to walk to.
[[gnu::noinline]] bool search_beyond(vm_map& map, vaddr_t va, vm_map_entry** entry) {
    return search(map, va, entry);
}

// The walk along the list of a short map, `steps` steps behind the hint. Each step is written out, so that
// the last one knows how many they were.
template <uvm_counter steps = 0>
[[gnu::always_inline]] inline bool walk(vm_map& map, vaddr_t va, vm_map_entry** entry, vm_map_entry* before) {
    vm_map_entry* const next = before->next; // the header at the latest
    if (va < next->start) {
        uvm_count(map.counters->mlk_list);
        uvm_count(map.counters->mlk_listloop, steps);
        remember(map, before, entry);
        return va < before->end;
    }
    if constexpr (steps < short_map)
        return walk<steps + 1>(map, va, entry, next);
    else
        return search_beyond(map, va, entry);
}

} // namespace

bool uvm_map_lookup_entry(vm_map& map, vaddr_t va, vm_map_entry** entry) {
    // Readers move the hint under a shared lock, so it is read once.
    vm_map_entry* const at = __atomic_load_n(&map.hint, __ATOMIC_RELAXED);
    // The header begins where the map ends and ends where it begins, so it contains no address and lies above
    // all of the map's.
    if (va >= at->start) {
        if (va < at->end) {
            uvm_count(map.counters->mlk_hint);
            *entry = at;
            return true;
        }
        if (map.nentries <= short_map)
            return walk(map, va, entry, at);
    }
    return search(map, va, entry);
}

} // namespace uvm
