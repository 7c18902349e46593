// The page fault routine.
#pragma once

#include "kernel/vm/uvm_map.h"

namespace uvm {

// normal: a fault of a program. wire: the page is to be wired, with the entry's protection. wire_max:
// likewise, checked against the maximum protection.
enum class uvm_fault_kind : uint8_t { normal, wire, wire_max };

// Makes `va` accessible with `access`: finds the entry, resolves needs-copy, finds or makes the page, enters
// it, and, for a normal fault, enters resident neighbours as the entry's advice says. Locks: none held; takes
// map (shared), amap, object, anon in this order. Sleeps: for memory and I/O. Fails: EFAULT (nothing mapped
// there, or nothing behind it), EACCES (protection), EINVAL (beyond the object's end), ENOMEM, EIO. Nothing
// but needs-copy and neighbours' mappings has changed then. Idea: Cranor, 1998, ch. 4 (fault cases 1A, 1B,
// 2A, 2B).
[[nodiscard]] errno_t uvm_fault(vm_map& map, vaddr_t va, uvm_fault_kind kind, vm_prot_t access);

// Faults in and wires each page of a range whose entries are marked wired / undoes it.
// Locks: map busy or exclusive by the caller.
[[nodiscard]] errno_t uvm_fault_wire(vm_map& map, va_range range, uvm_fault_kind kind);
void uvm_fault_unwire(vm_map& map, va_range range);

} // namespace uvm
