// The sharing view as a grid: rows are pages, columns are processes, one capsule a page in memory spans its
// sharers.
#pragma once

#include <cstdint>
#include <vector>

#include "gui/layout/page_facts.h"

namespace gui {

struct SharingCapsule {
    int anon = gdbbridge::none; // indexes into the snapshot; one of the two is set
    int object = gdbbridge::none;
    int page = gdbbridge::none;
    std::vector<int> columns; // of its sharers, ascending
    bool adjacent = true;     // its sharers stand side by side
    bool copyOnWrite = false; // a write by some sharer makes a copy
    int sharers = 1;          // references that lead to it
    bool viaAmap = false;     // shared through an amap that several entries use, not by references of its own
};

struct SharingCell {
    PageFact fact;
    WriteCost next = WriteCost::NotMapped;
};

struct SharingRow {
    uint64_t va = 0;
    uint64_t end = 0; // of the pages that this row stands for: more than one where all are alike and empty
    std::vector<SharingCapsule> capsules;
    std::vector<SharingCell> cells; // one a column
};

struct SharingGrid {
    std::vector<int> columns; // indexes of processes, in order of birth
    std::vector<SharingRow> rows;
};

// The rows are the given pages (ascending), and after the last one of an entry the empty rest of it.
SharingGrid layoutSharing(const Snapshot& snapshot, const std::vector<uint64_t>& pages);
// The pages that are of interest in any of the snapshots, ascending.
std::vector<uint64_t> sharingPages(const std::vector<const Snapshot*>& snapshots);

} // namespace gui
