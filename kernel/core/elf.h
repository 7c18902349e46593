// ELF executables, as far as a loader needs them. Words are those of the machine.
#pragma once

#include <cstdint>
#include <type_traits>

namespace uvm {

inline constexpr uint8_t elf_magic[4] = {0x7f, 'E', 'L', 'F'};
inline constexpr uint8_t elf_little_endian = 1;
inline constexpr uint16_t elf_executable = 2;
inline constexpr uint32_t elf_load = 1, elf_execute = 1, elf_write = 2, elf_read = 4;
inline constexpr uint16_t elf_segment_limit = 16;

struct elf_header {
    uint8_t magic[4], file_class, data, ident_version, ident_rest[9];
    uint16_t type, machine;
    uint32_t version;
    uintptr_t entry, segments, sections;
    uint32_t flags;
    uint16_t header_size, segment_size, segment_count, section_size, section_count, names;
};
static_assert(sizeof(elf_header) == (sizeof(uintptr_t) == 8 ? 64 : 52));

// The flags stand elsewhere in the two widths.
struct elf_segment_32 {
    uint32_t type, offset, address, physical, file_bytes, memory_bytes, flags, align;
};
struct elf_segment_64 {
    uint32_t type, flags;
    uint64_t offset, address, physical, file_bytes, memory_bytes, align;
};
using elf_segment = std::conditional_t<sizeof(uintptr_t) == 8, elf_segment_64, elf_segment_32>;

} // namespace uvm
