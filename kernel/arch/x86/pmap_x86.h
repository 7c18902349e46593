// The pmap of x86, for either format of page tables. pmap.cc makes the one that the machine uses out of it.
//
// A managed mapping stands in two places: the leaf entry of its pmap, and the list of its page (pv entries),
// so that all mappings of a page can be found. An operation on a page crosses address spaces and one on a
// space crosses pages; with a lock for each there would be two orders, so one spin lock guards all page
// tables and lists.
//
// Page-table pages come from uvm_pagealloc without owner. md_entries of such a page counts its entries in
// use; at none the page is given back. Only the kernel's tables stay, because every address space shares
// them.
//
// Locks: the public functions take `lock`. Below it: the pools' and the free pages' locks.
#pragma once

#include <array>

#include <machine/mmu.h>

#include "kernel/arch/x86/page_table.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm::x86 {

template <class Format>
class pmap_ops {
public:
    using tables = page_table<Format>;
    using word = typename Format::word;

    static inline constinit spinlock lock{"page tables"};

    // The functions of uvm_pmap.h; their contracts are there.
    static pmap* create();
    static void reference(pmap& pm);
    static void destroy(pmap& pm);
    static pmap& kernel();
    static errno_t enter(pmap& pm, vaddr_t va, paddr_t pa, vm_prot_t prot, pmap_flag flags);
    static uint32_t enter_ahead(pmap& pm, vaddr_t start, vm_page* const* pages, uint32_t which,
                                vm_prot_t prot);
    static void remove(pmap& pm, va_range range);
    static void remove_all(pmap& pm);
    static void protect(pmap& pm, va_range range, vm_prot_t prot);
    static void page_protect(vm_page& page, vm_prot_t prot);
    static bool extract(pmap& pm, vaddr_t va, paddr_t* pa);
    static uint32_t mapped(pmap& pm, vaddr_t va, uint32_t count);
    static void unwire(pmap& pm, vaddr_t va);
    static bool clear_attribute(vm_page& page, pv_attribute which);
    static bool has_attribute(vm_page& page, pv_attribute which);
    static void grow_kernel(va_range range);
    static void kenter(vaddr_t va, paddr_t pa, vm_prot_t prot);
    static bool next_mapping(const pmap& pm, vaddr_t from, pmap_mapping* out);
    static void activate(pmap& pm);
    static void deactivate(pmap& pm);

private:
    static inline constinit pmap kernel_pmap;
    static inline constinit pmap* first_pmap = nullptr; // all user pmaps
    static inline constinit uint32_t last_id = 0;
    static inline constinit object_pool<pmap> pmaps{"pmap"};
    static inline constinit guarded_pool<pv_entry> pv_entries{"pv_entry"};

    static bool is_kernel(const pmap& pm) { return &pm == &kernel_pmap; }
    static void init_kernel() UVM_REQUIRES(lock);
    static vm_page* new_table();
    static void count_entries(vm_page* table, int change) {
        if (table) // one that the machine made at boot has no vm_page, is not counted, and stays
            table->mdpage.md_entries = uint16_t(table->mdpage.md_entries + change);
    }
    static bool in_last_leaf(const pmap& pm, vaddr_t va) {
        return va.value >> tables::shift(1) == pm.pm_leaf.covers;
    }
    static word* last_leaf_entry(const pmap& pm, vaddr_t va) {
        return &tables::at(pm.pm_leaf.table)[tables::index(va, 0)];
    }
    static void remember_leaf(pmap& pm, vaddr_t va, paddr_t table) {
        pm.pm_leaf = {va.value >> tables::shift(1), table, phys_to_vm_page(table)};
    }
    // The leaf entry over va, present or not. find: null where there is no leaf table; find_or_make: null
    // without memory for it. The table is the last one used then. The other two are their slow halves.
    static word* find(pmap& pm, vaddr_t va) {
        return in_last_leaf(pm, va) ? last_leaf_entry(pm, va) : find_from_root(pm, va);
    }
    static word* find_or_make(pmap& pm, vaddr_t va) {
        return in_last_leaf(pm, va) ? last_leaf_entry(pm, va) : make(pm, va);
    }
    [[gnu::noinline]] static word* find_from_root(pmap& pm, vaddr_t va);
    [[gnu::noinline]] static word* make(pmap& pm, vaddr_t va);
    static void share_kernel_entry(uint32_t index, word entry);
    [[gnu::cold]] static errno_t no_memory(pmap_flag flags);
    static uint32_t enter_in_leaf(pmap& pm, vaddr_t start, vm_page* const* pages, uint32_t which, word* leaf,
                                  word bits);
    [[gnu::cold, gnu::noinline]] static void give_back_if_empty(pmap& pm, vaddr_t va);
    // Which of `count` entries, at least one, are present.
    static uint32_t present_bits(const word* first, uint32_t count) {
        static_assert(Format::present == 1);
        uint32_t bits = 0;
        word const* at = first + count;
        do
            bits = bits * 2 + uint32_t(*--at & Format::present);
        while (at != first);
        return bits;
    }
    static uint32_t mapped_from_root(pmap& pm, vaddr_t va, uint32_t count, uint32_t in_table);
    static bool list_mapping(vm_page& page, pmap& pm, vaddr_t va);
    static void write_over(pmap& pm, vaddr_t va, word& slot, word entry);
    static errno_t enter_again(pmap& pm, vaddr_t va, word& slot, vm_page* page, word entry, pmap_flag flags);
    static errno_t replace(pmap& pm, vaddr_t va, word& slot, vm_page* page, word entry, pmap_flag flags);
    static void put(pmap& pm, vaddr_t va, word& slot, word entry);
    static void tell_entered(const pmap& pm, vaddr_t va, word entry);
    static pv_entry& leave_page(const pmap& pm, vaddr_t va, word old);
    static pv_entry* take_out(pmap& pm, vaddr_t va, word& slot);
    static void drop(pmap& pm, vaddr_t va, word& slot) {
        if (pv_entry* const pv = take_out(pm, va, slot))
            pv_entries.destroy(*pv);
    }
    static pv_entry& unlink_mapping(vm_page& page, const pmap& pm, vaddr_t va);
    static bool remove_in_leaf(pmap& pm, vaddr_t first, vaddr_t last);
    static void remove_mappings(pmap& pm, vaddr_t first, vaddr_t last) {
        if (!remove_in_leaf(pm, first, last))
            remove_between(pm, pm.pm_root, tables::top_level, first, last);
    }
    static void remove_between(pmap& pm, paddr_t table, uint32_t level, vaddr_t first, vaddr_t last);
    static void reduce(pmap& pm, vaddr_t va, word& slot, vm_prot_t prot);
    static void flush(const pmap& pm, vaddr_t va) {
        if (is_kernel(pm) || machine::mmu_current_root() == pm.pm_root)
            machine::mmu_flush_page(va);
    }
    // What an entry begins with: the access that caused it, and whether it counts as wired.
    static constexpr word flag_bits(pmap_flag flags) { return bits_of_flags[uint8_t(flags)]; }
    static constexpr std::array<word, 16> bits_of_flags = [] {
        std::array<word, 16> table{};
        for (uint8_t i = 0; i < table.size(); ++i) {
            pmap_flag const flags{i};
            table[i] = has(flags, pmap_flag::wired) ? Format::soft_wired : word{0};
            table[i] |=
                has(flags, pmap_flag::access_read | pmap_flag::access_write) ? Format::accessed : word{0};
            table[i] |= has(flags, pmap_flag::access_write) ? Format::dirty : word{0};
        }
        return table;
    }();
    static word attribute_bit(pv_attribute which) {
        return which == pv_attribute::modified ? Format::dirty : Format::accessed;
    }
};

// --- life
// ----------------------------------------------------------------------------------------------------------

// The kernel's pmap begins with the tables the machine booted on, or with an empty one of its own.
template <class Format>
void pmap_ops<Format>::init_kernel() {
    kernel_pmap.pm_root = machine::mmu_kernel_root();
    if (kernel_pmap.pm_root == paddr_t(0)) {
        vm_page* top = new_table();
        kassert(top != nullptr, "no memory for the kernel's page table");
        kernel_pmap.pm_root = top->phys_addr;
    }
    kernel_pmap.pm_refs = 1;
}

template <class Format>
pmap& pmap_ops<Format>::kernel() {
    if (kernel_pmap.pm_refs == 0) {
        spin_guard guard(lock);
        if (kernel_pmap.pm_refs == 0)
            init_kernel();
    }
    return kernel_pmap;
}

template <class Format>
pmap* pmap_ops<Format>::create() {
    kernel();
    pmap* pm = pmaps.create();
    vm_page* top = pm ? new_table() : nullptr;
    if (!top) {
        if (pm)
            pmaps.destroy(*pm);
        return nullptr;
    }
    spin_guard guard(lock);
    // All address spaces share the kernel's tables; nothing else is in its top table.
    __builtin_memcpy(tables::at(top->phys_addr), tables::at(kernel_pmap.pm_root), page_size);
    pm->pm_root = top->phys_addr;
    pm->pm_id = ++last_id;
    pm->pm_refs = 1;
    pm->pm_next = first_pmap;
    if (first_pmap)
        first_pmap->pm_prev = pm;
    first_pmap = pm;
    return pm;
}

template <class Format>
void pmap_ops<Format>::reference(pmap& pm) {
    spin_guard guard(lock);
    ++pm.pm_refs;
}

template <class Format>
void pmap_ops<Format>::destroy(pmap& pm) {
    {
        spin_guard guard(lock);
        kassert(pm.pm_refs > 0, "pmap destroyed more often than referenced");
        if (--pm.pm_refs != 0)
            return;
        kassert(pm.pm_resident == 0, "pmap destroyed with mappings left");
        kassert(pm.pm_tables == 0, "pmap destroyed with page tables left");
        (pm.pm_prev ? pm.pm_prev->pm_next : first_pmap) = pm.pm_next;
        if (pm.pm_next)
            pm.pm_next->pm_prev = pm.pm_prev;
        if (machine::mmu_current_root() == pm.pm_root)
            machine::mmu_activate(kernel_pmap.pm_root);
    }
    uvm_pagefree(*phys_to_vm_page(pm.pm_root));
    pmaps.destroy(pm);
}

// --- tables
// --------------------------------------------------------------------------------------------------------

// A zeroed page for a table, or null.
template <class Format>
vm_page* pmap_ops<Format>::new_table() {
    if (uvm_allocation_fails("page table"))
        return nullptr;
    vm_page* page = uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::zero);
    if (page)
        page->mdpage.md_entries = 0;
    return page;
}

template <class Format>
auto pmap_ops<Format>::find_from_root(pmap& pm, vaddr_t va) -> word* {
    word* const slot = tables::find(pm.pm_root, va);
    if (slot)
        remember_leaf(pm, va, paddr_t(machine::ptr_to_phys(slot).value & ~page_mask));
    return slot;
}

// Makes missing tables on the way down. Null without memory: nothing has changed then.
template <class Format>
auto pmap_ops<Format>::make(pmap& pm, vaddr_t va) -> word* {
    paddr_t table = pm.pm_root;
    for (uint32_t level = tables::top_level; level > 0; --level) {
        word& entry = tables::at(table)[tables::index(va, level)];
        if (!tables::is_present(entry)) {
            vm_page* page = new_table();
            if (!page) {
                remove_between(pm, pm.pm_root, tables::top_level, va, va); // gives empty tables back
                return nullptr;
            }
            word const user = is_kernel(pm) ? word{0} : Format::user;
            entry = word(page->phys_addr.value) | Format::present | Format::write | user;
            count_entries(phys_to_vm_page(table), +1);
            ++pm.pm_tables;
            if (is_kernel(pm) && level == tables::top_level)
                share_kernel_entry(tables::index(va, level), entry);
        }
        kassert(tables::is_table(entry), "pmap: a small mapping inside a large page");
        table = tables::frame(entry);
    }
    remember_leaf(pm, va, table);
    return last_leaf_entry(pm, va);
}

// A new table of the kernel appears in all address spaces.
template <class Format>
void pmap_ops<Format>::share_kernel_entry(uint32_t index, word entry) {
    for (pmap* pm = first_pmap; pm; pm = pm->pm_next)
        tables::at(pm->pm_root)[index] = entry;
}

// Removes the mappings in [first, last] if the last leaf table covers both, and keeps some others. False: it
// does not, or it is empty now and has to be given back, from the root.
template <class Format>
bool pmap_ops<Format>::remove_in_leaf(pmap& pm, vaddr_t first, vaddr_t last) {
    if (!in_last_leaf(pm, first) || !in_last_leaf(pm, last))
        return false;
    word* const table = tables::at(pm.pm_leaf.table);
    for (uint32_t i = tables::index(first, 0), end = tables::index(last, 0); i <= end; ++i) {
        if (!tables::is_present(table[i]))
            continue;
        vaddr_t const leaf_start{pm.pm_leaf.covers << tables::shift(1)};
        drop(pm, leaf_start + pages_to_bytes(i), table[i]);
        count_entries(pm.pm_leaf.page, -1);
    }
    return !pm.pm_leaf.page || pm.pm_leaf.page->mdpage.md_entries != 0;
}

// Removes the mappings in [first, last] below one table and gives the tables back that became empty.
template <class Format>
void pmap_ops<Format>::remove_between(pmap& pm, paddr_t table, uint32_t level, vaddr_t first, vaddr_t last) {
    word* const here = tables::at(table);
    for (vaddr_t va = first;;) {
        word& entry = here[tables::index(va, level)];
        vaddr_t const end = tables::last_covered(va, level);
        vaddr_t const stop = std::min(end, last);
        if (level == 0 && tables::is_present(entry)) {
            drop(pm, round_down(va, page_size), entry);
            count_entries(phys_to_vm_page(table), -1);
        } else if (level > 0 && tables::is_table(entry)) {
            paddr_t const below = tables::frame(entry);
            remove_between(pm, below, level - 1, va, stop);
            vm_page* page = phys_to_vm_page(below);
            if (page && page->mdpage.md_entries == 0 && !is_kernel(pm)) {
                entry = 0;
                if (pm.pm_leaf.page == page)
                    pm.pm_leaf = {};
                count_entries(phys_to_vm_page(table), -1);
                --pm.pm_tables;
                flush(pm, va); // the processor may remember the way to the table
                uvm_pagefree(*page);
            }
        }
        if (stop == last)
            return;
        va = end + vsize_t(1);
    }
}

} // namespace uvm::x86

#include "kernel/arch/x86/pmap_mappings.h" // IWYU pragma: export
