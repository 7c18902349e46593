// The memory of the guest, shared with QEMU and mapped here for reading and writing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "gdbbridge/transport/unique_fd.h"

namespace gdbbridge {

class RamFile {
public:
    // Zeroed memory of that size; nothing when the system refuses.
    static std::optional<RamFile> create(size_t bytes);

    RamFile(RamFile&& other) noexcept;
    RamFile& operator=(RamFile&& other) noexcept;
    ~RamFile();

    int fd() const { return m_fd.get(); }
    // Indexed by physical address. The guest writes it at the same time.
    std::span<std::byte> bytes() const { return {m_memory, m_size}; }

    // An aligned word that the guest may be writing; nothing beyond the end or unaligned.
    std::optional<uint32_t> read32(uint64_t pa) const;
    bool write32(uint64_t pa, uint32_t value);
    bool write64(uint64_t pa, uint64_t value);

private:
    RamFile(UniqueFd fd, std::byte* memory, size_t size);

    UniqueFd m_fd;
    std::byte* m_memory = nullptr;
    size_t m_size = 0;
};

} // namespace gdbbridge
