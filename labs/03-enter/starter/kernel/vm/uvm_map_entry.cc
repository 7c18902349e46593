// Lab 3. Yours: uvm_map_clip_start, uvm_map_clip_end. The rest is given.
//
// Entries: allocate, copy, split, free; setting up an empty map.
#include "kernel/sync/counter.h"
#include "kernel/vm/uvm_kmapent.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_map_kernel.h"
#include "kernel/vm/uvm_map_tree.h"
#include "kernel/vm/uvm_mapent_reserve.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_pool.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

constinit object_pool<vm_map_entry> entry_pool{"map entry"};
constinit serial_numbers entry_ids;

// A piece of a quantum entry is one, wherever its memory came from.
[[maybe_unused]] void keep_quantum(const vm_map_entry& old, vm_map_entry& piece) {
    if (has(old.flags | piece.flags, uvm_entry_flag::quantum)) [[unlikely]]
        piece.flags = without(piece.flags, uvm_entry_flag::quantum) | (old.flags & uvm_entry_flag::quantum);
}

// What splitting shares between the halves: one more reference on what is below and above.
[[maybe_unused]] void share_backing(vm_map_entry& new_half) {
    if (uvm_object* obj = new_half.obj())
        obj->pgops->reference(*obj);
    else if (new_half.is_submap())
        ++new_half.object.sub_map->ref_count;
}

} // namespace

void uvm_map_setup(vm_map& map, vaddr_t min, vaddr_t max, vm_map_flag flags, pmap* pm) {
    map.flags = flags;
    map.pm = pm;
    map.counters = pm == &pmap_kernel() ? &uvm_kernel_counters : &uvm_user_counters;
    map.header.start = max;
    map.header.end = min;
    map.header.prev = map.header.next = &map.header;
    map.hint = map.first_free = &map.header;
}

namespace {

vm_map_entry* from_pool() {
    vm_map_entry* const entry = entry_pool.create();
    if (!entry)
        return nullptr;
    entry->entry_id = entry_ids.next();
    ++uvmexp.entries;
    return entry;
}

// The one that was set aside, or one from where the map's entries come from.
[[gnu::cold, gnu::noinline]] vm_map_entry* alloc_kernel(vm_map& map) {
    if (vm_map_entry* const spare = map.kernel->spare) {
        map.kernel->spare = nullptr;
        return spare;
    }
    return map.kernel->chunked ? uvm_kmapent_alloc(map) : from_pool();
}

} // namespace

vm_map_entry* uvm_mapent_alloc(vm_map& map) {
    if (map.kernel) [[unlikely]]
        return alloc_kernel(map);
    return from_pool();
}

void uvm_mapent_copy(const vm_map_entry& src, vm_map_entry& dst) {
    dst.start = src.start;
    dst.end = src.end;
    dst.object = src.object;
    dst.offset = src.offset;
    dst.etype = src.etype;
    dst.protection = src.protection;
    dst.max_protection = src.max_protection;
    dst.inheritance = src.inheritance;
    dst.advice = src.advice;
    dst.wired_count = src.wired_count;
    dst.aref = src.aref;
}

void uvm_mapent_free(vm_map_entry& entry) {
    if (has(entry.flags, uvm_entry_flag::kernel)) [[unlikely]]
        return uvm_kmapent_free(entry);
    --uvmexp.entries;
    entry_pool.destroy(entry);
}

void uvm_map_clip_start(vm_map& map, vm_map_entry& entry, vaddr_t va, uvm_mapent_reservation& reserved) {
    static_cast<void>(map);
    static_cast<void>(entry);
    static_cast<void>(va);
    static_cast<void>(reserved);
    panic("lab 3: uvm_map_clip_start is not written yet");
}

void uvm_map_clip_end(vm_map& map, vm_map_entry& entry, vaddr_t va, uvm_mapent_reservation& reserved) {
    static_cast<void>(map);
    static_cast<void>(entry);
    static_cast<void>(va);
    static_cast<void>(reserved);
    panic("lab 3: uvm_map_clip_end is not written yet");
}

} // namespace uvm
