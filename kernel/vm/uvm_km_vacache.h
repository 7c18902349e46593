// Addresses of a kernel map that are allocated in it and not in use: uvm_km_alloc takes small ranges from
// here, and uvm_km_free puts them back, without an operation of the map.
//
//     map    ┆ used │ idle  idle │ used │ idle ┆ hole      allocated up to the hole, as one entry or several
//                     ▲                   ▲
//     cache  2 pages: ┘           1 page: ┘
//
// An idle range is what a new one of its size would be: readable and writable, no object, no pages. So it is
// as good for wired memory as for addresses alone; pageable and executable memory always goes to the map.
//
// Who needs room in the map drains the cache. The next range that is freed then goes to the map, too: so it
// wakes whoever found the cache empty and waits for room (uvm_map with waitva).
//
// Field tags: [c] lock, [I] set before the cache is the map's, [t] atomic.
//
// Idea: the quantum caches of vmem (Bonwick and Adams, "Magazines and Vmem", 2001).
#pragma once

#include "kernel/vm/uvm_map_kernel.h"

namespace uvm {

inline constexpr uint32_t uvm_km_vacache_pages = 4; // of the largest range
inline constexpr uint32_t uvm_km_vacache_depth = 8; // ranges of each size

struct uvm_km_vacache {
    spinlock lock{"address cache"};
    // Of the ranges of i + 1 pages: how many, and where they begin.
    uint32_t counts[uvm_km_vacache_pages]{};                      // [c]
    vaddr_t starts[uvm_km_vacache_pages][uvm_km_vacache_depth]{}; // [c]
    bool passes_one{};     // [c] it was drained: the next range goes to the map
    uint32_t executable{}; // [t] 1 once the map had executable memory: what is freed may be some
    uvm_drain_hook hook{}; // [I]
};

// Gives a kernel map a cache; it stays the caller's. Locks: takes map, and its drain_lock. Needs: nobody uses
// the map meanwhile.
void uvm_km_vacache_init(vm_map& map, uvm_km_vacache& cache);
// Drains it and takes it away from the map. Needs: the same. Fails: ENOMEM (part of an allocation is in the
// cache and cannot be split off); then the map keeps it.
[[nodiscard]] errno_t uvm_km_vacache_destroy(vm_map& map);

// The rest is for maps with a cache.

// A range of that size and alignment (0, or a power of two). False: there is none. Locks: takes the cache's.
[[nodiscard]] bool uvm_km_vacache_take(vm_map& map, vsize_t size, vsize_t align, vaddr_t* start);
// Puts a range back in which nothing is mapped. False: it is the map's to free. Locks: takes the cache's; and
// map exclusively, if the map ever had executable memory.
[[nodiscard]] bool uvm_km_vacache_keep(vm_map& map, va_range range);
// Executable memory will be allocated in the map.
void uvm_km_vacache_expect_executable(vm_map& map);
// Frees all ranges in the map. True: there were some. What cannot be split off for want of memory stays, and
// what comes after it. Locks: takes map exclusively.
bool uvm_km_vacache_drain(vm_map& map);

// Checks that every range is allocated in the map as a new one would be, has no page, and overlaps no other.
// Invariant 10. True, too, for a map without a cache. Locks: map as for uvm_kmapent_check; takes the cache's.
[[nodiscard]] bool uvm_km_vacache_check(vm_map& map, uvm_map_violation* violation);
// Ranges in the cache of a map; 0 without one. Locks: takes the cache's.
[[nodiscard]] uint32_t uvm_km_vacache_count(vm_map& map);

} // namespace uvm
