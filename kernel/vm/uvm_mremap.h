// Resizing and moving of what is mapped.
#pragma once

#include "kernel/vm/uvm_map.h"

namespace uvm {

// fixed: the result lies exactly at `new_start`, in room that is free. keep: the old range stays mapped too
// and shares its pages with the new one, which then never is the old place.
enum class uvm_remap : uint8_t { none = 0, fixed = 1, keep = 2 };
template <>
inline constexpr bool is_flag_enum<uvm_remap> = true;

// Makes the mappings of [old_start, old_start + old_size) `new_size` bytes long: in place where that is
// possible, else elsewhere, near the hint `new_start`, aligned to `align` (0: any). No page is copied: the
// moved range takes its amaps and objects along. New pages at the end are mapped as the last old page is.
// Sizes are bytes, whole pages. On success new_start is where the range is now.
// Fails, with the mappings unchanged (entries may have been split and needs-copy resolved):
// EINVAL (size 0, not page aligned, outside the map, a hole or submap in the old range, align no power of two
// or with fixed), EBUSY (something in the old range is wired and it would have to grow or move; whether
// there is room does not matter), E2BIG (it grows, and new pages of an object would lie beyond
// uvm_largest_offset), ENOMEM (no room, occupied with fixed, or no memory).
// Locks: takes map exclusively; for other threads it is one step, while which the map is marked busy.
[[nodiscard]] errno_t uvm_mremap(vm_map& map, vaddr_t old_start, vsize_t old_size, vaddr_t& new_start,
                                 vsize_t new_size, vsize_t align, uvm_remap flags);

} // namespace uvm
