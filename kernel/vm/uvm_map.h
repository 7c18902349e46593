// Maps: one address space's entries, and the contract of every operation on them.
//
// A map keeps its entries twice: in address order on a ring through `header`, and in a red-black tree. The
// header's `end` is the map's minimum and its `start` the maximum, so the gaps before the first and behind
// the last entry need no special case. Each entry knows its own gap (next.start - end) and the largest gap in
// its subtree.
//
// Field tags: [m] map lock (exclusive to write, shared to read), [b] busy lock, [h] hint lock, [t] atomic,
// [I] set once.
#pragma once

#include "kernel/base/rbtree.h"
#include "kernel/sync/lock.h"
#include "kernel/vm/uvm_amap.h"
#include "kernel/vm/uvm_counters.h"
#include "kernel/vm/uvm_object.h"
#include "kernel/vm/uvm_types.h"

namespace uvm {

struct vm_map;
class uvm_mapent_reservation; // uvm_mapent_reserve.h
struct uvm_map_kernel;        // uvm_map_kernel.h

// A contiguous page-aligned range of a map with one set of attributes. It may have an object below (or a
// submap) and an amap above; per page the amap wins.
struct vm_map_entry {
    rb_node<vm_map_entry> rb; // [m] place in the tree; unused in the header
    vsize_t gap;              // [m] free bytes behind this entry
    vsize_t maxgap;           // [m] the largest gap in this node's subtree
    vm_map_entry* prev{};     // [m] ring
    vm_map_entry* next{};     // [m] ring
    vaddr_t start;            // [m]
    vaddr_t end;              // [m]
    union {
        uvm_object* uvm_obj{};
        vm_map* sub_map;
    } object;                                     // [m] by etype; null in an entry that is neither
    voff_t offset;                                // [m] of `start` in the object
    uvm_etype etype{uvm_etype::none};             // [m]
    vm_prot_t protection{vm_prot_t::none};        // [m]
    vm_prot_t max_protection{vm_prot_t::none};    // [m]
    vm_inherit_t inheritance{vm_inherit_t::copy}; // [m]
    vm_advice_t advice{vm_advice_t::normal};      // [m]
    uvm_entry_flag flags{uvm_entry_flag::none};   // [m]
    uint32_t wired_count{};                       // [m]
    vm_aref aref;                                 // [m]
    uint32_t entry_id{}; // [I] serial number, never used again; viewers name the entry by it

    [[nodiscard]] vsize_t size() const { return end - start; }
    [[nodiscard]] va_range range() const { return {start, end}; }
    [[nodiscard]] bool is_object() const { return has(etype, uvm_etype::object); }
    [[nodiscard]] bool is_submap() const { return has(etype, uvm_etype::submap); }
    [[nodiscard]] bool is_copy_on_write() const { return has(etype, uvm_etype::copy_on_write); }
    [[nodiscard]] bool is_needs_copy() const { return has(etype, uvm_etype::needs_copy); }
    [[nodiscard]] uvm_object* obj() const { return is_object() ? object.uvm_obj : nullptr; }
};

// Keeps maxgap right through insert, erase and rotation; see uvm_map_tree.h.
struct uvm_map_gap_augment {
    static bool update(vm_map_entry& node);
    static void rotated(vm_map_entry& up, vm_map_entry& down);
};

using uvm_map_tree = rb_tree<vm_map_entry, &vm_map_entry::rb, uvm_map_gap_augment>;

struct vm_map {
    rwlock lock{"map"};
    mutex busy_lock{"map busy"};
    condvar busy_cv{"map busy"};
    uint32_t busy_owner{}; // [b] thread id of who marked the map busy, 0 for none; atomic
    uint32_t busy_depth{}; // [b] how often it has
    // [m] to change, which uvm_map_set_flags does; uvm_map_has needs no lock
    vm_map_flag flags{vm_map_flag::none};
    pmap* pm{};                 // [I] one reference
    vm_map_entry header;        // [m]
    uvm_map_tree tree;          // [m]
    uint32_t nentries{};        // [m]
    vsize_t size;               // [m] sum of the entries' lengths
    int32_t ref_count{1};       // [t]
    vm_map_entry* hint{};       // [h] what the last lookup found, or the header
    vm_map_entry* first_free{}; // [m] the entry (or header) before the lowest gap
    uint32_t timestamp{};       // [m] counts exclusive locks
    uint32_t room_made{};       // [t] changes when there is room that somebody waited for
    uvm_map_kernel* kernel{};   // [I] of the kernel's maps; null for all others

    uvm_map_counters* counters{&uvm_user_counters}; // [I] where what happens to it is counted

    [[nodiscard]] vaddr_t min() const { return header.end; }
    [[nodiscard]] vaddr_t max() const { return header.start; }
    // Members rather than fields: the first and last entry, or the header of an empty map.
    [[nodiscard]] vm_map_entry* first() const { return header.next; }
    [[nodiscard]] vm_map_entry* last() const { return header.prev; }
};

// --- life
// ------------------------------------------------------------------------------------------------------

// Whether the map has the flag. Locks: none; most flags never change, and who needs one of the others to stay
// as it is holds the map's lock anyway.
inline bool uvm_map_has(const vm_map& map, vm_map_flag flag) {
    vm_map_flag now;
    __atomic_load(&map.flags, &now, __ATOMIC_RELAXED);
    return has(now, flag);
}
// Locks: exclusive.
inline void uvm_map_set_flags(vm_map& map, vm_map_flag flags) {
    __atomic_store(&map.flags, &flags, __ATOMIC_RELAXED);
}
// Makes `map` an empty map over [min, max) on `pm`. Owns: takes over the caller's pmap reference.
void uvm_map_setup(vm_map& map, vaddr_t min, vaddr_t max, vm_map_flag flags, pmap* pm);

// --- locks (uvm_map_lock.h has the guards)
// -----------------------------------------------------------------------

void vm_map_lock(vm_map& map, lock_site where = lock_site::here());
[[nodiscard]] bool vm_map_lock_try(vm_map& map, lock_site where = lock_site::here());
void vm_map_unlock(vm_map& map);
void vm_map_lock_read(vm_map& map, lock_site where = lock_site::here());
void vm_map_unlock_read(vm_map& map);
// Marks the map busy for this thread (exclusive lock held) / ends that and wakes who waits. A thread may mark
// again what it has marked, and ends each mark.
void vm_map_busy(vm_map& map);
void vm_map_unbusy(vm_map& map);
// Held exclusively by this thread, or shared by somebody. For assertions only.
[[nodiscard]] bool vm_map_locked_p(const vm_map& map);

// --- mapping
// -----------------------------------------------------------------------------------------------------

// Establishes a mapping of `size` bytes of obj from `offset`, at, after (bottom-up) or below (top-down)
// `start`; on return `start` is where it is. May merge with neighbours. Owns: on success the caller's
// reference on obj passes to the map. Locks: takes map exclusively. Fails: EACCES (protection beyond
// maximum), ENOMEM (no room, no memory), EAGAIN (trylock); map unchanged, with uvm_flag::unmap also what was
// to go, reference kept by the caller. Cost:
// O(log entries). Sleeps: with waitva, until there is room.
[[nodiscard]] errno_t uvm_map(vm_map& map, vaddr_t& start, vsize_t size, uvm_object* obj, voff_t offset,
                              vsize_t align, const uvm_mapping& how);

// Finds the entry that contains va: true and the entry; else false and the last entry before va, or the
// header. Locks: needs map shared. The result becomes the hint.
bool uvm_map_lookup_entry(vm_map& map, vaddr_t va, vm_map_entry** entry);

// Finds `length` free bytes at or after the hint (bottom-up) or at or below it (top-down), aligned. Changes
// nothing. Returns the entry before the space (maybe the header) and the address in *result; null when there
// is none. Locks: needs map shared. Cost: O(log entries) without alignment.
[[nodiscard]] vm_map_entry* uvm_map_findspace(vm_map& map, vaddr_t hint, vsize_t length, vaddr_t* result,
                                              vsize_t align, uvm_flag flags);

// Takes every mapping in [start, end), clamped to the map, away. Locks: takes map exclusively. Fails: ENOMEM,
// where an end of the range splits an entry; nothing changed. A range of whole entries never fails.
[[nodiscard]] errno_t uvm_unmap(vm_map& map, vaddr_t start, vaddr_t end, uvm_flag flags = uvm_flag::none);
// The same of a range that begins and ends where entries do, or where nothing is mapped: cannot fail.
void uvm_unmap_whole(vm_map& map, vaddr_t start, vaddr_t end);
// The two halves of it: takes the entries out and hands them over as a list linked by `next`, null behind the
// last; gives back what they held, and the entries. Locks: remove needs map exclusive; detach none of the map
// in which the entries were, for the last reference of an object may sleep for I/O. Where the object cannot
// lose its last one, as in a fork, where the parent's entry holds one too, another map's may be held.
[[nodiscard]] vm_map_entry* uvm_unmap_remove(vm_map& map, vaddr_t start, vaddr_t end, uvm_flag flags,
                                             uvm_mapent_reservation& reserved);
void uvm_unmap_detach(vm_map_entry* first);

// Maps a blank: protection none, inherit none, no-merge, nothing behind. false: no room.
[[nodiscard]] bool uvm_map_reserve(vm_map& map, vsize_t size, vaddr_t hint, vsize_t align, vaddr_t& start,
                                   uvm_flag flags);
// Swaps a blank that begins at `start` and ends at `end`, or behind it, for new entries inside [start, end),
// linked by `next` in ascending order with null behind the last, or for nothing (null). What lies behind
// `end` stays blank without nomerge; nothing is merged here. It takes no memory. false, and nothing is
// changed: there is no such blank, or the entries do not fit. Locks: needs map exclusive.
[[nodiscard]] bool uvm_map_replace(vm_map& map, vaddr_t start, vaddr_t end, vm_map_entry* first);
// Makes [start, start + len) of src appear in dst at *dst_start. Locks: takes both maps.
// Fails: EINVAL (contig and a hole; out of a kernel map), ENOMEM, EFAULT (another thread has taken the place
// in dst). src's mappings are unchanged then; splits and resolved needs-copy may stay.
[[nodiscard]] errno_t uvm_map_extract(vm_map& src, vaddr_t start, vsize_t len, vm_map& dst,
                                      vaddr_t& dst_start, uvm_extract flags);

// --- attributes
// --------------------------------------------------------------------------------------------------

// All clamp the range to the map, clip at both ends and skip holes. Locks: take map exclusively.
enum class uvm_protect_what : uint8_t { current, maximum };
// Fails: EINVAL (submap), EACCES (beyond the maximum): nothing changed; ENOMEM (wiring future mappings):
// changed.
[[nodiscard]] errno_t uvm_map_protect(vm_map& map, vaddr_t start, vaddr_t end, vm_prot_t prot,
                                      uvm_protect_what what);
[[nodiscard]] errno_t uvm_map_inherit(vm_map& map, vaddr_t start, vaddr_t end, vm_inherit_t inherit);
[[nodiscard]] errno_t uvm_map_advice(vm_map& map, vaddr_t start, vaddr_t end, vm_advice_t advice);
[[nodiscard]] errno_t uvm_map_willneed(vm_map& map, vaddr_t start, vaddr_t end);
// True where the whole range is mapped without a hole with at least `prot`. Locks: needs map shared.
[[nodiscard]] bool uvm_map_checkprot(vm_map& map, vaddr_t start, vaddr_t end, vm_prot_t prot);

// --- wiring
// ------------------------------------------------------------------------------------------------------

enum class uvm_wiring : uint8_t { wire, unwire };
// Fails: EFAULT (start not mapped), EINVAL (hole, protection none, not wired), else the fault's error.
[[nodiscard]] errno_t uvm_map_pageable(vm_map& map, vaddr_t start, vaddr_t end, uvm_wiring what);

enum class uvm_wire_all : uint8_t { none = 0, current = 1, future = 2 };
template <>
inline constexpr bool is_flag_enum<uvm_wire_all> = true;
// none: unwires all. Fails: ENOMEM (limit in bytes, 0 for none); nothing changed.
[[nodiscard]] errno_t uvm_map_pageable_all(vm_map& map, uvm_wire_all what, vsize_t limit);

// --- cleaning
// ----------------------------------------------------------------------------------------------------

// Everything is written on return, also without syncio, which only adds the wait for pages that somebody else
// is writing. Fails: EFAULT (hole), EINVAL (submap), EBUSY (free over a wired entry), else the pager's first
// error.
[[nodiscard]] errno_t uvm_map_clean(vm_map& map, vaddr_t start, vaddr_t end, pgo flags);

// --- submaps
// -----------------------------------------------------------------------------------------------------

// Turns the blank entry that is exactly [start, end) into one that leads to `submap`, on which it takes a
// reference. Locks: takes map, which is the kernel's, exclusively. Fails: EINVAL, there is no such entry.
[[nodiscard]] errno_t uvm_map_submap(vm_map& map, vaddr_t start, vaddr_t end, vm_map& submap);

// The part of [start, end) that lies inside the map, as every operation on a range takes it: each end is
// moved to the map's own when it lies beyond. A range that ends before the map begins becomes the empty range
// at its end, which lies in no entry.
[[nodiscard]] inline va_range uvm_map_clamp(const vm_map& map, vaddr_t start, vaddr_t end) {
    va_range range{start < map.min() ? map.min() : start, end > map.max() ? map.max() : end};
    if (range.end < range.start)
        range.start = range.end;
    return range;
}

// --- inside the map layer
// ------------------------------------------------------------------------------------------

// A fresh entry, or null. / Copies what an entry says of its range: start and end, object and offset, etype
// (which says what kind the object is, copy-on-write and needs-copy), both protections, inheritance, advice,
// wired_count and aref. Not the flags, the number, the links and the gaps; and no reference is taken: those
// on object and amap are the caller's affair. / Gives one back.
[[nodiscard]] vm_map_entry* uvm_mapent_alloc(vm_map& map);
void uvm_mapent_copy(const vm_map_entry& src, vm_map_entry& dst);
void uvm_mapent_free(vm_map_entry& entry);
// Splits the entry at va when va lies strictly inside it; `entry` becomes the piece from va on (start) or
// stays the piece up to va (end). The new piece is taken from the reservation: cannot fail. Locks: map
// exclusive.
void uvm_map_clip_start(vm_map& map, vm_map_entry& entry, vaddr_t va, uvm_mapent_reservation& reserved);
void uvm_map_clip_end(vm_map& map, vm_map_entry& entry, vaddr_t va, uvm_mapent_reservation& reserved);
// Merges the neighbours of `entry` into it that adjoin it, are equal in everything that uvm_map compares, and
// have no amap, if it has none; not for wired, kernel and no-merge entries. `entry` stays and grows. Returns
// how many neighbours are gone, 0 to 2. Locks: map exclusive. Cost: O(log entries).
uint32_t uvm_mapent_trymerge(vm_map& map, vm_map_entry& entry);
// Merges `entry`, whose needs-copy is being resolved and which has no amap, into a neighbour's amap of one
// reference: the next entry first, else the previous one. The entry that is left, or null when none fits.
// Locks: map exclusive.
[[nodiscard]] vm_map_entry* uvm_mapent_trymerge_amap(vm_map& map, vm_map_entry& entry);

// Wires [start, end), which begins in `first`, as uvm_map_pageable does. Locks: map exclusive; it is given
// up, with the map marked busy, while pages are faulted in, and held again on return. The range's entries may
// be others than before.
[[nodiscard]] errno_t uvm_map_wire_locked(vm_map& map, vm_map_entry& first, vaddr_t start, vaddr_t end);

// A broken invariant: its number in the map contract, in words, with both values.
struct uvm_map_violation {
    uint32_t invariant;
    const char* what;
    uint64_t expected;
    uint64_t found;
    const vm_map_entry* entry;
};
// Checks invariants 1 to 8 of one map. True when all hold; else false and the first violation.
// Locks: needs map shared. Cost: O(entries + slots).
[[nodiscard]] bool uvm_map_check(vm_map& map, uvm_map_violation* violation);

} // namespace uvm
