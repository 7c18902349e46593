// The two formats of x86 page tables, as constants. Both keep the flags at the same bits.
#pragma once

#include <cstdint>

namespace uvm::x86 {

// Bits of an entry, in tables of every level. The three `soft` bits are left to software by the hardware.
template <class Word>
struct entry_bits {
    static constexpr Word present = 0x001;
    static constexpr Word write = 0x002;
    static constexpr Word user = 0x004;
    static constexpr Word accessed = 0x020;
    static constexpr Word dirty = 0x040;
    static constexpr Word large = 0x080;      // the entry maps a large page; there is no table below
    static constexpr Word soft_wired = 0x200; // the mapping counts as wired
    static constexpr Word soft_execute =
        0x400; // execute was asked for, whether the hardware can refuse it or not
    static constexpr Word soft_managed = 0x800; // the mapping is on its page's list
};

// i386 without PAE: 10 + 10 + 12 bits, and no way to forbid execution.
struct two_level : entry_bits<uint32_t> {
    using word = uint32_t;
    static constexpr uint32_t levels = 2;
    static constexpr uint32_t index_bits = 10;
    static constexpr word frame_mask = 0xfffff000;
    static constexpr word no_execute = 0;
    static constexpr uint64_t user_end = 0xc0000000; // the rest belongs to the kernel
};

// x86-64: 9 + 9 + 9 + 9 + 12 bits, and an execute-disable bit.
struct four_level : entry_bits<uint64_t> {
    using word = uint64_t;
    static constexpr uint32_t levels = 4;
    static constexpr uint32_t index_bits = 9;
    static constexpr word frame_mask = 0x000ffffffffff000;
    static constexpr word no_execute = word{1} << 63;
    static constexpr uint64_t user_end = uint64_t{1} << 47;
};

} // namespace uvm::x86
