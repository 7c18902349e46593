#include "gui/layout/free_search.h"

#include <algorithm>
#include <set>

namespace gui {

using gdbbridge::EventKind;
using gdbbridge::Map;
using gdbbridge::none;

namespace {

bool changesMap(EventKind kind) {
    switch (kind) {
    case EventKind::EntryCreate:
    case EventKind::EntryRemove:
    case EventKind::EntryClip:
    case EventKind::EntryResize:
    case EventKind::MergeBack:
    case EventKind::MergeForward:
    case EventKind::MergeBoth:
        return true;
    default:
        return false;
    }
}

// The entries of the subtree below `top`, that one included; of a broken tree each once.
void addSubtree(const Map& map, int top, FreeSearch& search) {
    const uint32_t name = map.entries[size_t(top)].id;
    std::vector<int> open{top};
    while (!open.empty()) {
        const int node = open.back();
        open.pop_back();
        if (node < 0 || size_t(node) >= map.entries.size() ||
            !search.cutBelow.emplace(map.entries[size_t(node)].id, name).second)
            continue;
        open.push_back(map.entries[size_t(node)].left);
        open.push_back(map.entries[size_t(node)].right);
    }
}

// Index of the last entry that begins at or below the address, none where that is the header.
int lastFrom(const Map& map, uint64_t address) {
    const auto it =
        std::upper_bound(map.entries.begin(), map.entries.end(), address,
                         [](uint64_t value, const gdbbridge::Entry& e) { return value < e.start; });
    return int(it - map.entries.begin()) - 1;
}

} // namespace

int FreeSearch::orderOf(uint32_t entry) const {
    const auto it = std::find(visited.begin(), visited.end(), entry);
    return it == visited.end() || entry == 0 ? 0 : int(it - visited.begin()) + 1;
}

const SearchStep* FreeSearch::cutAt(uint32_t top) const {
    const auto it = std::find_if(steps.begin(), steps.end(),
                                 [top](const SearchStep& step) { return step.cut && step.entry == top; });
    return it == steps.end() ? nullptr : &*it;
}

FreeSearch FreeSearch::upTo(size_t count) const {
    if (count >= steps.size())
        return *this;
    FreeSearch part = *this;
    part.steps.resize(count);
    part.visited.clear();
    std::set<uint32_t> cut;
    for (const SearchStep& step : part.steps)
        if (step.cut)
            cut.insert(step.entry);
        else
            part.visited.push_back(step.entry);
    std::erase_if(part.cutBelow, [&](const auto& each) { return !cut.contains(each.second); });
    part.ended = false;
    part.found = 0;
    return part;
}

bool isLook(const gdbbridge::Event& visit) {
    constexpr uint64_t cut = 2;
    return visit.kind == EventKind::FindspaceVisit && visit.args[3] != cut;
}

FreeSearch lastSearch(const std::vector<gdbbridge::Event>& events) {
    FreeSearch search;
    std::set<uint64_t> moved; // maps that changed so far
    for (const auto& event : events) {
        switch (event.kind) {
        case EventKind::FindspaceBegin:
            search = {};
            search.map = event.args[0];
            search.hint = event.args[1];
            search.length = event.args[2];
            search.mapMoved = moved.contains(search.map);
            break;
        case EventKind::FindspaceVisit:
            if (search.map != event.args[0])
                break;
            search.steps.push_back({uint32_t(event.args[1]), event.args[2], !isLook(event)});
            if (isLook(event))
                search.visited.push_back(uint32_t(event.args[1]));
            break;
        case EventKind::FindspaceEnd:
            if (search.map == event.args[0]) {
                search.found = event.args[1];
                search.ended = true;
            }
            break;
        default:
            if (changesMap(event.kind))
                moved.insert(event.args[0]);
            break;
        }
    }
    return search;
}

void completeSearch(FreeSearch& search, const Map& searched) {
    search.cutBelow.clear();
    search.linear = 0;
    for (const SearchStep& step : search.steps) {
        if (!step.cut)
            continue;
        for (size_t i = 0; i < searched.entries.size(); ++i)
            if (searched.entries[i].id == step.entry)
                addSubtree(searched, int(i), search);
    }
    if (search.mapMoved || search.steps.empty() || !search.ended)
        return;
    int from = lastFrom(searched, search.hint), to = 0;
    if (searched.topDown && from != none && searched.entries[size_t(from)].end > search.hint)
        --from; // the gap behind it is above the hint
    if (search.found != 0)
        to = lastFrom(searched, search.found);
    else
        to = searched.topDown ? none : int(searched.entries.size()) - 1;
    search.linear = uint64_t(std::abs(to - from)) + 1;
}

} // namespace gui
