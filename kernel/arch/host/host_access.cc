#include "kernel/arch/host/host_access.h"

#include <cstring>

#include "kernel/arch/x86/pmap_x86.h"
#include "kernel/vm/uvm_fault.h"
#include "kernel/vm/uvm_map.h"

namespace uvm::machine {

namespace {

using ops = x86::pmap_ops<pmap_format>;

// One instruction: the walk and the access happen with no change of the page tables between them.
bool try_access(const pmap& pm, vaddr_t va, std::byte* memory, size_t bytes, vm_prot_t access,
                mmu_mode mode) {
    spin_guard guard(ops::lock);
    paddr_t pa;
    if (!software_mmu_walk<pmap_format>(pm.pm_root, va, access, &pa, mode))
        return false;
    if (access == vm_prot_t::write)
        memcpy(phys_to_ptr(pa), memory, bytes);
    else
        memcpy(memory, phys_to_ptr(pa), bytes);
    return true;
}

} // namespace

errno_t host_access_page(vm_map& map, vaddr_t va, std::byte* memory, size_t bytes, vm_prot_t access,
                         mmu_mode mode) {
    // Somebody else may take the page away between fault and access, but not for ever.
    constexpr uint32_t many = 1000;
    for (uint32_t attempt = 0; attempt < many; ++attempt) {
        if (try_access(*map.pm, va, memory, bytes, access, mode))
            return errno_t::ok;
        errno_t const error = uvm_fault(map, trunc_page(va), uvm_fault_kind::normal, access);
        if (error != errno_t::ok)
            return error;
    }
    panic("uvm_fault succeeds, but the access faults again and again");
}

} // namespace uvm::machine
