// mmap: memory of its own or of a file, shared or private, and stacks.
#include "kernel/core/new_mapping.h"
#include "kernel/core/open_file.h"
#include "kernel/core/system_calls.h"
#include "kernel/core/user_range.h"
#include "kernel/core/user_stack.h"

namespace uvm {

namespace {

constexpr uint32_t known_flags = abi::map_shared | abi::map_private | abi::map_fixed | abi::map_anon |
                                 abi::map_wired | abi::map_excl | abi::map_stack;

void give_back(uvm_object* obj) {
    if (obj)
        obj->pgops->detach(*obj);
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

} // namespace

call_result sys_mmap(call_arguments& call) {
    vm_map& map = current_vmspace().vm_map;
    result<vm_prot_t> const prot = protection_of(call.number(2));
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

} // namespace uvm
