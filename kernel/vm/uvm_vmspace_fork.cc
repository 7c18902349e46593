// uvmspace_fork: what a child gets of each of its parent's entries.
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_map_owners.h"
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

vm_map_entry* clone(vm_map& child, const vm_map_entry& parent, amap_share share) {
    vm_map_entry* const entry = uvm_mapent_alloc(child);
    if (!entry)
        return nullptr;
    uvm_mapent_copy(parent, *entry);
    entry->wired_count = 0;
    if (vm_amap* amap = parent.aref.ar_amap)
        amap_ref(*amap, parent.aref.ar_pageoff, bytes_to_pages(parent.size()), amap_cover::range, share);
    if (uvm_object* obj = parent.obj())
        obj->pgops->reference(*obj);
    return entry;
}

vm_map_entry* fork_share(vm_map& parent_map, vm_map_entry& parent, vm_map& child) {
    // Two entries that share anonymous memory need the amap to share it through.
    if (parent.is_needs_copy()) {
        amap_copy(parent_map, parent, amap_chunking::forbidden, vaddr_t(0), vaddr_t(0));
        if (parent.is_needs_copy())
            return nullptr;
    }
    return clone(child, parent, amap_share::mark_shared);
}

void set_needs_copy(vm_map& map, vm_map_entry& entry) {
    entry.etype |= uvm_etype::copy_on_write | uvm_etype::needs_copy;
    uvm_probe(uvm_event::needs_copy_set, reinterpret_cast<uintptr_t>(&map), entry.entry_id);
}

// The parent keeps the amap and copies, too, when it writes: its translations lose their write permission.
void make_parent_copy(vm_map& map, vm_map_entry& parent) {
    if (!parent.aref.ar_amap || parent.is_needs_copy())
        return;
    entry_owners_guard const owners(parent);
    if (has(parent.max_protection, vm_prot_t::write))
        pmap_protect(*map.pm, parent.range(), without(parent.protection, vm_prot_t::write));
    set_needs_copy(map, parent);
}

bool is_shared(vm_amap& amap) {
    mutex_guard const guard(amap.am_lock);
    return has(amap.am_flags, amap_flag::shared);
}

// `in_vain`: set where copies failed for want of memory though they waited for it. What is undone then gives
// memory back, which would look like a reason to try again.
vm_map_entry* fork_copy(vm_map& parent_map, vm_map_entry& parent, vm_map& child, bool& in_vain) {
    vm_map_entry* const entry = clone(child, parent, amap_share::keep);
    if (!entry)
        return nullptr;
    entry->etype |= uvm_etype::copy_on_write | uvm_etype::needs_copy;
    vm_amap* const amap = parent.aref.ar_amap;
    bool const shared = amap && is_shared(*amap);
    bool const wired = parent.wired_count != 0;
    if (!amap || (!shared && !wired)) {
        make_parent_copy(parent_map, parent);
        return entry;
    }
    // The sharers go on sharing, and a wired parent must not fault: the child gets its own amap at once.
    amap_copy(child, *entry, amap_chunking::forbidden, vaddr_t(0), vaddr_t(0));
    errno_t error = entry->is_needs_copy() ? errno_t::enomem : errno_t::ok;
    if (error == errno_t::ok && wired) {
        error = amap_cow_now(child, *entry);
        in_vain = error != errno_t::ok;
    }
    if (error != errno_t::ok) {
        entry->next = nullptr;
        uvm_unmap_detach(entry);
        return nullptr;
    }
    if (!wired) {
        // The anons now belong to the child's amap as well: no sharer may write to them in place.
        mutex_guard guard(amap->am_lock);
        amap_share_protect(parent, vm_prot_t::read | vm_prot_t::execute);
    }
    return entry;
}

// As if it had just been mapped: nothing of the parent's comes along, not even the offset in its object.
vm_map_entry* fork_zero(const vm_map_entry& parent, vm_map& child) {
    vm_map_entry* const entry = uvm_mapent_alloc(child);
    if (!entry)
        return nullptr;
    uvm_mapent_copy(parent, *entry);
    entry->wired_count = 0;
    entry->aref = {};
    entry->object = {};
    entry->offset = voff_t(0);
    entry->etype = uvm_etype::copy_on_write | uvm_etype::needs_copy;
    return entry;
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
