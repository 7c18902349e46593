// Sizes and limits of x86-64.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace uvm::machine {

inline constexpr std::string_view name = "x86_64";

inline constexpr uint32_t page_shift = 12;
// User addresses: the first page stays unmapped, and the last one of the lower half.
inline constexpr uintptr_t user_min = 0x1000;
inline constexpr uintptr_t user_max = 0x00007ffffffff000;
// The kernel's part of every address space is the upper half. Its image and physical memory, one to one, lie
// in the first of the top two GiB: the image's own addresses and those of the direct map are the same, and
// all of them fit a 32-bit field that is sign-extended.
inline constexpr uintptr_t kernel_base = 0xffffffff80000000;
inline constexpr uintptr_t direct_map_size = 1u << 30;
// kernel_map: addresses of the kernel that nothing else uses, above the direct map.
inline constexpr uintptr_t kernel_map_min = kernel_base + direct_map_size;
inline constexpr uintptr_t kernel_map_size = 8u << 20;
// The kernel's image lies below this physical address; kernel.ld checks it.
inline constexpr uintptr_t image_limit = 8u << 20;

// Whether a page fault says that it was an instruction fetch.
inline constexpr bool tells_fetches = true;

// Kernel threads: how many there can be, and how large their stacks are.
inline constexpr uint32_t max_threads = 64;
inline constexpr size_t stack_size = 32768;

} // namespace uvm::machine
