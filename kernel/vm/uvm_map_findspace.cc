// uvm_map_findspace: address selection. Changes nothing but the hint of the lookup.
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_map_gap_walk.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

struct request {
    vsize_t length;
    uintptr_t align; // 1 for none
};

// Inline, as the searches below are: each has one caller that counts, and one that tells.

// The lowest aligned place at or above `from` in the gap behind `entry`.
[[gnu::always_inline]] inline bool lowest_place(const vm_map_entry& entry, vaddr_t from, request want,
                                                vaddr_t* result) {
    vaddr_t const gap_end = entry.next->start;
    vaddr_t const at = round_up(from > entry.end ? from : entry.end, want.align);
    if (at < entry.end || at < from || at > gap_end || gap_end - at < want.length)
        return false;
    *result = at;
    return true;
}

// The highest aligned place at or below `from` in the gap behind `entry`.
[[gnu::always_inline]] inline bool highest_place(const vm_map_entry& entry, vaddr_t from, request want,
                                                 vaddr_t* result) {
    vaddr_t const gap_end = entry.next->start;
    if (gap_end - entry.end < want.length)
        return false;
    vaddr_t const last = gap_end - want.length;
    vaddr_t const at = round_down(from < last ? from : last, want.align);
    if (at < entry.end)
        return false;
    *result = at;
    return true;
}

// What a visit came to, as the probe tells it.
enum class verdict : uint8_t { fits, too_small, cut };

// What a search tells of its way. Nobody watches nearly always; a search asks
// once which of the two it is instead of at each entry that it looks at: 7 instructions less at each.
struct silent {
    void visited(const vm_map_entry&, bool) {}
    void operator()(const vm_map_entry&) {} // a subtree is skipped
};
class telling {
public:
    explicit telling(const vm_map& map) : map_(map) {}
    void visited(const vm_map_entry& entry, bool fits) {
        ++visits;
        tell(entry, fits ? verdict::fits : verdict::too_small);
    }
    void operator()(const vm_map_entry& subtree) { tell(subtree, verdict::cut); }
    uint32_t visits{};

private:
    void tell(const vm_map_entry& entry, verdict which) {
        uvm_probe(uvm_event::findspace_visit, reinterpret_cast<uintptr_t>(&map_), entry.entry_id,
                  entry.maxgap.value, uint32_t(which));
    }
    const vm_map& map_;
};

template <class Teller>
[[gnu::always_inline]] inline vm_map_entry* search_up(vm_map& map, vaddr_t hint, request want,
                                                      vaddr_t* result, Teller& teller) {
    vm_map_entry* entry;
    bool const from_the_lowest = hint == map.min();
    if (from_the_lowest)
        entry = map.first_free; // no gap lies below it
    else
        uvm_map_lookup_entry(map, hint, &entry);
    uvm_gap_walk<gap_order::ascending, Teller&> walk(map, want.length, teller);
    while (entry) {
        bool const fits = lowest_place(*entry, hint, want, result);
        teller.visited(*entry, fits);
        if (fits)
            return entry;
        // Behind the lowest gap, when that is too short, the next one is the lowest of all that are long
        // enough: one way down from the root instead of one up to it and one down.
        bool const from_the_root =
            entry == &map.header || (from_the_lowest && entry == map.first_free && entry->gap < want.length);
        entry = walk.next(from_the_root ? nullptr : entry);
    }
    return nullptr;
}

template <class Teller>
[[gnu::always_inline]] inline vm_map_entry* search_down(vm_map& map, vaddr_t hint, request want,
                                                        vaddr_t* result, Teller& teller) {
    vm_map_entry* entry;
    if (uvm_map_lookup_entry(map, hint, &entry))
        entry = entry->prev; // the hint lies inside an entry: the gap behind that one is above the hint
    uvm_gap_walk<gap_order::descending, Teller&> walk(map, want.length, teller);
    while (true) {
        bool const fits = highest_place(*entry, hint, want, result);
        teller.visited(*entry, fits);
        if (fits)
            return entry;
        if (entry == &map.header)
            return nullptr;
        vm_map_entry* const next = walk.next(entry);
        entry = next ? next : &map.header;
    }
}

vm_map_entry* search_fixed(vm_map& map, vaddr_t hint, vsize_t length, vaddr_t* result) {
    vm_map_entry* entry;
    if (uvm_map_lookup_entry(map, hint, &entry) || entry->next->start - hint < length)
        return nullptr;
    *result = hint;
    return entry;
}

template <class Teller>
[[gnu::always_inline]] inline vm_map_entry* search(vm_map& map, vaddr_t hint, request want, uvm_flag flags,
                                                   vaddr_t* result, Teller& teller) {
    if (has(flags, uvm_flag::fixed))
        return search_fixed(map, hint, want.length, result);
    if (uvm_map_has(map, vm_map_flag::topdown))
        return search_down(map, hint, want, result, teller);
    return search_up(map, hint, want, result, teller);
}

// The search that is watched.
[[gnu::noinline]] vm_map_entry* search_and_tell(vm_map& map, vaddr_t hint, request want, uvm_flag flags,
                                                vaddr_t* result) {
    uintptr_t const align = want.align == 1 ? 0 : want.align;
    uvm_probe(uvm_event::findspace_begin, reinterpret_cast<uintptr_t>(&map), hint.value, want.length.value,
              align);
    telling teller(map);
    vm_map_entry* const before = search(map, hint, want, flags, result, teller);
    uvm_probe(uvm_event::findspace_end, reinterpret_cast<uintptr_t>(&map), before ? result->value : 0,
              teller.visits);
    return before;
}

} // namespace

vm_map_entry* uvm_map_findspace(vm_map& map, vaddr_t hint, vsize_t length, vaddr_t* result, vsize_t align,
                                uvm_flag flags) {
    kassert(align == vsize_t(0) || is_power_of_two(align.value), "findspace: align is no power of two");
    bool const fixed = has(flags, uvm_flag::fixed);
    if (hint < map.min()) {
        if (fixed)
            return nullptr;
        hint = map.min();
    }
    if (hint > map.max())
        return nullptr;
    request const want{length, align.value ? align.value : 1};
    if (uvm_probe_is_watched(uvm_event_class::tree)) [[unlikely]]
        return search_and_tell(map, hint, want, flags, result);
    silent teller;
    return search(map, hint, want, flags, result, teller);
}

} // namespace uvm
