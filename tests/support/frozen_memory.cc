#include "tests/support/frozen_memory.h"

#include <algorithm>
#include <cstring>

namespace testsupport {

namespace {

gdbbridge::MemoryWindow lowerPart(uint64_t bytes) {
    bootHost();
    gdbbridge::MemoryWindow window = hostWindow();
    window.size = std::min(window.size, bytes);
    return window;
}

} // namespace

FrozenMemory::FrozenMemory(uint64_t arenaBytes) : MemoryReader(lowerPart(arenaBytes)) {
    std::vector<MemoryRange> ranges = hostVariables();
    ranges.push_back({window().vaBase, window().vaBase + window().size});
    for (MemoryRange const& range : ranges) {
        Region region{range.start, std::vector<uint8_t>(range.end - range.start)};
        if (copyProcessMemory(region.start, region.bytes.data(), region.bytes.size()))
            m_regions.push_back(std::move(region));
    }
}

uint8_t* FrozenMemory::find(uint64_t address, size_t size) {
    if (address < m_hidden.start + m_hidden.size && m_hidden.start < address + size)
        return nullptr;
    for (Region& region : m_regions)
        if (address >= region.start && address - region.start <= region.bytes.size() &&
            size <= region.bytes.size() - (address - region.start))
            return region.bytes.data() + (address - region.start);
    return nullptr;
}

const uint8_t* FrozenMemory::span(uint64_t address, size_t size) {
    return m_access == Access::InPlace ? find(address, size) : nullptr;
}

bool FrozenMemory::read(uint64_t address, void* out, size_t size) {
    const uint8_t* from = find(address, size);
    if (from)
        std::memcpy(out, from, size);
    return from != nullptr;
}

bool FrozenMemory::write(uint64_t address, uint64_t value, size_t size) {
    return writeBytes(address, &value, size);
}

bool FrozenMemory::writeBytes(uint64_t address, const void* bytes, size_t size) {
    uint8_t* to = find(address, size);
    if (!to)
        return false;
    auto const* from = static_cast<const uint8_t*>(bytes);
    for (size_t i = 0; i < size; ++i) {
        m_undo.push_back({to + i, to[i]});
        to[i] = from[i];
    }
    return true;
}

uint64_t FrozenMemory::value(uint64_t address, size_t size) {
    uint64_t out = 0;
    return read(address, &out, size) ? out : 0;
}

void FrozenMemory::restore() {
    m_hidden = {};
    for (; !m_undo.empty(); m_undo.pop_back())
        *m_undo.back().at = m_undo.back().old;
}

} // namespace testsupport
