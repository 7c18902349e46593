// The simplest policy: first in, first out.
#include "kernel/vm/uvm_pdpolicy.h"

namespace uvm {

namespace {

void balance() {
    while (uvm_pages.active.head)
        uvm_pageq_move(*uvm_pages.active.head, pg_queue::inactive);
}

vm_page* select() {
    balance();
    vm_page* const page = uvm_pages.inactive.head;
    if (page)
        uvm_pageq_move(*page, pg_queue::inactive);
    return page;
}

} // namespace

constinit const uvm_pdpolicy uvm_pdpolicy_fifo{"fifo", select, balance};

} // namespace uvm
