// The machine's pmap: the operations of uvm_pmap.h over the page-table format that the machine chose.
#include "kernel/vm/uvm_pmap.h"

#include "kernel/arch/x86/pmap_x86.h"

namespace uvm {

using ops = x86::pmap_ops<machine::pmap_format>;

pmap* pmap_create() { return ops::create(); }
void pmap_reference(pmap& pm) { ops::reference(pm); }
void pmap_destroy(pmap& pm) { ops::destroy(pm); }
pmap& pmap_kernel() { return ops::kernel(); }

errno_t pmap_enter(pmap& pm, vaddr_t va, paddr_t pa, vm_prot_t prot, pmap_flag flags) {
    return ops::enter(pm, va, pa, prot, flags);
}
uint32_t pmap_enter_ahead(pmap& pm, vaddr_t start, vm_page* const* pages, uint32_t which, vm_prot_t prot) {
    return ops::enter_ahead(pm, start, pages, which, prot);
}
void pmap_remove(pmap& pm, va_range range) { ops::remove(pm, range); }
void pmap_remove_all(pmap& pm) { ops::remove_all(pm); }
void pmap_protect(pmap& pm, va_range range, vm_prot_t prot) { ops::protect(pm, range, prot); }
void pmap_page_protect(vm_page& page, vm_prot_t prot) { ops::page_protect(page, prot); }
bool pmap_extract(pmap& pm, vaddr_t va, paddr_t* pa) { return ops::extract(pm, va, pa); }
uint32_t pmap_mapped(pmap& pm, vaddr_t va, uint32_t count) { return ops::mapped(pm, va, count); }
void pmap_unwire(pmap& pm, vaddr_t va) { ops::unwire(pm, va); }

bool pmap_clear_modify(vm_page& page) { return ops::clear_attribute(page, pv_attribute::modified); }
bool pmap_clear_reference(vm_page& page) { return ops::clear_attribute(page, pv_attribute::referenced); }
bool pmap_is_modified(vm_page& page) { return ops::has_attribute(page, pv_attribute::modified); }
bool pmap_is_referenced(vm_page& page) { return ops::has_attribute(page, pv_attribute::referenced); }

void pmap_growkernel(va_range range) { ops::grow_kernel(range); }
void pmap_kenter_pa(vaddr_t va, paddr_t pa, vm_prot_t prot) { ops::kenter(va, pa, prot); }
void pmap_kremove(vaddr_t va, vsize_t size) { ops::remove(ops::kernel(), {va, va + size}); }

// Faults enter the mappings again, so there is nothing to pre-enter; removals are flushed at once.
void pmap_copy(pmap&, pmap&, vaddr_t, vsize_t, vaddr_t) {}
void pmap_update(pmap&) {}
uint32_t pmap_resident_count(const pmap& pm) { return pm.pm_resident; }
uint32_t pmap_wired_count(const pmap& pm) { return pm.pm_wired; }

void pmap_zero_page(paddr_t pa) { machine::zero_frame(pa); }
void pmap_copy_page(paddr_t src, paddr_t dst) { machine::copy_frame(src, dst); }

void pmap_activate(pmap& pm) { ops::activate(pm); }
void pmap_deactivate(pmap& pm) { ops::deactivate(pm); }

bool pmap_next_mapping(const pmap& pm, vaddr_t from, pmap_mapping* out) {
    return ops::next_mapping(pm, from, out);
}

} // namespace uvm
