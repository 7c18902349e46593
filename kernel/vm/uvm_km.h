// The kernel's own memory: kernel_map, its submaps, and allocation in them.
//
//     kernel_map  (bottom-up)   memory of all kinds; its pageable memory is kernel_object's, the offset being
//       │                       the distance from the map's minimum
//       ├─ kmem_map   intrsafe: spin lock, entries from its own pages, wired memory only
//       ├─ pager_map  windows for I/O of pagers
//       ├─ exec_map   argument lists of exec
//       └─ phys_map   raw I/O on user buffers
//
// Idea: the BSD kernel's memory as Cranor describes it (1998, ch. 3 and 5); names and kinds as in NetBSD 5.
#pragma once

#include "kernel/vm/uvm_map.h"

namespace uvm {

extern vm_map kernel_map, kmem_map, pager_map, exec_map, phys_map;
extern uvm_object* kernel_object;

// The kernel's maps with their names, kernel_map first.
struct uvm_kernel_map_name {
    const char* name;
    vm_map* map;
};
inline constexpr uint32_t uvm_kernel_map_count = 5;
extern const uvm_kernel_map_name uvm_kernel_maps[uvm_kernel_map_count];

// Makes the maps. Once, at boot. Memory: the kernel's page tables for the whole of kernel_map.
void uvm_km_init();

// What is asked of uvm_km_alloc. Exactly one of wired, pageable and vaonly, the same when it is freed.
enum class uvm_km_flag : uint16_t {
    none = 0,
    wired = 1,    // pages now, without an object, entered as wired
    pageable = 2, // pages of kernel_object, at the first access
    vaonly = 4,   // addresses alone; what is mapped there is the caller's
    canfail = 8,  // ENOMEM when there is no page and none can be made free
    nowait = 16,  // ENOMEM when there is no page. Not with waitva
    waitva = 32,  // sleeps until there is room
    zero = 64,    // wired: the pages are zeroed
    exec = 128,   // may be executed
    trylock = 256,
};
template <>
inline constexpr bool is_flag_enum<uvm_km_flag> = true;

// Allocates `size` bytes (whole pages) in a kernel map, aligned to `align` (0, or a power of two). Locks:
// takes map exclusively; none may be held when it may wait. Fails: ENOMEM (no room; no memory, with canfail
// or nowait), EAGAIN (trylock: the map is locked); nothing has changed then. Sleeps: for memory, without
// nowait; for room, with waitva. Without canfail and nowait it sleeps until somebody gives memory back,
// also when the page daemon has nothing that it could take. A map with a cache (uvm_km_vacache.h) is asked
// for what the cache has not, and the cache is drained before there is no room, except with trylock.
[[nodiscard]] result<vaddr_t> uvm_km_alloc(vm_map& map, vsize_t size, vsize_t align, uvm_km_flag flags);
// Gives back what was allocated, or whole pages of it, with the kind it was allocated with. Locks: takes map.
void uvm_km_free(vm_map& map, vaddr_t start, vsize_t size, uvm_km_flag kind);

// Makes `submap` a map of `size` bytes of `parent`, and of what its entries may cost if they are to lie in
// it. Only while the machine boots: without room it panics.
void uvm_km_suballoc(vm_map& parent, vm_map& submap, uvm_map_kernel& kernel, vsize_t size, vm_map_flag flags);

// The map in which an address of `map` lies: itself, or the submap there. Locks: takes map shared.
[[nodiscard]] vm_map& uvm_km_map_of(vm_map& map, vaddr_t va);

// For uvm_unmap_remove: takes away what an entry of a kernel map has mapped, and the pages that were only its
// own. Locks: map exclusive. Sleeps: for busy pages of kernel_object.
void uvm_km_unmap_entry(vm_map& map, const vm_map_entry& entry, uvm_flag flags);
// Frees the pages and swap slots of a part of kernel_object / the wired pages without an object in a range,
// with their mappings. Locks: map exclusive, or the range is the caller's alone.
void uvm_km_pgremove(va_range range);
void uvm_km_pgremove_intrsafe(va_range range);

} // namespace uvm
