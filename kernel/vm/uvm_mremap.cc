#include "kernel/vm/uvm_mremap.h"

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_history.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_mapent_reserve.h"

namespace uvm {

namespace {

struct remapping {
    vm_map& map;
    va_range old;
    vsize_t new_size;
    vsize_t align;
    uvm_remap flags;

    [[nodiscard]] bool grows() const { return new_size > old.size(); }
    [[nodiscard]] vsize_t growth() const { return new_size - old.size(); }
};

// How pages behind the old range are to be mapped.
struct tail_mapping {
    uvm_mapping how;
    uvm_object* obj{}; // without a reference of its own
    voff_t offset;
    bool wired{}; // something in the old range is wired
};

bool lies_inside(const vm_map& map, vaddr_t start, vsize_t size) {
    return start >= map.min() && start <= map.max() && size <= map.max() - start;
}

bool is_valid(const remapping& r, vaddr_t old_start, vsize_t old_size, vaddr_t new_start) {
    bool const fixed = has(r.flags, uvm_remap::fixed);
    bool const sizes = old_size != vsize_t(0) && r.new_size != vsize_t(0) &&
                       is_aligned(old_size.value | r.new_size.value, page_size);
    bool const places =
        is_aligned(old_start.value | new_start.value, page_size) && lies_inside(r.map, old_start, old_size);
    bool const alignment =
        r.align == vsize_t(0) || (!fixed && is_power_of_two(r.align.value) && r.align.value >= page_size);
    return sizes && places && alignment && (!fixed || lies_inside(r.map, new_start, r.new_size));
}

// What the last page's entry says about pages behind it.
errno_t describe_tail(const remapping& r, const vm_map_entry& last, tail_mapping& tail) {
    tail.how = {last.protection, last.max_protection, last.inheritance, last.advice, uvm_flag::none};
    if (last.is_copy_on_write())
        tail.how.flags |= uvm_flag::copyonw;
    if (last.aref.ar_amap && !last.is_needs_copy())
        tail.how.flags |= uvm_flag::overlay;
    if (has(last.flags, uvm_entry_flag::nomerge))
        tail.how.flags |= uvm_flag::nomerge;
    if (r.grows() && last.is_object()) {
        tail.obj = last.obj();
        uint64_t const offset = last.offset.value + (r.old.end - last.start).value;
        // Offsets that the object can never have, as for who maps it anew.
        if (offset > uvm_largest_offset || r.growth().value > uvm_largest_offset - offset)
            return errno_t::e2big;
        tail.offset = voff_t(offset);
    }
    return errno_t::ok;
}

// Looks at every entry of the old range. Locks: map exclusive.
errno_t examine(const remapping& r, tail_mapping& tail) {
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(r.map, r.old.start, &entry))
        return errno_t::einval;
    for (;; entry = entry->next) {
        if (entry->is_submap())
            return errno_t::einval;
        tail.wired = tail.wired || entry->wired_count != 0;
        if (entry->end >= r.old.end)
            return describe_tail(r, *entry, tail);
        if (entry->next == &r.map.header || entry->next->start > entry->end)
            return errno_t::einval;
    }
}

// Maps [start, start + growth) like the last old page.
errno_t map_tail(const remapping& r, vaddr_t start, const tail_mapping& tail) {
    uvm_mapping how = tail.how;
    how.flags |= uvm_flag::fixed;
    if (tail.obj)
        tail.obj->pgops->reference(*tail.obj);
    errno_t const error = uvm_map(r.map, start, r.growth(), tail.obj,
                                  tail.obj ? tail.offset : uvm_unknown_offset, vsize_t(0), how);
    if (error != errno_t::ok && tail.obj)
        tail.obj->pgops->detach(*tail.obj);
    return error;
}

// Entries for what the old range's end splits off when it goes: `start` is where the new range begins.
// Locks: takes map exclusively, as whoever uses them does; no other thread changes the map between, for it is
// marked busy.
errno_t reserve_splits(const remapping& r, vaddr_t start, uvm_mapent_reservation& splits) {
    map_exclusive_guard const guard(r.map);
    // Both ends were split off by extract, but what ends behind the new range when it shrinks. A tail that
    // ends where the old range begins may become one entry with it.
    return r.grows() && start + r.new_size == r.old.start ? splits.reserve(1) : splits.reserve_for(r.old);
}

void unmap_old(const remapping& r, uvm_mapent_reservation& splits) {
    vm_map_entry* dead;
    {
        map_exclusive_guard const guard(r.map);
        dead = uvm_unmap_remove(r.map, r.old.start, r.old.end, uvm_flag::none, splits);
    }
    uvm_unmap_detach(dead);
}

// Everything that can fail comes while the old range is whole and the new one is made of entries of its own,
// so that either can be taken away without memory. The tail is the last of it, for it may merge with what is
// behind it: from then on there is only the old range to take away, with entries set aside before.
errno_t move(const remapping& r, const tail_mapping& tail, vaddr_t& new_start) {
    vaddr_t start = new_start;
    uvm_flag const place = has(r.flags, uvm_remap::fixed) ? uvm_flag::fixed : uvm_flag::none;
    if (!uvm_map_reserve(r.map, r.new_size, start, r.align, start, place))
        return errno_t::enomem;
    bool const leaves = !has(r.flags, uvm_remap::keep);
    vaddr_t const end = start + r.new_size;
    vsize_t const moved = r.grows() ? r.old.size() : r.new_size;
    errno_t error =
        uvm_map_extract(r.map, r.old.start, moved, r.map, start, uvm_extract::contig | uvm_extract::reserved);
    uvm_mapent_reservation splits(r.map);
    if (error == errno_t::ok && leaves)
        error = reserve_splits(r, start, splits);
    if (error == errno_t::ok && r.grows()) {
        uvm_unmap_whole(r.map, start + moved, end); // what is left of the reservation
        error = map_tail(r, start + moved, tail);
    }
    if (error != errno_t::ok) {
        uvm_unmap_whole(r.map, start, end);
        return error;
    }
    if (leaves)
        unmap_old(r, splits);
    new_start = start;
    return errno_t::ok;
}

// The old place, when the range may stay there with its new length. ENOMEM: a range that grows has to move,
// one that shrinks lacks memory for a split.
errno_t resize_in_place(const remapping& r, const tail_mapping& tail) {
    if (!r.grows())
        return uvm_unmap(r.map, r.old.start + r.new_size, r.old.end);
    return tail.wired ? errno_t::ebusy : map_tail(r, r.old.end, tail);
}

} // namespace

errno_t uvm_mremap(vm_map& map, vaddr_t old_start, vsize_t old_size, vaddr_t& new_start, vsize_t new_size,
                   vsize_t align, uvm_remap flags) {
    uvm_change const change;
    uvm_map_called(map, uvm_map_function::mremap, old_start, old_start + old_size);
    remapping const r{map, {old_start, old_start + old_size}, new_size, align, flags};
    if (!is_valid(r, old_start, old_size, new_start))
        return errno_t::einval;
    tail_mapping tail;
    errno_t error;
    map_busy_guard const one_step(map);
    {
        map_exclusive_guard guard(map);
        error = examine(r, tail);
        if (error == errno_t::ok && tail.obj)
            tail.obj->pgops->reference(*tail.obj); // the entry that held it may go once the lock is given up
    }
    if (error != errno_t::ok)
        return error;
    bool const fixed = has(flags, uvm_remap::fixed);
    bool const may_stay = !has(flags, uvm_remap::keep) && (!fixed || new_start == old_start) &&
                          (align == vsize_t(0) || is_aligned(old_start.value, align.value));
    error = may_stay ? resize_in_place(r, tail) : errno_t::enomem;
    bool const may_move = !may_stay || (!fixed && r.grows());
    if (error == errno_t::ok)
        new_start = old_start;
    else if (error == errno_t::enomem && may_move)
        error = tail.wired ? errno_t::ebusy : move(r, tail, new_start);
    if (tail.obj)
        tail.obj->pgops->detach(*tail.obj);
    return error;
}

} // namespace uvm
