#include "gdbbridge/transport/ram_file.h"

#include <atomic>
#include <sys/mman.h>
#include <unistd.h>

namespace gdbbridge {

std::optional<RamFile> RamFile::create(size_t bytes) {
    UniqueFd fd = makeMemoryFile("guest-ram", {});
    if (!fd.isValid() || ftruncate(fd.get(), off_t(bytes)) != 0)
        return std::nullopt;
    void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
    if (memory == MAP_FAILED)
        return std::nullopt;
    return RamFile(std::move(fd), static_cast<std::byte*>(memory), bytes);
}

RamFile::RamFile(UniqueFd fd, std::byte* memory, size_t size)
    : m_fd(std::move(fd)), m_memory(memory), m_size(size) {}

RamFile::RamFile(RamFile&& other) noexcept
    : m_fd(std::move(other.m_fd)), m_memory(std::exchange(other.m_memory, nullptr)),
      m_size(std::exchange(other.m_size, 0)) {}

RamFile& RamFile::operator=(RamFile&& other) noexcept {
    std::swap(m_fd, other.m_fd);
    std::swap(m_memory, other.m_memory);
    std::swap(m_size, other.m_size);
    return *this;
}

RamFile::~RamFile() {
    if (m_memory)
        munmap(m_memory, m_size);
}

std::optional<uint32_t> RamFile::read32(uint64_t pa) const {
    if (pa % 4 != 0 || pa >= m_size)
        return std::nullopt;
    return std::atomic_ref(*reinterpret_cast<uint32_t*>(m_memory + pa)).load(std::memory_order_acquire);
}

bool RamFile::write32(uint64_t pa, uint32_t value) {
    if (pa % 4 != 0 || pa >= m_size)
        return false;
    std::atomic_ref(*reinterpret_cast<uint32_t*>(m_memory + pa)).store(value, std::memory_order_release);
    return true;
}

bool RamFile::write64(uint64_t pa, uint64_t value) {
    if (pa % 8 != 0 || pa >= m_size)
        return false;
    std::atomic_ref(*reinterpret_cast<uint64_t*>(m_memory + pa)).store(value, std::memory_order_release);
    return true;
}

} // namespace gdbbridge
