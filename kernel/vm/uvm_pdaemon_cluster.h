// Pages on their way to swap, in runs. Internal to the page daemon.
#pragma once

#include "kernel/vm/uvm_cluster.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

// The lock of who owns a page that is on a queue.
mutex& uvm_page_owner_lock(vm_page& page);
// True when the page's home is swap: an anon's, or an anonymous object's.
[[nodiscard]] bool uvm_page_swap_backed(const vm_page& page);
// The slot of a swap-backed page, 0 or below: none. / Frees it, if there is one; with it the page is not
// clean any more. Locks: the owner's.
[[nodiscard]] int32_t uvm_page_swslot(const vm_page& page);
void uvm_page_dropswap(vm_page& page);

// Pages on their way to one run of slots. They are busy.
class swap_cluster {
public:
    // Gives a page the next slot; false when swap is full, or the owner cannot note the slot. Locks: the
    // owner's.
    bool add(vm_page& page);
    [[nodiscard]] bool full() const { return pages_.count() == room_ && room_ > 0; }
    // Writes what was collected and frees it; returns how many pages became free. Locks: none; takes the
    // owners'. Sleeps: for I/O.
    uint32_t write();

private:
    uint32_t slot_{}, room_{};
    page_cluster pages_;
};

} // namespace uvm
