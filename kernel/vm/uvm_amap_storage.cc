// What an amap consists of in memory: slots in chunks, and the arrays beside them.
#include "kernel/sync/counter.h"
#include "kernel/vm/uvm_amap_impl.h"
#include "kernel/vm/uvm_amap_ppref.h"
#include "kernel/vm/uvm_amap_wire.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

constinit object_pool<vm_amap> amap_pool{"amap"};
constinit object_pool<amap_chunk> chunk_pool{"amap chunk"};
constinit serial_numbers amap_ids;

uint32_t chunks_for(uint32_t slots) { return (slots + uvm_amap_chunk_slots - 1) / uvm_amap_chunk_slots; }

// The size of am_chunk.
size_t directory_bytes(const vm_amap& amap) { return amap.am_nchunk * sizeof(void*); }

void free_storage(vm_amap& amap) {
    for (uint32_t i = 0; i < amap.am_nchunk; ++i)
        if (amap.am_chunk[i])
            chunk_pool.destroy(*amap.am_chunk[i]);
    if (amap.am_chunk)
        uvm_kmem_free(amap.am_chunk, directory_bytes(amap));
    if (amap.am_ppref)
        uvm_kmem_free(amap.am_ppref, size_t(amap.am_maxslot) * sizeof(int32_t));
    amap_forget_wires(amap);
}

} // namespace

void amap_clear_slot(vm_amap& amap, uint32_t slot) {
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

amap_chunk* amap_make_chunk(amap_chunk*& place) { return place = chunk_pool.create(); }

void amap_destroy(vm_amap& amap) {
    amap_delist(amap);
    uvm_probe(uvm_event::amap_destroy, amap.am_id);
    --uvmexp.amaps;
    free_storage(amap);
    amap_pool.destroy(amap);
}

vm_amap* amap_create(uint32_t slots, uint32_t pad) {
    vm_amap* amap = amap_pool.create();
    if (!amap)
        return nullptr;
    amap->am_ref = 1;
    amap->am_nslot = slots;
    amap->am_maxslot = amap_round_slots(slots + pad);
    amap->am_nchunk = chunks_for(amap->am_maxslot);
    amap->am_chunk = static_cast<amap_chunk**>(uvm_kmem_alloc(directory_bytes(*amap)));
    if (!amap->am_chunk) {
        amap_pool.destroy(*amap);
        return nullptr;
    }
    amap->am_id = amap_ids.next();
    ++uvmexp.amaps;
    uvm_probe(uvm_event::amap_create, amap->am_id, slots, amap->am_maxslot);
    return amap;
}

errno_t amap_reshape(vm_amap& amap, uint32_t maxslot, uint32_t shift) {
    vm_amap fresh;
    fresh.am_maxslot = maxslot;
    fresh.am_nchunk = chunks_for(maxslot);
    fresh.am_id = amap.am_id;
    fresh.am_chunk = static_cast<amap_chunk**>(uvm_kmem_alloc(directory_bytes(fresh)));
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
                error = amap_set_slot(fresh, slot + shift, anon);
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
    uvm_kmem_free(amap.am_chunk, directory_bytes(amap));
    amap_forget_wires(amap); // only amaps of one unwired entry grow
    amap.am_chunk = fresh.am_chunk;
    amap.am_nchunk = fresh.am_nchunk;
    amap.am_ppref = fresh.am_ppref;
    amap.am_maxslot = maxslot;
    return errno_t::ok;
}

void amap_wiperange(vm_amap& amap, uint32_t slot, uint32_t len) {
    amap_for_each(amap, slot, len, [&](uint32_t at, vm_anon& anon) {
        amap_clear_slot(amap, at);
        uvm_anon_unref(anon);
    });
}

} // namespace uvm
