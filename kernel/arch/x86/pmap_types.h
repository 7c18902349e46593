// What the x86 pmap keeps for an address space and for a page.
//
// Field tags: [p] the lock of all page tables (pmap_x86.h says why there is one), [I] set once.
#pragma once

#include "kernel/base/address.h"
#include "kernel/base/enum_flags.h"

namespace uvm {

struct vm_page;

// The leaf table that a pmap used last: neighbours nearly always lie in it, so the way down from the root is
// gone once for many of them instead of for each.
struct pmap_last_leaf {
    uintptr_t covers{~uintptr_t{0}}; // [p] what is above a leaf table's share of an address; all ones: none
    paddr_t table;                   // [p]
    vm_page* page{};                 // [p] of the table; null for one that the machine made at boot
};

struct pmap {
    paddr_t pm_root;        // [I] the top table
    uint32_t pm_id{};       // [I] serial number, never used again; 0 is the kernel's
    uint32_t pm_refs{};     // [p]
    uint32_t pm_resident{}; // [p] pages entered
    uint32_t pm_wired{};    // [p] of these, entered wired
    uint32_t pm_tables{};   // [p] page-table pages below the top table
    pmap_last_leaf pm_leaf; // [p]
    pmap* pm_prev{};        // [p] all user pmaps
    pmap* pm_next{};        // [p]
};

// One managed mapping of a page.
struct pv_entry {
    pv_entry* pv_next{}; // [p]
    pmap* pv_pmap{};     // [p]
    vaddr_t pv_va;       // [p]
};

enum class pv_attribute : uint8_t { none = 0, referenced = 1, modified = 2 };
template <>
inline constexpr bool is_flag_enum<pv_attribute> = true;

// The pmap's part of a vm_page.
struct vm_page_md {
    pv_entry* md_mappings{};                        // [p] newest first
    pv_attribute md_attributes{pv_attribute::none}; // [p] what removed mappings left behind
    uint16_t md_entries{};                          // [p] a page that is a page table: entries in use
};

} // namespace uvm
