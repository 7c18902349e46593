// All amaps, and what of them lies on a swap device that goes.
//
// The walk lets go of the list's lock while it works on an amap. The mark amap_flag::swapoff holds the amap
// on the list meanwhile: who drops its last reference wipes it, and leaves the rest to the walk.
#include "kernel/vm/uvm_amap_impl.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_swap_impl.h"

namespace uvm {

namespace {

// Locks: before an amap's own, which nobody holds who takes it.
constinit mutex list_lock{"amaps"};
// Newest first.
constinit vm_amap* list_head;

// Marks the first amap of the rest of the list that somebody refers to. Locks: the list's.
vm_amap* mark_next(vm_amap* from) {
    for (vm_amap* amap = from; amap; amap = amap->am_list_next) {
        mutex_guard const guard(amap->am_lock);
        if (amap->am_ref == 0) // on its way out; it waits for the list at most
            continue;
        amap->am_flags |= amap_flag::swapoff;
        return amap;
    }
    return nullptr;
}

vm_amap* first_marked() {
    mutex_guard const guard(list_lock);
    return mark_next(list_head);
}

// Takes the mark off `amap`, destroys it when that is left to do, and marks the next if the walk goes on.
vm_amap* leave(vm_amap& amap, bool go_on) {
    vm_amap* next;
    bool last;
    {
        mutex_guard const guard(list_lock);
        next = go_on ? mark_next(amap.am_list_next) : nullptr;
        mutex_guard const amap_guard(amap.am_lock);
        amap.am_flags = without(amap.am_flags, amap_flag::swapoff);
        last = amap.am_ref == 0;
    }
    if (last)
        amap_destroy(amap);
    return next;
}

// The first anon at or behind *slot whose data has a slot in the range, with a reference of ours, or null.
vm_anon* next_anon(vm_amap& amap, uint32_t* slot, uvm_swap_range range) {
    mutex_guard const guard(amap.am_lock);
    vm_anon* found = nullptr;
    if (*slot >= amap.am_nslot)
        return nullptr;
    amap_for_each(amap, *slot, amap.am_nslot - *slot, [&](uint32_t at, vm_anon& anon) {
        if (found)
            return;
        mutex_guard const anon_guard(anon.an_lock);
        if (!range.has(anon.an_swslot))
            return;
        ++anon.an_ref;
        found = &anon;
        *slot = at + 1;
    });
    return found;
}

// Makes the anon's page resident and takes its slot away. Locks: none; has a reference.
errno_t bring_back(vm_anon& anon, uvm_swap_range range) UVM_NO_THREAD_SAFETY_ANALYSIS {
    anon.an_lock.lock();
    if (!range.has(anon.an_swslot)) {
        anon.an_lock.unlock();
        return errno_t::ok;
    }
    errno_t const error = uvm_anon_get(anon); // has given up the lock unless ok
    if (error != errno_t::ok)
        return error;
    uvm_anon_dropswap(anon);
    anon.an_lock.unlock();
    return errno_t::ok;
}

errno_t bring_back_all(vm_amap& amap, uvm_swap_range range) {
    uint32_t slot = 0;
    while (vm_anon* const anon = next_anon(amap, &slot, range)) {
        errno_t error;
        do
            error = uvm_wait_while_short([&] { return bring_back(*anon, range); });
        while (error == errno_t::eagain);
        uvm_anon_unref(*anon);
        // A page that cannot be read is lost, here as for who wants it; its slot is not in use any more.
        if (error != errno_t::ok && error != errno_t::eio)
            return error;
    }
    return errno_t::ok;
}

} // namespace

void amap_enlist(vm_amap& amap) {
    mutex_guard const guard(list_lock);
    amap.am_list_prev = nullptr;
    amap.am_list_next = list_head;
    if (list_head)
        list_head->am_list_prev = &amap;
    list_head = &amap;
}

void amap_delist(vm_amap& amap) {
    mutex_guard const guard(list_lock);
    (amap.am_list_prev ? amap.am_list_prev->am_list_next : list_head) = amap.am_list_next;
    if (amap.am_list_next)
        amap.am_list_next->am_list_prev = amap.am_list_prev;
}

errno_t amap_swap_off(uvm_swap_range range) {
    errno_t error = errno_t::ok;
    for (vm_amap* amap = first_marked(); amap; amap = leave(*amap, error == errno_t::ok))
        error = bring_back_all(*amap, range);
    return error;
}

} // namespace uvm
