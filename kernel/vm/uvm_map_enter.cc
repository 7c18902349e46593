// uvm_map: validate, find room, then merge into a neighbour or make one new entry.
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_history.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_map_kernel.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_map_merge.h"
#include "kernel/vm/uvm_map_tree.h"
#include "kernel/vm/uvm_mapent_reserve.h"
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
           (!next.aref.ar_amap || amap_is_sole(*next.aref.ar_amap));
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
    if (has(next.flags, uvm_entry_flag::quantum)) [[unlikely]]
        uvm_map_kernel_merged(map, next);
    else
        uvm_mapent_free(next);
    return true;
}

enum class merged : uint8_t { no, yes };

merged try_merge(vm_map& map, placement const& p) {
    bool back = false;
    if (can_merge_back(map, p)) {
        vm_map_entry& prev = *p.before;
        bool const shared = prev.aref.ar_amap && !amap_is_sole(*prev.aref.ar_amap);
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

// An entry that lies nowhere yet, with its amap when it is to have one. Null without memory.
vm_map_entry* new_entry(vm_map& map, placement const& p, uvm_flag flags) {
    vm_map_entry* const entry = uvm_mapent_alloc(map);
    if (entry && has(flags, uvm_flag::overlay)) {
        vsize_t const pad = has(flags, uvm_flag::amappad) ? pages_to_bytes(uvm_amap_pad) : vsize_t(0);
        entry->aref.ar_amap = amap_alloc(p.size, pad, amap_memory::may_wait);
        if (!entry->aref.ar_amap) {
            uvm_mapent_free(*entry);
            return nullptr;
        }
    }
    return entry;
}

// Gives one back that was not needed.
void drop_entry(placement const& p, vm_map_entry* entry) {
    if (!entry)
        return;
    if (entry->aref.ar_amap)
        amap_unref(*entry->aref.ar_amap, 0, bytes_to_pages(p.size), amap_cover::all);
    uvm_mapent_free(*entry);
}

void place_entry(vm_map& map, placement const& p, uvm_flag flags, vm_map_entry* entry) {
    entry->start = p.start;
    entry->end = p.start + p.size;
    entry->object.uvm_obj = p.obj;
    entry->offset = p.obj ? p.offset : voff_t(0);
    entry->etype = p.key.etype;
    entry->protection = p.key.prot;
    entry->max_protection = p.key.max;
    entry->inheritance = p.key.inherit;
    entry->advice = p.key.advice;
    if (has(flags, uvm_flag::nomerge | uvm_flag::quantum))
        entry->flags |= has(flags, uvm_flag::nomerge) ? uvm_entry_flag::nomerge : uvm_entry_flag::quantum;
    uvm_map_entry_link(map, *p.before, *entry);
    map.hint = entry;
    uvm_count(map.counters->nomerge);
}

// Takes away what lies where the mapping goes. All that can fail comes first; afterwards there are the new
// entry, unless it can be merged, and a list of dead ones. Locks: map exclusive.
errno_t make_room(vm_map& map, placement const& p, uvm_flag flags, vm_map_entry** fresh,
                  vm_map_entry** dead) {
    kassert(has(flags, uvm_flag::fixed) && !has(flags, uvm_flag::nowait),
            "uvm_map: unmap goes with fixed and without nowait");
    if (p.start < map.min() || p.start > map.max() || p.size > map.max() - p.start)
        return errno_t::enomem;
    va_range const range{p.start, p.start + p.size};
    uvm_mapent_reservation splits(map);
    if (errno_t const error = splits.reserve_for(range); error != errno_t::ok)
        return error;
    *fresh = new_entry(map, p, flags);
    if (!*fresh)
        return errno_t::enomem;
    *dead = uvm_unmap_remove(map, range.start, range.end, uvm_flag::none, splits);
    return errno_t::ok;
}

// Calls uvm_map until there is room. Between the calls nothing is locked and no change under way.
[[gnu::cold, gnu::noinline]] errno_t map_waiting(vm_map& map, vaddr_t& start, vsize_t size, uvm_object* obj,
                                                 voff_t offset, vsize_t align, uvm_mapping how) {
    kassert(!has(how.flags, uvm_flag::nowait), "uvm_map: nowait and waitva exclude each other");
    how.flags = without(how.flags, uvm_flag::waitva) | uvm_flag::wantva;
    while (true) {
        uint32_t const before = atomic::load(map.room_made);
        errno_t const error = uvm_map(map, start, size, obj, offset, align, how);
        if (error != errno_t::restart)
            return error;
        if (!map.kernel || !uvm_map_drain(map))
            sleep_while(map.room_made, before, "room in a map");
    }
}

// Nobody can be waited for when not even an empty map would do.
errno_t no_room(vm_map& map, vsize_t size, uvm_flag flags) {
    if (!has(flags, uvm_flag::wantva) || size > map.max() - map.min())
        return errno_t::enomem;
    map.flags |= vm_map_flag::wantva;
    return errno_t::restart;
}

} // namespace

errno_t uvm_map(vm_map& map, vaddr_t& start, vsize_t size, uvm_object* obj, voff_t offset, vsize_t align,
                const uvm_mapping& how) {
    if (has(how.flags, uvm_flag::waitva)) [[unlikely]]
        return map_waiting(map, start, size, obj, offset, align, how);
    uvm_change const change;
    if (uvm_probe_is_watched(uvm_event_class::call)) [[unlikely]]
        uvm_map_called(map, uvm_map_function::map, start, start + size);
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
    placement p{nullptr,
                start,
                size,
                obj,
                offset,
                {etype_of(obj, how.flags), obj, how.prot, how.max, how.inherit, how.advice,
                 uvm_merge_flags(how.flags)}};
    vm_map_entry* fresh = nullptr;
    vm_map_entry* dead = nullptr;
    errno_t error = errno_t::ok;
    if (map.kernel) [[unlikely]]
        error = uvm_map_kernel_spare(map, has(how.flags, uvm_flag::fixed) ? va_range{start, start + size}
                                                                          : va_range{});
    else if (has(how.flags, uvm_flag::unmap))
        error = make_room(map, p, how.flags, &fresh, &dead);
    if (error == errno_t::ok) {
        p.before = uvm_map_findspace(map, start, size, &p.start, align, how.flags);
        kassert(p.before || !fresh, "uvm_map: no room where room was made");
        error = p.before ? errno_t::ok : no_room(map, size, how.flags);
    }
    if (error == errno_t::ok) {
        // An object without an offset is the kernel's: it is mapped at its distance from kernel_map's
        // minimum.
        if (obj && offset == uvm_unknown_offset)
            p.offset = voff_t((p.start - uvm_kernel_object_base(map)).value);
        bool const merge = !has(how.flags, uvm_flag::nomerge);
        if (!merge || try_merge(map, p) == merged::no) {
            vm_map_entry* const entry = fresh ? fresh : new_entry(map, p, how.flags);
            fresh = nullptr;
            if (entry)
                place_entry(map, p, how.flags, entry);
            else
                error = errno_t::enomem;
        }
        if (error == errno_t::ok) {
            start = p.start;
            if (obj && has(how.prot, vm_prot_t::execute))
                atomic::store_relaxed(obj->uo_executed, 1);
        }
    }
    if (map.kernel) [[unlikely]]
        uvm_map_kernel_spare_done(map, error == errno_t::ok && has(how.flags, uvm_flag::quantum));
    vm_map_unlock(map);
    drop_entry(p, fresh);
    uvm_unmap_detach(dead);
    return error;
}

} // namespace uvm
