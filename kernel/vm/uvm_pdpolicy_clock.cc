// The page daemon's usual policy: a clock with two hands, as two queues.
#include "kernel/vm/uvm_pdpolicy.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

constexpr uint32_t inactive_percent = 33;

void balance() {
    uint32_t const all = uvm_pages.active.count + uvm_pages.inactive.count;
    uint32_t const target = all * inactive_percent / 100 + 1;
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
        if (!pmap_clear_reference(page)) {
            uvm_pageq_move(page, pg_queue::inactive);
            return &page;
        }
        uvm_probe(uvm_event::daemon_reactivate, page.phys_addr.value,
                  uint32_t(uvm_daemon_reason::referenced));
        uvm_pageq_move(page, pg_queue::active);
        balance();
    }
    return nullptr;
}

} // namespace

constinit const uvm_pdpolicy uvm_pdpolicy_clock{"clock", select, balance};

} // namespace uvm
