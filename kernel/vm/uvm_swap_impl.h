// Internal to swap: a device on its way out.
#pragma once

#include "kernel/vm/uvm_swap.h"

namespace uvm {

// Slots [first, end) of the drum.
struct uvm_swap_range {
    uint32_t first{}, end{};
    // Slot numbers as their owners keep them: 0 none, below 0 bad.
    [[nodiscard]] bool has(int32_t slot) const {
        return slot > 0 && uint32_t(slot) >= first && uint32_t(slot) < end;
    }
};

// No slot of the device is handed out from now on. Fails: ENODEV.
[[nodiscard]] errno_t uvm_swap_disable(const uvm_blockdev& dev, uvm_swap_range* range);
// Again.
void uvm_swap_enable(const uvm_blockdev& dev);
// Slots of the device that are in use.
[[nodiscard]] uint32_t uvm_swap_in_use(const uvm_blockdev& dev);
// Takes a device out that has no used slot.
void uvm_swap_take_out(const uvm_blockdev& dev);

} // namespace uvm
