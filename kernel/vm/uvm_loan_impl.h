// The parts of loans that know how a page is lent. Internal to loans, anons and the fault routine.
#pragma once

#include "kernel/vm/uvm_anon.h"
#include "kernel/vm/uvm_fault_impl.h"
#include "kernel/vm/uvm_loan.h"
#include "kernel/vm/uvm_object.h"

namespace uvm {

// True for an anon whose page is an object's. Locks: an_lock.
inline bool uvm_anon_has_borrowed(const vm_anon& anon) { return anon.an_page && anon.an_page->uobject; }
// True for an anon whose page it borrows or lends. Locks: an_lock.
inline bool uvm_anon_is_on_loan(const vm_anon& anon) {
    return anon.an_page && (anon.an_page->uobject || uvm_page_is_on_loan(*anon.an_page));
}
// Locks the object that the anon's page is borrowed from; null: it is not. Locks: an_lock, which is given up
// and taken again where the object is in use: look at the anon anew.
[[nodiscard]] uvm_object* uvm_anon_lockloanpg(vm_anon& anon);
// The last reference is gone: the object has its page for itself again. an_page is null afterwards, or the
// anon's own where the object has gone meanwhile. Locks: an_lock, as uvm_anon_lockloanpg.
void uvm_anon_return_page(vm_anon& anon);

// False for a page that cannot be lent (once more). Locks: the owner's.
[[nodiscard]] bool uvm_page_may_lend(const vm_page& page);
// One loan more, to the kernel or, of an object's page that no anon borrows, to a fresh anon. / To who has
// borrowed the anon already. Locks: the owner's.
void uvm_loan_page(vm_page& page, vm_anon* borrower);
void uvm_loan_anon(vm_anon& anon);
// One loan of the anon less; its reference goes to the caller. Locks: an_lock.
void uvm_loan_anon_taken(vm_anon& anon);
// One loan less, of `page` to an anon or (null) the kernel. Locks: the owner's, pageqlock.
void uvm_loan_ended(vm_page& page, const vm_anon* borrower);
// The page has no owner any more, but borrowers. Locks: pageqlock.
void uvm_loan_orphan(vm_page& page);
// A page on loan leaves its object, out of whose tree it is already: to the anon that borrows it, else it is
// an orphan. Locks: vmobjlock; takes the anon's.
void uvm_loan_leave_object(vm_page& page);

// The map and the amap in which a loan has found what to lend, locked (the map shared), or neither.
class uvm_loan_place {
public:
    uvm_loan_place() = default;
    explicit uvm_loan_place(vm_map& map);
    ~uvm_loan_place() { unlock(); }
    uvm_loan_place(const uvm_loan_place&) = delete;
    uvm_loan_place& operator=(const uvm_loan_place&) = delete;

    void lock_amap(vm_amap* amap); // null: there is none
    // Before a sleep. True: something was locked, and what was found is to be looked up anew.
    bool unlock();

private:
    vm_map* map_{};
    vm_amap* amap_{};
};

// Lends the object's page at `offset`. Locks: none of objects or anons; `place`, by which the object was
// found, is unlocked before a sleep. Sleeps: for I/O. Fails: EAGAIN (look again: it has slept, or the page
// has gone), EINVAL, ENOMEM. / As of an object with nothing but zeros.
[[nodiscard]] errno_t uvm_loan_object_page(uvm_object& obj, voff_t offset, uvm_loaned& out, uvm_loan_to to,
                                           uvm_loan_place& place);
[[nodiscard]] errno_t uvm_loan_zeros(uvm_loaned& out, uvm_loan_to to, uvm_loan_place& place);

// Gives the anon a copy of its page, borrowed or lent, as its own. Locks: an_lock, and `lender`, the object
// that it is borrowed from or null; on success the lender's is given up. Fails: ENOMEM; nothing changed.
[[nodiscard]] errno_t uvm_loanbreak_anon(vm_anon& anon, uvm_object* lender);

// The fault routine, where the anon at the fault lends or borrows its page: breaks the loan for a write and
// for wiring, else takes the right to write from enter_prot. proceed: the anon's page is resident and idle,
// *lender is locked or null. Else these two are unlocked. Locks: map shared, am_lock, an_lock.
[[nodiscard]] uvm_fault_next uvm_fault_loaned_anon(uvm_faultinfo& fault, vm_anon& anon, uvm_object** lender);
// Likewise the object's page, which is busy and about to be entered. done: it failed, the page is idle.
[[nodiscard]] uvm_fault_next uvm_fault_loaned_page(uvm_faultinfo& fault);

} // namespace uvm
