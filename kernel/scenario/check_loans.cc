#include "kernel/scenario/check_loans.h"

#include "kernel/vm/uvm_anon.h"

namespace uvm {

namespace {

struct loan_account {
    uint64_t loans{};    // sum of loan_count
    uint64_t borrowed{}; // of these, to anons that borrow an object's page
    uint64_t orphans{};
    uint64_t wired{};   // pages on loan that are wired
    uint64_t misled{};  // pages whose anon has another page
    uint64_t without{}; // pages with two owners that are not on loan
};

// Locks: pageqlock.
loan_account count_pages() {
    loan_account sum;
    for (uint32_t i = 0; i < uvmexp.npages; ++i) {
        vm_page const& page = uvm_pages.pages[i];
        bool const both = page.uobject && page.uanon;
        sum.loans += page.loan_count;
        sum.borrowed += both ? 1 : 0;
        sum.orphans += page.loan_count && !page.uobject && !page.uanon ? 1 : 0;
        sum.wired += page.loan_count && page.wire_count ? 1 : 0;
        sum.misled += page.uanon && page.uanon->an_page != &page ? 1 : 0;
        sum.without += both && page.loan_count == 0 ? 1 : 0;
    }
    return sum;
}

// The hardware mappings of all spaces that allow a write to a page on loan.
uint64_t writable_mappings() {
    uint64_t count = 0;
    for (process* p = process_first(); p; p = process_after(*p)) {
        pmap_mapping mapping;
        for (vaddr_t from; pmap_next_mapping(*p->p_vmspace->vm_map.pm, from, &mapping);
             from = mapping.va + vsize_t(page_size)) {
            vm_page const* const page = phys_to_vm_page(mapping.pa);
            count += page && page->loan_count && has(mapping.prot, vm_prot_t::write) ? 1 : 0;
        }
    }
    return count;
}

} // namespace

bool loans_agree(const interpreter& in, uvm_map_violation* violation) {
    uint64_t to_kernel = in.lent_elsewhere;
    uint64_t to_anons = 0;
    for_each_borrowed_anon(in, [&](vm_anon&) { ++to_anons; });
    for (named_loan const& loan : in.loans.all())
        to_kernel += loan.to == uvm_loan_to::page ? loan.count : 0;
    // The totals change with each page's own count; where they and the scenario know of none, no page is
    // looked at.
    bool const any = uvmexp.loans || uvmexp.orphans || to_kernel;
    loan_account sum;
    if (any) {
        mutex_guard const guard(uvm_pages.pageqlock);
        sum = count_pages();
    }
    struct {
        const char* what;
        uint64_t expected, found;
    } const accounts[] = {
        {"loans of all pages other than those to the kernel and to anons", to_kernel + sum.borrowed,
         sum.loans},
        {"loans of all anons", to_anons, uvmexp.anon_loans},
        {"loans counted other than the pages'", sum.loans, uvmexp.loans},
        {"orphans counted other than the pages on loan without an owner", sum.orphans, uvmexp.orphans},
        {"pages on loan that are wired", 0, sum.wired},
        {"pages whose anon has another page", 0, sum.misled},
        {"pages with an object and an anon that are not on loan", 0, sum.without},
        {"writable mappings of pages on loan", 0, sum.loans ? writable_mappings() : 0},
    };
    for (auto const& a : accounts)
        if (a.expected != a.found) {
            *violation = {loan_invariant, a.what, a.expected, a.found, nullptr};
            return false;
        }
    return true;
}

} // namespace uvm
