// uvm_map: validate, find room, then merge into a neighbour or make one new entry.
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_map_merge.h"
#include "kernel/vm/uvm_map_tree.h"
#include "kernel/vm/uvm_page.h"
#include "kernel/vm/uvm_probe.h"

namespace uvm {

namespace {

struct placement {
    vm_map_entry* before; // the entry (or header) before the space
    vaddr_t start;
    vsize_t size;
    uvm_object* obj;
    voff_t offset;
    uvm_merge_key key;
};

uvm_etype etype_of(const uvm_object* obj, uvm_flag flags) {
    uvm_etype etype = obj ? uvm_etype::object : uvm_etype::none;
    if (has(flags, uvm_flag::copyonw)) {
        etype |= uvm_etype::copy_on_write;
        if (!has(flags, uvm_flag::overlay))
            etype |= uvm_etype::needs_copy;
    }
    return etype;
}

// The reference on an object that a merge made superfluous.
void drop(uvm_object* obj) {
    if (obj)
        obj->pgops->detach(*obj);
}

bool can_merge_back(const vm_map& map, const placement& p) {
    vm_map_entry const& prev = *p.before;
    return &prev != &map.header && prev.end == p.start && uvm_mapent_mergeable(prev, p.key) &&
           (!p.obj || prev.offset + prev.size() == p.offset);
}

bool can_merge_forward(const vm_map& map, const placement& p) {
    vm_map_entry const& next = *p.before->next;
    return &next != &map.header && next.start == p.start + p.size && uvm_mapent_mergeable(next, p.key) &&
           (!p.obj || next.offset == p.offset + p.size) &&
           (!next.aref.ar_amap || next.aref.ar_amap->am_ref == 1);
}

bool extend(vm_map_entry& entry, vsize_t by, amap_extend_dir dir) {
    return !entry.aref.ar_amap || amap_extend(entry, by, dir, amap_memory::may_wait) == errno_t::ok;
}

void count_and_probe(uvm_event event, uvm_counter& counter, const vm_map& map, const vm_map_entry& entry) {
    uvm_count(counter);
    uvm_probe(event, reinterpret_cast<uintptr_t>(&map), entry.entry_id, entry.start.value, entry.end.value);
}

// prev already covers the new range; takes next in as well. false: the back merge stands alone.
bool merge_both(vm_map& map, placement const& p) {
    vm_map_entry& prev = *p.before;
    vm_map_entry& next = *prev.next;
    if (prev.aref.ar_amap && next.aref.ar_amap)
        return false;
    if (!extend(prev, next.size(), amap_extend_dir::forwards) ||
        !extend(next, prev.size(), amap_extend_dir::backwards))
        return false;
    if (next.aref.ar_amap)
        prev.aref = next.aref;
    vaddr_t const end = next.end;
    uvm_map_entry_unlink(map, next);
    uvm_map_entry_resize(map, prev, prev.start, end);
    drop(p.obj); // of the three references one is left
    uvm_mapent_free(next);
    return true;
}

enum class merged : uint8_t { no, yes };

merged try_merge(vm_map& map, placement const& p) {
    bool back = false;
    if (can_merge_back(map, p)) {
        vm_map_entry& prev = *p.before;
        bool const shared = prev.aref.ar_amap && prev.aref.ar_amap->am_ref != 1;
        if (!shared) {
            if (!extend(prev, p.size, amap_extend_dir::forwards))
                return merged::no;
            uvm_map_entry_resize(map, prev, prev.start, p.start + p.size);
            drop(p.obj);
            back = true;
        }
    }
    if (can_merge_forward(map, p)) {
        if (back) {
            if (merge_both(map, p)) {
                count_and_probe(uvm_event::merge_both, map.counters->bimerge, map, *p.before);
                return merged::yes;
            }
        } else {
            vm_map_entry& next = *p.before->next;
            if (!extend(next, p.size, amap_extend_dir::backwards))
                return merged::no;
            if (p.obj)
                next.offset = p.offset;
            uvm_map_entry_resize(map, next, p.start, next.end);
            drop(p.obj);
            count_and_probe(uvm_event::merge_forward, map.counters->forwmerge, map, next);
            return merged::yes;
        }
    }
    if (!back)
        return merged::no;
    count_and_probe(uvm_event::merge_back, map.counters->backmerge, map, *p.before);
    return merged::yes;
}

errno_t make_entry(vm_map& map, placement const& p, uvm_flag flags) {
    vm_map_entry* const entry = uvm_mapent_alloc(map);
    if (!entry)
        return errno_t::enomem;
    if (has(flags, uvm_flag::overlay)) {
        vsize_t const pad = has(flags, uvm_flag::amappad) ? pages_to_bytes(uvm_amap_pad) : vsize_t(0);
        entry->aref.ar_amap = amap_alloc(p.size, pad, amap_memory::may_wait);
        if (!entry->aref.ar_amap) {
            uvm_mapent_free(*entry);
            return errno_t::enomem;
        }
    }
    entry->start = p.start;
    entry->end = p.start + p.size;
    entry->object.uvm_obj = p.obj;
    entry->offset = p.obj ? p.offset : voff_t(0);
    entry->etype = p.key.etype;
    entry->protection = p.key.prot;
    entry->max_protection = p.key.max;
    entry->inheritance = p.key.inherit;
    entry->advice = p.key.advice;
    if (has(flags, uvm_flag::nomerge))
        entry->flags |= uvm_entry_flag::nomerge;
    uvm_map_entry_link(map, *p.before, *entry);
    map.hint = entry;
    uvm_count(map.counters->nomerge);
    return errno_t::ok;
}

} // namespace

errno_t uvm_map(vm_map& map, vaddr_t& start, vsize_t size, uvm_object* obj, voff_t offset, vsize_t align,
                const uvm_mapping& how) {
    uvm_change const change;
    kassert(size != vsize_t(0) && is_aligned(size.value, page_size), "uvm_map: size");
    uvm_count(map.counters->map_call);
    if (without(how.prot, how.max) != vm_prot_t::none)
        return errno_t::eacces;
    if (has(how.flags, uvm_flag::trylock)) {
        if (!vm_map_lock_try(map))
            return errno_t::eagain;
    } else {
        vm_map_lock(map);
    }
    placement p{nullptr, start,  size,
                obj,     offset, {etype_of(obj, how.flags), obj, how.prot, how.max, how.inherit, how.advice}};
    p.before = uvm_map_findspace(map, start, size, &p.start, align, how.flags);
    errno_t error = errno_t::enomem;
    if (p.before) {
        // An object without an offset is the kernel's: it is mapped at its distance from the map's minimum.
        if (obj && offset == uvm_unknown_offset)
            p.offset = voff_t((p.start - map.min()).value);
        bool const merge = !has(how.flags, uvm_flag::nomerge);
        error = merge && try_merge(map, p) == merged::yes ? errno_t::ok : make_entry(map, p, how.flags);
        if (error == errno_t::ok)
            start = p.start;
    }
    vm_map_unlock(map);
    return error;
}

} // namespace uvm
