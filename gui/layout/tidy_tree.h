// Places for the nodes of a map's red-black tree: x is the position in the list, so that a node stands above
// its entry; y is the depth.
#pragma once

#include <cstdint>
#include <vector>

#include "gdbbridge/snapshot/snapshot.h"

namespace gui {

struct TreePlace {
    int entry = gdbbridge::none;  // index into the map's entries
    int parent = gdbbridge::none; // the node above it in the drawing, none for the root
    int depth = 0;
    int column = 0;
    double x = 0; // centre
    double y = 0; // top
};

struct TreeLayout {
    std::vector<TreePlace> places; // in list order; entries that the tree does not reach are missing
    std::vector<int> unreached;    // those entries
    std::vector<int> columnOf;     // of each entry
    int levels = 0;
    double column = 0; // width of a column
    double levelHeight = 0;
};

struct TreeRequest {
    double width = 0, height = 0;
    double levelHeight = 0; // at most
    // Serial numbers of entries in the order of their columns. Entries that are not among them stand at their
    // place in the list; empty: a column an entry.
    std::vector<uint32_t> columns;
    int levels = 0; // room for at least so many
};

// Never fails: a node that is reached twice (a broken tree) is placed once.
TreeLayout layoutTree(const gdbbridge::Map& map, const TreeRequest& request);

// The height of the tree in levels.
int treeLevels(const gdbbridge::Map& map);
// One order of all entries that live in any of the maps (one map at different times, oldest first): what
// stands before another in a map does so in the order.
std::vector<uint32_t> treeColumns(const std::vector<const gdbbridge::Map*>& maps);

} // namespace gui
