#include "kernel/vm/uvm_pdaemon.h"

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_object.h"
#include "kernel/vm/uvm_pdaemon_cluster.h"
#include "kernel/vm/uvm_pdaemon_impl.h"
#include "kernel/vm/uvm_pdtargets.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

constinit mutex daemon_lock{"page daemon"};
constinit const uvm_pdpolicy* policy = &uvm_pdpolicy_clock;

// Dirty pages that find no slot before the scan gives up.
constexpr uint32_t dirty_limit = 16;
// Owners found in use before the scan pauses.
constexpr uint32_t owners_between_pauses = 16;

// The next page of the policy with its owner locked, or null. `owner_in_use`: there is one, but not now.
vm_page* next_victim(bool* owner_in_use) UVM_NO_THREAD_SAFETY_ANALYSIS {
    mutex_guard const guard(uvm_pages.pageqlock);
    vm_page* const page = policy->select();
    // A page on a queue has an owner, and the owner lives until the page has left the queue.
    *owner_in_use = page && (uvm_page_owner_lock(*page).held() || !uvm_page_owner_lock(*page).try_lock());
    if (*owner_in_use)
        uvm_probe(uvm_event::daemon_skip, page->phys_addr.value, uint32_t(uvm_daemon_reason::owner_in_use));
    return *owner_in_use ? nullptr : page;
}

// `count` clean pages give their slots back, so that dirty ones can have them. Returns how many did.
uint32_t reclaim_slots(uint32_t count) UVM_NO_THREAD_SAFETY_ANALYSIS {
    uint32_t done = 0;
    mutex_guard const guard(uvm_pages.pageqlock);
    for (page_queue const* queue : {&uvm_pages.active, &uvm_pages.inactive})
        for (vm_page* page = queue->head; page && done < count; page = page->pageq.next) {
            if (!uvm_page_swap_backed(*page))
                continue;
            mutex& lock = uvm_page_owner_lock(*page);
            if (lock.held() || !lock.try_lock())
                continue;
            if (uvm_page_swslot(*page) > 0 && !has(page->flags, pg_flag::busy)) {
                uvm_page_dropswap(*page);
                ++done;
            }
            lock.unlock();
        }
    return done;
}

// It stays. On loan it may do so for long, and must not keep those from the inactive queue that can go.
void pass_over(vm_page& page) {
    uvm_probe(uvm_event::daemon_skip, page.phys_addr.value, uint32_t(uvm_daemon_reason::page_in_use));
    if (page.loan_count != 0)
        uvm_pageactivate(page);
}

struct queue_counts {
    uint32_t active, inactive;
};
queue_counts counts_of_queues() {
    mutex_guard const guard(uvm_pages.pageqlock);
    return {uvm_pages.active.count, uvm_pages.inactive.count};
}

class scan {
public:
    scan(uint32_t target, void (*pause)()) : target_(target), pause_(pause) {}
    uvm_pageout_outcome run(uvm_pd_limits limits);

private:
    void swap_page(vm_page& page);
    void object_page(vm_page& page);
    void owner_was_in_use();
    uint32_t target_, freed_{}, pending_{}, no_slot_{}, in_use_{};
    bool spared_{};
    void (*pause_)();
    swap_cluster cluster_;
};

void reactivate(vm_page& page, uvm_daemon_reason why) {
    uvm_probe(uvm_event::daemon_reactivate, page.phys_addr.value, uint32_t(why));
    uvm_pageactivate(page);
}

// Locks: the owner's.
void scan::swap_page(vm_page& page) {
    pmap_page_protect(page, vm_prot_t::none);
    if (pmap_is_modified(page))
        page.flags = without(page.flags, pg_flag::clean);
    if (has(page.flags, pg_flag::clean) && uvm_page_swslot(page) > 0) {
        uvm_probe(uvm_event::daemon_free, page.phys_addr.value, uint32_t(uvm_daemon_reason::clean));
        uvm_pagefree(page);
        uvm_pdpolicy_evicted(page);
        uvm_swap_only();
        ++freed_;
        return;
    }
    uvm_page_dropswap(page);
    if (cluster_.add(page)) {
        ++pending_;
        return;
    }
    ++no_slot_;
    reactivate(page, uvm_daemon_reason::no_slot);
}

// Locks: the object's; given up.
void scan::object_page(vm_page& page) {
    uvm_object& obj = *page.uobject;
    voff_t const start = page.offset;
    uintptr_t const frame = page.phys_addr.value;
    if (obj.uo_kind == uvm_object_kind::file) {
        pmap_page_protect(page, vm_prot_t::none);
        // put unlocks the object. A success may have kept the page, where nothing is behind the object.
        errno_t const error =
            obj.pgops->put(obj, start, start + vsize_t(page_size), pgo::cleanit | pgo::free);
        bool const kept = page.uobject == &obj && page.offset == start;
        if (error == errno_t::ok && !kept) {
            ++freed_;
            uvm_pdpolicy_evicted(page);
            uvm_probe(uvm_event::daemon_free, frame, uint32_t(uvm_daemon_reason::file));
        }
        return;
    }
    reactivate(page, uvm_daemon_reason::no_way_out);
    obj.vmobjlock.unlock();
}

// Owners are let go on now and then. Nobody finds a page busy meanwhile.
void scan::owner_was_in_use() {
    ++in_use_;
    if (!pause_ || in_use_ % owners_between_pauses != 0)
        return;
    freed_ += cluster_.write();
    pending_ = 0;
    pause_();
}

uvm_pageout_outcome scan::run(uvm_pd_limits limits) UVM_NO_THREAD_SAFETY_ANALYSIS {
    {
        mutex_guard const guard(uvm_pages.pageqlock);
        spared_ = policy->begin(limits);
    }
    queue_counts const counts = counts_of_queues();
    uint32_t visits = 2 * (counts.active + counts.inactive);
    for (; visits > 0 && freed_ + pending_ < target_ && no_slot_ < dirty_limit; --visits) {
        bool in_use = false;
        vm_page* const page = next_victim(&in_use);
        if (in_use) {
            owner_was_in_use();
            continue;
        }
        if (!page)
            break;
        mutex& lock = uvm_page_owner_lock(*page);
        bool const busy = has(page->flags, pg_flag::busy);
        in_use_ += busy ? 1 : 0;
        bool const idle = !busy && !uvm_page_is_kept(*page);
        bool const to_swap = uvm_page_swap_backed(*page);
        if (idle && !to_swap) {
            object_page(*page);
            continue;
        }
        if (idle)
            swap_page(*page);
        else
            pass_over(*page);
        lock.unlock();
        if (cluster_.full()) {
            freed_ += cluster_.write();
            pending_ = 0;
        }
    }
    freed_ += cluster_.write();
    pending_ = 0;
    ++uvmexp.pdrevs;
    uvmexp.pdfreed += freed_;
    return {freed_, in_use_, spared_};
}

} // namespace

errno_t uvm_pdpolicy_use(const uvm_pdpolicy& p) {
    if (errno_t const error = p.prepare(); error != errno_t::ok)
        return error;
    const uvm_pdpolicy* before;
    {
        mutex_guard const guard(daemon_lock);
        before = policy;
        policy = &p;
    }
    if (before != &p)
        before->retire();
    return errno_t::ok;
}

void uvm_pdpolicy_evicted(const vm_page& page) { policy->evicted(page); }

uvm_pageout_outcome uvm_pageout_pass(uint32_t target, void (*pause)()) {
    uvm_change const change;
    mutex_guard const guard(daemon_lock);
    atomic::store_relaxed(uvm_daemon.scanner, machine::current_thread());
    queue_counts const counts = counts_of_queues();
    uvm_probe(uvm_event::daemon_begin, target, counts.active, counts.inactive);
    uvm_pageout_outcome outcome = scan(target, pause).run(uvm_pd_limits::kept);
    if (outcome.freed == 0 && reclaim_slots(target) > 0)
        outcome = scan(target, pause).run(uvm_pd_limits::kept);
    // Better one of a kind of which there are few than that somebody's access fails.
    if (outcome.freed == 0 && outcome.spared)
        outcome = scan(target, pause).run(uvm_pd_limits::ignored);
    uvm_probe(uvm_event::daemon_end, outcome.freed);
    atomic::store_relaxed(uvm_daemon.scanner, 0);
    return outcome;
}

uint32_t uvm_pageout(uint32_t target) { return uvm_pageout_pass(target, nullptr).freed; }

void uvm_pagedaemon_settle() { mutex_guard const guard(daemon_lock); }

uint32_t uvm_pageout_target() {
    uint32_t const quarter = uvm_pages.owned_limit / 4;
    bool const limited = uvm_pages.owned_limit != 0 && quarter < uvm_cluster_pages;
    uint32_t const least = !limited ? uvm_cluster_pages : quarter > 0 ? quarter : 1;
    uint32_t const freetarg = uvm_pdtargets_now().freetarg;
    uint32_t const left = uvm_pages_left();
    uint32_t const lack = left < freetarg ? 4 * freetarg - left : 0;
    return lack > least ? lack : least;
}

uint32_t uvm_pagedaemon() { return uvm_pageout(uvm_pageout_target()); }

} // namespace uvm
