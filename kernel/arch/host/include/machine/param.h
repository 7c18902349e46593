// The host machine: sizes and limits. Address spaces have the shape of x86-64.
#pragma once

#include <cstdint>

namespace uvm::machine {

inline constexpr uint32_t page_shift = 12;
inline constexpr uintptr_t user_min = 0x1000;
inline constexpr uintptr_t user_max =
    sizeof(uintptr_t) == 8 ? uintptr_t(0x00007ffffffff000) : uintptr_t(0xbfbff000);
// kernel_map: addresses of the kernel that nothing else uses, as on the PCs.
inline constexpr uintptr_t kernel_map_min =
    sizeof(uintptr_t) == 8 ? uintptr_t(0xffffffffc0000000) : uintptr_t(0xf0000000);
inline constexpr uintptr_t kernel_map_size = 8u << 20;

} // namespace uvm::machine
