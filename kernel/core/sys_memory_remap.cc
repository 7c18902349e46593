// The system call that resizes and moves what is mapped: mremap.
#include "kernel/core/system_calls.h"
#include "kernel/core/user_range.h"
#include "kernel/vm/uvm_mremap.h"

namespace uvm {

namespace {

constexpr uint32_t known_flags = abi::map_fixed | abi::remap_keep;

struct request {
    vaddr_t old_start, new_start;
    vsize_t old_size, new_size;
    uvm_remap flags{};
};

result<request> decode(const call_arguments& call) {
    uint32_t const flags = call.number(4);
    uintptr_t const old_length = call.word(1), new_length = call.word(3);
    if ((flags & ~known_flags) || old_length == 0 || new_length == 0 || old_length > ~page_mask ||
        new_length > ~page_mask)
        return errno_t::einval;
    request r{call.address(0), call.address(2), round_page(vsize_t(old_length)),
              round_page(vsize_t(new_length))};
    if (flags & abi::map_fixed)
        r.flags |= uvm_remap::fixed;
    if (flags & abi::remap_keep)
        r.flags |= uvm_remap::keep;
    return r;
}

// Lengths that no space has: an old one is not mapped, a new one does not fit, at a fixed place or at any.
errno_t check_lengths(const vm_map& map, const request& r) {
    vsize_t const all = map.max() - map.min();
    if (r.old_size > all || (r.new_size > all && has(r.flags, uvm_remap::fixed)))
        return errno_t::einval;
    return r.new_size > all ? errno_t::enomem : errno_t::ok;
}

// Bytes that there may be more of afterwards.
uint64_t growth(const request& r) {
    if (has(r.flags, uvm_remap::keep))
        return r.new_size.value;
    return r.new_size > r.old_size ? (r.new_size - r.old_size).value : 0;
}

} // namespace

call_result sys_mremap(call_arguments& call) {
    vm_map& map = current_vmspace().vm_map;
    result<request> const decoded = decode(call);
    if (!decoded)
        return decoded.error();
    request r = *decoded;
    if (errno_t const error = check_lengths(map, r); error != errno_t::ok)
        return error;
    mutex_guard const guard(mapping_lock);
    uint64_t const limit = limit_of(abi::limit_space);
    if (growth(r) > 0 && (growth(r) > limit || map.size.value > limit - growth(r)))
        return errno_t::enomem;
    if (!has(r.flags, uvm_remap::fixed)) {
        // Like mmap: near the hint, or below the stack.
        if (!is_aligned(r.new_start.value, page_size))
            return errno_t::einval;
        if (r.new_start == vaddr_t(0) || r.new_start < map.min())
            r.new_start = default_address(r.new_size);
    }
    errno_t const error =
        uvm_mremap(map, r.old_start, r.old_size, r.new_start, r.new_size, vsize_t(0), r.flags);
    return error == errno_t::ok ? call_result(r.new_start.value) : error;
}

} // namespace uvm
