// When may two neighbouring entries be one? Internal to the map layer.
#pragma once

#include "kernel/vm/uvm_map.h"

namespace uvm {

// The attributes that must be equal for entries to merge, but for the object's offset.
struct uvm_merge_key {
    uvm_etype etype;
    uvm_object* obj;
    vm_prot_t prot, max;
    vm_inherit_t inherit;
    vm_advice_t advice;
    uvm_entry_flag flags{uvm_entry_flag::none}; // quantum, or none
    bool operator==(const uvm_merge_key&) const = default;
};

// The flag of an entry that a mapping with these flags would be. Its kernel and first flags do not matter.
constexpr uvm_entry_flag uvm_merge_flags(uvm_flag flags) {
    return has(flags, uvm_flag::quantum) ? uvm_entry_flag::quantum : uvm_entry_flag::none;
}
inline constexpr uvm_entry_flag uvm_merge_mask = uvm_entry_flag::nomerge | uvm_entry_flag::quantum;

// True when an unwired, mergeable `entry` has these attributes.
bool uvm_mapent_mergeable(const vm_map_entry& entry, const uvm_merge_key& key);

} // namespace uvm
