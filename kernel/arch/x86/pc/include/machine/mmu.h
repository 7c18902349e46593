// The memory management unit as the pmap drives it.
#pragma once

#include "kernel/base/address.h"

namespace uvm::machine {

// Makes the tables below `root` this thread's; forgets all cached translations.
void mmu_activate(paddr_t root);
// The tables that this thread runs on.
paddr_t mmu_current_root();
// Forgets the cached translation of one page / of all, kernel's included.
inline void mmu_flush_page(vaddr_t va) { asm volatile("invlpg (%0)" : : "r"(va.value) : "memory"); }
void mmu_flush_all();
// Puts the kernel's part, which all address spaces share, into a new, zeroed top table.
void mmu_init_top_table(void* top_table);
// The kernel's own top table.
paddr_t mmu_kernel_root();

} // namespace uvm::machine
