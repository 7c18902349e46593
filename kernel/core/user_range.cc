#include "kernel/core/user_range.h"

#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_page.h"

namespace uvm {

constinit mutex mapping_lock{"mappings of programs"};

bool is_mapped(vm_map& map, va_range range) {
    map_shared_guard const guard(map);
    return uvm_map_checkprot(map, range.start, range.end, vm_prot_t::none);
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

vaddr_t default_address(vsize_t size) {
    constexpr uintptr_t guard = 16 * page_size;
    uintptr_t const top = current_user_process().stack_bottom.value - guard;
    return size.value < top - machine::user_min ? vaddr_t(top - size.value) : vaddr_t(machine::user_min);
}

} // namespace uvm
