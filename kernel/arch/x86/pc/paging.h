// The kernel's own page tables: the direct map, and the image with its rights.
#pragma once

#include <cstdint>

#include "kernel/base/address.h"
#include "kernel/core/machine_calls.h"

namespace uvm::machine {

// Builds the tables for this much memory and switches to them: code read-only, data writable and, where the
// processor can, not executable; nothing at the pages below the stacks, nothing below kernel_base.
void paging_init(paddr_t memory_end);
// Physical address of the top table.
paddr_t kernel_root();

// Walks the tables at `root` as the processor does; returns the number of steps, at least 1.
int page_walk(paddr_t root, uintptr_t address, machine_walk (&steps)[4]);

inline uintptr_t fault_address() {
    uintptr_t address;
    asm volatile("mov %%cr2, %0" : "=r"(address));
    return address;
}
inline void load_root(paddr_t root) { asm volatile("mov %0, %%cr3" : : "r"(root.value) : "memory"); }
inline paddr_t loaded_root() {
    uintptr_t root;
    asm volatile("mov %%cr3, %0" : "=r"(root));
    return paddr_t(root);
}

} // namespace uvm::machine
