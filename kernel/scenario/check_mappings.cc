#include "kernel/scenario/check_mappings.h"

#include "kernel/base/format.h"
#include "kernel/vm/uvm_amap.h"
#include "kernel/vm/uvm_anon.h"

namespace uvm {

namespace {

// What a violation names stays readable until the next one.
constinit text_buffer<64> where;

vm_anon* anon_at(const vm_map_entry& entry, vsize_t into) {
    vm_amap* const amap = entry.aref.ar_amap;
    return amap && entry.aref.ar_pageoff + bytes_to_pages(into) < amap->am_nslot
               ? amap_lookup(entry.aref, into)
               : nullptr;
}

struct frames {
    paddr_t in_map, entered;
    [[nodiscard]] bool agree() const { return entered == paddr_t{} || in_map == entered; }
};

// Locks: the one of who has the page.
frames frames_at(pmap& pm, vaddr_t va, const vm_page* page) {
    frames found{page ? page->phys_addr : paddr_t{}, {}};
    if (!pmap_extract(pm, va, &found.entered))
        found.entered = {};
    return found;
}

// Pages leave and come with their translations under the locks of who has them, so what is entered is read
// again under these. Locks: the map's.
frames look(pmap& pm, const vm_map_entry& entry, vaddr_t va) UVM_NO_THREAD_SAFETY_ANALYSIS {
    vsize_t const into = va - entry.start;
    vm_amap* const amap = entry.aref.ar_amap;
    if (amap)
        amap->am_lock.lock();
    frames found;
    if (vm_anon* const anon = anon_at(entry, into)) {
        mutex_guard const guard(anon->an_lock);
        found = frames_at(pm, va, anon->an_page);
    } else if (uvm_object* const obj = entry.obj()) {
        mutex_guard const guard(obj->vmobjlock);
        found = frames_at(pm, va, uvm_pagelookup(*obj, entry.offset + into));
    } else {
        found = frames_at(pm, va, nullptr);
    }
    if (amap)
        amap->am_lock.unlock();
    return found;
}

} // namespace

bool mappings_agree(const process& p, uvm_map_violation* violation,
                    const char** place) UVM_NO_THREAD_SAFETY_ANALYSIS {
    vm_map& map = p.p_vmspace->vm_map;
    bool agree = true;
    vm_map_lock_read(map);
    vm_map_entry const* entry = map.first();
    pmap_mapping mapping;
    for (vaddr_t from; agree && pmap_next_mapping(*map.pm, from, &mapping);
         from = mapping.va + vsize_t(page_size)) {
        while (entry != &map.header && entry->end <= mapping.va)
            entry = entry->next;
        bool const is_mapped = entry != &map.header && entry->start <= mapping.va;
        frames const found =
            is_mapped ? look(*map.pm, *entry, mapping.va) : frames_at(*map.pm, mapping.va, nullptr);
        if (found.agree())
            continue;
        agree = false;
        *violation = {mapping_invariant, "a frame is entered that the map does not have there",
                      found.in_map.value, found.entered.value, nullptr};
        where.clear();
        where.text(p.p_name).text(" at ").hex(mapping.va.value);
        *place = where.c_str();
    }
    vm_map_unlock_read(map);
    return agree;
}

} // namespace uvm
