// What the hardware does with page tables at each access, in software: walk, check rights, set accessed and
// dirty. Written from the processor's side; it shares only the format's constants with the pmap.
#pragma once

#include <machine/memory.h>

#include "kernel/vm/uvm_types.h"

namespace uvm::machine {

// Who makes an access: the kernel reaches what is not marked for users as well.
enum class mmu_mode : uint8_t { user, kernel };

// The physical address of an access to va, or false: that access faults. Write protection holds.
template <class Format>
bool software_mmu_walk(paddr_t root, vaddr_t va, vm_prot_t access, paddr_t* pa,
                       mmu_mode mode = mmu_mode::user) {
    using word = typename Format::word;
    constexpr uintptr_t index_mask = (uintptr_t{1} << Format::index_bits) - 1;
    word needed = Format::present;
    if (mode == mmu_mode::user)
        needed |= Format::user;
    if (has(access, vm_prot_t::write))
        needed |= Format::write;
    word* path[Format::levels];
    uintptr_t table = root.value;
    for (uint32_t level = Format::levels; level-- > 0;) {
        uintptr_t const index = (va.value >> (page_shift + level * Format::index_bits)) & index_mask;
        path[level] = static_cast<word*>(phys_to_ptr(paddr_t(table))) + index;
        word const entry = *path[level];
        if ((entry & needed) != needed)
            return false;
        if (has(access, vm_prot_t::execute) && (entry & Format::no_execute))
            return false;
        table = uintptr_t(entry & Format::frame_mask);
    }
    for (word* entry : path)
        *entry |= Format::accessed;
    if (has(access, vm_prot_t::write))
        *path[0] |= Format::dirty;
    *pa = paddr_t(table | (va.value & page_mask));
    return true;
}

} // namespace uvm::machine
