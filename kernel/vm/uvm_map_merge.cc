// Merging of entries outside uvm_map: uvm_mapent_trymerge and uvm_mapent_trymerge_amap.
#include "kernel/vm/uvm_map_merge.h"

#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_map_tree.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

bool uvm_mapent_mergeable(const vm_map_entry& entry, const uvm_merge_key& key) {
    uvm_merge_key const own{entry.etype,
                            entry.obj(),
                            entry.protection,
                            entry.max_protection,
                            entry.inheritance,
                            entry.advice,
                            entry.flags & uvm_merge_mask};
    return own == key && entry.wired_count == 0 && !entry.is_submap();
}

namespace {

// One of the two references that both entries held on their object is not needed any more.
void drop_object(vm_map_entry& gone) {
    if (uvm_object* obj = gone.obj())
        obj->pgops->detach(*obj);
}

uvm_merge_key key_once_resolved(const vm_map_entry& entry) {
    return {without(entry.etype, uvm_etype::needs_copy),
            entry.obj(),
            entry.protection,
            entry.max_protection,
            entry.inheritance,
            entry.advice};
}

bool offsets_continue(const vm_map_entry& first, const vm_map_entry& second) {
    return !first.is_object() || second.offset == first.offset + first.size();
}

bool sole_amap(const vm_map_entry& entry) { return entry.aref.ar_amap && amap_is_sole(*entry.aref.ar_amap); }

// `next` swallows `entry`, which lies before it.
bool merge_into_next(vm_map& map, vm_map_entry& entry, vm_map_entry& next) {
    if (amap_extend(next, entry.size(), amap_extend_dir::backwards, amap_memory::may_wait) != errno_t::ok)
        return false;
    vaddr_t const start = entry.start;
    if (next.is_object())
        next.offset = entry.offset;
    uvm_map_entry_unlink(map, entry);
    uvm_map_entry_resize(map, next, start, next.end);
    if (map.hint == next.prev)
        map.hint = &next;
    uvm_probe(uvm_event::merge_forward, reinterpret_cast<uintptr_t>(&map), next.entry_id, start.value,
              next.end.value);
    return true;
}

bool merge_into_previous(vm_map& map, vm_map_entry& entry, vm_map_entry& previous) {
    if (amap_extend(previous, entry.size(), amap_extend_dir::forwards, amap_memory::may_wait) != errno_t::ok)
        return false;
    vaddr_t const end = entry.end;
    uvm_map_entry_unlink(map, entry);
    uvm_map_entry_resize(map, previous, previous.start, end);
    uvm_probe(uvm_event::merge_back, reinterpret_cast<uintptr_t>(&map), previous.entry_id,
              previous.start.value, end.value);
    return true;
}

bool can_move(const vm_map_entry& entry) {
    return !has(entry.flags, uvm_entry_flag::nomerge | uvm_entry_flag::kernel) && entry.wired_count == 0;
}

// True when `neighbour` is an entry without amap that may become a part of one with `key`.
bool is_bare_and_equal(const vm_map& map, const vm_map_entry& neighbour, const uvm_merge_key& key) {
    return &neighbour != &map.header && !neighbour.aref.ar_amap && uvm_mapent_mergeable(neighbour, key);
}

// `entry` takes the room of a neighbour, which ceases to be.
void swallow(vm_map& map, vm_map_entry& entry, vm_map_entry& gone, uvm_event event) {
    vaddr_t const start = gone.start < entry.start ? gone.start : entry.start;
    vaddr_t const end = gone.end > entry.end ? gone.end : entry.end;
    if (gone.start < entry.start)
        entry.offset = gone.offset;
    bool const was_hint = map.hint == &gone;
    uvm_map_entry_unlink(map, gone);
    uvm_map_entry_resize(map, entry, start, end);
    if (was_hint)
        map.hint = &entry;
    uvm_probe(event, reinterpret_cast<uintptr_t>(&map), entry.entry_id, start.value, end.value);
    drop_object(gone);
    uvm_mapent_free(gone);
}

} // namespace

uint32_t uvm_mapent_trymerge(vm_map& map, vm_map_entry& entry) {
    uvm_change const change;
    if (!can_move(entry) || entry.aref.ar_amap || entry.is_submap())
        return 0;
    uvm_merge_key const key{entry.etype,          entry.obj(),       entry.protection,
                            entry.max_protection, entry.inheritance, entry.advice};
    uint32_t merged = 0;
    vm_map_entry& next = *entry.next;
    if (is_bare_and_equal(map, next, key) && next.start == entry.end && offsets_continue(entry, next)) {
        swallow(map, entry, next, uvm_event::merge_forward);
        ++merged;
    }
    vm_map_entry& previous = *entry.prev;
    if (is_bare_and_equal(map, previous, key) && previous.end == entry.start &&
        offsets_continue(previous, entry)) {
        swallow(map, entry, previous, uvm_event::merge_back);
        ++merged;
    }
    return merged;
}

vm_map_entry* uvm_mapent_trymerge_amap(vm_map& map, vm_map_entry& entry) {
    if (!can_move(entry))
        return nullptr;
    uvm_merge_key const key = key_once_resolved(entry);
    vm_map_entry& next = *entry.next;
    vm_map_entry* left = nullptr;
    if (&next != &map.header && next.start == entry.end && uvm_mapent_mergeable(next, key) &&
        sole_amap(next) && offsets_continue(entry, next) && merge_into_next(map, entry, next)) {
        left = &next;
    } else {
        vm_map_entry& previous = *entry.prev;
        if (&previous != &map.header && previous.end == entry.start && uvm_mapent_mergeable(previous, key) &&
            sole_amap(previous) && offsets_continue(previous, entry) &&
            merge_into_previous(map, entry, previous))
            left = &previous;
    }
    if (left) {
        drop_object(entry);
        uvm_mapent_free(entry);
    }
    return left;
}

} // namespace uvm
