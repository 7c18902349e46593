// Making an anon's data resident.
#include "kernel/vm/uvm_anon.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {

// The end of a page-in. Locks: an_lock; given up unless the result is ok.
errno_t read_back(vm_anon& anon, vm_page& page, errno_t error) {
    bool const released = has(page.flags, pg_flag::released);
    uvm_page_unbusy(page);
    uvm_swap_not_only(); // in memory again, or wanted by nobody, or lost
    if (!released && error == errno_t::ok) {
        pmap_clear_modify(page);
        page.flags = pg_flag::clean;
        uvm_pageactivate(page);
        return errno_t::ok;
    }
    uvm_pagefree(page);
    if (error != errno_t::ok) {
        uvm_swap_markbad(uint32_t(anon.an_swslot), 1);
        anon.an_swslot = uvm_anon_bad_slot;
    }
    anon.an_lock.unlock();
    if (released)
        uvm_anon_destroy(anon);
    return released ? errno_t::eagain : error;
}

} // namespace

errno_t uvm_anon_get(vm_anon& anon) UVM_NO_THREAD_SAFETY_ANALYSIS {
    if (uvm_anon_is_idle(anon))
        return errno_t::ok;
    if (anon.an_page) {
        uvm_page_wait(*anon.an_page, anon.an_lock);
        return errno_t::eagain;
    }
    if (anon.an_swslot == uvm_anon_bad_slot) {
        anon.an_lock.unlock();
        return errno_t::eio;
    }
    kassert(anon.an_swslot > 0, "anon with neither a page nor a slot");
    vm_page* const page = uvm_pagealloc(nullptr, voff_t(0), &anon, pagealloc_flag::none);
    if (!page) {
        anon.an_lock.unlock();
        return errno_t::enomem;
    }
    anon.an_lock.unlock();
    errno_t const error = uvm_swap_get(*page, uint32_t(anon.an_swslot));
    anon.an_lock.lock();
    return read_back(anon, *page, error);
}

} // namespace uvm
