// The places of the sharing picture.
#pragma once

#include <QRectF>

#include <vector>

#include "gui/views/sharing_picture.h"

namespace gui {

// Of the strip at the bottom, at a base of 15 px.
inline constexpr double stripHead = 30, stripTitle = 22, stripRow = 15, stripFoot = 12;

struct SharingPicture::Scene {
    struct RowPlace {
        double groupTop = 0; // of the line about the entries, when the row begins a group
        double top = 0, capsuleTop = 0, capsuleHeight = 0, costY = 0;
        bool slim = false;   // without a line for the costs
        bool hidden = false; // of an entry without any page, for want of room
    };

    SharingGrid grid, before; // the same rows and columns before the step; empty at the first
    double left = 0, right = 0, top = 0, bottom = 0; // of the grid
    double gridBottom = 0;                           // of the room that the grid has
    double firstColumn = 0, columnWidth = 0;
    std::vector<RowPlace> rows;
    QRectF paid;             // what was paid, beside the grid or below it; empty: not drawn
    bool paidBeside = false; // it has room for more than a line a step
    QRectF strip;            // how it came to be, below all; empty: not drawn
    size_t hiddenGroups = 0;
    double neededWidth = 0, neededHeight = 0;

    // `paidSteps`: how many there are in which something was paid; `steps`: how many there are.
    void place(const Metrics& metrics, QSizeF size, size_t paidSteps, size_t steps);
    // What the strip needs; 0 where it is not drawn, for want of width or of steps, or for too many rows.
    double stripHeight(const Metrics& metrics, QSizeF size, size_t steps) const;
    QRectF columnRect(size_t column) const;
    bool groupIsEmpty(size_t firstRow) const;
    // From one column to another, both included.
    QRectF capsuleRect(size_t row, size_t first, size_t last) const;
    // The process of the column was there before the step.
    bool wasThere(size_t column) const;
    QString nameOf(const ViewState& state, size_t column) const;
};

// The first of the texts that fits, "" when none does.
QString firstFitting(const Canvas& canvas, const QStringList& texts, const Type& type, double room);
// The entry that maps the cell's page in the column's process, or null.
const gdbbridge::Entry* entryOfCell(const Snapshot& snapshot, const SharingColumn& column,
                                    const SharingCell& cell);

} // namespace gui
