// The kernel's loads and stores in kernel_map, by the software MMU.
#include <machine/user_access.h>

#include <algorithm>

#include <machine/param.h>

#include "kernel/arch/host/host_access.h"
#include "kernel/vm/uvm_km.h"

namespace uvm::machine {

namespace {

errno_t access(vaddr_t va, std::byte* memory, size_t bytes, vm_prot_t how) {
    while (bytes > 0) {
        if (va.value - kernel_map_min >= kernel_map_size)
            return errno_t::efault;
        size_t const piece = std::min<size_t>(bytes, page_size - (va.value & page_mask));
        if (errno_t const error = host_access_page(kernel_map, va, memory, piece, how, mmu_mode::kernel);
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
