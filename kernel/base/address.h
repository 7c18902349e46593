// Strong types for addresses, sizes, object offsets and page numbers.
//
// An address is not a number: adding two of them, or passing a length where an address is meant, does not
// compile. All arithmetic is on unsigned integers and may wrap only where a function says so; code that
// cannot rule out a wrap-around uses the checked_ forms.
#pragma once

#include <compare>
#include <cstdint>

namespace uvm {

// A length in bytes of the target's address space (BSD: vsize_t). Never negative.
struct vsize_t {
    uintptr_t value{};
    constexpr vsize_t() = default;
    constexpr explicit vsize_t(uintptr_t v) : value(v) {}
    constexpr auto operator<=>(const vsize_t&) const = default;
    constexpr explicit operator bool() const { return value != 0; }
    constexpr vsize_t& operator+=(vsize_t b) {
        value += b.value;
        return *this;
    }
    constexpr vsize_t& operator-=(vsize_t b) {
        value -= b.value;
        return *this;
    }
};
constexpr vsize_t operator+(vsize_t a, vsize_t b) { return vsize_t(a.value + b.value); }
constexpr vsize_t operator-(vsize_t a, vsize_t b) { return vsize_t(a.value - b.value); }

// A virtual address of the target (BSD: vaddr_t). Only <machine/memory.h> turns one into a pointer.
struct vaddr_t {
    uintptr_t value{};
    constexpr vaddr_t() = default;
    constexpr explicit vaddr_t(uintptr_t v) : value(v) {}
    constexpr auto operator<=>(const vaddr_t&) const = default;
    constexpr vaddr_t& operator+=(vsize_t b) {
        value += b.value;
        return *this;
    }
    constexpr vaddr_t& operator-=(vsize_t b) {
        value -= b.value;
        return *this;
    }
};
constexpr vaddr_t operator+(vaddr_t a, vsize_t b) { return vaddr_t(a.value + b.value); }
constexpr vaddr_t operator-(vaddr_t a, vsize_t b) { return vaddr_t(a.value - b.value); }
constexpr vsize_t operator-(vaddr_t a, vaddr_t b) { return vsize_t(a.value - b.value); }

// A physical address of the target (BSD: paddr_t).
struct paddr_t {
    uintptr_t value{};
    constexpr paddr_t() = default;
    constexpr explicit paddr_t(uintptr_t v) : value(v) {}
    constexpr auto operator<=>(const paddr_t&) const = default;
};
constexpr paddr_t operator+(paddr_t a, vsize_t b) { return paddr_t(a.value + b.value); }
constexpr vsize_t operator-(paddr_t a, paddr_t b) { return vsize_t(a.value - b.value); }

// A byte offset inside a memory object (BSD: voff_t); 64 bits on every machine.
struct voff_t {
    uint64_t value{};
    constexpr voff_t() = default;
    constexpr explicit voff_t(uint64_t v) : value(v) {}
    constexpr auto operator<=>(const voff_t&) const = default;
};
constexpr voff_t operator+(voff_t a, vsize_t b) { return voff_t(a.value + b.value); }
constexpr voff_t operator-(voff_t a, vsize_t b) { return voff_t(a.value - b.value); }
constexpr uint64_t operator-(voff_t a, voff_t b) { return a.value - b.value; }

// The half-open range [start, end) of virtual addresses.
struct va_range {
    vaddr_t start, end;
    constexpr bool operator==(const va_range&) const = default;
    [[nodiscard]] constexpr vsize_t size() const { return end - start; }
    [[nodiscard]] constexpr bool empty() const { return !(start < end); }
    [[nodiscard]] constexpr bool contains(vaddr_t va) const { return start <= va && va < end; }
};

// True when va + size does not run past the end of the address space (ending exactly at 2^N is allowed: the
// last byte is what counts).
constexpr bool range_fits(vaddr_t va, vsize_t size) {
    return size.value == 0 || va.value + (size.value - 1) >= va.value;
}

// Rounding to a power of two `to` (bytes). round_up may wrap to 0: callers that cannot exclude it test first.
constexpr vaddr_t round_down(vaddr_t va, uintptr_t to) { return vaddr_t(va.value & ~(to - 1)); }
constexpr vaddr_t round_up(vaddr_t va, uintptr_t to) { return vaddr_t((va.value + to - 1) & ~(to - 1)); }
constexpr vsize_t round_up(vsize_t s, uintptr_t to) { return vsize_t((s.value + to - 1) & ~(to - 1)); }
constexpr bool is_aligned(uintptr_t v, uintptr_t to) { return (v & (to - 1)) == 0; }
constexpr bool is_power_of_two(uintptr_t v) { return v != 0 && (v & (v - 1)) == 0; }

} // namespace uvm
