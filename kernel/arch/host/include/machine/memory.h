// The host machine's physical memory: one arena. A physical address is an offset into it.
#pragma once

#include <span>

#include "kernel/base/address.h"

namespace uvm::machine {

// A half-open range of frames.
struct physical_range {
    paddr_t start, end;
};

// Where the arena is mapped; null before host_boot.
extern std::byte* arena_base;
extern vsize_t arena_size;

// A pointer to a physical address inside the arena / the physical address of a pointer into it.
inline void* phys_to_ptr(paddr_t pa) { return arena_base + pa.value; }
inline paddr_t ptr_to_phys(const void* p) {
    return paddr_t(uintptr_t(static_cast<const std::byte*>(p) - arena_base));
}

// Clears a page frame / copies one.
void zero_frame(paddr_t pa);
void copy_frame(paddr_t from, paddr_t to);

// The frames that are free at boot, ascending.
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

// The processor's time stamp counter.
inline uint64_t cycle_count() { return __builtin_ia32_rdtsc(); }

} // namespace uvm::machine
