#include "gui/layout/amap_layout.h"

#include <algorithm>
#include <map>
#include <set>

namespace gui {

using gdbbridge::Amap;
using gdbbridge::Anon;
using gdbbridge::none;

namespace {

// What is to be alike of slots that are folded together: at each moment, whether there is an anon, its
// references, where its page is, and how many entries look at the slot.
using Face = std::vector<int>;

struct Users {                                        // entries of one moment that lead to an amap
    std::vector<std::pair<uint64_t, uint64_t>> slots; // [first, end)
};

void addFace(const Snapshot& snapshot, const Amap& amap, const Users& users, uint32_t slot, Face& face) {
    const auto it = std::lower_bound(amap.slots.begin(), amap.slots.end(), slot,
                                     [](const gdbbridge::AmapSlot& s, uint32_t n) { return s.slot < n; });
    const bool used = it != amap.slots.end() && it->slot == slot && it->anon >= 0 &&
                      size_t(it->anon) < snapshot.anons.size();
    face.push_back(used ? 1 : 0);
    if (used) {
        const Anon& anon = snapshot.anons[size_t(it->anon)];
        face.insert(face.end(), {anon.refs, anon.loans, anon.page == none && anon.swapSlot > 0 ? 1 : 0});
    }
    face.push_back(slot < amap.perPageRefs.size() ? amap.perPageRefs[slot] : -1);
    face.push_back(int(std::count_if(users.slots.begin(), users.slots.end(), [slot](const auto& range) {
        return range.first <= slot && slot < range.second;
    })));
}

// Slots at which a face may begin: used ones and those behind them, ends of entries, changes of the counts.
std::set<uint32_t> cutsOf(const Amap& amap, const Users& users) {
    std::set<uint32_t> cuts{0, amap.slotCount};
    for (const auto& slot : amap.slots)
        cuts.insert({slot.slot, slot.slot + 1});
    for (const auto& [first, end] : users.slots)
        cuts.insert({uint32_t(first), uint32_t(std::min<uint64_t>(end, amap.slotCount))});
    for (size_t i = 1; i < amap.perPageRefs.size(); ++i)
        if (amap.perPageRefs[i] != amap.perPageRefs[i - 1])
            cuts.insert(uint32_t(i));
    return cuts;
}

struct Seen { // one amap at one moment
    const Snapshot* snapshot = nullptr;
    const Amap* amap = nullptr;
    Users users;
};

struct Gathered {
    std::vector<Seen> moments;
    std::set<std::pair<uint64_t, uint32_t>> entries; // where each begins, or began when it was first seen
    std::set<uint32_t> known;
};

void gather(const Snapshot& snapshot, std::map<uint32_t, Gathered>& amaps) {
    std::map<int, Seen> here;
    for (size_t i = 0; i < snapshot.amaps.size(); ++i)
        here[int(i)] = {&snapshot, &snapshot.amaps[i], {}};
    for (const auto& space : snapshot.vmspaces)
        for (const auto& entry : space.map.entries) {
            const auto it = here.find(entry.amap);
            if (it == here.end())
                continue;
            const uint64_t pages = (entry.end - entry.start) / std::max<uint64_t>(1, snapshot.pageSize);
            it->second.users.slots.emplace_back(entry.amapPage, entry.amapPage + pages);
            Gathered& all = amaps[it->second.amap->id];
            if (all.known.insert(entry.id).second)
                all.entries.emplace(entry.start, entry.id);
        }
    for (auto& [index, seen] : here)
        amaps[seen.amap->id].moments.push_back(std::move(seen));
}

void addParts(const Gathered& all, const AmapRequest& request, AmapBlock& block) {
    std::set<uint32_t> cuts;
    uint32_t count = 0;
    for (const Seen& seen : all.moments) {
        cuts.merge(cutsOf(*seen.amap, seen.users));
        count = std::max(count, seen.amap->slotCount);
    }
    cuts.insert(count);
    cuts.erase(cuts.upper_bound(count), cuts.end());
    Face before;
    AmapPart run; // that goes on
    const auto endRun = [&] {
        if (run.end - run.first > request.longestRun)
            block.parts.push_back({run.first, run.end, true});
        else
            for (uint32_t slot = run.first; slot < run.end; ++slot)
                block.parts.push_back({slot, slot + 1, false});
        run.first = run.end;
    };
    for (auto cut = cuts.begin(); std::next(cut) != cuts.end() && block.parts.size() < request.mostParts;
         ++cut) {
        Face face;
        for (const Seen& seen : all.moments)
            addFace(*seen.snapshot, *seen.amap, seen.users, *cut, face);
        if (face != before)
            endRun();
        run.end = *std::next(cut);
        before = std::move(face);
    }
    endRun();
    block.unshown = count - (block.parts.empty() ? 0 : block.parts.back().end);
}

} // namespace

AmapLayout layoutAmaps(const std::vector<const Snapshot*>& snapshots, const AmapRequest& request) {
    std::map<uint32_t, Gathered> amaps;
    for (const Snapshot* snapshot : snapshots)
        gather(*snapshot, amaps);
    AmapLayout layout;
    for (const auto& [id, all] : amaps) {
        if (!request.only.empty() &&
            std::find(request.only.begin(), request.only.end(), id) == request.only.end())
            continue;
        if (layout.blocks.size() == request.mostBlocks) {
            ++layout.unshown;
            continue;
        }
        AmapBlock block;
        block.id = id;
        for (const auto& [place, entry] : all.entries)
            block.entries.push_back(entry);
        addParts(all, request, block);
        layout.blocks.push_back(std::move(block));
    }
    return layout;
}

const Amap* amapWithId(const Snapshot& snapshot, uint32_t id) {
    for (const Amap& amap : snapshot.amaps)
        if (amap.id == id)
            return &amap;
    return nullptr;
}

EntryPlace entryWithId(const Snapshot& snapshot, uint32_t id) {
    for (size_t p = 0; p < snapshot.processes.size(); ++p)
        if (const auto* map = mapOf(snapshot, int(p)))
            for (const auto& entry : map->entries)
                if (entry.id == id)
                    return {&entry, int(p)};
    return {};
}

} // namespace gui
