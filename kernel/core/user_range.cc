#include "kernel/core/user_range.h"

#include <algorithm>

#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_page.h"

namespace uvm {

constinit mutex mapping_lock{"mappings of programs"};

bool is_mapped(vm_map& map, va_range range) {
    map_shared_guard const guard(map);
    return uvm_map_checkprot(map, range.start, range.end, vm_prot_t::none);
}

vsize_t mapped_bytes(vm_map& map, va_range range) {
    map_shared_guard const guard(map);
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, range.start, &entry))
        entry = entry->next;
    vsize_t sum(0);
    for (; entry != &map.header && entry->start < range.end; entry = entry->next)
        sum += std::min(entry->end, range.end) - std::max(entry->start, range.start);
    return sum;
}

bool may_lock(const vm_map& map, vsize_t bytes) {
    uint64_t const locked = uint64_t{pmap_wired_count(*map.pm)} << machine::page_shift;
    uint64_t const limit = limit_of(abi::limit_memlock);
    return bytes.value <= limit && locked <= limit - bytes.value;
}

bool memory_allows_lock(vsize_t bytes) {
    uint32_t const most = uvmexp.npages / 4 * 3;
    return uvmexp.wired <= most && bytes.value >> machine::page_shift <= most - uvmexp.wired;
}

namespace {

vm_prot_t either(vm_prot_t prot) {
    return without(vm_prot_t::all, has(prot, vm_prot_t::execute) ? vm_prot_t::write : vm_prot_t::execute);
}

// The first mapping at `at` or behind; false: none.
bool mapping_from(vm_map& map, vaddr_t at, va_range* range, vm_prot_t* now, vm_prot_t* most) {
    map_shared_guard const guard(map);
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, at, &entry))
        entry = entry->next;
    if (entry == &map.header)
        return false;
    *range = entry->range();
    *now = entry->protection;
    *most = entry->max_protection;
    return true;
}

} // namespace

vm_prot_t most_rights(vm_prot_t prot) {
    bool const restricted = current_user_process().policy & abi::policy_write_or_execute;
    return restricted ? either(prot) : vm_prot_t::all;
}

errno_t restrict_rights(vm_map& map) {
    constexpr vm_prot_t both = vm_prot_t::write | vm_prot_t::execute;
    va_range range;
    vm_prot_t now, most;
    for (vaddr_t at = map.min(); mapping_from(map, at, &range, &now, &most); at = range.end)
        if ((now & both) == both)
            return errno_t::eacces;
    for (vaddr_t at = map.min(); mapping_from(map, at, &range, &now, &most); at = range.end) {
        errno_t const error =
            uvm_map_protect(map, range.start, range.end, most & either(now), uvm_protect_what::maximum);
        if (error != errno_t::ok)
            return error;
    }
    return errno_t::ok;
}

vaddr_t default_address(vsize_t size) {
    constexpr uintptr_t guard = 16 * page_size;
    uintptr_t const top = current_user_process().stack_bottom.value - guard;
    return size.value < top - machine::user_min ? vaddr_t(top - size.value) : vaddr_t(machine::user_min);
}

} // namespace uvm
