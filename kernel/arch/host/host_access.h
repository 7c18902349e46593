// Loads and stores of the host, by the software MMU, with the faults that come of them.
#pragma once

#include <cstddef>

#include "kernel/arch/host/software_mmu.h"
#include "kernel/base/result.h"

namespace uvm {
struct vm_map;
}

namespace uvm::machine {

// Bytes within one page, through the page tables of the map's pmap; `access` says which way they go. Where an
// access faults, the map's fault routine is called. Fails: with its error.
[[nodiscard]] errno_t host_access_page(vm_map& map, vaddr_t va, std::byte* memory, size_t bytes,
                                       vm_prot_t access, mmu_mode mode);

} // namespace uvm::machine
