#include "gui/layout/tidy_tree.h"

#include <algorithm>

namespace gui {

using gdbbridge::none;

TreeLayout layoutTree(const gdbbridge::Map& map, double width, double height, double levelHeight) {
    TreeLayout layout;
    const int count = int(map.entries.size());
    std::vector<int> depth(size_t(count), none), above(size_t(count), none);
    std::vector<int> open;
    const auto reach = [&](int node, int parent, int level) {
        if (node < 0 || node >= count || depth[size_t(node)] != none)
            return;
        depth[size_t(node)] = level;
        above[size_t(node)] = parent;
        layout.levels = std::max(layout.levels, level + 1);
        open.push_back(node);
    };
    reach(map.root, none, 0);
    while (!open.empty()) {
        const int node = open.back();
        open.pop_back();
        const auto& entry = map.entries[size_t(node)];
        reach(entry.left, node, depth[size_t(node)] + 1);
        reach(entry.right, node, depth[size_t(node)] + 1);
    }
    layout.column = count > 0 ? width / count : width;
    layout.levelHeight = layout.levels > 1 ? std::min(levelHeight, height / layout.levels) : levelHeight;
    for (int i = 0; i < count; ++i) {
        if (depth[size_t(i)] == none)
            layout.unreached.push_back(i);
        else
            layout.places.push_back({i, above[size_t(i)], depth[size_t(i)], (i + 0.5) * layout.column,
                                     depth[size_t(i)] * layout.levelHeight});
    }
    return layout;
}

} // namespace gui
