// Physical memory and the direct map: kernel address = physical address + kernel_base.
#pragma once

#include <span>

#include <machine/param.h>

#include "kernel/base/address.h"

namespace uvm {

// What a debugger needs to find kernel memory in the machine's RAM.
struct machine_window_t {
    uint64_t va_base, pa_base, size;
};
extern machine_window_t machine_window;

} // namespace uvm

namespace uvm::machine {

struct physical_range {
    paddr_t start, end;
};

inline void* phys_to_ptr(paddr_t pa) { return reinterpret_cast<void*>(pa.value + kernel_base); }
inline paddr_t ptr_to_phys(const void* p) { return paddr_t(reinterpret_cast<uintptr_t>(p) - kernel_base); }

// Clears a page frame / copies one: one string instruction each.
inline void zero_frame(paddr_t pa) { __builtin_memset(phys_to_ptr(pa), 0, uintptr_t{1} << page_shift); }
inline void copy_frame(paddr_t from, paddr_t to) {
    __builtin_memcpy(phys_to_ptr(to), phys_to_ptr(from), uintptr_t{1} << page_shift);
}

// The frames that nobody uses at boot, ascending. The array lives for ever.
std::span<const physical_range> physical_memory();

// Adds to a word in one instruction that does not lock the bus: nobody sees half of it and no interrupt comes
// in between, but another processor's addition at the same moment may be lost. The compiler makes three
// instructions of it.
inline void add_to(uintptr_t& word, uintptr_t by) {
    if constexpr (sizeof word == 8)
        asm volatile("addq %1, %0" : "+m"(word) : "er"(by) : "cc");
    else
        asm volatile("addl %1, %0" : "+m"(word) : "ri"(by) : "cc");
}

inline uint64_t cycle_count() {
    if constexpr (sizeof(uintptr_t) == sizeof(uint32_t)) {
        uint64_t count; // "A" is edx:eax here
        asm volatile("rdtsc" : "=A"(count));
        return count;
    } else {
        uint64_t low, high;
        asm volatile("rdtsc" : "=a"(low), "=d"(high));
        return high << 32 | low;
    }
}

} // namespace uvm::machine
