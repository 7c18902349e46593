#include "gui/layout/tidy_tree.h"

#include <algorithm>
#include <list>
#include <unordered_map>

namespace gui {

using gdbbridge::Map;
using gdbbridge::none;

namespace {

struct Reached {
    std::vector<int> depth, above; // by entry, none where the tree does not come
    int levels = 0;
};

Reached walk(const Map& map) {
    const int count = int(map.entries.size());
    Reached result{std::vector<int>(size_t(count), none), std::vector<int>(size_t(count), none), 0};
    std::vector<int> open;
    const auto reach = [&](int node, int parent, int level) {
        if (node < 0 || node >= count || result.depth[size_t(node)] != none)
            return;
        result.depth[size_t(node)] = level;
        result.above[size_t(node)] = parent;
        result.levels = std::max(result.levels, level + 1);
        open.push_back(node);
    };
    reach(map.root, none, 0);
    while (!open.empty()) {
        const int node = open.back();
        open.pop_back();
        const auto& entry = map.entries[size_t(node)];
        reach(entry.left, node, result.depth[size_t(node)] + 1);
        reach(entry.right, node, result.depth[size_t(node)] + 1);
    }
    return result;
}

std::vector<int> columnsOf(const Map& map, const std::vector<uint32_t>& order) {
    std::unordered_map<uint32_t, int> place;
    for (size_t i = 0; i < order.size(); ++i)
        place.emplace(order[i], int(i));
    std::vector<int> columns;
    for (size_t i = 0; i < map.entries.size(); ++i) {
        const auto it = place.find(map.entries[i].id);
        columns.push_back(it == place.end() ? int(i) : it->second);
    }
    return columns;
}

} // namespace

int treeLevels(const Map& map) { return walk(map).levels; }

std::vector<uint32_t> treeColumns(const std::vector<const Map*>& maps) {
    std::list<uint32_t> order;
    std::unordered_map<uint32_t, std::list<uint32_t>::iterator> known;
    for (const Map* map : maps) {
        // A new entry goes right behind the one before it in this map. Entries never change their order, and
        // two that lived together were in one of these maps, so this respects them all.
        auto at = order.begin();
        for (const auto& entry : map->entries) {
            const auto it = known.find(entry.id);
            if (it == known.end())
                at = std::next(known[entry.id] = order.insert(at, entry.id));
            else
                at = std::next(it->second);
        }
    }
    return {order.begin(), order.end()};
}

TreeLayout layoutTree(const Map& map, const TreeRequest& request) {
    const Reached reached = walk(map);
    TreeLayout layout;
    layout.columnOf = columnsOf(map, request.columns);
    layout.levels = reached.levels;
    const size_t columns = std::max(request.columns.size(), map.entries.size());
    const int levels = std::max(reached.levels, request.levels);
    layout.column = columns > 0 ? request.width / double(columns) : request.width;
    layout.levelHeight =
        levels > 0 ? std::min(request.levelHeight, request.height / levels) : request.levelHeight;
    for (size_t i = 0; i < map.entries.size(); ++i) {
        if (reached.depth[i] == none)
            layout.unreached.push_back(int(i));
        else
            layout.places.push_back({int(i), reached.above[i], reached.depth[i], layout.columnOf[i],
                                     (layout.columnOf[i] + 0.5) * layout.column,
                                     reached.depth[i] * layout.levelHeight});
    }
    return layout;
}

} // namespace gui
