// System calls on what is mapped: munmap, mprotect, minherit, brk, policy.
#include "kernel/core/new_mapping.h"
#include "kernel/core/system_calls.h"
#include "kernel/core/user_range.h"

namespace uvm {

namespace {

result<va_range> checked_range(const call_arguments& call) {
    return pages_touched(call.address(0), call.word(1));
}

} // namespace

call_result sys_munmap(call_arguments& call) {
    vm_map& map = current_vmspace().vm_map;
    result<va_range> const range = checked_range(call);
    if (!range || call.word(1) == 0 || !is_aligned(call.word(0), page_size) || (*range).start < map.min() ||
        (*range).end > map.max())
        return errno_t::einval;
    mutex_guard const guard(mapping_lock);
    return done(uvm_unmap(map, (*range).start, (*range).end));
}

call_result sys_mprotect(call_arguments& call) {
    vm_map& map = current_vmspace().vm_map;
    result<va_range> const range = checked_range(call);
    result<vm_prot_t> const prot = protection_of(call.number(2));
    if (!range || !prot)
        return errno_t::einval;
    if ((*range).empty())
        return uintptr_t{0};
    mutex_guard const guard(mapping_lock);
    if (!is_mapped(map, *range))
        return errno_t::enomem;
    return done(uvm_map_protect(map, (*range).start, (*range).end, *prot, uvm_protect_what::current));
}

call_result sys_minherit(call_arguments& call) {
    vm_map& map = current_vmspace().vm_map;
    result<va_range> const range = checked_range(call);
    uint32_t const what = call.number(2);
    if (!range || what > abi::inherit_zero)
        return errno_t::einval;
    if ((*range).empty())
        return uintptr_t{0};
    mutex_guard const guard(mapping_lock);
    if (!is_mapped(map, *range))
        return errno_t::enomem;
    return done(uvm_map_inherit(map, (*range).start, (*range).end, vm_inherit_t(what)));
}

call_result sys_brk(call_arguments& call) {
    user_process& self = current_user_process();
    vm_map& map = current_vmspace().vm_map;
    mutex_guard const guard(mapping_lock);
    vaddr_t const wanted = call.address(0);
    if (wanted == vaddr_t(0))
        return self.break_end.value;
    if (wanted < self.break_start || wanted >= map.max())
        return errno_t::enomem;
    if ((wanted - self.break_start).value > limit_of(abi::limit_data))
        return errno_t::enomem;
    vaddr_t const old_end = round_page(self.break_end), new_end = round_page(wanted);
    if (new_end < old_end) {
        if (errno_t const error = uvm_unmap(map, new_end, old_end); error != errno_t::ok)
            return error;
    } else if (new_end > old_end) {
        mapping_request request{
            .address = old_end, .size = new_end - old_end, .flags = abi::map_fixed | abi::map_excl};
        request.prot = vm_prot_t::read | vm_prot_t::write;
        if (check_place(map, request) != errno_t::ok || check_space_limit(map, request) != errno_t::ok ||
            establish(map, request) != errno_t::ok || lock_new(map, request) != errno_t::ok)
            return errno_t::enomem;
    }
    self.break_end = wanted;
    return wanted.value;
}

call_result sys_policy(call_arguments& call) {
    user_process& self = current_user_process();
    if (call.number(0) & ~abi::policy_write_or_execute)
        return errno_t::einval;
    mutex_guard const guard(mapping_lock);
    if (call.number(0) & ~self.policy) {
        if (errno_t const error = restrict_rights(current_vmspace().vm_map); error != errno_t::ok)
            return error;
        self.policy |= call.number(0);
    }
    return uintptr_t(self.policy);
}

} // namespace uvm
