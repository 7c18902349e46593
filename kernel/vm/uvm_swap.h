// Swap: slots of one page each, on a block device. Slot 0 is never valid; slot n is page n - 1 of the device.
//
//   slot state  reached by
//   ----------  -------------------------------------------------
//   free        uvm_swap_add, uvm_swap_free
//   used        uvm_swap_alloc
//   bad         a transfer of it failed; never handed out again
//
// Field tags: [s] swap lock, [I] set by uvm_swap_add.
#pragma once

#include <span>

#include "kernel/sync/lock.h"
#include "kernel/vm/uvm_blockdev.h"

namespace uvm {

struct vm_page;

// The most pages of one page-out, 64 KiB.
inline constexpr uint32_t uvm_swap_cluster = 16;

enum class swap_slot_state : uint8_t { free, used, bad };

struct uvm_swap_t {
    mutex lock{"swap"};
    uvm_blockdev* dev{};      // [I] owned by who added it
    swap_slot_state* slots{}; // [I] swpages of them; [s] their values
    uint32_t swpages{};       // [I] slots altogether
    uint32_t swpginuse{};     // [s] in state used
    uint32_t swpgonly{};      // [s] used, and the only place where the data is
    uint32_t swpgbad{};       // [s] in state bad
    uint32_t fail_next{};     // [s] transfers from now on that fail, for tests
};
// Named so that the debugger finds it.
extern uvm_swap_t uvm_swap;

// Starts swapping to a device, which stays the caller's. Fails: EBUSY (there is one), ENOMEM; nothing
// changed.
[[nodiscard]] errno_t uvm_swap_add(uvm_blockdev& dev);
// Stops and returns the device, null when there is none. Needs: no slot used.
uvm_blockdev* uvm_swap_remove();

// Takes `*count` slots in a row (1 to uvm_swap_cluster); when there is no such run, one slot and *count = 1.
// Returns the first, 0 when swap is full. Locks: takes the swap lock, as all below do.
[[nodiscard]] uint32_t uvm_swap_alloc(uint32_t* count);
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
