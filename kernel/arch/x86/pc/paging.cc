#include "kernel/arch/x86/pc/paging.h"

#include <algorithm>
#include <array>

#include <machine/cpu.h>
#include <machine/memory.h>
#include <machine/mmu.h>
#include <machine/pmap.h>
#include <machine/thread.h>

#include "kernel/arch/x86/page_table.h"
#include "kernel/base/kassert.h"

extern "C" {
extern char image_start[], text_end[], writable_start[];
}

namespace uvm {
constinit machine_window_t machine_window{machine::kernel_base, 0, 0};
}

namespace uvm::machine {

namespace {

using format = pmap_format;
using tables = x86::page_table<format>;
using word = format::word;

constexpr uint32_t entries = tables::entries;
constexpr uintptr_t page_bytes = 1u << page_shift, large_bytes = entries * page_bytes;
constexpr uint32_t image_tables = image_limit / large_bytes; // the linker script checks that the image fits
static_assert(direct_map_size <= uint64_t{entries} * large_bytes, "one directory holds the direct map");

struct alignas(page_bytes) table {
    word entry[entries];
};

// The tables of levels 2 and up (none on i386), the directory below them, and the tables of the image.
constinit std::array<table, format::levels - 2> upper{};
constinit table directory{};
constinit table image[image_tables]{};

// Level 1 is the directory, the next ones are in `upper`.
table& table_of_level(uint32_t level) { return level == 1 ? directory : upper[level - 2]; }

word image_rights(uintptr_t va) {
    if (va < reinterpret_cast<uintptr_t>(image_start) || va >= reinterpret_cast<uintptr_t>(writable_start))
        return format::write | format::no_execute;
    return va < reinterpret_cast<uintptr_t>(text_end) ? word{0} : format::no_execute;
}

word table_entry(const table& below) {
    return word(ptr_to_phys(&below).value) | format::present | format::write;
}

word& directory_entry(uintptr_t va) { return directory.entry[tables::index(vaddr_t(va), 1)]; }

void map_image() {
    for (uint32_t t = 0; t < image_tables; ++t) {
        for (uint32_t i = 0; i < entries; ++i) {
            uintptr_t const pa = t * large_bytes + i * page_bytes;
            image[t].entry[i] = word(pa) | format::present | image_rights(pa + kernel_base);
        }
        directory_entry(kernel_base + t * large_bytes) = table_entry(image[t]);
    }
}

void unmap_image_page(uintptr_t va) {
    image[(va - kernel_base) / large_bytes].entry[tables::index(vaddr_t(va), 0)] = 0;
}

constexpr const char* table_names[] = {"page table", "page directory", "page directory pointers",
                                       "level-4 table"};

} // namespace

paddr_t kernel_root() { return ptr_to_phys(&table_of_level(tables::top_level)); }
paddr_t mmu_kernel_root() { return kernel_root(); }

void paging_init(paddr_t memory_end) {
    kassert(memory_end.value <= direct_map_size, "paging: more memory than the direct map holds");
    for (uint32_t level = tables::top_level; level > 1; --level)
        table_of_level(level).entry[tables::index(vaddr_t(kernel_base), level)] =
            table_entry(table_of_level(level - 1));
    map_image();
    for (uintptr_t pa = image_tables * large_bytes; pa < memory_end.value; pa += large_bytes)
        directory_entry(pa + kernel_base) =
            word(pa) | format::present | format::write | format::no_execute | format::large;
    for (uint32_t number = 0; number < max_threads; ++number)
        unmap_image_page(reinterpret_cast<uintptr_t>(kernel_stack(number).data()) - page_bytes);
    machine_window.size = memory_end.value;
    running_context->root = kernel_root();
    load_root(kernel_root());
}

// A thread keeps its page tables when it is switched away, so they are noted beside being loaded.
void mmu_activate(paddr_t root) {
    interrupt_state const before = interrupts_disable();
    running_context->root = root;
    load_root(root);
    interrupts_restore(before);
}

paddr_t mmu_current_root() { return running_context->root; }

void mmu_flush_all() { load_root(loaded_root()); }

void mmu_init_top_table(void* top_table) {
    auto const& top = table_of_level(tables::top_level).entry;
    uint32_t const first = tables::index(vaddr_t(kernel_base), tables::top_level);
    std::copy(top + first, top + entries, static_cast<word*>(top_table) + first);
}

int page_walk(paddr_t root, uintptr_t address, machine_walk (&steps)[4]) {
    paddr_t at = tables::frame(word(root.value));
    int count = 0;
    for (uint32_t level = tables::top_level;; --level) {
        uint32_t const index = tables::index(vaddr_t(address), level);
        word const entry = tables::at(at)[index];
        steps[count++] = {table_names[level], index, entry, tables::is_present(entry),
                          (entry & format::write) != 0};
        if (level == 0 || !tables::is_table(entry))
            return count;
        at = tables::frame(entry);
    }
}

bool kernel_readable(uintptr_t address) {
    if (address < kernel_base || address > ~uintptr_t{0} - sizeof(uintptr_t))
        return false;
    for (uintptr_t at : {address, address + sizeof(uintptr_t) - 1}) {
        machine_walk steps[4];
        int const count = page_walk(kernel_root(), at, steps);
        if (!steps[count - 1].present)
            return false;
    }
    return true;
}

} // namespace uvm::machine
