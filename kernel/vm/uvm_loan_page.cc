// Lending one page: its counts and its owners. See uvm_loan.h.
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_loan_impl.h"
#include "kernel/vm/uvm_pdaemon_cluster.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

uint32_t id_of(const vm_anon* anon) { return anon ? anon->an_id : 0; }

// Locks: the owner's, pageqlock.
void set_loans(vm_page& page, uint16_t loans) {
    uvmexp.loans += uint32_t(loans) - page.loan_count;
    __atomic_store_n(&page.loan_count, loans, __ATOMIC_RELAXED);
}

// One loan to the kernel ends. False: the owner is in use. *last: it was an orphan, and nobody has it now.
bool unloan_page(vm_page& page, bool* last) UVM_NO_THREAD_SAFETY_ANALYSIS {
    mutex_guard const guard(uvm_pages.pageqlock);
    bool const orphan = !page.uobject && !page.uanon;
    mutex* const lock = orphan ? nullptr : &uvm_page_owner_lock(page);
    if (lock && !lock->try_lock())
        return false;
    uvm_loan_ended(page, nullptr);
    *last = orphan && page.loan_count == 0;
    if (*last)
        --uvmexp.orphans;
    if (lock)
        lock->unlock();
    return true;
}

void unloan_anon(vm_anon& anon) {
    {
        mutex_guard const guard(anon.an_lock);
        uvm_loan_anon_taken(anon);
    }
    uvm_anon_unref(anon);
}

} // namespace

bool uvm_page_may_lend(const vm_page& page) {
    mutex_guard const guard(uvm_pages.pageqlock);
    return page.wire_count == 0 && page.loan_count < UINT16_MAX;
}

void uvm_loan_page(vm_page& page, vm_anon* borrower) {
    if (!uvm_page_is_on_loan(page))
        pmap_page_protect(page, vm_prot_t::read);
    mutex_guard const guard(uvm_pages.pageqlock);
    if (borrower) {
        page.uanon = borrower;
        borrower->an_page = &page;
    }
    set_loans(page, uint16_t(page.loan_count + 1));
    uvm_probe(uvm_event::page_loan, page.phys_addr.value, id_of(borrower), page.loan_count);
}

void uvm_loan_anon(vm_anon& anon) {
    ++anon.an_ref;
    ++anon.an_loans;
    atomic::add(uvmexp.anon_loans, 1);
    uvm_probe(uvm_event::anon_loan, anon.an_id, anon.an_ref);
}

void uvm_loan_anon_taken(vm_anon& anon) {
    kassert(anon.an_loans > 0, "anon: unloaned more often than loaned");
    --anon.an_loans;
    atomic::sub(uvmexp.anon_loans, 1);
}

void uvm_loan_ended(vm_page& page, const vm_anon* borrower) {
    kassert(page.loan_count > 0, "page unloaned more often than loaned");
    set_loans(page, uint16_t(page.loan_count - 1));
    uvm_probe(uvm_event::page_unloan, page.phys_addr.value, id_of(borrower), page.loan_count);
}

void uvm_loan_orphan(vm_page& page) {
    kassert(page.loan_count > 0, "an orphan that nobody borrows");
    uvm_page_dequeue(page);
    if (page.wire_count) {
        page.wire_count = 0;
        --uvmexp.wired;
    }
    page.flags = pg_flag::none;
    ++uvmexp.orphans;
    uvm_probe(uvm_event::page_orphan, page.phys_addr.value, page.loan_count);
}

void uvm_loan_leave_object(vm_page& page) UVM_NO_THREAD_SAFETY_ANALYSIS {
    vm_anon* const anon = page.uanon;
    if (anon)
        anon->an_lock.lock();
    {
        mutex_guard const guard(uvm_pages.pageqlock);
        page.uobject = nullptr;
        if (anon)
            uvm_loan_ended(page, anon);
        else
            uvm_loan_orphan(page);
    }
    if (!anon)
        return;
    // The anon has no place for it in swap.
    page.flags = without(page.flags, pg_flag::clean);
    anon->an_lock.unlock();
}

void uvm_loan_owner_gone(vm_page& page) {
    if (page.uobject) {
        uvm_page_remove(page);
        uvm_loan_leave_object(page);
        return;
    }
    page.uanon->an_page = nullptr;
    mutex_guard const guard(uvm_pages.pageqlock);
    page.uanon = nullptr;
    uvm_loan_orphan(page);
}

uvm_object* uvm_anon_lockloanpg(vm_anon& anon) UVM_NO_THREAD_SAFETY_ANALYSIS {
    // The object is above the anon in the order of locks, and cannot go while the anon is locked: it would
    // have to give up the page first.
    while (uvm_anon_has_borrowed(anon)) {
        uvm_object* const lender = anon.an_page->uobject;
        if (lender->vmobjlock.try_lock())
            return lender;
        anon.an_lock.unlock();
        machine::spin_pause();
        anon.an_lock.lock();
    }
    return nullptr;
}

void uvm_anon_return_page(vm_anon& anon) UVM_NO_THREAD_SAFETY_ANALYSIS {
    uvm_object* const lender = uvm_anon_lockloanpg(anon);
    if (!lender)
        return;
    vm_page& page = *anon.an_page;
    {
        mutex_guard const guard(uvm_pages.pageqlock);
        page.uanon = nullptr;
        uvm_loan_ended(page, &anon);
    }
    anon.an_page = nullptr;
    lender->vmobjlock.unlock();
}

void uvm_unloan(std::span<const uvm_loaned> pages, uvm_loan_to to) {
    uvm_change const change;
    for (uvm_loaned const& loaned : pages) {
        if (to == uvm_loan_to::anon) {
            unloan_anon(*loaned.anon);
            continue;
        }
        bool last = false;
        while (!unloan_page(*loaned.page, &last))
            machine::spin_pause();
        if (last)
            uvm_page_release(*loaned.page, page_had_owner::yes);
    }
}

} // namespace uvm
