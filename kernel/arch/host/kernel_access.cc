// The kernel's loads and stores in kernel_map, by the software MMU.
#include <machine/user_access.h>

#include <algorithm>
#include <cstring>

#include <machine/param.h>

#include "kernel/arch/host/software_mmu.h"
#include "kernel/arch/x86/pmap_x86.h"
#include "kernel/vm/uvm_fault.h"
#include "kernel/vm/uvm_km.h"

namespace uvm::machine {

namespace {

using ops = x86::pmap_ops<pmap_format>;

bool try_access(vaddr_t va, std::byte* memory, size_t bytes, vm_prot_t access) {
    spin_guard const guard(ops::lock);
    paddr_t pa;
    if (!software_mmu_walk<pmap_format>(pmap_kernel().pm_root, va, access, &pa, mmu_mode::kernel))
        return false;
    if (access == vm_prot_t::write)
        memcpy(phys_to_ptr(pa), memory, bytes);
    else
        memcpy(memory, phys_to_ptr(pa), bytes);
    return true;
}

errno_t access(vaddr_t va, std::byte* memory, size_t bytes, vm_prot_t how) {
    while (bytes > 0) {
        if (va.value - kernel_map_min >= kernel_map_size)
            return errno_t::efault;
        size_t const piece = std::min<size_t>(bytes, page_size - (va.value & page_mask));
        while (!try_access(va, memory, piece, how))
            if (errno_t const error = uvm_fault(kernel_map, trunc_page(va), uvm_fault_kind::normal, how);
                error != errno_t::ok)
                return error;
        va += vsize_t(piece);
        memory += piece;
        bytes -= piece;
    }
    return errno_t::ok;
}

} // namespace

errno_t kernel_read(vaddr_t va, std::span<std::byte> to) {
    return access(va, to.data(), to.size(), vm_prot_t::read);
}

errno_t kernel_write(vaddr_t va, std::span<const std::byte> from) {
    // Only read from: `how` says so.
    return access(va, const_cast<std::byte*>(from.data()), from.size(), vm_prot_t::write);
}

} // namespace uvm::machine
