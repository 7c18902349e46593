// Places for the nodes of a map's red-black tree: x is the position in the list, so that a node stands above
// its entry; y is the depth.
#pragma once

#include <vector>

#include "gdbbridge/snapshot/snapshot.h"

namespace gui {

struct TreePlace {
    int entry = gdbbridge::none;  // index into the map's entries
    int parent = gdbbridge::none; // the node above it in the drawing, none for the root
    int depth = 0;
    double x = 0; // centre
    double y = 0; // top
};

struct TreeLayout {
    std::vector<TreePlace> places; // in list order; entries that the tree does not reach are missing
    std::vector<int> unreached;    // those entries
    int levels = 0;
    double column = 0; // width of a column
    double levelHeight = 0;
};

// Never fails: a node that is reached twice (a broken tree) is placed once.
TreeLayout layoutTree(const gdbbridge::Map& map, double width, double height, double levelHeight);

} // namespace gui
