// What the fault routine does differently where a page is on loan.
#include "kernel/vm/uvm_loan_impl.h"

namespace uvm {

namespace {

// An anon that several refer to is copied into another by a write (case 1B); that needs no break.
bool needs_break(const uvm_faultinfo& fault, const vm_anon& anon) {
    return fault.cow_now ? anon.an_ref == 1 : fault.wired;
}

} // namespace

uvm_fault_next uvm_fault_loaned_anon(uvm_faultinfo& fault, vm_anon& anon,
                                     uvm_object** lender) UVM_NO_THREAD_SAFETY_ANALYSIS {
    *lender = uvm_anon_lockloanpg(anon);
    if (!uvm_anon_is_on_loan(anon)) { // the loan ended while the lender was in use
        anon.an_lock.unlock();
        return uvm_fault_next::again;
    }
    if (vm_page& page = *anon.an_page; has(page.flags, pg_flag::busy)) {
        if (*lender)
            anon.an_lock.unlock();
        ++uvmexp.fault_pgwait;
        uvm_fault_unlockall(fault);
        uvm_page_wait(page, *lender ? (*lender)->vmobjlock : anon.an_lock);
        return uvm_fault_next::again;
    }
    if (!needs_break(fault, anon)) {
        if (!fault.cow_now)
            fault.enter_prot = without(fault.enter_prot, vm_prot_t::write);
        return uvm_fault_next::proceed;
    }
    if (errno_t const error = uvm_loanbreak_anon(anon, *lender); error != errno_t::ok) {
        anon.an_lock.unlock();
        if (*lender)
            (*lender)->vmobjlock.unlock();
        fault.error = error;
        return uvm_fault_next::done;
    }
    *lender = nullptr;
    return uvm_fault_next::proceed;
}

uvm_fault_next uvm_fault_loaned_page(uvm_faultinfo& fault) {
    vm_page& page = *fault.pages[fault.center];
    if (!has(fault.access, vm_prot_t::write) && !fault.wired) {
        fault.enter_prot = without(fault.enter_prot, vm_prot_t::write);
        return uvm_fault_next::proceed;
    }
    mutex_guard const guard(fault.obj()->vmobjlock);
    if (!uvm_page_is_on_loan(page)) // it has ended: certain only now
        return uvm_fault_next::proceed;
    if (vm_page* const fresh = uvm_loanbreak(page)) {
        fault.pages[fault.center] = fresh;
        return uvm_fault_next::proceed;
    }
    uvm_page_unbusy(page);
    fault.error = errno_t::enomem;
    return uvm_fault_next::done;
}

} // namespace uvm
