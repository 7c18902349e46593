#include "tests/support/frozen_memory.h"

#include <cstring>
#include <fstream>
#include <string>

#include <sys/uio.h>
#include <unistd.h>

#include <machine/memory.h>

#include "kernel/core/process.h"
#include "kernel/vm/uvm_probe.h"
#include "tests/support/host_moments.h"

namespace testsupport {

namespace {

struct Range {
    uint64_t start, end;
    [[nodiscard]] bool contains(const void* p) const {
        auto const at = reinterpret_cast<uintptr_t>(p);
        return at >= start && at < end;
    }
};

// The mappings of this process that hold the kernel's variables.
std::vector<Range> kernelVariables() {
    std::vector<Range> out;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        size_t dash = 0, rest = 0;
        uint64_t const start = std::stoull(line, &dash, 16);
        uint64_t const end = std::stoull(line.substr(dash + 1), &rest, 16);
        Range const range{start, end};
        bool const wanted = range.contains(&uvm::allproc) || range.contains(&uvm::uvm_pages) ||
                            range.contains(&uvm::uvmexp) || range.contains(&uvm::uvm_probe_ring) ||
                            range.contains(&uvm::uvm_probe_ring.records[uvm::uvm_probe_ring_size - 1]);
        if (wanted)
            out.push_back(range);
    }
    return out;
}

gdbbridge::MemoryWindow lowerPart(uint64_t bytes) {
    bootHost();
    gdbbridge::MemoryWindow window = hostWindow();
    window.size = std::min(window.size, bytes);
    return window;
}

} // namespace

bool copyProcessMemory(uint64_t address, void* out, size_t size) {
    iovec const to{out, size}, from{reinterpret_cast<void*>(address), size};
    return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == ssize_t(size);
}

FrozenMemory::FrozenMemory(uint64_t arenaBytes) : MemoryReader(lowerPart(arenaBytes)) {
    std::vector<Range> ranges = kernelVariables();
    ranges.push_back({window().vaBase, window().vaBase + window().size});
    for (Range const& range : ranges) {
        Region region{range.start, std::vector<uint8_t>(range.end - range.start)};
        if (copyProcessMemory(region.start, region.bytes.data(), region.bytes.size()))
            m_regions.push_back(std::move(region));
    }
}

uint8_t* FrozenMemory::find(uint64_t address, size_t size) {
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
    for (; !m_undo.empty(); m_undo.pop_back())
        *m_undo.back().at = m_undo.back().old;
}

} // namespace testsupport
