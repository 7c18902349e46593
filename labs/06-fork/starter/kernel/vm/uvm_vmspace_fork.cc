// Lab 6. Yours: clone, fork_share, make_parent_copy, fork_copy, fork_zero. The rest is given.
//
// uvmspace_fork: what a child gets of each of its parent's entries.
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_map_tree.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_probe.h"
#include "kernel/vm/uvm_vmspace.h"

namespace uvm {

namespace {

// The child's entries so far, linked by `next`.
struct child_chain {
    vm_map_entry* first{};
    vm_map_entry* last{};
    uint32_t count{};
    void append(vm_map_entry& entry) {
        entry.next = nullptr;
        (last ? last->next : first) = &entry;
        last = &entry;
        ++count;
    }
};

[[maybe_unused]] vm_map_entry* clone(vm_map& child, const vm_map_entry& parent, amap_share share) {
    static_cast<void>(child);
    static_cast<void>(parent);
    static_cast<void>(share);
    panic("lab 6: clone is not written yet");
}

vm_map_entry* fork_share(vm_map& parent_map, vm_map_entry& parent, vm_map& child) {
    static_cast<void>(parent_map);
    static_cast<void>(parent);
    static_cast<void>(child);
    panic("lab 6: fork_share is not written yet");
}

[[maybe_unused]] void set_needs_copy(vm_map& map, vm_map_entry& entry) {
    entry.etype |= uvm_etype::copy_on_write | uvm_etype::needs_copy;
    uvm_probe(uvm_event::needs_copy_set, reinterpret_cast<uintptr_t>(&map), entry.entry_id);
}

// The parent keeps the amap and copies, too, when it writes: its translations lose their write permission.
[[maybe_unused]] void make_parent_copy(vm_map& map, vm_map_entry& parent) {
    static_cast<void>(map);
    static_cast<void>(parent);
    panic("lab 6: make_parent_copy is not written yet");
}

// `in_vain`: set where copies failed for want of memory though they waited for it. What is undone then gives
// memory back, which would look like a reason to try again.
vm_map_entry* fork_copy(vm_map& parent_map, vm_map_entry& parent, vm_map& child, bool& in_vain) {
    static_cast<void>(parent_map);
    static_cast<void>(parent);
    static_cast<void>(child);
    static_cast<void>(in_vain);
    panic("lab 6: fork_copy is not written yet");
}

// As if it had just been mapped: nothing of the parent's comes along, not even the offset in its object.
vm_map_entry* fork_zero(const vm_map_entry& parent, vm_map& child) {
    static_cast<void>(parent);
    static_cast<void>(child);
    panic("lab 6: fork_zero is not written yet");
}

vm_map_entry* fork_entry(vm_map& parent_map, vm_map_entry& parent, vm_map& child, bool& in_vain) {
    switch (parent.inheritance) {
    case vm_inherit_t::share:
        return fork_share(parent_map, parent, child);
    case vm_inherit_t::zero:
        return fork_zero(parent, child);
    case vm_inherit_t::copy:
    case vm_inherit_t::none:
        break;
    }
    return fork_copy(parent_map, parent, child, in_vain);
}

errno_t fork_entries(vm_map& parent_map, vm_map& child_map, child_chain& chain) {
    for (vm_map_entry* parent = parent_map.first(); parent != &parent_map.header; parent = parent->next) {
        vm_map_entry* entry = nullptr;
        if (parent->inheritance != vm_inherit_t::none) {
            errno_t const error = uvm_wait_while_short([&] {
                bool in_vain = false;
                entry = fork_entry(parent_map, *parent, child_map, in_vain);
                return entry ? errno_t::ok : in_vain ? errno_t::eagain : errno_t::enomem;
            });
            if (error != errno_t::ok)
                return error;
            chain.append(*entry);
        }
        uvm_probe(uvm_event::fork_entry, reinterpret_cast<uintptr_t>(&parent_map), parent->entry_id,
                  entry ? entry->entry_id : 0, uint32_t(parent->inheritance));
    }
    return errno_t::ok;
}

} // namespace

vmspace* uvmspace_fork(vmspace& parent) {
    uvm_change const change;
    uvm_probe(uvm_event::fork_begin, parent.vm_id);
    vm_map& map = parent.vm_map;
    bool const topdown = uvm_map_has(map, vm_map_flag::topdown);
    vmspace* child = uvmspace_alloc(map.min(), map.max(),
                                    topdown ? vmspace_direction::top_down : vmspace_direction::bottom_up);
    if (child) {
        child_chain chain;
        errno_t error;
        {
            map_exclusive_guard guard(map);
            error = fork_entries(map, child->vm_map, chain);
            pmap_update(*map.pm);
        }
        if (error == errno_t::ok) {
            uvm_map_entry_link_all(child->vm_map, chain.first, chain.count);
        } else {
            uvm_unmap_detach(chain.first);
            uvmspace_free(*child);
            child = nullptr;
        }
    }
    uvm_probe(uvm_event::fork_end, parent.vm_id, child ? child->vm_id : 0);
    return child;
}

} // namespace uvm
