// The machine-independent contract of the pmap: the page tables of one address space.
//
// A pmap holds hardware mappings only: it may forget any unwired one, and UVM enters it again at the next
// fault. `struct pmap` and `struct vm_page_md` come from <machine/pmap.h>; nothing here knows their fields.
// Managed mappings (pmap_enter of a page that has a vm_page) are listed per page, so that pmap_page_protect
// finds all of them. After a remove or protect and the following pmap_update, no processor uses the old
// right.
//
// Locks: all take the pmap's own lock; none sleeps, but for pmap_create and pmap_enter (page-table pages).
#pragma once

#include "kernel/vm/uvm_types.h"

#include <machine/pmap.h>

namespace uvm {

struct vm_page;
struct vmspace;

// wired: the mapping counts as wired. canfail: ENOMEM instead of a panic when no page-table page can be had.
// The access_ bits say which access caused the call: they preset referenced and modified.
enum class pmap_flag : uint8_t { none = 0, wired = 1, canfail = 2, access_read = 4, access_write = 8 };
template <>
inline constexpr bool is_flag_enum<pmap_flag> = true;

// A new, empty pmap with one reference, or null without memory. / One more reference. / One less: the last
// one frees the page tables; no mapping may be left then.
pmap* pmap_create();
void pmap_reference(pmap& pm);
void pmap_destroy(pmap& pm);
// The kernel's own pmap.
pmap& pmap_kernel();

// Enters va → pa with `prot` (never none; a present page is always readable), replacing what was there.
// Fails: ENOMEM, only with canfail.
[[nodiscard]] errno_t pmap_enter(pmap& pm, vaddr_t va, paddr_t pa, vm_prot_t prot, pmap_flag flags);
// Enters several neighbours of a page at once, for fault-ahead: pages[i] at start + i pages for each bit i of
// `which`, read-only or as `prot` says, not wired, not yet referenced. What is mapped stays as it is, and
// what there is no memory for is left out. The result: bits of those entered. Cost: what pmap_enter does once
// for each page (lock, way to the table, checks) is done once: 100 instructions a page less.
[[nodiscard]] uint32_t pmap_enter_ahead(pmap& pm, vaddr_t start, vm_page* const* pages, uint32_t which,
                                        vm_prot_t prot);
// Removes every mapping in the range.
void pmap_remove(pmap& pm, va_range range);
// Removes every mapping of a user pmap that no processor runs on.
void pmap_remove_all(pmap& pm);
// Reduces rights in the range to their intersection with `prot`; never raises one. none removes.
void pmap_protect(pmap& pm, va_range range, vm_prot_t prot);
// Reduces every mapping of the page to `prot`, which is read (maybe with execute) or none (removes them all).
void pmap_page_protect(vm_page& page, vm_prot_t prot);
// The mapping at va, if there is one.
[[nodiscard]] bool pmap_extract(pmap& pm, vaddr_t va, paddr_t* pa);
// Which of the `count` pages from va are mapped: bit i stands for the i-th. One to 32 pages; va is page
// aligned. Cost: one way down the tables for all pages that a leaf table covers.
[[nodiscard]] uint32_t pmap_mapped(pmap& pm, vaddr_t va, uint32_t count);
// The mapping at va stops counting as wired.
void pmap_unwire(pmap& pm, vaddr_t va);

// Modified and referenced bits, over all mappings of a page and what removed mappings left behind. The clear
// functions return what was there before.
bool pmap_clear_modify(vm_page& page);
bool pmap_clear_reference(vm_page& page);
bool pmap_is_modified(vm_page& page);
bool pmap_is_referenced(vm_page& page);

// Makes the page tables for a range of the kernel's addresses, in all address spaces: entering there needs no
// memory for tables from then on. Once, at boot.
void pmap_growkernel(va_range range);
// Unmanaged, wired mappings of the kernel.
void pmap_kenter_pa(vaddr_t va, paddr_t pa, vm_prot_t prot);
void pmap_kremove(vaddr_t va, vsize_t size);

// May pre-enter dst's mappings from src's; does nothing here.
void pmap_copy(pmap& dst, pmap& src, vaddr_t dst_va, vsize_t size, vaddr_t src_va);
// Makes all earlier removals visible to every processor.
void pmap_update(pmap& pm);
// Pages entered / entered wired: exact at any time.
uint32_t pmap_resident_count(const pmap& pm);
uint32_t pmap_wired_count(const pmap& pm);

// Physical page contents.
void pmap_zero_page(paddr_t pa);
void pmap_copy_page(paddr_t src, paddr_t dst);

// Makes pm's tables the current processor's / leaves it for the kernel's. Not preemptible.
void pmap_activate(pmap& pm);
void pmap_deactivate(pmap& pm);

// One hardware mapping, as `pmap` in a scenario lists it.
struct pmap_mapping {
    vaddr_t va;
    paddr_t pa;
    vm_prot_t prot; // what the hardware allows now; execute as entered
    bool wired;
};
// The lowest mapping at or above `from`, inside the user part; false when there is none.
[[nodiscard]] bool pmap_next_mapping(const pmap& pm, vaddr_t from, pmap_mapping* out);

} // namespace uvm
