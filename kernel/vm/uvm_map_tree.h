// The two orders of a map's entries, and the gaps between them. Internal to the map layer.
//
// Every entry is on the ring and in the tree; every tree node knows the gap behind its entry and the largest
// gap in its subtree:
//
//        ring:  header ─ A ─ B ─ C ─ header         gap(A)=1  gap(B)=4  gap(C)=2
//                                                    (the gap before A belongs to no node)
//               B  gap 4, maxgap 4
//              ╱ ╲
//     gap 1   A   C   gap 2        A search for 3 pages cuts both subtrees at once: 1 < 3, 2 < 3.
//
// What changes what: linking C changes gap(C) and gap of the entry before it; taking C out gives its gap and
// length to the entry before it; a moved boundary changes the gap on that side. Each repairs maxgap from the
// node to the root and stops where a node's maxgap stays, so every operation costs O(log entries).
#pragma once

#include "kernel/vm/uvm_map.h"

namespace uvm {

// The free bytes behind `entry` (or before the first one, for the header).
inline vsize_t uvm_map_gap_behind(const vm_map_entry& entry) { return entry.next->start - entry.end; }

// Puts an entry into ring and tree behind `after` (maybe the header); counts it; keeps first_free.
// Locks: map exclusive. Cost: O(log entries).
void uvm_map_entry_link(vm_map& map, vm_map_entry& after, vm_map_entry& entry);
// Takes an entry out of ring and tree; moves hint and first_free off it. Locks: map exclusive.
void uvm_map_entry_unlink(vm_map& map, vm_map_entry& entry);
// Moves the boundaries of a linked entry, which may grow into a gap or shrink. Locks: map exclusive.
void uvm_map_entry_resize(vm_map& map, vm_map_entry& entry, vaddr_t start, vaddr_t end);
// Makes ring, tree, counts and first_free of an empty map from a chain of `count` entries linked by `next`.
// Cost: O(count).
void uvm_map_entry_link_all(vm_map& map, vm_map_entry* first, uint32_t count);

} // namespace uvm
