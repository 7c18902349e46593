// Loads and stores at user addresses.
#pragma once

#include <span>

#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace uvm {
struct vmspace;
}

namespace uvm::machine {

// Reads or writes user memory of a space under its page tables, page by page ascending, resolving faults on
// the way. Locks: none held. Sleeps: as uvm_fault. Fails: with the error of the first page that could not be
// accessed; bytes before it stay read or written.
[[nodiscard]] errno_t user_read(vmspace& vm, vaddr_t va, std::span<std::byte> to);
[[nodiscard]] errno_t user_write(vmspace& vm, vaddr_t va, std::span<const std::byte> from);

// The same for addresses of kernel_map, as the kernel's own code would reach them: faults go to that map.
// Fails: also EFAULT, the address is not of kernel_map.
[[nodiscard]] errno_t kernel_read(vaddr_t va, std::span<std::byte> to);
[[nodiscard]] errno_t kernel_write(vaddr_t va, std::span<const std::byte> from);

} // namespace uvm::machine
