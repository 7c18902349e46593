// The page tables of x86 as they lie in physical memory: two levels (i386) and four (x86-64).
//
// Besides the hardware's bits the kernel uses three that the hardware leaves to software: whether a mapping
// is wired, whether execute was asked for (i386 cannot refuse it), and whether its page lists it.
#pragma once

#include <functional>
#include <string>

#include "gdbbridge/snapshot/memory_reader.h"
#include "gdbbridge/snapshot/snapshot.h"

namespace gdbbridge {

struct PageTableFormat {
    unsigned levels;
    unsigned indexBits;
    unsigned entrySize; // bytes
    uint64_t frameMask;
    uint64_t noExecute; // 0: the hardware has no such bit
};
extern const PageTableFormat twoLevelFormat;
extern const PageTableFormat fourLevelFormat;

namespace pte {
inline constexpr uint64_t present = 0x001, write = 0x002, accessed = 0x020, dirty = 0x040, large = 0x080;
inline constexpr uint64_t softWired = 0x200, softExecute = 0x400;
} // namespace pte

// Walks the tables below `root` and calls `mapping` for each page entered below `vaEnd`, ascending, until it
// returns false; `tables` gets the tables on the way. `problem` gets the address of a table and words about
// it; the walk goes on beside it.
void walkPageTables(MemoryReader& memory, const PageTableFormat& format, uint64_t root, uint64_t vaEnd,
                    std::vector<PageTable>& tables, const std::function<bool(const Mapping&)>& mapping,
                    const std::function<void(uint64_t, const std::string&)>& problem);

} // namespace gdbbridge
