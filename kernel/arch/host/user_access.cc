#include <machine/user_access.h>

#include <algorithm>
#include <cstring>

#include "kernel/arch/host/software_mmu.h"
#include "kernel/arch/x86/pmap_x86.h"
#include "kernel/vm/uvm_fault.h"
#include "kernel/vm/uvm_vmspace.h"

namespace uvm::machine {

namespace {

using ops = x86::pmap_ops<pmap_format>;

// One instruction: the walk and the access happen with no change of the page tables between them.
bool try_access(const pmap& pm, vaddr_t va, std::byte* memory, size_t bytes, vm_prot_t access) {
    spin_guard guard(ops::lock);
    paddr_t pa;
    if (!software_mmu_walk<pmap_format>(pm.pm_root, va, access, &pa))
        return false;
    if (access == vm_prot_t::write)
        memcpy(phys_to_ptr(pa), memory, bytes);
    else
        memcpy(memory, phys_to_ptr(pa), bytes);
    return true;
}

errno_t access_page(vmspace& vm, vaddr_t va, std::byte* memory, size_t bytes, vm_prot_t access) {
    // Somebody else may take the page away between fault and access, but not for ever.
    constexpr uint32_t many = 1000;
    for (uint32_t attempt = 0; attempt < many; ++attempt) {
        if (try_access(*vm.vm_map.pm, va, memory, bytes, access))
            return errno_t::ok;
        errno_t const error = uvm_fault(vm.vm_map, trunc_page(va), uvm_fault_kind::normal, access);
        if (error != errno_t::ok)
            return error;
    }
    panic("uvm_fault succeeds, but the access faults again and again");
}

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
        error = access_page(vm, va, memory, piece, how);
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
