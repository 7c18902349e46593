// uvm_fault: the stages before the cases, and wiring by faults.
#include "kernel/vm/uvm_fault.h"

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_fault_impl.h"
#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_map_owners.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

uvm_fault_next fail(uvm_faultinfo& fault, errno_t error) {
    fault.error = error;
    return uvm_fault_next::done;
}

// Stages 1 and 2: the entry, and whether it allows the access. Locks: map shared.
uvm_fault_next look_up(uvm_faultinfo& fault) {
    if (!uvm_map_has(fault.map, vm_map_flag::pageable) ||
        !uvm_map_lookup_entry(fault.map, fault.va, &fault.entry))
        return fail(fault, errno_t::efault);
    vm_map_entry const& entry = *fault.entry;
    uvm_probe(uvm_event::fault_lookup, fault, entry.entry_id, fault.va.value);
    bool const wire = fault.kind != uvm_fault_kind::normal;
    vm_prot_t const allowed =
        fault.kind == uvm_fault_kind::wire_max ? entry.max_protection : entry.protection;
    if (!has_all(allowed, fault.access))
        return fail(fault, errno_t::eacces);
    fault.enter_prot = entry.protection;
    fault.wired = wire || entry.wired_count != 0;
    if (fault.wired) {
        fault.access = entry.protection;
        fault.cow_now = has(allowed, vm_prot_t::write);
        fault.narrow = true;
    } else {
        fault.cow_now = has(fault.access, vm_prot_t::write);
    }
    return uvm_fault_next::proceed;
}

// Stage 3: needs-copy. A write, or memory without an object, needs an amap of its own now; a read does not,
// but may not be entered writable. Locks: map shared; given up for `again`.
uvm_fault_next resolve_needs_copy(uvm_faultinfo& fault) {
    if (!fault.entry->is_needs_copy())
        return uvm_fault_next::proceed;
    if (!fault.cow_now && fault.obj()) {
        fault.enter_prot = without(fault.enter_prot, vm_prot_t::write);
        return uvm_fault_next::proceed;
    }
    uvm_probe(uvm_event::fault_needs_copy, fault, fault.entry->entry_id);
    ++uvmexp.fault_needs_copy;
    vm_map_unlock_read(fault.map);
    errno_t error = errno_t::ok;
    {
        map_exclusive_guard guard(fault.map);
        vm_map_entry* entry;
        if (uvm_map_lookup_entry(fault.map, fault.va, &entry) && entry->is_needs_copy()) {
            amap_copy(fault.map, *entry, amap_chunking::allowed, fault.va, fault.va + vsize_t(1));
            if (uvm_map_lookup_entry(fault.map, fault.va, &entry) && entry->is_needs_copy())
                error = errno_t::enomem;
        }
    }
    vm_map_lock_read(fault.map);
    if (error != errno_t::ok)
        return fail(fault, error);
    return uvm_fault_next::again;
}

struct window_size {
    uint32_t back, forward;
};
window_size window_of(vm_advice_t advice) {
    switch (advice) {
    case vm_advice_t::normal:
        return {3, 4};
    case vm_advice_t::random:
        return {0, 0};
    case vm_advice_t::sequential:
        return {8, 7};
    }
    return {0, 0};
}

// With sequential access, what lies behind was used for the last time. Locks: map shared, am_lock.
void deactivate_behind(uvm_faultinfo& fault) {
    for (uint32_t i = 0; i < fault.center; ++i) {
        vm_anon* const anon = fault.anon_over(i);
        if (!anon)
            continue;
        mutex_guard const guard(anon->an_lock);
        if (anon->an_page && !anon->an_page->uobject && !has(anon->an_page->flags, pg_flag::busy))
            uvm_pagedeactivate(*anon->an_page);
    }
    uvm_object* const obj = fault.obj();
    if (!obj)
        return;
    mutex_guard guard(obj->vmobjlock);
    for (uint32_t i = 0; i < fault.center; ++i) {
        vaddr_t const va = fault.window_start + pages_to_bytes(i);
        vm_page* const page = uvm_pagelookup(*obj, fault.object_offset(va));
        if (page && !has(page->flags, pg_flag::busy))
            uvm_pagedeactivate(*page);
    }
}

// Stages 4 and 5: the window of pages to look at. Locks: map shared, am_lock if there is an amap.
void set_window(uvm_faultinfo& fault) {
    vm_advice_t const advice = fault.narrow ? vm_advice_t::random : fault.entry->advice;
    window_size const size = window_of(advice);
    uint32_t const behind = bytes_to_pages(fault.va - fault.entry->start);
    uint32_t const before = bytes_to_pages(fault.entry->end - fault.va) - 1;
    fault.center = size.back < behind ? size.back : behind;
    uint32_t const forward = size.forward < before ? size.forward : before;
    fault.window_start = fault.va - pages_to_bytes(fault.center);
    fault.npages = fault.center + 1 + forward;
    fault.anon_bits =
        fault.amap() ? amap_used(fault.entry->aref, fault.entry_offset(fault.window_start), fault.npages) : 0;
    if (advice == vm_advice_t::sequential) [[unlikely]] {
        deactivate_behind(fault);
        fault.anon_bits >>= fault.center;
        fault.npages -= fault.center;
        fault.center = 0;
        fault.window_start = fault.va;
    }
    uvm_probe(uvm_event::fault_window, fault, fault.window_start.value, fault.npages, fault.center);
}

// All stages once. Locks: map shared, held on return unless fault.unlocked.
uvm_fault_next attempt(uvm_faultinfo& fault) {
    if (uvm_fault_next const next = look_up(fault); next != uvm_fault_next::proceed)
        return next;
    if (uvm_fault_next const next = resolve_needs_copy(fault); next != uvm_fault_next::proceed)
        return next;
    if (!fault.amap() && !fault.obj())
        return fail(fault, errno_t::efault);
    vm_amap* const amap = fault.amap();
    if (amap)
        amap->am_lock.lock();
    set_window(fault);
    if (amap)
        uvm_fault_ahead_anons(fault);
    vm_anon* const anon = fault.anon_over(fault.center);
    uvm_fault_next const next = anon ? uvm_fault_case1(fault, *anon) : uvm_fault_case2(fault);
    if (amap && !fault.unlocked)
        amap->am_lock.unlock();
    pmap_update(*fault.map.pm);
    return next;
}

} // namespace

errno_t uvm_fault(vm_map& map, vaddr_t va, uvm_fault_kind kind, vm_prot_t access) {
    if (map.kernel) [[unlikely]] {
        if (vm_map& inner = uvm_km_map_of(map, va); &inner != &map)
            return uvm_fault(inner, va, kind, access);
        if (!has(map.flags, vm_map_flag::pageable))
            return errno_t::efault; // and an intrsafe map is never locked shared
    }
    uvm_change const change;
    ++uvmexp.faults;
    uvm_faultinfo fault(map, trunc_page(va), kind, access);
    uvm_probe(uvm_event::fault_begin, fault, va.value, uint32_t(access), uint32_t(kind));
    vm_map_lock_read(map);
    while (true) {
        fault.access = access;
        uint32_t const shortages = uvm_page_shortages();
        fault.error = errno_t::ok;
        uvm_fault_next const next = attempt(fault);
        if (fault.unlocked) [[unlikely]] {
            vm_map_lock_read(map);
            fault.unlocked = false;
        }
        if (next != uvm_fault_next::again) {
            // Only a want of pages passes; with everything unlocked the page daemon can see to it.
            if (fault.error != errno_t::enomem || uvm_page_shortages() == shortages)
                break;
            vm_map_unlock_read(map);
            errno_t const error = uvm_wait();
            if (error == errno_t::ok)
                uvm_fault_take_spare(fault);
            vm_map_lock_read(map);
            if (error != errno_t::ok)
                break;
        }
        uvm_probe(uvm_event::fault_retry, fault, fault.va.value);
    }
    vm_map_unlock_read(map);
    if (fault.spare) [[unlikely]]
        uvm_fault_drop_spare(fault);
    uvm_probe(uvm_event::fault_end, fault, va.value, int32_t(fault.error));
    return fault.error;
}

errno_t uvm_fault_wire(vm_map& map, va_range range, uvm_fault_kind kind) {
    for (vaddr_t va = range.start; va < range.end; va += vsize_t(page_size)) {
        errno_t const error = uvm_fault(map, va, kind, vm_prot_t::none);
        if (error == errno_t::ok)
            continue;
        if (range.start < va)
            uvm_fault_unwire(map, {range.start, va});
        return error;
    }
    return errno_t::ok;
}

namespace {

// Locks: the entry's owners.
void unwire_page(vm_map& map, vm_map_entry& entry, vaddr_t va) UVM_NO_THREAD_SAFETY_ANALYSIS {
    // The page is found through the map, not the pmap: a protection of none has removed the translation.
    pmap_unwire(*map.pm, va);
    vsize_t const offset = va - entry.start;
    vm_page* page = nullptr;
    if (entry.aref.ar_amap) {
        amap_unwire(entry.aref, offset);
        if (vm_anon const* anon = amap_lookup(entry.aref, offset))
            page = anon->an_page;
    }
    if (uvm_object* const obj = page ? nullptr : entry.obj())
        page = uvm_pagelookup(*obj, entry.offset + offset);
    kassert(page != nullptr, "wired memory without a page");
    uvm_pageunwire(*page);
}

} // namespace

void uvm_fault_unwire(vm_map& map, va_range range) {
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, range.start, &entry))
        panic("unwiring what is not mapped");
    for (vaddr_t va = range.start; va < range.end; entry = entry->next) {
        // Who shares the amap gives the slot no other page between the look and the end of its wire.
        entry_owners_guard const owners(*entry);
        for (; va < range.end && va < entry->end; va += vsize_t(page_size))
            unwire_page(map, *entry, va);
    }
}

} // namespace uvm
