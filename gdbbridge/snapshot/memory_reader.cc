#include "gdbbridge/snapshot/memory_reader.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>

namespace gdbbridge {

namespace {

// [address, address + size) lies within [start, start + length); nothing here may wrap.
bool within(uint64_t address, uint64_t size, uint64_t start, uint64_t length) {
    return address >= start && address - start <= length && size <= length - (address - start);
}

} // namespace

const uint8_t* MemoryReader::span(uint64_t, size_t) { return nullptr; }

bool MemoryReader::readPhysical(uint64_t pa, void* out, size_t size) {
    return within(pa, size, m_window.paBase, m_window.size) &&
           read(m_window.vaBase + (pa - m_window.paBase), out, size);
}

const uint8_t* MemoryReader::spanPhysical(uint64_t pa, size_t size) {
    if (!within(pa, size, m_window.paBase, m_window.size))
        return nullptr;
    return span(m_window.vaBase + (pa - m_window.paBase), size);
}

// --- WindowReader
// --------------------------------------------------------------------------------------------------

const uint8_t* WindowReader::span(uint64_t address, size_t size) {
    if (!within(address, size, window().vaBase, window().size))
        return nullptr;
    uint64_t const pa = address - window().vaBase + window().paBase;
    return within(pa, size, 0, m_ram.size()) ? m_ram.data() + pa : nullptr;
}

bool WindowReader::read(uint64_t address, void* out, size_t size) {
    const uint8_t* from = span(address, size);
    if (from)
        std::memcpy(out, from, size);
    return from != nullptr;
}

// --- ProcessReader
// -------------------------------------------------------------------------------------------------

ProcessReader::ProcessReader(MemoryWindow window) : MemoryReader(window) { refresh(); }

void ProcessReader::refresh() {
    m_ranges.clear();
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        // "55d0c6a00000-55d0c6a02000 r--p 00000000 08:01 131 /usr/bin/x"
        size_t const dash = line.find('-');
        size_t const blank = line.find(' ');
        if (dash == std::string::npos || blank == std::string::npos || line.size() < blank + 2)
            continue;
        // [vvar] is readable by its rights, but not by everybody's means.
        if (line[blank + 1] != 'r' || line.find("[v") != std::string::npos)
            continue;
        uint64_t const start = std::stoull(line.substr(0, dash), nullptr, 16);
        uint64_t const end = std::stoull(line.substr(dash + 1, blank - dash - 1), nullptr, 16);
        if (!m_ranges.empty() && m_ranges.back().end == start)
            m_ranges.back().end = end;
        else
            m_ranges.push_back({start, end});
    }
}

const uint8_t* ProcessReader::span(uint64_t address, size_t size) {
    auto const after = std::upper_bound(m_ranges.begin(), m_ranges.end(), address,
                                        [](uint64_t a, const Range& range) { return a < range.start; });
    if (after == m_ranges.begin())
        return nullptr;
    Range const& range = *(after - 1);
    if (!within(address, size, range.start, range.end - range.start))
        return nullptr;
    return reinterpret_cast<const uint8_t*>(uintptr_t(address));
}

bool ProcessReader::read(uint64_t address, void* out, size_t size) {
    const uint8_t* from = span(address, size);
    if (from)
        std::memcpy(out, from, size);
    return from != nullptr;
}

// --- PageCacheReader
// -----------------------------------------------------------------------------------------------

PageCacheReader::PageCacheReader(MemoryWindow window, Fetch fetch)
    : MemoryReader(window), m_fetch(std::move(fetch)) {}

const PageCacheReader::Page* PageCacheReader::page(uint64_t pageAddress) {
    auto const known = m_pages.find(pageAddress);
    if (known != m_pages.end())
        return known->second.get();
    if (!m_fetch) {
        m_missing.push_back(pageAddress);
        return nullptr;
    }
    auto fresh = std::make_unique<Page>();
    if (!m_fetch(pageAddress, std::span<uint8_t, pageSize>(*fresh)))
        fresh = nullptr;
    return (m_pages[pageAddress] = std::move(fresh)).get();
}

const uint8_t* PageCacheReader::span(uint64_t address, size_t size) {
    uint64_t const inPage = address % pageSize;
    if (size > pageSize - inPage)
        return nullptr;
    const Page* from = page(address - inPage);
    return from ? from->data() + inPage : nullptr;
}

bool PageCacheReader::read(uint64_t address, void* out, size_t size) {
    auto* to = static_cast<uint8_t*>(out);
    if (size > UINT64_MAX - address)
        return false;
    bool whole = true;
    while (size > 0) {
        size_t const part = size_t(std::min<uint64_t>(size, pageSize - address % pageSize));
        const uint8_t* from = span(address, part);
        if (from)
            std::memcpy(to, from, part);
        else if (m_fetch)
            return false;
        else
            whole = false; // go on, so that all missing pages are noted at once
        address += part;
        to += part;
        size -= part;
    }
    return whole;
}

void PageCacheReader::put(uint64_t pageAddress, std::span<const uint8_t, pageSize> bytes) {
    auto fresh = std::make_unique<Page>();
    std::copy(bytes.begin(), bytes.end(), fresh->begin());
    m_pages[pageAddress] = std::move(fresh);
}

void PageCacheReader::putUnreadable(uint64_t pageAddress) { m_pages[pageAddress] = nullptr; }

std::vector<uint64_t> PageCacheReader::takeMissing() {
    std::sort(m_missing.begin(), m_missing.end());
    m_missing.erase(std::unique(m_missing.begin(), m_missing.end()), m_missing.end());
    return std::exchange(m_missing, {});
}

void PageCacheReader::forget() {
    m_pages.clear();
    m_missing.clear();
}

} // namespace gdbbridge
