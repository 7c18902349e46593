// The kernel's own page directory: the direct map, and the image with its rights.
#pragma once

#include <cstdint>

#include "kernel/base/address.h"

namespace uvm::machine {

// Builds the directory for this much memory and switches to it: code read-only, data writable, nothing at the
// pages below the stacks, nothing below kernel_base. Every entry of the kernel's part that will ever be used
// is there afterwards, so that all page directories can share them by copying.
void paging_init(paddr_t memory_end);
// Physical address of that directory.
paddr_t kernel_root();

// One step of a page walk.
struct walk_step {
    const char* table;
    uint32_t index;
    uint32_t entry;
    [[nodiscard]] bool present() const { return (entry & 1) != 0; }
    [[nodiscard]] bool writable() const { return (entry & 2) != 0; }
};
// Walks the tables at `root` as the processor does; returns the number of steps, 1 or 2.
int page_walk(paddr_t root, uintptr_t address, walk_step (&steps)[2]);

inline uintptr_t fault_address() {
    uintptr_t address;
    asm volatile("movl %%cr2, %0" : "=r"(address));
    return address;
}
inline void load_root(paddr_t root) { asm volatile("movl %0, %%cr3" : : "r"(root.value) : "memory"); }
inline paddr_t loaded_root() {
    uintptr_t root;
    asm volatile("movl %%cr3, %0" : "=r"(root));
    return paddr_t(root);
}

} // namespace uvm::machine
