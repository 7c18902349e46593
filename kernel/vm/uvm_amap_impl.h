// An amap's storage. Internal to the amap module. Locks: am_lock, where nothing else is said.
#pragma once

#include "kernel/vm/uvm_amap.h"

namespace uvm {

// Slot arrays come in fours: a little room to grow is free.
constexpr uint32_t amap_round_slots(uint32_t slots) { return (slots + 3) & ~3u; }

// A new amap of one reference with `slots` empty slots and room for `pad` more, or null. / Frees one that
// holds no anon any more; nobody else may know it.
[[nodiscard]] vm_amap* amap_create(uint32_t slots, uint32_t pad);
void amap_destroy(vm_amap& amap);
// Puts an anon into an empty slot; the reference is the caller's affair. Fails: ENOMEM.
[[nodiscard]] errno_t amap_set_slot(vm_amap& amap, uint32_t slot, vm_anon& anon);
// Empties a slot; likewise.
void amap_clear_slot(vm_amap& amap, uint32_t slot);
// Gives the amap room for `maxslot` slots with what it holds moved up by `shift`. No entry may have it wired.
// Fails: ENOMEM, amap unchanged.
[[nodiscard]] errno_t amap_reshape(vm_amap& amap, uint32_t maxslot, uint32_t shift);

} // namespace uvm
