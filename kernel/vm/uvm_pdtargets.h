// How many pages are to be free, and which of them are for whom. The numbers that the page daemon keeps to.
//
//   free pages   who may still take one
//   -----------  -------------------------------------------------------------------------------
//   > freetarg   everybody; the page daemon rests
//   > freemin    everybody; it is woken when too few pages are inactive, too
//   > 5          everybody; it works
//   > 1          the kernel itself: page tables, pools
//   any          the page daemon, so that giving memory back never needs memory that is not there
#pragma once

#include "kernel/vm/uvm_page.h"

namespace uvm {

// Pages that only the kernel itself may take / that only the page daemon may take.
inline constexpr uint32_t uvm_kernel_reserve = 5;
inline constexpr uint32_t uvm_daemon_reserve = 1;

// freemin: below it the page daemon works, until freetarg are free.
struct uvm_pdtargets {
    uint32_t freemin, freetarg;
};
// Of a machine of `pages` pages: a 200th, but 128 KiB at least and 1 MiB at most, and a third more. A machine
// that uvm_page_limit makes small has no such least: its kernel takes pages from outside the limit.
[[nodiscard]] uvm_pdtargets uvm_pdtargets_of(uint32_t pages, bool limited);
// Of this machine as it is now. Locks: takes the free queue's.
[[nodiscard]] uvm_pdtargets uvm_pdtargets_now();

// Pages free within the limit, and on their way to be. Locks: takes the free queue's.
[[nodiscard]] uint32_t uvm_pages_left();
// So many of `pageable` pages on the two queues are to be inactive: a third, and more than freetarg.
[[nodiscard]] uint32_t uvm_inactive_target(uint32_t pageable, uint32_t freetarg);

// True when as much as 99 % of the slots that can be used have data that is nowhere else; also without swap.
// Locks: takes the swap lock.
[[nodiscard]] bool uvm_swap_is_full();
// True when memory can be had by paging: swap is not full, or files have more than a 16th of the pages on the
// queues (at most 5 MiB). Locks: takes the swap lock and the page queues'. Cost: O(pages) when swap is full.
[[nodiscard]] bool uvm_reclaimable();

// What a page on a queue is to the policies.
enum class uvm_page_kind : uint8_t { anonymous, file, executable };
inline constexpr uint32_t uvm_page_kinds = 3;
// Locks: pageqlock, under which a page on a queue keeps its owner.
[[nodiscard]] uvm_page_kind uvm_page_kind_of(const vm_page& page);
// How many pages of each kind are on the queues. Locks: pageqlock. Cost: O(pages).
struct uvm_kind_counts {
    uint32_t of[uvm_page_kinds];
};
[[nodiscard]] uvm_kind_counts uvm_count_kinds();

} // namespace uvm
