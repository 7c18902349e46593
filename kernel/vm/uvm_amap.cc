// References, slots and anons of amaps; their storage, growth and copies are in files of their own.
#include "kernel/vm/uvm_amap_impl.h"
#include "kernel/vm/uvm_amap_ppref.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

vm_amap* amap_alloc(vsize_t size, vsize_t pad, amap_memory) {
    vm_amap* const amap = amap_create(bytes_to_pages(size), bytes_to_pages(pad));
    if (amap)
        amap_enlist(*amap);
    return amap;
}

namespace {

// One more reference to [offset, offset + len) (or everything). The references so far begin at `held_from`.
void take_reference(vm_amap& amap, uint32_t held_from, uint32_t offset, uint32_t len, amap_cover cover,
                    amap_share share) {
    mutex_guard guard(amap.am_lock);
    if (share == amap_share::mark_shared)
        amap.am_flags |= amap_flag::shared;
    if (amap.am_ppref_state == ppref_state::absent && cover == amap_cover::range && len != amap.am_nslot)
        amap_pp_establish(amap, held_from);
    amap_count(amap, +1);
    if (amap.am_ppref_state == ppref_state::array) {
        if (cover == amap_cover::all)
            amap_pp_adjust(amap, 0, amap.am_nslot, 1);
        else
            amap_pp_adjust(amap, offset, len, 1);
    }
    uvm_probe(uvm_event::amap_reference, amap.am_id, amap.am_ref);
}

} // namespace

void amap_ref(vm_amap& amap, uint32_t offset, uint32_t len, amap_cover cover, amap_share share) {
    take_reference(amap, offset, offset, len, cover, share);
}

void amap_ref_part(const vm_aref& holder, uint32_t offset, uint32_t len, amap_share share) {
    take_reference(*holder.ar_amap, holder.ar_pageoff, offset, len, amap_cover::range, share);
}

void amap_unref(vm_amap& amap, uint32_t offset, uint32_t len, amap_cover cover) {
    {
        mutex_guard guard(amap.am_lock);
        kassert(amap.am_ref > 0, "amap without a reference");
        if (amap.am_ref > 1) {
            if (amap.am_ppref_state == ppref_state::absent && cover == amap_cover::range &&
                len != amap.am_nslot)
                amap_pp_establish(amap, offset);
            if (amap_count(amap, -1) == 1)
                amap.am_flags = without(amap.am_flags, amap_flag::shared);
            uvm_probe(uvm_event::amap_unreference, amap.am_id, amap.am_ref);
            if (amap.am_ppref_state == ppref_state::array) {
                if (cover == amap_cover::all)
                    amap_pp_adjust(amap, 0, amap.am_nslot, -1);
                else
                    amap_pp_adjust(amap, offset, len, -1);
            }
            return;
        }
        amap_count(amap, -1);
        uvm_probe(uvm_event::amap_unreference, amap.am_id, 0);
        amap_wiperange(amap, 0, amap.am_nslot);
        if (has(amap.am_flags, amap_flag::swapoff))
            return; // amap_swap_off is at it, and destroys it
    }
    amap_destroy(amap);
}

void amap_splitref(vm_aref& orig, vm_aref& split, vsize_t offset, vsize_t) {
    vm_amap& amap = *orig.ar_amap;
    mutex_guard guard(amap.am_lock);
    if (amap.am_ppref_state == ppref_state::absent)
        amap_pp_establish(amap, orig.ar_pageoff);
    amap_count(amap, +1);
    split = {orig.ar_pageoff + bytes_to_pages(offset), &amap};
    uvm_probe(uvm_event::amap_reference, amap.am_id, amap.am_ref);
}

uint32_t amap_used(const vm_aref& aref, vsize_t offset, uint32_t n) {
    vm_amap const& amap = *aref.ar_amap;
    uint32_t const first = aref.ar_pageoff + bytes_to_pages(offset);
    kassert(0 < n && n <= uvm_amap_chunk_slots && first + n <= amap.am_nslot, "amap_used: beyond the amap");
    amap_chunk* const* const chunk = &amap.am_chunk[first / uvm_amap_chunk_slots];
    uint32_t const place = first % uvm_amap_chunk_slots;
    uint32_t bits = chunk[0] ? chunk[0]->used : 0;
    if (place + n > uvm_amap_chunk_slots && chunk[1])
        bits |= uint32_t(chunk[1]->used) << uvm_amap_chunk_slots;
    return bits >> place & ((uint32_t{1} << n) - 1);
}

errno_t amap_add(vm_aref& aref, vsize_t offset, vm_anon& anon, amap_slot kind) {
    vm_amap& amap = *aref.ar_amap;
    uint32_t const slot = aref.ar_pageoff + bytes_to_pages(offset);
    kassert(slot < amap.am_nslot, "amap_add: beyond the amap");
    vm_anon const* old = nullptr;
    if (kind == amap_slot::empty) {
        if (errno_t const error = amap_set_slot(amap, slot, anon); error != errno_t::ok)
            return error;
    } else {
        vm_anon*& place = amap.am_chunk[slot / uvm_amap_chunk_slots]->anon[slot % uvm_amap_chunk_slots];
        // Sharers of the amap must fault to see the new anon.
        if (has(amap.am_flags, amap_flag::shared) && place->an_page)
            pmap_page_protect(*place->an_page, vm_prot_t::none);
        old = place;
        place = &anon;
    }
    if (uvm_probe_is_watched(uvm_event_class::amap)) [[unlikely]]
        uvm_probe(uvm_event::amap_slot_set, amap.am_id, slot, anon.an_id, old ? old->an_id : 0);
    return errno_t::ok;
}

void amap_unadd(vm_aref& aref, vsize_t offset) {
    amap_clear_slot(*aref.ar_amap, aref.ar_pageoff + bytes_to_pages(offset));
}

void amap_share_protect(vm_map_entry& entry, vm_prot_t prot) {
    amap_for_each(*entry.aref.ar_amap, entry.aref.ar_pageoff, bytes_to_pages(entry.size()),
                  [&](uint32_t, vm_anon& anon) {
                      mutex_guard const guard(anon.an_lock);
                      if (anon.an_page)
                          pmap_page_protect(*anon.an_page, prot);
                  });
}

} // namespace uvm
