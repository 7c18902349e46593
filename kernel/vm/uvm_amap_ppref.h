// Reference counts per amap slot, run-length coded (see uvm_amap.h). Internal to the amap module.
#pragma once

#include "kernel/vm/uvm_amap.h"

namespace uvm {

// The run that begins at `slot`.
struct ppref_run {
    int32_t count;
    uint32_t length;
};
ppref_run amap_pp_run_at(const vm_amap& amap, uint32_t slot);
void amap_pp_set_run(vm_amap& amap, uint32_t slot, ppref_run run);

// Begins to count: slots from `offset` on have the amap's present count, those before it none. Goes to state
// `none` when there is no memory. Locks: am_lock.
void amap_pp_establish(vm_amap& amap, uint32_t offset);
// Adds `delta` to the counts of [slot, slot + len). Slots that reach 0 are wiped. Locks: am_lock.
void amap_pp_adjust(vm_amap& amap, uint32_t slot, uint32_t len, int32_t delta);
// Drops every anon in [slot, slot + len). Locks: am_lock.
void amap_wiperange(vm_amap& amap, uint32_t slot, uint32_t len);

} // namespace uvm
