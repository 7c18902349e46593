// Loads and stores at user addresses, as a program would make them.
#pragma once

#include <cstddef>
#include <span>

#include "kernel/base/address.h"
#include "kernel/base/result.h"

namespace uvm {
struct vmspace;

namespace machine {

// Copies from / to `va` of the space, page by page, ascending, through its page tables; faults go to
// uvm_fault. Fails: the fault's error (EFAULT, EACCES, EINVAL, ENOMEM, EIO); bytes before the failing page
// are copied. Locks: none held. Sleeps: as faults do.
[[nodiscard]] errno_t user_read(vmspace& vm, vaddr_t va, std::span<std::byte> to);
[[nodiscard]] errno_t user_write(vmspace& vm, vaddr_t va, std::span<const std::byte> from);

// The same for addresses of kernel_map, as the kernel's own code would reach them: faults go to that map.
// Fails: also EFAULT, the address is not of kernel_map.
[[nodiscard]] errno_t kernel_read(vaddr_t va, std::span<std::byte> to);
[[nodiscard]] errno_t kernel_write(vaddr_t va, std::span<const std::byte> from);

} // namespace machine
} // namespace uvm
