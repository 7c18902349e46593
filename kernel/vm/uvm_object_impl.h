// For pagers: the parts of their operations that do not depend on what backs the object.
#pragma once

#include "kernel/vm/uvm_object.h"

namespace uvm {

// Fills in a fresh object of one reference.
void uvm_object_setup(uvm_object& obj, uvm_object_kind kind, const uvm_pagerops& ops, uint64_t size,
                      const char* name);
// One more reference. / One less; true when it was the last: pages are freed, after `leaving` (null: nothing)
// was called for each, and the memory is the caller's to free. Locks: take vmobjlock; `leaving` is called
// with it. Sleeps: for busy pages.
void uvm_object_reference(uvm_object& obj);
[[nodiscard]] bool uvm_object_unreference(uvm_object& obj,
                                          void (*leaving)(uvm_object& obj, vm_page& page) = nullptr);
// pgo_get with pgo::locked: resident, idle pages of the window, the centre marked busy. EBUSY: it is not
// among them.
[[nodiscard]] errno_t uvm_object_get_resident(uvm_object& obj, pgo_window window);
// pgo_get without it, for the centre alone. `fill` makes the content of a fresh page and returns ok, or an
// error; it may give up the lock meanwhile, the page is busy, which keeps the object alive. Locks: called
// with vmobjlock, returns without it. Fails: as `fill`, EINVAL, ENOMEM, and EAGAIN: somebody else had the
// page busy, and once that was waited for the object may be gone; look it up anew.
template <class Fill>
errno_t uvm_object_get_center(uvm_object& obj, pgo_window window, Fill&& fill) {
    voff_t const offset = window.first + pages_to_bytes(window.center);
    errno_t error = errno_t::ok;
    vm_page* page = uvm_pagelookup(obj, offset);
    if (page && has(page->flags, pg_flag::busy)) {
        window.pages[window.center] = nullptr;
        uvm_page_wait(*page, obj.vmobjlock);
        return errno_t::eagain;
    }
    if (offset.value >= obj.uo_size) {
        error = errno_t::einval;
    } else if (!page) {
        page = uvm_pagealloc(&obj, offset, nullptr, pagealloc_flag::none);
        if (!page) {
            error = errno_t::enomem;
        } else if (error = fill(*page); error != errno_t::ok) {
            uvm_page_unbusy(*page); // wakes who waits for the page
            uvm_pagefree(*page);
            page = nullptr;
        } else {
            page->flags = without(page->flags, pg_flag::fake);
        }
    }
    if (page)
        page->flags |= pg_flag::busy;
    window.pages[window.center] = page;
    obj.vmobjlock.unlock();
    return error;
}
// What pgo_put is about: with pgo::allpages the whole object, whatever range was given.
struct pgo_range {
    voff_t start, end;
};
constexpr pgo_range uvm_object_put_range(voff_t start, voff_t end, pgo flags) {
    return has(flags, pgo::allpages) ? pgo_range{voff_t(0), voff_t(~uint64_t{0})} : pgo_range{start, end};
}
// The first resident page at or behind an offset, or null. Locks: vmobjlock. Cost: O(log pages).
[[nodiscard]] vm_page* uvm_object_first_page(const uvm_object& obj, voff_t offset);
// What lies behind the object's end in its last page is no part of it, and reads as zero. Locks: vmobjlock.
void uvm_object_zero_behind_end(const uvm_object& obj, const vm_page& page);
// Calls f(page) for each resident page of [start, end), ascending; f may free the page. Locks: vmobjlock.
template <class F>
void uvm_object_for_each(uvm_object& obj, voff_t start, voff_t end, F&& f) {
    vm_page* page = uvm_object_first_page(obj, start);
    while (page && page->offset < end) {
        vm_page* const next = decltype(obj.memt)::next(*page);
        f(*page);
        page = next;
    }
}

} // namespace uvm
