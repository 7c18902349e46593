// The counts of wires of an amap's slots (see amap_wire in uvm_amap.h). Internal to the amap module.
#pragma once

#include "kernel/vm/uvm_amap.h"

namespace uvm {

// A wired entry goes over to `fresh`, which nobody uses yet: its wires leave the entry's present amap, if
// there is one. Fails: ENOMEM; nothing changed. Locks: the entry's map, exclusive; takes the present amap's
// am_lock.
[[nodiscard]] errno_t amap_take_wires(const vm_map_entry& entry, vm_amap& fresh);
// Frees the counts. Nothing may be wired any more. Locks: am_lock.
void amap_forget_wires(vm_amap& amap);

} // namespace uvm
