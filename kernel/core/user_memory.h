// A program's memory, as system calls use it: whatever is wrong with an address is EFAULT.
#pragma once

#include <span>

#include <machine/user_access.h>

#include "kernel/core/user_process.h"

namespace uvm {

// What the access of a call comes to: a lack of memory and a broken disk are told as such.
constexpr errno_t access_error(errno_t error) {
    return error == errno_t::ok || error == errno_t::enomem || error == errno_t::eio ? error
                                                                                     : errno_t::efault;
}

[[nodiscard]] inline errno_t copy_in_bytes(vaddr_t from, std::span<std::byte> to) {
    return access_error(machine::user_read(current_vmspace(), from, to));
}
[[nodiscard]] inline errno_t copy_out_bytes(std::span<const std::byte> from, vaddr_t to) {
    return access_error(machine::user_write(current_vmspace(), to, from));
}
template <class T>
[[nodiscard]] errno_t copy_in(vaddr_t from, T& to) {
    return copy_in_bytes(from, std::as_writable_bytes(std::span(&to, 1)));
}
template <class T>
[[nodiscard]] errno_t copy_out(const T& from, vaddr_t to) {
    return copy_out_bytes(std::as_bytes(std::span(&from, 1)), to);
}
// A string that ends with NUL within `size` bytes, into `to`. Fails: EFAULT, E2BIG (no end).
[[nodiscard]] errno_t copy_in_string(vaddr_t from, char* to, size_t size, size_t* length);

} // namespace uvm
