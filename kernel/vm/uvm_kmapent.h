// Kernel entry chunks: the memory of the entries of kernel_map and of intrsafe maps.
//
//     page of a chunk, mapped at va of its map
//     ┌────────┬──────────┬───────┬───────┬───────┬─────
//     │ header │ first    │ entry │ entry │ entry │ …        use: 2, free: the rest, by `next`
//     │        │ va, page │ used  │ free  │ used  │
//     └────────┴──────────┴───────┴───────┴───────┴─────
//
// The first entry describes the page itself and is linked in the map, so making a chunk needs no entry but
// its own: that ends the recursion. When the last used entry of a chunk is given back, its page is unmapped
// and freed, but one such chunk is kept. A chunk holds equally many entries on every machine, so that the
// layout of a kernel map is the same everywhere.
//
// Locks: the map's, exclusive, for everything. It stays held while a chunk is made: it takes a page, which
// never sleeps, and a place, which is in this map. Sleeps: never.
#pragma once

#include "kernel/vm/uvm_map.h"

namespace uvm {

// Entries of a chunk, the first one included.
inline constexpr uint32_t uvm_kmapent_per_chunk = 24;

struct uvm_kmapent_chunk {
    vm_map* map{};
    uvm_kmapent_chunk* prev{}; // in the map's list of chunks with a free entry
    uvm_kmapent_chunk* next{};
    vm_map_entry* free{};
    uint32_t use{}; // entries given out
    vm_map_entry entries[uvm_kmapent_per_chunk];
};
static_assert(sizeof(uvm_kmapent_chunk) <= page_size);

// An entry for the map. A chunk that has to be made for it is not put into `avoid`. Null without memory or
// room.
[[nodiscard]] vm_map_entry* uvm_kmapent_alloc(vm_map& map, va_range avoid = {});
void uvm_kmapent_free(vm_map_entry& entry);
// The map that a kernel entry belongs to.
[[nodiscard]] vm_map& uvm_kmapent_map(const vm_map_entry& entry);
// Gives the kept chunk back. True: there was one.
bool uvm_kmapent_drain(vm_map& map);
// The address space that entries for `size` bytes may cost at worst: an entry for each page.
[[nodiscard]] vsize_t uvm_mapent_overhead(vsize_t size);

// Checks the accounts of a kernel map: use counts, free lists, the kept page, entries and their chunks.
// Invariant 10. Locks: map, exclusive for an intrsafe one, else shared. Cost: O(entries).
[[nodiscard]] bool uvm_kmapent_check(vm_map& map, uvm_map_violation* violation);

} // namespace uvm
