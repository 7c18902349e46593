// System calls that change what is mapped: mmap, munmap, mprotect, minherit, brk.
#include <algorithm>

#include "kernel/core/open_file.h"
#include "kernel/core/system_calls.h"
#include "kernel/core/user_range.h"
#include "kernel/core/user_stack.h"
#include "kernel/vm/uvm_map_lock.h"

namespace uvm {

namespace {

constexpr uint32_t known_flags = abi::map_shared | abi::map_private | abi::map_fixed | abi::map_anon |
                                 abi::map_wired | abi::map_excl | abi::map_stack;

// What mmap was asked for, checked.
struct mapping_request {
    vaddr_t address;
    vsize_t size;
    uint32_t flags{};
    uvm_object* obj{}; // one reference; null: anonymous memory
    voff_t offset = uvm_unknown_offset;
    vm_prot_t prot{}, max{vm_prot_t::all};
    [[nodiscard]] bool shared() const { return flags & abi::map_shared; }
    [[nodiscard]] bool fixed() const { return flags & abi::map_fixed; }
};

void give_back(uvm_object* obj) {
    if (obj)
        obj->pgops->detach(*obj);
}

errno_t check_place(const vm_map& map, const mapping_request& request) {
    uintptr_t const start = request.address.value;
    if (!is_aligned(start, page_size) || request.address < map.min())
        return errno_t::einval;
    if (start > ~uintptr_t{0} - request.size.value)
        return errno_t::eoverflow;
    return request.address + request.size > map.max() ? errno_t::efbig : errno_t::ok;
}

// Memory that belongs to no file: private, or an object that the children will share.
errno_t take_anonymous(mapping_request& request) {
    if (!request.shared())
        return errno_t::ok;
    request.obj = uao_create(request.size.value, "shared memory");
    request.offset = voff_t(0);
    return request.obj ? errno_t::ok : errno_t::enomem;
}

errno_t take_file(open_file& file, uintptr_t page_offset, mapping_request& request) {
    if (file.kind == file_kind::zero)
        return take_anonymous(request);
    if (file.kind != file_kind::ram)
        return errno_t::enodev;
    if (page_offset > uvm_largest_offset >> machine::page_shift)
        return errno_t::einval;
    request.offset = voff_t(uint64_t{page_offset} << machine::page_shift);
    if (request.size.value > uvm_largest_offset - request.offset.value)
        return errno_t::eoverflow;
    vm_prot_t const reading = vm_prot_t::read | vm_prot_t::execute;
    if (!file.readable())
        request.max = without(request.max, reading);
    if (request.shared() && !file.writable())
        request.max = without(request.max, vm_prot_t::write);
    if (without(request.prot, request.max) != vm_prot_t::none)
        return errno_t::eacces;
    ram_file_reference(*file.ram);
    request.obj = &file.ram->obj;
    return errno_t::ok;
}

errno_t take_object(const call_arguments& call, mapping_request& request) {
    auto const descriptor = int32_t(call.word(4));
    if (request.flags & abi::map_anon)
        return descriptor == -1 ? take_anonymous(request) : errno_t::einval;
    result<open_file*> const file = file_get(uint32_t(descriptor));
    if (!file)
        return file.error();
    errno_t const error = take_file(**file, call.word(5), request);
    file_release(**file);
    return error;
}

// Bytes of the range that are mapped. Locks: takes the map's, shared.
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

errno_t check_space_limit(vm_map& map, const mapping_request& request) {
    uint64_t now = map.size.value;
    if (request.fixed())
        now -= mapped_bytes(map, {request.address, request.address + request.size}).value;
    uint64_t const limit = limit_of(abi::limit_space);
    return request.size.value > limit || now > limit - request.size.value ? errno_t::enomem : errno_t::ok;
}

// Whether a new mapping is to be locked in memory.
bool is_to_lock(const vm_map& map, const mapping_request& request) {
    bool const wanted = (request.flags & abi::map_wired) || has(map.flags, vm_map_flag::wirefuture);
    return wanted && request.prot != vm_prot_t::none;
}

// Puts it into the map; `address` is where.
errno_t establish(vm_map& map, mapping_request& request) {
    uvm_mapping how{.prot = request.prot,
                    .max = request.max & most_rights(request.prot),
                    .inherit = request.shared() ? vm_inherit_t::share : vm_inherit_t::copy,
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

// Locks a new mapping in memory where that was asked for; takes it away again when that fails.
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

// A stack is private memory for reading and writing, with room to grow, in a free place.
bool may_be_stack(uint32_t flags, vm_prot_t prot, uintptr_t length) {
    if (!(flags & abi::map_stack))
        return true;
    bool const memory = (flags & abi::map_anon) && (flags & abi::map_private) && !(flags & abi::map_wired);
    bool const place = !(flags & abi::map_fixed) || (flags & abi::map_excl);
    return memory && place && prot == (vm_prot_t::read | vm_prot_t::write) &&
           length > user_stack_gap.value + page_mask;
}

// Room for a stack, and its first page, which `request` is on return.
errno_t establish_stack(vm_map& map, mapping_request& request) {
    mapping_request room = request;
    room.prot = room.max = vm_prot_t::none;
    if (errno_t const error = establish(map, room); error != errno_t::ok)
        return error;
    vaddr_t const end = room.address + room.size;
    request.address = end - vsize_t(page_size);
    request.size = vsize_t(page_size);
    request.flags = (request.flags & ~abi::map_excl) | abi::map_fixed;
    errno_t const error = establish(map, request);
    if (error != errno_t::ok)
        uvm_unmap_whole(map, room.address, end);
    return error;
}

result<vm_prot_t> protection(uint32_t bits) {
    if (bits & ~(abi::prot_read | abi::prot_write | abi::prot_exec))
        return errno_t::einval;
    return vm_prot_t(bits); // the bits are the same
}

result<va_range> checked_range(const call_arguments& call) {
    return pages_touched(call.address(0), call.word(1));
}

} // namespace

call_result sys_mmap(call_arguments& call) {
    vm_map& map = current_vmspace().vm_map;
    result<vm_prot_t> const prot = protection(call.number(2));
    uintptr_t const length = call.word(1);
    mapping_request request{.address = call.address(0), .size = vsize_t(0), .flags = call.number(3)};
    bool const both = (request.flags & abi::map_shared) && (request.flags & abi::map_private);
    if (!prot || both || !may_be_stack(request.flags, *prot, length) || (request.flags & ~known_flags) ||
        length == 0)
        return errno_t::einval;
    if (length > ~page_mask)
        return errno_t::enomem;
    request.prot = *prot;
    request.size = round_page(vsize_t(length));
    if (request.fixed()) {
        if (errno_t const error = check_place(map, request); error != errno_t::ok)
            return error;
    } else if (request.size > map.max() - map.min()) {
        return errno_t::enomem;
    }
    if (errno_t const error = take_object(call, request); error != errno_t::ok)
        return error;
    vsize_t const whole = request.size;
    mutex_guard const guard(mapping_lock);
    errno_t error = check_space_limit(map, request);
    if (error == errno_t::ok)
        error = request.flags & abi::map_stack ? establish_stack(map, request) : establish(map, request);
    if (error != errno_t::ok) {
        give_back(request.obj);
        return error;
    }
    error = lock_new(map, request);
    if (error != errno_t::ok)
        return error;
    // Of a stack the whole is told.
    vaddr_t const end = request.address + request.size;
    return (end - whole).value;
}

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
    result<vm_prot_t> const prot = protection(call.number(2));
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
