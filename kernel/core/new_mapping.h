// New mappings of a program: what mmap and brk share.
#pragma once

#include "kernel/core/user_process.h"

namespace uvm {

// What mmap was asked for, checked.
struct mapping_request {
    vaddr_t address;
    vsize_t size;
    uint32_t flags{};
    uvm_object* obj{}; // one reference; null: anonymous memory
    voff_t offset = uvm_unknown_offset;
    vm_prot_t prot{}, max{vm_prot_t::all};
    [[nodiscard]] bool shared() const { return flags & abi::map_shared; }
    [[nodiscard]] bool fixed() const { return flags & abi::map_fixed; }
};

// Whether its fixed place can be there. Fails: EINVAL (misaligned, too low), EOVERFLOW (its end wraps
// around), EFBIG (too high).
[[nodiscard]] errno_t check_place(const vm_map& map, const mapping_request& request);
// Whether the process may have that much. Fails: ENOMEM. Locks: takes the map's, shared.
[[nodiscard]] errno_t check_space_limit(vm_map& map, const mapping_request& request);
// Puts it into the map; `address` is where. Owns: takes over the object's reference, unless it fails. Fails:
// as uvm_map, EEXIST. Locks: needs the mapping lock.
[[nodiscard]] errno_t establish(vm_map& map, mapping_request& request);
// Locks a new mapping in memory where that was asked for; takes it away again when that fails. Fails: ENOMEM.
// Locks: needs the mapping lock.
[[nodiscard]] errno_t lock_new(vm_map& map, const mapping_request& request);

// The advice that a program's mappings begin with: normal, or what the kernel's command line says.
[[nodiscard]] vm_advice_t usual_advice();
// Protection as programs tell it. Fails: EINVAL.
[[nodiscard]] result<vm_prot_t> protection_of(uint32_t bits);

} // namespace uvm
