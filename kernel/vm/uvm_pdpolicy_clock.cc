// The page daemon's usual policy: a clock with two hands, as two queues.
#include "kernel/vm/uvm_page_queue.h"
#include "kernel/vm/uvm_pdpolicy.h"
#include "kernel/vm/uvm_pdtargets.h"
#include "kernel/vm/uvm_pdthread.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

// Percent of the pages on the queues and free.
struct bounds {
    uint32_t few, many;
};
constexpr bounds bounds_of[uvm_page_kinds] = {{10, 80}, {10, 50}, {5, 30}};

// Which kinds the scan spares, and when it began freetarg. Guarded by pageqlock.
bool spared[uvm_page_kinds];
uint32_t freetarg;

bool few(const uvm_kind_counts& counts, uint32_t kind, uint32_t all) {
    return uint64_t{counts.of[kind]} * 100 <= uint64_t{all} * bounds_of[kind].few;
}
bool many(const uvm_kind_counts& counts, uint32_t kind, uint32_t all) {
    return uint64_t{counts.of[kind]} * 100 > uint64_t{all} * bounds_of[kind].many;
}

bool begin(uvm_pd_limits limits) {
    freetarg = uvm_pdtargets_now().freetarg;
    for (bool& spare : spared)
        spare = false;
    if (limits == uvm_pd_limits::ignored)
        return false;
    uvm_kind_counts const counts = uvm_count_kinds();
    uint32_t const all = uvm_pages.active.count + uvm_pages.inactive.count + uvm_pages_left();
    bool any_many = false;
    for (uint32_t kind = 0; kind < uvm_page_kinds; ++kind)
        any_many = any_many || many(counts, kind, all);
    bool spares_some = false;
    for (uint32_t kind = 0; kind < uvm_page_kinds; ++kind) {
        spared[kind] = few(counts, kind, all) || (any_many && !many(counts, kind, all));
        spares_some = spares_some || (spared[kind] && counts.of[kind] > 0);
    }
    auto const [anonymous, file, executable] = spared;
    if (!file || !executable || !(anonymous || uvm_swap_is_full()))
        return spares_some;
    for (bool& spare : spared)
        spare = false;
    return false;
}

void balance() {
    uint32_t const all = uvm_pages.active.count + uvm_pages.inactive.count;
    uint32_t const target = uvm_inactive_target(all, freetarg);
    atomic::store_relaxed(uvm_daemon.few_inactive, target);
    while (uvm_pages.inactive.count < target && uvm_pages.active.head) {
        vm_page& page = *uvm_pages.active.head;
        pmap_clear_reference(page);
        uvm_probe(uvm_event::daemon_deactivate, page.phys_addr.value);
        uvm_pageq_move(page, pg_queue::inactive);
    }
}

vm_page* select() {
    balance();
    uint32_t const all = uvm_pages.active.count + uvm_pages.inactive.count;
    for (uint32_t tried = 0; tried < all && uvm_pages.inactive.head; ++tried) {
        vm_page& page = *uvm_pages.inactive.head;
        bool const referenced = pmap_clear_reference(page);
        bool const spare = spared[uint32_t(uvm_page_kind_of(page))];
        if (!referenced && !spare) {
            uvm_pageq_move(page, pg_queue::inactive);
            return &page;
        }
        uvm_probe(uvm_event::daemon_reactivate, page.phys_addr.value,
                  uint32_t(referenced ? uvm_daemon_reason::referenced : uvm_daemon_reason::few_of_its_kind));
        uvm_pageq_move(page, pg_queue::active);
        balance();
    }
    return nullptr;
}

} // namespace

constinit const uvm_pdpolicy uvm_pdpolicy_clock{"clock", begin, select, balance};

} // namespace uvm
