#include "kernel/core/user_stack.h"

#include <algorithm>

#include "kernel/core/machine_calls.h"
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
                          .max = vm_prot_t::all,
                          .flags = uvm_flag::fixed | uvm_flag::copyonw};
    return uvm_map(map, at, more, nullptr, uvm_unknown_offset, vsize_t(0), how);
}

} // namespace

errno_t user_stack_grow(vm_map& map, vaddr_t page) {
    user_process const& self = current_user_process();
    if (page < self.stack_bottom || page >= user_stack_top)
        return errno_t::efault;
    if ((user_stack_top - page).value > limit_of(abi::limit_stack))
        return errno_t::efault;
    if (mapping_lock.held())
        return grow(map, page, self.stack_bottom);
    mutex_guard const guard(mapping_lock);
    return grow(map, page, self.stack_bottom);
}

errno_t user_page_fault(vm_map& map, vaddr_t page, vm_prot_t access) {
    errno_t const error = uvm_fault(map, page, uvm_fault_kind::normal, access);
    if (error != errno_t::efault || !thread_running().user || &map != &current_vmspace().vm_map)
        return error;
    if (errno_t const no_growth = user_stack_grow(map, page); no_growth != errno_t::ok)
        return no_growth;
    return uvm_fault(map, page, uvm_fault_kind::normal, access);
}

} // namespace uvm
