// The page daemon: makes pages free by writing them out. It is a thread where there is one (uvm_pdthread.h);
// elsewhere who waits for memory does its work.
#pragma once

#include "kernel/vm/uvm_pdpolicy.h"

namespace uvm {

// The policy in use: uvm_pdpolicy_clock unless set. One caller at a time. Locks: none may be held. Fails:
// ENOMEM where the policy needs memory (clockpro), and the old one stays.
errno_t uvm_pdpolicy_use(const uvm_pdpolicy& policy);

// Frees up to `target` pages and a cluster more; returns how many. Locks: none may be held; owners are only
// tried. Sleeps: for I/O.
uint32_t uvm_pageout(uint32_t target);
// The same with the number that a daemon frees at a time (uvm_pageout_target).
uint32_t uvm_pagedaemon();

// Returns when no page is on its way out any more that was when it was called. Locks: none.
void uvm_pagedaemon_settle();

// After an allocation failed for want of pages: returns when there are some. Locks: none but maps'. Sleeps:
// for I/O. Fails: ENOMEM when a whole pass found nothing to take, or only what is in use just now while
// paging could not bring much anyway (uvm_reclaimable), so that the one allocation fails.
[[nodiscard]] errno_t uvm_wait();

// Calls `work` until it succeeds, fails for another reason than a want of pages, or nothing can be taken for
// it. `work` returns its errno with all its locks given up. Locks: none of anons, objects or amaps. Sleeps:
// for I/O.
template <class Work>
[[nodiscard]] errno_t uvm_wait_while_short(Work&& work) {
    while (true) {
        uint32_t const before = uvm_page_shortages();
        errno_t const error = work();
        if (error != errno_t::enomem || uvm_page_shortages() == before || uvm_wait() != errno_t::ok)
            return error;
    }
}

} // namespace uvm
