// The second half of pmap_x86.h, which includes it: mappings, attributes, switching.
#pragma once

#include "kernel/arch/x86/pmap_x86.h"

namespace uvm::x86 {

// --- mappings
// ------------------------------------------------------------------------------------------------------

// Takes one mapping out: attributes go to the page, counts are kept, the slot is cleared. Not the table's
// count. The result is what stood on the page's list, now the caller's; null for a mapping that is not
// managed.
template <class Format>
pv_entry* pmap_ops<Format>::take_out(pmap& pm, vaddr_t va, word& slot) {
    word const old = slot;
    slot = 0;
    flush(pm, va);
    --pm.pm_resident;
    if (old & Format::soft_wired)
        --pm.pm_wired;
    pv_entry* const pv = old & Format::soft_managed ? &leave_page(pm, va, old) : nullptr;
    uvm_probe(uvm_event::pmap_removed, uintptr_t(&pm), va.value);
    return pv;
}

// The page of a managed mapping loses it: keeps the attributes, takes it off the list.
template <class Format>
[[gnu::always_inline]] inline pv_entry& pmap_ops<Format>::leave_page(const pmap& pm, vaddr_t va, word old) {
    vm_page& page = *phys_to_vm_page(tables::frame(old));
    if (old & Format::accessed)
        page.mdpage.md_attributes |= pv_attribute::referenced;
    if (old & Format::dirty)
        page.mdpage.md_attributes |= pv_attribute::modified;
    return unlink_mapping(page, pm, va);
}

template <class Format>
pv_entry& pmap_ops<Format>::unlink_mapping(vm_page& page, const pmap& pm, vaddr_t va) {
    pv_entry** link = &page.mdpage.md_mappings;
    while (*link && !((*link)->pv_pmap == &pm && (*link)->pv_va == va))
        link = &(*link)->pv_next;
    kassert(*link != nullptr, "pmap: a managed mapping is not on its page's list");
    pv_entry* pv = *link;
    *link = pv->pv_next;
    return *pv;
}

// Puts a mapping on its page's list. False: no memory.
template <class Format>
[[gnu::always_inline]] inline bool pmap_ops<Format>::list_mapping(vm_page& page, pmap& pm, vaddr_t va) {
    void* const memory = pv_entries.take();
    if (!memory) [[unlikely]]
        return false;
    page.mdpage.md_mappings = new (memory) pv_entry{page.mdpage.md_mappings, &pm, va};
    return true;
}

template <class Format>
[[gnu::always_inline]] inline void pmap_ops<Format>::tell_entered(const pmap& pm, vaddr_t va, word entry) {
    if (uvm_probe_is_watched(uvm_event_class::pmap)) [[unlikely]] // or the rights would be made out first
        uvm_probe(uvm_event::pmap_entered, uintptr_t(&pm), va.value, tables::frame(entry).value,
                  uint32_t(tables::rights(entry)), entry & Format::soft_wired ? 1 : 0);
}

// Writes an entry of the last leaf table where there was none.
template <class Format>
[[gnu::always_inline]] inline void pmap_ops<Format>::put(pmap& pm, vaddr_t va, word& slot, word entry) {
    slot = entry;
    count_entries(pm.pm_leaf.page, +1);
    ++pm.pm_resident;
    if (entry & Format::soft_wired)
        ++pm.pm_wired;
    tell_entered(pm, va, entry);
}

// Writes an entry over what is there.
template <class Format>
[[gnu::always_inline]] inline void pmap_ops<Format>::write_over(pmap& pm, vaddr_t va, word& slot,
                                                                word entry) {
    if ((slot ^ entry) & Format::soft_wired) [[unlikely]]
        pm.pm_wired += entry & Format::soft_wired ? 1 : -1;
    slot = entry;
    flush(pm, va);
}

// Enters another frame where one is entered. Where a managed mapping is replaced, its pv entry serves the new
// one, which then cannot fail.
template <class Format>
[[gnu::always_inline]] inline errno_t pmap_ops<Format>::replace(pmap& pm, vaddr_t va, word& slot,
                                                                vm_page* page, word entry, pmap_flag flags) {
    word const old = slot;
    if (page && !(old & Format::soft_managed) && !list_mapping(*page, pm, va)) [[unlikely]]
        return no_memory(flags);
    write_over(pm, va, slot, entry);
    if (old & Format::soft_managed) [[likely]] {
        pv_entry& pv = leave_page(pm, va, old);
        if (page)
            page->mdpage.md_mappings = new (&pv) pv_entry{page->mdpage.md_mappings, &pm, va};
        else
            pv_entries.destroy(pv);
    }
    uvm_probe(uvm_event::pmap_removed, uintptr_t(&pm), va.value);
    tell_entered(pm, va, entry);
    return errno_t::ok;
}

// Enters the frame that is entered already, with other rights perhaps.
template <class Format>
[[gnu::noinline]] errno_t pmap_ops<Format>::enter_again(pmap& pm, vaddr_t va, word& slot, vm_page* page,
                                                        word entry, pmap_flag flags) {
    if (page && !(slot & Format::soft_managed) && !list_mapping(*page, pm, va))
        return no_memory(flags);
    write_over(pm, va, slot, entry | (slot & (Format::accessed | Format::dirty)));
    tell_entered(pm, va, slot);
    return errno_t::ok;
}

// What enter says without memory.
template <class Format>
errno_t pmap_ops<Format>::no_memory(pmap_flag flags) {
    kassert(has(flags, pmap_flag::canfail), "pmap_enter: no memory for the page tables");
    return errno_t::enomem;
}

template <class Format>
errno_t pmap_ops<Format>::enter(pmap& pm, vaddr_t va, paddr_t pa, vm_prot_t prot, pmap_flag flags) {
    kassert(is_aligned(va.value | pa.value, page_size), "pmap_enter: not page aligned");
    kassert(prot != vm_prot_t::none, "pmap_enter: no protection");
    kassert(is_kernel(pm) || va <= tables::last_user, "pmap_enter: not a user address");
    kassert(!has(flags, pmap_flag::access_write) || has(prot, vm_prot_t::write),
            "pmap_enter: access without right");
    vm_page* const page = phys_to_vm_page(pa);
    word entry = word(pa.value) | Format::present | tables::rights_bits(prot) | flag_bits(flags);
    if (!is_kernel(pm))
        entry |= Format::user;
    if (page)
        entry |= Format::soft_managed;
    spin_guard guard(lock);
    // find_or_make, but with no look at what it returns where the table is known: that costs two
    // instructions.
    word* slot = last_leaf_entry(pm, va);
    if (!in_last_leaf(pm, va)) [[unlikely]] {
        slot = make(pm, va);
        if (!slot)
            return no_memory(flags);
    }
    if (tables::is_present(*slot))
        return tables::frame(*slot) == pa ? enter_again(pm, va, *slot, page, entry, flags)
                                          : replace(pm, va, *slot, page, entry, flags);
    if (page && !list_mapping(*page, pm, va)) [[unlikely]] {
        remove_between(pm, pm.pm_root, tables::top_level, va, va); // gives empty tables back
        return no_memory(flags);
    }
    put(pm, va, *slot, entry);
    return errno_t::ok;
}

template <class Format>
uint32_t pmap_ops<Format>::enter_ahead(pmap& pm, vaddr_t start, vm_page* const* pages, uint32_t which,
                                       vm_prot_t prot) {
    if (which == 0)
        return 0;
    kassert(is_aligned(start.value, page_size) && prot != vm_prot_t::none, "pmap_enter_ahead: bad arguments");
    vaddr_t const last = start + pages_to_bytes(31 - uint32_t(__builtin_clz(which)));
    kassert(is_kernel(pm) || last <= tables::last_user, "pmap_enter_ahead: not user addresses");
    uint32_t const in_table = tables::entries - tables::index(start, 0);
    if (in_table < 32 && which >> in_table) [[unlikely]] { // those in the next table by themselves
        uint32_t const here = which & ((uint32_t{1} << in_table) - 1);
        return enter_ahead(pm, start, pages, here, prot) |
               enter_ahead(pm, start + pages_to_bytes(in_table), pages + in_table, which >> in_table, prot)
                   << in_table;
    }
    word const bits = Format::present | Format::soft_managed | tables::rights_bits(prot) |
                      (is_kernel(pm) ? word{0} : Format::user);
    spin_guard guard(lock);
    word* const leaf = find_or_make(pm, start);
    return leaf ? enter_in_leaf(pm, start, pages, which, leaf, bits) : 0;
}

// enter_ahead from an entry of a leaf table on, which covers all the pages; they have the same bits in their
// entries.
template <class Format>
[[gnu::always_inline]] inline uint32_t pmap_ops<Format>::enter_in_leaf(pmap& pm, vaddr_t start,
                                                                       vm_page* const* pages, uint32_t which,
                                                                       word* leaf, word bits) {
    uint32_t entered = which;
    uint32_t count = 0;
    for (uint32_t rest = which; rest; rest &= rest - 1) {
        size_t const i = size_t(__builtin_ctz(rest));
        vaddr_t const va = start + pages_to_bytes(i);
        vm_page& page = *pages[i];
        if (tables::is_present(leaf[i]) || !list_mapping(page, pm, va)) [[unlikely]] {
            entered &= ~(uint32_t{1} << i);
            continue;
        }
        leaf[i] = word(page.phys_addr.value) | bits;
        tell_entered(pm, va, leaf[i]);
        ++count;
    }
    count_entries(pm.pm_leaf.page, int(count));
    pm.pm_resident += count;
    if (count == 0) [[unlikely]]
        give_back_if_empty(pm, start);
    return entered;
}

// Where find_or_make has made the last leaf table for nothing, it is given back. One with mappings is not
// touched: at `va` may be one of them.
template <class Format>
void pmap_ops<Format>::give_back_if_empty(pmap& pm, vaddr_t va) {
    if (pm.pm_leaf.page && pm.pm_leaf.page->mdpage.md_entries == 0)
        remove_between(pm, pm.pm_root, tables::top_level, va, va);
}

template <class Format>
void pmap_ops<Format>::grow_kernel(va_range range) {
    pmap& pm = kernel();
    spin_guard guard(lock);
    for (vaddr_t va = range.start; va < range.end; va = tables::last_covered(va, 1) + vsize_t(1)) {
        word const* const slot = find_or_make(pm, va);
        kassert(slot != nullptr, "pmap_growkernel: no memory for the page tables");
    }
}

template <class Format>
void pmap_ops<Format>::kenter(vaddr_t va, paddr_t pa, vm_prot_t prot) {
    pmap& pm = kernel();
    spin_guard guard(lock);
    word* const slot = find_or_make(pm, va);
    kassert(slot != nullptr, "pmap_kenter_pa: no memory for the page tables");
    kassert(!(*slot & Format::soft_managed), "pmap_kenter_pa: over a managed mapping");
    word const entry = word(pa.value) | Format::present | tables::rights_bits(prot) | Format::soft_wired;
    if (tables::is_present(*slot)) {
        write_over(pm, va, *slot, entry);
        tell_entered(pm, va, entry);
    } else {
        put(pm, va, *slot, entry);
    }
}

template <class Format>
void pmap_ops<Format>::remove(pmap& pm, va_range range) {
    if (range.empty())
        return;
    kassert(is_kernel(pm) || range.end.value - 1 <= tables::last_user.value,
            "pmap_remove: not a user address");
    spin_guard guard(lock);
    if (pm.pm_resident != 0) // memory that was never touched
        remove_mappings(pm, range.start, range.end - vsize_t(1));
}

template <class Format>
void pmap_ops<Format>::remove_all(pmap& pm) {
    kassert(!is_kernel(pm), "pmap_remove_all: the kernel's");
    spin_guard guard(lock);
    remove_between(pm, pm.pm_root, tables::top_level, vaddr_t(0), tables::last_user);
}

// Takes the rights away that are not in `prot`.
template <class Format>
void pmap_ops<Format>::reduce(pmap& pm, vaddr_t va, word& slot, vm_prot_t prot) {
    word const old = slot;
    vm_prot_t const after = (tables::rights(old) & prot) | vm_prot_t::read;
    word const reduced = (old & ~tables::all_rights_bits) | tables::rights_bits(after);
    if (reduced == old)
        return;
    slot = reduced;
    if (uvm_probe_is_watched(uvm_event_class::pmap)) [[unlikely]]
        uvm_probe(uvm_event::pmap_protected, uintptr_t(&pm), va.value, uint32_t(tables::rights(old)),
                  uint32_t(tables::rights(reduced)));
    flush(pm, va);
}

template <class Format>
void pmap_ops<Format>::protect(pmap& pm, va_range range, vm_prot_t prot) {
    if (prot == vm_prot_t::none) {
        remove(pm, range);
        return;
    }
    if (range.empty())
        return;
    spin_guard guard(lock);
    tables::visit(pm.pm_root, range.start, range.end - vsize_t(1), [&](vaddr_t va, word& slot) {
        reduce(pm, va, slot, prot);
        return true;
    });
}

template <class Format>
void pmap_ops<Format>::page_protect(vm_page& page, vm_prot_t prot) {
    spin_guard guard(lock);
    if (prot == vm_prot_t::none) {
        while (pv_entry* pv = page.mdpage.md_mappings)
            remove_mappings(*pv->pv_pmap, pv->pv_va, pv->pv_va);
        return;
    }
    for (pv_entry* pv = page.mdpage.md_mappings; pv; pv = pv->pv_next)
        reduce(*pv->pv_pmap, pv->pv_va, *find(*pv->pv_pmap, pv->pv_va), prot);
}

template <class Format>
bool pmap_ops<Format>::extract(pmap& pm, vaddr_t va, paddr_t* pa) {
    spin_guard guard(lock);
    return tables::translate(pm.pm_root, va, pa);
}

template <class Format>
uint32_t pmap_ops<Format>::mapped(pmap& pm, vaddr_t va, uint32_t count) {
    kassert(0 < count && count <= 32 && is_aligned(va.value, page_size), "pmap_mapped: not 32 whole pages");
    uint32_t const in_table = tables::entries - tables::index(va, 0);
    spin_guard guard(lock);
    if (count <= in_table && in_last_leaf(pm, va)) [[likely]]
        return present_bits(last_leaf_entry(pm, va), count);
    return mapped_from_root(pm, va, count, in_table);
}

// The slow half of mapped: `in_table` of the pages, or all, lie in the first table.
template <class Format>
[[gnu::noinline]] uint32_t pmap_ops<Format>::mapped_from_root(pmap& pm, vaddr_t va, uint32_t count,
                                                              uint32_t in_table) {
    if (count > in_table)
        return mapped_from_root(pm, va, in_table, in_table) |
               mapped_from_root(pm, va + pages_to_bytes(in_table), count - in_table, tables::entries)
                   << in_table;
    if (word const* const slot = find(pm, va))
        return present_bits(slot, count);
    paddr_t pa; // there is nothing, or a large page over all of them
    return tables::translate(pm.pm_root, va, &pa) ? ~uint32_t{0} >> (32 - count) : 0;
}

template <class Format>
void pmap_ops<Format>::unwire(pmap& pm, vaddr_t va) {
    spin_guard guard(lock);
    word* slot = find(pm, va);
    if (slot && (*slot & Format::soft_wired)) {
        *slot &= ~Format::soft_wired;
        --pm.pm_wired;
    }
}

// --- attributes
// ----------------------------------------------------------------------------------------------------

template <class Format>
bool pmap_ops<Format>::has_attribute(vm_page& page, pv_attribute which) {
    spin_guard guard(lock);
    if (has(page.mdpage.md_attributes, which))
        return true;
    for (pv_entry* pv = page.mdpage.md_mappings; pv; pv = pv->pv_next)
        if (*find(*pv->pv_pmap, pv->pv_va) & attribute_bit(which))
            return true;
    return false;
}

template <class Format>
bool pmap_ops<Format>::clear_attribute(vm_page& page, pv_attribute which) {
    spin_guard guard(lock);
    bool before = has(page.mdpage.md_attributes, which);
    page.mdpage.md_attributes = without(page.mdpage.md_attributes, which);
    for (pv_entry* pv = page.mdpage.md_mappings; pv; pv = pv->pv_next) {
        word& slot = *find(*pv->pv_pmap, pv->pv_va);
        if (!(slot & attribute_bit(which)))
            continue;
        before = true;
        slot &= ~attribute_bit(which);
        flush(*pv->pv_pmap, pv->pv_va); // or the processor would not set it again
    }
    return before;
}

// --- looking and switching
// -----------------------------------------------------------------------------------------

template <class Format>
bool pmap_ops<Format>::next_mapping(const pmap& pm, vaddr_t from, pmap_mapping* out) {
    if (from > tables::last_user)
        return false;
    spin_guard guard(lock);
    return !tables::visit(pm.pm_root, from, tables::last_user, [&](vaddr_t va, word& slot) {
        *out = {va, tables::frame(slot), tables::rights(slot), (slot & Format::soft_wired) != 0};
        return false;
    });
}

template <class Format>
void pmap_ops<Format>::activate(pmap& pm) {
    spin_guard guard(lock);
    if (machine::mmu_current_root() != pm.pm_root)
        machine::mmu_activate(pm.pm_root);
}

template <class Format>
void pmap_ops<Format>::deactivate(pmap& pm) {
    spin_guard guard(lock);
    if (machine::mmu_current_root() == pm.pm_root)
        machine::mmu_activate(kernel_pmap.pm_root);
}

} // namespace uvm::x86
