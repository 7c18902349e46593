#include "gui/layout/sharing_grid.h"

#include <algorithm>
#include <set>

namespace gui {

using gdbbridge::Entry;
using gdbbridge::none;

namespace {

const Entry* entryOf(const Snapshot& snapshot, int process, const PageFact& fact) {
    const auto* map = mapOf(snapshot, process);
    return map && fact.entry != none ? &map->entries[size_t(fact.entry)] : nullptr;
}

bool copies(WriteCost cost) { return cost == WriteCost::Copies || cost == WriteCost::Promotes; }

// Puts the cell's page into the capsule of that page, or into a new one.
void addToCapsules(const Snapshot& snapshot, int process, int column, const SharingCell& cell,
                   SharingRow& row) {
    const PageFact& fact = cell.fact;
    if (fact.anon == none && fact.page == none)
        return;
    auto it = std::find_if(row.capsules.begin(), row.capsules.end(), [&](const SharingCapsule& c) {
        return c.anon == fact.anon && c.object == fact.object && c.page == fact.page;
    });
    if (it == row.capsules.end()) {
        row.capsules.push_back({.anon = fact.anon, .object = fact.object, .page = fact.page, .columns = {}});
        it = row.capsules.end() - 1;
    } else if (it->columns.back() + 1 != column) {
        it->adjacent = false;
    }
    it->columns.push_back(column);
    it->copyOnWrite = it->copyOnWrite || copies(cell.next);
    if (const Entry* entry = entryOf(snapshot, process, fact); entry && fact.anon != none) {
        const int sharers = sharersOf(snapshot, *entry, fact.anon);
        it->sharers = std::max(it->sharers, sharers);
        it->viaAmap = it->viaAmap || sharers > snapshot.anons[size_t(fact.anon)].refs;
    }
}

SharingRow makeRow(const Snapshot& snapshot, const std::vector<int>& columns, uint64_t va) {
    SharingRow row;
    row.va = va;
    row.end = va + snapshot.pageSize;
    for (size_t c = 0; c < columns.size(); ++c) {
        SharingCell cell{pageFact(snapshot, columns[c], va), WriteCost::NotMapped};
        cell.next = nextWrite(snapshot, columns[c], cell.fact);
        addToCapsules(snapshot, columns[c], int(c), cell, row);
        row.cells.push_back(cell);
    }
    return row;
}

// The end of the entry that holds va in any process, and of the empty stretch that begins there.
uint64_t emptyEnd(const Snapshot& snapshot, uint64_t va, uint64_t next) {
    uint64_t end = va;
    for (size_t p = 0; p < snapshot.processes.size(); ++p) {
        const auto* map = mapOf(snapshot, int(p));
        const int entry = map ? entryAt(*map, va) : none;
        if (entry != none)
            end = std::max(end, map->entries[size_t(entry)].end);
    }
    return std::min(end, next);
}

} // namespace

std::vector<uint64_t> sharingPages(const std::vector<const Snapshot*>& snapshots) {
    std::set<uint64_t> pages;
    for (const Snapshot* snapshot : snapshots) {
        for (size_t p = 0; p < snapshot->processes.size(); ++p) {
            for (uint64_t va : notablePages(*snapshot, int(p)))
                pages.insert(va);
            // An entry without any page shows its first one.
            if (const auto* map = mapOf(*snapshot, int(p)))
                for (const Entry& entry : map->entries)
                    if (auto it = pages.lower_bound(entry.start); it == pages.end() || *it >= entry.end)
                        pages.insert(entry.start);
        }
    }
    return {pages.begin(), pages.end()};
}

SharingGrid layoutSharing(const Snapshot& snapshot, const std::vector<uint64_t>& pages) {
    SharingGrid grid;
    for (size_t p = 0; p < snapshot.processes.size(); ++p)
        grid.columns.push_back(int(p));
    for (size_t i = 0; i < pages.size(); ++i) {
        SharingRow row = makeRow(snapshot, grid.columns, pages[i]);
        const uint64_t next = i + 1 < pages.size() ? pages[i + 1] : UINT64_MAX;
        const uint64_t end = emptyEnd(snapshot, row.end, next);
        const bool rowIsEmpty = row.capsules.empty();
        if (rowIsEmpty)
            row.end = std::max(row.end, end);
        grid.rows.push_back(row);
        if (!rowIsEmpty && end > row.end) {
            SharingRow rest = makeRow(snapshot, grid.columns, row.end);
            rest.end = end;
            grid.rows.push_back(rest);
        }
    }
    return grid;
}

} // namespace gui
