// Wiring of ranges and of whole maps.
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_fault.h"
#include "kernel/vm/uvm_history.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_mapent_reserve.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

void set_count(vm_map& map, vm_map_entry& entry, uint32_t count) {
    uvm_probe(uvm_event::entry_wire, reinterpret_cast<uintptr_t>(&map), entry.entry_id, entry.wired_count,
              count);
    entry.wired_count = count;
}

void unwire_entry(vm_map& map, vm_map_entry& entry) {
    uvm_fault_unwire(map, entry.range());
    set_count(map, entry, 0);
}

bool hole_behind(const vm_map& map, const vm_map_entry& entry, vaddr_t end) {
    return entry.end < end && (entry.next == &map.header || entry.next->start > entry.end);
}

errno_t unwire_range(vm_map& map, vm_map_entry* first, vaddr_t start, vaddr_t end) {
    uvm_mapent_reservation reserved(map);
    if (errno_t const error = reserved.reserve_for({start, end}); error != errno_t::ok)
        return error;
    uvm_map_clip_start(map, *first, start, reserved);
    for (vm_map_entry* entry = first; entry != &map.header && entry->start < end; entry = entry->next)
        if (entry->wired_count == 0 || hole_behind(map, *entry, end))
            return errno_t::einval;
    for (vm_map_entry* entry = first; entry != &map.header && entry->start < end; entry = entry->next) {
        uvm_map_clip_end(map, *entry, end, reserved);
        unwire_entry(map, *entry);
    }
    return errno_t::ok;
}

// Pass 1 for one entry: needs-copy of the whole entry first, so that its parts share one amap. Null without
// memory for that; the entry is not counted then.
vm_map_entry* prepare_to_wire(vm_map& map, vm_map_entry& found, vaddr_t start, vaddr_t end,
                              uvm_mapent_reservation& reserved) {
    vm_map_entry* entry = &found;
    if (entry->wired_count == 0 && entry->is_needs_copy() &&
        (has(entry->max_protection, vm_prot_t::write) || !entry->obj())) {
        vaddr_t const low = start > entry->start ? start : entry->start;
        amap_copy(map, *entry, amap_chunking::allowed, start, end);
        // A merge with a neighbour's amap may have replaced the entry.
        uvm_map_lookup_entry(map, low, &entry);
        if (entry->is_needs_copy())
            return nullptr;
    }
    uvm_map_clip_start(map, *entry, start, reserved);
    uvm_map_clip_end(map, *entry, end, reserved);
    set_count(map, *entry, entry->wired_count + 1);
    return entry;
}

void undo_counts(vm_map& map, vaddr_t start, vaddr_t end) {
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, start, &entry))
        return;
    for (; entry != &map.header && entry->start < end; entry = entry->next)
        if (entry->wired_count > 0)
            set_count(map, *entry, entry->wired_count - 1);
}

// The same for wire-all, which passes over what no access is allowed to.
void undo_all(vm_map& map, vaddr_t end) {
    for (vm_map_entry* entry = map.first(); entry != &map.header && entry->start < end; entry = entry->next)
        if (entry->protection != vm_prot_t::none)
            set_count(map, *entry, entry->wired_count - 1);
}

// Pass 2: faults in every entry that got its first wire. On failure the entries from `start` to the failing
// one lose what this call gave them, and those behind it their counts.
template <class Counted>
errno_t fault_in(vm_map& map, vaddr_t start, vaddr_t end, Counted&& counted) {
    vm_map_entry* first;
    if (!uvm_map_lookup_entry(map, start, &first))
        first = first->next;
    vm_map_busy(map);
    vm_map_unlock(map);
    errno_t error = errno_t::ok;
    vm_map_entry* failed = nullptr;
    for (vm_map_entry* entry = first; entry != &map.header && entry->start < end; entry = entry->next) {
        if (!counted(*entry) || entry->wired_count != 1)
            continue;
        error = uvm_fault_wire(map, entry->range(), uvm_fault_kind::wire_max);
        if (error != errno_t::ok) {
            failed = entry;
            break;
        }
    }
    vm_map_lock(map);
    vm_map_unbusy(map);
    if (error == errno_t::ok)
        return error;
    bool behind = false;
    for (vm_map_entry* entry = first; entry != &map.header && entry->start < end; entry = entry->next) {
        behind = behind || entry == failed;
        if (!counted(*entry))
            continue;
        if (!behind && entry->wired_count == 1)
            uvm_fault_unwire(map, entry->range());
        set_count(map, *entry, entry->wired_count - 1);
    }
    return error;
}

} // namespace

errno_t uvm_map_wire_locked(vm_map& map, vm_map_entry& first, vaddr_t start, vaddr_t end) {
    uvm_mapent_reservation reserved(map);
    // Both ends, whatever lies there now: resolving needs-copy may merge a neighbour in at either.
    if (errno_t const error = reserved.reserve(2, {start, end}); error != errno_t::ok)
        return error;
    vm_map_entry* entry = &first;
    while (entry != &map.header && entry->start < end) {
        vaddr_t const low = start > entry->start ? start : entry->start;
        vm_map_entry* const wired = prepare_to_wire(map, *entry, start, end, reserved);
        if (!wired) {
            undo_counts(map, start, low);
            return errno_t::enomem;
        }
        if (wired->protection == vm_prot_t::none || hole_behind(map, *wired, end)) {
            undo_counts(map, start, wired->end);
            return errno_t::einval;
        }
        entry = wired->next;
    }
    return fault_in(map, start, end, [](const vm_map_entry&) { return true; });
}

errno_t uvm_map_pageable(vm_map& map, vaddr_t start, vaddr_t end, uvm_wiring what) {
    uvm_change const change;
    uvm_map_called(map, uvm_map_function::pageable, start, end);
    va_range const range = uvm_map_clamp(map, start, end);
    map_exclusive_guard guard(map);
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, range.start, &entry))
        return errno_t::efault;
    if (range.empty())
        return errno_t::ok;
    return what == uvm_wiring::unwire ? unwire_range(map, entry, range.start, range.end)
                                      : uvm_map_wire_locked(map, *entry, range.start, range.end);
}

errno_t uvm_map_pageable_all(vm_map& map, uvm_wire_all what, vsize_t limit) {
    uvm_change const change;
    map_exclusive_guard guard(map);
    if (what == uvm_wire_all::none) {
        for (vm_map_entry* entry = map.first(); entry != &map.header; entry = entry->next)
            if (entry->wired_count != 0)
                unwire_entry(map, *entry);
        uvm_map_set_flags(map, without(map.flags, vm_map_flag::wirefuture));
        return errno_t::ok;
    }
    if (has(what, uvm_wire_all::current)) {
        // Wired entries count whole: protection none took translations away, but keeps the pages.
        vsize_t wanted;
        for (vm_map_entry* entry = map.first(); entry != &map.header; entry = entry->next)
            if (entry->protection != vm_prot_t::none || entry->wired_count != 0)
                wanted += entry->size();
        vsize_t const system_limit = pages_to_bytes(uvmexp.npages / 3);
        if (wanted > system_limit || (limit && wanted > limit))
            return errno_t::enomem;
    }
    vm_map_flag const flags_before = map.flags;
    if (has(what, uvm_wire_all::future))
        uvm_map_set_flags(map, map.flags | vm_map_flag::wirefuture);
    if (!has(what, uvm_wire_all::current))
        return errno_t::ok;
    for (vm_map_entry* entry = map.first(); entry != &map.header;) {
        if (entry->protection == vm_prot_t::none) {
            entry = entry->next;
            continue;
        }
        vaddr_t const low = entry->start;
        uvm_mapent_reservation reserved(map);
        // Resolving needs-copy may merge a neighbour in, which has to be split off again.
        bool const splits = entry->wired_count == 0 && entry->is_needs_copy();
        vm_map_entry* const wired = splits && reserved.reserve(2, entry->range()) != errno_t::ok
                                        ? nullptr
                                        : prepare_to_wire(map, *entry, low, entry->end, reserved);
        if (!wired) {
            undo_all(map, low);
            uvm_map_set_flags(map, flags_before);
            return errno_t::enomem;
        }
        entry = wired->next;
    }
    return fault_in(map, map.min(), map.max(),
                    [](const vm_map_entry& entry) { return entry.protection != vm_prot_t::none; });
}

} // namespace uvm
