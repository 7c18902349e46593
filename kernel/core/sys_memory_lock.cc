// System calls that lock memory: mlock, munlock, mlockall, munlockall.
#include <algorithm>

#include "kernel/core/system_calls.h"
#include "kernel/core/user_range.h"

namespace uvm {

call_result sys_mlock(call_arguments& call) {
    vm_map& map = current_vmspace().vm_map;
    result<va_range> const range = pages_touched(call.address(0), call.word(1));
    if (!range)
        return errno_t::enomem;
    va_range const r = *range;
    if (r.empty())
        return uintptr_t{0};
    mutex_guard const guard(mapping_lock);
    if (!is_mapped(map, r))
        return errno_t::enomem;
    if (!may_lock(map, r.size()) || !memory_allows_lock(r.size()))
        return errno_t::eagain;
    errno_t const error = uvm_map_pageable(map, r.start, r.end, uvm_wiring::wire);
    return done(error == errno_t::efault ? errno_t::enomem : error);
}

call_result sys_munlock(call_arguments& call) {
    vm_map& map = current_vmspace().vm_map;
    result<va_range> const range = pages_touched(call.address(0), call.word(1));
    if (!range)
        return errno_t::enomem;
    va_range const r = *range;
    if (r.empty())
        return uintptr_t{0};
    mutex_guard const guard(mapping_lock);
    // Not mapped, and not locked, are the same to POSIX.
    errno_t const error = uvm_map_pageable(map, r.start, r.end, uvm_wiring::unwire);
    return done(error == errno_t::efault || error == errno_t::einval ? errno_t::enomem : error);
}

call_result sys_mlockall(call_arguments& call) {
    vm_map& map = current_vmspace().vm_map;
    uint32_t const flags = call.number(0);
    if (flags == 0 || (flags & ~(abi::lock_current | abi::lock_future)))
        return errno_t::einval;
    mutex_guard const guard(mapping_lock);
    if ((flags & abi::lock_current) && !memory_allows_lock(map.size))
        return errno_t::enomem;
    // The map layer takes 0 for no limit.
    uint64_t const limit = limit_of(abi::limit_memlock);
    vsize_t const bytes(limit >= ~uintptr_t{0} ? 0 : std::max<uintptr_t>(uintptr_t(limit), 1));
    return done(uvm_map_pageable_all(map, uvm_wire_all(flags), bytes)); // the bits are the same
}

call_result sys_munlockall(call_arguments&) {
    mutex_guard const guard(mapping_lock);
    return done(uvm_map_pageable_all(current_vmspace().vm_map, uvm_wire_all::none, vsize_t(0)));
}

} // namespace uvm
