// What goes with a mapping of the kernel's: pages that nobody else has.
#include "kernel/vm/uvm_aobj.h"
#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_map_owners.h"
#include "kernel/vm/uvm_page.h"

namespace uvm {

namespace {

// A busy page of [start, end), or null. Locks: the object's.
vm_page* busy_page(uvm_object& obj, voff_t start, voff_t end) {
    for (voff_t at = start; at < end; at = at + vsize_t(page_size))
        if (vm_page* const page = uvm_pagelookup(obj, at); page && has(page->flags, pg_flag::busy))
            return page;
    return nullptr;
}

} // namespace

void uvm_km_pgremove(va_range range) UVM_NO_THREAD_SAFETY_ANALYSIS {
    uvm_object& obj = *kernel_object;
    voff_t const start{uint64_t((range.start - kernel_map.min()).value)};
    voff_t const end = start + range.size();
    obj.vmobjlock.lock();
    while (vm_page* const page = busy_page(obj, start, end)) {
        uvm_page_wait(*page, obj.vmobjlock);
        obj.vmobjlock.lock();
    }
    // Gives the lock up. Slots without a page go as well.
    if (obj.pgops->put(obj, start, end, pgo::free) != errno_t::ok)
        panic("kernel object: pages cannot be thrown away");
}

void uvm_km_pgremove_intrsafe(va_range range) {
    for (vaddr_t va = range.start; va < range.end; va += vsize_t(page_size)) {
        paddr_t pa;
        if (!pmap_extract(pmap_kernel(), va, &pa))
            continue;
        pmap_kremove(va, vsize_t(page_size));
        pmap_update(pmap_kernel());
        vm_page* const page = phys_to_vm_page(pa);
        kassert(page && !page->uobject && !page->uanon, "kernel memory: a wired page that has an owner");
        uvm_pagefree(*page);
    }
}

void uvm_km_unmap_entry(vm_map& map, const vm_map_entry& entry, uvm_flag flags) {
    kassert(!has(entry.flags, uvm_entry_flag::chunk_header), "unmap: the page of a chunk of kernel entries");
    if (has(flags, uvm_flag::vaonly))
        return;
    if (entry.obj() == kernel_object) {
        {
            entry_owners_guard const owners(entry);
            pmap_remove(*map.pm, entry.range());
        }
        pmap_update(*map.pm);
        uvm_km_pgremove(entry.range());
    } else if (!has(map.flags, vm_map_flag::pageable)) {
        uvm_km_pgremove_intrsafe(entry.range());
    } else {
        pmap_remove(*map.pm, entry.range());
    }
}

} // namespace uvm
