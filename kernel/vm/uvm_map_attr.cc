// Attributes of a range: protect, inherit, advice, will-need, check-prot.
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

va_range clamp(const vm_map& map, vaddr_t start, vaddr_t end) {
    return {start < map.min() ? map.min() : start, end > map.max() ? map.max() : end};
}

// The first entry that reaches into the range, clipped at the range's start.
vm_map_entry* first_clipped(vm_map& map, vaddr_t start) {
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, start, &entry))
        return entry->next;
    uvm_map_clip_start(map, *entry, start);
    return entry;
}

template <class F>
void for_each_clipped(vm_map& map, va_range range, F&& f) {
    for (vm_map_entry* entry = first_clipped(map, range.start);
         entry != &map.header && entry->start < range.end; entry = entry->next) {
        uvm_map_clip_end(map, *entry, range.end);
        f(*entry);
    }
}

uintptr_t id_of(const vm_map& map) { return reinterpret_cast<uintptr_t>(&map); }

// Rights that the hardware may hold at once: a write to a copy-on-write page has to fault first.
vm_prot_t hardware_rights(const vm_map_entry& entry) {
    return entry.is_copy_on_write() ? without(entry.protection, vm_prot_t::write) : entry.protection;
}

errno_t may_protect(const vm_map& map, const vm_map_entry* entry, vaddr_t end, vm_prot_t prot) {
    for (; entry != &map.header && entry->start < end; entry = entry->next) {
        if (entry->is_submap())
            return errno_t::einval;
        if (without(prot, entry->max_protection) != vm_prot_t::none)
            return errno_t::eacces;
    }
    return errno_t::ok;
}

} // namespace

errno_t uvm_map_protect(vm_map& map, vaddr_t start, vaddr_t end, vm_prot_t prot, uvm_protect_what what) {
    va_range const range = clamp(map, start, end);
    if (range.empty())
        return errno_t::ok;
    bool wire_opened = false;
    {
        map_exclusive_guard guard(map);
        vm_map_entry* const first = first_clipped(map, range.start);
        if (errno_t const error = may_protect(map, first, range.end, prot); error != errno_t::ok)
            return error;
        for_each_clipped(map, range, [&](vm_map_entry& entry) {
            vm_prot_t const old = entry.protection;
            if (what == uvm_protect_what::maximum) {
                entry.max_protection = prot;
                entry.protection &= prot;
            } else {
                entry.protection = prot;
            }
            uvm_probe(uvm_event::entry_protect, id_of(map), entry.entry_id, uint32_t(old), uint32_t(entry.protection),
                      uint32_t(entry.max_protection));
            if (entry.protection != old)
                pmap_protect(*map.pm, entry.range(), hardware_rights(entry));
            if (has(map.flags, vm_map_flag::wirefuture) && old == vm_prot_t::none &&
                entry.protection != vm_prot_t::none && entry.wired_count == 0)
                wire_opened = true;
        });
        pmap_update(*map.pm);
    }
    if (!wire_opened)
        return errno_t::ok;
    // Entry by entry, since wiring gives up the lock; what is unwired and accessible in the range is what was opened,
    // or a mapping that wire-future would have wanted wired anyway.
    errno_t result = errno_t::ok;
    for (vaddr_t at = range.start; at < range.end;) {
        vm_map_entry* entry;
        va_range piece{};
        bool wire = false;
        {
            map_shared_guard guard(map);
            if (!uvm_map_lookup_entry(map, at, &entry))
                entry = entry->next;
            if (entry == &map.header || entry->start >= range.end)
                break;
            piece = entry->range();
            wire = entry->protection != vm_prot_t::none && entry->wired_count == 0;
        }
        if (wire && uvm_map_pageable(map, piece.start, piece.end, uvm_wiring::wire) != errno_t::ok)
            result = errno_t::enomem;
        at = piece.end;
    }
    return result;
}

errno_t uvm_map_inherit(vm_map& map, vaddr_t start, vaddr_t end, vm_inherit_t inherit) {
    if (inherit > vm_inherit_t::none)
        return errno_t::einval;
    va_range const range = clamp(map, start, end);
    if (range.empty())
        return errno_t::ok;
    map_exclusive_guard guard(map);
    for_each_clipped(map, range, [&](vm_map_entry& entry) {
        uvm_probe(uvm_event::entry_inherit, id_of(map), entry.entry_id, uint32_t(entry.inheritance), uint32_t(inherit));
        entry.inheritance = inherit;
    });
    return errno_t::ok;
}

errno_t uvm_map_advice(vm_map& map, vaddr_t start, vaddr_t end, vm_advice_t advice) {
    if (advice > vm_advice_t::sequential)
        return errno_t::einval;
    va_range const range = clamp(map, start, end);
    if (range.empty())
        return errno_t::ok;
    map_exclusive_guard guard(map);
    for_each_clipped(map, range, [&](vm_map_entry& entry) {
        uvm_probe(uvm_event::entry_advice, id_of(map), entry.entry_id, uint32_t(entry.advice), uint32_t(advice));
        entry.advice = advice;
    });
    return errno_t::ok;
}

errno_t uvm_map_willneed(vm_map& map, vaddr_t start, vaddr_t end) {
    va_range const range = clamp(map, start, end);
    if (range.empty())
        return errno_t::ok;
    map_shared_guard guard(map);
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, range.start, &entry))
        entry = entry->next;
    for (; entry != &map.header && entry->start < range.end; entry = entry->next) {
        uvm_object* const obj = entry->obj();
        if (!obj || entry->aref.ar_amap)
            continue;
        vaddr_t const low = entry->start > range.start ? entry->start : range.start;
        vaddr_t const high = entry->end < range.end ? entry->end : range.end;
        voff_t const first = entry->offset + (low - entry->start);
        uvm_probe(uvm_event::object_willneed, obj->uo_id, first.value, (high - low).value);
    }
    return errno_t::ok;
}

bool uvm_map_checkprot(vm_map& map, vaddr_t start, vaddr_t end, vm_prot_t prot) {
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, start, &entry))
        return false;
    for (vaddr_t at = start; at < end; entry = entry->next) {
        if (entry == &map.header || at < entry->start || without(prot, entry->protection) != vm_prot_t::none)
            return false;
        at = entry->end;
    }
    return true;
}

} // namespace uvm
