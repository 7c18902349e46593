// The kernel's own maps, which no process has: kernel_map and its submaps, from the kernel's table of them.
#include "gdbbridge/snapshot/decode_pass.h"
#include "gdbbridge/snapshot/text.h"

namespace gdbbridge {

// All rows first: kernel_map's entries point to the others. One that cannot be read is left out, alone.
void DecodePass::decodeKernelMaps() {
    auto const& f = m_fields.kernelMap;
    for (uint32_t i = 0; i < f.count; ++i) {
        uint64_t name = 0, map = 0;
        uint64_t const row = f.list + i * f.rowSize;
        if (!readValue(row, f.name, name) || !readValue(row, f.map, map)) {
            report(0, row, "table of the kernel's maps", "it cannot be read");
            continue;
        }
        m_kernelMaps.set(map, int(m_out.kernelMaps.size()));
        m_out.kernelMaps.emplace_back().name = textAt(name);
        m_out.kernelMaps.back().map.address = map;
    }
    for (KernelMap& each : m_out.kernelMaps)
        decodeKernelMap(each.map.address, each);
}

void DecodePass::decodeKernelMap(uint64_t address, KernelMap& out) {
    auto const& f = m_fields.kernelMap;
    std::string const space = kernelSpaceName(out);
    (void)decodeMap(address, space, out.map); // their pmap is the kernel's own
    uint64_t kernel = 0;
    std::vector<uint8_t> scratch;
    const uint8_t* bytes =
        readValue(address, m_fields.map.kernel, kernel) && kernel ? fetch(kernel, f.size, scratch) : nullptr;
    if (!bytes) {
        report(0, address, "map of " + space, "there is no memory at its kernel part " + hex(kernel));
        return;
    }
    out.intrsafe = fieldValue(bytes, f.intrsafe) != 0;
    out.chunked = fieldValue(bytes, f.chunked) != 0;
    out.chunks = uint32_t(fieldValue(bytes, f.chunks));
    out.freeEntries = uint32_t(fieldValue(bytes, f.freeEntries));
    out.merged = uint32_t(fieldValue(bytes, f.nmerged));
    out.chunkEntries = f.chunkEntries;
    out.mergedListed = mergedEntries(fieldValue(bytes, f.merged), space);
    for (Entry const& entry : out.map.entries) {
        uint64_t flags = 0;
        if (readValue(entry.address, m_fields.entry.flags.layout, flags) &&
            (flags & m_fields.entry.chunkHeader) != 0)
            ++out.chunkPages;
    }
}

// They are linked by `next` and end with null.
uint32_t DecodePass::mergedEntries(uint64_t first, const std::string& space) {
    std::unordered_set<uint64_t> seen;
    for (uint64_t at = first; at != 0;) {
        if (!seen.insert(at).second || ++m_entryCount > m_limits.entries) {
            report(0, at, "map of " + space, "its list of merged entries comes to no end");
            break;
        }
        if (uint64_t const entry = at; !readValue(entry, m_fields.entry.next.layout, at)) {
            report(0, entry, "map of " + space, "there is no memory at its merged entry " + hex(entry));
            break;
        }
    }
    return uint32_t(seen.size());
}

} // namespace gdbbridge
