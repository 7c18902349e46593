// Everything that the bridge asks of the kernel's debug information, by name.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace gdbbridge {

// Types, and variables whose size is of interest.
std::span<const std::string_view> requiredTypes();
std::span<const std::string_view> requiredFields();
std::span<const std::string_view> requiredSymbols();
std::span<const std::string_view> requiredEnumerators();

// Event numbers that are asked for; a kernel has fewer.
inline constexpr uint16_t eventNumberLimit = 160;

} // namespace gdbbridge
