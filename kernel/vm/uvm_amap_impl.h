// An amap's storage. Internal to the amap module. Locks: am_lock, where nothing else is said.
#pragma once

#include "kernel/vm/uvm_amap.h"

namespace uvm {

struct uvm_swap_range;

// Slot arrays come in fours: a little room to grow is free.
constexpr uint32_t amap_round_slots(uint32_t slots) { return (slots + 3) & ~3u; }

// A new amap of one reference with `slots` empty slots and room for `pad` more, or null; not on the list of
// all amaps yet, so that nobody else knows it. / Frees one that holds no anon any more; nobody else may know
// it.
[[nodiscard]] vm_amap* amap_create(uint32_t slots, uint32_t pad);
void amap_destroy(vm_amap& amap);
// Gives sixteen slots that had nothing in them their chunk. Null: no memory.
[[nodiscard]] amap_chunk* amap_make_chunk(amap_chunk*& place);
// Puts an anon into an empty slot; the reference is the caller's affair. Fails: ENOMEM.
[[nodiscard]] inline errno_t amap_set_slot(vm_amap& amap, uint32_t slot, vm_anon& anon) {
    amap_chunk*& there = amap.am_chunk[slot / uvm_amap_chunk_slots];
    amap_chunk* const chunk = there ? there : amap_make_chunk(there);
    if (!chunk) [[unlikely]]
        return errno_t::enomem;
    uint32_t const place = slot % uvm_amap_chunk_slots;
    kassert(!(chunk->used & (1u << place)), "amap: slot is not empty");
    chunk->used = uint16_t(chunk->used | (1u << place));
    chunk->anon[place] = &anon;
    ++amap.am_nused;
    return errno_t::ok;
}
// Empties a slot; likewise.
void amap_clear_slot(vm_amap& amap, uint32_t slot);
// Gives the amap room for `maxslot` slots with what it holds moved up by `shift`. No entry may have it wired.
// Fails: ENOMEM, amap unchanged.
[[nodiscard]] errno_t amap_reshape(vm_amap& amap, uint32_t maxslot, uint32_t shift);

// uvm_amap_swap.cc: on and off the list of all amaps. An amap that is on the list is given up by amap_unref:
// the walk of amap_swap_off may be at it. Locks: not am_lock; take the list's.
void amap_enlist(vm_amap& amap);
void amap_delist(vm_amap& amap);
// Makes every anon of every amap resident whose slot lies in the range, and takes the slot away. Fails:
// ENOMEM; what came back so far stays. Locks: none. Sleeps: for I/O and memory. One caller at a time.
[[nodiscard]] errno_t amap_swap_off(uvm_swap_range range);

} // namespace uvm
