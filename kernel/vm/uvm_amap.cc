#include "kernel/vm/uvm_amap.h"

#include "kernel/vm/uvm_amap_ppref.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

constinit object_pool<vm_amap> amap_pool{"amap"};
constinit object_pool<amap_chunk> chunk_pool{"amap chunk"};
constinit uint32_t last_amap_id;

uint32_t chunks_for(uint32_t slots) { return (slots + uvm_amap_chunk_slots - 1) / uvm_amap_chunk_slots; }

// Slot arrays come in fours: a little room to grow is free.
uint32_t round_slots(uint32_t slots) { return (slots + 3) & ~3u; }

void free_storage(vm_amap& amap) {
    for (uint32_t i = 0; i < amap.am_nchunk; ++i)
        if (amap.am_chunk[i])
            chunk_pool.destroy(*amap.am_chunk[i]);
    if (amap.am_chunk)
        uvm_kmem_free(amap.am_chunk, amap.am_nchunk * sizeof(amap_chunk*));
    if (amap.am_ppref)
        uvm_kmem_free(amap.am_ppref, size_t(amap.am_maxslot) * sizeof(int32_t));
}

// Empties a slot; the chunk stays.
void clear_slot(vm_amap& amap, uint32_t slot) {
    amap_chunk& chunk = *amap.am_chunk[slot / uvm_amap_chunk_slots];
    uint32_t const place = slot % uvm_amap_chunk_slots;
    uvm_probe(uvm_event::amap_slot_clear, amap.am_id, slot, chunk.anon[place]->an_id);
    chunk.used = uint16_t(chunk.used & ~(1u << place));
    chunk.anon[place] = nullptr;
    --amap.am_nused;
    if (chunk.used == 0) {
        amap.am_chunk[slot / uvm_amap_chunk_slots] = nullptr;
        chunk_pool.destroy(chunk);
    }
}

// Puts an anon into an empty slot. Fails: ENOMEM.
errno_t set_slot(vm_amap& amap, uint32_t slot, vm_anon& anon) {
    amap_chunk*& chunk = amap.am_chunk[slot / uvm_amap_chunk_slots];
    if (!chunk) {
        chunk = chunk_pool.create();
        if (!chunk)
            return errno_t::enomem;
    }
    uint32_t const place = slot % uvm_amap_chunk_slots;
    kassert(!(chunk->used & (1u << place)), "amap: slot is not empty");
    chunk->used = uint16_t(chunk->used | (1u << place));
    chunk->anon[place] = &anon;
    ++amap.am_nused;
    return errno_t::ok;
}

void destroy(vm_amap& amap) {
    uvm_probe(uvm_event::amap_destroy, amap.am_id);
    --uvmexp.amaps;
    free_storage(amap);
    amap_pool.destroy(amap);
}

vm_amap* create(uint32_t slots, uint32_t pad) {
    vm_amap* amap = amap_pool.create();
    if (!amap)
        return nullptr;
    amap->am_ref = 1;
    amap->am_nslot = slots;
    amap->am_maxslot = round_slots(slots + pad);
    amap->am_nchunk = chunks_for(amap->am_maxslot);
    amap->am_chunk = static_cast<amap_chunk**>(uvm_kmem_alloc(amap->am_nchunk * sizeof(amap_chunk*)));
    if (!amap->am_chunk) {
        amap_pool.destroy(*amap);
        return nullptr;
    }
    amap->am_id = ++last_amap_id;
    ++uvmexp.amaps;
    uvm_probe(uvm_event::amap_create, amap->am_id, slots, amap->am_maxslot);
    return amap;
}

// Gives the amap room for `maxslot` slots with what it holds moved up by `shift`. Fails: ENOMEM, amap unchanged.
errno_t reshape(vm_amap& amap, uint32_t maxslot, uint32_t shift) {
    vm_amap fresh;
    fresh.am_maxslot = maxslot;
    fresh.am_nchunk = chunks_for(maxslot);
    fresh.am_id = amap.am_id;
    fresh.am_chunk = static_cast<amap_chunk**>(uvm_kmem_alloc(fresh.am_nchunk * sizeof(amap_chunk*)));
    if (!fresh.am_chunk)
        return errno_t::enomem;
    if (amap.am_ppref_state == ppref_state::array) {
        fresh.am_ppref = static_cast<int32_t*>(uvm_kmem_alloc(size_t(maxslot) * sizeof(int32_t)));
        if (!fresh.am_ppref) {
            free_storage(fresh);
            return errno_t::enomem;
        }
    }
    errno_t error = errno_t::ok;
    if (shift % uvm_amap_chunk_slots == 0) {
        for (uint32_t i = 0; i < amap.am_nchunk; ++i)
            if (amap.am_chunk[i])
                fresh.am_chunk[i + shift / uvm_amap_chunk_slots] = amap.am_chunk[i];
    } else {
        amap_for_each(amap, 0, amap.am_nslot, [&](uint32_t slot, vm_anon& anon) {
            if (error == errno_t::ok)
                error = set_slot(fresh, slot + shift, anon);
        });
        if (error != errno_t::ok) {
            free_storage(fresh);
            return error;
        }
        for (uint32_t i = 0; i < amap.am_nchunk; ++i)
            if (amap.am_chunk[i])
                chunk_pool.destroy(*amap.am_chunk[i]);
    }
    if (amap.am_ppref_state == ppref_state::array) {
        for (uint32_t at = 0; at < amap.am_nslot;) {
            ppref_run const run = amap_pp_run_at(amap, at);
            amap_pp_set_run(fresh, at + shift, run);
            at += run.length;
        }
        amap_pp_set_run(fresh, 0, {0, shift});
        uvm_kmem_free(amap.am_ppref, size_t(amap.am_maxslot) * sizeof(int32_t));
    }
    uvm_kmem_free(amap.am_chunk, amap.am_nchunk * sizeof(amap_chunk*));
    amap.am_chunk = fresh.am_chunk;
    amap.am_nchunk = fresh.am_nchunk;
    amap.am_ppref = fresh.am_ppref;
    amap.am_maxslot = maxslot;
    return errno_t::ok;
}

} // namespace

void amap_wiperange(vm_amap& amap, uint32_t slot, uint32_t len) {
    amap_for_each(amap, slot, len, [&](uint32_t at, vm_anon& anon) {
        clear_slot(amap, at);
        uvm_anon_unref(anon);
    });
}

vm_amap* amap_alloc(vsize_t size, vsize_t pad, amap_memory) { return create(bytes_to_pages(size), bytes_to_pages(pad)); }

void amap_ref(vm_amap& amap, uint32_t offset, uint32_t len, amap_cover cover, amap_share share) {
    mutex_guard guard(amap.am_lock);
    if (share == amap_share::mark_shared)
        amap.am_flags |= amap_flag::shared;
    if (amap.am_ppref_state == ppref_state::absent && cover == amap_cover::range && len != amap.am_nslot)
        amap_pp_establish(amap, offset);
    ++amap.am_ref;
    if (amap.am_ppref_state == ppref_state::array) {
        if (cover == amap_cover::all)
            amap_pp_adjust(amap, 0, amap.am_nslot, 1);
        else
            amap_pp_adjust(amap, offset, len, 1);
    }
    uvm_probe(uvm_event::amap_reference, amap.am_id, amap.am_ref);
}

void amap_unref(vm_amap& amap, uint32_t offset, uint32_t len, amap_cover cover) {
    {
        mutex_guard guard(amap.am_lock);
        kassert(amap.am_ref > 0, "amap without a reference");
        if (amap.am_ref > 1) {
            if (amap.am_ppref_state == ppref_state::absent && cover == amap_cover::range && len != amap.am_nslot)
                amap_pp_establish(amap, offset);
            if (--amap.am_ref == 1)
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
        amap.am_ref = 0;
        uvm_probe(uvm_event::amap_unreference, amap.am_id, 0);
        amap_wiperange(amap, 0, amap.am_nslot);
    }
    destroy(amap);
}

namespace {

// What the entry's part of the amap was before; with partial counts lost, old anons outside it must not reappear.
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
        if (errno_t const error = reshape(amap, round_slots(need), 0); error != errno_t::ok)
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
        maxslot = round_slots(need);
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
    if (errno_t const error = reshape(amap, maxslot, new_mapped - first); error != errno_t::ok) {
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
        uvm_map_clip_start(map, entry, chunk_start);
        if (chunk_end > chunk_start)
            uvm_map_clip_end(map, entry, chunk_end);
    }
    if (chunking == amap_chunking::allowed && uvm_mapent_trymerge_amap(map, entry))
        return;
    entry.aref = {0, amap_alloc(entry.size(), vsize_t(0), amap_memory::may_wait)};
    if (entry.aref.ar_amap)
        needs_copy_resolved(map, entry);
}

} // namespace

void amap_copy(vm_map& map, vm_map_entry& entry, amap_chunking chunking, vaddr_t start, vaddr_t end, amap_memory) {
    vm_amap* const source = entry.aref.ar_amap;
    if (!source) {
        give_amap(map, entry, chunking, start, end);
        return;
    }
    uint32_t const slots = bytes_to_pages(entry.size());
    uint32_t const first = entry.aref.ar_pageoff;
    {
        mutex_guard guard(source->am_lock);
        if (source->am_ref == 1) {
            needs_copy_resolved(map, entry);
            return;
        }
    }
    vm_amap* const copy = create(slots, 0);
    if (!copy)
        return;
    errno_t error = errno_t::ok;
    {
        mutex_guard guard(source->am_lock);
        amap_for_each(*source, first, slots, [&](uint32_t slot, vm_anon& anon) {
            if (error != errno_t::ok)
                return;
            error = set_slot(*copy, slot - first, anon);
            if (error == errno_t::ok)
                uvm_anon_ref(anon);
        });
    }
    if (error != errno_t::ok) {
        amap_unref(*copy, 0, slots, amap_cover::all);
        return;
    }
    uvm_probe(uvm_event::amap_copied, source->am_id, copy->am_id, slots);
    amap_unref(*source, first, slots, amap_cover::range);
    entry.aref = {0, copy};
    needs_copy_resolved(map, entry);
}

errno_t amap_cow_now(vm_map&, vm_map_entry& entry) {
    vm_amap& amap = *entry.aref.ar_amap;
    mutex_guard guard(amap.am_lock);
    errno_t error = errno_t::ok;
    amap_for_each(amap, 0, amap.am_nslot, [&](uint32_t slot, vm_anon& anon) {
        if (error != errno_t::ok || anon.an_ref == 1 || !anon.an_page || anon.an_page->loan_count)
            return;
        vm_anon* const copy = uvm_analloc();
        vm_page* const page = copy ? uvm_pagealloc(nullptr, voff_t(0), copy, pagealloc_flag::none) : nullptr;
        if (!page) {
            if (copy)
                uvm_anon_unref(*copy);
            error = errno_t::enomem;
            return;
        }
        pmap_copy_page(anon.an_page->phys_addr, page->phys_addr);
        uvm_probe(uvm_event::page_copy, anon.an_page->phys_addr.value, page->phys_addr.value);
        page->flags = pg_flag::none;
        amap.am_chunk[slot / uvm_amap_chunk_slots]->anon[slot % uvm_amap_chunk_slots] = copy;
        uvm_probe(uvm_event::amap_slot_set, amap.am_id, slot, copy->an_id, anon.an_id);
        uvm_pageactivate(*page);
        uvm_anon_unref(anon);
    });
    return error;
}

void amap_splitref(vm_aref& orig, vm_aref& split, vsize_t offset, vsize_t) {
    vm_amap& amap = *orig.ar_amap;
    mutex_guard guard(amap.am_lock);
    if (amap.am_ppref_state == ppref_state::absent)
        amap_pp_establish(amap, orig.ar_pageoff);
    ++amap.am_ref;
    split = {orig.ar_pageoff + bytes_to_pages(offset), &amap};
    uvm_probe(uvm_event::amap_reference, amap.am_id, amap.am_ref);
}

vm_anon* amap_lookup(const vm_aref& aref, vsize_t offset) {
    uint32_t const slot = aref.ar_pageoff + bytes_to_pages(offset);
    kassert(slot < aref.ar_amap->am_nslot, "amap_lookup: beyond the amap");
    amap_chunk const* chunk = aref.ar_amap->am_chunk[slot / uvm_amap_chunk_slots];
    return chunk ? chunk->anon[slot % uvm_amap_chunk_slots] : nullptr;
}

void amap_lookups(const vm_aref& aref, vsize_t offset, vm_anon** out, uint32_t n) {
    for (uint32_t i = 0; i < n; ++i)
        out[i] = amap_lookup(aref, offset + pages_to_bytes(i));
}

errno_t amap_add(vm_aref& aref, vsize_t offset, vm_anon& anon, amap_slot kind) {
    vm_amap& amap = *aref.ar_amap;
    uint32_t const slot = aref.ar_pageoff + bytes_to_pages(offset);
    kassert(slot < amap.am_nslot, "amap_add: beyond the amap");
    uint32_t old_id = 0;
    if (kind == amap_slot::empty) {
        if (errno_t const error = set_slot(amap, slot, anon); error != errno_t::ok)
            return error;
    } else {
        vm_anon*& place = amap.am_chunk[slot / uvm_amap_chunk_slots]->anon[slot % uvm_amap_chunk_slots];
        // Sharers of the amap must fault to see the new anon.
        if (place->an_page && has(amap.am_flags, amap_flag::shared))
            pmap_page_protect(*place->an_page, vm_prot_t::none);
        old_id = place->an_id;
        place = &anon;
    }
    uvm_probe(uvm_event::amap_slot_set, amap.am_id, slot, anon.an_id, old_id);
    return errno_t::ok;
}

void amap_unadd(vm_aref& aref, vsize_t offset) {
    clear_slot(*aref.ar_amap, aref.ar_pageoff + bytes_to_pages(offset));
}

void amap_share_protect(vm_map_entry& entry, vm_prot_t prot) {
    amap_for_each(*entry.aref.ar_amap, entry.aref.ar_pageoff, bytes_to_pages(entry.size()), [&](uint32_t, vm_anon& anon) {
        if (anon.an_page)
            pmap_page_protect(*anon.an_page, prot);
    });
}

} // namespace uvm
