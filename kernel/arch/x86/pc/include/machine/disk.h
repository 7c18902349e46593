// The machine's disk, if it has one.
#pragma once

#include "kernel/vm/uvm_blockdev.h"

namespace uvm::machine {

// What looking for the disk came to.
struct disk_search {
    uvm_blockdev* dev{};     // lives for ever; null: none that can be used
    const char* complaint{}; // why the disk that is there cannot be used; null: there is none, or it can
};
// Looks for the disk and gets it going. Once; interrupts may be on or off. Sleeps: never.
disk_search disk_find();

} // namespace uvm::machine
