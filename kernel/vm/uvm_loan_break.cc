// Loan breaks: who is going to write gets a page of its own, the borrowers keep theirs.
#include "kernel/vm/uvm_aobj.h"
#include "kernel/vm/uvm_loan_impl.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

vm_page* uvm_loanbreak(vm_page& page) {
    uvm_object& obj = *page.uobject;
    vm_page* const fresh = uvm_pagealloc(&obj, page.offset, nullptr, pagealloc_flag::replace);
    if (!fresh)
        return nullptr;
    pmap_page_protect(page, vm_prot_t::none);
    uvm_fault_copy_page(page, *fresh);
    // What was clean is so still: the content is the same.
    pg_flag const clean = pmap_is_modified(page) ? pg_flag::none : page.flags & pg_flag::clean;
    fresh->flags = pg_flag::busy | clean;
    pmap_clear_modify(*fresh);
    uvm_page_replace(page, *fresh);
    uvm_page_unbusy(page); // who waits for it looks again, and finds the other
    uvm_probe(uvm_event::loan_broken, page.phys_addr.value, fresh->phys_addr.value, 0, obj.uo_id);
    uvm_loan_leave_object(page);
    return fresh;
}

errno_t uvm_loanbreak_anon(vm_anon& anon, uvm_object* lender) UVM_NO_THREAD_SAFETY_ANALYSIS {
    vm_page& page = *anon.an_page;
    vm_page* const fresh = uvm_pagealloc(nullptr, voff_t(0), &anon, pagealloc_flag::none); // sets an_page
    if (!fresh)
        return errno_t::enomem;
    pmap_page_protect(page, vm_prot_t::none);
    uvm_fault_copy_page(page, *fresh);
    fresh->flags = pg_flag::none;
    uvm_anon_dropswap(anon);
    uvm_probe(uvm_event::loan_broken, page.phys_addr.value, fresh->phys_addr.value, anon.an_id, 0);
    {
        mutex_guard const guard(uvm_pages.pageqlock);
        page.uanon = nullptr;
        if (lender)
            uvm_loan_ended(page, &anon);
        else
            uvm_loan_orphan(page);
    }
    if (lender)
        lender->vmobjlock.unlock();
    uvm_pageactivate(*fresh);
    return errno_t::ok;
}

} // namespace uvm
