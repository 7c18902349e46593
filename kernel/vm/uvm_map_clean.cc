// uvm_map_clean: msync and the discarding kinds of madvise.
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_history.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_page.h"

namespace uvm {

namespace {

// All checks come before any change.
errno_t may_clean(const vm_map& map, const vm_map_entry* entry, vaddr_t end, pgo flags) {
    for (; entry->start < end; entry = entry->next) {
        if (entry->is_submap())
            return errno_t::einval;
        if (has(flags, pgo::free) && entry->wired_count != 0)
            return errno_t::ebusy;
        if (entry->end < end && (entry->next == &map.header || entry->next->start > entry->end))
            return errno_t::efault;
        if (entry->next == &map.header)
            break;
    }
    return errno_t::ok;
}

// Whether the anon is to be dropped; ages its page when it is not. One that is swapped out can be dropped.
bool may_take(vm_anon& anon, bool drop) {
    mutex_guard const guard(anon.an_lock);
    vm_page* const page = anon.an_page;
    if (!page)
        return drop;
    if (page->uobject || has(page->flags, pg_flag::busy) || uvm_page_is_kept(*page))
        return false;
    if (!drop)
        uvm_pagedeactivate(*page);
    return drop;
}

// The anons of one entry's part of the range. Locks: takes am_lock.
void clean_amap(vm_map& map, vm_map_entry& entry, va_range part, pgo flags) {
    vm_amap& amap = *entry.aref.ar_amap;
    mutex_guard guard(amap.am_lock);
    // Dropping needs the amap for itself alone; otherwise, and with cleanit, the pages are only aged.
    bool const drop = has(flags, pgo::free) && !has(flags, pgo::cleanit) && amap.am_ref == 1;
    for (vaddr_t va = part.start; va < part.end; va += vsize_t(page_size)) {
        vm_anon* const anon = amap_lookup(entry.aref, va - entry.start);
        if (!anon || !may_take(*anon, drop))
            continue;
        // Others may share the anon: then it lives on, but no longer here.
        pmap_remove(*map.pm, {va, va + vsize_t(page_size)});
        amap_unadd(entry.aref, va - entry.start);
        uvm_anon_unref(*anon);
    }
}

} // namespace

errno_t uvm_map_clean(vm_map& map, vaddr_t start, vaddr_t end, pgo flags) {
    uvm_change const change;
    uvm_map_called(map, uvm_map_function::clean, start, end);
    va_range const range = uvm_map_clamp(map, start, end);
    vm_map_entry* entry;
    {
        map_exclusive_guard guard(map);
        // An empty range, too, has to begin in memory that is mapped.
        if (!uvm_map_lookup_entry(map, range.start, &entry))
            return errno_t::efault;
        if (range.empty())
            return errno_t::ok;
        if (errno_t const error = may_clean(map, entry, range.end, flags); error != errno_t::ok)
            return error;
        // Busy keeps every other thread from changing the map while the lock is given up for I/O.
        vm_map_busy(map);
    }
    errno_t first_error = errno_t::ok;
    for (; entry != &map.header && entry->start < range.end; entry = entry->next) {
        va_range const part{entry->start > range.start ? entry->start : range.start,
                            entry->end < range.end ? entry->end : range.end};
        if (entry->aref.ar_amap && has(flags, pgo::free | pgo::deactivate))
            clean_amap(map, *entry, part, flags);
        if (uvm_object* obj = entry->obj()) {
            voff_t const first = entry->offset + (part.start - entry->start);
            obj->vmobjlock.lock();
            errno_t const error = obj->pgops->put(*obj, first, first + part.size(), flags | pgo::cleanit);
            if (first_error == errno_t::ok)
                first_error = error;
        }
    }
    pmap_update(*map.pm);
    vm_map_unbusy(map);
    return first_error;
}

} // namespace uvm
