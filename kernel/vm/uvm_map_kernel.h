// What a map of the kernel's has that a program's has not. A map points to one of these (`kernel`), or to
// none: whatever the kernel's maps need costs other maps the test of that pointer.
//
//   map                     lock      entries                    memory
//   ----------------------  --------  -------------------------  --------------------------------------
//   kernel_map              sleeping  kernel entry chunks        all kinds
//   kmem_map (intrsafe)     spinning  kernel entry chunks        wired pages without an object
//   pager, exec, phys maps  sleeping  the pool of user entries   all kinds
//
// Entries of the first two cannot come from the pool: in BSD that pool gets its memory from these very maps.
// They come from chunks (uvm_kmapent.h), pages that are themselves mapped in the map whose entries they hold.
//
// Field tags: [m] the map's exclusive lock, [d] drain_lock, [I] set once.
#pragma once

#include "kernel/vm/uvm_map.h"

namespace uvm {

struct uvm_kmapent_chunk;
struct uvm_km_vacache;

// Asked to give room in a kernel map back before somebody sleeps for room there. The owner keeps it.
struct uvm_drain_hook {
    bool (*drain)(void* context){}; // true: something was given back. Locks: none held. Sleeps: may.
    void* context{};
    uvm_drain_hook* next{}; // [d]
};

struct uvm_map_kernel {
    bool intrsafe{};               // [I] locked by `spin`, always exclusively
    bool chunked{};                // [I] entries come from chunks
    spinlock spin{"intrsafe map"}; // an intrsafe map's lock
    // Chunks with a free entry and a used one / one without a used one, kept so that a map at the edge of a
    // chunk does not map and unmap a page each time.
    uvm_kmapent_chunk* partial{}; // [m]
    uvm_kmapent_chunk* kept{};    // [m]
    uint32_t nchunks{};           // [m]
    uint32_t free_entries{};      // [m] in all chunks
    // An entry taken before the place of a new mapping was looked for: a chunk that is made takes a place.
    vm_map_entry* spare{}; // [m] only inside uvm_map
    // Entries of quantum mappings that merged away, linked by `next`. A mapping that was made for itself can
    // be taken away for itself: its entry is in the map or here.
    vm_map_entry* merged{}; // [m]
    uint32_t nmerged{};     // [m]
    mutex drain_lock{"drain hooks"};
    uvm_drain_hook* hooks{};   // [d]
    uvm_km_vacache* vacache{}; // [I] idle ranges of addresses, or null
};

// From where offsets into the kernel's object count: kernel_map's minimum, in its submaps as well.
inline vaddr_t uvm_kernel_object_base(const vm_map& map) {
    return map.kernel ? vaddr_t(machine::kernel_map_min) : map.min();
}

// Adds a hook / takes it away. Locks: take drain_lock.
void uvm_map_drain_register(vm_map& map, uvm_drain_hook& hook);
void uvm_map_drain_unregister(vm_map& map, uvm_drain_hook& hook);
// Calls every hook of a kernel map, and gives back what the map itself keeps: the chunk without a used entry.
// True: something was given back. Locks: none of the map; takes it exclusively.
bool uvm_map_drain(vm_map& map);

// For uvm_map: takes the spare entry, for a mapping at `wanted` when the place is fixed. Fails: ENOMEM.
// / After it: what became of the spare; `quantum`: it belongs to a mapping that merged. Locks: map exclusive.
[[nodiscard]] errno_t uvm_map_kernel_spare(vm_map& map, va_range wanted);
void uvm_map_kernel_spare_done(vm_map& map, bool quantum);
// An entry that merged into a neighbour. Locks: map exclusive.
void uvm_map_kernel_merged(vm_map& map, vm_map_entry& gone);
// One of the entries that merged away, or null. Locks: map exclusive.
[[nodiscard]] vm_map_entry* uvm_map_kernel_unmerge(vm_map& map);

} // namespace uvm
