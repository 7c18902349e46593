// Which page the page daemon takes next, behind one table so that a policy can be replaced.
#pragma once

#include "kernel/vm/uvm_page.h"

namespace uvm {

struct uvm_pdpolicy {
    const char* name;
    // The page to try next, moved behind the others so that the next call gives another; null when there is
    // none. Locks: pageqlock.
    vm_page* (*select)();
    // Moves pages from active to inactive until enough of them are there. Locks: pageqlock.
    void (*balance)();
};

// Second chance: the oldest inactive page goes unless it was referenced since it became inactive. A third of
// the pages is kept inactive.
extern const uvm_pdpolicy uvm_pdpolicy_clock;
// The page that is longest on a queue goes, referenced or not.
extern const uvm_pdpolicy uvm_pdpolicy_fifo;

} // namespace uvm
