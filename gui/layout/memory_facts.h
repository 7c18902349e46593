// What a snapshot says about memory as the page daemon sees it: the pages by queue, oldest first, whose they
// are, and what is known of their use.
#pragma once

#include <cstdint>
#include <vector>

#include "gui/layout/page_facts.h"

namespace gui {

struct MemoryPage {
    int page = gdbbridge::none; // index into the snapshot's pages
    Backing backing = Backing::None;
    int anon = gdbbridge::none, object = gdbbridge::none; // that has it, where it is reachable
    uint64_t offset = 0;                                  // in the object
    bool used = false;                                    // referenced since somebody last looked
    bool dirty = false;                                   // what is in memory is nowhere else
    bool moved = false;                                   // to this queue, in this step
};

// A slot of swap that an anon has.
struct SwapSlot {
    int32_t slot = 0;
    int anon = gdbbridge::none;
    bool only = false;  // the page is nowhere else
    bool fresh = false; // no anon had the slot before this step
};

struct MemoryFacts {
    std::vector<MemoryPage> inactive, active, wired; // the last: with an owner, and on no queue
    uint32_t free = 0;                               // that anons and objects may have
    bool limited = false;                            // they may not have all that is free
    uint32_t onlyInSwap = 0;                         // anons without a page
    std::vector<SwapSlot> swap; // by slot; what objects have in swap is not in a snapshot
};
// `before` may be null: nothing has moved then. Cost: O(pages + mappings).
[[nodiscard]] MemoryFacts memoryFacts(const Snapshot& now, const Snapshot* before);

} // namespace gui
