#include "kernel/core/user_stack.h"

#include <algorithm>

#include "kernel/core/machine_calls.h"
#include "kernel/core/new_mapping.h"
#include "kernel/core/user_range.h"
#include "kernel/vm/uvm_fault.h"
#include "kernel/vm/uvm_map_lock.h"

namespace uvm {

namespace {

// Where the stack begins now, when `page` lies below it and nothing comes too near; else 0. The map itself
// knows: a child that borrows the space may have let it grow.
vaddr_t stack_start_above(vm_map& map, vaddr_t page, vaddr_t bottom) {
    map_shared_guard const guard(map);
    vm_map_entry* below;
    if (uvm_map_lookup_entry(map, page, &below))
        return vaddr_t(0); // it is mapped: no want of growth
    vm_map_entry const* const stack = below->next;
    if (stack == &map.header || stack->is_object() || !has(stack->protection, vm_prot_t::write))
        return vaddr_t(0);
    // Up to the top it has to be in one piece.
    for (vm_map_entry const* entry = stack; entry->end != user_stack_top; entry = entry->next)
        if (entry->next == &map.header || entry->next->start != entry->end)
            return vaddr_t(0);
    // The guard at the end is known, and as near as it is.
    bool const crowded = below != &map.header && below->end > bottom && page - below->end < user_stack_gap;
    return crowded ? vaddr_t(0) : stack->start;
}

errno_t grow(vm_map& map, vaddr_t page, vaddr_t bottom) {
    vaddr_t const start = stack_start_above(map, page, bottom);
    if (start == vaddr_t(0))
        return errno_t::efault;
    vsize_t const more = start - page;
    uint64_t const limit = limit_of(abi::limit_space);
    if (more.value > limit || map.size.value > limit - more.value)
        return errno_t::efault;
    vaddr_t at = page;
    uvm_mapping const how{.prot = vm_prot_t::read | vm_prot_t::write,
                          .max = most_rights(vm_prot_t::read | vm_prot_t::write),
                          .advice = usual_advice(),
                          .flags = uvm_flag::fixed | uvm_flag::copyonw};
    return uvm_map(map, at, more, nullptr, uvm_unknown_offset, vsize_t(0), how);
}

} // namespace

namespace {

// Room that a stack was given by mmap: no rights, now or later, and nothing in it.
bool is_room(const vm_map_entry& entry) {
    return !entry.is_object() && !entry.is_submap() && !entry.aref.ar_amap &&
           entry.inheritance != vm_inherit_t::none && entry.protection == vm_prot_t::none &&
           entry.max_protection == vm_prot_t::none;
}

// Where the stack begins above the room that `page` lies in; else 0.
vaddr_t stack_start_above_room(vm_map& map, vaddr_t page) {
    map_shared_guard const guard(map);
    vm_map_entry* room;
    if (!uvm_map_lookup_entry(map, page, &room) || !is_room(*room) || page - room->start < user_stack_gap)
        return vaddr_t(0);
    vm_map_entry const* const stack = room->next;
    bool const adjoins = stack != &map.header && stack->start == room->end;
    return adjoins && !stack->is_object() && has(stack->protection, vm_prot_t::write) ? room->end
                                                                                      : vaddr_t(0);
}

errno_t grow_into_room(vm_map& map, vaddr_t page) {
    vaddr_t const start = stack_start_above_room(map, page);
    if (start == vaddr_t(0))
        return errno_t::efault;
    constexpr vm_prot_t rights = vm_prot_t::read | vm_prot_t::write;
    vaddr_t at = page;
    uvm_mapping const how{.prot = rights,
                          .max = most_rights(rights),
                          .advice = usual_advice(),
                          .flags = uvm_flag::fixed | uvm_flag::copyonw | uvm_flag::unmap};
    return uvm_map(map, at, start - page, nullptr, uvm_unknown_offset, vsize_t(0), how);
}

errno_t grow_either(vm_map& map, vaddr_t page) {
    user_process const& self = current_user_process();
    if (page < self.stack_bottom || page >= user_stack_top)
        return grow_into_room(map, page);
    if ((user_stack_top - page).value > limit_of(abi::limit_stack))
        return errno_t::efault;
    return grow(map, page, self.stack_bottom);
}

} // namespace

errno_t user_stack_grow(vm_map& map, vaddr_t page) {
    if (mapping_lock.held())
        return grow_either(map, page);
    mutex_guard const guard(mapping_lock);
    return grow_either(map, page);
}

errno_t user_page_fault(vm_map& map, vaddr_t page, vm_prot_t access) {
    errno_t const error = uvm_fault(map, page, uvm_fault_kind::normal, access);
    bool const may_be_room = error == errno_t::efault || error == errno_t::eacces;
    if (!may_be_room || !thread_running().user || &map != &current_vmspace().vm_map)
        return error;
    if (user_stack_grow(map, page) == errno_t::enomem)
        return errno_t::enomem;
    // Or another thread has let it grow meanwhile. If neither, it is the same error again.
    return uvm_fault(map, page, uvm_fault_kind::normal, access);
}

} // namespace uvm
