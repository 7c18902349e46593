// What all kinds of objects share: life and references.
#include "kernel/sync/counter.h"
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_object_impl.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {
constinit serial_numbers object_ids;
} // namespace

void uvm_object_setup(uvm_object& obj, uvm_object_kind kind, const uvm_pagerops& ops, uint64_t size,
                      const char* name) {
    uvm_change const change;
    obj.pgops = &ops;
    obj.uo_kind = kind;
    obj.uo_size = size;
    obj.uo_refs = 1;
    obj.uo_id = object_ids.next();
    for (unsigned i = 0; name && name[i] && i + 1 < sizeof obj.uo_name; ++i)
        obj.uo_name[i] = name[i];
    uvm_probe(uvm_event::object_create, obj.uo_id, uint32_t(kind), size);
}

void uvm_object_reference(uvm_object& obj) {
    uvm_change const change;
    mutex_guard guard(obj.vmobjlock);
    ++obj.uo_refs;
    uvm_probe(uvm_event::object_reference, obj.uo_id, obj.uo_refs);
}

bool uvm_object_unreference(uvm_object& obj,
                            void (*leaving)(uvm_object& obj, vm_page& page)) UVM_NO_THREAD_SAFETY_ANALYSIS {
    uvm_change const change;
    mutex_guard guard(obj.vmobjlock);
    kassert(obj.uo_refs > 0, "object without a reference");
    --obj.uo_refs;
    uvm_probe(uvm_event::object_unreference, obj.uo_id, obj.uo_refs);
    if (obj.uo_refs != 0)
        return false;
    while (vm_page* page = obj.memt.root) {
        if (has(page->flags, pg_flag::busy)) { // on its way out; who holds it busy needs the object
            uvm_page_wait(*page, obj.vmobjlock);
            obj.vmobjlock.lock();
            continue;
        }
        pmap_page_protect(*page, vm_prot_t::none);
        if (leaving)
            leaving(obj, *page);
        uvm_pagefree(*page);
    }
    uvm_probe(uvm_event::object_destroy, obj.uo_id);
    return true;
}

namespace {

// The first page at or behind an offset, or null.
vm_page* first_page_from(const uvm_object& obj, voff_t offset) {
    vm_page* found = nullptr;
    for (vm_page* at = obj.memt.root; at;) {
        if (at->offset < offset) {
            at = at->treeq.right;
        } else {
            found = at;
            at = at->treeq.left;
        }
    }
    return found;
}

} // namespace

errno_t uvm_object_get_resident(uvm_object& obj, pgo_window window) {
    voff_t const end = window.first + pages_to_bytes(uint32_t(window.pages.size()));
    for (vm_page* page = first_page_from(obj, window.first); page && page->offset < end;
         page = decltype(obj.memt)::next(*page)) {
        vm_page*& place = window.pages[size_t((page->offset - window.first) / page_size)];
        if (place != pgo_dont_care && !has(page->flags, pg_flag::busy | pg_flag::released)) [[likely]]
            place = page;
    }
    vm_page* const center = window.pages[window.center];
    if (!center)
        return errno_t::ebusy;
    center->flags |= pg_flag::busy;
    return errno_t::ok;
}

} // namespace uvm
