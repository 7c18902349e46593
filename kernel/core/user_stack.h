// Stacks that grow as they are used.
//
// The stack of a program's first thread is a mapping that ends at the top of user memory and grows downwards
// as it is used, to the limit on its size and no further than user_stack_size.
//
//   stack_bottom - guard   stack_bottom                        stack's start          user_stack_top
//        | guard: an entry without rights | free, kept for the stack | the stack: one entry     |
//
// Any other is made by mmap with map_stack: room that nobody may ever touch, and a page at its end. A touch
// of the room makes the stack longer by taking from it.
//
//        room's start              page touched                    stack's start           end
//        | user_stack_gap: stays room | room | becomes stack ...   | the stack: one entry  |
//
// Where somebody maps over the room, what is left of it begins behind that, and so does the gap.
#pragma once

#include "kernel/core/user_process.h"

namespace uvm {

// Free pages that stay between the stack and what somebody has mapped in its way.
inline constexpr vsize_t user_stack_gap{16 * page_size};

// Makes the stack of the current process that `page` belongs to long enough for it. Fails: EFAULT when the
// page is no place for it: outside of the room, beyond the limit, too near to another mapping; ENOMEM. Locks:
// takes the mapping lock unless the caller holds it.
[[nodiscard]] errno_t user_stack_grow(vm_map& map, vaddr_t page);

} // namespace uvm
