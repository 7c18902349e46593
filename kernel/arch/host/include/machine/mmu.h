// The memory management unit as the pmap drives it. The host's has no translation cache, so nothing needs to
// be done; a test may watch the calls.
#pragma once

#include "kernel/base/address.h"

namespace uvm::machine {

enum class mmu_call : uint8_t { activate, flush_page, flush_all };
// Called with each call below and its address (0 for flush_all), unless null.
extern void (*mmu_observer)(mmu_call call, uintptr_t address);

// Makes the tables below `root` the current ones; forgets all cached translations.
void mmu_activate(paddr_t root);
// The tables that the processor walks now.
inline paddr_t host_mmu_root;
inline paddr_t mmu_current_root() { return host_mmu_root; }
// Forgets cached translations of one page / of all, kernel's included.
void mmu_flush_page(vaddr_t va);
void mmu_flush_all();
// The kernel's top table as booted, to be shared by all address spaces; 0 when the machine has none.
inline paddr_t mmu_kernel_root() { return paddr_t(0); }

} // namespace uvm::machine
