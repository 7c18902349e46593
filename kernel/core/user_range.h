// Ranges of a program's memory, as the calls on memory take them.
#pragma once

#include "kernel/core/user_process.h"

namespace uvm {

// The pages that [address, address + length) touches. Fails: EINVAL when its end wraps around.
[[nodiscard]] inline result<va_range> pages_touched(vaddr_t address, uintptr_t length) {
    vaddr_t const start = trunc_page(address);
    uintptr_t const in_page = address.value & page_mask;
    if (length > ~uintptr_t{0} - in_page - page_mask)
        return errno_t::einval;
    vsize_t const size = round_page(vsize_t(length + in_page));
    if (size.value > ~uintptr_t{0} - start.value)
        return errno_t::einval;
    return va_range{start, start + size};
}

// True when every page of a range that is not empty is mapped. Locks: takes the map's, shared.
[[nodiscard]] bool is_mapped(vm_map& map, va_range range);
// Bytes of the range that are mapped. Locks: takes the map's, shared.
[[nodiscard]] vsize_t mapped_bytes(vm_map& map, va_range range);

// Held by every call that changes what is mapped where, so that replacing a mapping is one step for the
// others.
extern mutex mapping_lock;

// A limit of the calling process in bytes.
inline uint64_t limit_of(uint32_t which) { return current_user_process().limits[which].current; }
// True when `bytes` more may be locked in memory by the process / without taking too much of all memory.
[[nodiscard]] bool may_lock(const vm_map& map, vsize_t bytes);
[[nodiscard]] bool memory_allows_lock(vsize_t bytes);

// The rights that a mapping which begins with `prot` may ever have, by the policies of the calling process.
[[nodiscard]] vm_prot_t most_rights(vm_prot_t prot);
// Takes from each mapping the right to become what may be written and executed. Fails, with nothing changed:
// EACCES, one is both already; ENOMEM. Locks: needs the mapping lock, or a map that nobody else knows.
[[nodiscard]] errno_t restrict_rights(vm_map& map);

// The highest address below the stack and its guard that a mapping of this size can begin at.
[[nodiscard]] vaddr_t default_address(vsize_t size);

} // namespace uvm
