// The sharing view as a grid: rows are pages, columns are processes, one capsule a page in memory spans its
// sharers.
#pragma once

#include <cstdint>
#include <utility>
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

// The columns of its sharers that stand side by side, each time from the first to the last.
std::vector<std::pair<int, int>> sharerRuns(const SharingCapsule& capsule);

struct SharingCell {
    PageFact fact;
    WriteCost next = WriteCost::NotMapped;
};

// The pages that a row stands for, the same in all frames.
struct SharingRange {
    uint64_t va = 0, end = 0;
    bool newGroup = false; // other entries than in the row before
    bool empty = false;    // without a page in all frames
    bool quiet = false;    // empty, or nobody may write to it in any frame
    bool operator==(const SharingRange&) const = default;
};

struct SharingRow {
    SharingRange range;
    std::vector<SharingCapsule> capsules; // of its first page
    std::vector<SharingCell> cells;       // one a column
};

struct SharingColumn {
    uint32_t pid = 0;
    int process = gdbbridge::none; // in the snapshot; none: not born yet, or gone
};

struct SharingGrid {
    std::vector<SharingColumn> columns; // in order of birth
    std::vector<SharingRow> rows;
};

// The rows that hold all pages of interest in any of the snapshots. Neighbouring pages that are alike in all
// of them (the same sharers, the same cost) are one row when they are more than `longest`, or empty.
std::vector<SharingRange> sharingRows(const std::vector<const Snapshot*>& snapshots, size_t longest = 3);
// The processes of all snapshots by pid, in order of birth.
std::vector<uint32_t> sharingColumns(const std::vector<const Snapshot*>& snapshots);

SharingGrid layoutSharing(const Snapshot& snapshot, const std::vector<SharingRange>& rows,
                          const std::vector<uint32_t>& pids);

} // namespace gui
