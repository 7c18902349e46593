// pgo_get of objects with a block device behind them. See uvm_object_store.h.
#include "kernel/vm/uvm_cluster.h"
#include "kernel/vm/uvm_object_impl.h"
#include "kernel/vm/uvm_object_store.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

// Locks: vmobjlock; given up and taken again.
errno_t read(uvm_object& obj, uvm_blockdev& store,
             std::span<vm_page* const> pages) UVM_NO_THREAD_SAFETY_ANALYSIS {
    auto const first = uint32_t(pages.front()->offset.value >> machine::page_shift);
    obj.vmobjlock.unlock();
    errno_t const error = uvm_cluster_read(store, first, pages);
    obj.vmobjlock.lock();
    for (vm_page* const page : pages) {
        if (error != errno_t::ok)
            break;
        uvm_object_zero_behind_end(obj, *page);
        page->flags |= pg_flag::clean;
        pmap_clear_modify(*page);
        uvm_probe(uvm_event::object_page_in, obj.uo_id, page->offset.value, page->phys_addr.value);
    }
    return error;
}

// Pages for the next offsets of the window that have none; *at is where to go on. Locks: vmobjlock.
page_cluster allocate_missing(uvm_object& obj, const pgo_window& window, uint32_t* at, errno_t* error) {
    page_cluster cluster;
    for (; *at < window.pages.size() && !cluster.full(); ++*at) {
        voff_t const offset = window.first + pages_to_bytes(*at);
        bool const resident = uvm_pagelookup(obj, offset) != nullptr;
        if (resident && !cluster.empty())
            break;
        if (resident)
            continue;
        // It does not take what somebody needs now.
        vm_page* const page =
            uvm_page_available() ? uvm_pagealloc(&obj, offset, nullptr, pagealloc_flag::none) : nullptr;
        if (!page) {
            *error = errno_t::enomem;
            break;
        }
        cluster.add(*page);
    }
    return cluster;
}

} // namespace

errno_t uvm_object_read(uvm_object& obj, uvm_blockdev& store, vm_page& page) {
    vm_page* const one[] = {&page};
    return read(obj, store, one);
}

errno_t uvm_object_read_ahead(uvm_object& obj, uvm_blockdev& store,
                              pgo_window window) UVM_NO_THREAD_SAFETY_ANALYSIS {
    errno_t error = errno_t::ok;
    for (uint32_t at = 0; at < window.pages.size() && error == errno_t::ok;) {
        page_cluster const cluster = allocate_missing(obj, window, &at, &error);
        if (cluster.empty())
            continue;
        errno_t const failure = read(obj, store, cluster.pages());
        error = failure == errno_t::ok ? error : failure;
        for (vm_page* const page : cluster.pages()) {
            uvm_page_unbusy(*page);
            if (failure == errno_t::ok) {
                uvm_pagedeactivate(*page);
                ++uvmexp.read_ahead;
            } else {
                uvm_pagefree(*page);
            }
        }
    }
    obj.vmobjlock.unlock();
    return error;
}

} // namespace uvm
