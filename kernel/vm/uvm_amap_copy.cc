// Needs-copy resolved: an amap of its own for an entry.
#include "kernel/vm/uvm_amap_impl.h"
#include "kernel/vm/uvm_amap_wire.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_mapent_reserve.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_pdaemon.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

void needs_copy_resolved(vm_map& map, vm_map_entry& entry) {
    entry.etype = without(entry.etype, uvm_etype::needs_copy);
    uvm_probe(uvm_event::needs_copy_clear, reinterpret_cast<uintptr_t>(&map), entry.entry_id);
}

// Needs-copy of an entry without an amap.
void give_amap(vm_map& map, vm_map_entry& entry, amap_chunking chunking, vaddr_t start, vaddr_t end) {
    if (chunking == amap_chunking::allowed && bytes_to_pages(entry.size()) >= uvm_amap_large) {
        uintptr_t const chunk = pages_to_bytes(uvm_amap_chunk_slots).value;
        vaddr_t const chunk_start = round_down(start, chunk);
        vaddr_t const chunk_end = round_up(end, chunk);
        uvm_mapent_reservation reserved(map);
        if (reserved.reserve_for({chunk_start, chunk_end}) != errno_t::ok)
            return;
        uvm_map_clip_start(map, entry, chunk_start, reserved);
        if (chunk_end > chunk_start)
            uvm_map_clip_end(map, entry, chunk_end, reserved);
    }
    if (chunking == amap_chunking::allowed && uvm_mapent_trymerge_amap(map, entry))
        return;
    vm_amap* const amap = amap_alloc(entry.size(), vsize_t(0), amap_memory::may_wait);
    if (!amap)
        return;
    if (amap_take_wires(entry, *amap) != errno_t::ok) {
        amap_unref(*amap, 0, amap->am_nslot, amap_cover::all);
        return;
    }
    entry.aref = {0, amap};
    needs_copy_resolved(map, entry);
}

} // namespace

void amap_copy(vm_map& map, vm_map_entry& entry, amap_chunking chunking, vaddr_t start, vaddr_t end,
               amap_memory) {
    vm_amap* const source = entry.aref.ar_amap;
    if (!source) {
        give_amap(map, entry, chunking, start, end);
        return;
    }
    uint32_t const slots = bytes_to_pages(entry.size());
    uint32_t const first = entry.aref.ar_pageoff;
    {
        mutex_guard guard(source->am_lock);
        if (amap_is_sole(*source)) {
            needs_copy_resolved(map, entry);
            return;
        }
    }
    vm_amap* const copy = amap_create(slots, 0);
    if (!copy)
        return;
    errno_t error = errno_t::ok;
    {
        mutex_guard guard(source->am_lock);
        amap_for_each(*source, first, slots, [&](uint32_t slot, vm_anon& anon) {
            if (error != errno_t::ok)
                return;
            error = amap_set_slot(*copy, slot - first, anon);
            if (error == errno_t::ok)
                uvm_anon_ref(anon);
        });
    }
    if (error == errno_t::ok)
        error = amap_take_wires(entry, *copy);
    amap_enlist(*copy); // now it is seen by others, who lock it
    if (error != errno_t::ok) {
        amap_unref(*copy, 0, slots, amap_cover::all);
        return;
    }
    uvm_probe(uvm_event::amap_copied, source->am_id, copy->am_id, slots);
    amap_unref(*source, first, slots, amap_cover::range);
    entry.aref = {0, copy};
    needs_copy_resolved(map, entry);
}

namespace {

// A copy of a resident anon with a reference of 1, or null without memory. Locks: am_lock of who holds it.
vm_anon* copy_of(const vm_anon& anon) {
    vm_anon* const copy = uvm_analloc();
    if (!copy)
        return nullptr;
    vm_page* const page = uvm_pagealloc(nullptr, voff_t(0), copy, pagealloc_flag::none);
    if (!page) {
        uvm_anon_unref(*copy);
        return nullptr;
    }
    pmap_copy_page(anon.an_page->phys_addr, page->phys_addr);
    uvm_probe(uvm_event::page_copy, anon.an_page->phys_addr.value, page->phys_addr.value);
    page->flags = pg_flag::none;
    uvm_pageactivate(*page);
    return copy;
}

// Others may have it, too, and give it up at any time; the page stays, because the entry is wired.
bool is_to_be_copied(vm_anon& anon) {
    mutex_guard const guard(anon.an_lock);
    return anon.an_ref > 1 && anon.an_page && anon.an_page->loan_count == 0;
}

// Copies until memory runs out; what is copied is not shared any more and is passed over the next time.
errno_t copy_shared_anons(vm_amap& amap) {
    mutex_guard const guard(amap.am_lock);
    errno_t error = errno_t::ok;
    amap_for_each(amap, 0, amap.am_nslot, [&](uint32_t slot, vm_anon& anon) {
        if (error != errno_t::ok || !is_to_be_copied(anon))
            return;
        vm_anon* const copy = copy_of(anon);
        if (!copy) {
            error = errno_t::enomem;
            return;
        }
        amap.am_chunk[slot / uvm_amap_chunk_slots]->anon[slot % uvm_amap_chunk_slots] = copy;
        uvm_probe(uvm_event::amap_slot_set, amap.am_id, slot, copy->an_id, anon.an_id);
        uvm_anon_unref(anon);
    });
    return error;
}

} // namespace

errno_t amap_cow_now(vm_map&, vm_map_entry& entry) {
    vm_amap& amap = *entry.aref.ar_amap;
    return uvm_wait_while_short([&] { return copy_shared_anons(amap); });
}

} // namespace uvm
