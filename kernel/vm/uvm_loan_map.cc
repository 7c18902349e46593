// Mapping what was borrowed: the anons of a loan become memory of a space.
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_loan_impl.h"
#include "kernel/vm/uvm_map_lock.h"

namespace uvm {

namespace {

// Puts the anons into the amap of the fresh mapping; those that are in are its own then. EFAULT: another
// thread of the space has touched it already.
errno_t fill(vm_map& map, vaddr_t start, std::span<const uvm_loaned> pages) {
    map_exclusive_guard const guard(map);
    vm_map_entry* entry;
    if (!uvm_map_lookup_entry(map, start, &entry))
        panic("loan: the mapping made for it is gone");
    mutex_guard const amap_guard(entry->aref.ar_amap->am_lock);
    for (size_t i = 0; i < pages.size(); ++i)
        if (amap_lookup(entry->aref, pages_to_bytes(i)))
            return errno_t::efault;
    for (size_t i = 0; i < pages.size(); ++i) {
        vm_anon& anon = *pages[i].anon;
        if (errno_t const error = amap_add(entry->aref, pages_to_bytes(i), anon, amap_slot::empty);
            error != errno_t::ok) {
            while (i-- > 0)
                amap_unadd(entry->aref, pages_to_bytes(i));
            return error;
        }
    }
    for (uvm_loaned const& loaned : pages) {
        mutex_guard const anon_guard(loaned.anon->an_lock);
        uvm_loan_anon_taken(*loaned.anon);
    }
    return errno_t::ok;
}

} // namespace

errno_t uvm_loan_map(vm_map& map, vaddr_t& start, std::span<const uvm_loaned> pages) {
    uvm_change const change;
    vsize_t const size = pages_to_bytes(pages.size());
    uvm_mapping const how{vm_prot_t::read | vm_prot_t::write, vm_prot_t::all, vm_inherit_t::copy,
                          vm_advice_t::normal, uvm_flag::copyonw | uvm_flag::overlay | uvm_flag::nomerge};
    map_busy_guard const one_step(map);
    errno_t error = uvm_map(map, start, size, nullptr, uvm_unknown_offset, vsize_t(0), how);
    if (error != errno_t::ok)
        return error;
    error = fill(map, start, pages);
    if (error != errno_t::ok)
        uvm_unmap_whole(map, start, start + size);
    return error;
}

} // namespace uvm
