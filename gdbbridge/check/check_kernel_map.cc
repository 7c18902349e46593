#include "gdbbridge/check/check_kernel_map.h"

#include "gdbbridge/snapshot/text.h"

namespace gdbbridge {

void checkKernelMap(const Snapshot& snapshot, const KernelMap& kernel, FindingList& out) {
    std::string const space = kernelSpaceName(kernel);
    auto const counted = [&](const char* what, uint64_t expected, uint64_t claimed) {
        if (expected != claimed)
            out.add({0, kernel.map.address, "map of " + space, what, std::to_string(expected),
                     std::to_string(claimed)});
    };
    for (Entry const& entry : kernel.map.entries)
        if (entry.kernelMap != none) {
            Map const& submap = snapshot.kernelMaps[size_t(entry.kernelMap)].map;
            if (entry.start != submap.min || entry.end != submap.max)
                out.add({0, entry.address, entryWhere(entry, space), "its submap has other bounds",
                         hexRange(entry.start, entry.end), hexRange(submap.min, submap.max)});
        }
    counted("its count of merged entries is not the length of their list", kernel.mergedListed,
            kernel.merged);
    if (!kernel.chunked)
        return;
    counted("its count of chunks is not that of their pages", kernel.chunkPages, kernel.chunks);
    // An entry of a chunk is in the map, merged away, or free; the first of each describes its page.
    uint64_t const inUse = kernel.map.entries.size() - kernel.chunkPages + kernel.mergedListed;
    uint64_t const all = uint64_t{kernel.chunkPages} * kernel.chunkEntries;
    counted("its count of free entries does not go with its chunks", all > inUse ? all - inUse : 0,
            kernel.freeEntries);
}

} // namespace gdbbridge
