// Lending pages of objects, and the page of zeros.
#include "kernel/vm/uvm_loan_impl.h"

namespace uvm {

namespace {

constinit mutex zeros_lock{"loans of zeros"};
constinit uvm_object* zeros; // under zeros_lock; one reference

// The page at `offset`, busy. Fails: EINVAL (there is none to lend), ENOMEM, EAGAIN (`place` is unlocked).
errno_t get_page(uvm_object& obj, voff_t offset, vm_page** page,
                 uvm_loan_place& place) UVM_NO_THREAD_SAFETY_ANALYSIS {
    if (!obj.pgops->get)
        return errno_t::einval; // a device's memory has no owner who could copy it
    *page = nullptr;
    pgo_window const window{offset, {page, 1}, 0};
    obj.vmobjlock.lock();
    errno_t error = obj.pgops->get(obj, window, vm_prot_t::read, vm_advice_t::random, pgo::locked);
    if (error == errno_t::ok) {
        obj.vmobjlock.unlock();
        return error;
    }
    *page = nullptr;
    // The object is locked, then its page is busy: it stays, though nothing else may hold it any more.
    bool const look_anew = place.unlock();
    error = obj.pgops->get(obj, window, vm_prot_t::read, vm_advice_t::random, pgo::syncio);
    if (error != errno_t::ok)
        return error == errno_t::eio ? errno_t::einval : error;
    if (!look_anew)
        return errno_t::ok;
    mutex_guard const guard(obj.vmobjlock);
    uvm_pageactivate(**page);
    uvm_page_unbusy(**page);
    return errno_t::eagain;
}

// Locks: vmobjlock.
errno_t lend_to_anon(vm_page& page, uvm_loaned& out) {
    if (vm_anon* const borrower = page.uanon) {
        mutex_guard const guard(borrower->an_lock);
        if (borrower->an_ref == 0)
            return errno_t::eagain; // about to return the page
        uvm_loan_anon(*borrower);
        out.anon = borrower;
        return errno_t::ok;
    }
    vm_anon* const borrower = uvm_analloc();
    if (!borrower)
        return errno_t::enomem;
    mutex_guard const guard(borrower->an_lock);
    uvm_loan_page(page, borrower);
    borrower->an_loans = 1;
    atomic::add(uvmexp.anon_loans, 1);
    out.anon = borrower;
    return errno_t::ok;
}

} // namespace

errno_t uvm_loan_object_page(uvm_object& obj, voff_t offset, uvm_loaned& out, uvm_loan_to to,
                             uvm_loan_place& place) {
    vm_page* page;
    if (errno_t const error = get_page(obj, offset, &page, place); error != errno_t::ok)
        return error;
    mutex_guard const guard(obj.vmobjlock);
    bool const released = has(page->flags, pg_flag::released);
    uvm_page_unbusy(*page);
    if (released) { // given up by the object meanwhile
        uvm_pagefree(*page);
        return errno_t::eagain;
    }
    uvm_pageactivate(*page);
    if (!uvm_page_may_lend(*page))
        return errno_t::einval;
    if (to == uvm_loan_to::anon)
        return lend_to_anon(*page, out);
    uvm_loan_page(*page, nullptr);
    out.page = page;
    return errno_t::ok;
}

errno_t uvm_loan_zeros(uvm_loaned& out, uvm_loan_to to, uvm_loan_place& place) {
    {
        mutex_guard const guard(zeros_lock);
        if (!zeros)
            zeros = uao_create(page_size, "zeros");
        if (!zeros)
            return errno_t::enomem;
    }
    return uvm_loan_object_page(*zeros, voff_t(0), out, to, place);
}

void uvm_loan_forget_zeros() {
    mutex_guard const guard(zeros_lock);
    if (zeros)
        zeros->pgops->detach(*zeros);
    zeros = nullptr;
}

} // namespace uvm
