// Amaps that grow with their entry.
#include "kernel/vm/uvm_amap_impl.h"
#include "kernel/vm/uvm_amap_ppref.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

// What the entry's part of the amap was before; with partial counts lost, old anons outside it must not
// reappear.
void forget_outside(vm_amap& amap, uint32_t first, uint32_t count) {
    if (amap.am_ppref_state != ppref_state::none)
        return;
    amap_wiperange(amap, 0, first);
    amap_wiperange(amap, first + count, amap.am_nslot - (first + count));
}

errno_t extend_forwards(vm_amap& amap, uint32_t first, uint32_t mapped, uint32_t add) {
    uint32_t const mapped_end = first + mapped;
    uint32_t const need = mapped_end + add;
    if (amap.am_maxslot < need) {
        if (need >= uvm_amap_large)
            return errno_t::e2big;
        if (errno_t const error = amap_reshape(amap, amap_round_slots(need), 0); error != errno_t::ok)
            return error;
    }
    uint32_t const old_nslot = amap.am_nslot;
    if (amap.am_ppref_state == ppref_state::array) {
        uint32_t const inside = need < old_nslot ? add : old_nslot - mapped_end;
        if (inside)
            amap_pp_adjust(amap, mapped_end, inside, 1);
        if (need > old_nslot)
            amap_pp_set_run(amap, old_nslot, {1, need - old_nslot});
    }
    if (need > old_nslot)
        amap.am_nslot = need;
    return errno_t::ok;
}

errno_t extend_backwards(vm_amap& amap, vm_aref& aref, uint32_t mapped, uint32_t add) {
    uint32_t const first = aref.ar_pageoff;
    if (first >= add) { // leading room
        if (amap.am_ppref_state == ppref_state::array)
            amap_pp_adjust(amap, first - add, add, 1);
        aref.ar_pageoff = first - add;
        return errno_t::ok;
    }
    uint32_t const need = mapped + add;
    uint32_t maxslot = amap.am_maxslot;
    if (maxslot < need) {
        if (need >= uvm_amap_large)
            return errno_t::e2big;
        maxslot = amap_round_slots(need);
    }
    // What is not this entry's goes; the rest moves to the end of the array, so the room is in front.
    amap_wiperange(amap, 0, first);
    amap_wiperange(amap, first + mapped, amap.am_nslot - (first + mapped));
    if (amap.am_ppref_state == ppref_state::array) {
        uvm_kmem_free(amap.am_ppref, size_t(amap.am_maxslot) * sizeof(int32_t));
        amap.am_ppref = nullptr;
    }
    amap.am_ppref_state = ppref_state::absent; // one reference, and it covers all there is
    uint32_t const new_first = maxslot - need;
    uint32_t const old_nslot = amap.am_nslot;
    amap.am_nslot = first + mapped;
    // The anons of [first, first + mapped) go to [maxslot - mapped, maxslot).
    uint32_t const new_mapped = maxslot - mapped;
    if (errno_t const error = amap_reshape(amap, maxslot, new_mapped - first); error != errno_t::ok) {
        amap.am_nslot = old_nslot;
        return error;
    }
    amap.am_nslot = maxslot;
    aref.ar_pageoff = new_first;
    return errno_t::ok;
}

} // namespace

errno_t amap_extend(vm_map_entry& entry, vsize_t add, amap_extend_dir dir, amap_memory) {
    vm_amap& amap = *entry.aref.ar_amap;
    mutex_guard guard(amap.am_lock);
    kassert(amap.am_ref == 1, "amap_extend: amap is shared");
    uint32_t const mapped = bytes_to_pages(entry.size());
    uint32_t const slots = bytes_to_pages(add);
    uint32_t const old_nslot = amap.am_nslot;
    forget_outside(amap, entry.aref.ar_pageoff, mapped);
    errno_t const error = dir == amap_extend_dir::forwards
                              ? extend_forwards(amap, entry.aref.ar_pageoff, mapped, slots)
                              : extend_backwards(amap, entry.aref, mapped, slots);
    if (error == errno_t::ok)
        uvm_probe(uvm_event::amap_grow, amap.am_id, old_nslot, amap.am_nslot);
    return error;
}

} // namespace uvm
