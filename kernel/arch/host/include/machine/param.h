// The host machine: sizes and limits. Address spaces have the shape of x86-64.
#pragma once

#include <cstdint>

namespace uvm::machine {

inline constexpr uint32_t page_shift = 12;
inline constexpr uintptr_t user_min = 0x1000;
inline constexpr uintptr_t user_max =
    sizeof(uintptr_t) == 8 ? uintptr_t(0x00007ffffffff000) : uintptr_t(0xbfbff000);

} // namespace uvm::machine
