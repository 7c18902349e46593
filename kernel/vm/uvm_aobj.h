// Anonymous objects: zero-filled memory that is shared by mapping one object. Pages that the page daemon
// takes go to swap; the object knows the slot of each.
#pragma once

#include "kernel/vm/uvm_object.h"

namespace uvm {

struct uvm_swap_range;

// What the slot of a page is when it could not be read: EIO for ever.
inline constexpr int32_t uao_bad_slot = -1;

// True for objects of uao_create: only these may be given to the functions below.
[[nodiscard]] bool uvm_object_is_aobj(const uvm_object& obj);
// The swap slot of the page at `offset`: 0 none. Locks: vmobjlock.
[[nodiscard]] int32_t uao_find_swslot(uvm_object& obj, voff_t offset);
// Gives the page at `offset` a slot, 0: none; the slot that it had is the caller's. Setting 0 never fails.
// Fails: ENOMEM, nothing changed. Locks: vmobjlock.
[[nodiscard]] errno_t uao_set_swslot(uvm_object& obj, voff_t offset, int32_t slot);
// The page at `offset`, which is resident, is about to change: frees its slot. Locks: vmobjlock.
void uao_dropswap(uvm_object& obj, vm_page& page);

// Slots of all anonymous objects, and those among them without a page. Locks: takes the list's and, one at a
// time, each object's.
struct uao_account {
    uint64_t slots{}, only{};
};
[[nodiscard]] uao_account uao_count_slots();
// Makes every page of every anonymous object resident whose slot lies in the range, and takes the slot away.
// Fails: ENOMEM; what came back so far stays. Locks: none. Sleeps: for I/O and memory.
[[nodiscard]] errno_t uao_swap_off(uvm_swap_range range);

} // namespace uvm
