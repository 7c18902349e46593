// One pass of the page daemon. Internal to it, its clusters and its thread.
#pragma once

#include "kernel/vm/uvm_pdthread.h"

namespace uvm {

struct uvm_pageout_outcome {
    uint32_t freed{};
    uint32_t in_use{}; // pages that could not be taken just then: busy, or their owner was locked
    bool spared{};     // the policy spared some

    [[nodiscard]] uvm_pass_result result() const {
        return freed > 0    ? uvm_pass_result::made_room
               : in_use > 0 ? uvm_pass_result::in_use
                            : uvm_pass_result::nothing_to_take;
    }
};

// Tells the policy that the page was freed and what it held is in swap or in its file alone; behind that,
// when it is certain, though the page is nobody's then. Not for a page that stays: the policy would forget
// how it stands. Only in a pass. Locks: takes pageqlock.
void uvm_pdpolicy_evicted(const vm_page& page);

// uvm_pageout; `pause` (null: nothing) is called now and then while owners are in use. Locks: none.
[[nodiscard]] uvm_pageout_outcome uvm_pageout_pass(uint32_t target, void (*pause)());
// How many pages a pass is to free: a quarter of the pages under a limit, at most a cluster; when fewer than
// freetarg are free, as many as lack to four times that.
[[nodiscard]] uint32_t uvm_pageout_target();

} // namespace uvm
