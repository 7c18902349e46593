// Lab 7. Yours: reclaim_slots, scan::swap_page, scan::object_page, scan::run. The rest is given.
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
[[maybe_unused]] constexpr uint32_t dirty_limit = 16;
// Owners found in use before the scan pauses.
constexpr uint32_t owners_between_pauses = 16;

// The next page of the policy with its owner locked, or null. `owner_in_use`: there is one, but not now.
[[maybe_unused]] vm_page* next_victim(bool* owner_in_use) UVM_NO_THREAD_SAFETY_ANALYSIS {
    mutex_guard const guard(uvm_pages.pageqlock);
    vm_page* const page = policy->select();
    // A page on a queue has an owner, and the owner lives until the page has left the queue.
    *owner_in_use = page && (uvm_page_owner_lock(*page).held() || !uvm_page_owner_lock(*page).try_lock());
    if (*owner_in_use)
        uvm_probe(uvm_event::daemon_skip, page->phys_addr.value, uint32_t(uvm_daemon_reason::owner_in_use));
    return *owner_in_use ? nullptr : page;
}

// Clean pages give their slots back, so that dirty ones can have them. True when one did.
bool reclaim_slots() UVM_NO_THREAD_SAFETY_ANALYSIS { panic("lab 7: reclaim_slots is not written yet"); }

// It stays. On loan it may do so for long, and must not keep those from the inactive queue that can go.
[[maybe_unused]] void pass_over(vm_page& page) {
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
    [[maybe_unused]] uint32_t target_, freed_{}, pending_{}, no_slot_{}, in_use_{};
    [[maybe_unused]] bool spared_{};
    void (*pause_)();
    swap_cluster cluster_;
};

[[maybe_unused]] void reactivate(vm_page& page, uvm_daemon_reason why) {
    uvm_probe(uvm_event::daemon_reactivate, page.phys_addr.value, uint32_t(why));
    uvm_pageactivate(page);
}

// Locks: the owner's.
void scan::swap_page(vm_page& page) {
    static_cast<void>(page);
    panic("lab 7: scan::swap_page is not written yet");
}

// Locks: the object's; given up.
void scan::object_page(vm_page& page) {
    static_cast<void>(page);
    panic("lab 7: scan::object_page is not written yet");
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
    static_cast<void>(limits);
    panic("lab 7: scan::run is not written yet");
}

} // namespace

void uvm_pdpolicy_use(const uvm_pdpolicy& p) {
    mutex_guard const guard(daemon_lock);
    policy = &p;
}

uvm_pageout_outcome uvm_pageout_pass(uint32_t target, void (*pause)()) {
    uvm_change const change;
    mutex_guard const guard(daemon_lock);
    atomic::store_relaxed(uvm_daemon.scanner, machine::current_thread());
    queue_counts const counts = counts_of_queues();
    uvm_probe(uvm_event::daemon_begin, target, counts.active, counts.inactive);
    uvm_pageout_outcome outcome = scan(target, pause).run(uvm_pd_limits::kept);
    if (outcome.freed == 0 && reclaim_slots())
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
    bool const limited = uvm_pages.owned_limit != 0 && quarter < uvm_swap_cluster;
    uint32_t const least = !limited ? uvm_swap_cluster : quarter > 0 ? quarter : 1;
    uint32_t const freetarg = uvm_pdtargets_now().freetarg;
    uint32_t const left = uvm_pages_left();
    uint32_t const lack = left < freetarg ? 4 * freetarg - left : 0;
    return lack > least ? lack : least;
}

uint32_t uvm_pagedaemon() { return uvm_pageout(uvm_pageout_target()); }

} // namespace uvm
