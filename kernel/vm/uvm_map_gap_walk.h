// The walk from gap to gap through the tree, which cuts off subtrees without room. Internal to the map layer.
//
// Idea: interval trees' augmentation (Cormen et al., Introduction to Algorithms, ch. 14), with the largest
// gap below each node.
#pragma once

#include "kernel/vm/uvm_map.h"

namespace uvm {

enum class gap_order : uint8_t { ascending, descending };

// `Cut` is called with the root of each subtree that the walk skips because its maxgap is too small.
template <gap_order Order, class Cut>
class uvm_gap_walk {
public:
    uvm_gap_walk(const vm_map& map, vsize_t length, Cut cut) : map_(map), length_(length), cut_(cut) {}

    // The next entry behind `entry`, in the walk's order, whose gap is at least `length`, or null. `entry`
    // null: from the beginning. Locks: map shared. Cost: O(log entries).
    vm_map_entry* next(vm_map_entry* entry) {
        if (!entry)
            return has_room(map_.tree.root) ? first_below(map_.tree.root) : nullptr;
        if (has_room(ahead(*entry)))
            return first_below(ahead(*entry));
        for (vm_map_entry *at = entry, *up = at->rb.parent; up; at = up, up = up->rb.parent) {
            if (ahead(*up) == at)
                continue;
            if (up->gap >= length_)
                return up;
            if (has_room(ahead(*up)))
                return first_below(ahead(*up));
        }
        return nullptr;
    }

private:
    static vm_map_entry* ahead(const vm_map_entry& node) {
        return Order == gap_order::ascending ? node.rb.right : node.rb.left;
    }
    static vm_map_entry* behind(const vm_map_entry& node) {
        return Order == gap_order::ascending ? node.rb.left : node.rb.right;
    }
    bool has_room(const vm_map_entry* subtree) {
        if (!subtree)
            return false;
        if (subtree->maxgap >= length_)
            return true;
        cut_(*subtree);
        return false;
    }
    // The first fit of a subtree that has one.
    vm_map_entry* first_below(vm_map_entry* node) {
        while (true) {
            if (has_room(behind(*node)))
                node = behind(*node);
            else if (node->gap >= length_)
                return node;
            else
                node = ahead(*node);
        }
    }

    const vm_map& map_;
    vsize_t length_;
    Cut cut_;
};

} // namespace uvm
