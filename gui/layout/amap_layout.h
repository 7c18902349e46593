// Amaps as rows of slots: which slots stand for themselves and which are folded, the same for all moments
// that a picture has to hold.
#pragma once

#include <cstdint>
#include <vector>

#include "gui/layout/page_facts.h"

namespace gui {

struct AmapPart {
    uint32_t first = 0, end = 0; // slots
    bool fold = false;           // several that are alike, at all moments
    bool operator==(const AmapPart&) const = default;
};

struct AmapBlock {
    uint32_t id = 0; // the amap's serial number
    std::vector<AmapPart> parts;
    // Serial numbers of the entries that ever lead to it, in order of address.
    std::vector<uint32_t> entries;
    uint32_t unshown = 0; // slots behind the last part
};

struct AmapRequest {
    size_t longestRun = 6;  // a longer run of slots that are alike is folded
    size_t mostParts = 400; // of one amap
    size_t mostBlocks = 200;
    std::vector<uint32_t> only; // serial numbers of the amaps that are wanted; empty: all
};

struct AmapLayout {
    std::vector<AmapBlock> blocks; // in order of their serial numbers
    size_t unshown = 0;            // amaps behind the last block
};

// Cost: O(moments × (slots + entries) × log).
AmapLayout layoutAmaps(const std::vector<const Snapshot*>& snapshots, const AmapRequest& request);

// The amap with this serial number, null when there is none; the entry likewise, and whose it is.
const gdbbridge::Amap* amapWithId(const Snapshot& snapshot, uint32_t id);
struct EntryPlace {
    const gdbbridge::Entry* entry = nullptr;
    int process = gdbbridge::none; // the first that has it
};
EntryPlace entryWithId(const Snapshot& snapshot, uint32_t id);

} // namespace gui
