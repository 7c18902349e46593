#include "kernel/arch/i386/paging.h"

#include <algorithm>

#include <machine/cpu.h>
#include <machine/memory.h>
#include <machine/mmu.h>
#include <machine/thread.h>

#include "kernel/base/kassert.h"

extern "C" {
extern char writable_start[], image_start[];
}

namespace uvm {
constinit machine_window_t machine_window{machine::kernel_base, 0, 0};
}

namespace uvm::machine {

namespace {

constexpr uint32_t present = 1, writable = 2, large = 0x80;
constexpr uint32_t entries = 1024, page_bytes = 4096, large_bytes = entries * page_bytes;
constexpr uint32_t image_tables = 2; // the linker script checks that the image fits

alignas(page_bytes) constinit uint32_t directory[entries]{};
alignas(page_bytes) constinit uint32_t tables[image_tables][entries]{};

uint32_t directory_index(uintptr_t address) { return uint32_t(address / large_bytes); }
uint32_t table_index(uintptr_t address) { return uint32_t(address / page_bytes % entries); }

void unmap_image_page(uintptr_t address) {
    uintptr_t const offset = address - kernel_base;
    tables[offset / large_bytes][table_index(address)] = 0;
}

} // namespace

paddr_t kernel_root() { return ptr_to_phys(directory); }
paddr_t mmu_kernel_root() { return kernel_root(); }

void paging_init(paddr_t memory_end) {
    kassert(memory_end.value <= direct_map_size, "paging: more memory than the direct map holds");
    uint32_t const first = directory_index(kernel_base);
    for (uint32_t t = 0; t < image_tables; ++t) {
        for (uint32_t i = 0; i < entries; ++i) {
            uintptr_t const pa = uintptr_t(t) * large_bytes + i * page_bytes;
            uintptr_t const va = pa + kernel_base;
            bool const constant = va >= reinterpret_cast<uintptr_t>(image_start) &&
                                  va < reinterpret_cast<uintptr_t>(writable_start);
            tables[t][i] = uint32_t(pa) | present | (constant ? 0 : writable);
        }
        directory[first + t] = uint32_t(ptr_to_phys(tables[t]).value) | present | writable;
    }
    for (uintptr_t pa = image_tables * large_bytes; pa < memory_end.value; pa += large_bytes)
        directory[directory_index(pa + kernel_base)] = uint32_t(pa) | present | writable | large;
    for (uint32_t number = 0; number < max_threads; ++number)
        unmap_image_page(reinterpret_cast<uintptr_t>(kernel_stack(number).data()) - page_bytes);
    machine_window.size = memory_end.value;
    running_context->root = kernel_root();
    load_root(kernel_root());
}

// A thread keeps its page directory when it is switched away, so it is noted beside being loaded.
void mmu_activate(paddr_t root) {
    interrupt_state const before = interrupts_disable();
    running_context->root = root;
    load_root(root);
    interrupts_restore(before);
}

paddr_t mmu_current_root() { return running_context->root; }

void mmu_flush_all() { load_root(loaded_root()); }

void mmu_init_top_table(void* top_table) {
    uint32_t const first = directory_index(kernel_base);
    std::copy(directory + first, directory + entries, static_cast<uint32_t*>(top_table) + first);
}

int page_walk(paddr_t root, uintptr_t address, walk_step (&steps)[2]) {
    auto const* top =
        static_cast<const uint32_t*>(phys_to_ptr(paddr_t(root.value & ~uintptr_t{page_bytes - 1})));
    uint32_t const i = directory_index(address);
    steps[0] = {"page directory", i, top[i]};
    if (!(top[i] & present) || (top[i] & large))
        return 1;
    auto const* table = static_cast<const uint32_t*>(phys_to_ptr(paddr_t(top[i] & ~(page_bytes - 1))));
    uint32_t const j = table_index(address);
    steps[1] = {"page table", j, table[j]};
    return 2;
}

bool kernel_readable(uintptr_t address) {
    if (address < kernel_base || address > ~uintptr_t{0} - sizeof(uintptr_t))
        return false;
    for (uintptr_t at : {address, address + sizeof(uintptr_t) - 1}) {
        walk_step steps[2];
        int const count = page_walk(kernel_root(), at, steps);
        if (!(steps[count - 1].entry & present))
            return false;
    }
    return true;
}

} // namespace uvm::machine
