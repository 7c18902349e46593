#include "gui/layout/sharing_grid.h"

#include <algorithm>
#include <map>
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

SharingRow makeRow(const Snapshot& snapshot, const std::vector<SharingColumn>& columns,
                   const SharingRange& range) {
    SharingRow row;
    row.range = range;
    for (size_t c = 0; c < columns.size(); ++c) {
        SharingCell cell;
        cell.fact.va = range.va;
        if (columns[c].process != none) {
            cell.fact = pageFact(snapshot, columns[c].process, range.va);
            cell.next = nextWrite(snapshot, columns[c].process, cell.fact);
            addToCapsules(snapshot, columns[c].process, int(c), cell, row);
        }
        row.cells.push_back(cell);
    }
    return row;
}

// How a page looks in one snapshot, but for the names in it; and by which entries it is mapped.
struct Face {
    std::vector<int> look;
    std::vector<uint32_t> entries;
    bool empty = true, writable = false;
};

void addFace(Face& face, const Snapshot& snapshot, const std::vector<SharingColumn>& columns, uint64_t va) {
    const SharingRow row = makeRow(snapshot, columns, SharingRange{.va = va, .end = va + snapshot.pageSize});
    for (size_t c = 0; c < row.cells.size(); ++c) {
        const SharingCell& cell = row.cells[c];
        int capsule = none;
        for (size_t i = 0; i < row.capsules.size(); ++i)
            if (std::count(row.capsules[i].columns.begin(), row.capsules[i].columns.end(), int(c)) > 0)
                capsule = int(i);
        face.look.insert(face.look.end(), {capsule, int(cell.next), int(cell.fact.hardware),
                                           int(cell.fact.backing), cell.fact.swapped ? 1 : 0,
                                           capsule == none ? 0 : row.capsules[size_t(capsule)].sharers});
        face.writable =
            face.writable || (cell.next != WriteCost::NotMapped && cell.next != WriteCost::NotAllowed);
        const Entry* entry =
            columns[c].process == none ? nullptr : entryOf(snapshot, columns[c].process, cell.fact);
        face.entries.push_back(entry ? entry->id : 0);
    }
    face.empty = face.empty && row.capsules.empty();
}

std::vector<SharingColumn> columnsIn(const Snapshot& snapshot, const std::vector<uint32_t>& pids) {
    std::vector<SharingColumn> columns;
    for (uint32_t pid : pids) {
        columns.push_back({pid, none});
        for (size_t p = 0; p < snapshot.processes.size(); ++p)
            if (snapshot.processes[p].pid == pid)
                columns.back().process = int(p);
    }
    return columns;
}

using Snapshots = std::vector<const Snapshot*>;

Face faceOf(const Snapshots& snapshots, const std::vector<std::vector<SharingColumn>>& columns, uint64_t va) {
    Face face;
    for (size_t i = 0; i < snapshots.size(); ++i)
        addFace(face, *snapshots[i], columns[i], va);
    return face;
}

// Where the face of pages may change: pages of interest and the page behind each, and the ends of entries.
std::set<uint64_t> cutsOf(const Snapshots& snapshots) {
    std::set<uint64_t> cuts;
    for (const Snapshot* snapshot : snapshots)
        for (size_t p = 0; p < snapshot->processes.size(); ++p) {
            for (uint64_t va : notablePages(*snapshot, int(p))) {
                cuts.insert(va);
                cuts.insert(va + snapshot->pageSize);
            }
            if (const auto* map = mapOf(*snapshot, int(p)))
                for (const Entry& entry : map->entries) {
                    cuts.insert(entry.start);
                    cuts.insert(entry.end);
                }
        }
    return cuts;
}

bool mapped(const Face& face) {
    return !face.empty ||
           std::any_of(face.entries.begin(), face.entries.end(), [](uint32_t id) { return id != 0; });
}

} // namespace

std::vector<uint32_t> sharingColumns(const Snapshots& snapshots) {
    std::vector<uint32_t> pids;
    for (const Snapshot* snapshot : snapshots)
        for (const auto& process : snapshot->processes)
            if (std::find(pids.begin(), pids.end(), process.pid) == pids.end())
                pids.push_back(process.pid);
    return pids;
}

std::vector<SharingRange> sharingRows(const Snapshots& snapshots, size_t longest) {
    const std::vector<uint32_t> pids = sharingColumns(snapshots);
    std::vector<std::vector<SharingColumn>> columns;
    for (const Snapshot* snapshot : snapshots)
        columns.push_back(columnsIn(*snapshot, pids));
    const std::set<uint64_t> cuts = cutsOf(snapshots);
    std::vector<SharingRange> rows, run; // the run of like pages that goes on
    Face before;
    const auto endRun = [&] {
        if (run.size() > longest || (before.empty && run.size() > 1))
            run = {{run.front().va, run.back().end, run.front().newGroup, before.empty, run.front().quiet}};
        rows.insert(rows.end(), run.begin(), run.end());
        run.clear();
    };
    for (auto cut = cuts.begin(); cut != cuts.end() && std::next(cut) != cuts.end(); ++cut) {
        SharingRange range;
        range.va = *cut;
        range.end = *std::next(cut);
        Face face = faceOf(snapshots, columns, range.va);
        if (!mapped(face)) {
            endRun();
            before = {};
            continue;
        }
        range.empty = face.empty;
        range.quiet = face.empty || !face.writable;
        range.newGroup = face.entries != before.entries;
        if (range.newGroup || face.look != before.look)
            endRun();
        run.push_back(range);
        before = std::move(face);
    }
    endRun();
    return rows;
}

std::vector<std::pair<int, int>> sharerRuns(const SharingCapsule& capsule) {
    std::vector<std::pair<int, int>> runs;
    for (const int column : capsule.columns) {
        if (runs.empty() || runs.back().second + 1 != column)
            runs.emplace_back(column, column);
        runs.back().second = column;
    }
    return runs;
}

SharingGrid layoutSharing(const Snapshot& snapshot, const std::vector<SharingRange>& rows,
                          const std::vector<uint32_t>& pids) {
    SharingGrid grid;
    grid.columns = columnsIn(snapshot, pids);
    for (const SharingRange& range : rows)
        grid.rows.push_back(makeRow(snapshot, grid.columns, range));
    return grid;
}

} // namespace gui
