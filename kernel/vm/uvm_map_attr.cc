// Attributes of a range: protect, inherit, advice, will-need, check-prot.
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_history.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_map_owners.h"
#include "kernel/vm/uvm_mapent_reserve.h"
#include "kernel/vm/uvm_probe.h"
#include "kernel/vm/uvm_readahead.h"

namespace uvm {

namespace {

// The first entry that reaches into the range, clipped at the range's start.
vm_map_entry* first_clipped(vm_map& map, vaddr_t start, uvm_mapent_reservation& reserved) {
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, start, &entry))
        return entry->next;
    uvm_map_clip_start(map, *entry, start, reserved);
    return entry;
}

// Fails: ENOMEM, before anything is split.
template <class F>
errno_t for_each_clipped(vm_map& map, va_range range, F&& f) {
    uvm_mapent_reservation reserved(map);
    if (errno_t const error = reserved.reserve_for(range); error != errno_t::ok)
        return error;
    for (vm_map_entry* entry = first_clipped(map, range.start, reserved);
         entry != &map.header && entry->start < range.end; entry = entry->next) {
        uvm_map_clip_end(map, *entry, range.end, reserved);
        f(*entry);
    }
    return errno_t::ok;
}

uintptr_t id_of(const vm_map& map) { return reinterpret_cast<uintptr_t>(&map); }

// Rights that the hardware may hold at once: a write to a copy-on-write page has to fault first.
vm_prot_t hardware_rights(const vm_map_entry& entry) {
    return entry.is_copy_on_write() ? without(entry.protection, vm_prot_t::write) : entry.protection;
}

// The page daemon spares what is executed more than other files.
void note_execution(const vm_map_entry& entry) {
    if (uvm_object* const obj = entry.obj(); obj && has(entry.protection, vm_prot_t::execute))
        atomic::store_relaxed(obj->uo_executed, 1);
}

void set_protection(vm_map& map, vm_map_entry& entry, vm_prot_t prot, uvm_protect_what what) {
    vm_prot_t const old = entry.protection;
    if (what == uvm_protect_what::maximum) {
        entry.max_protection = prot;
        entry.protection &= prot;
    } else {
        entry.protection = prot;
    }
    uvm_probe(uvm_event::entry_protect, id_of(map), entry.entry_id, uint32_t(old), uint32_t(entry.protection),
              uint32_t(entry.max_protection));
    note_execution(entry);
    if (entry.protection != old) {
        entry_owners_guard const owners(entry);
        pmap_protect(*map.pm, entry.range(), hardware_rights(entry));
    }
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
    uvm_change const change;
    uvm_map_called(map, uvm_map_function::protect, start, end);
    va_range const range = uvm_map_clamp(map, start, end);
    if (range.empty())
        return errno_t::ok;
    map_exclusive_guard guard(map);
    uvm_mapent_reservation reserved(map);
    errno_t error = reserved.reserve_for(range);
    if (error != errno_t::ok)
        return error;
    vm_map_entry* entry = first_clipped(map, range.start, reserved);
    error = may_protect(map, entry, range.end, prot);
    if (error != errno_t::ok)
        return error;
    while (entry != &map.header && entry->start < range.end) {
        uvm_map_clip_end(map, *entry, range.end, reserved);
        vm_prot_t const old = entry->protection;
        set_protection(map, *entry, prot, what);
        bool const opened = old == vm_prot_t::none && entry->protection != vm_prot_t::none;
        if (opened && entry->wired_count == 0 && uvm_map_has(map, vm_map_flag::wirefuture)) {
            vaddr_t const behind = entry->end;
            // What was removed must be gone before wiring enters new mappings.
            pmap_update(*map.pm);
            if (uvm_map_wire_locked(map, *entry, entry->start, behind) != errno_t::ok)
                error = errno_t::enomem;
            // Resolving needs-copy may have put another entry in this one's place.
            uvm_map_lookup_entry(map, behind - vsize_t(page_size), &entry);
        }
        entry = entry->next;
    }
    pmap_update(*map.pm);
    return error;
}

errno_t uvm_map_inherit(vm_map& map, vaddr_t start, vaddr_t end, vm_inherit_t inherit) {
    uvm_change const change;
    uvm_map_called(map, uvm_map_function::inherit, start, end);
    if (inherit > vm_inherit_t::zero)
        return errno_t::einval;
    va_range const range = uvm_map_clamp(map, start, end);
    if (range.empty())
        return errno_t::ok;
    map_exclusive_guard guard(map);
    return for_each_clipped(map, range, [&](vm_map_entry& entry) {
        uvm_probe(uvm_event::entry_inherit, id_of(map), entry.entry_id, uint32_t(entry.inheritance),
                  uint32_t(inherit));
        entry.inheritance = inherit;
    });
}

errno_t uvm_map_advice(vm_map& map, vaddr_t start, vaddr_t end, vm_advice_t advice) {
    uvm_change const change;
    uvm_map_called(map, uvm_map_function::advice, start, end);
    if (advice > vm_advice_t::sequential)
        return errno_t::einval;
    va_range const range = uvm_map_clamp(map, start, end);
    if (range.empty())
        return errno_t::ok;
    map_exclusive_guard guard(map);
    return for_each_clipped(map, range, [&](vm_map_entry& entry) {
        uvm_probe(uvm_event::entry_advice, id_of(map), entry.entry_id, uint32_t(entry.advice),
                  uint32_t(advice));
        entry.advice = advice;
    });
}

errno_t uvm_map_willneed(vm_map& map, vaddr_t start, vaddr_t end) {
    uvm_change const change;
    uvm_map_called(map, uvm_map_function::willneed, start, end);
    va_range const range = uvm_map_clamp(map, start, end);
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
        uvm_ra_start(*obj, entry->advice, first, (high - low).value);
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
