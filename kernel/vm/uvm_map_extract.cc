// Reserve, replace, extract.
#include "kernel/vm/uvm_change.h"
#include "kernel/vm/uvm_history.h"
#include "kernel/vm/uvm_map.h"
#include "kernel/vm/uvm_map_lock.h"
#include "kernel/vm/uvm_map_tree.h"
#include "kernel/vm/uvm_map_wait.h"
#include "kernel/vm/uvm_mapent_reserve.h"

namespace uvm {

bool uvm_map_reserve(vm_map& map, vsize_t size, vaddr_t hint, vsize_t align, vaddr_t& start, uvm_flag flags) {
    start = hint;
    uvm_mapping const blank{.prot = vm_prot_t::none,
                            .max = vm_prot_t::none,
                            .inherit = vm_inherit_t::none,
                            .advice = vm_advice_t::random,
                            .flags = flags | uvm_flag::nomerge};
    return uvm_map(map, start, size, nullptr, uvm_unknown_offset, align, blank) == errno_t::ok;
}

namespace {

bool is_blank(const vm_map_entry& entry) {
    return entry.etype == uvm_etype::none && !entry.aref.ar_amap && entry.max_protection == vm_prot_t::none &&
           entry.wired_count == 0;
}

// True when the chain is ascending, disjoint, not empty anywhere, and inside the range.
bool chain_fits(const vm_map_entry* first, va_range range) {
    vaddr_t at = range.start;
    for (vm_map_entry const* entry = first; entry; entry = entry->next) {
        if (entry->start < at || !(entry->start < entry->end) || entry->end > range.end)
            return false;
        at = entry->end;
    }
    return true;
}

} // namespace

bool uvm_map_replace(vm_map& map, vaddr_t start, vaddr_t end, vm_map_entry* first) {
    vm_map_entry* blank;
    if (!uvm_map_lookup_entry(map, start, &blank) || blank->start != start || blank->end < end ||
        !is_blank(*blank) || !chain_fits(first, {start, end}))
        return false;
    vm_map_entry* after = blank->prev;
    if (end < blank->end) {
        // The piece behind the chain stays blank, and mergeable as the back of a split is. Nothing lies in a
        // blank, so its own entry serves: there is no split to run out of memory.
        blank->flags = without(blank->flags, uvm_entry_flag::nomerge);
        uvm_map_entry_resize(map, *blank, end, blank->end);
    } else {
        uvm_map_entry_unlink(map, *blank);
        uvm_mapent_free(*blank);
    }
    while (first) {
        vm_map_entry* const next = first->next;
        uvm_map_entry_link(map, *after, *first);
        after = first;
        first = next;
    }
    uvm_map_room_made(map);
    return true;
}

namespace {

// What an extraction collects: new entries for the destination, linked by `next`.
struct extract_chain {
    vm_map_entry* first{};
    vm_map_entry* last{};
};

// Entries of a kernel map are taken under its lock.
vm_map_entry* alloc_in(vm_map& dst) {
    if (!dst.kernel) [[likely]]
        return uvm_mapent_alloc(dst);
    map_exclusive_guard const guard(dst);
    return uvm_mapent_alloc(dst);
}

// A copy of `entry` from `skip` bytes into it on, for [start, end) of the destination, with its own
// references.
vm_map_entry* share_entry(vm_map& dst, vm_map_entry& entry, vsize_t skip, va_range range, uvm_extract flags) {
    vm_map_entry* const copy = alloc_in(dst);
    if (!copy)
        return nullptr;
    uvm_mapent_copy(entry, *copy);
    copy->start = range.start;
    copy->end = range.end;
    copy->wired_count = 0;
    bool const quick = has(flags, uvm_extract::qref);
    if (quick)
        copy->flags = uvm_entry_flag::nomerge;
    if (has(flags, uvm_extract::fixprot))
        copy->protection = copy->max_protection;
    if (uvm_object* obj = entry.obj()) {
        copy->offset = entry.offset + skip;
        obj->pgops->reference(*obj);
    }
    if (entry.aref.ar_amap) {
        copy->aref.ar_pageoff = entry.aref.ar_pageoff + bytes_to_pages(skip);
        // Without clipping it may be the middle of what the entry holds.
        amap_ref_part(entry.aref, copy->aref.ar_pageoff, bytes_to_pages(range.size()),
                      amap_share::mark_shared);
    }
    return copy;
}

// Shares every entry of the range, for `to` of dst. There are no submaps: only the kernel's map has them.
// Fails, with what was shared in `chain` and src's mappings unchanged: EINVAL (contig; a hole at the start is
// seen first, one further on when the walk comes to it, and what was split and resolved until then stays),
// ENOMEM. Locks: src exclusive.
errno_t collect(vm_map& src, va_range from, vm_map& dst, vaddr_t to, uvm_extract flags, extract_chain& chain,
                uvm_mapent_reservation& reserved) {
    bool const contig = has(flags, uvm_extract::contig);
    bool const quick = has(flags, uvm_extract::qref);
    vm_map_entry* entry;
    bool const mapped = uvm_map_lookup_entry(src, from.start, &entry);
    if (contig && !mapped)
        return errno_t::einval;
    if (!quick)
        if (errno_t const error = reserved.reserve_for(from); error != errno_t::ok)
            return error;
    if (mapped) {
        if (!quick)
            uvm_map_clip_start(src, *entry, from.start, reserved);
    } else {
        entry = entry->next;
    }
    for (; entry != &src.header && entry->start < from.end; entry = entry->next) {
        if (!quick)
            uvm_map_clip_end(src, *entry, from.end, reserved);
        if (entry->is_needs_copy()) {
            amap_copy(src, *entry, amap_chunking::forbidden, from.start, from.end);
            if (entry->is_needs_copy())
                return errno_t::enomem;
        }
        vaddr_t const low = entry->start > from.start ? entry->start : from.start;
        vaddr_t const high = entry->end < from.end ? entry->end : from.end;
        va_range const target{to + (low - from.start), to + (high - from.start)};
        vm_map_entry* const copy = share_entry(dst, *entry, low - entry->start, target, flags);
        if (!copy)
            return errno_t::enomem;
        copy->next = nullptr;
        (chain.last ? chain.last->next : chain.first) = copy;
        chain.last = copy;
        if (contig && entry->end < from.end &&
            (entry->next == &src.header || entry->next->start > entry->end))
            return errno_t::einval;
    }
    return errno_t::ok;
}

// Gives back a reservation, if it is still there.
void unreserve(vm_map& map, vaddr_t start, vsize_t len) {
    map_exclusive_guard const guard(map);
    (void)uvm_map_replace(map, start, start + len, nullptr);
}

// Room in dst, never inside the part of src that is extracted. False: none, and nothing is reserved.
bool reserve_outside(vm_map& src, va_range from, vm_map& dst, vaddr_t& start) {
    vsize_t const len = from.size();
    bool const down = uvm_map_has(dst, vm_map_flag::topdown);
    if (dst.max() - dst.min() < len)
        return false;
    if (!uvm_map_reserve(dst, len, down ? dst.max() - len : dst.min(), vsize_t(0), start, uvm_flag::none))
        return false;
    if (&src != &dst || start + len <= from.start || start >= from.end)
        return true;
    unreserve(dst, start, len);
    if (down)
        return from.start > dst.min() && from.start - dst.min() >= len &&
               uvm_map_reserve(dst, len, from.start - len, vsize_t(0), start, uvm_flag::none);
    return from.end < dst.max() && uvm_map_reserve(dst, len, from.end, vsize_t(0), start, uvm_flag::none);
}

} // namespace

errno_t uvm_map_extract(vm_map& src, vaddr_t start, vsize_t len, vm_map& dst, vaddr_t& dst_start,
                        uvm_extract flags) {
    uvm_change const change;
    uvm_map_called(src, uvm_map_function::extract, start, start + len);
    // What is in a kernel map has no amap to share, and its entries are the map's own.
    if (src.kernel)
        return errno_t::einval;
    kassert(len != vsize_t(0) && is_aligned(len.value, page_size), "extract: length");
    va_range const from{start, start + len};
    if (!has(flags, uvm_extract::reserved) && !reserve_outside(src, from, dst, dst_start))
        return errno_t::enomem;
    extract_chain chain;
    errno_t error;
    {
        map_exclusive_guard guard(src);
        uvm_mapent_reservation reserved(src);
        error = collect(src, from, dst, dst_start, flags, chain, reserved);
    }
    if (error == errno_t::ok) {
        map_exclusive_guard guard(dst);
        if (!uvm_map_replace(dst, dst_start, dst_start + len, chain.first))
            error = errno_t::efault; // another thread has mapped something else there
    }
    if (error != errno_t::ok) {
        uvm_unmap_detach(chain.first);
        if (!has(flags, uvm_extract::reserved))
            unreserve(dst, dst_start, len);
        return error;
    }
    // Both ends are clipped: only where another thread has changed the map meanwhile is memory needed.
    if (has(flags, uvm_extract::remove))
        error = uvm_unmap(src, from.start, from.end);
    return error;
}

} // namespace uvm
