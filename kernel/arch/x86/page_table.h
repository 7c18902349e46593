// Page tables of x86, for either format, seen through the machine's window on physical memory.
//
// A table is one page of entries. Level 0 holds the mappings; each entry of level n > 0 leads to a table of
// level n - 1. Four-level example: va 0x40201000 = indices 0, 1, 1, 1:
//
//     root (level 3)    level 2        level 1        level 0
//     [0] ───────────▶  [1] ────────▶  [1] ────────▶  [1] = frame | bits        one leaf table spans 2 MiB
//
// Rights live in the leaf; upper entries allow everything. Nothing here counts, locks or flushes: pmap_x86.h
// does.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>

#include <machine/memory.h>

#include "kernel/arch/x86/page_format.h"
#include "kernel/vm/uvm_types.h"

namespace uvm::x86 {

template <class Format>
struct page_table {
    using word = typename Format::word;
    static constexpr uint32_t entries = 1u << Format::index_bits;
    static constexpr uint32_t top_level = Format::levels - 1;
    static_assert(sizeof(word) * entries == page_size);
    // The last user address of this format on this machine.
    static constexpr vaddr_t last_user{
        uintptr_t(std::min<uint64_t>(machine::user_max, Format::user_end) - 1)};

    static constexpr uint32_t shift(uint32_t level) {
        return machine::page_shift + level * Format::index_bits;
    }
    static constexpr uint32_t index(vaddr_t va, uint32_t level) {
        return uint32_t(va.value >> shift(level)) & (entries - 1);
    }
    // The last address that the entry over `va` at this level covers.
    static constexpr vaddr_t last_covered(vaddr_t va, uint32_t level) {
        return vaddr_t(va.value | ((uintptr_t{1} << shift(level)) - 1));
    }

    static word* at(paddr_t table) { return static_cast<word*>(machine::phys_to_ptr(table)); }
    static constexpr paddr_t frame(word entry) { return paddr_t(uintptr_t(entry & Format::frame_mask)); }
    static constexpr bool is_present(word entry) { return (entry & Format::present) != 0; }
    // True when a table of the next lower level hangs below this entry of an upper level.
    static constexpr bool is_table(word entry) {
        return (entry & (Format::present | Format::large)) == Format::present;
    }

    // The bits of a leaf that stand for rights, and back. A present page is always readable.
    static constexpr word rights_bits(vm_prot_t prot) { return bits_of_rights[uint8_t(prot)]; }
    static constexpr word all_rights_bits = Format::write | Format::soft_execute | Format::no_execute;
    static constexpr vm_prot_t rights(word entry) {
        vm_prot_t prot = vm_prot_t::read;
        if (entry & Format::write)
            prot |= vm_prot_t::write;
        if (entry & Format::soft_execute)
            prot |= vm_prot_t::execute;
        return prot;
    }

    // The leaf entry over va, present or not; null where there is no leaf table.
    static word* find(paddr_t root, vaddr_t va) {
        paddr_t table = root;
        for (uint32_t level = top_level; level > 0; --level) {
            word const entry = at(table)[index(va, level)];
            if (!is_table(entry))
                return nullptr;
            table = frame(entry);
        }
        return &at(table)[index(va, 0)];
    }

    // Where va leads, large pages included.
    static bool translate(paddr_t root, vaddr_t va, paddr_t* pa) {
        paddr_t table = root;
        for (uint32_t level = top_level;; --level) {
            word const entry = at(table)[index(va, level)];
            if (!is_present(entry))
                return false;
            if (level == 0 || !is_table(entry)) {
                uintptr_t const inside = (uintptr_t{1} << shift(level)) - 1;
                *pa = paddr_t((frame(entry).value & ~inside) | (va.value & inside));
                return true;
            }
            table = frame(entry);
        }
    }

    // Calls f(va, entry) for each present leaf entry in [first, last], ascending, until f says false. f may
    // change the entry it is given, no other. False when f ended it. Cost: O(tables + entries looked at).
    template <std::predicate<vaddr_t, word&> F>
    static bool visit(paddr_t root, vaddr_t first, vaddr_t last, F&& f) {
        return visit_table(root, top_level, first, last, f);
    }

private:
    // By protection: a table, where to ask for each right took four times the instructions.
    static constexpr std::array<word, uint8_t(vm_prot_t::all) + 1> bits_of_rights = [] {
        std::array<word, uint8_t(vm_prot_t::all) + 1> table{};
        for (uint8_t i = 0; i < table.size(); ++i) {
            vm_prot_t const prot{i};
            table[i] = has(prot, vm_prot_t::write) ? Format::write : word{0};
            table[i] |= has(prot, vm_prot_t::execute) ? Format::soft_execute : Format::no_execute;
        }
        return table;
    }();

    template <class F>
    static bool visit_table(paddr_t table, uint32_t level, vaddr_t first, vaddr_t last, F& f) {
        word* const here = at(table);
        for (vaddr_t va = first;;) {
            word& entry = here[index(va, level)];
            vaddr_t const end = last_covered(va, level);
            vaddr_t const stop = end < last ? end : last;
            if (level == 0) {
                if (is_present(entry) && !f(round_down(va, page_size), entry))
                    return false;
            } else if (is_table(entry) && !visit_table(frame(entry), level - 1, va, stop, f)) {
                return false;
            }
            if (stop == last)
                return true;
            va = end + vsize_t(1);
        }
    }
};

} // namespace uvm::x86
