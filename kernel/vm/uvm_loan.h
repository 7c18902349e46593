// Loans: a page is used by somebody besides its owner, without a copy, until the owner writes to it.
//
//   from → to          what happens                                            the loan is
//   -----------------  ------------------------------------------------------  -----------------------------
//   anon → anon        the anon has one reference more                         an_ref, an_loans
//   anon → kernel      the anon's page is on loan                              loan_count
//   object → kernel    the object's page is on loan                            loan_count
//   object → anon      a new anon borrows the page (a second loan shares it)   uanon, loan_count; an_loans
//   zeros → either     as of an object, one page of zeros that all share
//
// A page on loan, or of an anon with more than one reference, is mapped without write permission everywhere.
// A write by its owner makes it another page with the same content and leaves this one to the borrowers
// (loan break); so does wiring, because a wired page is never on loan and a page on loan is never wired. A
// write by an anon that borrows an object's page gives the anon a page of its own and ends its loan.
//
//   owner of the page gives it up       the page then
//   ----------------------------------  ----------------------------------------------------------------
//   object, an anon borrows it          is the anon's; one loan less
//   else                                is an orphan: on no queue, free when the last loan ends
//
// Pages on loan stay in memory: the page daemon passes over them.
//
// Idea: C. D. Cranor, "Design and Implementation of the UVM Virtual Memory System", 1998, ch. 7 (page
// loanout).
#pragma once

#include <span>

#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_page.h"

namespace uvm {

// Whom memory is lent to: as anons, which amaps can hold, or as pages, which the kernel reads.
enum class uvm_loan_to : uint8_t { anon, page };
// One page of a loan. Owns: a reference of the anon, or one count of the page's loan_count.
union uvm_loaned {
    vm_anon* anon;
    vm_page* page;
};

// Borrows the pages of [start, start + pages), one by one, ascending. Locks: none held; takes map (shared),
// amap, object, anon. Sleeps: for memory and I/O. Fails, with nothing borrowed: ENOENT (a page is not
// mapped), EACCES (its entry may not be read), EINVAL (wired, a device's, beyond the object's end, cannot be
// read back, nothing behind it), ENOMEM.
[[nodiscard]] errno_t uvm_loan(vm_map& map, vaddr_t start, std::span<uvm_loaned> pages, uvm_loan_to to);
// The same to the kernel with the pages of an object from `start` on. Fails: EINVAL, ENOMEM.
[[nodiscard]] errno_t uvm_loanuobjpages(uvm_object& obj, voff_t start, std::span<uvm_loaned> pages);
// Ends a loan. Locks: none held; takes the owners'.
void uvm_unloan(std::span<const uvm_loaned> pages, uvm_loan_to to);

// Maps the anons of a loan to anons in `map`, at, after or below `start` as uvm_map does, copy-on-write and
// with all rights; on return `start` is where. Owns: takes the loan over, it needs no uvm_unloan then. Locks:
// takes map exclusively; for other threads that change the map it is one step. Fails: ENOMEM, EFAULT (another
// thread touched the fresh memory before it was filled); the loan is the caller's still.
[[nodiscard]] errno_t uvm_loan_map(vm_map& map, vaddr_t& start, std::span<const uvm_loaned> pages);

// The owner of a page on loan gives it up: what uvm_pagefree comes to. Locks: the owner's.
void uvm_loan_owner_gone(vm_page& page);
// The object is going to change its page, which is on loan: puts a copy in its place. Needs: `page` busy.
// Returns the copy, busy, `page` is not busy any more and the borrowers'; null: no page free, nothing
// changed. Locks: vmobjlock.
[[nodiscard]] vm_page* uvm_loanbreak(vm_page& page);
// Gives the page of zeros that loans share back. Needs: no loan of it.
void uvm_loan_forget_zeros();

} // namespace uvm
