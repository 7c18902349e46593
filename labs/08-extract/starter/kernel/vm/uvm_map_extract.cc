// Lab 8. Yours: uvm_map_replace, share_entry, collect, reserve_outside. The rest is given.
//
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

[[maybe_unused]] bool is_blank(const vm_map_entry& entry) {
    return entry.etype == uvm_etype::none && !entry.aref.ar_amap && entry.max_protection == vm_prot_t::none &&
           entry.wired_count == 0;
}

// True when the chain is ascending, disjoint, not empty anywhere, and inside the range.
[[maybe_unused]] bool chain_fits(const vm_map_entry* first, va_range range) {
    vaddr_t at = range.start;
    for (vm_map_entry const* entry = first; entry; entry = entry->next) {
        if (entry->start < at || !(entry->start < entry->end) || entry->end > range.end)
            return false;
        at = entry->end;
    }
    return true;
}

} // namespace

bool uvm_map_replace(vm_map& map, vaddr_t start, vaddr_t end, vm_map_entry* first, vm_map_entry*) {
    static_cast<void>(map);
    static_cast<void>(start);
    static_cast<void>(end);
    static_cast<void>(first);
    panic("lab 8: uvm_map_replace is not written yet");
}

namespace {

// What an extraction collects: new entries for the destination, linked by `next`.
struct extract_chain {
    vm_map_entry* first{};
    vm_map_entry* last{};
};

// Entries of a kernel map are taken under its lock.
[[maybe_unused]] vm_map_entry* alloc_in(vm_map& dst) {
    if (!dst.kernel) [[likely]]
        return uvm_mapent_alloc(dst);
    map_exclusive_guard const guard(dst);
    return uvm_mapent_alloc(dst);
}

// A copy of `entry` from `skip` bytes into it on, for [start, end) of the destination, with its own
// references.
[[maybe_unused]] vm_map_entry* share_entry(vm_map& dst, vm_map_entry& entry, vsize_t skip, va_range range,
                                           uvm_extract flags) {
    static_cast<void>(dst);
    static_cast<void>(entry);
    static_cast<void>(skip);
    static_cast<void>(range);
    static_cast<void>(flags);
    panic("lab 8: share_entry is not written yet");
}

// Shares every entry of [start, end) of src. Locks: src exclusive.
errno_t collect(vm_map& src, va_range from, vm_map& dst, vaddr_t to, uvm_extract flags, extract_chain& chain,
                uvm_mapent_reservation& reserved) {
    static_cast<void>(src);
    static_cast<void>(from);
    static_cast<void>(dst);
    static_cast<void>(to);
    static_cast<void>(flags);
    static_cast<void>(chain);
    static_cast<void>(reserved);
    panic("lab 8: collect is not written yet");
}

// Room in dst, never inside the part of src that is extracted.
bool reserve_outside(vm_map& src, va_range from, vm_map& dst, vaddr_t& start) {
    static_cast<void>(src);
    static_cast<void>(from);
    static_cast<void>(dst);
    static_cast<void>(start);
    panic("lab 8: reserve_outside is not written yet");
}

} // namespace

errno_t uvm_map_extract(vm_map& src, vaddr_t start, vsize_t len, vm_map& dst, vaddr_t& dst_start,
                        uvm_extract flags) {
    uvm_change const change;
    uvm_map_called(src, uvm_map_function::extract, start, start + len);
    kassert(!src.kernel, "extract: out of a kernel map");
    kassert(len != vsize_t(0) && is_aligned(len.value, page_size), "extract: length");
    va_range const from{start, start + len};
    if (!has(flags, uvm_extract::reserved) && !reserve_outside(src, from, dst, dst_start))
        return errno_t::enomem;
    extract_chain chain;
    vm_map_entry* removed = nullptr;
    errno_t error;
    {
        map_exclusive_guard guard(src);
        uvm_mapent_reservation reserved(src);
        error = collect(src, from, dst, dst_start, flags, chain, reserved);
        if (error == errno_t::ok && has(flags, uvm_extract::remove))
            removed = uvm_unmap_remove(src, from.start, from.end, uvm_flag::none, reserved);
    }
    if (error == errno_t::ok) {
        map_exclusive_guard guard(dst);
        if (!uvm_map_replace(dst, dst_start, dst_start + len, chain.first, chain.last))
            panic("extract: the reservation is gone");
    } else {
        uvm_unmap_detach(chain.first);
        if (!has(flags, uvm_extract::reserved))
            uvm_unmap_whole(dst, dst_start, dst_start + len);
    }
    uvm_unmap_detach(removed);
    return error;
}

} // namespace uvm
