// Swap: slots of one page each, on block devices. The slots of all devices are numbered in one row, the drum:
// a device takes a run of numbers when it is added and gives it back when it is removed. Slot 0 is never
// valid.
//
//   drum:     1 ........ 16 | 17 ................ 80 |         | 97 ... 112
//             disk0           disk1                     (room)   ram
//
//   slot state  reached by
//   ----------  -------------------------------------------------
//   free        uvm_swap_add, uvm_swap_free
//   used        uvm_swap_alloc
//   bad         a transfer of it failed; never handed out again
//
// Devices with a lower priority number are filled first; devices of one priority take turns, a page-out each.
// Field tags: [s] swap lock, [I] set by uvm_swap_add.
#pragma once

#include <span>
#include <string_view>

#include "kernel/sync/lock.h"
#include "kernel/vm/uvm_blockdev.h"

namespace uvm {

struct vm_page;

// Slots are numbered 1 to this, over all devices: an anon keeps its slot as a signed number.
inline constexpr uint32_t uvm_swap_most_slots = INT32_MAX;

enum class swap_slot_state : uint8_t { free, used, bad };

// A device that is swapped to.
struct uvm_swapdev {
    uvm_blockdev* dev{};      // [I] owned by who added it
    swap_slot_state* slots{}; // [I] npages of them; [s] their values
    uint32_t first{};         // [I] number of its first slot on the drum
    uint32_t npages{};        // [I] slots
    int32_t priority{};       // [I] lower is filled first
    uint32_t npginuse{};      // [s] slots in state used
    uint32_t npgbad{};        // [s] in state bad
    bool leaving{};           // [s] being emptied: no slot of it is handed out
    uvm_swapdev* next{};      // [s] by priority; among equals the next one to be used first
};

struct uvm_swap_t {
    mutex lock{"swap"};
    uvm_swapdev* devices{}; // [s] in the order in which they are asked for room
    uint32_t swpages{};     // [s] slots altogether
    uint32_t swpginuse{};   // [s] in state used
    uint32_t swpgonly{};    // [s] used, and the only place where the data is
    uint32_t swpgbad{};     // [s] in state bad
    uint32_t swpgavail{};   // [s] neither bad nor on a device that is leaving
    uint32_t fail_next{};   // [s] transfers from now on that fail, for tests
};
// Named so that the debugger finds it.
extern uvm_swap_t uvm_swap;

// Swaps to a device too from now on; it stays the caller's and may not go before it is removed. Fails: EBUSY
// (swapped to already), EINVAL (no pages), ENOSPC (no room on the drum), ENOMEM; nothing changed. Locks:
// takes the swap lock, as all below do.
[[nodiscard]] errno_t uvm_swap_add(uvm_blockdev& dev, int32_t priority = 0);
// Stops swapping to the device that would be asked first, and returns it; null when there is none. Needs: no
// slot of it used.
uvm_blockdev* uvm_swap_remove();
// uvm_swap_off.cc: brings everything back that lies on a device, and stops swapping to it. Fails: ENODEV (not
// swapped to), EBUSY (a slot is held by something that is in no amap and no object),
// ENOMEM (memory and the other devices together have no room): nothing lost, and the device is used again. A
// slot that cannot be read loses its page, as for any read of it. Locks: none may be held. Sleeps: for I/O
// and memory.
[[nodiscard]] errno_t uvm_swap_off(uvm_blockdev& dev);
// The device of that name, or null; it lives until it is removed.
[[nodiscard]] uvm_blockdev* uvm_swap_find(std::string_view name);

// Whether a single slot will do where there is no run of the length that was asked for.
enum class uvm_swap_less : bool { refused, ok };
// Takes `*count` slots in a row (1 to uvm_cluster_pages) on one device; when there is no such run anywhere
// and less is ok, one slot and *count = 1. Returns the first; 0, with *count as it was, when nothing was
// taken.
[[nodiscard]] uint32_t uvm_swap_alloc(uint32_t* count, uvm_swap_less less);
void uvm_swap_free(uint32_t slot, uint32_t count);
// Slots that could not be transferred: never used again.
void uvm_swap_markbad(uint32_t slot, uint32_t count);
// The data of one more used slot is only there / of one less.
void uvm_swap_only();
void uvm_swap_not_only();

// Reads one slot / writes a run of them in one transfer. Sleeps: for I/O. Fails: EIO; the slots' states are
// the caller's affair.
[[nodiscard]] errno_t uvm_swap_get(vm_page& page, uint32_t slot);
[[nodiscard]] errno_t uvm_swap_put(uint32_t slot, std::span<vm_page* const> pages);
// The first byte of a slot, for who only looks: no test failure is used up. Fails: EIO, ENOMEM.
[[nodiscard]] errno_t uvm_swap_peek(uint32_t slot, uint8_t* byte);

} // namespace uvm
