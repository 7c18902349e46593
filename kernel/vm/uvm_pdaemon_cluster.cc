#include "kernel/vm/uvm_pdaemon_cluster.h"

#include "kernel/vm/uvm_anon.h"
#include "kernel/vm/uvm_aobj.h"
#include "kernel/vm/uvm_pdaemon_impl.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

errno_t set_swslot(vm_page& page, int32_t slot) {
    if (page.uobject)
        return uao_set_swslot(*page.uobject, page.offset, slot);
    page.uanon->an_swslot = slot;
    return errno_t::ok;
}

// The end of one page's way out. True when the page became free.
bool written(vm_page& page, errno_t error) UVM_NO_THREAD_SAFETY_ANALYSIS {
    vm_anon* const anon = page.uanon;
    mutex& lock = uvm_page_owner_lock(page);
    lock.lock();
    bool const released = has(page.flags, pg_flag::released);
    bool const out = released || error == errno_t::ok;
    // On failure the data is in memory still, and the slot is not to be used again.
    if (error != errno_t::ok && set_swslot(page, 0) != errno_t::ok)
        panic("giving up a swap slot cannot fail");
    uvm_page_unbusy(page);
    uvm_probe(out ? uvm_event::daemon_free : uvm_event::daemon_reactivate, page.phys_addr.value,
              uint32_t(out ? uvm_daemon_reason::written : uvm_daemon_reason::not_written));
    if (out)
        uvm_pagefree(page);
    else
        uvm_pageactivate(page);
    if (!released && out) {
        uvm_pdpolicy_evicted(page);
        uvm_swap_only();
    }
    atomic::sub(uvm_pages.paging, 1);
    lock.unlock();
    if (released)
        uvm_anon_destroy(*anon); // only anons are given up while their page is busy
    return out;
}

} // namespace

mutex& uvm_page_owner_lock(vm_page& page) {
    // A page that is on loan to an anon is the object's.
    return page.uobject ? page.uobject->vmobjlock : page.uanon->an_lock;
}

bool uvm_page_swap_backed(const vm_page& page) { return !page.uobject || uvm_object_is_aobj(*page.uobject); }

int32_t uvm_page_swslot(const vm_page& page) {
    return page.uobject ? uao_find_swslot(*page.uobject, page.offset) : page.uanon->an_swslot;
}

void uvm_page_dropswap(vm_page& page) {
    if (page.uobject)
        uao_dropswap(*page.uobject, page);
    else
        uvm_anon_dropswap(*page.uanon);
}

bool swap_cluster::add(vm_page& page) {
    if (room_ == 0) {
        room_ = uvm_cluster_pages;
        slot_ = uvm_swap_alloc(&room_, uvm_swap_less::ok);
        if (slot_ == 0) {
            room_ = 0;
            return false;
        }
    }
    if (set_swslot(page, int32_t(slot_ + pages_.count())) != errno_t::ok)
        return false;
    pages_.add(page);
    atomic::add(uvm_pages.paging, 1);
    return true;
}

uint32_t swap_cluster::write() {
    uint32_t const used = pages_.count();
    if (used < room_)
        uvm_swap_free(slot_ + used, room_ - used);
    if (used == 0) {
        *this = {};
        return 0;
    }
    errno_t const error = uvm_swap_put(slot_, pages_.pages());
    if (error == errno_t::eio)
        uvm_swap_markbad(slot_, used);
    else if (error != errno_t::ok)
        uvm_swap_free(slot_, used);
    uint32_t freed = 0;
    for (vm_page* const page : pages_.pages())
        freed += written(*page, error) ? 1 : 0;
    *this = {};
    return freed;
}

} // namespace uvm
