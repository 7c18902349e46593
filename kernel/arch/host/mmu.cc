#include <machine/mmu.h>

namespace uvm::machine {

void (*mmu_observer)(mmu_call call, uintptr_t address);

namespace {
void report(mmu_call call, uintptr_t address) {
    if (mmu_observer)
        mmu_observer(call, address);
}
} // namespace

void mmu_activate(paddr_t root) {
    host_mmu_root = root;
    report(mmu_call::activate, root.value);
}
void mmu_flush_page(vaddr_t va) { report(mmu_call::flush_page, va.value); }
void mmu_flush_all() { report(mmu_call::flush_all, 0); }

} // namespace uvm::machine
