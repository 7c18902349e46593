// The simplest policy: first in, first out.
#include "kernel/vm/uvm_page_queue.h"
#include "kernel/vm/uvm_pdpolicy.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

bool begin(uvm_pd_limits) { return false; } // it spares nothing

void balance() {
    while (vm_page* const page = uvm_pages.active.head) {
        uvm_probe(uvm_event::daemon_deactivate, page->phys_addr.value);
        uvm_pageq_move(*page, pg_queue::inactive);
    }
}

vm_page* select() {
    balance();
    vm_page* const page = uvm_pages.inactive.head;
    if (page)
        uvm_pageq_move(*page, pg_queue::inactive);
    return page;
}

} // namespace

constinit const uvm_pdpolicy uvm_pdpolicy_fifo{"fifo", begin, select, balance};

} // namespace uvm
