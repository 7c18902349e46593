// Taking mappings away: uvm_unmap_remove under the lock, uvm_unmap_detach without it.
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_fault.h"
#include "kernel/vm/uvm_history.h"
#include "kernel/vm/uvm_km.h"
#include "kernel/vm/uvm_kmapent.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_map_owners.h"
#include "kernel/vm/uvm_map_tree.h"
#include "kernel/vm/uvm_map_wait.h"
#include "kernel/vm/uvm_mapent_reserve.h"

namespace uvm {

namespace {

// What the hardware has entered for an entry that is still linked, and in the kernel's map what is behind it.
void take_translations(vm_map& map, vm_map_entry& entry, uvm_flag flags) {
    if (map.kernel) [[unlikely]] {
        uvm_km_unmap_entry(map, entry, flags);
    } else if (!has(flags, uvm_flag::vaonly)) {
        entry_owners_guard const owners(entry);
        pmap_remove(*map.pm, entry.range());
    }
}

} // namespace

vm_map_entry* uvm_unmap_remove(vm_map& map, vaddr_t start, vaddr_t end, uvm_flag flags,
                               uvm_mapent_reservation& reserved) {
    va_range const range = uvm_map_clamp(map, start, end);
    if (range.empty())
        return nullptr;
    vm_map_entry* entry;
    // Most ranges are whole entries, which is seen here without a call.
    if (!uvm_map_lookup_entry(map, range.start, &entry))
        entry = entry->next;
    else if (entry->start != range.start)
        uvm_map_clip_start(map, *entry, range.start, reserved);
    vm_map_entry* first = nullptr;
    vm_map_entry** tail = &first;
    while (entry != &map.header && entry->start < range.end) {
        if (range.end < entry->end)
            uvm_map_clip_end(map, *entry, range.end, reserved);
        vm_map_entry* const next = entry->next;
        if (entry->wired_count != 0) {
            uvm_fault_unwire(map, entry->range());
            entry->wired_count = 0;
        }
        take_translations(map, *entry, flags);
        uvm_map_entry_unlink(map, *entry);
        entry->next = nullptr;
        *tail = entry;
        tail = &entry->next;
        entry = next;
    }
    // Nobody may reach a page of these entries once its reference is dropped.
    pmap_update(*map.pm);
    uvm_map_room_made(map);
    return first;
}

namespace {
// A kernel entry goes back to its chunk, which is the map's.
[[gnu::cold, gnu::noinline]] void free_kernel(vm_map_entry& entry) {
    if (entry.is_submap())
        --entry.object.sub_map->ref_count;
    map_exclusive_guard const guard(uvm_kmapent_map(entry));
    uvm_mapent_free(entry);
}
} // namespace

void uvm_unmap_detach(vm_map_entry* first) {
    while (first) {
        vm_map_entry* const next = first->next;
        if (first->aref.ar_amap)
            amap_unref(*first->aref.ar_amap, first->aref.ar_pageoff, bytes_to_pages(first->size()),
                       amap_cover::range);
        if (uvm_object* obj = first->obj())
            obj->pgops->detach(*obj);
        // Only kernel_map has submaps, and all its entries are kernel entries.
        if (has(first->flags, uvm_entry_flag::kernel)) [[unlikely]]
            free_kernel(*first);
        else
            uvm_mapent_free(*first);
        first = next;
    }
}

errno_t uvm_unmap(vm_map& map, vaddr_t start, vaddr_t end, uvm_flag flags) {
    uvm_change const change;
    uvm_map_called(map, uvm_map_function::unmap, start, end);
    vm_map_entry* dead;
    {
        map_exclusive_guard guard(map);
        uvm_mapent_reservation reserved(map);
        if (errno_t const error = reserved.reserve_for(uvm_map_clamp(map, start, end)); error != errno_t::ok)
            return error;
        dead = uvm_unmap_remove(map, start, end, flags, reserved);
    }
    uvm_unmap_detach(dead);
    return errno_t::ok;
}

void uvm_unmap_whole(vm_map& map, vaddr_t start, vaddr_t end) {
    if (uvm_unmap(map, start, end) != errno_t::ok)
        panic("unmap: a range of whole entries asked for memory to split one");
}

} // namespace uvm
