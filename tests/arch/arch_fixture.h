// What the tests of the page tables share.
#pragma once

#include <cstring>

#include "kernel/arch/host/host.h"
#include "kernel/vm/uvm_page.h"

namespace uvm::test {

inline constexpr vm_prot_t prot_r = vm_prot_t::read;
inline constexpr vm_prot_t prot_rw = vm_prot_t::read | vm_prot_t::write;
inline constexpr vm_prot_t prot_rx = vm_prot_t::read | vm_prot_t::execute;

inline vm_page& take_page() {
    vm_page* page = uvm_pagealloc(nullptr, voff_t(0), nullptr, pagealloc_flag::zero);
    kassert(page != nullptr, "test: no page");
    return *page;
}

// The number of mappings on a page's list.
inline uint32_t mapping_count(const vm_page& page) {
    uint32_t count = 0;
    for (pv_entry const* pv = page.mdpage.md_mappings; pv; pv = pv->pv_next)
        ++count;
    return count;
}

} // namespace uvm::test
