#include "kernel/core/new_mapping.h"

#include <algorithm>

#include "kernel/core/options.h"
#include "kernel/core/user_range.h"
#include "kernel/vm/uvm_map_lock.h"

namespace uvm {

namespace {

// Whether a new mapping is to be locked in memory.
bool is_to_lock(const vm_map& map, const mapping_request& request) {
    bool const wanted = (request.flags & abi::map_wired) || has(map.flags, vm_map_flag::wirefuture);
    return wanted && request.prot != vm_prot_t::none;
}

} // namespace

errno_t check_place(const vm_map& map, const mapping_request& request) {
    uintptr_t const start = request.address.value;
    if (!is_aligned(start, page_size) || request.address < map.min())
        return errno_t::einval;
    if (start > ~uintptr_t{0} - request.size.value)
        return errno_t::eoverflow;
    return request.address + request.size > map.max() ? errno_t::efbig : errno_t::ok;
}

errno_t check_space_limit(vm_map& map, const mapping_request& request) {
    uint64_t now = map.size.value;
    if (request.fixed())
        now -= mapped_bytes(map, {request.address, request.address + request.size}).value;
    uint64_t const limit = limit_of(abi::limit_space);
    return request.size.value > limit || now > limit - request.size.value ? errno_t::enomem : errno_t::ok;
}

errno_t establish(vm_map& map, mapping_request& request) {
    uvm_mapping how{.prot = request.prot,
                    .max = request.max & most_rights(request.prot),
                    .inherit = request.shared() ? vm_inherit_t::share : vm_inherit_t::copy,
                    .advice = usual_advice(),
                    .flags = request.shared() ? uvm_flag::none : uvm_flag::copyonw};
    // What may have to go again is an entry of its own.
    if (is_to_lock(map, request))
        how.flags |= uvm_flag::nomerge;
    if (request.fixed()) {
        how.flags |= uvm_flag::fixed;
        va_range const range{request.address, request.address + request.size};
        if (mapped_bytes(map, range) > vsize_t(0)) {
            if (request.flags & abi::map_excl)
                return errno_t::eexist;
            // In one step: who looks meanwhile sees the old mapping or the new one, never a hole.
            how.flags |= uvm_flag::unmap;
        }
        return uvm_map(map, request.address, request.size, request.obj, request.offset, vsize_t(0), how);
    }
    vaddr_t const highest = default_address(request.size);
    vaddr_t const hint = trunc_page(request.address);
    request.address =
        hint == vaddr_t(0) ? highest : std::clamp(hint, map.min(), std::max(highest, map.min()));
    errno_t error = uvm_map(map, request.address, request.size, request.obj, request.offset, vsize_t(0), how);
    if (error == errno_t::enomem && hint != vaddr_t(0)) {
        request.address = highest;
        error = uvm_map(map, request.address, request.size, request.obj, request.offset, vsize_t(0), how);
    }
    return error;
}

errno_t lock_new(vm_map& map, const mapping_request& request) {
    if (!is_to_lock(map, request))
        return errno_t::ok;
    vaddr_t const end = request.address + request.size;
    bool const allowed = may_lock(map, request.size) && memory_allows_lock(request.size);
    if (allowed && uvm_map_pageable(map, request.address, end, uvm_wiring::wire) == errno_t::ok)
        return errno_t::ok;
    uvm_unmap_whole(map, request.address, end);
    return errno_t::enomem;
}

vm_advice_t usual_advice() { return kernel_options.nofaultahead ? vm_advice_t::random : vm_advice_t::normal; }

result<vm_prot_t> protection_of(uint32_t bits) {
    if (bits & ~(abi::prot_read | abi::prot_write | abi::prot_exec))
        return errno_t::einval;
    return vm_prot_t(bits); // the bits are the same
}

} // namespace uvm
