// System calls that say or ask something about mapped memory: madvise, mincore, msync.
#include <algorithm>
#include <array>

#include "kernel/core/system_calls.h"
#include "kernel/core/user_memory.h"
#include "kernel/core/user_range.h"
#include "kernel/vm/uvm_map_lock.h"

namespace uvm {

namespace {

// The map layer says EFAULT for a hole; POSIX says ENOMEM.
call_result posix(errno_t error) { return done(error == errno_t::efault ? errno_t::enomem : error); }

// True when the page at `va` is in memory. Locks: needs the map's, shared.
bool is_resident(const vm_map_entry& entry, vaddr_t va) {
    vsize_t const offset = va - entry.start;
    if (vm_amap* const amap = entry.aref.ar_amap) {
        mutex_guard const guard(amap->am_lock);
        if (vm_anon const* const anon = amap_lookup(entry.aref, offset))
            return anon->an_page != nullptr;
    }
    uvm_object* const obj = entry.obj();
    if (!obj)
        return false;
    mutex_guard const guard(obj->vmobjlock);
    return uvm_pagelookup(*obj, entry.offset + offset) != nullptr;
}

// Fills in one byte a page; returns how many there are before the first hole.
size_t look(vm_map& map, vaddr_t from, std::span<uint8_t> resident) {
    map_shared_guard const guard(map);
    for (size_t i = 0; i < resident.size(); ++i) {
        vaddr_t const va = from + pages_to_bytes(i);
        vm_map_entry* entry;
        if (!uvm_map_lookup_entry(map, va, &entry))
            return i;
        resident[i] = is_resident(*entry, va) ? 1 : 0;
    }
    return resident.size();
}

} // namespace

call_result sys_madvise(call_arguments& call) {
    vm_map& map = current_vmspace().vm_map;
    result<va_range> const range = pages_touched(call.address(0), call.word(1));
    uint32_t const advice = call.number(2);
    if (!range || advice > abi::adv_free || advice == abi::adv_spaceavail)
        return errno_t::einval;
    va_range const r = *range;
    if (r.empty())
        return uintptr_t{0};
    mutex_guard const guard(mapping_lock);
    if (!is_mapped(map, r))
        return errno_t::enomem;
    switch (advice) {
    case abi::adv_random:
        return posix(uvm_map_advice(map, r.start, r.end, vm_advice_t::random));
    case abi::adv_sequential:
        return posix(uvm_map_advice(map, r.start, r.end, vm_advice_t::sequential));
    case abi::adv_willneed:
        return posix(uvm_map_willneed(map, r.start, r.end));
    case abi::adv_dontneed:
        return posix(uvm_map_clean(map, r.start, r.end, pgo::deactivate));
    case abi::adv_free:
        return posix(uvm_map_clean(map, r.start, r.end, pgo::free));
    default:
        return posix(uvm_map_advice(map, r.start, r.end, vm_advice_t::normal));
    }
}

call_result sys_mincore(call_arguments& call) {
    vm_map& map = current_vmspace().vm_map;
    if (!is_aligned(call.word(0), page_size) || call.word(1) == 0)
        return errno_t::einval;
    result<va_range> const range = pages_touched(call.address(0), call.word(1));
    if (!range)
        return errno_t::enomem;
    vaddr_t to = call.address(2);
    std::array<uint8_t, 128> resident;
    for (vaddr_t at = (*range).start; at < (*range).end;) {
        size_t const wanted =
            std::min<uintptr_t>(resident.size(), ((*range).end - at).value >> machine::page_shift);
        size_t const found = look(map, at, std::span(resident).first(wanted));
        errno_t const error = copy_out_bytes(std::as_bytes(std::span(resident)).first(found), to);
        if (error != errno_t::ok)
            return error;
        if (found < wanted)
            return errno_t::enomem;
        at += pages_to_bytes(found);
        to += vsize_t(found);
    }
    return uintptr_t{0};
}

call_result sys_msync(call_arguments& call) {
    vm_map& map = current_vmspace().vm_map;
    uint32_t const flags = call.number(2);
    constexpr uint32_t known = abi::sync_async | abi::sync_invalidate | abi::sync_sync;
    bool const both = (flags & abi::sync_async) && (flags & abi::sync_sync);
    if (flags == 0 || (flags & ~known) || both)
        return errno_t::einval;
    result<va_range> const range = pages_touched(call.address(0), call.word(1));
    if (!range)
        return errno_t::enomem;
    va_range r = *range;
    mutex_guard const guard(mapping_lock);
    if (r.empty()) { // the whole entry
        map_shared_guard const shared(map);
        vm_map_entry* entry;
        if (!uvm_map_lookup_entry(map, r.start, &entry))
            return errno_t::einval;
        r = entry->range();
    } else if (!is_mapped(map, r)) {
        return errno_t::enomem;
    }
    pgo what = pgo::cleanit;
    if (!(flags & abi::sync_async))
        what |= pgo::syncio;
    if (flags & abi::sync_invalidate)
        what |= pgo::free;
    return posix(uvm_map_clean(map, r.start, r.end, what));
}

} // namespace uvm
