#include "kernel/vm/uvm_amap_wire.h"

#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_pool.h"

namespace uvm {

namespace {

errno_t allocate(vm_amap& amap) {
    if (!amap.am_wired)
        amap.am_wired = static_cast<uint16_t*>(uvm_kmem_alloc(size_t(amap.am_maxslot) * sizeof(uint16_t)));
    return amap.am_wired ? errno_t::ok : errno_t::enomem;
}

uint32_t slot_of(const vm_aref& aref, vsize_t offset) { return aref.ar_pageoff + bytes_to_pages(offset); }

} // namespace

errno_t amap_wire(vm_aref& aref, vsize_t offset) {
    if (errno_t const error = allocate(*aref.ar_amap); error != errno_t::ok)
        return error;
    ++aref.ar_amap->am_wired[slot_of(aref, offset)];
    return errno_t::ok;
}

void amap_unwire(vm_aref& aref, vsize_t offset) {
    vm_amap& amap = *aref.ar_amap;
    uint32_t const slot = slot_of(aref, offset);
    kassert(amap.am_wired && amap.am_wired[slot] > 0, "amap: slot unwired more often than wired");
    --amap.am_wired[slot];
}

void amap_move_some_wires(const vm_aref& aref, vsize_t offset, vm_page& from, vm_page& to) {
    uint32_t const wires = aref.ar_amap->am_wired[slot_of(aref, offset)];
    for (uint32_t i = 0; i < wires; ++i) {
        uvm_pagewire(to);
        uvm_pageunwire(from);
    }
}

errno_t amap_take_wires(const vm_map_entry& entry, vm_amap& fresh) {
    if (entry.wired_count == 0)
        return errno_t::ok;
    if (errno_t const error = allocate(fresh); error != errno_t::ok)
        return error;
    uint32_t const slots = bytes_to_pages(entry.size());
    for (uint32_t i = 0; i < slots; ++i)
        fresh.am_wired[i] = 1;
    vm_aref aref = entry.aref;
    if (!aref.ar_amap)
        return errno_t::ok;
    mutex_guard guard(aref.ar_amap->am_lock);
    for (uint32_t i = 0; i < slots; ++i)
        amap_unwire(aref, pages_to_bytes(i));
    return errno_t::ok;
}

void amap_forget_wires(vm_amap& amap) {
    if (amap.am_wired)
        uvm_kmem_free(amap.am_wired, size_t(amap.am_maxslot) * sizeof(uint16_t));
    amap.am_wired = nullptr;
}

} // namespace uvm
