#include <machine/user_access.h>

#include <algorithm>

#include "kernel/arch/host/host_access.h"
#include "kernel/vm/uvm_vmspace.h"

namespace uvm::machine {

namespace {

errno_t access(vmspace& vm, vaddr_t va, std::byte* memory, size_t bytes, vm_prot_t how) {
    pmap_activate(*vm.vm_map.pm);
    errno_t error = errno_t::ok;
    while (bytes > 0 && error == errno_t::ok) {
        // Beyond the user part nothing is mapped for users, and no map reaches there.
        if (va.value >= user_max) {
            error = errno_t::efault;
            break;
        }
        size_t const piece = std::min<size_t>(bytes, page_size - (va.value & page_mask));
        error = host_access_page(vm.vm_map, va, memory, piece, how, mmu_mode::user);
        va += vsize_t(piece);
        memory += piece;
        bytes -= piece;
    }
    pmap_deactivate(*vm.vm_map.pm);
    return error;
}

} // namespace

errno_t user_read(vmspace& vm, vaddr_t va, std::span<std::byte> to) {
    return access(vm, va, to.data(), to.size(), vm_prot_t::read);
}

errno_t user_write(vmspace& vm, vaddr_t va, std::span<const std::byte> from) {
    // Only read from: `how` says so.
    return access(vm, va, const_cast<std::byte*>(from.data()), from.size(), vm_prot_t::write);
}

} // namespace uvm::machine
