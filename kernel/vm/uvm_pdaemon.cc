#include "kernel/vm/uvm_pdaemon.h"

#include "kernel/vm/uvm_anon.h"
#include "kernel/vm/uvm_object.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

namespace {

constinit mutex daemon_lock{"page daemon"};
constinit const uvm_pdpolicy* policy = &uvm_pdpolicy_clock;

// Dirty pages that find no slot before the scan gives up.
constexpr uint32_t dirty_limit = 16;

// Pages on their way to one run of slots. They are busy.
class cluster {
public:
    // Gives a page the next slot; false when swap is full. Locks: the anon's.
    bool add(vm_page& page);
    [[nodiscard]] bool full() const { return used_ == room_ && room_ > 0; }
    // Writes what was collected and frees it; returns how many pages became free.
    uint32_t write();

private:
    uint32_t slot_{}, room_{}, used_{};
    vm_page* pages_[uvm_swap_cluster]{};
};

bool cluster::add(vm_page& page) {
    if (room_ == 0) {
        room_ = uvm_swap_cluster;
        slot_ = uvm_swap_alloc(&room_);
        if (slot_ == 0) {
            room_ = 0;
            return false;
        }
    }
    page.uanon->an_swslot = int32_t(slot_ + used_);
    page.flags |= pg_flag::busy;
    pages_[used_++] = &page;
    return true;
}

// The end of one page's way out. True when the page became free.
bool written(vm_page& page, errno_t error) {
    vm_anon& anon = *page.uanon;
    anon.an_lock.lock();
    bool const released = has(page.flags, pg_flag::released);
    if (error != errno_t::ok)
        anon.an_swslot = 0; // the data is in memory still, the slot is not to be used again
    uvm_page_unbusy(page);
    if (released || error == errno_t::ok)
        uvm_pagefree(page);
    else
        uvm_pageactivate(page);
    if (!released && error == errno_t::ok)
        uvm_swap_only(uint32_t(anon.an_swslot));
    anon.an_lock.unlock();
    if (released)
        uvm_anon_destroy(anon);
    return released || error == errno_t::ok;
}

uint32_t cluster::write() {
    if (used_ == 0)
        return 0;
    if (used_ < room_)
        uvm_swap_free(slot_ + used_, room_ - used_);
    errno_t const error = uvm_swap_put(slot_, {pages_, used_});
    if (error == errno_t::eio)
        uvm_swap_markbad(slot_, used_);
    else if (error != errno_t::ok)
        uvm_swap_free(slot_, used_);
    uint32_t freed = 0;
    for (uint32_t i = 0; i < used_; ++i)
        freed += written(*pages_[i], error) ? 1 : 0;
    *this = {};
    return freed;
}

mutex& owner_lock(vm_page& page) { return page.uanon ? page.uanon->an_lock : page.uobject->vmobjlock; }

// The next page of the policy with its owner locked, or null. `owner_in_use`: there is one, but not now.
vm_page* next_victim(bool* owner_in_use) UVM_NO_THREAD_SAFETY_ANALYSIS {
    mutex_guard const guard(uvm_pages.pageqlock);
    vm_page* const page = policy->select();
    // A page on a queue has an owner, and the owner lives until the page has left the queue.
    *owner_in_use = page && (owner_lock(*page).held() || !owner_lock(*page).try_lock());
    return *owner_in_use ? nullptr : page;
}

// Clean pages of anons give their slots back, so that dirty ones can have them. True when one did.
bool reclaim_slots() UVM_NO_THREAD_SAFETY_ANALYSIS {
    bool any = false;
    mutex_guard const guard(uvm_pages.pageqlock);
    for (page_queue const* queue : {&uvm_pages.active, &uvm_pages.inactive})
        for (vm_page* page = queue->head; page; page = page->pageq.next) {
            vm_anon* const anon = page->uanon;
            if (!anon || anon->an_lock.held() || !anon->an_lock.try_lock())
                continue;
            if (anon->an_swslot > 0 && !has(page->flags, pg_flag::busy)) {
                uvm_anon_dropswap(*anon);
                any = true;
            }
            anon->an_lock.unlock();
        }
    return any;
}

class scan {
public:
    explicit scan(uint32_t target) : target_(target) {}
    uint32_t run();

private:
    void anon_page(vm_page& page);
    void object_page(vm_page& page);
    uint32_t target_, freed_{}, pending_{}, no_slot_{};
    cluster cluster_;
};

// Locks: the anon's.
void scan::anon_page(vm_page& page) {
    vm_anon& anon = *page.uanon;
    pmap_page_protect(page, vm_prot_t::none);
    if (pmap_is_modified(page))
        page.flags = without(page.flags, pg_flag::clean);
    if (has(page.flags, pg_flag::clean) && anon.an_swslot > 0) {
        uint32_t const slot = uint32_t(anon.an_swslot);
        uvm_pagefree(page);
        uvm_swap_only(slot);
        ++freed_;
        return;
    }
    uvm_anon_dropswap(anon);
    if (cluster_.add(page)) {
        ++pending_;
        return;
    }
    ++no_slot_;
    uvm_pageactivate(page);
}

// Locks: the object's; given up.
void scan::object_page(vm_page& page) {
    uvm_object& obj = *page.uobject;
    voff_t const start = page.offset;
    uint32_t const before = obj.uo_npages;
    if (obj.uo_kind == uvm_object_kind::file) {
        pmap_page_protect(page, vm_prot_t::none);
        // put unlocks the object. A success may have kept the page, where nothing is behind the object.
        errno_t const error =
            obj.pgops->put(obj, start, start + vsize_t(page_size), pgo::cleanit | pgo::free);
        bool const kept = page.uobject == &obj && page.offset == start;
        freed_ += error == errno_t::ok && before > 0 && !kept ? 1 : 0;
        return;
    }
    uvm_pageactivate(page);
    obj.vmobjlock.unlock();
}

uint32_t scan::run() UVM_NO_THREAD_SAFETY_ANALYSIS {
    uint32_t visits = 2 * (uvmexp.active + uvmexp.inactive);
    for (; visits > 0 && freed_ + pending_ < target_ && no_slot_ < dirty_limit; --visits) {
        bool in_use = false;
        vm_page* const page = next_victim(&in_use);
        if (in_use)
            continue;
        if (!page)
            break;
        bool const of_anon = page->uanon != nullptr;
        mutex& lock = owner_lock(*page);
        bool const idle = !has(page->flags, pg_flag::busy) && page->wire_count == 0 && page->loan_count == 0;
        if (idle && !of_anon) {
            object_page(*page);
            continue;
        }
        if (idle)
            anon_page(*page);
        lock.unlock();
        if (cluster_.full()) {
            freed_ += cluster_.write();
            pending_ = 0;
        }
    }
    freed_ += cluster_.write();
    pending_ = 0;
    return freed_;
}

} // namespace

void uvm_pdpolicy_use(const uvm_pdpolicy& p) {
    mutex_guard const guard(daemon_lock);
    policy = &p;
}

uint32_t uvm_pageout(uint32_t target) {
    mutex_guard const guard(daemon_lock);
    uint32_t freed = scan(target).run();
    if (freed == 0 && reclaim_slots())
        freed = scan(target).run();
    return freed;
}

uint32_t uvm_pagedaemon() {
    uint32_t const quarter = uvm_pages.owned_limit / 4;
    bool const limited = uvm_pages.owned_limit != 0 && quarter < uvm_swap_cluster;
    return uvm_pageout(!limited ? uvm_swap_cluster : quarter > 0 ? quarter : 1);
}

errno_t uvm_wait() {
    // Somebody else may have freed pages meanwhile; then there is nothing to wait for.
    if (uvm_page_available() || uvm_pagedaemon() > 0 || uvm_page_available())
        return errno_t::ok;
    return errno_t::enomem;
}

} // namespace uvm
