// What the parts of the tree picture share: the map, its names and the places on the canvas.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QStringList>

#include "gui/layout/tidy_tree.h"
#include "gui/views/picture.h"

namespace gui {

struct TreeScene {
    const ViewState& state;
    int process = gdbbridge::none;
    const gdbbridge::Map& map;
    std::vector<const gdbbridge::Finding*> wrongs; // about this map
    bool inPages = false;                          // gaps are written as bare numbers of pages
    QStringList names;                             // of entries; empty when there are too many to show
    std::vector<bool> namedByAddress;
    TreeLayout layout;
    double left = 0;                               // of the first column
    QRectF header, tree, notes, bars, strip, race; // an empty one is not drawn

    QString amount(uint64_t bytes) const;
    QString briefAmount(uint64_t bytes) const; // for narrow nodes: "3G"
    // Of the search in this map, when there was one.
    const FreeSearch* search() const;
    double treeWidth() const { return tree.width() - 2 * (left - tree.left()); }
    double columnX(int column) const { return left + (column + 0.5) * layout.column; }
};

// Null when there is no map to show.
std::unique_ptr<TreeScene> makeTreeScene(const ViewState& state, const Look& look, QSizeF size);
// The least height at which everything can be read.
double treeHeight(const ViewState& state, const Look& look);

// The entries in list order below the tree, and the gaps between them as bars.
void drawTreeStrip(Canvas& canvas, const TreeScene& scene);
// A search for room: the subtrees that it went past and, on top of the nodes, the numbers that cut them off.
void drawSearchHulls(Canvas& canvas, const TreeScene& scene, const std::vector<QRectF>& nodeOfEntry);
void drawSearchLabels(Canvas& canvas, const TreeScene& scene, const std::vector<QRectF>& nodeOfEntry);
// How many gaps it tried, beside how many a scan from entry to entry would have.
void drawRace(Canvas& canvas, const TreeScene& scene);
// The same in a line; "" without a search.
QString raceText(const TreeScene& scene);
// Broken invariants: expected, found, and a line to the node.
void drawTreeWrongs(Canvas& canvas, const TreeScene& scene, const std::vector<QRectF>& nodeOfEntry);

} // namespace gui
